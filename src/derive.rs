//! Facts that follow from the world and its records, without a sentence: tested by value.

pub mod board;
pub mod circle;
pub mod class;
pub mod kinds;
pub mod ladder;
pub mod lists;
pub mod looks;
pub mod waits;
