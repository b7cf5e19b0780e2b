//! A program that is watched: each call of it that can concern a socket stops before it is made, and is made when it is let go. By ptrace(2)
//! with a seccomp(2) filter, so that every other call costs nothing; the program ends if this one does.
//!
//! The thread that starts it is the only one that can do anything with it. SIGCHLD must be blocked in every thread of this process before
//! the first one is started ([`crate::os::signals::block_child_signals`]): else the kernel gives it to one that has no use for it.

mod decode;
mod filter;
mod memory;
pub mod peek;
mod ptrace;
mod start;
mod stops;
mod table;
mod thread;

pub use decode::{About, AfterCall, BeforeCall, Told};
pub use start::{HELPER, StartError, help};
pub use stops::{Tracee, TraceeEvent};
pub use table::{Abi, Sys};
