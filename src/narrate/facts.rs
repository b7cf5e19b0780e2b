//! The words beside a stage: what the calls have said of a socket so far, where it leads, who has read its SO_ERROR.

use crate::model::addr::Addr;
use crate::model::ids::Row;
use crate::model::race::RaceTurn;
use crate::model::socket::{AtRecord, ConnectionFact, Happened, Mode, SoErrorState, Stage};
use crate::model::world::{RowState, World};
use crate::narrate::kernel;
use crate::words::peers;
use crate::words::prose::{self, Prose, Told};

/// What is known from the calls so far: `EINPROGRESS`, `SO_ERROR was 0`, `pair with 6`. Empty if nothing is.
pub fn word(world: &World, row: &RowState) -> String {
    told_word(world, row).map_or_else(String::new, |told| told.text)
}

/// The same with its key; an errno is its own word.
pub fn told_word(world: &World, row: &RowState) -> Option<Told> {
    let rows = [row.row];
    let fact = &row.current().fact;
    if let Some(partner) = world.partner(row) {
        let known = matches!(row.stage(), Stage::Connected | Stage::Accepted);
        let failed = matches!(
            fact,
            Some(ConnectionFact::Failed(_) | ConnectionFact::Noted(_))
        );
        if known && !failed {
            let partner = [("{partner}", &*partner.to_string())];
            return Some(prose::text("word pair").told(&rows, &partner));
        }
    }
    let connects = row.results.count_of("connect");
    if row.mode == Mode::ConnectEx && connects > 1 && row.failure_word().is_none() {
        let connects = [("{connects}", &*connects.to_string())];
        return Some(prose::text("word connects").told(&rows, &connects));
    }
    let facts = row.facts();
    let prose = match fact.as_ref()? {
        ConnectionFact::Outrun => {
            let winner = row.race.as_ref().and_then(|race| race.lost_to());
            let winner = winner.map_or("-".to_owned(), |winner| winner.to_string());
            return Some(prose::text("word outrun").told(&rows, &[("{winner}", &winner)]));
        }
        ConnectionFact::GaveUp => prose::text("word gave-up"),
        ConnectionFact::Failed(failure) => return Some(failure.name().into_owned().into()),
        // What remains to be said of a closed socket: that it was connected.
        _ if row.stage() == Stage::Closed => prose::find("word closed", &facts)?,
        ConnectionFact::Connect(None) => prose::chosen("word connect", &facts),
        ConnectionFact::Connect(Some(errno)) | ConnectionFact::Noted(errno) => {
            return Some(errno.name().into_owned().into());
        }
        ConnectionFact::ConnectedBefore => prose::text("word connected-before"),
        ConnectionFact::SoErrorZero => prose::text("word zero"),
        ConnectionFact::Phantom => prose::text("word early"),
        ConnectionFact::Peer(_) => prose::text("word peer"),
        ConnectionFact::Data => prose::text("word data"),
    };
    Some(prose.told(&rows, &[]))
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
    let Some((prose, values)) = so_error_said(row) else {
        return String::new();
    };
    let forms = std::iter::once(&prose.text).chain(&prose.shorter);
    let mut forms = forms.map(|form| prose::fill(form, &prose::lent(&values)));
    let first = forms.next().unwrap_or_default();
    match first.len() <= SO_ERROR_WIDTH {
        true => first,
        false => forms.next().unwrap_or(first),
    }
}

/// The same as the end of a sentence: `pending error taken by recv after tick 4`.
pub fn so_error_in_words(row: &RowState) -> String {
    told_so_error(row).map_or_else(String::new, |told| told.text)
}

/// The same with its key.
pub fn told_so_error(row: &RowState) -> Option<Told> {
    let (prose, values) = so_error_said(row)?;
    Some(prose.told_as(prose.log(), &[row.row], &prose::lent(&values)))
}

/// The sentence, and what stands in its holes.
fn so_error_said(row: &RowState) -> Option<(&'static Prose, Vec<(&'static str, String)>)> {
    row.fd().filter(|_| row.file().is_none())?;
    let tick = |tick: u64| ("{tick}", tick.to_string());
    Some(match pending_error(row) {
        PendingError::NotRead => (prose::text("pending unread"), Vec::new()),
        PendingError::Waits { another: true } => (prose::text("pending another"), Vec::new()),
        PendingError::Waits { another: false } => (prose::text("pending waits"), Vec::new()),
        PendingError::Read { tick: Some(n) } if row.is_foreign() => {
            (prose::text("pending read step"), vec![tick(n)])
        }
        PendingError::Read { tick: Some(n) } => (prose::text("pending read tick"), vec![tick(n)]),
        PendingError::Read { tick: None } => (prose::text("pending read"), Vec::new()),
        PendingError::Taken { by, at } => {
            let (prose, n) = match at.tick {
                Some(n) if row.is_foreign() => (prose::text("pending taken step"), n),
                Some(n) => (prose::text("pending taken tick"), n),
                None => (prose::text("pending taken"), at.last_tick),
            };
            (prose, vec![("{by}", by.to_owned()), tick(n)])
        }
    })
}

/// The port at this end, once there is one.
pub fn local_port(row: &RowState) -> Option<u16> {
    let local = row.look.local.as_ref();
    local.and_then(Addr::port).filter(|port| *port != 0)
}

/// So many milliseconds are left until an attempt of a race is due; a part of one counts whole.
pub fn ms_until_its_turn(row: &RowState, now_us: u64) -> Option<u64> {
    let due = row.race.as_ref()?.due_us()?;
    Some(due.saturating_sub(now_us).div_ceil(1000))
}

/// Whether the turn of an attempt of a race has come, or when it does; `None` if it has none to wait for.
fn told_turn(row: &RowState, now_us: u64) -> Option<Told> {
    let race = row.race.as_ref()?;
    let rows = [row.row];
    let number = |of: Option<Row>| of.map_or_else(|| "-".to_owned(), |of| of.to_string());
    Some(match race.turn {
        RaceTurn::Lost { to } => {
            prose::text("leads-to outrun").told(&rows, &[("{winner}", &to.to_string())])
        }
        RaceTurn::Waits { due_us: None } => {
            prose::text("leads-to behind").told(&rows, &[("{after}", &number(race.after))])
        }
        RaceTurn::Waits { .. } => match ms_until_its_turn(row, now_us) {
            Some(ms) if ms > 0 => {
                prose::text("leads-to turn").told(&rows, &[("{ms}", &ms.to_string())])
            }
            _ => prose::text("leads-to due").told(&rows, &[]),
        },
        RaceTurn::AtOnce => prose::text("leads-to due").told(&rows, &[]),
        RaceTurn::Runs | RaceTurn::Won => return None,
    })
}

/// Where a row without a socket will lead; `port` stands before the number of a lab peer's port. An attempt of a race that waits says when
/// its turn comes, `now_us` being the moment of the session.
pub fn leads_to(row: &RowState, port: &str, now_us: u64) -> String {
    told_leads_to(row, port, now_us).map_or_else(String::new, |told| told.text)
}

/// The same with its key.
pub fn told_leads_to(row: &RowState, port: &str, now_us: u64) -> Option<Told> {
    if let Some(turn) = told_turn(row, now_us) {
        return Some(turn);
    }
    let rows = [row.row];
    Some(match (row.peer(), row.addresses.first(), row.name()) {
        (Some(peer), None, _) if row.file().is_some() => {
            let words = peers::peer_end(&peer).unwrap_or_default();
            words.to_owned().into()
        }
        (Some(peer), Some(addr), _) => {
            let number = addr.port();
            let place = number.map_or_else(|| addr.to_string(), |number| format!("{port}{number}"));
            match peers::peer_end(&peer) {
                Some(words) => format!("{place}: {words}").into(),
                None => prose::text("leads-to lab").told(&rows, &[("{place}", &place)]),
            }
        }
        (_, _, Some((_, port))) => {
            let port = [("{port}", &*port.to_string())];
            prose::text("leads-to name").told(&rows, &port)
        }
        (_, Some(addr), _) if addr.is_local() => prose::text("leads-to machine").told(&rows, &[]),
        (_, Some(_), _) => prose::text("leads-to network").told(&rows, &[]),
        _ => return None,
    })
}
