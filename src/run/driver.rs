//! What stands behind a face: something that is asked, and that answers with records. A live session, a recording and whatever comes
//! later speak the same two enums; what one of them cannot do it refuses in words.

pub mod lines;
pub mod live;
pub mod recorded;
mod stepped;
pub mod thread;
pub mod watched;

use crate::app::lesson::LineEnd;
use crate::engine::WakeHandle;
use crate::language::request::Request;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::task::ProgramOrder;
use crate::model::world::World;
use std::io::Write;
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a driver is asked.
#[derive(Clone, Debug)]
pub enum DriverRequest {
    /// To carry out a command.
    Perform(Command, RequestOptions),
    /// To carry out what lines of a script ask for, one after the other, until one cannot be.
    Lines(Vec<Request>, RequestOptions),
    /// Something of a watched program.
    Order(ProgramOrder),
    /// To take in what has come without being asked for: an answer of another thread, packets.
    TakeIn,
}

/// How a command is meant.
#[derive(Clone, Debug, Default)]
pub struct RequestOptions {
    /// How long the poll of a tick waits that does not wait for an event.
    pub poll_timeout: Duration,
    /// A tick waits for an event if no socket has a call to make, but no longer than until then.
    pub until: Option<Instant>,
    /// The rows that somebody sees; empty if nobody does.
    pub shown: Vec<Row>,
}

impl RequestOptions {
    /// Of a face that shows no rows.
    pub fn with_timeout(poll_timeout: Duration) -> RequestOptions {
        RequestOptions {
            poll_timeout,
            ..RequestOptions::default()
        }
    }
}

/// What a driver answers, one at a time and in order.
#[derive(Debug)]
pub enum Reply<'a> {
    /// A record was made or read, whoever asked for it, and this is the world after it.
    Made {
        /// The record.
        record: Arc<Record>,
        /// A clone shares all that does not change later.
        world: &'a World,
    },
    /// Something was not done, and why. What was done before that stands in the record above.
    Refused(String),
    /// The lines that were asked for came to this.
    LinesDone(LineEnd),
    /// There is nothing more to come; if that is a fault, which.
    Ended(Option<String>),
}

/// Whoever takes the replies, and says whether there shall be more.
pub type Replies<'a> = &'a mut dyn FnMut(Reply<'_>) -> ControlFlow<()>;

/// Whether there shall be more replies.
pub fn go_on_if(more: bool) -> ControlFlow<()> {
    if more {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}

/// A source of records that can be asked.
pub trait Driver {
    /// Ends a wait from another thread; to be taken before the driver starts.
    fn wake(&self) -> Wake;

    /// Says what there is before anything is asked.
    ///
    /// # Errors
    /// If there is nothing to begin with.
    fn begin(&mut self, replies: Replies<'_>) -> anyhow::Result<()>;

    /// Answers one request.
    fn serve(&mut self, request: DriverRequest, replies: Replies<'_>);
}

/// Ends a waiting tick from another thread.
#[derive(Clone, Debug)]
pub enum Wake {
    /// Of a session.
    Session(WakeHandle),
    /// Of a driver that waits for a watched program: a byte here says that something was asked.
    Program(Arc<UnixStream>),
    /// Of a driver that never waits.
    Nobody,
}

impl Wake {
    /// Ends the tick that waits now, or the one that is about to.
    pub fn end_wait(&self) {
        match self {
            Wake::Session(handle) => handle.end_wait(),
            Wake::Program(_) | Wake::Nobody => {}
        }
    }

    /// Whether an end was asked for since the last command was given.
    pub fn is_asked_to_end(&self) -> bool {
        match self {
            Wake::Session(handle) => handle.is_asked_to_end(),
            Wake::Program(_) | Wake::Nobody => false,
        }
    }

    /// To be called when a command is given: an earlier request to end is over.
    pub fn forget(&self) {
        match self {
            Wake::Session(handle) => handle.forget(),
            Wake::Program(_) | Wake::Nobody => {}
        }
    }

    /// To be called when something was asked.
    pub fn ring(&self) {
        if let Wake::Program(bell) = self {
            // If it is full there is a byte in it, and if it is gone nobody waits.
            let _ = bell.as_ref().write(&[0]);
        }
    }
}
