//! What is said when a watched program breaks a rule, and under which claims.

use super::assets;
use super::entries::{self, List};
use crate::language::claim::condition::Situation;
use crate::language::rules::WatchRule;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The words about one rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// What was found.
    pub text: String,
    /// What a right program does.
    pub advice: String,
}

static TEXTS: LazyLock<BTreeMap<&str, List<RuleText>>> =
    LazyLock::new(|| entries::lists(assets::RULES).collect());

/// The words about a rule, if what its claims ask for is so there.
pub fn find<'a>(rule: WatchRule, there: impl Into<Situation<'a>>) -> Option<&'static RuleText> {
    let list = TEXTS.get(rule.name())?;
    entries::first(list.entries(), there.into()).map(|entry| &**entry)
}

/// The words about a rule, whatever is so.
pub fn text(rule: WatchRule) -> &'static RuleText {
    let list = TEXTS
        .get(rule.name())
        .and_then(|list| list.entries().last());
    list.expect("a test looks up every rule")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_words_and_no_words_are_of_none() {
        for rule in WatchRule::all() {
            assert!(!text(rule).advice.is_empty(), "{}", rule.name());
        }
        for name in TEXTS.keys() {
            assert!(name.parse::<WatchRule>().is_ok(), "{name}");
        }
        let lists = TEXTS
            .iter()
            .map(|(name, list)| ((*name).to_owned(), list.entries()));
        // Only what no claim can say has no condition.
        let by_claims = WatchRule::all().filter(|rule| *rule != WatchRule::Stuck);
        let silent: Vec<&str> = by_claims.map(WatchRule::name).collect();
        assert_eq!(entries::faults(lists, &silent), Vec::<String>::new());
    }
}
