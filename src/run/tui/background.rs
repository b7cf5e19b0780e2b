//! The colour of the terminal's background, from its answer to OSC 11. The answer comes as if it were typed, among real keys: it is taken
//! out of them, and every key that is none of it goes on as it came.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::{Duration, Instant};

/// The question.
pub(super) const QUESTION: &str = "\x1b]11;?\x07";
/// What the answer begins with, behind ESC and `]`.
const BEGIN: &str = "11;rgb:";
/// So long an answer counts: later the eye has got used to what is there.
const COUNTS: Duration = Duration::from_millis(100);
/// So long an answer is taken out of the keys.
const MAY_COME: Duration = Duration::from_secs(10);
/// No answer is longer.
const MAX_LENGTH: usize = 40;

/// What comes out of the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TypedEvent {
    /// A key.
    Key(KeyEvent),
    /// The background is dark, or light.
    Background {
        /// Dark.
        is_dark: bool,
    },
}

/// Takes the answer out of what is typed.
#[derive(Debug)]
pub(super) struct AnswerFilter {
    asked: Option<Instant>,
    /// What may be the beginning of the answer.
    held: Vec<KeyEvent>,
    text: String,
}

impl AnswerFilter {
    /// The question was asked at this time, or not at all.
    pub(super) fn new(asked: Option<Instant>) -> AnswerFilter {
        AnswerFilter {
            asked,
            held: Vec::new(),
            text: String::new(),
        }
    }

    /// Takes a key in at this time.
    pub(super) fn take(&mut self, event: KeyEvent, now: Instant) -> Vec<TypedEvent> {
        let Some(asked) = self
            .asked
            .filter(|asked| now.duration_since(*asked) < MAY_COME)
        else {
            return self.give_back(Some(event));
        };
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        if self.held.is_empty() {
            if alt && event.code == KeyCode::Char(']') {
                self.held.push(event);
                return Vec::new();
            }
            return vec![TypedEvent::Key(event)];
        }
        match event.code {
            KeyCode::Char('g') if control => self.end(event, now.duration_since(asked) < COUNTS),
            KeyCode::Char('\\') if alt => self.end(event, now.duration_since(asked) < COUNTS),
            KeyCode::Char(c) if !alt && !control => {
                self.text.push(c);
                self.held.push(event);
                if self.may_be_answer() {
                    Vec::new()
                } else {
                    self.give_back(None)
                }
            }
            _ => self.give_back(Some(event)),
        }
    }

    fn may_be_answer(&self) -> bool {
        match self.text.strip_prefix(BEGIN) {
            None => BEGIN.starts_with(&self.text),
            Some(colour) => {
                let is_part = |c: char| c.is_ascii_hexdigit() || c == '/';
                colour.chars().all(is_part) && self.text.len() <= MAX_LENGTH
            }
        }
    }

    /// The answer is over, if it was one.
    fn end(&mut self, last: KeyEvent, counts: bool) -> Vec<TypedEvent> {
        let Some(is_dark) = self.text.strip_prefix(BEGIN).and_then(is_dark) else {
            return self.give_back(Some(last));
        };
        self.held.clear();
        self.text.clear();
        self.asked = None;
        let answer = TypedEvent::Background { is_dark };
        counts.then_some(answer).into_iter().collect()
    }

    fn give_back(&mut self, last: Option<KeyEvent>) -> Vec<TypedEvent> {
        self.text.clear();
        let held = self.held.drain(..).chain(last);
        held.map(TypedEvent::Key).collect()
    }
}

/// Whether `ffff/ffff/ffff` is dark: of one to four digits each.
fn is_dark(colour: &str) -> Option<bool> {
    let parts: Vec<f64> = colour
        .split('/')
        .map(|digits| {
            let value = u16::from_str_radix(digits, 16).ok()?;
            let most = 16_u32.pow(u32::try_from(digits.len()).ok()?) - 1;
            (digits.len() <= 4).then(|| f64::from(value) / f64::from(most))
        })
        .collect::<Option<_>>()?;
    let [red, green, blue] = parts[..] else {
        return None;
    };
    Some(0.299 * red + 0.587 * green + 0.114 * blue < 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<KeyEvent> {
        let mut chars = text.chars();
        let mut keys = Vec::new();
        while let Some(c) = chars.next() {
            keys.push(match c {
                '\x1b' => {
                    let next = chars.next().expect("a character behind ESC");
                    KeyEvent::new(KeyCode::Char(next), KeyModifiers::ALT)
                }
                '\x07' => KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL),
                c => KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE),
            });
        }
        keys
    }

    fn filtered(text: &str, after: Duration) -> Vec<TypedEvent> {
        let asked = Instant::now();
        let mut filter = AnswerFilter::new(Some(asked));
        let keys = keys(text).into_iter();
        keys.flat_map(|key| filter.take(key, asked + after))
            .collect()
    }

    fn typed(text: &str) -> Vec<TypedEvent> {
        keys(text).into_iter().map(TypedEvent::Key).collect()
    }

    #[test]
    fn the_answer_is_taken_out_of_the_keys_and_no_key_is_lost() {
        let at_once = Duration::ZERO;
        let light = TypedEvent::Background { is_dark: false };
        let dark = TypedEvent::Background { is_dark: true };
        let answer = filtered("a\x1b]11;rgb:ffff/ffff/ffff\x07b", at_once);
        assert_eq!(answer, [typed("a"), vec![light], typed("b")].concat());
        assert_eq!(filtered("\x1b]11;rgb:00/2b/36\x1b\\", at_once), [dark]);
        for other in [
            "abc",
            "\x1b]1q",
            "\x1b]11;rgb:zz",
            "\x1b[11;rgb:",
            "\x1b]11;rgb:ff/ff\x07x",
        ] {
            assert_eq!(filtered(other, at_once), typed(other), "{other:?}");
        }
    }

    #[test]
    fn a_late_answer_is_no_key_and_changes_nothing() {
        let late = Duration::from_secs(1);
        assert_eq!(
            filtered("a\x1b]11;rgb:ffff/ffff/ffff\x07b", late),
            typed("ab")
        );
    }

    #[test]
    fn nobody_who_was_not_asked_is_listened_to() {
        let mut filter = AnswerFilter::new(None);
        let keys = keys("\x1b]11;rgb:0/0/0\x07").into_iter();
        let now = Instant::now();
        let out: Vec<TypedEvent> = keys.clone().flat_map(|key| filter.take(key, now)).collect();
        assert_eq!(out.len(), keys.count());
    }
}
