//! The rules by which the calls of a watched program are looked over, by name, and which of them somebody wants.

use crate::language::claim::program::between_slashes;
use strum::{EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

/// A rule. What breaks it is a place to look at, and no fault by itself.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum WatchRule {
    /// Data is sent or received before anybody has asked how connect() ended.
    NoVerdict,
    /// The program says that it is connected, and no call has said so.
    SaysConnected,
    /// A connect is under way, and nobody asks for writable.
    NotAskedWritable,
    /// A socket was given to epoll before connect().
    RegisteredBeforeConnect,
    /// connect() again on a descriptor that failed.
    ConnectAfterFailure,
    /// SO_ERROR is read again after an error was taken out.
    SoErrorTwice,
    /// An edge-triggered socket was not read until EAGAIN.
    EdgeNotDrained,
    /// All that the program waits for has no limit.
    Stuck,
}

impl WatchRule {
    /// Its name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// All of them, in order.
    pub fn all() -> impl Iterator<Item = WatchRule> {
        WatchRule::iter()
    }
}

/// Which rules are looked at, and by which word a program claims to be connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChoice {
    wanted: Vec<WatchRule>,
    /// The words by which a program claims to be connected, in lower case; `None`: the word *connected*.
    pub claim: Option<String>,
}

impl Default for RuleChoice {
    fn default() -> RuleChoice {
        RuleChoice {
            wanted: WatchRule::all().collect(),
            claim: None,
        }
    }
}

impl RuleChoice {
    /// None yet.
    pub fn none() -> RuleChoice {
        RuleChoice {
            wanted: Vec::new(),
            claim: None,
        }
    }

    /// Whether it is looked at.
    pub fn has(&self, rule: WatchRule) -> bool {
        self.wanted.contains(&rule)
    }

    /// Takes in words such as `all -stuck`, `no-verdict so-error-twice`, `says-connected /I am in/`; semicolons may stand between them.
    ///
    /// # Errors
    /// The word that is none.
    pub fn add(&mut self, words: &str) -> Result<(), String> {
        let mut rest = words.trim();
        let mut last = None;
        while !rest.is_empty() {
            if rest.starts_with('/') {
                let end = rest[1..].find('/').map_or(rest.len(), |end| end + 2);
                let text = between_slashes(&rest[..end])
                    .filter(|_| last == Some(WatchRule::SaysConnected));
                self.claim = Some(text.ok_or_else(|| rest.to_owned())?.to_lowercase());
                rest = next(&rest[end..]);
                continue;
            }
            let end = rest.find([' ', ';']).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            rest = next(behind);
            let (without, name) = match word.strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, word),
            };
            let rules: Vec<WatchRule> = match name {
                "all" => WatchRule::all().collect(),
                name => vec![name.parse().map_err(|_| word.to_owned())?],
            };
            self.wanted.retain(|known| !rules.contains(known));
            if !without {
                self.wanted.extend(&rules);
            }
            last = (!without && rules.len() == 1).then_some(rules[0]);
        }
        Ok(())
    }
}

fn next(text: &str) -> &str {
    text.trim_start_matches([' ', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Result<RuleChoice, String> {
        let mut choice = RuleChoice::none();
        choice.add(words).map(|()| choice)
    }

    #[test]
    fn rules_are_chosen_by_name_and_taken_away() {
        let choice = of("all; -stuck -so-error-twice").expect("rules");
        assert!(choice.has(WatchRule::NoVerdict) && !choice.has(WatchRule::Stuck));
        assert!(!choice.has(WatchRule::SoErrorTwice));
        let choice = of("says-connected /I am in/ no-verdict").expect("rules");
        assert_eq!(choice.claim.as_deref(), Some("i am in"));
        assert!(choice.has(WatchRule::NoVerdict) && !choice.has(WatchRule::Stuck));
        for (words, wrong) in [
            ("al", "al"),
            ("all -stucked", "-stucked"),
            ("stuck /x/", "/x/"),
            ("says-connected /x", "/x"),
            ("/x/", "/x/"),
        ] {
            assert_eq!(of(words).expect_err(words), wrong);
        }
    }

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        for rule in WatchRule::all() {
            assert_eq!(rule.name().parse(), Ok(rule));
        }
    }
}
