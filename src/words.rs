//! The texts of the assets, and the one way to count and join words.

pub mod assets;
pub mod board;
pub mod broken;
pub mod calls;
pub mod clock;
pub mod course;
pub mod entries;
pub mod errnos;
pub mod icmp;
pub mod join;
pub mod listings;
pub mod looks;
pub mod numbers;
pub mod peers;
pub mod prose;
pub mod rules;
pub mod signals;
pub mod unknown;
