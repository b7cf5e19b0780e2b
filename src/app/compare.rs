//! The state of the screen that steps two recordings together.

use crate::language::keys::{self, Action, Heard, Key, KeyContext};
use crate::narrate::compare::StepPair;

/// Two recordings, and where we are in them.
#[derive(Debug)]
pub struct Comparison {
    /// What they are called, with their systems.
    pub names: [String; 2],
    /// Every step of both.
    pub steps: Vec<StepPair>,
    /// The step that is shown.
    pub at: usize,
    /// How far its facts are scrolled.
    pub scroll: usize,
    /// A message that stands until the next key.
    pub notice: Option<String>,
}

/// What is said of a key that means nothing here.
const KEYS: &str = "{key tick} and {key back} step, {key first-difference} goes to the first difference, {key up} and {key down} scroll, {key quit} quits.";

/// What a key asks of the world outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonEffect {
    /// Nothing.
    Stay,
    /// Give the terminal back and stop until fg.
    Suspend,
    /// End.
    Quit,
}

impl Comparison {
    /// At the beginning.
    pub fn new(names: [String; 2], steps: Vec<StepPair>) -> Comparison {
        Comparison {
            names,
            steps,
            at: 0,
            scroll: 0,
            notice: None,
        }
    }

    /// The first step that differs.
    pub fn first_difference(&self) -> Option<usize> {
        self.steps.iter().position(StepPair::differs)
    }

    /// The step that is shown.
    pub fn step(&self) -> Option<&StepPair> {
        self.steps.get(self.at)
    }

    /// Takes one key.
    pub fn key(&mut self, typed: Key) -> ComparisonEffect {
        self.notice = None;
        let on = [KeyContext::Comparison, KeyContext::Everywhere];
        let heard = keys::heard(typed, &on, &|_| false);
        let key = match heard {
            Heard::Key(key) if typed != Key::Ctrl('c') => key,
            Heard::Key(_) => typed,
            Heard::Action(_) => Key::Unbound,
        };
        let last = self.steps.len().saturating_sub(1);
        match key {
            Key::Ctrl('c') | Key::Char('q') => return ComparisonEffect::Quit,
            Key::Ctrl('z') => return ComparisonEffect::Suspend,
            Key::Char(' ' | 'l') | Key::Right | Key::PageDown if self.at == last => {
                self.notice = Some(keys::said(
                    "This is the end of both. {key first} goes to the beginning.",
                ));
            }
            Key::Char(' ' | 'l') | Key::Right | Key::PageDown => self.go(self.at + 1),
            Key::Char('h') | Key::Left | Key::Backspace | Key::PageUp if self.at == 0 => {
                self.notice = Some("This is the beginning: nothing happened before.".to_owned());
            }
            Key::Char('h') | Key::Left | Key::Backspace | Key::PageUp => self.go(self.at - 1),
            Key::Home => self.go(0),
            Key::End => self.go(last),
            key if keys::action_in(KeyContext::Comparison, key)
                == Some(Action::FirstDifference) =>
            {
                match self.first_difference() {
                    Some(first) => self.go(first),
                    None => self.notice = Some("Nothing differs.".to_owned()),
                }
            }
            Key::Up | Key::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::Down | Key::Char('j') => self.scroll += 1,
            _ => {
                self.notice = Some(keys::said(KEYS));
            }
        }
        let facts = self.step().map_or(0, |both| both.pairs.len());
        self.scroll = self.scroll.min(facts.saturating_sub(1));
        ComparisonEffect::Stay
    }

    fn go(&mut self, at: usize) {
        self.at = at;
        self.scroll = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::narrate::compare::FactPair;

    fn both(n: u64, differs: bool) -> StepPair {
        let b = if differs { "other" } else { "one" };
        StepPair {
            n,
            title: format!("tick {n}"),
            pairs: vec![FactPair {
                subject: "socket 1".to_owned(),
                a: Some("one".to_owned()),
                b: Some(b.to_owned()),
            }],
        }
    }

    #[test]
    fn keys_move_within_the_steps_and_find_the_first_difference() {
        let names = ["a".to_owned(), "b".to_owned()];
        let steps = vec![both(0, false), both(1, false), both(2, true)];
        let mut comparison = Comparison::new(names.clone(), steps);
        assert_eq!(comparison.key(Key::Left), ComparisonEffect::Stay);
        assert_eq!((comparison.at, comparison.notice.is_some()), (0, true));
        comparison.key(Key::Char('f'));
        assert_eq!((comparison.at, comparison.notice.is_some()), (2, false));
        comparison.key(Key::Char(' '));
        assert_eq!((comparison.at, comparison.notice.is_some()), (2, true));
        comparison.key(Key::Home);
        comparison.key(Key::Right);
        assert_eq!(comparison.at, 1);
        assert_eq!(comparison.key(Key::Char('q')), ComparisonEffect::Quit);

        let mut empty = Comparison::new(names, Vec::new());
        for key in [
            Key::Char(' '),
            Key::Left,
            Key::End,
            Key::Char('f'),
            Key::Down,
        ] {
            assert_eq!(empty.key(key), ComparisonEffect::Stay);
        }
        assert!(empty.step().is_none());
    }
}
