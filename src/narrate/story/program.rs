//! What a watched program did beside its calls: that it has ended.

use super::{Importance, Narration};
use crate::model::clean;
use crate::model::record::Record;
use crate::model::task::{TaskChange, TaskEnd, TaskFact};
use crate::model::world::World;
use crate::words::prose;
use crate::words::signals;

/// That a process of it has ended, and how. Of a wrapper's helpers before the first socket only the program itself is worth a word.
pub(super) fn ended(world: &World, record: &Record, narration: &mut Narration) {
    for TaskFact { task, what } in &record.tasks {
        let TaskChange::Ended(end) = what else {
            continue;
        };
        if task.thread > 1 || (task.process > 1 && world.rows_ever() == 0) {
            continue;
        }
        let name = world.tasks().get(task).map_or("", |state| &*state.name);
        let values = [
            ("{name}", &*clean::text(name)),
            ("{how}", &*program_end(*end)),
        ];
        let ended = prose::text("watch ended").told(&[], &values);
        narration.push(Importance::Event, ended);
    }
}

/// `exit 1`, `by SIGKILL`
pub fn program_end(end: TaskEnd) -> String {
    match end {
        TaskEnd::Exit(code) => format!("exit {code}"),
        TaskEnd::Signal(number) => format!("by {}", signals::name(number)),
    }
}
