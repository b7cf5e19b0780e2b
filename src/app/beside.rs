//! The state of the screen that steps two recordings together.

use super::keys::Key;
use crate::narrate::beside::Both;

/// Two recordings, and where we are in them.
#[derive(Debug)]
pub struct Beside {
    /// What they are called, with their systems.
    pub names: [String; 2],
    /// Every step of both.
    pub steps: Vec<Both>,
    /// The step that is shown.
    pub at: usize,
    /// How far its facts are scrolled.
    pub scroll: usize,
    /// A message that stands until the next key.
    pub notice: Option<String>,
}

/// What a key asks of the world outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing.
    Stay,
    /// Give the terminal back and stop until fg.
    Suspend,
    /// End.
    Quit,
}

impl Beside {
    /// At the beginning.
    pub fn new(names: [String; 2], steps: Vec<Both>) -> Beside {
        Beside {
            names,
            steps,
            at: 0,
            scroll: 0,
            notice: None,
        }
    }

    /// The first step that differs.
    pub fn first_difference(&self) -> Option<usize> {
        self.steps.iter().position(Both::differs)
    }

    /// The step that is shown.
    pub fn step(&self) -> Option<&Both> {
        self.steps.get(self.at)
    }

    /// Takes one key.
    pub fn key(&mut self, key: Key) -> Outcome {
        self.notice = None;
        let last = self.steps.len().saturating_sub(1);
        match key {
            Key::Ctrl('c') | Key::Char('q') => return Outcome::Quit,
            Key::Ctrl('z') => return Outcome::Suspend,
            Key::Char(' ' | 'l') | Key::Right | Key::PageDown if self.at == last => {
                self.notice =
                    Some("This is the end of both. HOME goes to the beginning.".to_owned());
            }
            Key::Char(' ' | 'l') | Key::Right | Key::PageDown => self.go(self.at + 1),
            Key::Char('h') | Key::Left | Key::Backspace | Key::PageUp if self.at == 0 => {
                self.notice = Some("This is the beginning: nothing happened before.".to_owned());
            }
            Key::Char('h') | Key::Left | Key::Backspace | Key::PageUp => self.go(self.at - 1),
            Key::Home => self.go(0),
            Key::End => self.go(last),
            Key::Char('f') => match self.first_difference() {
                Some(first) => self.go(first),
                None => self.notice = Some("Nothing differs.".to_owned()),
            },
            Key::Up | Key::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::Down | Key::Char('j') => self.scroll += 1,
            _ => {
                self.notice = Some(
                    "SPACE and LEFT step, f goes to the first difference, UP and DOWN scroll, q quits."
                        .to_owned(),
                );
            }
        }
        let facts = self.step().map_or(0, |both| both.pairs.len());
        self.scroll = self.scroll.min(facts.saturating_sub(1));
        Outcome::Stay
    }

    fn go(&mut self, at: usize) {
        self.at = at;
        self.scroll = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::narrate::beside::Pair;

    fn both(n: u64, differs: bool) -> Both {
        let b = if differs { "other" } else { "one" };
        Both {
            n,
            title: format!("tick {n}"),
            pairs: vec![Pair {
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
        let mut beside = Beside::new(names.clone(), steps);
        assert_eq!(beside.key(Key::Left), Outcome::Stay);
        assert_eq!((beside.at, beside.notice.is_some()), (0, true));
        beside.key(Key::Char('f'));
        assert_eq!((beside.at, beside.notice.is_some()), (2, false));
        beside.key(Key::Char(' '));
        assert_eq!((beside.at, beside.notice.is_some()), (2, true));
        beside.key(Key::Home);
        beside.key(Key::Right);
        assert_eq!(beside.at, 1);
        assert_eq!(beside.key(Key::Char('q')), Outcome::Quit);

        let mut empty = Beside::new(names, Vec::new());
        for key in [
            Key::Char(' '),
            Key::Left,
            Key::End,
            Key::Char('f'),
            Key::Down,
        ] {
            assert_eq!(empty.key(key), Outcome::Stay);
        }
        assert!(empty.step().is_none());
    }
}
