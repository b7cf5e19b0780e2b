//! What is seen of a program before it is started, and must be said: it will not behave as when nobody watches.

use crate::model::clean;
use crate::text::watch as text;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// So much of a file is read: the names of what it needs stand near its beginning.
const MOST_READ: u64 = 512 * 1024;

/// Set-uid and set-gid.
const RIGHTS: u32 = 0o6000;

/// What turns the search for leaks off.
const OFF: &str = "detect_leaks=0";

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BeforeStart {
    /// It is to run with the rights of its file.
    has_rights: bool,
    /// It looks for leaks at its end, which it cannot do while it is traced.
    looks_for_leaks: bool,
}

/// Looks at the file of a program.
pub(super) fn look(program: &OsStr) -> BeforeStart {
    let Some(path) = path_of(program) else {
        return BeforeStart::default();
    };
    let rights = std::fs::metadata(&path).is_ok_and(|file| {
        let own = rustix::process::geteuid().as_raw();
        file.is_file() && file.permissions().mode() & RIGHTS != 0 && (own != 0 || file.uid() != 0)
    });
    let mut head = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(MOST_READ).read_to_end(&mut head));
    BeforeStart {
        has_rights: rights,
        looks_for_leaks: read.is_ok() && has_sanitizer(&head),
    }
}

fn has_sanitizer(head: &[u8]) -> bool {
    let names: [&[u8]; 2] = [b"__asan_init", b"__lsan_init"];
    head.starts_with(b"\x7fELF") && (head.windows(names[0].len())).any(|part| names.contains(&part))
}

/// The file, as execvp(3) finds it.
fn path_of(program: &OsStr) -> Option<PathBuf> {
    let given = Path::new(program);
    if given.components().count() != 1 || given.is_absolute() {
        return Some(given.to_owned());
    }
    let path = std::env::var_os("PATH")?;
    let all = std::env::split_paths(&path).map(|folder| folder.join(given));
    all.into_iter().find(|file| file.is_file())
}

impl BeforeStart {
    /// What is said of it.
    pub(super) fn notes(self, program: &OsStr) -> Vec<String> {
        let program = clean::text(&program.to_string_lossy());
        let notes = [
            (self.has_rights, text::set_uid(&program)),
            (self.looks_for_leaks, text::leaks(&program)),
        ];
        let found = notes.into_iter().filter(|(is_so, _)| *is_so);
        found.map(|(_, note)| note).collect()
    }

    /// What is set in its environment.
    pub(super) fn environment(self) -> Vec<(&'static str, OsString)> {
        if !self.looks_for_leaks {
            return Vec::new();
        }
        let options = match std::env::var_os("ASAN_OPTIONS").filter(|before| !before.is_empty()) {
            Some(mut before) => {
                before.push(":");
                before.push(OFF);
                before
            }
            None => OFF.into(),
        };
        vec![("ASAN_OPTIONS", options)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_as_the_shell_finds_it_and_a_name_in_no_folder_is_nothing() {
        let shell = path_of(OsStr::new("sh")).expect("there is a shell");
        assert!(shell.is_absolute(), "{shell:?}");
        assert_eq!(path_of(OsStr::new("./sh")), Some("./sh".into()));
        assert_eq!(
            look(OsStr::new("no-such-program-here")),
            BeforeStart::default()
        );
        assert!(has_sanitizer(b"\x7fELF ... __asan_init"));
        assert!(!has_sanitizer(b"#!/bin/sh __asan_init"));
    }
}
