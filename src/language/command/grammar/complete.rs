//! Completion: what the last word of a line could become.

use super::super::packets;
use super::table::TABLE;
use super::{Kind, names};
use crate::model::ids::Row;

/// What the last word of a line that is being typed could become, in the order of the table. `rows` are the numbers there are,
/// `targets` the names of the lab's peers with their `@`.
pub fn complete(line: &str, rows: &[Row], targets: &[String]) -> Vec<String> {
    let before: Vec<&str> = line.split_whitespace().collect();
    let (typed, done) = if line.ends_with(char::is_whitespace) || line.is_empty() {
        ("", before.as_slice())
    } else {
        match before.split_last() {
            Some((last, done)) => (*last, done),
            None => ("", before.as_slice()),
        }
    };
    let candidates: Vec<String> = match done {
        [] => names().into_iter().map(str::to_owned).collect(),
        ["inject", args @ ..] => packets::injection_words(args)
            .iter()
            .map(|word| (*word).to_owned())
            .collect(),
        [first, args @ ..] => {
            let Some(word) = TABLE.iter().find(|word| word.word == *first) else {
                return Vec::new();
            };
            let kind = match word.args {
                [.., last] if last.is_rest() => word.args.get(args.len()).or(Some(last)),
                list => list.get(args.len()),
            };
            match kind {
                Some(Kind::Row) => rows.iter().map(Row::to_string).collect(),
                Some(Kind::Target | Kind::Targets) => targets.to_vec(),
                Some(Kind::OneOf(words)) => words.iter().map(|word| (*word).to_owned()).collect(),
                _ => Vec::new(),
            }
        }
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.starts_with(typed) && candidate != typed)
        .collect()
}
