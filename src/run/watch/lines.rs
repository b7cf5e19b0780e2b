//! A watched program that goes as lines say.

use super::input::{Input, TypedLine};
use super::words::{self, WatchWord};
use super::{PATIENCE, Watch, WatchEnd};
use crate::model::clean;
use crate::narrate::story;
use std::time::Instant;

impl Watch<'_> {
    /// Lets calls go as lines say, until the end.
    pub(super) fn by_lines(&mut self) -> anyhow::Result<WatchEnd> {
        let input = Input::start()?;
        while !self.watched.is_over() {
            self.by_itself(&[input.ready()], None)?;
            if self.is_late() {
                return self.ends_late().map(WatchEnd::Late);
            }
            loop {
                match input.next() {
                    TypedLine::Nothing => break,
                    TypedLine::End if self.watched.is_over() => return Ok(self.ended()),
                    TypedLine::End if self.steps == 0 => {
                        let why = "the lines ended before the first step, and the program was ended: type step, or write --auto to let it run";
                        return Ok(WatchEnd::Failed(why.to_owned()));
                    }
                    TypedLine::End => {
                        self.note("the lines have ended before the program: it is ended now.")?;
                        return Ok(WatchEnd::Quit);
                    }
                    TypedLine::Line(line) => {
                        if let Some(end) = self.line(&line)? {
                            return Ok(end);
                        }
                    }
                }
            }
        }
        // What was typed ahead is asked of the program as it ended.
        while let TypedLine::Line(line) = input.next_within(PATIENCE) {
            if let Some(end) = self.line(&line)? {
                return Ok(end);
            }
        }
        Ok(self.ended())
    }

    /// Carries out a line; the end, if it is one.
    fn line(&mut self, line: &str) -> anyhow::Result<Option<WatchEnd>> {
        let word = match WatchWord::parse(line) {
            Ok(word) => word,
            // Who types sees it and types again; a script that is wrong goes no further.
            Err(why) if self.is_typed => {
                self.note(&format!("{why}."))?;
                WatchWord::Nothing
            }
            Err(why) => return Ok(Some(WatchEnd::Failed(why))),
        };
        match word {
            WatchWord::Nothing => {}
            WatchWord::Step(count) => {
                for _ in 0..count {
                    if !self.step(None)? {
                        break;
                    }
                }
            }
            WatchWord::StepThread(task) => {
                self.step(Some(task))?;
            }
            WatchWord::Auto => return self.auto().map(Some),
            WatchWord::Type(text) => self.watched.types(format!("{text}\n").as_bytes()),
            WatchWord::Int => self.watched.types(&[3]),
            WatchWord::Kill => self.watched.kill(),
            WatchWord::Interrupt(task) => {
                if !self.watched.interrupt(task) {
                    self.note("no thread is in a call that could be ended.")?;
                }
            }
            WatchWord::Look => {
                let record = self.watched.look();
                self.tell(record)?;
            }
            WatchWord::AtThePeer(command) => match self.watched.at_the_peer(&command) {
                Some(Ok(record)) => self.tell(record)?,
                Some(Err(why)) if self.is_typed => self.note(&format!("{why}."))?,
                Some(Err(why)) => {
                    let line = clean::text(line.trim());
                    return Ok(Some(WatchEnd::Failed(format!("{line}: {why}"))));
                }
                None => {}
            },
            WatchWord::Wait(time) => {
                let until = Instant::now() + time;
                while Instant::now() < until && !self.watched.is_over() && !self.is_late() {
                    self.by_itself(&[], Some(until))?;
                }
            }
            WatchWord::Expect(claim) => {
                let (world, last) = (self.watched.world(), self.last.as_ref());
                let said = || last.map_or_else(Vec::new, |record| story::said(world, record));
                if let Err(instead) = claim.check(world, said) {
                    let line = clean::text(line.trim());
                    return Ok(Some(WatchEnd::Failed(format!("{line}: {instead}"))));
                }
            }
            WatchWord::Quit => return Ok(Some(WatchEnd::Quit)),
            WatchWord::Help => self.note(words::HELP)?,
        }
        Ok(None)
    }
}
