//! What each stage means.

use crate::model::socket::{Mode, Stage};
use crate::model::world::RowState;

/// What the stage means, in a sentence.
pub fn meaning(row: &RowState) -> &'static str {
    match row.stage() {
        Stage::New => "There is no socket yet: no descriptor, no port, nothing in the kernel.",
        Stage::Resolving => {
            "The name is looked up on a thread of its own. A socket needs an address first."
        }
        Stage::Created if !row.is_client() => {
            "It is bound to its port, and nobody listens: the kernel answers a SYN with RST. listen() would change that."
        }
        Stage::Created => {
            "A descriptor exists. Calls on it would block: connect() would wait for the verdict."
        }
        Stage::NonBlocking => "No call on it waits any more. It has no peer and no local port yet.",
        Stage::ConnectAttempted if row.current().must_retry => {
            "connect() said: try again. Nothing was begun, so waiting never helps."
        }
        Stage::ConnectAttempted
            if row.mode == Mode::Blocking && row.running() == Some("connect") =>
        {
            "connect() was called and has not returned: it waits inside the call for the verdict, and with it the whole thread."
        }
        Stage::ConnectAttempted if row.mode != Mode::NonBlocking => {
            "connect() was called and has returned without a verdict. The kernel works on it; poll(2) waits for that."
        }
        Stage::ConnectAttempted => {
            "connect() was called and returned at once. The kernel works on it, and nobody watches the socket yet."
        }
        Stage::Pending => {
            "The kernel works on it, and the poll watches it. Your program can only wait for a hint."
        }
        Stage::Writable => {
            "writable is pending plus a hint: your program was told to look, and has not looked (or not at everything) yet."
        }
        Stage::Connected => "A call has proved that there is another end.",
        Stage::Error => "A call has said that it failed. The descriptor stays open until close().",
        Stage::Closed => "close() was called. For ever: r begins again with a new socket.",
        Stage::Listening => {
            "A listener. Its kernel finishes handshakes by itself; accept() takes the finished ones out of the queue, and while one waits it is readable."
        }
        Stage::Accepted => {
            "It came out of accept(), and is connected from birth. The listener goes on listening."
        }
    }
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
