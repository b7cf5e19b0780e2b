//! What each stage means.

use crate::model::addr::Family;
use crate::model::socket::{Mode, Stage};
use crate::model::world::{IsSo, RowState};
use crate::narrate::facts;

/// What the stage means, in a sentence.
pub fn meaning(row: &RowState) -> &'static str {
    match row.stage() {
        Stage::New => "There is no socket yet: no descriptor, no port, nothing in the kernel.",
        Stage::Resolving => {
            "The name is looked up on a thread of its own. A socket needs an address first."
        }
        Stage::Created if !row.is_client() && is_unix(row) => {
            "It has its address, and nobody listens on it: connect() to it gives ECONNREFUSED."
        }
        Stage::Created if !row.is_client() && has_listened(row) => {
            "It listens no more: the kernel answers a SYN with RST. listen() would begin again, on a new port if the kernel had chosen the old one."
        }
        Stage::Created if !row.is_client() => {
            "It is bound to its port, and nobody listens: the kernel answers a SYN with RST. listen() would change that."
        }
        Stage::Created => {
            "A descriptor exists. Calls on it would block: connect() would wait for the result."
        }
        Stage::NonBlocking if is_unix(row) => "No call on it waits any more. It has no peer.",
        Stage::NonBlocking if facts::local_port(row).is_some() => {
            "No call on it waits any more. It has a local port, and no peer."
        }
        Stage::NonBlocking => "No call on it waits any more. It has no peer and no local port yet.",
        stage if stage.is_under_way() && row.current().must_retry => {
            "connect() said: try again. Nothing was begun, so waiting never helps."
        }
        Stage::ConnectAttempted
            if row.mode == Mode::Blocking && row.running() == Some("connect") && is_unix(row) =>
        {
            "connect() was called and has not returned: on a unix socket it waits if the listener's queue is full, and with it the whole thread."
        }
        Stage::ConnectAttempted
            if row.mode == Mode::Blocking && row.running() == Some("connect") =>
        {
            "connect() was called and has not returned: it waits inside the call for the result, and with it the whole thread."
        }
        Stage::ConnectAttempted if row.mode != Mode::NonBlocking => {
            "connect() was called and has returned without a result. The kernel works on it; poll(2) waits for that."
        }
        Stage::ConnectAttempted => {
            "connect() was called and returned at once. The kernel works on it, and nobody watches the socket yet."
        }
        Stage::Pending => {
            "The kernel works on it, and the poll watches it. Your program can only wait for a hint."
        }
        Stage::Writable => {
            "writable is pending plus a hint: an event said where to look, and your program has not looked (or not at everything) yet."
        }
        Stage::Connected if row.facts().is.contains(IsSo::SELF) => {
            "A call has proved a connection, and its peer is the socket itself: both addresses are one."
        }
        Stage::Connected => "A call has proved that there is a peer.",
        Stage::Error if row.current().bad_fd => {
            "A call has said that it failed. Its number was closed behind the program's back."
        }
        Stage::Error if row.fd().is_none() => {
            "A call has said that it failed. There is no descriptor, so there is nothing to close."
        }
        Stage::Error => "A call has said that it failed. The descriptor stays open until close().",
        Stage::Closed if !row.is_client() => "close() was called. For ever.",
        Stage::Closed => "close() was called. For ever: r begins again with a new socket.",
        Stage::Listening => {
            "A listener. Its kernel finishes handshakes by itself; accept() takes the finished ones out of the queue, and while one waits it is readable."
        }
        Stage::Accepted => {
            "It came out of accept(), and is connected from birth. Its listener is another socket, and not part of the connection."
        }
    }
}

fn is_unix(row: &RowState) -> bool {
    row.facts().family == Some(Family::Unix)
}

fn has_listened(row: &RowState) -> bool {
    row.current().walked.contains(Stage::Listening)
}

/// A stage in three letters, for the timeline; the two verdicts in capitals.
pub fn code(stage: Stage) -> &'static str {
    match stage {
        Stage::New => ".",
        Stage::Resolving => "res",
        Stage::Created => "cre",
        Stage::NonBlocking => "nbl",
        Stage::ConnectAttempted => "att",
        Stage::Pending => "pen",
        Stage::Writable => "wri",
        Stage::Connected => "CON",
        Stage::Error => "ERR",
        Stage::Closed => "clo",
        Stage::Listening => "lis",
        Stage::Accepted => "acc",
    }
}

/// What the three letters mean.
pub fn legend() -> String {
    let all = [Stage::New].into_iter().chain(Stage::NAMED);
    let parts: Vec<String> = all
        .map(|stage| format!("{} {}", code(stage), stage.word()))
        .collect();
    parts.join(", ")
}
