//! Records as JSON Lines: a header, then one line a record. Version 2; version 1 is read for ever, and written again as version 1.
//!
//! A reader of version 2 keeps whatever it does not understand, be it a word or a field, as it was written: it is shown, nothing follows
//! from it, and it is written again in its place. So calls, words and fields may be added without a new version, and old programs go on
//! reading. [`VERSION`] is bumped only if a word that is known changes its meaning. A field that alters what a known call means is no added
//! field: such a call gets a name of its own. In version 1 an unknown word is a fault, and unknown fields are dropped. Lines that begin
//! with `#` are ignored in both.

pub mod decode;
pub mod encode;
mod fault;
mod field;
mod flat;
mod line;
mod parts;
pub mod pcapng;
pub mod reader;
mod seen;
mod shape;
mod sort;
mod tasks;
mod text;
mod tree;
pub mod utc;
mod weave;

/// The version of the format that this program writes. It reads every one from 1 on.
pub const VERSION: u32 = crate::model::record::Header::NEWEST;
/// The first field of every trace.
pub const FORMAT: &str = "sockstep-trace";
