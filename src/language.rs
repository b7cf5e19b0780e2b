//! The words that people and scripts speak: read here, and printed here.

pub mod asked;
pub mod claim;
pub mod command;
mod complete;
pub mod depth;
pub mod duration;
pub mod keys;
pub mod lesson;
mod line;
mod marks;
pub mod matcher;
pub mod near;
mod packets;
mod proposal;
pub mod recogniser;
pub mod request;
pub mod rules;
pub mod script;
pub mod seek;
pub mod speech;
pub mod title;
pub mod verbs;
pub mod vocabulary;

#[cfg(test)]
mod tests;

pub use complete::complete;
pub use line::{BadLine, comment_at, parse};
