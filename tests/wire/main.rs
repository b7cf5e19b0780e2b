//! The lab wire on the real kernel: two sockets in a namespace, every packet held.

#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    clippy::print_stderr,
    clippy::allow_attributes,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod capture;
mod errors;
mod giving_up;
mod ladder;
mod life;
mod setup;
mod stage;
mod talk;
mod two_events;
mod words;
