//! A recording as a driver: it says everything at once, and refuses whatever needs a socket.

use super::{Driver, DriverRequest, Replies, Reply, Wake};
use crate::model::record::Record;
use crate::model::world::World;
use crate::run::recording::{LoadedRecording, Recording};
use crate::trace::reader::TraceFault;
use std::sync::Arc;

/// What every command is answered with.
const REFUSED: &str = "This is a recording: nothing can be done to its sockets.";

/// A recording that is read as it goes, or one that is in memory.
#[derive(Debug)]
pub enum RecordedDriver {
    /// From a file, record by record.
    File(Box<Recording>),
    /// From memory; the world is folded here.
    Whole(Box<MemoryDriver>),
}

/// A recording in memory, and how far it has been read.
#[derive(Debug)]
pub struct MemoryDriver {
    name: String,
    records: std::vec::IntoIter<Record>,
    fault: Option<TraceFault>,
    doubt: Option<String>,
    world: World,
}

impl RecordedDriver {
    /// Reads a file.
    pub fn file(recording: Recording) -> RecordedDriver {
        RecordedDriver::File(Box::new(recording))
    }

    /// Takes what was read already.
    pub fn loaded(loaded: LoadedRecording) -> RecordedDriver {
        RecordedDriver::Whole(Box::new(MemoryDriver {
            name: loaded.name,
            records: loaded.records.into_iter(),
            fault: loaded.fault,
            doubt: loaded.doubt,
            world: World::default(),
        }))
    }

    fn next(&mut self) -> Option<Result<Record, TraceFault>> {
        match self {
            RecordedDriver::File(recording) => recording.take(),
            RecordedDriver::Whole(memory) => match memory.records.next() {
                Some(record) => {
                    memory.world.apply(&record);
                    Some(Ok(record))
                }
                None => memory.fault.take().map(Err),
            },
        }
    }

    fn world(&self) -> &World {
        match self {
            RecordedDriver::File(recording) => recording.world(),
            RecordedDriver::Whole(memory) => &memory.world,
        }
    }

    /// What is to be said about lines whose stages do not follow from their calls, if there are any.
    pub fn doubt(&self) -> Option<String> {
        match self {
            RecordedDriver::File(recording) => recording.doubt(),
            RecordedDriver::Whole(memory) => memory.doubt.clone(),
        }
    }

    /// What the recording is called.
    pub fn name(&self) -> &str {
        match self {
            RecordedDriver::File(recording) => &recording.name,
            RecordedDriver::Whole(memory) => &memory.name,
        }
    }
}

impl RecordedDriver {
    /// Says everything: record by record, and at last how it ends.
    pub fn read(&mut self, replies: Replies<'_>) {
        let fault = loop {
            match self.next() {
                None => break None,
                Some(Err(fault)) => break Some(fault.to_string()),
                Some(Ok(record)) => {
                    let made = Reply::Made {
                        record: Arc::new(record),
                        world: self.world(),
                    };
                    if replies(made).is_break() {
                        return;
                    }
                }
            }
        };
        let _ = replies(Reply::Ended(fault));
    }
}

impl Driver for RecordedDriver {
    fn wake(&self) -> Wake {
        Wake::Nobody
    }

    fn begin(&mut self, replies: Replies<'_>) -> anyhow::Result<()> {
        self.read(replies);
        Ok(())
    }

    fn serve(&mut self, request: DriverRequest, replies: Replies<'_>) {
        match request {
            DriverRequest::Perform(..) | DriverRequest::Lines(..) | DriverRequest::Order(_) => {
                let _ = replies(Reply::Refused(REFUSED.to_owned()));
            }
            DriverRequest::TakeIn => {}
        }
    }
}
