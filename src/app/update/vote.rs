//! The vote of a class on the open question: its key, its counts, and the keys while it fills the screen.

use super::lesson_turn::turn;
use super::message::Effect;
use super::{asked_again, line};
use crate::app::lesson::LessonRun;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PromptKind};
use crate::language::keys::{self, Key};

/// What is said of a key that means nothing while a class votes.
const KEYS: &str =
    "A class votes: numbers are counts, {key vote} votes again, {key escape} goes back.";

/// The vote begins, is shown again, or has its second round.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    if model.lesson.is_none() && model.asked_again.is_none() {
        model.notice = Some(keys::said(
            "{key vote} is for a question of a lesson. {key lessons} lists all.",
        ));
        return Vec::new();
    }
    if !model.history.is_live() && model.recorded.is_none() {
        model.notice = Some(keys::said(
            "This is the past. {key live} shows the question.",
        ));
        return Vec::new();
    }
    if model.asked_again.is_some()
        && let Some(mut run) = model.lesson.take()
    {
        asked_again::vote(&mut run, model);
        model.lesson = Some(run);
        return Vec::new();
    }
    if model.asked_again.is_some() {
        model.notice = Some("No question is open: there is nothing to vote on.".to_owned());
        return Vec::new();
    }
    turn(model, |run, _, _| run.vote())
}

/// Counts were typed.
pub(super) fn count(model: &mut Model, counts: Vec<u32>) {
    let open = model.lesson.as_mut().filter(|run| run.is_open());
    let Some(run) = open.filter(|_| model.history.is_live() || model.recorded.is_some()) else {
        model.overlay = Overlay::None;
        model.notice = Some("No question is open: there is nothing to vote on.".to_owned());
        return;
    };
    let taken = run.count_votes(counts);
    match taken {
        Ok(()) => model.overlay = Overlay::None,
        Err(why) => line::complain(model, why),
    }
}

/// A key while the vote fills the screen; `None`: it means what it means at the question.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let run: &mut LessonRun = model.lesson.as_mut().filter(|run| run.vote.is_shown)?;
    match key {
        Key::Char(' ' | 'V' | ':' | '?' | '.') | Key::PageDown => return None,
        Key::Esc | Key::Char('q') => run.vote.is_shown = false,
        Key::Char(digit @ '0'..='9') => {
            model.notice = None;
            line::open(model, PromptKind::Votes, String::new());
            if let Overlay::Prompt(prompt) = &mut model.overlay {
                line::edit(&mut prompt.input, Key::Char(digit));
            }
        }
        _ => model.notice = Some(keys::said(KEYS)),
    }
    Some(Vec::new())
}
