//! What the threads of a watched program can tell, and what it says.

use super::{Data, DataDirection, Name, Names};
use crate::model::call::Call;
use crate::model::task::{MadeBy, ProgramWords, TaskChange, TaskFact};

impl Names for TaskFact {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        let TaskFact { task: _, what } = self;
        match what {
            // A program may be called as its user is.
            TaskChange::Began {
                pid: _,
                tid: _,
                name,
            }
            | TaskChange::Runs { name } => visit(Name::Words(name)),
            // The arguments stand in the call too, when it was made.
            TaskChange::Held {
                row: _,
                name: _,
                args,
            } => visit(Name::Unknown(args)),
            // A call of the system has a name of its own.
            TaskChange::Waits { name: _, limit: _ } | TaskChange::GoesOn | TaskChange::Ended(_) => {
            }
        }
    }
}

impl Names for ProgramWords {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        let ProgramWords {
            process: _,
            fd: _,
            bytes,
        } = self;
        visit(Name::Data(Data {
            bytes,
            way: DataDirection::Sent,
            row: None,
            by: None,
            taken: 0,
        }));
    }
}

/// What stands beside a call: its words tell no more than the call does, and data in them may be cut in the middle of a name.
pub(super) fn made(made: &mut MadeBy, call: &Call, visit: &mut dyn FnMut(Name<'_>)) {
    let MadeBy {
        task: _,
        name: _,
        args,
        wrote,
        limit: _,
        handed: _,
    } = made;
    let mut words = |words: &mut String| match call {
        Call::Send { .. } | Call::SendUrgent { .. } | Call::Recv { .. } | Call::Other {} => {
            visit(Name::Unknown(words));
        }
        _ => visit(Name::Words(words)),
    };
    words(args);
    if let Some(wrote) = wrote {
        words(wrote);
    }
}
