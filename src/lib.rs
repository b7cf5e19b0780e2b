//! sockstep steps real sockets through connect(), one tick of a mio poll loop per key press, and shows what the kernel says.
//!
//! Modules, from the ground up. Imports point down only; `tests/floors.rs` enforces it.
//!
//! | module | what lives there |
//! |---|---|
//! | [`model`] | what happened: calls, records, rows, the world that folds them; no I/O and no clock |
//! | [`mod@derive`] | facts that follow from the world and its records, without a sentence |
//! | [`language`] | the words that people and scripts speak: read and printed |
//! | [`trace`] | records as JSON Lines, and packets as pcapng |
//! | [`words`] | the texts of the assets, and the one way to count and join words |
//! | [`narrate`] | sentences: what happened, what comes next, cards |
//! | [`privacy`] | stand-ins for addresses, names and paths |
//! | [`os`] | the one door to the system: each call is one system call |
//! | [`engine`] | a session: plan (pure), perform the calls, apply the record |
//! | [`app`] | the screen's state, and what each key does to it |
//! | [`view`] | the screen drawn from that state |
//! | [`text`] | the same as lines |
//! | [`export`] | a recording as a page, a picture, a program |
//! | [`run`] | threads, files and terminals: drivers tied to outputs |
//! | [`cli`] | the command line |

pub mod model;

pub mod derive;
pub mod language;
pub mod trace;
pub mod words;

pub mod narrate;
pub mod privacy;

pub mod os;

pub mod engine;

pub mod app;
pub mod export;
pub mod text;
pub mod view;

pub mod cli;
pub mod run;
