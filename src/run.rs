//! The program as a process: without a terminal ([`headless`]), and what it can say of this machine ([`doctor`]).

pub mod broken;
pub mod cost;
pub mod doctor;
pub mod headless;
pub mod script;
pub mod targets;
pub mod tui;
