//! Embedded assets made into words. The texts are data: whoever adds a call, an errno or a peer adds its words there.

pub mod assets;
pub mod beside;
pub mod broken;
pub mod bytes;
pub mod calls;
pub mod cards;
pub mod errnos;
pub mod kernel;
pub mod ledger;
pub mod listings;
pub mod masks;
pub mod next;
pub mod numbers;
pub mod packets;
pub mod peers;
pub mod story;
pub mod witnesses;
