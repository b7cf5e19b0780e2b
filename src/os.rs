//! The one door to the kernel. Nothing above makes a system call on a socket, and nothing here knows of screens.

pub mod blocking;
pub mod call;
pub mod clients;
pub mod cost;
pub mod diag;
pub mod errno;
pub mod file;
pub mod heap;
#[cfg(target_os = "linux")]
mod kept;
pub mod lab;
pub mod look;
pub mod names;
#[cfg(target_os = "linux")]
mod netlink;
pub mod poll;
pub mod resolve;
pub mod signals;
pub mod system;
pub mod tcp;
pub mod tracee;
pub mod wire;
