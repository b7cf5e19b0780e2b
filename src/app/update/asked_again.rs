//! The questions of a recording: its keys, and what is asked at each place. Nothing is made, and nothing is written down.

use super::message::Effect;
use crate::app::asked_again::AskedAgain;
use crate::app::lesson::{LessonRun, LessonStep, LineEnd};
use crate::app::model::Model;
use crate::language::asked;
use crate::language::keys::{self, Key};
use crate::narrate::story;

/// All of a recording was read: its questions can be asked again, and one that was never answered stays covered.
pub fn begin(model: &mut Model) {
    if model.history.dropped() > 0 {
        return;
    }
    model.history.end();
    let questions = asked::questions(model.history.records());
    let name = model
        .recorded
        .as_ref()
        .map_or("", |shown| &shown.name)
        .to_owned();
    model.asked_again = AskedAgain::new(&name, questions).map(Box::new);
    cover(model);
    model.history.home();
    follow(model);
    if model.asked_again.is_some() {
        model.notice = Some(keys::said(
            "This recording has questions: {key cover} asks them again.",
        ));
    }
}

fn cover(model: &mut Model) {
    if let Some(asked) = &model.asked_again {
        model.history.cover_places(asked.covered());
    }
}

/// Asks the questions of the recording from now on, or does not any more. False if it has none.
pub(super) fn toggle(model: &mut Model) -> bool {
    let Some(asked) = &mut model.asked_again else {
        return false;
    };
    asked.is_on = !asked.is_on;
    let said = if asked.is_on {
        "The questions of this recording are asked again: {key tick} goes on to them."
    } else {
        "They are not asked any more."
    };
    model.notice = Some(keys::said(said));
    cover(model);
    true
}

/// The place that is shown may be another: its question is shown.
pub(super) fn follow(model: &mut Model) {
    let Some(mut asked) = model.asked_again.take() else {
        return;
    };
    let kept = model.lesson.take();
    let world = model.history.world();
    let record = model.history.record();
    let said = || record.map_or_else(Vec::new, |record| story::said(world, record));
    model.lesson = asked.at(model.history.at(), kept, world, &said);
    model.asked_again = Some(asked);
}

/// A key while a question of the recording is shown; `None`: it means what it always means.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let run = model
        .lesson
        .as_mut()
        .filter(|_| model.asked_again.is_some())?;
    let letter = match key {
        Key::Char(c @ ('a'..='d' | 'A'..='D')) if run.takes_letters() => c.to_ascii_lowercase(),
        Key::Char(' ') | Key::PageDown => return space(model),
        _ => return None,
    };
    let turn = run.choose(letter);
    model.notice = turn.notice.as_deref().map(keys::said);
    Some(Vec::new())
}

/// SPACE answers an open question: it goes to where the recorded kernel has answered.
fn space(model: &mut Model) -> Option<Vec<Effect>> {
    let at = model.history.at();
    let asked = model.asked_again.as_ref()?;
    let run = model.lesson.as_mut()?;
    let LessonStep::Asked { letter, warned, .. } = &mut run.step else {
        return None;
    };
    let Some(to) = asked.answer_at(at) else {
        model.notice = Some("The recording ends before the kernel answered.".to_owned());
        return Some(Vec::new());
    };
    if letter.is_none() && run.vote.counted().is_none() && !std::mem::replace(warned, true) {
        model.notice = Some(keys::said(
            "No answer yet: {key tick} once more lets the kernel answer.",
        ));
        return Some(Vec::new());
    }
    model.notice = None;
    while model.history.at() < to && model.history.forward() {}
    Some(Vec::new())
}

/// A vote on a question of a recording: it is shown, and stands nowhere else.
pub(super) fn vote(run: &mut LessonRun, model: &mut Model) {
    let turn = run.vote();
    if !turn.requests.is_empty() {
        let world = model.history.world();
        run.done(LineEnd::Done, world, &Vec::new);
    }
    model.notice = turn.notice.as_deref().map(keys::said);
}
