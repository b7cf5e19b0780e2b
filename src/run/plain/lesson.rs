//! A lesson in the conversation: the same questions as on the screen, in lines.

use super::guide;
use super::lesson_text::text;
use super::{KeptReply, Repl, keep_reply};
use crate::app::guide::Guide;
use crate::app::history::History;
use crate::app::lesson::{LessonRun, LessonStep, LessonTurn, LineEnd};
use crate::language::claim::SaidSentence;
use crate::language::keys;
use crate::language::request::LessonWord;
use crate::model::clean;
use crate::model::world::World;
use crate::narrate::story;
use crate::os;
use crate::run::driver::live::LiveDriver;
use crate::run::driver::{Driver, DriverRequest, RequestOptions};
use crate::run::lesson::progress;
use std::io::Write;

/// A question is open: nothing else is done.
pub(super) const OPEN: &str =
    "refused: a question is open. a to d answer it, Enter lets the kernel answer, later passes.\n";

/// What one comes back to when a lesson is left.
pub(super) struct SessionBelow {
    pub(super) live: LiveDriver,
    pub(super) history: History,
    pub(super) guide: Option<Guide>,
    /// Its records go into the files that were asked for.
    pub(super) is_recorded: bool,
}

type Take<'a> =
    &'a mut dyn FnMut(&mut LessonRun, &World, &dyn Fn() -> Vec<SaidSentence>) -> LessonTurn;

impl<W: Write> Repl<'_, W> {
    /// A lesson begins, in a session of its own unless there is none yet.
    pub(super) fn begin_lesson(&mut self, run: LessonRun) -> anyhow::Result<()> {
        if run.is_staged() {
            return self.begin_staged(run);
        }
        let begun = format!("lesson {}: {}\n", run.name, run.lesson.topic);
        self.put(&begun)?;
        self.begin_staged(run)
    }

    /// A session of its own; the one before is kept: below, or as the place of a lesson that is not over.
    pub(super) fn session_of_its_own(&mut self, keeps_place: bool) -> anyhow::Result<()> {
        let live = LiveDriver::new(self.options, Vec::new(), Some(self.notify.clone()))?;
        let left = self.put_in_place(SessionBelow {
            live: live.for_a_person(),
            history: History::default(),
            guide: guide::begin(&self.lessons),
            is_recorded: false,
        });
        match self.lesson.take() {
            None => self.below = Some(left),
            Some(run) if keeps_place => self.keep_place(left, run),
            Some(_) => {}
        }
        Ok(())
    }

    /// Goes on in this session, and gives back the one before.
    pub(super) fn put_in_place(&mut self, next: SessionBelow) -> SessionBelow {
        let left = SessionBelow {
            live: std::mem::replace(&mut self.live, next.live),
            history: std::mem::replace(&mut self.history, next.history),
            guide: std::mem::replace(&mut self.guide, next.guide),
            is_recorded: std::mem::replace(&mut self.is_recorded, next.is_recorded),
        };
        self.wake = self.live.wake();
        left
    }

    /// The lesson is left. False if there is nothing below it.
    pub(super) fn leave_lesson(&mut self) -> anyhow::Result<bool> {
        self.keep_progress()?;
        let Some(below) = self.below.take() else {
            return Ok(false);
        };
        let left = self.put_in_place(below);
        if let Some(run) = self.lesson.take() {
            self.keep_place(left, run);
        }
        self.put("the lesson is left. this is your session again.\n")?;
        Ok(true)
    }

    pub(super) fn keep_progress(&mut self) -> anyhow::Result<()> {
        let Some(run) = self.lesson.as_ref().filter(|_| self.lessons.saves) else {
            return Ok(());
        };
        match progress::keep(run, os::system::header().started) {
            Ok(()) => Ok(()),
            Err(why) => self.put(&format!(
                "the progress is not kept: {}.\n",
                clean::text(&why)
            )),
        }
    }

    /// A line that a lesson takes before all words: Enter alone, and a letter. `None`: it is none of these.
    pub(super) fn lesson_line(&mut self, line: &str) -> Option<anyhow::Result<()>> {
        let run = self.lesson.as_ref()?;
        if !self.history.is_live() {
            return None;
        }
        let mut letters = line.chars();
        let letter = letters
            .next()
            .map(|letter| letter.to_ascii_lowercase())
            .filter(|letter| matches!(letter, 'a'..='d') && letters.next().is_none());
        match (letter, line) {
            (Some(letter), _) if run.takes_letters() => {
                Some(self.lesson_turn(&mut |run, _, _| run.choose(letter)))
            }
            (_, "") => match &run.step {
                LessonStep::Working { matcher, .. } if matcher.found().is_none() => None,
                LessonStep::Over => Some(self.over_again()),
                _ => Some(self.lesson_turn(&mut |run, world, said| run.go_on(world, said))),
            },
            _ => None,
        }
    }

    fn over_again(&mut self) -> anyhow::Result<()> {
        match self.lesson.as_ref().and_then(LessonRun::once_more) {
            Some(again) => {
                self.session_of_its_own(false)?;
                self.begin_lesson(again)
            }
            None => self.put("the lesson is over. quit leaves it, lesson NUMBER begins another.\n"),
        }
    }

    /// A word of lessons.
    pub(super) fn lesson_word(&mut self, word: LessonWord) -> anyhow::Result<()> {
        match word {
            LessonWord::Begin(name) => self.begin_named(&name),
            LessonWord::Later if self.lesson.is_some() => {
                self.lesson_turn(&mut |run, world, said| run.later(world, said))
            }
            LessonWord::Later => self.put("no lesson is open. lesson 01 begins one.\n"),
            LessonWord::Tip => {
                let tip = self.lesson.as_ref().and_then(LessonRun::tip);
                let text = tip.map_or("there is no tip here.\n".to_owned(), |tip| {
                    format!("tip: {}\n", keys::in_lines(tip))
                });
                self.put(&text)
            }
            LessonWord::Guide => self.tell_guide(),
            LessonWord::Vote(counts) => {
                let taken = match &mut self.lesson {
                    Some(run) => run.vote_in_a_line(counts),
                    None => Err("no question is open, so there is nothing to vote on".to_owned()),
                };
                match taken {
                    Ok(turn) => self.lesson_turn(&mut |_, _, _| turn.clone()),
                    Err(why) => self.put(&format!("refused: {why}.\n")),
                }
            }
            LessonWord::Cover => {
                if self
                    .lesson
                    .as_ref()
                    .is_some_and(LessonRun::covers_what_follows)
                {
                    return self
                        .put("the lesson covers by itself, until the kernel has answered.\n");
                }
                let covers = !self.history.covers_all();
                self.history.cover_all(covers);
                self.put(if covers {
                    "covered: what the kernel knows. cover uncovers it.\n"
                } else {
                    "uncovered.\n"
                })
            }
        }
    }

    /// Lets the lesson take a turn, carries out what it asks for, and so on until it waits for a line.
    pub(super) fn lesson_turn(&mut self, take: Take<'_>) -> anyhow::Result<()> {
        let mut turn = self.one_turn(take);
        loop {
            if turn.uncovers {
                let covers = self
                    .lesson
                    .as_ref()
                    .is_some_and(LessonRun::covers_what_follows);
                let from = covers.then(|| self.history.count());
                self.history.cover_from(from);
            }
            if let Some(notice) = &turn.notice {
                // The screen's key is this conversation's Enter.
                let notice = notice
                    .replace("{key tick}", "Enter")
                    .replace(":later", "later");
                self.put(&format!("{}\n", clean::text(&notice)))?;
            }
            if turn.stages_afresh {
                return self.stage_afresh();
            }
            if turn.requests.is_empty() {
                break;
            }
            let end = self.lines(std::mem::take(&mut turn.requests))?;
            turn = self.one_turn(&mut |run, world, said| run.done(end.clone(), world, said));
        }
        if let Some(run) = &mut self.lesson {
            run.is_fresh = false;
        }
        let ends =
            |run: &LessonRun| matches!(run.step, LessonStep::Over | LessonStep::Revealed { .. });
        if self.lesson.as_ref().is_some_and(ends) {
            self.keep_progress()?;
        }
        self.recognise()?;
        let text = self.lesson.as_ref().map_or_else(String::new, text);
        self.put(&text)
    }

    pub(super) fn one_turn(&mut self, take: Take<'_>) -> LessonTurn {
        let Some(mut run) = self.lesson.take() else {
            return LessonTurn::default();
        };
        let world = self.history.uncovered_live();
        let record = self.history.uncovered_record();
        let said = || record.map_or_else(Vec::new, |record| story::said(world, record));
        let turn = take(&mut run, world, &said);
        self.lesson = Some(run);
        turn
    }

    /// Carries out lines, and tells their records.
    pub(super) fn lines(
        &mut self,
        requests: Vec<crate::language::request::Request>,
    ) -> anyhow::Result<LineEnd> {
        self.wake.forget();
        // Whatever timeout was chosen since: a lesson's lines are made as they were meant.
        let asked = RequestOptions::with_timeout(self.lesson_timeout);
        let mut replies = Vec::new();
        let mut end = LineEnd::Done;
        self.live
            .serve(DriverRequest::Lines(requests, asked), &mut |reply| {
                if let crate::run::driver::Reply::LinesDone(found) = &reply {
                    end = found.clone();
                }
                keep_reply(reply, &mut replies)
            });
        for reply in replies {
            if let KeptReply::Made(record, world) = reply {
                self.made(record, &world)?;
            }
        }
        Ok(end)
    }

    /// A record was made: a goal may be reached.
    pub(super) fn goal(&mut self) -> anyhow::Result<()> {
        let Some(mut run) = self.lesson.take() else {
            return Ok(());
        };
        let world = self.history.uncovered_live();
        let record = self.history.uncovered_record();
        let said = || record.map_or_else(Vec::new, |record| story::said(world, record));
        let reached = run.take(world, &said);
        self.lesson = Some(run);
        if reached {
            self.put("goal: reached. Enter goes on.\n")?;
        }
        Ok(())
    }
}
