//! Programs that are watched: their calls are those that strace sees, and they do what they do when nobody watches.

#![expect(
    clippy::disallowed_methods,
    reason = "a thread of a test needs no name"
)]

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod clients;
mod ends;
mod homework;
mod hostile;
mod lives;
mod peer;
mod rightly;
mod rights;
mod rules;
mod runtimes;
mod same;
mod screen;
mod signals;
mod speed;
mod starts;
mod stuck;
mod truth;
