//! What happened and what may be concluded: no I/O, no clock, no terminal, no mio.

pub mod addr;
pub mod call;
pub mod claim;
pub mod clean;
pub mod command;
pub mod errno;
pub mod ids;
pub mod mask;
pub mod notation;
pub mod packet;
pub mod patience;
pub mod pcapng;
pub mod readiness;
pub mod record;
pub mod script;
pub mod socket;
pub mod target;
pub mod travel;
pub mod weight;
pub mod wire;
pub mod world;
