//! The words for what has happened to a socket.

use crate::model::socket::Happened;

/// The words for what has happened, with what they mean.
pub const HAPPENED: &[(&str, Happened, &str)] = &[
    ("begun", Happened::BEGUN, "an attempt to connect was begun"),
    (
        "was-connected",
        Happened::CONNECTED,
        "it is or was connected",
    ),
    (
        "failed-at-once",
        Happened::FAILED_AT_ONCE,
        "connect() brought its error at once",
    ),
    (
        "cancelled",
        Happened::CANCELLED,
        "shutdown() ended the attempt",
    ),
    (
        "shut-read",
        Happened::SHUT_READ,
        "the program shut its reading direction",
    ),
    (
        "shut-write",
        Happened::SHUT_WRITE,
        "the program shut its writing direction",
    ),
    ("end-read", Happened::END, "recv() has returned 0"),
    ("broken-pipe", Happened::BROKEN_PIPE, "a send() said EPIPE"),
    (
        "so_error-read",
        Happened::SO_ERROR_READ,
        "SO_ERROR was read",
    ),
    (
        "linger-zero",
        Happened::LINGER_ZERO,
        "close() will send RST",
    ),
    (
        "dissolved",
        Happened::DISSOLVED,
        "connect() with AF_UNSPEC took its connection away",
    ),
    (
        "reset-here",
        Happened::RESET_HERE,
        "data came after both directions were shut, and its own kernel sent the RST",
    ),
    (
        "reset-there",
        Happened::RESET_THERE,
        "the peer sent the RST after both directions were shut here",
    ),
    (
        "no-socket",
        Happened::NO_SOCKET,
        "a call that wants a socket said ENOTSOCK",
    ),
    (
        "not-watchable",
        Happened::NOT_WATCHABLE,
        "epoll_ctl() said EPERM: it can never make anybody wait",
    ),
];
