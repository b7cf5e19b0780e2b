//! What the model is told, and what it asks for.

use crate::app::lesson::LineEnd;
use crate::language::keys::Key;
use crate::language::request::Request;
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::task::ProgramOrder;
use crate::model::world::World;
use std::sync::Arc;

/// Something that happened outside.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// A record was made or read.
    Made {
        /// The record.
        record: Arc<Record>,
        /// The world after it.
        world: Box<World>,
    },
    /// The measuring has come so far.
    Measured {
        /// The report so far.
        text: String,
        /// How many measurements are done, and how many there will be.
        done: (usize, usize),
    },
    /// The lines of a lesson are carried out, or one of them was not.
    LinesDone(LineEnd),
    /// The engine refused a command: nothing was done.
    Refused(String),
    /// Something to be said once.
    Notice(String),
    /// The screen has a new size.
    Resize(u16, u16),
    /// The picture stands: what nobody waits for may be done.
    Drawn,
    /// Time has passed.
    Clock,
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The engine is to carry this out.
    Perform(Command),
    /// These are to be carried out one after the other, until one cannot be.
    Lines(Vec<Request>),
    /// A lesson is to begin, in a session of its own.
    BeginLesson(String),
    /// The lesson is to be staged afresh, for the questions that were not right.
    OnceMore,
    /// The lesson is to be staged afresh up to where it stands, by its own lines.
    StageAfresh,
    /// The lesson is left; the session before comes back.
    LeaveLesson,
    /// These topics of the guide were seen, and that is to be kept.
    KeepSeen(Vec<&'static str>),
    /// How far the lesson came is to be kept.
    KeepProgress,
    /// A watched program is to do this.
    Order(ProgramOrder),
    /// A waiting tick is to end.
    EndWait,
    /// Measure what asking costs here.
    Measure,
    /// The measuring is to end.
    EndMeasuring,
    /// Give the terminal back and stop until fg.
    Suspend,
    /// End the program.
    Quit,
}
