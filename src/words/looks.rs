//! Why the looks at a socket disagree, in a sentence.

use super::assets;
use super::join::{join_and, nouns};
use super::prose::{self, Told};
use crate::derive::kinds::ReadinessKind;
use crate::derive::looks::{self, Differs};
use crate::model::ids::Row;
use crate::model::world::{RowState, World};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
struct LookTexts {
    elsewhere: BTreeMap<String, String>,
}

static TEXTS: LazyLock<LookTexts> = LazyLock::new(|| assets::read(assets::LOOKS));

/// A reason why the looks disagree, and the lists for which it is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Difference {
    /// The key of its sentence.
    pub key: &'static str,
    /// For which kinds of readiness; none if it is one for all.
    pub kinds: Vec<&'static ReadinessKind>,
}

/// It is not watched: the only reason that is nothing to wonder about.
pub const NOT_WATCHED: &str = "differs not_watched"; // prose
/// True, and reported in an earlier tick.
pub const EDGE_REPORTED: &str = "differs edge_reported"; // prose

/// What a row's facts alone say.
const OF_FACTS: [&str; 6] = [
    "differs early",        // prose
    "differs select_error", // prose
    "differs hang-up",      // prose
    "differs fd_set",       // prose
    "differs refused",      // prose
    NOT_WATCHED,
];

/// Every reason why the looks of this row differ now. Nobody is asked about a socket without a descriptor.
pub fn differs(world: &World, row: &RowState) -> Vec<Difference> {
    if row.fd().is_none() || row.look.poll.answer().is_none() {
        return Vec::new();
    }
    let facts = row.facts();
    let of_facts = OF_FACTS.into_iter();
    let of_facts = of_facts.filter(|key| prose::find(key, &facts).is_some());
    let of_facts = of_facts.map(|key| Difference {
        key,
        kinds: Vec::new(),
    });
    let of_lists = looks::differs(world, row).into_iter();
    let of_lists = of_lists.map(|(why, kinds)| Difference {
        key: match why {
            Differs::EdgeReported => EDGE_REPORTED,
            Differs::NotYetReported => "differs not_yet_reported", // prose
            Differs::MovedOn => "differs moved_on",                // prose
            Differs::NotAsked => "differs not_asked",              // prose
        },
        kinds,
    });
    of_facts.chain(of_lists).collect()
}

/// Why the looks at these sockets differ, in a sentence or two.
pub fn sentence(difference: &Difference, rows: &[Row]) -> Told {
    let names: Vec<&str> = difference.kinds.iter().map(|kind| kind.name).collect();
    let lists = format!("the {} {}", join_and(&names), nouns(names.len(), "list"));
    prose::text(difference.key).told(rows, &[("{lists}", &lists)])
}

/// What other systems would say. Documented, not measured.
pub fn elsewhere() -> impl Iterator<Item = &'static str> {
    TEXTS.elsewhere.values().map(String::as_str)
}
