//! The program as a pure machine: `update(&mut Model, Msg) -> Vec<Effect>`. No I/O, no clock: time is an argument.

pub mod asked_again;
pub mod compare;
pub mod guide;
pub mod history;
pub mod lesson;
pub mod model;
pub mod overlay;
pub mod palette;
pub mod update;
pub mod watching;
