//! Lessons: found, checked on this machine's kernel, drafted from a recording, and marked.

pub mod check;
pub mod draft;
pub mod find;
pub mod list;
pub mod mark;
pub mod report;
