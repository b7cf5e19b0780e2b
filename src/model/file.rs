//! Descriptors that stand for no socket: a regular file, a pipe's two ends, a pseudo-terminal's two ends; and what the kernel says of them.

/// What a descriptor stands for, if not for a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file: inode(7).
    Regular,
    /// The end of a pipe that is read from: pipe(7).
    PipeRead,
    /// The end of a pipe that is written to.
    PipeWrite,
    /// The master of a pseudo-terminal, where a terminal's window and keyboard would be: pty(7).
    PtyMaster,
    /// Its slave, which a program takes for its terminal.
    PtySlave,
}

impl FileKind {
    /// All of them, with the word in a claim, and what is added to the target's name where one target has two ends.
    const ALL: [(FileKind, &'static str, &'static str); 5] = [
        (FileKind::Regular, "file", ""),
        (FileKind::PipeRead, "pipe-read", "read end"),
        (FileKind::PipeWrite, "pipe-write", "write end"),
        (FileKind::PtyMaster, "pty-master", "master"),
        (FileKind::PtySlave, "pty-slave", "slave"),
    ];

    /// The word in a claim for what is none of them.
    pub const NONE: &'static str = "socket";

    /// The words in a claim, that one too.
    pub fn words() -> impl Iterator<Item = &'static str> {
        let all = FileKind::ALL.iter().map(|(_, word, _)| *word);
        [FileKind::NONE].into_iter().chain(all)
    }

    fn entry(self) -> (FileKind, &'static str, &'static str) {
        FileKind::ALL[self as usize]
    }

    /// The word in a claim.
    pub fn word(self) -> &'static str {
        self.entry().1
    }

    /// Which end it is of what its target names, in words; nothing of a file, which has no ends.
    pub fn end(self) -> &'static str {
        self.entry().2
    }

    /// From the word of a claim.
    pub fn from_word(word: &str) -> Option<FileKind> {
        let mut all = FileKind::ALL.iter();
        all.find(|(_, known, _)| *known == word)
            .map(|(kind, ..)| *kind)
    }

    /// What the lab's target of this name makes.
    pub fn of_target(name: &str) -> Option<FileKind> {
        match name {
            "file" => Some(FileKind::Regular),
            "pipe" => Some(FileKind::PipeRead),
            "pty" => Some(FileKind::PtyMaster),
            _ => None,
        }
    }

    /// The other end, which comes with it.
    pub fn other_end(self) -> Option<FileKind> {
        match self {
            FileKind::PipeRead => Some(FileKind::PipeWrite),
            FileKind::PtyMaster => Some(FileKind::PtySlave),
            FileKind::Regular | FileKind::PipeWrite | FileKind::PtySlave => None,
        }
    }
}

/// What the kernel says of such a descriptor, by calls that change nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Its flag `O_NONBLOCK` is set: fcntl(2), `F_GETFL`.
    pub nonblocking: bool,
    /// How many bytes a regular file has: fstat(2).
    pub size: Option<u64>,
    /// Where the next read or write of a regular file begins, in bytes: lseek(2).
    pub position: Option<u64>,
    /// How many bytes can be read now: ioctl(2), `FIONREAD`. Of a terminal those of finished lines.
    pub waiting: Option<u32>,
    /// How many bytes a pipe has room for: fcntl(2), `F_GETPIPE_SZ`.
    pub capacity: Option<u32>,
    /// Whether a terminal gives whole lines only: termios(3), `ICANON`.
    pub canonical: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for (kind, word, end) in FileKind::ALL {
            assert_eq!(FileKind::from_word(word), Some(kind));
            assert_eq!((kind.word(), kind.end()), (word, end));
        }
    }
}
