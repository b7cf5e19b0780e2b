//! Every word of the prompt once in each of several situations.

use crate::judge::Judge;
use crate::live::{Live, Servers};
use sockstep::language::request::Frontend;
use sockstep::language::verbs::{self, args::Arg};

/// Targets, how the row becomes what it is, and the row on which each word acts. `OPEN` and the like stand for servers that are not the
/// lab's.
const SITUATIONS: &[(&str, &[&str], u32)] = &[
    ("nothing yet", &["add @open"], 1),
    ("made", &["add @open", "tick"], 1),
    ("pending", &["add @pending", "tick 4"], 1),
    (
        "never connected, watched",
        &["add @pending", "tick 2", "register 1"],
        1,
    ),
    ("connected", &["add @open", "tick 7"], 1),
    ("connected to itself", &["add @self", "tick 7"], 1),
    ("connected, with data", &["add @drip", "tick 9"], 1),
    (
        "a buffer that is full",
        &["add @slow-reader", "tick 7", "fill 1"],
        1,
    ),
    ("refused", &["add @refused", "tick 7"], 1),
    ("refused, and not asked", &["add @refused", "tick 4"], 1),
    ("reset", &["add @reset", "tick 7"], 1),
    (
        "half closed",
        &["add @half-close", "tick 9", "recv 1", "recv 1"],
        1,
    ),
    (
        "both directions over",
        &["add @half-close", "tick 9", "shutdown 1", "drain 1"],
        1,
    ),
    ("at once", &["add @unreachable", "tick 5"], 1),
    ("a full unix queue", &["add @unix-full", "tick 5"], 1),
    ("a unix connection", &["add OPEN", "tick 7"], 1),
    ("a refused unix path", &["add GONE", "tick 5"], 1),
    ("no such path", &["add NONE", "tick 5"], 1),
    ("somebody else's server", &["add TCP", "tick 7"], 1),
    (
        "a listener",
        &["add @never-accept", "tick 7", "hand 1 on"],
        2,
    ),
    (
        "a listener with a filler",
        &["add @pending", "tick 4", "hand 1 on"],
        2,
    ),
    (
        "a socket that is only bound",
        &["add @refused", "hand 1 on"],
        2,
    ),
    (
        "accepted",
        &["add @never-accept", "tick 7", "hand 1 on", "accept 2"],
        3,
    ),
    (
        "the peer has closed",
        &[
            "add @never-accept",
            "tick 7",
            "hand 1 on",
            "accept 2",
            "close 3",
            "tick",
        ],
        1,
    ),
    (
        "dissolved, with the error of the old connection",
        &[
            "add @never-accept",
            "tick 7",
            "hand 1 on",
            "accept 2",
            "close 3",
            "send 1 x",
            "disconnect 1",
        ],
        1,
    ),
    ("closed", &["add @open", "tick 7", "close 1"], 1),
    ("a bad descriptor", &["add @open", "tick 7", "badfd 1"], 1),
    ("two descriptors", &["add @open", "tick 7", "dup 1"], 1),
    (
        "a blocking connection",
        &["modes @never-accept", "tick 6"],
        1,
    ),
    (
        "shut down while pending",
        &["add @pending", "tick 4", "shutdown 1 rdwr"],
        1,
    ),
    (
        "dissolved",
        &["add @open @refused", "tick 7", "disconnect 1"],
        1,
    ),
];

/// A word with its row in place of the example's.
fn on_row(example: &str, row: u32) -> String {
    let mut words: Vec<String> = example.split(' ').map(str::to_owned).collect();
    if let Some(word) = words.get_mut(1) {
        *word = row.to_string();
    }
    words.join(" ")
}

/// Plays all of them.
pub(crate) fn all(judge: &mut Judge) {
    let words: Vec<&verbs::Verb> = verbs::of(Frontend::Script).collect();
    for (name, lines, row) in SITUATIONS {
        for verb in &words {
            // A claim is judged by other tests, and a note says nothing.
            if ["expect", "await", "quit", "note", "timeout"].contains(&verb.name) {
                continue;
            }
            for example in verb.examples {
                let line = match verb.args.first() {
                    Some(Arg::Row) => on_row(example, *row),
                    _ => (*example).to_owned(),
                };
                // Names are looked up elsewhere, and other machines are left alone.
                if line.starts_with("add ") && !line.starts_with("add @") || line.contains("@wire")
                {
                    continue;
                }
                situation(judge, name, lines, &line);
            }
        }
    }
}

fn situation(judge: &mut Judge, name: &str, lines: &[&str], last: &str) {
    let servers = Servers::new();
    let mut live = Live::new(1);
    for line in lines {
        live.line(judge, &servers.named(line));
    }
    assert!(live.session.world().count() > 0, "{name}");
    live.line(judge, last);
    // What was begun goes on.
    live.line(judge, "look");
    live.line(judge, "tick 2");
}
