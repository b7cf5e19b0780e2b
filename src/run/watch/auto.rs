//! A watched program that goes by itself, and what is said when it is over.

use super::{Watch, WatchEnd};
use crate::language::rules::RuleChoice;
use crate::model::record::Record;
use crate::narrate::rules::Findings;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

impl Watch<'_> {
    /// Lets every call go, until the end, or for so long.
    pub(super) fn auto(&mut self, limit: Option<Duration>) -> anyhow::Result<WatchEnd> {
        let mut until = limit.map(|limit| Instant::now() + limit);
        while !self.watched.is_over() {
            match self.watched.step(None) {
                Some(record) => self.stepped(record)?,
                None => self.by_itself(&[], until)?,
            }
            if until.is_some_and(|until| Instant::now() >= until) && !self.watched.is_over() {
                // How it is now is written down before it is ended.
                let record = self.watched.look();
                self.tell(record)?;
                self.note("the time is over: the program is ended now.")?;
                self.watched.kill();
                until = None;
            }
        }
        Ok(self.ended())
    }

    /// What the rules have found, at the end.
    pub(super) fn looks_back(&mut self) -> anyhow::Result<()> {
        let nothing = Findings::new(&RuleChoice::none());
        let found = std::mem::replace(&mut self.findings, nothing).end();
        for finding in found {
            let line = finding.line();
            self.note(&format!("look here: {line}. {}.", finding.advice))?;
        }
        Ok(())
    }

    /// Tells what the program does by itself, until so late at most or until one of `other` can be read.
    pub(super) fn by_itself(
        &mut self,
        other: &[BorrowedFd<'_>],
        until: Option<Instant>,
    ) -> anyhow::Result<()> {
        match self.watched.go_on(other, until) {
            Some(record) => self.tell(record),
            None => Ok(()),
        }
    }

    /// A step was made.
    pub(super) fn stepped(&mut self, record: Record) -> anyhow::Result<()> {
        self.steps += 1;
        self.tell(record)
    }
}
