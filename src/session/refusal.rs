//! Why a command was not carried out: nothing happened, and what to do instead.

use crate::pure::errno::Errno;
use crate::pure::ids::Row;
use crate::pure::target::TargetError;
use thiserror::Error;

/// A command that was refused before any call was made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The text is no target.
    #[error("{0}")]
    Target(#[from] TargetError),
    /// The number belongs to no row.
    #[error("there is no socket {0}")]
    NoSuchRow(Row),
    /// Nothing to call it on.
    #[error("{0} has no socket yet: Space makes one")]
    NoSocketYet(Row),
    /// Closed for ever.
    #[error("{0} is closed: r starts it afresh")]
    Closed(Row),
    /// connect() on a blocking socket could freeze the program.
    #[error(
        "{0} is still blocking, so connect() could freeze this program: Space makes it non-blocking first"
    )]
    StillBlocking(Row),
    /// The far end is somebody else's.
    #[error("the far end of {0} is not in this lab: only its own program can accept there")]
    NotOurs(Row),
    /// Nobody listens at the far end.
    #[error("nobody listens at the far end of {0}, so there is nothing to accept")]
    NobodyListens(Row),
    /// The lab could not be set up.
    #[error("the lab could not set up {target}: {errno}")]
    Staging {
        /// Which peer.
        target: String,
        /// The errno of the call that failed.
        errno: Errno,
    },
}
