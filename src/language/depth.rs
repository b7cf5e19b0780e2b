//! The language in which what happened is narrated.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// How far down a story goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Depth {
    /// What your program did and may conclude.
    #[default]
    Program,
    /// What the readiness layer sees: interest, edges, ready lists.
    Readiness,
    /// What the kernel and the packets do.
    Kernel,
}

impl Depth {
    /// All of them, in the order of the key.
    pub const ALL: &'static [Depth] = Depth::VARIANTS;

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Depth::Program => "your program",
            Depth::Readiness => "readiness",
            Depth::Kernel => "kernel and packets",
        }
    }

    /// The word that asks for it.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
