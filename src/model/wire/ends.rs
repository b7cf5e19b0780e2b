//! What the kernel of the lab wire says of one end of a connection.

use crate::model::tcp::TcpState;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// What the kernel inside says of one TCP socket: sock_diag(7). A half-open connection (SYN-RECV) has no descriptor; it is only here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndState {
    /// Its own address.
    pub local: SocketAddr,
    /// The other's; unspecified on a listener.
    pub remote: SocketAddr,
    /// Its state, as a name in a trace: `SYN-RECV`.
    #[serde(with = "state_name")]
    pub state: TcpState,
    /// So often the last thing was sent again.
    pub retransmits: u8,
    /// Its timer, if one runs.
    pub timer: Option<Timer>,
    /// Bytes not read yet; on a listener the accept queue's length.
    pub unread: u32,
    /// Bytes not acknowledged yet; on a listener the accept queue's limit.
    pub unacked: u32,
}

/// What a timer does when it goes off: `idiag_timer` of sock_diag(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerKind {
    /// Something is sent again: what was not acknowledged, or a probe of a closed window.
    Again,
    /// It probes whether the other end is alive; of an orphan in FIN-WAIT-2 it ends the wait for the other's FIN.
    KeepAlive,
    /// TIME-WAIT is over.
    TimeWait,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// What it does.
    pub kind: TimerKind,
    /// Milliseconds until it goes off.
    pub left_ms: u32,
}

mod state_name {
    use crate::model::tcp::TcpState;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    pub(super) fn serialize<S: Serializer>(
        state: &TcpState,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(state.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TcpState, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse()
            .map_err(|_| D::Error::custom("not a TCP state"))
    }
}
