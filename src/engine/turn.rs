//! From a command to what came of it: a record is begun first and committed always, so that every call that was made stands in it, also
//! when the command is refused half way.

use super::{AskKernel, Refusal, Session};
use crate::model::ids::Row;
use crate::model::record::{Cause, Record};
use std::time::{Duration, Instant};

/// With what a command is asked for, beside its words.
#[derive(Clone, Copy, Debug, Default)]
pub struct PerformOptions<'a> {
    /// How long a tick's poll waits, if the tick does not wait for an event.
    pub poll_timeout: Duration,
    /// A tick waits for an event until then at most. `None`: one that waits for an event waits for ever, others as long as `poll_timeout`.
    pub until: Option<Instant>,
    /// The rows that somebody sees. Nobody: the first ones are looked at.
    pub shown: &'a [Row],
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Performed {
    /// What happened. `None` only of a command that was refused before anything did.
    pub record: Option<Record>,
    /// Why it was not carried out, or not to its end.
    pub refusal: Option<Refusal>,
}

/// A record that has begun.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) record: Record,
    /// What belongs to its end.
    pub(super) end: RecordEnd,
    /// The rows whose peers go when everything else is done, so that it sees the close first.
    pub(super) leaves: Vec<Row>,
}

/// What belongs to the end of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordEnd {
    /// The lab's turn, the wire's, the conclusions, the looks.
    Whole,
    /// Only the looks.
    Looks,
    /// Nothing: no call is made.
    Words,
}

impl Turn {
    /// Whether nothing has happened.
    pub(super) fn is_untouched(&self) -> bool {
        let Record {
            n: _,
            tick,
            cause: _,
            at_us: _,
            changes,
            calls,
            events,
            rules,
            packets,
            tasks,
            said,
            looks,
            looked,
            stages,
            unknown,
        } = &self.record;
        tick.is_none()
            && changes.is_empty()
            && calls.is_empty()
            && events.is_empty()
            && rules.is_empty()
            && packets.is_empty()
            && looks.is_empty()
            && !looked
            && tasks.is_empty()
            && said.is_empty()
            && stages.is_empty()
            && unknown.is_empty()
    }
}

impl Session {
    /// Begins the next record. Its number is used only when it is committed.
    pub(super) fn begin(&self, cause: Cause) -> Turn {
        Turn {
            record: Record::new(self.records, cause, self.now_us()),
            end: RecordEnd::Whole,
            leaves: Vec::new(),
        }
    }

    /// Ends a record. A command that was refused before anything happened leaves none.
    pub(super) fn commit(
        &mut self,
        turn: Turn,
        verdict: Result<(), Refusal>,
        shown: &[Row],
    ) -> Performed {
        let refusal = verdict.err();
        let record = if refusal.is_some() && turn.is_untouched() {
            None
        } else {
            Some(self.finish(turn, shown))
        };
        Performed { record, refusal }
    }

    fn finish(&mut self, turn: Turn, shown: &[Row]) -> Record {
        let Turn {
            mut record,
            end,
            leaves,
        } = turn;
        self.records += 1;
        match end {
            RecordEnd::Whole => self.conclude(&mut record, shown),
            RecordEnd::Looks => {
                self.look(&mut record, shown);
                self.world.apply(&record);
            }
            RecordEnd::Words => {
                self.world.apply(&record);
            }
        }
        for row in leaves {
            self.take_peer_end(&mut record, row);
        }
        record
    }

    /// Calls that return at once, the lab's turn, the wire's, the conclusions, the looks.
    fn conclude(&mut self, record: &mut Record, shown: &[Row]) {
        self.take_what_returns_at_once(record);
        self.lab_turn(record);
        self.wire_turn(record);
        record.at_us = self.now_us();
        record.stages = self.world.apply_calls(record).into();
        if self.options.looks != AskKernel::Off {
            self.look(record, shown);
        }
        record.at_us = self.now_us();
        self.world.apply_looks(record);
        self.watch_on();
    }
}
