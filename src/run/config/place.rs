//! Where the file is, and how it is read: bounded, and only what is a file.

use super::entries::Config;
use super::read::read;
use crate::language::keys::BindFault;
use crate::model::clean;
use crate::run::saved;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A file of more bytes was written by nobody.
const MAX_BYTES: u64 = 256 * 1024;

/// So many lines that are wrong are named.
const MAX_FAULTS: usize = 20;

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("the configuration {path} cannot be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        why: String,
    },
    /// Some of its lines are wrong.
    #[error("{}", lines(path, faults))]
    Wrong {
        /// The file.
        path: String,
        /// Everything that is wrong.
        faults: Vec<BindFault>,
    },
}

fn lines(path: &str, faults: &[BindFault]) -> String {
    let mut lines: Vec<String> = faults
        .iter()
        .take(MAX_FAULTS)
        .map(|fault| format!("{path}, {fault}"))
        .collect();
    if faults.len() > MAX_FAULTS {
        lines.push("More lines are wrong.".to_owned());
    }
    format!(
        "the configuration is not used, and nothing was begun.\n{}\nTo go on without it: --config /dev/null",
        lines.join("\n")
    )
}

/// `$XDG_CONFIG_HOME/sockstep/config.toml`, or the same below `~/.config`.
fn usual() -> Option<PathBuf> {
    Some(saved::of_the_user("XDG_CONFIG_HOME", ".config")?.join("config.toml"))
}

/// The configuration of a file that was named, or of the usual one, which need not be there.
///
/// # Errors
/// In words, with every line that is wrong.
pub fn load(named: Option<&Path>) -> Result<Config, ConfigError> {
    let path = named.map(Path::to_owned).or_else(usual);
    let mut config = Config {
        path,
        ..Config::default()
    };
    let Some(path) = &config.path else {
        return Ok(config);
    };
    let shown = clean::text(&path.display().to_string());
    let text = match text(path, named.is_some()) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(config),
        Err(why) => return Err(ConfigError::Unreadable { path: shown, why }),
    };
    config.is_there = true;
    match read(&text, &mut config) {
        Ok(()) => Ok(config),
        Err(faults) => Err(ConfigError::Wrong {
            path: shown,
            faults,
        }),
    }
}

/// Its text; `None` if the usual file is not there.
fn text(path: &Path, is_named: bool) -> Result<Option<String>, String> {
    let found = match path.metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound && !is_named => return Ok(None),
        // A part of the way to the usual file is no folder.
        Err(error) if error.kind() == ErrorKind::NotADirectory && !is_named => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    // What somebody names may be a pipe; nobody is to wait for one that only lies there.
    if !found.is_file() && !is_named {
        return Err("it is no file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("it has more than {} KiB", MAX_BYTES / 1024));
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is no text in UTF-8")?;
    Ok(Some(text))
}
