//! The looks at the end of a record: whom to ask how closely, and what is worth writing down.

use super::{Looks, Session};
use crate::os::look::{Subject, look};
use crate::pure::ids::Row;
use crate::pure::record::{Look, Record, Witness};
use crate::pure::socket::Stage;
use std::collections::HashSet;

/// The witnesses that cost a call a socket are asked for at most so many.
const MOST_CLOSELY: usize = 64;

/// Two readings of one timer differ by less.
const SAME_TIMER_US: u64 = 100_000;

impl Session {
    /// Asks the witnesses about every open socket and writes down what differs from before.
    pub(super) fn look(&mut self, record: &mut Record, shown: &[Row]) {
        record.looked = true;
        let all = self.options.looks == Looks::All;
        let close: HashSet<Row> = shown.iter().copied().take(MOST_CLOSELY).collect();
        let mut rows = Vec::new();
        let mut subjects = Vec::new();
        for state in self.world.present() {
            let Some(fd) = state.fd() else { continue };
            let closely = all
                || close.contains(&state.row)
                || (shown.is_empty() && rows.len() < MOST_CLOSELY);
            let bound = !matches!(state.stage(), Stage::Created | Stage::NonBlocking);
            let known = state
                .look
                .local
                .as_ref()
                .is_some_and(|local| local.port() != Some(0));
            rows.push(state.row);
            let remote = if closely {
                state.current().addr.clone()
            } else {
                None
            };
            subjects.push(Subject {
                fd,
                closely,
                local: closely && bound && !known,
                remote,
            });
        }
        let now_us = self.now_us();
        for ((row, subject), answer) in
            rows.into_iter()
                .zip(&subjects)
                .zip(look(&subjects, &self.descriptors, now_us))
        {
            let Some(mut answer) = answer else { continue };
            if subject.closely {
                answer.queue = self.lab.queue(row).map_or(Witness::NotAsked, Witness::Says);
            }
            if let Some(news) = self.news(row, answer) {
                record.looks.push((row, news));
            }
        }
    }

    /// The answer, if it differs from what is known. The same timer read twice differs by the clock's ticks; that is no news.
    fn news(&self, row: Row, mut answer: Look) -> Option<Look> {
        let before = &self.world.row(row)?.look;
        if let (Witness::Says(tcp), Some(known)) = (
            &mut answer.tcp,
            before.tcp.answer().and_then(|tcp| tcp.due_us),
        ) && tcp
            .due_us
            .is_some_and(|due| due.abs_diff(known) < SAME_TIMER_US)
        {
            tcp.due_us = Some(known);
        }
        answer.is_news(before).then_some(answer)
    }
}
