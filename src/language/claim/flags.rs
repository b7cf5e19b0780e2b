//! The claims that are one word: what is so of a socket, and what has happened to it.

use crate::model::socket::Happened;
use crate::model::world::IsSo;

/// The words for what is so, with what they mean.
pub const IS: &[(&str, IsSo, &str)] = &[
    ("open", IsSo::OPEN, "it has a descriptor"),
    ("shared", IsSo::SHARED, "it has more than one descriptor"),
    (
        "badfd",
        IsSo::BAD_FD,
        "its number was closed behind the program's back",
    ),
    ("watched", IsSo::WATCHED, "the poll watches it"),
    (
        "retry",
        IsSo::MUST_RETRY,
        "connect() must be called again: nothing comes by waiting",
    ),
    ("lab", IsSo::LAB, "its peer is the lab's"),
    ("on-wire", IsSo::WIRE, "it is on the lab wire"),
    ("self", IsSo::SELF, "it is connected to itself"),
    ("running", IsSo::RUNNING, "a call on it has not returned"),
    ("zero", IsSo::ZERO_READ, "SO_ERROR was 0 after its event"),
    (
        "early",
        IsSo::PHANTOM,
        "SO_ERROR was 0, and yet there is no peer",
    ),
    (
        "connected-before",
        IsSo::CONNECTED_BEFORE,
        "a later connect() said 0 of the attempt before",
    ),
    (
        "took-filler",
        IsSo::TOOK_FILLER,
        "the connection that accept() took last was one of the lab's own",
    ),
    (
        "noted",
        IsSo::NOTED,
        "the last thing that a call gave is an error that ended nothing",
    ),
    ("listened", IsSo::LISTENED, "it is or was listening"),
    ("foreign", IsSo::FOREIGN, "it is a watched program's"),
    ("races", IsSo::RACES, "it is one of the attempts of a race"),
    (
        "race-waits",
        IsSo::RACE_WAITS,
        "its attempt of a race has not begun",
    ),
    (
        "race-won",
        IsSo::RACE_WON,
        "it was proved connected before every other attempt of its race",
    ),
    (
        "race-lost",
        IsSo::RACE_LOST,
        "another attempt of its race was proved connected first",
    ),
    (
        "error-waits",
        IsSo::ERROR_WAITS,
        "poll reports an error that nobody has read",
    ),
    (
        "error-queue",
        IsSo::ERROR_QUEUE,
        "the pending error was read, and poll still says ERR",
    ),
    (
        "stranger",
        IsSo::STRANGER,
        "its number was closed and is somebody else's now",
    ),
    (
        "queued",
        IsSo::QUEUED,
        "a connection waits in the accept queue of its peer",
    ),
    (
        "queue-full",
        IsSo::QUEUE_FULL,
        "the accept queue of its peer is full",
    ),
    ("measured", IsSo::MEASURED, "TCP has measured a round trip"),
    (
        "time-wait",
        IsSo::TIME_WAIT,
        "its descriptor is done with, and its connection is in TIME-WAIT",
    ),
    (
        "above-fd_set",
        IsSo::ABOVE_FD_SET,
        "its number does not fit into an fd_set",
    ),
    (
        "outside-third-set",
        IsSo::OUTSIDE_THIRD_SET,
        "select was asked, and does not have it in its third set",
    ),
];

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
