//! Programs that are watched: their calls are those that strace sees, and they do what they do when nobody watches.

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod clients;
mod ends;
mod same;
mod signals;
