//! The language in which what happened is narrated.

/// How far down a story goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    pub const ALL: [Depth; 3] = [Depth::Program, Depth::Readiness, Depth::Kernel];

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
        match self {
            Depth::Program => "program",
            Depth::Readiness => "readiness",
            Depth::Kernel => "kernel",
        }
    }
}
