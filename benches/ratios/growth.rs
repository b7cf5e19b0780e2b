//! How many instructions of its own a key costs as sockets become more, counted by valgrind's callgrind: on a noisy machine a count says what
//! a time cannot. In each session one socket is active in every tick, a peer that drips, and all the others have settled.

use crate::measure::{OURS, Sink};
use crate::terminal::Terminal;
use std::process::Command;

/// Keys until everything has settled and the long records of the connects lie far behind, and then so many that are counted.
const BEFORE: usize = 45;
const COUNTED: usize = 20;

/// What a key costs with so many sockets, in instructions.
struct Growth {
    sockets: usize,
    looks: f64,
    no_looks: f64,
}

/// Counts, and prints a table. It takes some minutes.
pub(crate) fn table() {
    let has_valgrind = Command::new("valgrind").arg("--version").output().is_ok();
    if !has_valgrind {
        println!(
            "valgrind is not installed, so nothing can be counted: install it, apt install valgrind"
        );
        return;
    }
    let lines = [10, 100, 1_000, 10_000].map(|sockets| Growth {
        sockets,
        looks: a_key("on", sockets),
        no_looks: a_key("off", sockets),
    });
    println!(
        "{:>10}{:>20}{:>20}{:>28}",
        "sockets", "looks off", "looks on", "looks alone, a socket"
    );
    for line in &lines {
        let looks = (line.looks - line.no_looks) / line.sockets as f64;
        println!(
            "{:>10}{:>20.0}{:>20.0}{:>28.1}",
            line.sockets, line.no_looks, line.looks, looks
        );
    }
    let [_, first, .., last] = &lines;
    let (few, many) = (first.no_looks, last.no_looks);
    println!(
        "looks off, 10000 beside 100 sockets: {:.2}, budget 1.2",
        many / few
    );
}

/// The instructions of one key.
fn a_key(looks: &str, sockets: usize) -> f64 {
    let (sink, state) = (Sink::new(), tempfile::tempdir().expect("a directory"));
    let targets = sink.targets(sockets);
    let counts = state.path().join("counts");
    let args = [
        "--tool=callgrind".to_owned(),
        format!("--callgrind-out-file={}", counts.display()),
        OURS.to_owned(),
        "--no-save".to_owned(),
        "--looks".to_owned(),
        looks.to_owned(),
        "--targets".to_owned(),
        targets.path().display().to_string(),
        "@drip".to_owned(),
    ];
    let mut terminal = Terminal::start("valgrind", &args, state.path());
    terminal.settle();
    press(&mut terminal, BEFORE);
    control(&terminal, "--zero");
    press(&mut terminal, COUNTED);
    control(&terminal, "--dump");
    terminal.quit();
    let dumped = std::fs::read_to_string(counts.with_extension("1"));
    let dumped = dumped.expect("what callgrind has counted until then");
    let total = dumped.lines().find_map(|line| line.strip_prefix("totals:"));
    let total: f64 = total
        .and_then(|total| total.trim().parse().ok())
        .expect("a sum");
    let a_key = total / COUNTED as f64;
    eprintln!("{sockets} sockets, looks {looks}: {a_key:.0} instructions a key");
    a_key
}

fn press(terminal: &mut Terminal, keys: usize) {
    for _ in 0..keys {
        terminal.press(" ");
        terminal.settle();
    }
}

/// Has callgrind forget what it counted, or write it down.
fn control(terminal: &Terminal, what: &str) {
    let mut command = Command::new("callgrind_control");
    let done = command.args([what, &terminal.pid().to_string()]).output();
    assert!(done.is_ok_and(|output| output.status.success()), "{what}");
}
