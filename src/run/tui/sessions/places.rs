//! Lessons by their names: begun, or gone on with where they were left; and the files of one that is staged afresh; and what is done when the picture stands.

use super::{LessonBefore, OpenSession, TuiSessions, say_too};
use crate::app::lesson::LessonRun;
use crate::app::overlay::Overlay;
use crate::app::update::Msg;
use crate::model::record::Header;
use crate::run::lesson::find::{self, LessonEntry};
use crate::run::lesson::progress;
use crate::run::recorder::Recorder;

/// So many lessons that were left are kept with their sessions.
const MOST_KEPT: usize = 4;

impl TuiSessions {
    /// The picture stands: what nobody waited for is done. Whether another picture is to be drawn.
    pub(in crate::run::tui) fn drawn(&mut self) -> bool {
        let recognised = |session: &OpenSession| {
            let guide = session.model.guide.as_ref();
            guide.map(|guide| guide.count_new())
        };
        let before = recognised(self.shown());
        for effect in self.take_shown(Msg::Drawn) {
            // It never asks to end, and never for the terminal.
            let _ = self.perform(effect);
        }
        recognised(self.shown()) != before
    }

    pub(super) fn begin_named(&mut self, name: &str) {
        let Some(lessons) = self.lessons else {
            return;
        };
        let (name, entry) = find::entry(name);
        match find::find(name, lessons.allow) {
            Ok(found) => {
                let here = self.shown().model.lesson.as_ref();
                let is_here = here.is_some_and(|run| run.name == found.name);
                if !is_here && self.goes_on(&found.name) {
                    return;
                }
                let before = if is_here {
                    LessonBefore::Ended
                } else {
                    LessonBefore::Kept
                };
                let run = LessonRun::new(&found.name, found.lesson, found.is_ours, lessons.asks);
                let place = progress::place(&run.name).filter(|_| lessons.saves && run.is_ours);
                match (entry, place) {
                    (LessonEntry::GoesOn, Some(place)) => {
                        self.replace_lesson(run.staged_up_to(&place), before);
                    }
                    (LessonEntry::GoesOn, None) => {
                        self.replace_lesson(run, before);
                        let word = "Nothing is kept of this lesson: it begins from its start.";
                        say_too(&mut self.shown().model, word);
                    }
                    (LessonEntry::Begins, place) => {
                        let offer = place
                            .filter(|_| !is_here)
                            .map(|_| progress::offer(&run.name));
                        self.replace_lesson(run, before);
                        if let Some(offer) = offer {
                            say_too(&mut self.shown().model, &offer);
                        }
                    }
                }
            }
            Err(error) => self.shown().model.notice = Some(error.to_string()),
        }
    }

    /// Begins a lesson above the session that is no lesson.
    pub(super) fn replace_lesson(&mut self, run: LessonRun, before: LessonBefore) {
        if let Err(why) = self.open(run, before) {
            self.shown().model.notice = Some(why);
        }
    }

    /// Keeps a lesson that was left before its end, with its session.
    pub(super) fn keep(&mut self, left: OpenSession) {
        let goes_on = |run: &LessonRun| run.place().is_some();
        if left.model.lesson.as_deref().is_some_and(goes_on) {
            self.kept.push(left);
        }
        if self.kept.len() > MOST_KEPT {
            self.kept.remove(0);
        }
    }

    /// Comes back to a lesson that was left in this program; whether there is one.
    fn goes_on(&mut self, name: &str) -> bool {
        let is_it = |session: &OpenSession| {
            let run = session.model.lesson.as_ref();
            run.is_some_and(|run| run.name == name)
        };
        let Some(at) = self.kept.iter().position(is_it) else {
            return false;
        };
        let mut again = self.kept.remove(at);
        let marks = self.marks();
        let below = &self.shown().model;
        (again.model.theme, again.model.size) = (below.theme, below.size);
        again.model.overlay = Overlay::None;
        again.model.progress = marks;
        again.model.notice = Some(format!(
            "You are where you left it. :lesson {name} begins it from its start."
        ));
        if self.shown().model.lesson.is_some() {
            self.keep_progress();
            if let Some(left) = self.stack.pop() {
                self.keep(left);
            }
        }
        self.stack.push(again);
        true
    }

    /// The files of the session on the screen, for the one that takes its place.
    pub(super) fn recorder_again(&mut self, header: &Header) -> Result<Recorder, String> {
        let taken = self.shown().recorder.lock().map(|mut held| held.take());
        let mut recorder = taken.ok().flatten().unwrap_or_default();
        let again = recorder.begin_again(header);
        again.map_err(|error| format!("The recording cannot be begun again: {error}."))?;
        Ok(recorder)
    }
}
