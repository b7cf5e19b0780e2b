//! The saved sessions: the last five interactive ones, in the state directory, for their owner only.

use super::files;
use etcetera::BaseStrategy;
use std::fs::File;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// So many sessions are kept.
const MAX_SAVED_SESSIONS: usize = 5;
const PREFIX: &str = "session-";
const SUFFIX: &str = ".jsonl";

/// `$XDG_STATE_HOME/sockstep`, or `~/.local/state/sockstep`. `None` if there is no home directory.
pub fn directory() -> Option<PathBuf> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    Some(base.state_dir()?.join("sockstep"))
}

/// Makes the file for a new session, and takes the oldest away if there are too many. One that still runs is left alone.
///
/// # Errors
/// In words, with the path.
pub fn begin(started: u64) -> Result<(PathBuf, File), String> {
    let dir = directory().ok_or("there is no home directory")?;
    begin_in(&dir, started)
}

fn begin_in(dir: &Path, started: u64) -> Result<(PathBuf, File), String> {
    let with_folder = |error: std::io::Error| format!("{}: {error}", dir.display());
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(with_folder)?;
    let _alone = files::alone_in(dir);
    let stamp = crate::trace::utc::utc(started).replace(':', "-");
    let path = dir.join(format!("{PREFIX}{stamp}-{}{SUFFIX}", std::process::id()));
    let file = files::create_private(&path).map_err(|error| error.to_string())?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
        .map_err(with_folder)?;
    for (_, old) in sessions(dir).into_iter().skip(MAX_SAVED_SESSIONS) {
        if old != path && !files::is_held(&old) {
            // A session that cannot be taken away stays: that is no reason to stop.
            let _ = std::fs::remove_file(old);
        }
    }
    Ok((path, file))
}

/// What there is to be watched again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastSession {
    /// The session that ended last.
    pub ended: Option<PathBuf>,
    /// Those that still run and were written later than that one, the newest first.
    pub running: Vec<PathBuf>,
}

/// The session that ended last, and those that still run.
pub fn last() -> LastSession {
    directory().map_or_else(LastSession::default, |dir| last_in(&dir))
}

fn last_in(dir: &Path) -> LastSession {
    let mut last = LastSession::default();
    for (_, path) in sessions(dir) {
        if files::is_held(&path) {
            last.running.push(path);
        } else {
            last.ended = Some(path);
            break;
        }
    }
    last
}

/// All saved sessions, the newest first.
fn sessions(dir: &Path) -> Vec<(SystemTime, PathBuf)> {
    let ours = |path: &Path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
    };
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut all: Vec<(SystemTime, PathBuf)> = entries
        .filter(|entry| ours(&entry.path()))
        .filter_map(|entry| {
            let found = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((found.modified().ok()?, entry.path()))
        })
        .collect();
    all.sort();
    all.reverse();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn five_sessions_are_kept_and_only_their_owner_reads_them() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path().join("a/b/sockstep");
        std::fs::create_dir_all(&dir).expect("the directory");
        std::fs::write(dir.join("notes.txt"), b"mine").expect("a file that is not ours");
        let mut paths = Vec::new();
        let (running, held) = begin_in(&dir, 100).expect("a session that goes on");
        let long_ago = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
        held.set_modified(long_ago).expect("its time");
        for started in 0..8 {
            let (path, mut file) = begin_in(&dir, started).expect("a new session");
            file.write_all(b"x").expect("written");
            // The clock of a file system is coarse; a session's time is told apart here by hand.
            let when = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 + started);
            file.set_modified(when).expect("its time");
            let mode = file.metadata().expect("its mode").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            paths.push(path);
        }
        let mut kept: Vec<PathBuf> = sessions(&dir).into_iter().map(|(_, path)| path).collect();
        assert_eq!(
            kept.pop(),
            Some(running),
            "one that runs is never taken away"
        );
        let newest: Vec<PathBuf> = paths.into_iter().rev().take(MAX_SAVED_SESSIONS).collect();
        assert_eq!(kept, newest);
        assert!(dir.join("notes.txt").exists());
    }
    #[test]
    fn the_last_session_is_the_one_that_ended_last() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path();
        assert_eq!(last_in(dir), LastSession::default());
        let (first, one) = begin_in(dir, 1).expect("a session");
        let (second, two) = begin_in(dir, 2).expect("a session");
        for (file, second) in [(&one, 1), (&two, 2)] {
            let when = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
            file.set_modified(when).expect("its time");
        }
        let both = LastSession {
            ended: None,
            running: vec![second.clone(), first.clone()],
        };
        assert_eq!(last_in(dir), both);
        drop(one);
        let older = LastSession {
            ended: Some(first),
            running: vec![second.clone()],
        };
        assert_eq!(last_in(dir), older);
        drop(two);
        let newest = LastSession {
            ended: Some(second),
            running: Vec::new(),
        };
        assert_eq!(last_in(dir), newest);
    }
}
