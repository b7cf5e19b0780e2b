//! The files that are compiled into the program.

/// Errno texts.
pub const ERRNO: &str = include_str!("../../assets/text/errno.toml");
/// Call texts.
pub const CALLS: &str = include_str!("../../assets/text/calls.toml");
/// What the lab's far ends are.
pub const PEERS: &str = include_str!("../../assets/text/peers.toml");
