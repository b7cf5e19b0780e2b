//! What a watched program was told by the calls that ask for news: events, as those of any poll.

use super::Watched;
use crate::model::ids::Row;
use crate::model::readiness::Readiness;
use crate::model::record::{Event, Record};
use crate::os::tracee::{About, AfterCall, BeforeCall, ToldOf};

impl Watched {
    /// What a call was told that asks for news.
    pub(super) fn told(&self, pid: i32, call: &BeforeCall, after: &AfterCall, record: &mut Record) {
        let marks = match (&call.about, after.told.is_empty()) {
            (About::Epoll(epfd), false) => self.sockets.in_epoll(pid, *epfd),
            _ => Vec::new(),
        };
        for (told, readiness) in &after.told {
            let row = match told {
                ToldOf::Fd(fd) => self.sockets.row(pid, *fd),
                ToldOf::Data(data) => marks
                    .iter()
                    .find(|(_, mark)| mark == data)
                    .map(|(row, _)| *row),
            };
            if let Some(row) = row {
                note(record, row, *readiness);
            }
        }
    }
}

/// Writes an event down; what one call says of a socket is one event.
fn note(record: &mut Record, row: Row, readiness: Readiness) {
    let same = record.events.iter_mut().find(|event| event.row == row);
    if let Some(event) = same {
        event.readiness |= readiness;
        return;
    }
    record.events.push(Event {
        row,
        stale: None,
        readiness,
    });
}
