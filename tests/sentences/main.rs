//! What is said is true: nothing that is said contradicts what is so, and every sentence is chosen by something.
//!
//! What is said comes from every script, every golden recording, every word of the prompt in several situations, situations that are staged
//! for one sentence, and random sessions on real sockets: 500 in `cargo test`, 10,000 with `SOCKSTEP_SOAK=1`, or as many as
//! `SOCKSTEP_SESSIONS` says.

#![allow(
    clippy::print_stdout,
    clippy::allow_attributes,
    reason = "how much was judged is worth a line"
)]

#[path = "../support/mod.rs"]
mod support;

mod apart;
mod cost;
mod judge;
mod live;
mod random;
mod recorded;
mod situations;
mod staged;
mod told;

use judge::Judge;
use sockstep::words::calls;
use std::sync::LazyLock;

/// Sentences that nothing above can make anybody say, and why.
const UNREACHED: &[(&str, &str)] = &[
    (
        "accept ECONNABORTED",
        "Linux says it only of a new socket whose peer has no name any more, which no connection here comes to",
    ),
    (
        "close fails",
        "no kernel here has an error to tell at close()",
    ),
    (
        "setsockopt ok",
        "every option that can be set has words of its own",
    ),
];

/// Sentences that a race decides, so that they may be said or not.
const RACES: &[(&str, &str)] = &[
    (
        "getpeername ENOTCONN/early",
        "an event of the attempt before, between two calls of connect()",
    ),
    ("epoll_wait woken", "another thread answers within the wait"),
];

/// Everything, judged once for all tests, and whether all of it could be staged here.
static JUDGED: LazyLock<(Judge, bool)> = LazyLock::new(|| {
    let mut judge = Judge::default();
    staged::all(&mut judge);
    let all_staged = apart::all(&mut judge);
    recorded::golden(&mut judge);
    recorded::scripts(&mut judge);
    situations::all(&mut judge);
    let asked = std::env::var("SOCKSTEP_SESSIONS").ok();
    let asked = asked.and_then(|count| count.parse().ok());
    let count = asked.unwrap_or(if support::soak() { 10_000 } else { 500 });
    random::sessions(&mut judge, count);
    println!(
        "{} sentences of {} records judged, {} of {} sentences chosen",
        judge.sentences,
        judge.records,
        judge.chosen.len(),
        calls::all().count()
    );
    (judge, all_staged)
});

#[test]
fn nothing_that_is_said_contradicts_what_is_so() {
    let faults = &JUDGED.0.faults;
    let list: Vec<String> = faults
        .iter()
        .map(|(fault, (count, example))| format!("{fault}: {count} times, such as {example}"))
        .collect();
    assert!(list.is_empty(), "{}", list.join("\n"));
}

#[test]
fn every_sentence_is_chosen_by_something() {
    let is_in = |list: &[(&str, &str)], key: &str| list.iter().any(|(known, _)| *known == key);
    let keys = calls::all().map(|sentence| sentence.key.as_str());
    let (said, never): (Vec<&str>, Vec<&str>) =
        keys.partition(|key| JUDGED.0.chosen.contains(*key));
    let excused = said.into_iter().filter(|key| is_in(UNREACHED, key));
    let excused: Vec<&str> = excused.collect();
    assert!(
        excused.is_empty(),
        "said, though excused: {}",
        excused.join(", ")
    );
    if !JUDGED.1 {
        return;
    }
    let never = never.into_iter();
    let never = never.filter(|key| !is_in(UNREACHED, key) && !is_in(RACES, key));
    let never: Vec<&str> = never.collect();
    assert!(never.is_empty(), "never said: {}", never.join(", "));
}

#[test]
fn whatever_is_excused_from_being_chosen_is_a_sentence() {
    for (key, why) in UNREACHED.iter().chain(RACES) {
        let known = calls::all().any(|sentence| sentence.key == *key);
        assert!(known, "{key}, since {why}");
    }
}
