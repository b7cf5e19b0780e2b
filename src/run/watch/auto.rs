//! A watched program that goes by itself, and what is said when it is over.

use super::{Watch, WatchEnd};
use crate::language::rules::RuleChoice;
use crate::model::record::Record;
use crate::narrate::rules::Findings;
use std::os::fd::BorrowedFd;
use std::time::Instant;

impl Watch<'_> {
    /// Lets every call go, until the end, or until it is late.
    pub(super) fn auto(&mut self) -> anyhow::Result<WatchEnd> {
        self.in_bulk = true;
        while !self.watched.is_over() {
            if self.is_late() {
                return self.ends_late().map(WatchEnd::Late);
            }
            let stepped = match self.watched.is_to_go_on() {
                true => None,
                false => self.watched.step(None),
            };
            if let Some(record) = stepped {
                self.stepped(record)?;
            } else {
                self.out.flush()?;
                self.by_itself(&[], None)?;
            }
        }
        self.out.flush()?;
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
        let until = [until, self.late].into_iter().flatten().min();
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
