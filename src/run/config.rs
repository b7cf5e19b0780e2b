//! The configuration: a file that its user writes. What the program remembers by itself is no part of it.

mod entries;
mod place;
mod print;
mod read;

pub use entries::{Config, Sourced, UseOfColour, ValueSource};
pub use place::{ConfigError, load};

use crate::language::keys::{self, Binding};

impl Config {
    /// From now on keys mean what the configuration says. Before anything names a key.
    pub fn bind_keys(&self) {
        keys::install(self.bindings.clone());
    }

    /// The key table as it says.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}
