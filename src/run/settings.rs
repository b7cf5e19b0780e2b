//! What is remembered from one session to the next: the colours that were chosen, and how long a tick's poll waits. A small file in the
//! state directory, for its owner only; one that cannot be read, or that somebody else wrote, is left alone and said in a word.

use super::files::{self, Overwrite};
use super::saved;
use crate::app::model::Theme;
use crate::language::duration::{parse_duration, write_duration};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

const NAME: &str = "settings.toml";
/// A file of more bytes is not ours.
const MAX_BYTES: u64 = 4096;

/// What is remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The colours, if they were chosen.
    pub theme: Option<Theme>,
    /// How long a tick's poll waits, if that was chosen.
    pub poll_timeout: Option<Duration>,
}

/// The same as it is written. What a newer program writes beside it is passed over.
#[derive(Debug, Default, Deserialize, Serialize)]
struct WrittenSettings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    poll_timeout: Option<String>,
}

impl Settings {
    fn read(text: &str) -> Result<Settings, String> {
        let written: WrittenSettings =
            toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let theme = written.theme.map(|name| {
            let named = Theme::ALL.iter().find(|theme| theme.name() == name);
            named.copied().ok_or("it names no theme that there is")
        });
        let timeout = written.poll_timeout.map(|text| {
            parse_duration(&text).map_err(|_| "its poll_timeout is no duration such as 500ms")
        });
        Ok(Settings {
            theme: theme.transpose()?,
            poll_timeout: timeout.transpose()?,
        })
    }

    fn text(self) -> String {
        let written = WrittenSettings {
            theme: self.theme.map(|theme| theme.name().to_owned()),
            poll_timeout: self.poll_timeout.map(write_duration),
        };
        toml::to_string(&written).unwrap_or_default()
    }
}

/// What is remembered; nothing if nothing can be read, and then a word why, if there is a file.
pub fn load() -> (Settings, Option<String>) {
    let Some(dir) = saved::directory() else {
        return (Settings::default(), None);
    };
    let loaded = match saved::not_ours(&dir).filter(|_| dir.join(NAME).exists()) {
        Some(why) => Err(why),
        None => load_from(&dir),
    };
    match loaded {
        Ok(settings) => (settings, None),
        Err(why) => {
            let path = dir.join(NAME);
            let word = format!("{} is not used: {why}.", path.display());
            (Settings::default(), Some(crate::model::clean::text(&word)))
        }
    }
}

fn load_from(dir: &Path) -> Result<Settings, String> {
    let text = files::own_text(&dir.join(NAME), MAX_BYTES)?.unwrap_or_default();
    Settings::read(&text)
}

/// Keeps them.
///
/// # Errors
/// In words.
pub fn save(settings: Settings) -> Result<(), String> {
    save_in(&saved::own_directory()?, settings)
}

fn save_in(dir: &Path, settings: Settings) -> Result<(), String> {
    let _alone = files::alone_in(dir);
    let (path, text) = (dir.join(NAME), settings.text());
    files::write_whole(&path, Overwrite::Force, text.as_bytes()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    const CHOSEN: Settings = Settings {
        theme: Some(Theme::HighContrast),
        poll_timeout: Some(Duration::from_millis(500)),
    };

    #[test]
    fn what_was_chosen_is_remembered_for_its_owner_only() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path().join("sockstep");
        assert_eq!(load_from(&dir), Ok(Settings::default()));
        std::fs::create_dir(&dir).expect("made");
        save_in(&dir, CHOSEN).expect("kept");
        assert_eq!(load_from(&dir), Ok(CHOSEN));
        let mode = std::fs::metadata(dir.join(NAME)).expect("a file").mode();
        assert_eq!(mode & 0o777, 0o600);
        save_in(&dir, Settings::default()).expect("kept again");
        assert_eq!(load_from(&dir), Ok(Settings::default()));
        let names: Vec<_> = std::fs::read_dir(&dir).expect("a directory").collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    #[test]
    fn what_cannot_be_read_or_is_not_ours_is_left_alone() {
        let home = tempfile::tempdir().expect("a directory");
        let (dir, path) = (home.path(), home.path().join(NAME));
        let long = "#".repeat(5000);
        for foreign in [
            &b"theme = 7"[..],
            b"theme = \"pink\"",
            b"\xff\xfe",
            b"a = [",
            long.as_bytes(),
        ] {
            std::fs::write(&path, foreign).expect("written");
            assert!(load_from(dir).is_err(), "{foreign:?}");
        }
        std::fs::write(&path, "theme = \"light\"\nfrom_a_newer_one = 3\n").expect("written");
        let light = load_from(dir).expect("what is not known is passed over");
        assert_eq!(light.theme, Some(Theme::Light));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).expect("opened");
        assert!(load_from(dir).is_err(), "others can write it");
        std::fs::remove_file(&path).expect("gone");
        std::os::unix::fs::symlink("/dev/zero", &path).expect("a link");
        assert!(load_from(dir).is_err() && save_in(dir, CHOSEN).is_err());
    }
}
