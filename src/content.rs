//! Embedded assets made into words. The texts are data: whoever adds a call, an errno or a peer adds its words there.

pub mod assets;
pub mod beside;
pub mod broken;
pub mod bytes;
pub mod calls;
pub mod cards;
pub mod clock;
pub mod errnos;
pub mod facts;
pub mod kernel;
pub mod kinds;
pub mod ladder;
pub mod ledger;
pub mod listings;
pub mod lists;
pub mod masks;
pub mod next;
pub mod numbers;
pub mod packets;
pub mod peers;
pub mod recognised;
pub mod spoken;
pub mod stages;
pub mod story;
pub mod timers;
pub mod witnesses;
