//! sockstep steps real sockets through connect(), one tick of a mio poll loop per key press, and shows what the kernel says.
//!
//! Modules, in reading order, from the ground up. Imports point down only; `tests/floors.rs` enforces it.

pub mod app;
pub mod cli;
pub mod content;
pub mod export;
pub mod os;
pub mod pure;
pub mod run;
pub mod session;
pub mod text;
pub mod trace;
pub mod view;
