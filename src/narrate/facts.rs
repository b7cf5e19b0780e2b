//! The words beside a stage: what the calls have said of a socket so far, where it leads, who has read its SO_ERROR.

use crate::model::addr::Addr;
use crate::model::errno::Errno;
use crate::model::socket::{ConnectionFact, Mode, SoErrorState, Stage};
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
    match &row.current().fact {
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

/// So many characters has the column SO_ERROR.
const SO_ERROR_WIDTH: usize = 12;

/// Who asked for the pending error last, and when; or that another one waits now. Empty without a descriptor.
pub fn so_error(row: &RowState) -> String {
    match last_asked(row) {
        _ if row.fd().is_none() => String::new(),
        None => "not read".to_owned(),
        Some(_) if kernel::error_waits(row) => "error waits".to_owned(),
        Some(("getsockopt", Some(tick))) => format!("read tick {tick}"),
        Some(("getsockopt", None)) => "read".to_owned(),
        Some((by, tick)) => {
            let at = tick.map(|tick| format!("{by} tick {tick}"));
            let fits = at.filter(|text| text.len() <= SO_ERROR_WIDTH);
            fits.unwrap_or_else(|| format!("by {by}"))
        }
    }
}

/// The same as the end of a sentence: `SO_ERROR was taken by recv at tick 4`.
pub fn so_error_in_words(row: &RowState) -> String {
    let at = |tick: Option<u64>| tick.map_or_else(String::new, |tick| format!(" at tick {tick}"));
    match last_asked(row) {
        _ if row.fd().is_none() => String::new(),
        None => "SO_ERROR not read".to_owned(),
        Some(_) if kernel::error_waits(row) => "another pending error waits".to_owned(),
        Some(("getsockopt", tick)) => format!("SO_ERROR read{}", at(tick)),
        Some((by, tick)) => format!("pending error taken by {by}{}", at(tick)),
    }
}

/// The call that asked for the pending error last, and its tick. Whoever asked and got nothing has asked too, if it was getsockopt().
fn last_asked(row: &RowState) -> Option<(&'static str, Option<u64>)> {
    let attempt = row.current();
    let read = match attempt.so_error {
        SoErrorState::Unread => None,
        SoErrorState::Read { n, tick, .. } => Some((n, tick)),
    };
    let taken = attempt.past.taken.zip(attempt.taken_at);
    match (read, taken) {
        (Some((n, _)), Some((taken, at))) if at.n > n => Some((taken.by.name(), at.tick)),
        (None, Some((taken, at))) => Some((taken.by.name(), at.tick)),
        (Some((_, tick)), _) => Some(("getsockopt", tick)),
        (None, None) => None,
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
