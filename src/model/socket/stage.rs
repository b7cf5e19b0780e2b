//! The stages of a socket, with their words and signs.

use strum::{EnumString, IntoStaticStr};

/// Where a socket stands, as far as the program may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Stage {
    /// No socket yet. Never written to a trace.
    #[strum(serialize = "no socket yet")]
    New,
    /// getaddrinfo is running, or has answered and the socket is not made yet.
    Resolving,
    /// socket(2) gave a descriptor.
    Created,
    /// No call on it will block.
    NonBlocking,
    /// connect(2) was called, and nobody watches the socket yet.
    #[strum(serialize = "connect attempted")]
    ConnectAttempted,
    /// The kernel works on the connection; the poll watches it.
    Pending,
    /// *Pending* plus a hint: the poll said writable, which is not yet an answer.
    Writable,
    /// The program has proof that there is a connection.
    Connected,
    /// A call said that it failed.
    Error,
    /// close(2) was called. For ever.
    Closed,
    /// A listener.
    Listening,
    /// A connection that came out of accept(2).
    Accepted,
}

impl Stage {
    /// Every stage that a trace names.
    pub const NAMED: [Stage; 11] = [
        Stage::Resolving,
        Stage::Created,
        Stage::NonBlocking,
        Stage::ConnectAttempted,
        Stage::Pending,
        Stage::Writable,
        Stage::Connected,
        Stage::Error,
        Stage::Closed,
        Stage::Listening,
        Stage::Accepted,
    ];

    /// The word on the screen and in a trace.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// From the word of a trace.
    pub fn from_word(word: &str) -> Option<Stage> {
        word.parse().ok().filter(|stage| *stage != Stage::New)
    }

    /// The sign that stands before the word, so that colour is never needed.
    pub fn sign(self) -> char {
        match self {
            Stage::New => '.',
            Stage::Resolving | Stage::Created | Stage::NonBlocking | Stage::ConnectAttempted => 'o',
            Stage::Pending => '~',
            Stage::Writable => '?',
            Stage::Connected | Stage::Listening | Stage::Accepted => '=',
            Stage::Error => 'x',
            Stage::Closed => '-',
        }
    }

    /// Whether connect() was called and has no result yet.
    pub fn is_under_way(self) -> bool {
        matches!(
            self,
            Stage::ConnectAttempted | Stage::Pending | Stage::Writable
        )
    }
}
