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
        if known && !matches!(row.current().fact, Some(ConnectionFact::Failed(_))) {
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
        Some(ConnectionFact::Connect(Some(errno))) => errno.name().into_owned(),
        Some(ConnectionFact::ConnectedBefore) => "0: was through".to_owned(),
        Some(ConnectionFact::SoErrorZero) => "SO_ERROR was 0".to_owned(),
        Some(ConnectionFact::Phantom) => "a phantom".to_owned(),
        Some(ConnectionFact::Peer(_)) => "has a peer".to_owned(),
        Some(ConnectionFact::Data) => "data went by".to_owned(),
        Some(ConnectionFact::GaveUp) => "gave up".to_owned(),
        Some(ConnectionFact::Failed(failure)) => failure.name().into_owned(),
    }
}

/// SO_ERROR as a sealed envelope: when it was opened, and whether a new letter came. Empty without a descriptor.
pub fn so_error(row: &RowState) -> String {
    match row.current().so_error {
        _ if row.fd().is_none() => String::new(),
        SoErrorState::Unread => "sealed".to_owned(),
        SoErrorState::Read { .. } if kernel::error_waits(row) => "a new letter".to_owned(),
        SoErrorState::Read {
            tick: Some(tick), ..
        } => format!("read tick {tick}"),
        SoErrorState::Read { tick: None, .. } => "read".to_owned(),
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
