//! Calls that have not returned when their step is over, and how long they may last.

use super::{Watched, made};
use crate::model::call::{CallFact, CalledBy};
use crate::model::record::Record;
use crate::os::tracee::{LimitedWay, first_due, peek};

impl Watched {
    /// The call of this thread has not returned when its step is over.
    pub(super) fn is_under_way(&mut self, tid: i32, record: &mut Record) {
        let (Some(task), Some(followed)) = (self.tasks.of(tid), self.calls.get_mut(&tid)) else {
            return;
        };
        let id = self.next_id;
        self.next_id += 1;
        followed.id = Some(id);
        let way = LimitedWay::of(&followed.call.call).filter(|_| followed.call.limit.is_none());
        if let (Some(row), Some(way)) = (followed.row, way) {
            let place = self.sockets.place(row, &self.tasks);
            let asked = place.and_then(|(pid, fd)| peek::time_limit(pid, fd, way).ok());
            // Where that may not be asked, the calls have said it.
            followed.call.limit = asked.unwrap_or_else(|| self.limits.get(&(row, way)).copied());
        }
        // A timer that it waits for by a descriptor is a limit as well.
        let due = self
            .tasks
            .pid(task)
            .and_then(|pid| first_due(pid, &followed.call.about));
        followed.call.limit = [followed.call.limit, due].into_iter().flatten().min();
        let fact = CallFact {
            row: followed.row,
            id: Some(id),
            call: followed.call.call.clone(),
            by: CalledBy::Program,
            outcome: None,
            woken: false,
            made: Some(Box::new(made(task, &followed.call, None))),
        };
        record.calls.push(fact);
        if self.options.looks {
            self.look_at_all(record);
        }
    }
}
