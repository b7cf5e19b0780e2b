//! What is said of a poll's events, row by row beside what the events say.

use sockstep::model::readiness::Readiness;
use sockstep::model::record::Record;

const NAMES: [(&str, Readiness); 6] = [
    ("readable", Readiness::READABLE),
    ("writable", Readiness::WRITABLE),
    ("error", Readiness::ERROR),
    ("urgent data", Readiness::PRIORITY),
    ("read closed", Readiness::READ_CLOSED),
    ("write closed", Readiness::WRITE_CLOSED),
];

/// `1, 3 and 5 to 9 readable and read closed`: the rows, and what is said of them.
fn part(text: &str) -> (Vec<u32>, &str) {
    let is_of_rows = |word: &&str| {
        let bare = word.trim_end_matches(',');
        bare.parse::<u32>().is_ok() || matches!(*word, "and" | "to")
    };
    let words: Vec<&str> = text.split(' ').take_while(is_of_rows).collect();
    let mut rows: Vec<u32> = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let Ok(number) = word.trim_end_matches(',').parse() else {
            continue;
        };
        let first = match (place.checked_sub(1).map(|at| words[at]), rows.last()) {
            (Some("to"), Some(last)) => last + 1,
            _ => number,
        };
        rows.extend(first..=number);
    }
    let length: usize = words.iter().map(|word| word.len() + 1).sum();
    (rows, text.get(length..).unwrap_or_default())
}

/// What is said of an event that is not so, or not said of one that is.
pub(crate) fn faults(record: &Record, sentences: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let told = sentences
        .iter()
        .filter_map(|text| text.strip_prefix("epoll_wait reported: "))
        .filter_map(|text| text.split(". ").next());
    let parts = told.flat_map(|text| text.split("; ")).map(part);
    // Many are counted: `54 sockets writable`.
    for (rows, said) in parts.filter(|(_, said)| !said.starts_with("sockets ")) {
        for event in record.events.iter().filter(|event| event.stale.is_none()) {
            if !rows.contains(&event.row.0) {
                continue;
            }
            for (name, flag) in NAMES {
                // A failure is closed in both directions, which goes without saying.
                let is_silent =
                    name.ends_with("closed") && event.readiness.contains(Readiness::ERROR);
                let is_so = event.readiness.contains(flag) && !is_silent;
                if said.contains(name) != is_so {
                    faults.push(format!("an event's {name} is said wrongly"));
                }
            }
        }
    }
    faults
}

#[test]
fn a_part_of_what_was_reported_is_taken_apart() {
    let (rows, said) = part("1, 3 and 5 to 9 readable and read closed");
    assert_eq!(rows, [1, 3, 5, 6, 7, 8, 9]);
    assert_eq!(said, "readable and read closed");
}
