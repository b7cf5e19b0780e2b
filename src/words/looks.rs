//! Why the looks at a socket disagree, in a sentence.

use super::assets;
use super::join::{join_and, nouns, verb};
use super::numbers;
use crate::derive::looks::{Difference, Differs};
use crate::model::ids::Row;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
struct LookTexts {
    differs: BTreeMap<String, String>,
    elsewhere: BTreeMap<String, String>,
}

static TEXTS: LazyLock<LookTexts> =
    LazyLock::new(|| toml::from_str(assets::LOOKS).expect("a test reads this embedded asset"));

fn text(reason: Differs) -> &'static str {
    TEXTS.differs.get(reason.key()).map_or("", String::as_str)
}

/// The key of a reason, for `expect says`: `differs phantom`.
pub fn key(reason: Differs) -> String {
    format!("differs {}", reason.key())
}

/// The keys of all reasons.
pub fn keys() -> impl Iterator<Item = String> {
    Differs::ALL.into_iter().map(key)
}

/// Why the looks at these sockets differ, in a sentence or two.
pub fn sentence(difference: &Difference, rows: &[Row]) -> String {
    let names: Vec<&str> = difference.kinds.iter().map(|kind| kind.name).collect();
    let lists = format!("the {} {}", join_and(&names), nouns(names.len(), "list"));
    let text = text(difference.why)
        .replace("{who}", &numbers::in_words(rows))
        .replace("{is}", verb(rows.len(), "is", "are"));
    text.replace("{lists}", &lists)
}

/// What other systems would say. Documented, not measured.
pub fn elsewhere() -> impl Iterator<Item = &'static str> {
    TEXTS.elsewhere.values().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence() {
        for reason in Differs::ALL {
            assert!(!text(reason).is_empty(), "{reason:?}");
        }
        assert_eq!(
            TEXTS.differs.len(),
            Differs::ALL.len(),
            "a text without a reason"
        );
        assert_eq!(elsewhere().count(), 2);
    }
}
