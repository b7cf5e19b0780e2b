//! Completion: what the last word of a line could become.

use super::proposal::Proposal;
use super::request::Frontend;
use super::verbs;
use crate::model::ids::Row;

/// What the last word of a line that is being typed there could become, in the order of the table. `rows` are the numbers there are,
/// `targets` the names of the lab's peers with their `@`.
pub fn complete(line: &str, frontend: Frontend, rows: &[Row], targets: &[String]) -> Vec<String> {
    let ends = line.ends_with(char::is_whitespace);
    let words: Vec<&str> = line.split_whitespace().collect();
    let (typed, done) = match words.split_last() {
        Some((last, done)) if !ends => (*last, done),
        _ => ("", words.as_slice()),
    };
    let proposals = match done {
        [] => verbs::of(frontend)
            .map(|verb| Proposal::Word(verb.name))
            .collect(),
        [first, behind @ ..] => match verbs::find(first) {
            Some(verb) if verb.why_not(frontend).is_none() => of_args(verb, behind),
            _ => Vec::new(),
        },
    };
    proposals
        .into_iter()
        .flat_map(|proposal| match proposal {
            Proposal::Rows => rows.iter().map(Row::to_string).collect(),
            Proposal::Targets => targets.to_vec(),
            Proposal::Word(word) => vec![word.to_owned()],
        })
        .filter(|candidate| candidate.starts_with(typed) && candidate != typed)
        .collect()
}

/// What can follow these words behind a verb.
fn of_args(verb: &verbs::Verb, behind: &[&str]) -> Vec<Proposal> {
    let rest = verb.args.iter().position(|arg| arg.is_rest());
    match rest.filter(|at| *at <= behind.len()) {
        Some(at) => verb.args[at].proposals(&behind[at..]),
        None => verb
            .args
            .get(behind.len())
            .map_or_else(Vec::new, |arg| arg.proposals(&[])),
    }
}
