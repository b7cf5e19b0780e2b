//! What is said is true: nothing that is said contradicts what is so, and every sentence is chosen by something.
//!
//! What is said comes from every script, every golden recording, every word of the prompt in several situations, and random sessions on
//! real sockets: 500 in `cargo test`, 10,000 with `SOCKSTEP_SOAK=1`.

#![allow(
    clippy::print_stdout,
    clippy::allow_attributes,
    reason = "how much was judged is worth a line"
)]

#[path = "../support/mod.rs"]
mod support;

mod cost;
mod judge;
mod live;
mod random;
mod recorded;
mod situations;
mod told;

use judge::Judge;
use sockstep::words::calls;
use std::sync::LazyLock;

/// Sentences that nothing above can make anybody say, and why.
const UNREACHED: &[(&str, &str)] = &[
    (
        "getpeername ENOTCONN/early",
        "a race decides it: an event of the attempt before, between two calls of connect()",
    ),
    (
        "epoll_wait fails",
        "the program's own poll is never wrong, and no signal comes",
    ),
    (
        "epoll_wait woken",
        "it needs another thread that answers within the wait",
    ),
    ("epoll_ctl fails", "the session registers nothing twice"),
    ("socket fails", "it needs a process without descriptors"),
    ("ioctl fails", "no socket refuses FIONBIO"),
    ("setblocking fails", "no socket refuses FIONBIO"),
    (
        "close fails",
        "no kernel here has an error to tell at close()",
    ),
    ("dup fails", "it needs a process without descriptors"),
    (
        "getpeername fails",
        "a descriptor that is not open is refused before",
    ),
    (
        "getsockopt fails",
        "a descriptor that is not open is refused before",
    ),
    ("poll fails", "it needs a kernel without memory"),
    (
        "setsockopt TCP_RTO_MAX_MS fails",
        "it needs a kernel before Linux 6.15",
    ),
    (
        "setsockopt TCP_SYNCNT fails",
        "it needs a kernel without it",
    ),
    (
        "setsockopt TCP_USER_TIMEOUT fails",
        "it needs a kernel without it",
    ),
    (
        "setsockopt fails",
        "the options that can be set to anything work everywhere",
    ),
    (
        "connect EHOSTUNREACH",
        "it needs a route of type unreachable",
    ),
    ("connect EACCES", "it needs a route of type prohibit"),
    ("connect EINVAL", "it needs a route of type blackhole"),
    (
        "listen fails",
        "it needs another listener on the lab's port",
    ),
    (
        "setsockopt ok",
        "every option that can be set has words of its own",
    ),
    (
        "getaddrinfo fails",
        "a name that no server knows is asked elsewhere",
    ),
];

/// Sentences that nothing above reaches yet: some are said in tests that make a network or a server of their own (tests/ends.rs,
/// tests/scripts.rs), the others wait for a script. Nothing may be added here.
const NOT_REACHED_YET: &[&str] = &[
    "accept ECONNABORTED",
    "accept ENFILE",
    "accept fails",
    "bind ok/unix",
    "close EBADF",
    "connect EACCES/unix",
    "connect ECONNABORTED",
    "connect EINVAL/inet6",
    "connect EINVAL/unix",
    "connect EISCONN/over-unix",
    "connect ENETUNREACH/waited",
    "connect EPERM",
    "disconnect fails",
    "getpeername ENOTCONN/no-answer-yet",
    "getpeername ok/any",
    "getsockopt 0",
    "getsockopt 0/gave-up-waiting",
    "getsockopt 0/lives",
    "getsockopt EACCES/no-event-yet",
    "getsockopt EACCES/noted",
    "getsockopt EACCES/noted-under-way",
    "getsockopt ECONNRESET/both-shut",
    "getsockopt ECONNRESET/unix",
    "getsockopt EHOSTUNREACH/no-event-yet",
    "getsockopt EHOSTUNREACH/noted-under-way",
    "getsockopt ENETUNREACH/no-event-yet",
    "getsockopt ENETUNREACH/noted",
    "getsockopt ENETUNREACH/noted-under-way",
    "getsockopt ETIMEDOUT/connected",
    "getsockopt error/no-event-yet",
    "getsockopt error/noted",
    "getsockopt error/noted-under-way",
    "listen fails/unix",
    "poll ok/retry",
    "recv ECONNREFUSED/noted",
    "recv EHOSTUNREACH",
    "recv EHOSTUNREACH/noted",
    "recv EINVAL",
    "recv ETIMEDOUT",
    "recv ETIMEDOUT/connected",
    "recv end/reset-before",
    "recv end/unix-closed",
    "recv end/unix-half",
    "recv fails",
    "recv fails/pending-error",
    "send EAGAIN/no-answer-yet",
    "send ECONNREFUSED/noted",
    "send ECONNRESET/unix",
    "send EHOSTUNREACH",
    "send EHOSTUNREACH/noted",
    "send EPIPE/unix",
    "send ETIMEDOUT",
    "send ETIMEDOUT/connected",
    "send fails",
    "send fails/pending-error",
    "setrlimit fails",
    "shutdown fails",
];

/// Everything, judged once for all tests.
static JUDGED: LazyLock<Judge> = LazyLock::new(|| {
    let mut judge = Judge::default();
    recorded::golden(&mut judge);
    recorded::scripts(&mut judge);
    situations::all(&mut judge);
    let count = if support::soak() { 10_000 } else { 500 };
    random::sessions(&mut judge, count);
    println!(
        "{} sentences of {} records judged, {} of {} sentences chosen",
        judge.sentences,
        judge.records,
        judge.chosen.len(),
        calls::all().count()
    );
    judge
});

#[test]
fn nothing_that_is_said_contradicts_what_is_so() {
    let faults = &JUDGED.faults;
    let list: Vec<String> = faults
        .iter()
        .map(|(fault, (count, example))| format!("{fault}: {count} times, such as {example}"))
        .collect();
    assert!(list.is_empty(), "{}", list.join("\n"));
}

#[test]
fn every_sentence_is_chosen_by_something() {
    let unreached = |key: &str| UNREACHED.iter().any(|(known, _)| *known == key);
    let never: Vec<&str> = calls::all()
        .map(|sentence| sentence.key.as_str())
        .filter(|key| !JUDGED.chosen.contains(*key) && !unreached(key))
        .filter(|key| !NOT_REACHED_YET.contains(key))
        .collect();
    assert!(never.is_empty(), "never said: {}", never.join(", "));
}

#[test]
fn whatever_is_excused_from_being_chosen_is_a_sentence() {
    for (key, why) in UNREACHED {
        let known = calls::all().any(|sentence| sentence.key == *key);
        assert!(known, "{key}, since {why}");
    }
}
