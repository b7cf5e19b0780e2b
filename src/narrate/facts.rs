//! The words beside a stage: what the calls have said of a socket so far, where it leads, who has read its SO_ERROR.

use crate::model::addr::Addr;
use crate::model::errno::Errno;
use crate::model::socket::{AtRecord, ConnectionFact, Happened, Mode, SoErrorState, Stage};
use crate::model::world::{RowState, World};
use crate::narrate::kernel;
use crate::words::peers;

/// What is known from the calls so far: `EINPROGRESS`, `SO_ERROR was 0`, `pair with 6`. Empty if nothing is.
pub fn word(world: &World, row: &RowState) -> String {
    if let Some(partner) = world.partner(row) {
        let known = matches!(row.stage(), Stage::Connected | Stage::Accepted);
        let fact = &row.current().fact;
        if known
            && !matches!(
                fact,
                Some(ConnectionFact::Failed(_) | ConnectionFact::Noted(_))
            )
        {
            return format!("pair with {partner}");
        }
    }
    let connects = row.results.count_of("connect");
    if row.mode == Mode::ConnectEx && connects > 1 && row.failure_word().is_none() {
        return format!("{connects} connects");
    }
    match &row.current().fact {
        Some(fact) if row.stage() == Stage::Closed => closed_word(row, fact),
        Some(ConnectionFact::Connect(None)) if row.mode == Mode::Blocking => {
            "0, it waited".to_owned()
        }
        None => String::new(),
        Some(ConnectionFact::Connect(None)) => "0 at once".to_owned(),
        Some(ConnectionFact::Connect(Some(Errno::EISCONN))) => "EISCONN".to_owned(),
        Some(ConnectionFact::Connect(Some(errno)) | ConnectionFact::Noted(errno)) => {
            errno.name().into_owned()
        }
        Some(ConnectionFact::ConnectedBefore) => "0: connected".to_owned(),
        Some(ConnectionFact::SoErrorZero) => "SO_ERROR was 0".to_owned(),
        Some(ConnectionFact::Phantom) => "early event".to_owned(),
        Some(ConnectionFact::Peer(_)) => "has a peer".to_owned(),
        Some(ConnectionFact::Data) => "data went by".to_owned(),
        Some(ConnectionFact::GaveUp) => "gave up".to_owned(),
        Some(ConnectionFact::Failed(failure)) => failure.name().into_owned(),
    }
}

/// What remains to be said of a closed socket: why it ended, or that it was connected.
fn closed_word(row: &RowState, fact: &ConnectionFact) -> String {
    match fact {
        ConnectionFact::GaveUp => "gave up".to_owned(),
        ConnectionFact::Failed(failure) => failure.name().into_owned(),
        _ if row.current().past.happened.contains(Happened::CONNECTED) => {
            "was connected".to_owned()
        }
        _ => String::new(),
    }
}

/// So many characters has the column SO_ERROR.
const SO_ERROR_WIDTH: usize = 12;

/// Who has the pending error, as far as known.
enum PendingError {
    /// Nobody has asked.
    NotRead,
    /// One waits; whether there was another before it.
    Waits { another: bool },
    /// getsockopt() asked last.
    Read { tick: Option<u64> },
    /// Another call took it.
    Taken { by: &'static str, at: AtRecord },
}

/// Who asked for the pending error last. Whoever asked and got nothing has asked too, if it was getsockopt().
fn pending_error(row: &RowState) -> PendingError {
    let attempt = row.current();
    let read = match attempt.so_error {
        SoErrorState::Unread => None,
        SoErrorState::Read { n, tick, found } => Some((n, tick, found)),
    };
    let taken = attempt.past.taken.zip(attempt.taken_at);
    let asked = read.is_some() || taken.is_some();
    // What connect() with AF_UNSPEC left is no news of an attempt that nobody has asked about.
    let dissolved = attempt.past.happened.contains(Happened::DISSOLVED);
    if (asked || dissolved) && kernel::error_waits(row) {
        let found = matches!(read, Some((_, _, Some(_))));
        return PendingError::Waits {
            another: found || taken.is_some(),
        };
    }
    match (read, taken) {
        (None, None) => PendingError::NotRead,
        (Some((n, tick, _)), Some((_, at))) if at.n <= n => PendingError::Read { tick },
        (Some((_, tick, _)), None) => PendingError::Read { tick },
        (_, Some((taken, at))) => PendingError::Taken {
            by: taken.by.name(),
            at,
        },
    }
}

/// Who asked for the pending error last, and when; or that one waits now. Empty without a descriptor.
pub fn so_error(row: &RowState) -> String {
    match pending_error(row) {
        _ if row.fd().is_none() || row.file().is_some() => String::new(),
        PendingError::NotRead => "not read".to_owned(),
        PendingError::Waits { .. } => "error waits".to_owned(),
        PendingError::Read { tick: Some(tick) } => format!("read tick {tick}"),
        PendingError::Read { tick: None } => "read".to_owned(),
        PendingError::Taken { by, at } => {
            let text = format!("{by} tick {}", at.last_tick);
            if text.len() <= SO_ERROR_WIDTH {
                text
            } else {
                format!("by {by}")
            }
        }
    }
}

/// The same as the end of a sentence: `pending error taken by recv after tick 4`.
pub fn so_error_in_words(row: &RowState) -> String {
    match pending_error(row) {
        _ if row.fd().is_none() || row.file().is_some() => String::new(),
        PendingError::NotRead => "SO_ERROR not read".to_owned(),
        PendingError::Waits { another: true } => "another pending error waits".to_owned(),
        PendingError::Waits { another: false } => "a pending error waits".to_owned(),
        PendingError::Read { tick: Some(tick) } => format!("SO_ERROR read at tick {tick}"),
        PendingError::Read { tick: None } => "SO_ERROR read".to_owned(),
        PendingError::Taken { by, at } => match at.tick {
            Some(tick) => format!("pending error taken by {by} at tick {tick}"),
            None => format!("pending error taken by {by} after tick {}", at.last_tick),
        },
    }
}

/// The port at this end, once there is one.
pub fn local_port(row: &RowState) -> Option<u16> {
    let local = row.look.local.as_ref();
    local.and_then(Addr::port).filter(|port| *port != 0)
}

/// Where a row without a socket will lead; `port` stands before the number of a lab peer's port.
pub fn leads_to(row: &RowState, port: &str) -> String {
    match (row.peer(), row.addresses.first(), row.name()) {
        (Some(peer), None, _) if row.file().is_some() => {
            peers::peer_end(&peer).unwrap_or_default().to_owned()
        }
        (Some(peer), Some(addr), _) => {
            let place = addr
                .port()
                .map_or_else(|| addr.to_string(), |number| format!("{port}{number}"));
            format!(
                "{place}: {}",
                peers::peer_end(&peer).unwrap_or("of the lab")
            )
        }
        (_, _, Some((_, port))) => format!("a name, looked up first; port {port}"),
        (_, Some(addr), _) if addr.is_local() => "an address on this machine".to_owned(),
        (_, Some(_), _) => "an address on the network".to_owned(),
        _ => String::new(),
    }
}
