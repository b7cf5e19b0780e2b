//! What a program says: what it writes to its terminal, as the calls that write it have it.

use super::decode::written;
use super::event::TraceeEvent;
use super::peek;
use super::stops::Tracee;
use super::thread::{Pending, is_broken_off};
use crate::model::call::Call;
use crate::model::ids::Fd;

/// So much of one write is heard. Nobody reads more of it.
const MOST_SAID: usize = 4 << 20;

impl Tracee {
    /// The end of a write to the terminal.
    pub(super) fn behind_write(
        &mut self,
        tid: i32,
        pending: &Pending,
        raw: i64,
    ) -> Option<TraceeEvent> {
        let pid = self.threads.get(&tid)?.pid;
        if is_broken_off(raw) {
            self.threads.get_mut(&tid)?.broken = None;
        }
        let said = self.said((pid, tid), pending, raw);
        self.goes_on(tid, 0);
        said
    }

    /// What was written to the terminal. What goes into a file or a pipe is said to nobody here.
    fn said(&self, (pid, tid): (i32, i32), pending: &Pending, raw: i64) -> Option<TraceeEvent> {
        let count = usize::try_from(raw).ok().filter(|count| *count > 0)?;
        let Call::Send { fd, .. } = pending.before.call else {
            return None;
        };
        let bytes = written(tid, &pending.before, count.min(MOST_SAID));
        let is_said = peek::is_same_file(pid, fd, &self.far);
        // Node opens its terminal once more, and writes there.
        let fd = if fd == Fd(2) { fd } else { Fd(1) };
        is_said.then_some(TraceeEvent::Said { pid, fd, bytes })
    }
}
