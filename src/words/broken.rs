//! Broken clients: six classic bugs, each as a script beside the right client and as two small programs.

use super::assets::{self, BrokenFiles};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The words about one bug.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BugText {
    /// What the author takes for true.
    pub belief: String,
    /// What happens.
    pub wrong: String,
    /// What a correct program does.
    pub right: String,
}

/// How the note begins that stands before the moment at which it goes wrong.
pub const BEFORE: &str = "Before it goes wrong: ";
/// How the note begins that says what went wrong.
pub const HERE: &str = "Here it goes wrong: ";

static WORDS: LazyLock<BTreeMap<String, BugText>> =
    LazyLock::new(|| assets::read(assets::BROKEN_TEXTS));

/// A broken client.
#[derive(Clone, Copy, Debug)]
pub struct BrokenClient {
    /// Its files.
    pub files: &'static BrokenFiles,
    /// The words about it.
    pub words: &'static BugText,
}

/// All of them, in order.
pub fn all() -> impl Iterator<Item = BrokenClient> {
    assets::BROKEN.iter().filter_map(|files| {
        Some(BrokenClient {
            files,
            words: WORDS.get(files.name)?,
        })
    })
}

/// The one of this name.
pub fn find(name: &str) -> Option<BrokenClient> {
    all().find(|broken| broken.files.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::request::Request;
    use crate::language::script::parse;
    use crate::model::command::Command;

    #[test]
    fn every_broken_client_has_its_words_and_no_words_are_left_over() {
        assert_eq!(all().count(), assets::BROKEN.len());
        assert_eq!(WORDS.len(), assets::BROKEN.len());
        for broken in all() {
            let BugText {
                belief,
                wrong,
                right,
            } = broken.words;
            for text in [belief, wrong, right] {
                assert!(text.len() <= 140 && text.ends_with('.'), "{text}");
            }
        }
    }

    #[test]
    fn every_script_asks_before_it_goes_wrong_and_says_what_went_wrong() {
        for broken in all() {
            let lines = parse(broken.files.script).expect(broken.files.name);
            let notes: Vec<&str> = lines
                .iter()
                .filter_map(|line| match &line.request {
                    Request::Act(Command::Note(text)) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            let places = |begin: &str| -> Vec<usize> {
                let all = notes.iter().enumerate();
                all.filter(|(_, note)| note.starts_with(begin))
                    .map(|(place, _)| place)
                    .collect()
            };
            let (before, here) = (places(BEFORE), places(HERE));
            let [before, here] = [before, here].map(|places| {
                assert_eq!(places.len(), 1, "{}", broken.files.name);
                places[0]
            });
            assert_eq!(before + 1, here, "{}", broken.files.name);
            assert!(notes[before].ends_with('?'), "{}", notes[before]);
            assert!(notes.len() >= 4, "{}", broken.files.name);
        }
    }

    /// They are homework: the top says what the author believes, and not where the bug is.
    #[test]
    fn every_program_states_its_belief_at_its_top() {
        for broken in all() {
            let belief = broken.words.belief.trim_end_matches('.').to_lowercase();
            for text in [broken.files.c, broken.files.python] {
                let lines = text.lines().count();
                assert!((40..=80).contains(&lines), "{}: {lines}", broken.files.name);
                let top: Vec<&str> = text.lines().take(4).collect();
                assert!(
                    top.join(" ").to_lowercase().contains(&belief),
                    "{}",
                    broken.files.name
                );
                assert!(
                    !text.to_lowercase().contains("bug"),
                    "{}",
                    broken.files.name
                );
            }
        }
    }
}
