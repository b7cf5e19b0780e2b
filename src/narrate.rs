//! Sentences about what happened, what comes next, and what a thing is.

pub mod answered;
pub mod bytes;
pub mod cards;
pub mod compare;
pub mod decided;
pub mod facts;
pub mod kernel;
pub mod ledger;
pub mod masks;
pub mod next;
pub mod packets;
pub mod recognised;
pub mod rules;
pub mod spoken;
pub mod stages;
pub mod story;
pub mod timers;
