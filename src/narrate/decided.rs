//! The facts that decide a question, in the words of the panes: what the kernel said when the claim of the right choice held.

use crate::derive::kinds::KINDS;
use crate::language::claim::pattern::{Conjunction, Pattern};
use crate::language::claim::{ClaimList, Property, Subject};
use crate::language::claim::{facts::FactClaim, wire::WireClaim};
use crate::model::clean;
use crate::model::errno::Errno;
use crate::model::ids::Row;
use crate::model::readiness::{PollMask, Readiness, SelectSets};
use crate::model::record::Answer;
use crate::model::world::{LastResult, RowCaller, World};
use crate::words::prose::{self, Prose};

/// One fact, of one socket or of none.
struct DecidingFact {
    prose: &'static Prose,
    row: Option<Row>,
    values: Vec<(&'static str, String)>,
}

/// What was seen when this claim held, each fact once with all its sockets: `Seen: SO_ERROR of 2 = ECONNREFUSED.`
pub fn sentence(claim: &Conjunction, world: &World) -> String {
    let mut groups: Vec<(DecidingFact, Vec<Row>)> = Vec::new();
    for pattern in claim.claims() {
        let fact = fact(pattern, world);
        let same = groups.iter_mut().find(|(known, _)| {
            std::ptr::eq(known.prose, fact.prose) && known.values == fact.values
        });
        match same {
            Some((_, rows)) => rows.extend(fact.row),
            None => {
                let rows = fact.row.into_iter().collect();
                groups.push((fact, rows));
            }
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
    let found = || vec![("{value}", claim.found(world))];
    let of = |key: &str, row: Option<Row>, values| DecidingFact {
        prose: prose::text(key),
        row,
        values,
    };
    match &claim.what {
        Subject::Of(row, property) => {
            let (key, mut values) = property_words(*row, property, world);
            if values.is_empty() {
                values = found();
            }
            match key {
                Some(key) => of(key, Some(*row), values),
                None => of(
                    "decided claim",
                    None,
                    vec![("{value}", pattern.words().to_owned())],
                ),
            }
        }
        Subject::True(list, _) => of("decided true", None, listed(*list, claim.found(world))),
        Subject::New(list, _) => of("decided new", None, listed(*list, claim.found(world))),
        Subject::Wire(WireClaim::Held(_)) => of("decided held", None, found()),
        Subject::Wire(WireClaim::Packets(_)) => of("decided packets", None, found()),
        Subject::Events(_) => of("decided events", None, found()),
        Subject::Wire(_) | Subject::Sockets(_) | Subject::Says(..) => of(
            "decided claim",
            None,
            vec![("{value}", pattern.words().to_owned())],
        ),
    }
}

fn listed(list: ClaimList, rows: String) -> Vec<(&'static str, String)> {
    vec![("{list}", list.name().to_owned()), ("{value}", rows)]
}

/// The key of a fact of one socket and its values; none: what was found is its only one. Without a key it is said as it was claimed.
fn property_words(
    row: Row,
    property: &Property,
    world: &World,
) -> (Option<&'static str>, Vec<(&'static str, String)>) {
    let state = world.row(row);
    let look = state.map(|state| &state.look);
    let key = match property {
        Property::Call(caller, name, _) => {
            let result = state.and_then(|state| state.results.of(*caller, name));
            return call_words(*caller, name, result);
        }
        Property::Stuck(name) => return (Some("decided stuck"), vec![("{call}", name.clone())]),
        Property::Poll(_) | Property::Fact(FactClaim::Has(_) | FactClaim::Poll(_)) => {
            return match look.map(|look| look.poll) {
                Some(Answer::Says(mask)) => {
                    (Some("decided poll"), vec![("{value}", mask_words(mask))])
                }
                _ => (Some("decided poll"), Vec::new()),
            };
        }
        Property::Select(_) => {
            return match look.map(|look| look.select) {
                Some(Answer::Says(sets)) => {
                    (Some("decided select"), vec![("{value}", set_words(sets))])
                }
                _ => (Some("decided select"), Vec::new()),
            };
        }
        Property::Reported(flags) => {
            return (
                Some("decided reported"),
                vec![("{value}", event_words(*flags))],
            );
        }
        Property::Bytes(bytes) => {
            return (
                Some("decided bytes"),
                vec![("{value}", clean::excerpt(bytes, 60))],
            );
        }
        Property::Stage(_) => "decided stage",
        Property::Failure(_) => "decided failure",
        Property::SelectCannot(_) => "decided select",
        Property::Kernel(_) => "decided kernel",
        Property::Client(_) => "decided client",
        Property::Server(_) => "decided server",
        Property::Syns(_) => "decided syns",
        Property::Unacked(_) => "decided unacked",
        Property::Queue(_) => "decided queue",
        Property::SoError(_) => "decided so_error",
        Property::Port => "decided port",
        Property::Fact(FactClaim::Mode(_)) => "decided mode",
        Property::Epoll(_)
        | Property::Asked(_)
        | Property::Partner(_)
        | Property::Made(..)
        | Property::Deadlock(_)
        | Property::Fact(_) => return (None, Vec::new()),
    };
    (Some(key), Vec::new())
}

fn call_words(
    caller: RowCaller,
    name: &str,
    result: Option<LastResult>,
) -> (Option<&'static str>, Vec<(&'static str, String)>) {
    let failed = |errno: Errno| format!("-1 {errno}");
    let value = match result {
        None | Some(LastResult::Running) => {
            return (Some("decided stuck"), vec![("{call}", name.to_owned())]);
        }
        Some(LastResult::Returned { ret, .. }) => ret.to_string(),
        Some(LastResult::Failed(errno)) => failed(errno),
        Some(LastResult::Found(errno)) => errno.to_string(),
    };
    let is_option = name == "getsockopt" && !matches!(result, Some(LastResult::Failed(_)));
    let key = match caller {
        RowCaller::Own if is_option => "decided so_error",
        RowCaller::Own => "decided call",
        RowCaller::Peer => "decided peer-call",
    };
    (
        Some(key),
        vec![("{call}", name.to_owned()), ("{value}", value)],
    )
}

/// `IN|OUT: readable, writable`, as LISTS has them; `-: in no list`.
fn mask_words(mask: PollMask) -> String {
    let kinds = KINDS.iter().filter(|kind| mask.contains(kind.mask));
    let names: Vec<&str> = kinds.map(|kind| kind.name).collect();
    let letters = crate::model::readiness::joined(&mask);
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
    let letters = crate::model::readiness::joined(&sets);
    match names.is_empty() {
        true => letters,
        false => format!("{letters}: {}", names.join(", ")),
    }
}
