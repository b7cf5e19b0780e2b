//! Situations that are staged in networks of their own: two ends that connect to each other at once, errors that end nothing, many connects
//! to other machines, a name that nobody answers for.

use crate::judge::Judge;
use crate::recorded::recording;
use crate::support::apart::{
    Apart, DEVICE, mend_the_cable, need_a_cable, need_a_namespace, two_with_a_cable,
};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// So long may something take that is waited for.
const LONGEST: Duration = Duration::from_secs(60);

/// Plays all of them. `false` if something that they need is not here, which was said.
pub(crate) fn all(judge: &mut Judge) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    if !need_a_namespace() || !need_a_cable() {
        return false;
    }
    let from = [
        simultaneous_open(&folder),
        errors_that_end_nothing(&folder),
        far_away(&folder),
    ];
    for file in from {
        let text = std::fs::read(&file).expect("a recording");
        recording(judge, &file.display().to_string(), &text);
    }
    true
}

/// Makes lines again and again until something is so.
fn until(session: &mut Apart, lines: &str, claim: &str) {
    let until = Instant::now() + LONGEST;
    while let Err(instead) = session.holds(lines, claim) {
        assert!(Instant::now() < until, "{instead}");
    }
}

fn recorded_in(folder: &TempDir, name: &str) -> (PathBuf, String) {
    let file = folder.path().join(name);
    let args = format!("--poll-timeout 200ms --record {}", file.display());
    (file, args)
}

/// The first SYN arrives nowhere; the second one finds a socket in SYN-SENT.
fn simultaneous_open(folder: &TempDir) -> PathBuf {
    let (file, args) = recorded_in(folder, "simultaneous-open.jsonl");
    let (mut one, mut other) = two_with_a_cable(&args, "--no-save");
    one.holds("tick\nbind 1 10.9.0.1:4001\ntick 3", "1 kernel SYN-SENT")
        .expect("it connects");
    other
        .holds("tick\nbind 1 10.9.0.2:4002\ntick 3", "1 stage pending")
        .expect("it connects too");
    one.holds("look\ngetpeername 1", "1 kernel SYN-RECV")
        .expect("both have sent a SYN");
    mend_the_cable(&one);
    until(&mut one, "tick\nlook", "1 kernel ESTABLISHED");
    file
}

/// The program has stopped waiting and reads an error, which TCP has only noted: its attempt goes on.
fn errors_that_end_nothing(folder: &TempDir) -> PathBuf {
    let (file, args) = recorded_in(folder, "noted.jsonl");
    let mut session = Apart::start(DEVICE, &format!("{args} 10.9.0.7:80"));
    session
        .holds("modes 10.9.0.8:80", "sockets 4")
        .expect("they are three more");
    until(&mut session, "tick", "3 stage error");
    session.run(&["ip", "route", "add", "prohibit", "10.9.0.8"]);
    until(
        &mut session,
        "tick\nso_error 3",
        "3 says contrast error/still-runs",
    );
    session
        .holds("", "3 says stage error/goes-on")
        .expect("the kernel goes on");
    file
}

/// What leads to other machines: a name, of which nobody tells anything, and more connects than may be pending.
fn far_away(folder: &TempDir) -> PathBuf {
    let (file, args) = recorded_in(folder, "far-away.jsonl");
    let before = format!("{DEVICE} && ip route add default dev away0");
    let targets: Vec<String> = (2..=10).map(|host| format!("10.9.0.{host}:80")).collect();
    let mut session = Apart::start(&before, &format!("{args} {}", targets.join(" ")));
    session
        .holds("tick 4", "9 says no-call held-back")
        .expect("eight are pending");
    session
        .holds("", "9 says next waits held-back")
        .expect("eight are pending");
    session
        .holds("add nobody.invalid:80\ntick", "10 stage resolving")
        .expect("nobody answers");
    session
        .holds("delete 9\ntick", "10 says next waits for-name")
        .expect("nobody answers");
    file
}
