//! The words that people and scripts speak: read here, and printed here.

pub mod claim;
pub mod command;
pub mod script;
pub mod title;
pub mod travel;
