//! Why the looks of one socket disagree, in a sentence.

use super::assets;
use crate::derive::looks::Differs;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Deserialize)]
struct LookTexts {
    differs: BTreeMap<String, String>,
    elsewhere: BTreeMap<String, String>,
}

static TEXTS: LazyLock<LookTexts> =
    LazyLock::new(|| toml::from_str(assets::WITNESSES).expect("a test reads this embedded asset"));

/// Why, in a sentence or two.
pub fn sentence(reason: Differs) -> &'static str {
    TEXTS.differs.get(reason.key()).map_or("", String::as_str)
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
            assert!(!sentence(reason).is_empty(), "{reason:?}");
        }
        assert_eq!(
            TEXTS.differs.len(),
            Differs::ALL.len(),
            "a text without a reason"
        );
        assert_eq!(elsewhere().count(), 2);
    }
}
