//! Where a watched program runs, what it reads, and what it may use: set by the helper before it becomes the program.

use rustix::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What stands for nothing in the words for the helper.
const NOTHING: &str = "-";
/// What stands before the path of a file, and before the number of a descriptor.
const FILE: &str = "file:";
const COPY: &str = "fd:";

/// The surroundings of a watched program. Nothing said: as this program's own, with the terminal as input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramSurroundings {
    /// The working directory.
    pub dir: Option<PathBuf>,
    /// What it reads as its standard input, instead of the terminal.
    pub stdin: Option<ProgramInput>,
    /// What it may use.
    pub limits: UseLimits,
}

/// The standard input of a watched program, where that is not its terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramInput {
    /// This file.
    File(PathBuf),
    /// Whatever this program's own is; nobody else reads it then.
    Ours,
}

/// What a program may use: setrlimit(2). Processes are not among it: RLIMIT_NPROC counts all of a user, and holds no root; whoever traces
/// counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UseLimits {
    /// Seconds of CPU time.
    pub cpu_s: Option<u64>,
    /// Bytes of address space.
    pub memory: Option<u64>,
    /// Bytes of each file that it writes.
    pub file: Option<u64>,
}

impl UseLimits {
    fn all(self) -> [(Resource, Option<u64>); 3] {
        [
            (Resource::Cpu, self.cpu_s),
            (Resource::As, self.memory),
            (Resource::Fsize, self.file),
        ]
    }

    /// As the helper is told.
    fn words(self) -> String {
        let words = self.all().map(|(_, most)| match most {
            Some(most) => most.to_string(),
            None => NOTHING.to_owned(),
        });
        words.join(",")
    }

    /// From these words; what cannot be read is no limit.
    fn read(text: &str) -> UseLimits {
        let mut numbers = text.split(',').map(|word| word.parse().ok());
        let mut next = || numbers.next().flatten();
        UseLimits {
            cpu_s: next(),
            memory: next(),
            file: next(),
        }
    }

    fn set(self) -> Result<(), Errno> {
        // Nobody needs the memory of a program that was ended.
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        if self != UseLimits::default() {
            setrlimit(Resource::Core, none)?;
        }
        for (resource, most) in self.all() {
            let Some(most) = most else {
                continue;
            };
            let most = match getrlimit(resource).maximum {
                Some(allowed) => most.min(allowed),
                None => most,
            };
            // A second signal, a second later, cannot be caught.
            let hard = most + u64::from(resource == Resource::Cpu);
            let hard = getrlimit(resource)
                .maximum
                .map_or(hard, |allowed| hard.min(allowed));
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(hard),
            };
            setrlimit(resource, limit)?;
        }
        Ok(())
    }
}

impl ProgramSurroundings {
    /// Two words for the helper: the limits, and the input. The directory is the helper's own, and `ours` is a copy of our own input that it
    /// inherits.
    pub(super) fn words(&self, ours: Option<BorrowedFd<'_>>) -> [OsString; 2] {
        let input = match (&self.stdin, ours) {
            (Some(ProgramInput::File(path)), _) => {
                let mut word = OsString::from(FILE);
                word.push(path);
                word
            }
            (Some(ProgramInput::Ours), Some(copy)) => {
                OsString::from(format!("{COPY}{}", copy.as_raw_fd()))
            }
            _ => OsString::from(NOTHING),
        };
        [OsString::from(self.limits.words()), input]
    }

    /// Takes over what these words say: the input becomes this process's, and the limits hold from now on.
    pub(super) fn take_over(limits: &OsStr, input: &OsStr) -> Result<(), Errno> {
        let word = input.as_bytes();
        if let Some(path) = word.strip_prefix(FILE.as_bytes()) {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            let file = rustix::fs::open(path, flags, Mode::empty())?;
            rustix::stdio::dup2_stdin(&file)?;
        } else if let Some(number) = word.strip_prefix(COPY.as_bytes()) {
            let number = std::str::from_utf8(number)
                .ok()
                .and_then(|n| n.parse().ok());
            let copy = taken(number.filter(|number| *number > 2).ok_or(Errno::BADF)?);
            rustix::stdio::dup2_stdin(&copy)?;
        }
        UseLimits::read(&limits.to_string_lossy()).set()
    }
}

/// The descriptor of this number, which was inherited for this.
#[expect(
    unsafe_code,
    reason = "a descriptor that is inherited is known by its number alone"
)]
fn taken(number: i32) -> OwnedFd {
    // SAFETY: whoever started this process left it open for this, and nobody else here knows of it.
    unsafe { OwnedFd::from_raw_fd(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_reach_the_helper_as_they_were_said() {
        let limits = UseLimits {
            cpu_s: Some(3),
            memory: None,
            file: Some(1 << 20),
        };
        assert_eq!(limits.words(), "3,-,1048576");
        assert_eq!(UseLimits::read(&limits.words()), limits);
        assert_eq!(UseLimits::read(""), UseLimits::default());
    }
}
