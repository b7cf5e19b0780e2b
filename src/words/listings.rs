//! The same small program in five ways, as real files, with the lines that make each call marked. Tests compile and run them.

use super::assets;
use crate::model::socket::NextCall;

/// One program.
#[derive(Debug)]
pub struct Listing {
    /// The language and the way to wait, such as `C, poll`.
    pub name: &'static str,
    /// The whole file.
    pub text: &'static str,
    /// Whether its poll tells again and again what is still true.
    pub level: bool,
}

/// All of them, in the order of the key.
pub const ALL: [Listing; 5] = [
    Listing {
        name: "Rust, mio",
        text: assets::CODE_MIO,
        level: false,
    },
    Listing {
        name: "Python, select",
        text: assets::CODE_SELECT,
        level: true,
    },
    Listing {
        name: "C, poll",
        text: assets::CODE_POLL,
        level: true,
    },
    Listing {
        name: "Python, asyncio",
        text: assets::CODE_ASYNCIO,
        level: true,
    },
    Listing {
        name: "Rust, tokio",
        text: assets::CODE_TOKIO,
        level: false,
    },
];

/// A line that is shown, without its marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListingLine {
    /// The code.
    pub code: &'static str,
    /// The steps it makes, as words; empty for most lines.
    pub marker: &'static str,
}

impl ListingLine {
    /// Whether this line makes the step of this word.
    pub fn makes(&self, step: &str) -> bool {
        self.marker.split_whitespace().any(|word| word == step)
    }
}

impl Listing {
    /// Its lines, but for what only this program's own lints need.
    pub fn lines(&self) -> impl Iterator<Item = ListingLine> {
        let lines = self.text.lines();
        let shown = lines.filter(|line| !line.starts_with("#![expect("));
        shown.map(
            |line| match line.split_once("//@").or_else(|| line.split_once("#@")) {
                Some((code, marker)) => ListingLine {
                    code: code.trim_end(),
                    marker: marker.trim(),
                },
                None => ListingLine {
                    code: line,
                    marker: "",
                },
            },
        )
    }
}

/// The marker word of a step.
pub fn step_word(step: NextCall) -> Option<&'static str> {
    Some(match step {
        // The listings take an address; looking a name up is not part of them.
        // Nor do they open anything but sockets.
        NextCall::Resolve | NextCall::Open(_) => return None,
        NextCall::Socket => "socket",
        NextCall::SetNonblocking => "nonblocking",
        NextCall::Connect => "connect",
        NextCall::Register => "register",
        NextCall::SoError => "so_error",
        NextCall::Getpeername => "getpeername",
        NextCall::Poll => "wait",
        NextCall::Recv => "recv",
        NextCall::GiveUp | NextCall::Withdraw => "close",
    })
}

/// The marker word of a call, by its name.
pub fn call_word(name: &str) -> Option<&'static str> {
    Some(match name {
        "socket" => "socket",
        "ioctl" => "nonblocking",
        "connect" => "connect",
        "epoll_ctl" => "register",
        "getsockopt" => "so_error",
        "getpeername" => "getpeername",
        "send" => "send",
        "recv" => "recv",
        "close" => "close",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_line_in_every_listing() {
        let words = [
            "socket",
            "nonblocking",
            "connect",
            "register",
            "wait",
            "so_error",
            "getpeername",
            "send",
            "recv",
            "close",
        ];
        for listing in &ALL {
            for word in words {
                let count = listing.lines().filter(|line| line.makes(word)).count();
                assert!(count >= 1, "{} has no line for {word}", listing.name);
            }
        }
    }
}
