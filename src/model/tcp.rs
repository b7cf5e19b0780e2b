//! The kernel's TCP states.

use strum::{EnumString, IntoStaticStr};

/// The kernel's TCP state, in the words of RFC 9293.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING-KEBAB-CASE")]
#[expect(missing_docs, reason = "the states' names are the field's own terms")]
pub enum TcpState {
    Established,
    SynSent,
    SynRecv,
    #[strum(serialize = "FIN-WAIT-1")]
    FinWait1,
    #[strum(serialize = "FIN-WAIT-2")]
    FinWait2,
    TimeWait,
    Close,
    CloseWait,
    LastAck,
    Listen,
    Closing,
}

impl TcpState {
    /// All of them, in the order of the kernel's numbers from 1.
    pub const ALL: [TcpState; 11] = [
        TcpState::Established,
        TcpState::SynSent,
        TcpState::SynRecv,
        TcpState::FinWait1,
        TcpState::FinWait2,
        TcpState::TimeWait,
        TcpState::Close,
        TcpState::CloseWait,
        TcpState::LastAck,
        TcpState::Listen,
        TcpState::Closing,
    ];

    /// The name on the screen and in a trace.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
