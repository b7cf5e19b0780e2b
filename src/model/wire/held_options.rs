//! Options that let a packet be held for minutes. They are set on the client's socket and on the listener: accepted connections inherit
//! them, and the listener's decide how long a half-open connection is kept.

use super::super::call::SocketOption;

/// tcp(7): so often a SYN or a SYN+ACK is sent again (the most that the kernel takes).
pub const SYN_COUNT: u32 = 127;
/// The longest pause between two tries, in milliseconds: after a packet is let go late, the next packet comes within this time. Since Linux 6.15.
/// A listener's SYN+ACKs do not heed it (measured on Linux 6.18): their pauses are 1, 2, 4 ... 64, 120 s. A SYN that is repeated is
/// answered with one at once.
pub const RTO_MAX_MS: u32 = 5_000;
/// So long data and FIN may stay without an answer, in milliseconds. Needed because [`RTO_MAX_MS`] also shortens the life of a connection:
/// the fifteen tries of `tcp_retries2` then take about a minute.
pub const USER_TIMEOUT_MS: u32 = 900_000;

/// All of them, in the order in which they are set. With them a client gives a held SYN up after about 11 minutes; data, FIN and half-open
/// connections live longer (measured on Linux 6.18). The kernel may lack [`SocketOption::TcpRtoMaxMs`]; then the pauses grow to two
/// minutes, and the rest holds.
pub const OPTIONS: [(SocketOption, u32); 3] = [
    (SocketOption::TcpSynCnt, SYN_COUNT),
    (SocketOption::TcpRtoMaxMs, RTO_MAX_MS),
    (SocketOption::TcpUserTimeout, USER_TIMEOUT_MS),
];
