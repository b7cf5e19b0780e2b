//! Every way in which a target can be wrong.

use crate::model::clean;
use thiserror::Error;

/// The longest text that is looked at: longer ones are no target of any kind.
pub(super) const MAX_TARGET_CHARS: usize = 1024;

/// Why a text is no target, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Nothing typed.
    #[error(
        "the target is empty. Write host:port, such as localhost:80, or a lab target such as @open"
    )]
    Empty,
    /// More characters than any target has.
    #[error(
        "the target has {0} characters; the longest possible has {MAX_TARGET_CHARS}. Write host:port"
    )]
    TooLong(usize),
    /// A character that no target has.
    #[error("'{0}' contains a space or control character. Write host:port, without spaces")]
    BadCharacter(String),
    /// No colon and no port.
    #[error("'{0}' has no port. Write host:port, such as {0}:80")]
    NoPort(String),
    /// A number alone: a port on this machine is meant.
    #[error("'{0}' is a port without a host. Write localhost:{0} for a server on this machine")]
    OnlyPort(String),
    /// The port is missing after the colon.
    #[error("'{0}' has nothing after the colon. Write a port from 1 to 65535 there, such as {0}80")]
    EmptyPort(String),
    /// The host is missing before the colon.
    #[error("'{0}' has no host before the colon. Write host:port, such as localhost{0}")]
    EmptyHost(String),
    /// Not in 1 to 65535.
    #[error("'{0}' is not a port: ports go from 1 to 65535")]
    PortRange(String),
    /// Not a number and not a known service.
    #[error("no service is called '{0}' here. Write the port as a number, such as host:80")]
    UnknownService(String),
    /// Digits and dots, but no IPv4 address.
    #[error(
        "'{0}' is not an IPv4 address: that is four numbers from 0 to 255, such as 127.0.0.1:80"
    )]
    BadIpv4(String),
    /// Colons outside brackets.
    #[error("'{0}' looks like an IPv6 address. Put it in brackets, with the port behind: [::1]:80")]
    NeedsBrackets(String),
    /// `[` without `]`.
    #[error("'{0}' opens a bracket and does not close it. Write [::1]:80")]
    OpenBracket(String),
    /// What stands in brackets is no IPv6 address.
    #[error("'{0}' is not an IPv6 address. Write [::1]:80")]
    BadIpv6(String),
    /// No such interface for the zone after `%`.
    #[error(
        "no network interface is called '{0}' here. After % write an interface of this machine, such as [fe80::1%eth0]:80"
    )]
    UnknownInterface(String),
    /// An address that every link has, without the link.
    #[error(
        "'{address}' is an address on one link, and needs the interface that leads there: [{address}%{}]:{port}. This machine has {}",
        known.first().map_or("eth0", String::as_str),
        known.join(", ")
    )]
    NeedsInterface {
        /// The address.
        address: String,
        /// The port.
        port: u16,
        /// The interfaces of this machine, the likeliest first.
        known: Vec<String>,
    },
    /// A name with letters outside ASCII.
    #[error(
        "'{0}' has letters that DNS does not have. Write the name in its ASCII form, with xn-- where such letters are: xn--bcher-kva.example:80"
    )]
    NotAscii(String),
    /// A URL.
    #[error("'{0}' is a URL. Write only its host and port, such as localhost:80")]
    Url(String),
    /// Several targets in one word.
    #[error(
        "'{word}' contains a {mark}. Write several targets with spaces between them; in a file, each on a line of its own"
    )]
    Several {
        /// As typed.
        word: String,
        /// What stands between them.
        mark: &'static str,
    },
    /// A path without the word before it that says so.
    #[error("'{0}' is a path. Write a unix socket's path with unix: before it, such as unix:{1}")]
    Path(String, String),
    /// A host and a port with something behind them.
    #[error("'{whole}' has a path behind its port. Leave that out: {target}")]
    PathBehind {
        /// As typed.
        whole: String,
        /// What is left without the path.
        target: String,
    },
    /// A slash that may mean anything.
    #[error("'{0}' has a slash and no port. Write host:port; or unix:{0} if it is a path")]
    Slash(String),
    /// A network instead of an address.
    #[error(
        "'{0}' is a range of addresses. One target is one address and one port: this program does not scan. Write 10.0.0.1:80"
    )]
    Range(String),
    /// A host name of impossible form.
    #[error("'{name}' is not a host name: {fault}. Write host:port, such as localhost:80")]
    BadName {
        /// The name, shortened.
        name: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Not a peer of the lab.
    #[error("the lab has no '@{name}'. It has {known}")]
    UnknownPeer {
        /// As typed.
        name: String,
        /// The names it could be.
        known: String,
    },
    /// A shared peer of impossible form.
    #[error(
        "'@{0}' names no peer. Write @NAME/SOCKET, such as @open/1: one more client of the peer of socket 1"
    )]
    BadShared(String),
    /// A unix path that is empty or too long.
    #[error("the unix path {0}. Write unix:/run/name.sock, or unix:@name for an abstract name")]
    BadUnix(String),
}

pub(super) fn short(text: &str) -> String {
    let clean = clean::text(text);
    if clean.chars().count() <= 40 {
        return clean;
    }
    let head: String = clean.chars().take(32).collect();
    format!("{head}... ({} characters)", clean.chars().count())
}
