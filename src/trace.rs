//! Records as JSON Lines: a header, then one line a record. Version 1.
//!
//! Anything but an added field bumps [`VERSION`]. Lines that begin with `#` and unknown fields are ignored by readers.

pub mod decode;
pub mod encode;
mod line;
pub mod pcapng;
pub mod reader;

/// The version of the format that this program writes and reads.
pub const VERSION: u32 = 1;
/// The first field of every trace.
pub const FORMAT: &str = "sockstep-trace";
