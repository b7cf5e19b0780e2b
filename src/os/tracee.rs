//! A program that is watched: each call of it that can concern a socket stops before it is made, and is made when it is let go. By ptrace(2)
//! with a seccomp(2) filter, so that every other call costs nothing; the program ends if this one does.
//!
//! The thread that starts it is the only one that can do anything with it. SIGCHLD must be blocked in every thread of this process before
//! the first one is started ([`crate::os::signals::block_child_signals`]): else the kernel gives it to one that has no use for it.

#[cfg(target_os = "linux")]
mod alone;
#[cfg(target_os = "linux")]
mod asleep;
#[cfg(target_os = "linux")]
mod control;
mod decode;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod event;
#[cfg(target_os = "linux")]
mod filter;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
pub mod peek;
#[cfg(target_os = "linux")]
mod ptrace;
#[cfg(target_os = "linux")]
mod said;
#[cfg(target_os = "linux")]
mod start;
#[cfg(target_os = "linux")]
mod stops;
mod surroundings;
mod table;
#[cfg(target_os = "linux")]
mod thread;
#[cfg(target_os = "linux")]
mod timers;
#[cfg(target_os = "linux")]
mod wait;

#[cfg(target_os = "linux")]
pub use alone::{alone_with_loopback, end_with_parent};
#[cfg(target_os = "linux")]
pub use asleep::asleep;
pub use decode::{About, AfterCall, BeforeCall, LimitedWay, ToldOf};
#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Tracee, alone_with_loopback, asleep, end_with_parent, first_due, help, peek};
pub use event::{DescriptorKind, Registered, Sleep, StartError, TraceeEvent};
#[cfg(target_os = "linux")]
pub use start::help;
#[cfg(target_os = "linux")]
pub use stops::Tracee;
pub use surroundings::{ProgramInput, ProgramSurroundings, UseLimits};
pub use table::{Abi, Sys};
#[cfg(target_os = "linux")]
pub use timers::first_due;

/// The word that makes this program the helper.
pub const HELPER: &str = "__tracee";
