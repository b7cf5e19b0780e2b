//! The two lists of the course: its lessons, and what of them was recognised. Here they are opened.

use crate::app::lesson::LessonRun;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::words::course;

/// Shows the list of lessons; the one that one is in is chosen.
pub(super) fn open_lessons(model: &mut Model) {
    if model.recorded.is_some() {
        model.notice = Some("This is a recording. sockstep lesson begins a lesson.".to_owned());
        return;
    }
    let here = model.lesson.as_ref().map(|run| run.name.clone());
    let chosen = course::all().position(|of| Some(of.number) == here.as_deref());
    model.notice = None;
    model.overlay = Overlay::Lessons {
        chosen: chosen.unwrap_or(0),
    };
}

/// The list is shown again behind a lesson that was left: at the next one, if it is over.
pub fn back_to_list(model: &mut Model, left: &LessonRun) {
    let at = course::all().position(|of| of.number == left.name);
    let next = at.map(|at| at + usize::from(left.is_over()));
    let last = course::all().count().saturating_sub(1);
    let chosen = next.unwrap_or(0).min(last);
    model.overlay = Overlay::Lessons { chosen };
}

/// A lesson asks questions that the guide would answer.
const WAITS: &str = "The guide waits until the questions of this lesson are answered.";

/// Whether a lesson may still ask.
pub(super) fn must_wait(model: &Model) -> bool {
    let run = model.lesson.as_deref();
    run.is_some_and(LessonRun::covers_what_follows)
}

/// Shows what was recognised; not while a lesson may still ask for it.
pub(super) fn open_guide(model: &mut Model) {
    let why = match &model.guide {
        _ if model.recorded.is_some() => Some("This is a recording: the guide watches sessions."),
        None => Some("The guide is off: this was begun with --no-guide."),
        Some(_) if must_wait(model) => Some(WAITS),
        Some(_) => None,
    };
    if let Some(why) = why {
        model.notice = Some(why.to_owned());
        return;
    }
    model.notice = None;
    model.overlay = Overlay::Guide {
        chosen: 0,
        card: None,
    };
}
