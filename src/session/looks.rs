//! The looks at the end of a record: whom to ask how closely, and what is worth writing down.

use super::{Looks, Session};
use crate::os::look::{Subject, look};
use crate::pure::ids::Row;
use crate::pure::record::{Look, Record};
use crate::pure::socket::Stage;
use std::collections::HashSet;

/// The witnesses that cost a call a socket are asked for at most so many.
const MOST_CLOSELY: usize = 64;

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
            subjects.push(Subject {
                fd,
                closely,
                local: closely && bound && !known,
            });
        }
        for (row, answer) in rows.into_iter().zip(look(&subjects, &self.descriptors)) {
            let Some(answer) = answer else { continue };
            if let Some(news) = self.news(row, answer) {
                record.looks.push((row, news));
            }
        }
    }

    fn news(&self, row: Row, answer: Look) -> Option<Look> {
        let before = &self.world.row(row)?.look;
        let mut after = before.clone();
        after.merge(&answer);
        (after != *before).then_some(answer)
    }
}
