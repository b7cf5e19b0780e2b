//! The first line of a trace.

use super::unknown::Unknown;

/// The first line of a trace: where and when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version of its format. A recording keeps the one that it has.
    pub version: u32,
    /// `linux`, `macos`
    pub os: String,
    /// The kernel's release, such as `6.18.0`.
    pub kernel: String,
    /// The program that wrote it, with its version.
    pub program: String,
    /// Seconds since 1970-01-01 UTC.
    pub started: u64,
    /// Settings that change what is seen.
    pub sysctl: Vec<(String, i64)>,
    /// Fields that this program does not understand.
    pub unknown: Vec<Unknown>,
}

impl Header {
    /// The version of a session that is made now.
    pub const NEWEST: u32 = 2;
}
