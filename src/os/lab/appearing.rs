//! A socket that is to stand in the list.

use crate::model::addr::Addr;
use crate::model::ids::{Fd, Row};
use crate::model::socket::{Mode, Stage};

/// A socket of a peer that is to stand in the list.
#[derive(Clone, Debug)]
pub struct Appearing {
    /// The row whose peer it is.
    pub of: Row,
    /// Its descriptor.
    pub fd: Fd,
    /// *created*, *listening* or *accepted*.
    pub stage: Stage,
    /// Its own address, or of an accepted connection the other end's.
    pub addr: Option<Addr>,
    /// How calls on it wait.
    pub mode: Mode,
}
