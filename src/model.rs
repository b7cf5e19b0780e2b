//! What happened and what may be concluded: no I/O, no clock, no terminal, no mio.

pub mod addr;
pub mod call;
pub mod chunks;
pub mod clean;
pub mod command;
pub mod errno;
pub mod file;
mod header;
pub mod ids;
pub mod lesson_mark;
pub mod names;
pub mod notation;
pub mod pack;
pub mod packet;
pub mod race;
pub mod readiness;
pub mod record;
pub mod refusal;
pub mod retransmit;
pub mod row_set;
pub mod socket;
pub mod target;
pub mod task;
pub mod tcp;
pub mod unknown;
pub mod wire;
pub mod world;
