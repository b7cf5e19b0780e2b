//! What is said is true: nothing that is said contradicts what is so, and every sentence is chosen by something.
//!
//! What is said comes from every script, every golden recording, every word of the prompt in several situations, situations that are staged
//! for one sentence, and random sessions on real sockets: 200 in `cargo test`, 10,000 with `SOCKSTEP_SOAK=1`, or as many as
//! `SOCKSTEP_SESSIONS` says: `2000`, or those of the seeds `17..18`.

#![allow(
    clippy::print_stdout,
    clippy::allow_attributes,
    reason = "how much was judged is worth a line"
)]

#[path = "../support/mod.rs"]
mod support;

mod apart;
mod cost;
mod decided;
mod judge;
mod keys;
mod literals;
mod live;
mod networks;
mod random;
mod recorded;
mod reported;
mod shown;
mod situations;
mod staged;
mod stagings;
mod told;

use judge::Judge;
use sockstep::narrate::masks;
use sockstep::words::{calls, prose};
use std::collections::BTreeSet;
use std::ops::Range;
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
        "read ok/file",
        "the position of a file is at its end after each write, and nothing here moves it back",
    ),
    (
        "unlockpt fails",
        "no master is refused its own lock, unless the machine is in trouble",
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

/// What is said beside the calls where a race decides it, so that it may be said or not.
const BESIDE_RACES: &[(&str, &str)] = &[
    ("event half", "half a failure is reported"),
    ("event rest", "the rest of a failure is reported"),
    ("event half-seen", "half a failure is looked at"),
    ("ERR/torn", "half a failure is looked at"),
    (
        "contrast error/lives",
        "an error is read, and the connection it was about goes on",
    ),
];

/// What is said beside the calls, and that nothing above can make anybody say, and why.
const BESIDE_UNREACHED: &[(&str, &str)] = &[
    ("next past", "the conversation alone says it, of the past"),
    (
        "next try add",
        "the conversation alone says it; the screen names the lessons",
    ),
    (
        "quiet nothing-yet",
        "the narration alone says it, before the first tick",
    ),
    ("wire time-wait-over", "Linux keeps TIME-WAIT for a minute"),
    (
        "think",
        "no kernel here sends an ICMP message over the lab wire",
    ),
    (
        "level not-asked",
        "whoever looks asks all three, but in a recording of another program",
    ),
    (
        "brief many",
        "a telling of more sockets than are told each time: tests/costs.rs",
    ),
    (
        "board none",
        "a page's picture before there is a socket: the exports begin with one",
    ),
    (
        "client not-first",
        "a lesson's file is refused before: tests/lessons.rs",
    ),
    (
        "client not-here",
        "an answer to a line, and no sentence: tests/lessons.rs",
    ),
    (
        "client over",
        "an answer to a line, and no sentence: tests/lessons.rs",
    ),
    (
        "client waits",
        "an answer to a line, and no sentence: tests/lessons.rs",
    ),
    (
        "client in-no-call",
        "an answer to a key, and no sentence: tests/watch",
    ),
    ("watch stuck", "watch alone says it, in lines: tests/watch"),
    (
        "watch late stuck",
        "watch alone says it, in lines: tests/watch",
    ),
    (
        "watch late waits",
        "watch alone says it, in lines: tests/watch",
    ),
    (
        "watch late runs",
        "watch alone says it, in lines: tests/watch",
    ),
    (
        "watch set-uid",
        "watch alone says it, in lines: tests/watch",
    ),
    ("watch leaks", "watch alone says it, in lines: tests/watch"),
    (
        "watch no-duplicates",
        "watch alone says it, in lines: tests/watch",
    ),
    ("watch closed", "watch alone says it, in lines: tests/watch"),
    (
        "watch no-socket ended",
        "a program without sockets shows it: tests/watch/screen.rs",
    ),
    ("paper turn", "the sheets alone say it: tests/export.rs"),
    ("paper letters", "the exports alone say it: tests/export.rs"),
    ("OUT|ERR", "it needs a datagram socket"),
    (
        "IN",
        "whatever is readable has a stage with words of its own",
    ),
];

/// Everything, judged once for all tests.
struct Judged {
    judge: Judge,
    /// What was chosen without the random sessions, which happen to say one thing on one day and another on the next.
    on_purpose: BTreeSet<String>,
    /// Whether all of it could be staged here.
    all_staged: bool,
}

static JUDGED: LazyLock<Judged> = LazyLock::new(|| {
    let mut judge = Judge::default();
    staged::all(&mut judge);
    decided::all(&mut judge);
    let all_staged = apart::all(&mut judge) & networks::all(&mut judge);
    recorded::golden(&mut judge);
    recorded::scripts(&mut judge);
    situations::all(&mut judge);
    let on_purpose = judge.chosen.clone();
    random::sessions(&mut judge, seeds());
    println!(
        "{} sentences of {} records judged, {} of {} kinds chosen",
        judge.sentences,
        judge.records,
        judge.chosen.len(),
        calls::all().count() + beside_the_calls().count()
    );
    Judged {
        judge,
        on_purpose,
        all_staged,
    }
});

/// Which random sessions are played.
fn seeds() -> Range<u64> {
    let asked = std::env::var("SOCKSTEP_SESSIONS").unwrap_or_default();
    let (first, end) = asked.split_once("..").unwrap_or(("0", &asked));
    let usual = if support::soak() { 10_000 } else { 200 };
    first.parse().unwrap_or(0)..end.parse().unwrap_or(usual)
}

#[test]
fn nothing_that_is_said_contradicts_what_is_so() {
    let faults = &JUDGED.judge.faults;
    let list: Vec<String> = faults
        .iter()
        .map(|(fault, (count, example))| format!("{fault}: {count} times, such as {example}"))
        .collect();
    assert!(list.is_empty(), "{}", list.join("\n"));
}

#[test]
fn every_sentence_is_chosen_by_something() {
    let is_in = |list: &[(&str, &str)], key: &str| list.iter().any(|(known, _)| *known == key);
    let keys = || calls::all().map(|sentence| sentence.key.as_str());
    let said = keys().filter(|key| JUDGED.judge.chosen.contains(*key));
    let excused = said.filter(|key| is_in(UNREACHED, key));
    let excused: Vec<&str> = excused.collect();
    assert!(
        excused.is_empty(),
        "said, though excused: {}",
        excused.join(", ")
    );
    if !JUDGED.all_staged {
        return;
    }
    let never = keys().filter(|key| !JUDGED.on_purpose.contains(*key));
    let never = never.filter(|key| !is_in(UNREACHED, key) && !is_in(RACES, key));
    let never: Vec<&str> = never.collect();
    assert!(never.is_empty(), "never said: {}", never.join(", "));
}

/// What is said beside the calls: of rows, of records, of the next tick, of what poll says.
fn beside_the_calls() -> impl Iterator<Item = String> {
    let prose = prose::all().map(|prose| prose.key.clone());
    let masks = masks::all().map(|text| text.key.clone());
    prose.chain(masks)
}

#[test]
fn everything_that_is_said_beside_the_calls_is_chosen_by_something() {
    let is_in = |list: &[(&str, &str)], key: &str| list.iter().any(|(known, _)| *known == key);
    let said = beside_the_calls().filter(|key| JUDGED.judge.chosen.contains(key));
    let excused = said.filter(|key| is_in(BESIDE_UNREACHED, key));
    let excused: Vec<String> = excused.collect();
    assert!(
        excused.is_empty(),
        "said, though excused: {}",
        excused.join(", ")
    );
    for (key, why) in BESIDE_UNREACHED.iter().chain(BESIDE_RACES) {
        let known = beside_the_calls().any(|there| there == *key);
        assert!(known, "{key}, since {why}");
    }
    if !JUDGED.all_staged {
        return;
    }
    let never = beside_the_calls().filter(|key| !JUDGED.on_purpose.contains(key));
    let never = never.filter(|key| !is_in(BESIDE_UNREACHED, key) && !is_in(BESIDE_RACES, key));
    let never = shown::not_shown(never.collect(), &JUDGED.judge.told);
    assert!(never.is_empty(), "never said: {}", never.join(", "));
}

#[test]
fn whatever_is_excused_from_being_chosen_is_a_sentence() {
    for (key, why) in UNREACHED.iter().chain(RACES) {
        let known = calls::all().any(|sentence| sentence.key == *key);
        assert!(known, "{key}, since {why}");
    }
}
