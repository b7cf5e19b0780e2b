//! Keys bound anew: what somebody wants, checked against all others, becomes the table.

use super::bound::finished;
use super::notation::{read, read_as, written};
use super::{Action, Binding, Key, NUMBERS, TABLE};
use crate::language::near::nearest;
use std::fmt;

/// This key ends the program, whatever is bound.
const ALWAYS_QUITS: Key = Key::Ctrl('c');

/// What somebody wants: the keys of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// What the action is called.
    pub action: String,
    /// Its keys, as they are written.
    pub keys: Vec<String>,
    /// The line where it stands, from 1.
    pub line: usize,
}

/// Why keys cannot be bound so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindFault {
    /// The line that is wrong.
    pub line: usize,
    /// What is wrong with it, and what to do.
    pub why: String,
}

impl fmt::Display for BindFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// The key table with these keys instead of those that ship.
///
/// # Errors
/// Everything that is wrong, in the order of the lines.
pub fn bind(lines: &[KeyLine]) -> Result<Vec<Binding>, Vec<BindFault>> {
    let mut bindings = TABLE.to_vec();
    let mut from: Vec<Option<usize>> = vec![None; bindings.len()];
    let mut faults = Vec::new();
    for wanted in lines {
        match taken(wanted) {
            Ok((place, keys)) => {
                bindings[place].keys = Box::leak(keys.into_boxed_slice());
                from[place] = Some(wanted.line);
            }
            Err(whys) => faults.extend(whys.into_iter().map(|why| BindFault {
                line: wanted.line,
                why,
            })),
        }
    }
    faults.extend(conflicts(&bindings, &from));
    faults.sort_by_key(|fault| fault.line);
    match faults.is_empty() {
        true => Ok(finished(bindings)),
        false => Err(faults),
    }
}

/// The place of the action in the table, and its keys.
fn taken(wanted: &KeyLine) -> Result<(usize, Vec<Key>), Vec<String>> {
    let name = &wanted.action;
    let is_it = |binding: &Binding| binding.action.name() == name && binding.action != NUMBERS;
    let Some(place) = TABLE.iter().position(is_it) else {
        let names = TABLE.iter().map(|binding| binding.action.name());
        return Err(vec![match nearest(name, names) {
            _ if NUMBERS.name() == name => {
                "the numbers choose sockets, and cannot be bound otherwise".to_owned()
            }
            Some(near) => format!("there is no action {name}. Did you mean {near}?"),
            None => format!("there is no action {name}. `sockstep config` lists all"),
        }]);
    };
    let binding = &TABLE[place];
    let mut keys = Vec::new();
    let mut faults = Vec::new();
    for text in &wanted.keys {
        match read(text) {
            Ok(ALWAYS_QUITS) if binding.action != Action::QuitAlways => {
                faults.push(format!(
                    "{name} cannot have ctrl-c: it quits, wherever you are"
                ));
            }
            Ok(key) if keys.contains(&key) => {}
            Ok(key) => keys.push(key),
            Err(why) => faults.push(format!("{name} = {text:?}: {why}")),
        }
    }
    if wanted.keys.is_empty() && binding.says.is_none() {
        faults.push(format!(
            "{name} needs a key: no word of the prompt does the same"
        ));
    }
    if binding.action == Action::QuitAlways && !keys.contains(&ALWAYS_QUITS) {
        keys.push(ALWAYS_QUITS);
    }
    match faults.is_empty() {
        true => Ok((place, keys)),
        false => Err(faults),
    }
}

/// Two actions that ship with the same key, where it is hidden in one place on purpose.
fn ship_with(one: &Binding, other: &Binding, key: Key) -> bool {
    let has = |binding: &Binding| {
        let mut shipped = TABLE.iter();
        shipped.any(|it| it.action == binding.action && it.keys.contains(&key))
    };
    one.on != other.on && has(one) && has(other)
}

/// Keys that two actions want.
fn conflicts(bindings: &[Binding], from: &[Option<usize>]) -> Vec<BindFault> {
    let mut faults = Vec::new();
    for (place, one) in bindings.iter().enumerate() {
        for (other_place, other) in bindings.iter().enumerate().take(place) {
            // The later line is the one to be named: who wrote it can see the other.
            let (line, lines) = match (from[place], from[other_place]) {
                (None, None) => continue,
                (Some(a), Some(b)) => (a.max(b), (Some(a), Some(b))),
                (a, b) => (a.or(b).unwrap_or_default(), (a, b)),
            };
            for key in one.keys.iter().filter(|key| other.keys.contains(key)) {
                if ship_with(one, other, *key) {
                    continue;
                }
                let who = |binding: &Binding, line: Option<usize>| match line {
                    Some(line) => format!("{} (line {line})", binding.action.name()),
                    None => format!("{} (as shipped)", binding.action.name()),
                };
                let free = match lines {
                    (Some(_), Some(_)) => "Give one of them another key.".to_owned(),
                    (None, _) => format!("Give {} another key too.", one.action.name()),
                    (_, None) => format!("Give {} another key too.", other.action.name()),
                };
                let key = written(*key);
                let mut both = [who(one, lines.0), who(other, lines.1)];
                both.reverse();
                faults.push(BindFault {
                    line,
                    why: format!("{key:?} cannot mean both {}. {free}", both.join(" and ")),
                });
            }
        }
    }
    faults
}

impl Binding {
    /// Its keys, as a configuration writes them.
    pub fn written(&self) -> Vec<String> {
        self.keys.iter().map(|key| written(*key)).collect()
    }

    /// All its keys as people read them.
    pub fn labels(&self) -> Vec<String> {
        self.keys.iter().map(|key| read_as(*key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: usize, action: &str, keys: &[&str]) -> KeyLine {
        KeyLine {
            action: action.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            line,
        }
    }

    fn faults(lines: &[KeyLine]) -> Vec<String> {
        let faults = bind(lines).expect_err("it cannot be bound");
        faults.iter().map(BindFault::to_string).collect()
    }

    #[test]
    fn keys_can_change_places_and_the_help_says_so() {
        let bound = bind(&[
            line(1, "tick", &["t"]),
            line(2, "connect", &["e"]),
            line(3, "so-error", &["c", "f5"]),
            line(4, "close", &[]),
        ])
        .expect("no key means two things");
        let of = |action| bound.iter().find(|one| one.action == action).expect("it");
        assert_eq!(of(Action::Tick).label, "t");
        assert_eq!(of(Action::Close).label, ":close");
        assert!(of(Action::SoError).help.ends_with(" Also F5."));
    }

    #[test]
    fn a_conflict_names_both_actions_and_their_lines() {
        assert_eq!(
            faults(&[line(2, "tick", &["c"])]),
            [
                "line 2: \"c\" cannot mean both tick (line 2) and connect (as shipped). Give connect another key too."
            ]
        );
        assert_eq!(
            faults(&[line(2, "note", &["f5"]), line(7, "add", &["f5"])]),
            [
                "line 7: \"f5\" cannot mean both note (line 2) and add (line 7). Give one of them another key."
            ]
        );
        // Hidden on the wire, where it is wanted.
        assert!(faults(&[line(1, "tick", &["D"])])[0].contains("drop-packet (as shipped)"));
    }

    #[test]
    fn what_cannot_be_bound_says_why() {
        for (name, keys, part) in [
            ("tik", &["t"][..], "Did you mean tick?"),
            ("digit", &["t"], "the numbers choose sockets"),
            ("nonsense", &["t"], "`sockstep config` lists all"),
            ("tick", &["ctrl-c"], "it quits, wherever you are"),
            ("tick", &["spcae"], "Did you mean \"space\"?"),
            ("prompt", &[], "needs a key"),
        ] {
            let all = faults(&[line(1, name, keys)]);
            assert!(all.iter().any(|why| why.contains(part)), "{name}: {all:?}");
        }
        let bound = bind(&[line(1, "quit-always", &["f10"])]).expect("one more");
        let quits = bound.iter().find(|one| one.action == Action::QuitAlways);
        assert!(quits.expect("it").keys.contains(&ALWAYS_QUITS));
    }
}
