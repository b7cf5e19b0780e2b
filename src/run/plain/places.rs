//! Where a lesson is gone on with: where it was left, in this conversation or in an earlier one, and where own words have led off its path.

use super::Repl;
use super::lesson::SessionBelow;
use crate::app::lesson::LessonRun;
use crate::model::clean;
use crate::os;
use crate::run::lesson::find::{self, LessonEntry};
use crate::run::lesson::progress;
use std::io::Write;

/// So many lessons that were left are kept with their sessions.
const MOST_KEPT: usize = 4;

/// A lesson that was left before its end.
pub(super) struct KeptPlace {
    session: SessionBelow,
    run: LessonRun,
}

impl<W: Write> Repl<'_, W> {
    /// Begins the lesson of this name, or goes on with it.
    pub(super) fn begin_named(&mut self, words: &str) -> anyhow::Result<()> {
        let (name, entry) = find::entry(words);
        let found = match find::find(name, self.lessons.allow) {
            Ok(found) => found,
            Err(error) => {
                return self.put(&format!("refused: {}.\n", clean::text(&error.to_string())));
            }
        };
        let is_here = self
            .lesson
            .as_ref()
            .is_some_and(|run| run.name == found.name);
        if !is_here {
            let at = self
                .places
                .iter()
                .position(|kept| kept.run.name == found.name);
            if let Some(at) = at {
                return self.go_on_with(at);
            }
            self.keep_progress()?;
        }
        self.session_of_its_own(!is_here)?;
        let run = LessonRun::new(&found.name, found.lesson, found.is_ours, self.lessons.asks);
        let place = progress::place(&run.name).filter(|_| self.lessons.saves && run.is_ours);
        match (entry, place) {
            (LessonEntry::GoesOn, Some(place)) => self.begin_lesson(run.staged_up_to(&place)),
            (LessonEntry::GoesOn, None) => {
                self.put("nothing is kept of this lesson: it begins from its start.\n")?;
                self.begin_lesson(run)
            }
            (LessonEntry::Begins, Some(_)) => {
                self.offer(&run)?;
                self.begin_lesson(run)
            }
            (LessonEntry::Begins, None) => self.begin_lesson(run),
        }
    }

    /// Says that a lesson was left before its end when the program ended last.
    pub(super) fn offer(&mut self, run: &LessonRun) -> anyhow::Result<()> {
        if !self.lessons.saves || !run.is_ours || progress::place(&run.name).is_none() {
            return Ok(());
        }
        self.put(&format!(
            "you left this lesson before its end: lesson {} on goes on there.\n",
            run.name
        ))
    }

    /// Keeps a lesson that was left before its end, with its session.
    pub(super) fn keep_place(&mut self, session: SessionBelow, run: LessonRun) {
        if run.place().is_some() {
            self.places.push(KeptPlace { session, run });
        }
        if self.places.len() > MOST_KEPT {
            self.places.remove(0);
        }
    }

    fn go_on_with(&mut self, at: usize) -> anyhow::Result<()> {
        self.keep_progress()?;
        let KeptPlace { session, run } = self.places.remove(at);
        let left = self.put_in_place(session);
        let name = run.name.clone();
        match self.lesson.replace(run) {
            None => self.below = Some(left),
            Some(before) => self.keep_place(left, before),
        }
        self.put(&format!(
            "you are where you left it. lesson {name} begins it from its start.\n"
        ))?;
        self.lesson_turn(&mut |_, _, _| crate::app::lesson::LessonTurn::default())
    }

    /// Own words have led off the path: the lesson is staged afresh up to here, and what is recorded of it is recorded again.
    pub(super) fn stage_afresh(&mut self) -> anyhow::Result<()> {
        let Some(again) = self.lesson.as_ref().map(LessonRun::staged_afresh) else {
            return Ok(());
        };
        let was_recorded = self.is_recorded;
        self.session_of_its_own(false)?;
        self.is_recorded = was_recorded;
        if was_recorded {
            let header = os::system::header();
            self.recorder.begin_again(&header)?;
            self.header = header;
        }
        self.put("off the path: the lesson is staged afresh, up to here, by its own lines.\n")?;
        self.begin_lesson(again)
    }

    /// A lesson begins on the session that is there.
    pub(super) fn begin_staged(&mut self, run: LessonRun) -> anyhow::Result<()> {
        let covers = run.covers_what_follows();
        self.lesson = Some(run);
        self.history.cover_from(covers.then_some(0));
        self.lesson_turn(&mut |run, _, _| run.begin())
    }

    /// An own word acts: what must be written down before it is.
    pub(super) fn own_word(&mut self) -> anyhow::Result<()> {
        if let Some(before) = self.lesson.as_mut().and_then(LessonRun::own_key) {
            let end = self.lines(vec![before])?;
            self.one_turn(&mut |run, world, said| run.done(end.clone(), world, said));
        }
        Ok(())
    }

    /// Whether own words have led off the path; it is said when they have done so just now.
    pub(super) fn tell_off_path(&mut self, was_off: bool) -> anyhow::Result<()> {
        if self.is_off_path() && !was_off {
            self.put("off the path by your own words, which all work. Enter alone stages the lesson afresh, up to here.\n")?;
        }
        Ok(())
    }

    pub(super) fn is_off_path(&self) -> bool {
        self.lesson.as_ref().is_some_and(LessonRun::is_off_path)
    }
}
