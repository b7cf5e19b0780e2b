//! The kinds of readiness, and the word of each look for them: the rows of the lists and of the looks.

use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};

/// One kind of readiness.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ReadinessKind {
    /// The word on the screen.
    pub name: &'static str,
    /// The interest that asks for it; `None`: it is always reported.
    pub asked: Option<Interest>,
    /// mio's flag.
    pub new: Readiness,
    /// The bit of poll(2) and epoll.
    pub mask: PollMask,
    /// The set of select(2); `None`: it has no such list.
    pub sets: Option<SelectSets>,
}

/// A read would not block.
pub const READABLE: ReadinessKind = ReadinessKind {
    name: "readable",
    asked: Some(Interest::READABLE),
    new: Readiness::READABLE,
    mask: PollMask::IN,
    sets: Some(SelectSets::R),
};

/// A write would not block.
pub const WRITABLE: ReadinessKind = ReadinessKind {
    name: "writable",
    asked: Some(Interest::WRITABLE),
    new: Readiness::WRITABLE,
    mask: PollMask::OUT,
    sets: Some(SelectSets::W),
};

/// An error waits.
pub const ERROR: ReadinessKind = ReadinessKind {
    name: "error",
    asked: None,
    new: Readiness::ERROR,
    mask: PollMask::ERR,
    sets: Some(SelectSets::X),
};

/// Urgent data waits, which select() counts to its third set.
pub const URGENT: ReadinessKind = ReadinessKind {
    name: "urgent",
    asked: Some(Interest::PRIORITY),
    new: Readiness::PRIORITY,
    mask: PollMask::PRI,
    sets: Some(SelectSets::X),
};

/// All of them; the first three are select()'s own.
pub const KINDS: [ReadinessKind; 6] = [
    READABLE,
    WRITABLE,
    ERROR,
    ReadinessKind {
        name: "read closed",
        // mio asks for RDHUP together with IN.
        asked: Some(Interest::READABLE),
        new: Readiness::READ_CLOSED,
        mask: PollMask::RDHUP,
        sets: None,
    },
    ReadinessKind {
        name: "write closed",
        asked: None,
        new: Readiness::WRITE_CLOSED,
        mask: PollMask::HUP,
        sets: None,
    },
    URGENT,
];
