//! The saved sessions: the last five interactive ones, in the state directory, for their owner only.

use super::files::{self, Growing, Overwrite};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// So many sessions are kept.
const MAX_SAVED_SESSIONS: usize = 5;
const PREFIX: &str = "session-";
const SUFFIX: &str = ".jsonl";

/// Why there is no state directory.
const NO_HOME: &str = "neither HOME nor XDG_STATE_HOME is an absolute path";

/// `$XDG_STATE_HOME/sockstep`, or `~/.local/state/sockstep`. `None` if the environment names neither.
pub fn directory() -> Option<PathBuf> {
    of_the_user("XDG_STATE_HOME", ".local/state")
}

/// The folder of this program in the one that a variable names, or else in one below the home directory. `None` if the environment names
/// neither: to look the user up by name would ask name services, by a socket.
pub(super) fn of_the_user(variable: &str, below_home: &str) -> Option<PathBuf> {
    let named = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let base = named(variable).or_else(|| Some(named("HOME")?.join(below_home)))?;
    Some(base.join("sockstep"))
}

/// Makes the file for a new session. When it has begun, [`take_old_away`] makes room.
///
/// # Errors
/// In words, with the path.
pub fn begin(started: u64) -> Result<Growing, String> {
    let dir = directory().ok_or(NO_HOME)?;
    begin_in(&dir, started)
}

/// The state directory, made if it is not there.
///
/// # Errors
/// In words, with the path: it cannot be made, or it is not the user's own.
pub fn own_directory() -> Result<PathBuf, String> {
    let dir = directory().ok_or(NO_HOME)?;
    made(&dir)?;
    Ok(dir)
}

fn made(dir: &Path) -> Result<(), String> {
    let with_folder = |error: std::io::Error| format!("{}: {error}", dir.display());
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(with_folder)?;
    not_ours(dir).map_or(Ok(()), Err)
}

fn begin_in(dir: &Path, started: u64) -> Result<Growing, String> {
    made(dir)?;
    let _alone = files::alone_in(dir);
    let stamp = crate::trace::utc::utc(started).replace(':', "-");
    let path = dir.join(format!("{PREFIX}{stamp}-{}{SUFFIX}", std::process::id()));
    let file =
        files::create_in_place(&path, Overwrite::Never).map_err(|error| error.to_string())?;
    for old in left_over(dir) {
        let _ = std::fs::remove_file(old);
    }
    Ok(file)
}

/// Takes the oldest sessions away if there are too many, now that this one has begun. One that still runs is left alone.
pub fn take_old_away(new: &Path) {
    let Some(dir) = new.parent() else {
        return;
    };
    let _alone = files::alone_in(dir);
    for (_, old) in sessions(dir).into_iter().skip(MAX_SAVED_SESSIONS) {
        if old != new && !files::is_held(&old) {
            // A session that cannot be taken away stays: that is no reason to stop.
            let _ = std::fs::remove_file(old);
        }
    }
}

/// What programs left behind that were killed before their session began.
fn left_over(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        path.extension().is_some_and(|end| end == "part")
            && name.is_some_and(|name| name.starts_with(&format!(".{PREFIX}")))
    };
    entries
        .map(|entry| entry.path())
        .filter(ours)
        .filter(|path| !files::is_held(path))
        .collect()
}

/// Why a directory is not used: somebody else could put other sessions into it, or take ours away.
pub(crate) fn not_ours(dir: &Path) -> Option<String> {
    let found = std::fs::metadata(dir).ok()?;
    let shown = dir.display();
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Some(format!(
            "{shown} belongs to somebody else. Give it back, or set XDG_STATE_HOME"
        ));
    }
    (found.permissions().mode() & 0o022 != 0).then(|| {
        format!("others may write in {shown}. Forbid it (chmod go-w), or set XDG_STATE_HOME")
    })
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
///
/// # Errors
/// Says why the directory is not used.
pub fn last() -> Result<LastSession, String> {
    let Some(dir) = directory() else {
        return Ok(LastSession::default());
    };
    not_ours(&dir).map_or_else(|| Ok(last_in(&dir)), Err)
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

    /// A session that has begun: its file stands under its name.
    fn begun(dir: &Path, started: u64) -> (PathBuf, Growing) {
        let mut file = begin_in(dir, started).expect("a session");
        file.place().expect("nothing is there");
        take_old_away(file.path());
        (file.path().to_owned(), file)
    }

    #[test]
    fn five_sessions_are_kept_and_only_their_owner_reads_them() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path().join("a/b/sockstep");
        std::fs::create_dir_all(&dir).expect("the directory");
        std::fs::write(dir.join("notes.txt"), b"mine").expect("a file that is not ours");
        let mut paths = Vec::new();
        let (running, mut held) = begun(&dir, 100);
        let long_ago = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
        held.file().set_modified(long_ago).expect("its time");
        for started in 0..8 {
            let (path, mut growing) = begun(&dir, started);
            let file = growing.file();
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
        assert_eq!(
            kept, newest,
            "the last five, and the one that has just begun"
        );
        assert!(dir.join("notes.txt").exists());
    }

    #[test]
    fn a_session_that_never_begins_leaves_no_file_and_what_a_killed_one_left_is_taken_away() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path();
        let count = || std::fs::read_dir(dir).expect("it is there").count();
        drop(begin_in(dir, 1).expect("a session"));
        assert_eq!(count(), 0);
        let stale = dir.join(".session-2026-01-01T00-00-00Z-1.jsonl.1-0.part");
        std::fs::write(&stale, b"").expect("written");
        let begins = begin_in(dir, 2).expect("a session");
        assert!(!stale.exists());
        drop(begin_in(dir, 3).expect("another session"));
        assert_eq!(count(), 1, "the one that is about to begin is left alone");
        drop(begins);
    }

    #[test]
    fn a_directory_in_which_others_may_write_is_not_used_and_it_is_said_why() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path().join("sockstep");
        begin_in(&dir, 1).expect("a session of ours");
        for mode in [0o777, 0o720, 0o702] {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&dir, mode).expect("its mode");
            let why = begin_in(&dir, 2).expect_err("others may write there");
            assert!(why.contains("others may write"), "{why}");
        }
        if rustix::process::geteuid().is_root() {
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&dir, mode).expect("its mode");
            std::os::unix::fs::chown(&dir, Some(65_534), None).expect("given away");
            let why = begin_in(&dir, 2).expect_err("it is somebody else's");
            assert!(why.contains("somebody else"), "{why}");
        }
    }

    #[test]
    fn the_last_session_is_the_one_that_ended_last() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path();
        assert_eq!(last_in(dir), LastSession::default());
        let (first, mut one) = begun(dir, 1);
        let (second, mut two) = begun(dir, 2);
        for (file, second) in [(&mut one, 1), (&mut two, 2)] {
            let when = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(second);
            file.file().set_modified(when).expect("its time");
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
