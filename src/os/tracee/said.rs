//! What a program says: what it writes to its terminal, as the calls that write it have it.

use super::event::TraceeEvent;
use super::peek;
use super::stops::Tracee;
use super::thread::{Pending, is_broken_off};
use crate::model::call::{Call, Payload};
use crate::model::ids::Fd;

impl Tracee {
    /// The end of a write to the terminal.
    pub(super) fn behind_write(
        &mut self,
        tid: i32,
        pending: Pending,
        raw: i64,
    ) -> Option<TraceeEvent> {
        let pid = self.threads.get(&tid)?.pid;
        if is_broken_off(raw) {
            self.threads.get_mut(&tid)?.broken = None;
        }
        let said = self.said(pid, pending, raw);
        self.goes_on(tid, 0);
        said
    }

    /// What was written to the terminal. What goes into a file or a pipe is said to nobody here.
    fn said(&self, pid: i32, pending: Pending, raw: i64) -> Option<TraceeEvent> {
        let written = usize::try_from(raw).ok().filter(|count| *count > 0)?;
        let Call::Send { fd, data } = pending.before.call else {
            return None;
        };
        let (Payload::Bytes(mut bytes)
        | Payload::Cut {
            head: mut bytes, ..
        }) = data
        else {
            return None;
        };
        bytes.truncate(written);
        let is_said = peek::is_same_file(pid, fd, &self.far);
        // Node opens its terminal once more, and writes there.
        let fd = if fd == Fd(2) { fd } else { Fd(1) };
        is_said.then_some(TraceeEvent::Said { pid, fd, bytes })
    }
}
