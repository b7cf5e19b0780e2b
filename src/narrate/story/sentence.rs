//! One call of the program as a sentence.

use crate::model::call::{Call, CallFact, Out};
use crate::model::clean;
use crate::model::errno::Errno;
use crate::model::ids::Row;
use crate::model::socket::{ConnectionFact, Mode, Stage};
use crate::model::world::{RowState, World};
use crate::words::join::{plural, verb};
use crate::words::{calls, errnos};

/// What a call and its outcome mean where the row stands.
pub(super) fn sentence(world: &World, row: Row, fact: &CallFact) -> String {
    let text = calls::find(fact, false, true);
    let errno = fact.outcome.as_ref().and_then(|outcome| outcome.errno);
    if let Some(special) = world
        .row(row)
        .and_then(|state| by_stage(world, state, fact))
    {
        return special.to_owned();
    }
    if let (Call::Recv { .. }, Some(Out::Bytes(bytes))) = (
        &fact.call,
        fact.outcome
            .as_ref()
            .and_then(|outcome| outcome.out.as_ref()),
    ) && !bytes.is_empty()
    {
        return format!(
            "recv() took {} out of the receive buffer: {}",
            plural(bytes.len(), "byte"),
            clean::excerpt(bytes, 60)
        );
    }
    if let Some(Out::Addrs(addrs)) = fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref())
    {
        let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
        let order = verb(addrs.len(), "", " They are tried in this order.");
        return format!(
            "the name has {}: {}.{order}",
            plural(addrs.len(), "address"),
            list.join(", ")
        );
    }
    if let Some(Out::Eai(eai)) = fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref())
    {
        let meaning = errnos::find(eai.name()).map_or("", |text| text.meaning.as_str());
        return format!("no address: {}. {}", eai.name(), first_sentence(meaning));
    }
    match errno.filter(|_| calls::is_general(fact, text)) {
        Some(errno) => {
            let meaning = errnos::find(&errno.name()).map_or("", |text| text.meaning.as_str());
            format!(
                "{} gave {errno}. {}",
                call_name(&fact.call),
                first_sentence(meaning)
            )
        }
        None => text.long.clone(),
    }
}

/// Outcomes that mean something else in another stage.
fn by_stage(world: &World, state: &RowState, fact: &CallFact) -> Option<&'static str> {
    let outcome = fact.outcome.as_ref()?;
    let known = &state.current().fact;
    Some(match (&fact.call, outcome.errno, &outcome.out) {
        (Call::Connect { .. }, None, _) if state.mode == Mode::Blocking => {
            "connect() came back with 0: it waited inside the call until the connection was there."
        }
        (Call::Connect { .. }, None, _) if *known == Some(ConnectionFact::ConnectedBefore) => {
            "connect() again returned 0: the attempt before is through, and this tells it once. The next one says EISCONN."
        }
        (Call::SoError { .. }, None, Some(Out::SoError(None))) => match state.stage() {
            Stage::Pending | Stage::ConnectAttempted
                if *known != Some(ConnectionFact::SoErrorZero) =>
            {
                "SO_ERROR was 0: no error so far. The attempt still runs, so zero is not yes."
            }
            Stage::Error => "SO_ERROR was 0: the error was read before, and reading emptied it.",
            Stage::Connected => "SO_ERROR was 0: no error waits on this connection.",
            Stage::Created | Stage::NonBlocking => {
                "SO_ERROR was 0: nothing was tried yet, so nothing has failed."
            }
            _ => return None,
        },
        (Call::Send { .. }, Some(Errno::EAGAIN), _) if state.stage().is_under_way() => {
            "EAGAIN: it is not connected yet, so nothing can be sent. Nothing was lost."
        }
        (Call::Recv { .. }, Some(Errno::EAGAIN), _) if state.stage().is_under_way() => {
            "EAGAIN: it is not connected yet, so nothing can be read."
        }
        (Call::Getpeername { .. }, Some(Errno::ENOTCONN), _) => match state.stage() {
            Stage::Pending
                if *known == Some(ConnectionFact::Phantom) && state.changed_at.fact == world.n =>
            {
                return None;
            }
            Stage::Pending | Stage::Writable | Stage::ConnectAttempted => {
                "ENOTCONN: there is no other end yet; the attempt still runs."
            }
            _ => "ENOTCONN: there is no other end.",
        },
        _ => return None,
    })
}

fn call_name(call: &Call) -> String {
    format!("{}()", call.name())
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}
