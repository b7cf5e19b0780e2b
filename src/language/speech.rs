//! How much of a record the conversation says by itself, and which rest of it can be asked for.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// How much of a record is said by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Speech {
    /// What changed, what happened, what comes next.
    #[default]
    Brief,
    /// Every fact of it.
    All,
}

/// What can be asked for after a record that was said briefly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Part {
    /// Everything that changed, all that happened, and each socket.
    More,
    /// The lists and the looks.
    Lists,
    /// What the kernel says.
    Kernel,
    /// The calls and what they read.
    Calls,
}

impl Part {
    /// All of them. Together they say what the whole narration says.
    pub const ALL: &'static [Part] = Part::VARIANTS;
}
