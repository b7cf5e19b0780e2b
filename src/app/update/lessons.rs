//! Keys and answers of a lesson, of the list of lessons, and of the cover. What they do not take means what it always means.

use super::lesson_turn::turn;
use super::message::Effect;
use super::{asked_again, course as lists, guide, vote};
use crate::app::lesson::{LessonRun, LessonStep, LineEnd};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::language::keys::{self, Key};
use crate::language::request::LessonWord;
use crate::model::record::Record;
use crate::narrate::story;
use crate::words::course;

/// What is said of an answer before its question.
const EARLY: &str =
    "No question is open yet, so a to d do nothing. {key tick} goes on; :add adds a socket.";

/// What a key does in a lesson, in the list, or to the cover; `None` if it is none of theirs.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let is_space = matches!(key, Key::Char(' ') | Key::PageDown);
    if let Some(run) = model.lesson.as_deref_mut().filter(|_| !is_space) {
        run.forget_warning();
    }
    match model.overlay {
        Overlay::Lessons { .. } => return Some(list_key(model, key)),
        Overlay::Guide { .. } => return Some(guide::key(model, key)),
        Overlay::None => {}
        _ => return None,
    }
    if model.recorded.is_some() {
        if model.in_flight.is_none()
            && let Some(effects) = vote::key(model, key)
        {
            return Some(effects);
        }
        return asked_again::key(model, key);
    }
    if model.lesson.is_some() {
        return lesson_key(model, key);
    }
    None
}

/// Covers what the kernel knows, or uncovers it.
pub(super) fn cover(model: &mut Model) {
    if asked_again::toggle(model) {
        return;
    }
    model.notice = Some(
        if model
            .lesson
            .as_ref()
            .is_some_and(|run| run.covers_what_follows())
        {
            "The lesson covers by itself, until the kernel has answered.".to_owned()
        } else {
            let covers = !model.history.covers_all();
            model.history.cover_all(covers);
            let said = if covers {
                "Covered: what the kernel knows. {key cover} uncovers it."
            } else {
                "Uncovered."
            };
            keys::said(said)
        },
    );
}

fn list_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Overlay::Lessons { chosen } = &mut model.overlay else {
        return Vec::new();
    };
    model.notice = None;
    let last = course::all().count().saturating_sub(1);
    match key {
        Key::Up | Key::Char('k') => *chosen = chosen.saturating_sub(1),
        Key::Down | Key::Char('j') => *chosen = (*chosen + 1).min(last),
        Key::PageUp => *chosen = chosen.saturating_sub(10),
        Key::PageDown => *chosen = (*chosen + 10).min(last),
        Key::Home => *chosen = 0,
        Key::End => *chosen = last,
        Key::Tab => lists::open_guide(model),
        Key::Enter => {
            let name = course::all().nth(*chosen).map(|of| of.number.to_owned());
            model.overlay = Overlay::None;
            return name.into_iter().map(Effect::BeginLesson).collect();
        }
        Key::Esc | Key::Char('q' | 'L') => model.overlay = Overlay::None,
        _ => {}
    }
    Vec::new()
}

fn lesson_key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let run = model.lesson.as_ref()?;
    let is_voting = run.vote.is_shown;
    // A pane that fills the screen is closed first, as everywhere.
    if key == Key::Char('q') && !is_voting && model.zoom.is_none() {
        return Some(vec![Effect::LeaveLesson]);
    }
    if run.is_busy() || run.is_fresh {
        // Whatever is typed before a question or an answer can be seen is not meant for it.
        let typed = model.pressed.filter(|key| matches!(key, Key::Char(_)));
        let is_meant = run.writes_mark();
        if let Some(run) = model.lesson.as_mut().filter(|_| is_meant) {
            run.early = typed.or(run.early);
        }
        return Some(match key {
            Key::Esc => vec![Effect::EndWait],
            _ => Vec::new(),
        });
    }
    if model.in_flight.is_some() || model.until.is_some() {
        return None;
    }
    if is_voting && let Some(effects) = vote::key(model, key) {
        return Some(effects);
    }
    let run = model.lesson.as_ref()?;
    let letter = match key {
        Key::Char(c @ ('a'..='d' | 'A'..='D')) if run.takes_letters() => {
            Some(c.to_ascii_lowercase())
        }
        Key::Char('a'..='d' | 'A'..='D') if run.waits_for_question() => {
            model.notice = Some(keys::said(EARLY));
            return Some(Vec::new());
        }
        _ => None,
    };
    if !model.history.is_live() {
        return letter.map(|_| {
            model.notice = Some(keys::said(
                "This is the past. {key live} shows the question.",
            ));
            Vec::new()
        });
    }
    if let Some(letter) = letter {
        model.notice = None;
        return Some(turn(model, |run, _, _| run.choose(letter)));
    }
    match key {
        Key::Char(' ') | Key::PageDown => space(model),
        Key::Enter if run_is_read(model) => {
            if let Some(run) = &mut model.lesson {
                run.shows_more = !run.shows_more;
            }
            model.notice = None;
            Some(Vec::new())
        }
        _ => None,
    }
}

/// Whether a question or its answer is read, of which more may be shown.
fn run_is_read(model: &Model) -> bool {
    let run = model.lesson.as_ref();
    model.zoom.is_none() && run.is_some_and(|run| run.takes_letters() && !run.is_off_path())
}

/// SPACE in a lesson; while a goal is worked for it is the learner's own tick.
fn space(model: &mut Model) -> Option<Vec<Effect>> {
    let run = model.lesson.as_ref()?;
    match &run.step {
        LessonStep::Working { matcher, .. } if matcher.found().is_none() => None,
        LessonStep::Over => {
            model.notice = None;
            if run.once_more().is_some() {
                return Some(vec![Effect::OnceMore]);
            }
            model.notice = Some(keys::said(
                "The lesson is over. {key quit} leaves it, {key lessons} lists all.",
            ));
            Some(Vec::new())
        }
        _ => {
            model.notice = None;
            Some(turn(model, LessonRun::go_on))
        }
    }
}

/// The lesson begins, on a session of its own.
pub fn begin(model: &mut Model, run: LessonRun) -> Vec<Effect> {
    let covers = run.covers_what_follows();
    model.lesson = Some(Box::new(run));
    model.history.cover_from(covers.then_some(0));
    turn(model, |run, _, _| run.begin())
}

/// What was asked for is done, or was not.
pub(super) fn lines_done(model: &mut Model, end: LineEnd) -> Vec<Effect> {
    turn(model, |run, world, said| run.done(end, world, said))
}

/// A key that was pressed before that, if it may be heard now.
pub(super) fn early_key(model: &mut Model) -> Option<Key> {
    let early = model.lesson.as_mut()?.early.take()?;
    matches!(model.overlay, Overlay::None).then_some(early)
}

/// A record was made: a goal may be reached.
pub(super) fn recorded(model: &mut Model, made: &Record) {
    let Some(mut run) = model.lesson.take() else {
        return;
    };
    let world = model.history.uncovered_live();
    let record = model.history.uncovered_record();
    let said = || record.map_or_else(Vec::new, |record| story::said(world, record));
    run.made(made);
    let reached = run.take(world, &said);
    model.lesson = Some(run);
    if reached {
        model.notice = Some(keys::said("Reached. {key tick} goes on."));
    }
}

/// A word of the prompt.
pub(super) fn word(model: &mut Model, word: LessonWord) -> Vec<Effect> {
    if let LessonWord::Vote(counts) = word {
        vote::count(model, counts);
        return Vec::new();
    }
    model.overlay = Overlay::None;
    match word {
        LessonWord::Vote(_) => {}
        LessonWord::Guide => lists::open_guide(model),
        LessonWord::Begin(name) => return vec![Effect::BeginLesson(name)],
        LessonWord::Cover => cover(model),
        LessonWord::Later if model.lesson.is_some() => return turn(model, LessonRun::later),
        LessonWord::Later => {
            model.notice = Some(keys::said("No lesson is open. {key lessons} lists all."));
        }
        LessonWord::Tip => {
            let tip = model.lesson.as_ref().and_then(|run| run.tip());
            let tip = tip.map_or("There is no tip here.".to_owned(), |tip| {
                format!("Tip: {}", keys::in_prose(tip))
            });
            model.notice = Some(tip);
        }
    }
    Vec::new()
}
