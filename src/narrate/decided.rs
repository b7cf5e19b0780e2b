//! The facts that decide a question, in the words of the panes: what the kernel said when the claim of the right choice held.

use crate::derive::kinds::KINDS;
use crate::language::claim::facts::FactClaim;
use crate::language::claim::pattern::{Conjunction, Pattern};
use crate::language::claim::wire::WireClaim;
use crate::language::claim::{Claim, ClaimList, Property, Subject};
use crate::model::clean;
use crate::model::ids::Row;
use crate::model::readiness::{PollMask, Readiness, SelectSets, joined};
use crate::model::record::Answer;
use crate::model::world::{LastResult, RowCaller, World};
use crate::words::prose::{self, Prose};

/// What stands in the holes of a sentence.
type Values = Vec<(&'static str, String)>;

/// One fact: its sentence, and the socket that it is about.
struct DecidingFact {
    prose: &'static Prose,
    row: Option<Row>,
    values: Values,
}

/// What was seen when this claim held, each fact once with all its sockets: `Seen: SO_ERROR of 2 = ECONNREFUSED.`
pub fn sentence(claim: &Conjunction, world: &World) -> String {
    let mut groups: Vec<(DecidingFact, Vec<Row>)> = Vec::new();
    for pattern in claim.claims() {
        let fact = fact(pattern, world);
        let same = groups.iter_mut().find(|(known, _)| {
            std::ptr::eq(known.prose, fact.prose) && known.values == fact.values
        });
        if let Some((_, rows)) = same {
            rows.extend(fact.row);
        } else {
            let rows = fact.row.into_iter().collect();
            groups.push((fact, rows));
        }
    }
    let said: Vec<String> = groups
        .iter()
        .map(|(fact, rows)| fact.prose.told(rows, &prose::lent(&fact.values)).text)
        .collect();
    prose::fill(prose::say("decided"), &[("{value}", &said.join("; "))])
}

fn fact(pattern: &Pattern, world: &World) -> DecidingFact {
    let claim = pattern.of(Row(0));
    let found = || claim.found(world);
    let of = |(prose, row, values)| DecidingFact { prose, row, values };
    let all = |prose, value| (prose, None, vec![("{value}", value)]);
    let listed = |prose, list: ClaimList| {
        let name = ("{list}", list.name().to_owned());
        (prose, None, vec![name, ("{value}", found())])
    };
    of(match &claim.what {
        Subject::Of(row, property) => match property_words(*row, property, &claim, world) {
            Some((prose, values)) => (prose, Some(*row), values),
            None => all(prose::text("decided claim"), pattern.to_string()),
        },
        Subject::True(list, _) => listed(prose::text("decided true"), *list),
        Subject::New(list, _) => listed(prose::text("decided new"), *list),
        Subject::Wire(WireClaim::Held(_)) => all(prose::text("decided held"), found()),
        Subject::Wire(WireClaim::Packets(_)) => all(prose::text("decided packets"), found()),
        Subject::Events(_) => all(prose::text("decided events"), found()),
        _ => all(prose::text("decided claim"), pattern.to_string()),
    })
}

/// The sentence about one socket; `None`: it is said as it was claimed.
fn property_words(
    row: Row,
    property: &Property,
    claim: &Claim,
    world: &World,
) -> Option<(&'static Prose, Values)> {
    let state = world.row(row);
    let look = state.map(|state| &state.look);
    let found = || vec![("{value}", claim.found(world))];
    Some(match property {
        Property::Call(caller, name, _) => {
            return call_words(*caller, name, state?.results.of(*caller, name)?);
        }
        Property::Poll(_) | Property::Fact(FactClaim::Has(_) | FactClaim::Poll(_)) => {
            let values = match look.map(|look| look.poll) {
                Some(Answer::Says(mask)) => vec![("{value}", mask_words(mask))],
                _ => found(),
            };
            (prose::text("decided poll"), values)
        }
        Property::Select(_) | Property::SelectCannot(_) => {
            let values = match look.map(|look| look.select) {
                Some(Answer::Says(sets)) => vec![("{value}", set_words(sets))],
                _ => found(),
            };
            (prose::text("decided select"), values)
        }
        // Of these what was claimed is what was found.
        Property::Stuck(_) | Property::Reported(_) | Property::Bytes(_) if claim.not => {
            return None;
        }
        Property::Stuck(name) => {
            let call = vec![("{call}", name.clone())];
            (prose::text("decided stuck"), call)
        }
        Property::Reported(flags) => {
            let events = vec![("{value}", event_words(*flags))];
            (prose::text("decided reported"), events)
        }
        Property::Bytes(bytes) => {
            let bytes = vec![("{value}", clean::excerpt(bytes, 60))];
            (prose::text("decided bytes"), bytes)
        }
        Property::Stage(_) => (prose::text("decided stage"), found()),
        Property::Failure(_) => (prose::text("decided failure"), found()),
        Property::Kernel(_) => (prose::text("decided kernel"), found()),
        Property::Client(_) => (prose::text("decided client"), found()),
        Property::Server(_) => (prose::text("decided server"), found()),
        Property::Syns(_) => (prose::text("decided syns"), found()),
        Property::Unacked(_) => (prose::text("decided unacked"), found()),
        Property::Queue(_) => (prose::text("decided queue"), found()),
        Property::SoError(_) => (prose::text("decided so_error"), found()),
        Property::Port => (prose::text("decided port"), found()),
        Property::Fact(FactClaim::Mode(_)) => (prose::text("decided mode"), found()),
        _ => return None,
    })
}

fn call_words(
    caller: RowCaller,
    name: &str,
    result: LastResult,
) -> Option<(&'static Prose, Values)> {
    let (value, is_found) = match result {
        LastResult::Running => return None,
        LastResult::Returned { ret, .. } => (ret.to_string(), name == "getsockopt"),
        LastResult::Failed(errno) => (format!("-1 {errno}"), false),
        LastResult::Found(errno) => (errno.to_string(), true),
    };
    let prose = match caller {
        RowCaller::Own if is_found => prose::text("decided so_error"),
        RowCaller::Own => prose::text("decided call"),
        RowCaller::Peer => prose::text("decided peer-call"),
    };
    Some((prose, vec![("{call}", name.to_owned()), ("{value}", value)]))
}

/// `IN|OUT: readable, writable`, as LISTS has them; `-: in no list`.
fn mask_words(mask: PollMask) -> String {
    let kinds = KINDS.iter().filter(|kind| mask.contains(kind.mask));
    let names: Vec<&str> = kinds.map(|kind| kind.name).collect();
    let letters = joined(&mask);
    match names.is_empty() {
        true => letters,
        false => format!("{letters}: {}", names.join(", ")),
    }
}

fn event_words(flags: Readiness) -> String {
    let kinds = KINDS.iter().filter(|kind| flags.contains(kind.new));
    let names: Vec<&str> = kinds.map(|kind| kind.name).collect();
    match names.is_empty() {
        true => "-".to_owned(),
        false => names.join(", "),
    }
}

/// The lists of select() by their names; the third has two, and says which is meant by neither.
fn set_words(sets: SelectSets) -> String {
    let third = prose::say("decided third-list");
    let names = [
        (SelectSets::R, KINDS[0].name),
        (SelectSets::W, KINDS[1].name),
        (SelectSets::X, third),
    ];
    let names = names.iter().filter(|(set, _)| sets.contains(*set));
    let names: Vec<&str> = names.map(|(_, name)| *name).collect();
    let letters = joined(&sets);
    match names.is_empty() {
        true => letters,
        false => format!("{letters}: {}", names.join(", ")),
    }
}
