//! What the model is told, and what it asks for.

use crate::app::keys::Key;
use crate::model::command::Command;
use crate::model::record::Record;
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
    /// The engine refused a command: nothing was done.
    Refused(String),
    /// Something to be said once.
    Notice(String),
    /// The screen has a new size.
    Resize(u16, u16),
    /// Time has passed.
    Clock,
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The engine is to carry this out.
    Perform(Command),
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
