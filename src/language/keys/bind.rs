//! Keys bound anew: what somebody wants, checked against all others, becomes the table.

use super::bound::{finished, shipped_keys};
use super::notation::{read, read_as, written};
use super::{Action, Binding, Key, KeyContext, NUMBERS, TABLE};
use crate::language::near::nearest;
use crate::model::clean;
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

/// The key table with these keys instead of those that ship. Where somebody wants a key that ships with another action, that one loses it:
/// so a newer program, which has keys for more, takes none away.
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
                bindings[place].keys = kept(keys);
                from[place] = Some(wanted.line);
            }
            Err(whys) => faults.extend(whys.into_iter().map(|why| BindFault {
                line: wanted.line,
                why,
            })),
        }
    }
    faults.extend(conflicts(&bindings, &from));
    give_way(&mut bindings, &from);
    let prompt = bindings.iter().position(|it| it.action == Action::Prompt);
    if prompt.is_some_and(|at| bindings[at].keys.is_empty()) {
        let line = prompt.and_then(|at| from[at]);
        faults.push(BindFault {
            line: line
                .or_else(|| from.iter().flatten().max().copied())
                .unwrap_or(1),
            why: "prompt needs a key: what has none is found there".to_owned(),
        });
    }
    faults.sort_by_key(|fault| fault.line);
    match faults.is_empty() {
        true => Ok(finished(bindings)),
        false => Err(faults),
    }
}

fn kept(keys: Vec<Key>) -> &'static [Key] {
    Box::leak(keys.into_boxed_slice())
}

/// What ships loses the keys that somebody gave to others; not where it stays hidden behind them in one place only.
fn give_way(bindings: &mut [Binding], from: &[Option<usize>]) {
    let wanted: Vec<Binding> = bindings
        .iter()
        .zip(from)
        .filter(|(_, line)| line.is_some())
        .map(|(binding, _)| *binding)
        .collect();
    for (binding, line) in bindings.iter_mut().zip(from) {
        if line.is_some() {
            continue;
        }
        let takes = |one: &Binding, key: &Key| {
            let hides = one.on == binding.on || one.on == KeyContext::Everywhere;
            hides && one.keys.contains(key) && !ship_with(one, binding, *key)
        };
        let is_lost = |key: &Key| wanted.iter().any(|one| takes(one, key));
        if binding.keys.iter().any(is_lost) {
            let left = binding.keys.iter().filter(|key| !is_lost(key));
            binding.keys = kept(left.copied().collect());
        }
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
            Err(why) => faults.push(format!("{name} = \"{}\": {why}", clean::quoted(text))),
        }
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

/// Two actions of which one has the place of the other somewhere, as they ship: whoever moves both means both.
fn are_alike(one: &Binding, other: &Binding) -> bool {
    let mut shipped = shipped_keys(one.action).iter();
    one.on != other.on && shipped.any(|key| shipped_keys(other.action).contains(key))
}

/// Keys that somebody gave to two actions.
fn conflicts(bindings: &[Binding], from: &[Option<usize>]) -> Vec<BindFault> {
    let given: Vec<(&Binding, usize)> = bindings
        .iter()
        .zip(from)
        .filter_map(|(binding, line)| line.map(|line| (binding, line)))
        .collect();
    let mut faults = Vec::new();
    for (place, (other, other_line)) in given.iter().enumerate() {
        for (one, line) in &given[..place] {
            for key in one.keys.iter().filter(|key| other.keys.contains(key)) {
                if are_alike(one, other) {
                    continue;
                }
                let mut both = [
                    (*line, one.action.name()),
                    (*other_line, other.action.name()),
                ];
                both.sort_unstable();
                let both = both.map(|(line, name)| format!("{name} (line {line})"));
                faults.push(BindFault {
                    line: *line.max(other_line),
                    why: format!(
                        "{:?} cannot mean both {}. Give one of them another key.",
                        written(*key),
                        both.join(" and ")
                    ),
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
            faults(&[line(2, "note", &["f5"]), line(7, "add", &["f5"])]),
            [
                "line 7: \"f5\" cannot mean both note (line 2) and add (line 7). Give one of them another key."
            ]
        );
        // One of them would be hidden on the wire, where it is wanted.
        let both = [line(1, "tick", &["D"]), line(2, "drop-packet", &["D"])];
        assert!(faults(&both)[0].contains("drop-packet (line 2)"));
        // As they ship.
        let up = [line(1, "up", &["up"]), line(2, "packet-above", &["up"])];
        assert!(bind(&up).is_ok());
        let both = [line(1, "tick", &["f5"]), line(2, "let-call-go", &["f5"])];
        assert!(bind(&both).is_ok());
    }

    #[test]
    fn what_ships_gives_way_and_is_found_behind_the_prompt() {
        let bound = bind(&[
            line(1, "tick", &["c"]),
            line(2, "note", &["D"]),
            line(3, "let-go", &["a"]),
        ]);
        let bound = bound.expect("what ships gives way");
        let of = |action| bound.iter().find(|one| one.action == action).expect("it");
        assert_eq!(of(Action::Connect).label, ":connect");
        assert!(of(Action::DropPacket).keys.is_empty());
        assert_eq!(of(Action::Add).label, "a");
        let why = faults(&[line(4, "tick", &[":"])]);
        assert_eq!(
            why,
            ["line 4: prompt needs a key: what has none is found there"]
        );
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
