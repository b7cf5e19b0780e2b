//! Files that are written: nothing is overwritten unasked, no symlink is followed, no device is written to.

use crate::model::clean;
use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, OFlags};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Whether an existing file may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// No.
    Never,
    /// The user asked for it.
    Force,
}

impl Overwrite {
    /// From the command line's `--force`.
    pub fn from_flag(force: bool) -> Overwrite {
        if force {
            Overwrite::Force
        } else {
            Overwrite::Never
        }
    }
}

/// Why a file is not written.
#[derive(Debug, Error)]
pub enum FileError {
    /// It is there already.
    #[error("{0} exists already. Name another file, or write --force to replace it")]
    Exists(String),
    /// A symlink.
    #[error("{0} is a symbolic link, and links are not followed. Name the file itself")]
    Symlink(String),
    /// A device, a pipe, a socket, a directory.
    #[error("{0} is {1}, and only ordinary files are written. Name a file")]
    NotAFile(String, &'static str),
    /// Another session writes it.
    #[error("{0} is the recording of a session that still runs. Name another file")]
    StillWritten(String),
    /// The system refuses.
    #[error("cannot write {0}: {1}")]
    System(String, std::io::Error),
}

fn name(path: &Path) -> String {
    clean::text(&path.display().to_string())
}

/// Whether this path may be written, before anything is done.
fn check(path: &Path, overwrite: Overwrite) -> Result<(), FileError> {
    let found = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(FileError::System(name(path), error)),
        Ok(found) => found.file_type(),
    };
    if found.is_symlink() {
        return Err(FileError::Symlink(name(path)));
    }
    if found.is_dir() {
        return Err(FileError::NotAFile(name(path), "a directory"));
    }
    if !found.is_file() {
        return Err(FileError::NotAFile(
            name(path),
            "a device, a pipe or a socket",
        ));
    }
    match overwrite {
        Overwrite::Never => Err(FileError::Exists(name(path))),
        Overwrite::Force if is_held(path) => Err(FileError::StillWritten(name(path))),
        Overwrite::Force => Ok(()),
    }
}

/// A file that grows while the session runs, for its owner only, and locked as long as it is open. It gets its name by
/// [`Growing::place`]: until then nothing stands under it, or what stood there before.
#[derive(Debug)]
pub struct Growing {
    file: File,
    /// Where it is until it is placed.
    temporary: Option<PathBuf>,
    path: PathBuf,
    overwrite: Overwrite,
}

/// Makes a file that will grow under this path.
///
/// # Errors
/// If another session writes it, if it exists and may not be replaced, is no ordinary file, or cannot be made.
pub fn create_in_place(path: &Path, overwrite: Overwrite) -> Result<Growing, FileError> {
    check(path, overwrite)?;
    let (temporary, file) = open_temporary(path)?;
    Ok(Growing {
        file,
        temporary: Some(temporary),
        path: path.to_owned(),
        overwrite,
    })
}

impl Growing {
    /// A file that stands under its name already.
    #[cfg(test)]
    pub(super) fn of(path: &Path, file: File) -> Growing {
        Growing {
            file,
            temporary: None,
            path: path.to_owned(),
            overwrite: Overwrite::Never,
        }
    }

    /// Where it is, or will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name. What stood there is replaced as a whole, if the user asked for it: whoever has that open keeps it.
    ///
    /// # Errors
    /// If something has come there meanwhile, or the system refuses.
    pub fn place(&mut self) -> Result<(), FileError> {
        if let Some(temporary) = &self.temporary {
            place(temporary, &self.path, self.overwrite)?;
            self.temporary = None;
        }
        Ok(())
    }

    /// The file, to be written.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }
}

impl Drop for Growing {
    /// A session that never began leaves nothing behind.
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = std::fs::remove_file(temporary);
        }
    }
}

/// A new file, for its owner only, and locked.
fn open_new(path: &Path) -> Result<File, FileError> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = rustix::fs::openat(CWD, path, flags, Mode::from_raw_mode(0o600)).map_err(|errno| {
        match errno {
            rustix::io::Errno::EXIST => FileError::Exists(name(path)),
            other => FileError::System(name(path), other.into()),
        }
    })?;
    let file = File::from(fd);
    // Nobody but a reader who only asks can hold a new file, and he lets it go at once.
    lock(&file, FlockOperation::LockExclusive);
    Ok(file)
}

/// A new file beside the one that is meant. One that was left behind by somebody else stays as it is.
fn open_temporary(path: &Path) -> Result<(PathBuf, File), FileError> {
    let mut last = None;
    for attempt in 0..MAX_LEFT_OVER {
        let temporary = temporary(path, attempt);
        match open_new(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(FileError::System(_, error)) => return Err(FileError::System(name(path), error)),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| FileError::Exists(name(path))))
}

/// One who makes or takes away files in this directory at a time, as long as what is returned lives. Without it if it cannot be had.
pub fn alone_in(directory: &Path) -> Option<File> {
    let file = File::open(directory).ok()?;
    lock(&file, FlockOperation::LockExclusive);
    Some(file)
}

/// The text of a small file that is the user's own and that nobody else can write; `None` if there is none.
///
/// # Errors
/// In a few words why it is left alone.
pub fn own_text(path: &Path, most: u64) -> Result<Option<String>, String> {
    match std::fs::symlink_metadata(path) {
        Err(_) => return Ok(None),
        Ok(found) if !found.is_file() => return Err("it is no file".to_owned()),
        Ok(_) => {}
    }
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let words = |error: std::io::Error| error.to_string();
    let opened = rustix::fs::openat(CWD, path, flags, Mode::empty());
    let file = File::from(opened.map_err(|errno| words(errno.into()))?);
    let found = file.metadata().map_err(words)?;
    if found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o022 != 0 {
        return Err("others can write it".to_owned());
    }
    if found.len() > most {
        return Err("it is too large".to_owned());
    }
    let mut text = String::new();
    file.take(most).read_to_string(&mut text).map_err(words)?;
    Ok(Some(text))
}

/// Whether a session that runs holds the file: it is locked by flock(2) as long as it is written. A file system without locks says no.
pub fn is_held(path: &Path) -> bool {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    rustix::fs::openat(CWD, path, flags, Mode::empty())
        .is_ok_and(|fd| !lock(&File::from(fd), FlockOperation::NonBlockingLockShared))
}

/// False only if somebody else has the lock. It ends when the file is closed, however the program ends.
fn lock(file: &File, operation: FlockOperation) -> bool {
    let taken = rustix::io::retry_on_intr(|| rustix::fs::flock(file, operation));
    taken != Err(rustix::io::Errno::WOULDBLOCK)
}

/// Writes a whole file: first under another name in the same directory, then in its place, so that nobody ever sees half of it.
///
/// # Errors
/// If it exists and may not be replaced, is no ordinary file, or cannot be made. Nothing is left behind then.
pub fn write_whole(path: &Path, overwrite: Overwrite, bytes: &[u8]) -> Result<(), FileError> {
    write_as_made(path, overwrite, &|out| out.write_all(bytes))
}

/// The same for what is not in memory as a whole.
///
/// # Errors
/// As [`write_whole`], or what `write` says.
pub fn write_as_made(
    path: &Path,
    overwrite: Overwrite,
    write: &dyn Fn(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), FileError> {
    check(path, overwrite)?;
    let (temporary, file) = open_temporary(path)?;
    let system = |error: std::io::Error| FileError::System(name(path), error);
    let mut file = BufWriter::new(file);
    let written = write(&mut file)
        .and_then(|()| file.flush())
        .and_then(|()| file.get_ref().sync_all());
    let placed = written
        .map_err(system)
        .and_then(|()| place(&temporary, path, overwrite));
    if placed.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    placed
}

fn place(temporary: &Path, path: &Path, overwrite: Overwrite) -> Result<(), FileError> {
    let system = |error: std::io::Error| FileError::System(name(path), error);
    if overwrite == Overwrite::Force {
        check(path, overwrite)?;
        return std::fs::rename(temporary, path).map_err(system);
    }
    // A hard link is made only where nothing is: rename would replace what came meanwhile.
    match rustix::fs::linkat(CWD, temporary, CWD, path, AtFlags::empty()) {
        Ok(()) => std::fs::remove_file(temporary).map_err(system),
        Err(rustix::io::Errno::EXIST) => Err(FileError::Exists(name(path))),
        // A file system without hard links.
        Err(_) => std::fs::rename(temporary, path).map_err(system),
    }
}

/// So many files of this process's number may lie beside the one that is meant before no more is tried.
const MAX_LEFT_OVER: u32 = 100;

fn temporary(path: &Path, attempt: u32) -> PathBuf {
    let base = path.file_name().map_or(&b"out"[..], OsStrExt::as_bytes);
    let base = String::from_utf8_lossy(base);
    let short: String = base.chars().take(60).collect();
    path.with_file_name(format!(".{short}.{}-{attempt}.part", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_unasked_and_no_link_or_device_is_written() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("file");
        write_whole(&file, Overwrite::Never, b"one").expect("a new file");
        let again = write_whole(&file, Overwrite::Never, b"two").expect_err("it exists");
        assert!(again.to_string().contains("--force"), "{again}");
        assert_eq!(std::fs::read(&file).expect("the file"), b"one");
        write_whole(&file, Overwrite::Force, b"three").expect("forced");
        assert_eq!(std::fs::read(&file).expect("the file"), b"three");

        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        for overwrite in [Overwrite::Never, Overwrite::Force] {
            for path in [&link, Path::new("/dev/null"), dir.path()] {
                assert!(write_whole(path, overwrite, b"x").is_err(), "{path:?}");
                assert!(create_in_place(path, overwrite).is_err(), "{path:?}");
            }
        }
        assert_eq!(std::fs::read(&file).expect("the file"), b"three");
        let left = std::fs::read_dir(dir.path())
            .expect("the directory")
            .count();
        assert_eq!(left, 2, "no temporary file is left");
    }

    #[test]
    fn a_recording_that_grows_is_not_replaced_even_when_it_is_forced() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        let mut growing = create_in_place(&path, Overwrite::Never).expect("a new file");
        growing.place().expect("nothing is there");
        growing.file().write_all(b"a line").expect("written");
        assert!(is_held(&path));
        let refused = create_in_place(&path, Overwrite::Force).expect_err("it still grows");
        assert!(refused.to_string().contains("still runs"), "{refused}");
        let refused = write_whole(&path, Overwrite::Force, b"x").expect_err("it still grows");
        assert!(refused.to_string().contains("still runs"), "{refused}");
        assert_eq!(std::fs::read(&path).expect("the file"), b"a line");
        drop(growing);
        assert!(!is_held(&path));
        create_in_place(&path, Overwrite::Force).expect("nobody writes it any more");
    }

    #[test]
    fn a_forced_recording_takes_the_place_of_the_old_one_only_when_it_begins() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        std::fs::write(&path, b"something old").expect("written");
        let open = File::open(&path).expect("somebody reads it");
        assert!(create_in_place(&path, Overwrite::Never).is_err());
        drop(create_in_place(&path, Overwrite::Force).expect("forced"));
        assert_eq!(std::fs::read(&path).expect("the file"), b"something old");
        let mut new = create_in_place(&path, Overwrite::Force).expect("forced");
        new.place().expect("it may be replaced");
        assert_eq!(std::fs::read(&path).expect("the file"), b"");
        let old = std::io::read_to_string(open).expect("what was there");
        assert_eq!(old, "something old", "whoever reads it keeps it");
        let left = std::fs::read_dir(dir.path()).expect("it is there").count();
        assert_eq!(left, 1, "no temporary file is left");
    }

    #[test]
    fn what_is_written_is_its_owners_and_a_left_over_file_is_in_nobodys_way() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        std::fs::write(temporary(&path, 0), b"left over").expect("written");
        write_whole(&path, Overwrite::Never, b"whole").expect("a new file");
        let other = dir.path().join("other");
        let mut growing = create_in_place(&other, Overwrite::Never).expect("a new file");
        growing.place().expect("nothing is there");
        for path in [&path, &other] {
            let mode = std::fs::metadata(path).expect("it is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "{path:?}");
        }
        assert_eq!(
            std::fs::read(temporary(&path, 0)).expect("still there"),
            b"left over"
        );
    }

    #[test]
    fn what_comes_to_the_place_meanwhile_is_not_replaced() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        let mut growing = create_in_place(&path, Overwrite::Never).expect("a new file");
        std::fs::write(&path, b"mine").expect("written");
        assert!(matches!(growing.place(), Err(FileError::Exists(_))));
        assert_eq!(std::fs::read(&path).expect("the file"), b"mine");
    }
}
