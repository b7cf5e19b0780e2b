//! The files that are compiled into the program.

use crate::language::keys;
use serde::de::DeserializeOwned;

/// A file of texts, in which keys are named as they are bound.
pub(crate) fn read<T: DeserializeOwned>(asset: &str) -> T {
    toml::from_str(&keys::said_in_toml(asset)).expect("a test reads this embedded asset")
}

/// Errno texts.
pub const ERRNO: &str = include_str!("../../assets/text/errno.toml");
/// Call texts.
pub const SENTENCES: &str = include_str!("../../assets/text/sentences.toml");
/// What is said of rows, records and the next tick.
pub const PROSE: &str = include_str!("../../assets/text/prose.toml");
/// What the lab's peers are.
pub const PEERS: &str = include_str!("../../assets/text/peers.toml");
/// Why looks differ.
pub const LOOKS: &str = include_str!("../../assets/text/looks.toml");
/// The program of the code pane with mio.
pub const CODE_MIO: &str = include_str!("../../assets/code/mio.rs");
/// With Python's select.
pub const CODE_SELECT: &str = include_str!("../../assets/code/with_select.py");
/// In C with poll.
pub const CODE_POLL: &str = include_str!("../../assets/code/poll.c");
/// With Python's asyncio.
pub const CODE_ASYNCIO: &str = include_str!("../../assets/code/with_asyncio.py");
/// With tokio.
pub const CODE_TOKIO: &str = include_str!("../../assets/code/tokio.rs");
/// The call texts in the language of the readiness layer and of the kernel.
/// What a call, flag, stage, state, field or option is.
pub const CARDS: &str = include_str!("../../assets/text/cards.toml");
/// What the whole mask of poll(2) means.
pub const MASKS: &str = include_str!("../../assets/text/masks.toml");
/// What is said when a watched program breaks a rule.
pub const RULES: &str = include_str!("../../assets/text/rules.toml");
/// What is wrong with the broken clients.
pub const BROKEN_TEXTS: &str = include_str!("../../assets/text/broken.toml");

/// A broken client's files.
#[derive(Debug)]
pub struct BrokenFiles {
    /// Its name, without an ending.
    pub name: &'static str,
    /// It and the right client, stepped.
    pub script: &'static str,
    /// The same bug as a program in C.
    pub c: &'static str,
    /// And in Python.
    pub python: &'static str,
    /// The program in C without the bug.
    pub mended_c: &'static str,
    /// And in Python.
    pub mended_python: &'static str,
}

macro_rules! broken {
    ($name:literal) => {
        BrokenFiles {
            name: $name,
            script: include_str!(concat!("../../assets/broken/", $name, ".script")),
            c: include_str!(concat!("../../assets/broken/", $name, ".c")),
            python: include_str!(concat!("../../assets/broken/", $name, ".py")),
            mended_c: include_str!(concat!("../../assets/broken/", $name, ".mended.c")),
            mended_python: include_str!(concat!("../../assets/broken/", $name, ".mended.py")),
        }
    };
}

/// The broken clients, in the order in which they are listed.
pub const BROKEN: [BrokenFiles; 6] = [
    broken!("writable-means-connected"),
    broken!("readable-only"),
    broken!("registered-too-early"),
    broken!("edge-without-draining"),
    broken!("same-descriptor-again"),
    broken!("so-error-twice"),
];
