//! The README tells the truth: its picture is what the program shows.

mod support;

use sockstep::language;
use sockstep::language::request::Frontend;
use sockstep::language::verbs;
use support::SOCKSTEP;
use support::pty::Pty;

const README: &str = include_str!("../README.md");

/// Without what differs from run to run and from machine to machine: numbers, and how much room they take.
fn shape(line: &str) -> String {
    let mut shape = String::new();
    for c in line.trim_end().chars() {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if (c == '#' || c == ' ') && shape.ends_with(c) {
            continue;
        }
        shape.push(c);
    }
    shape
        .replace("# SYNs sent", "# SYN sent")
        .replace("Linux #.#", "Linux #")
}

#[test]
fn the_picture_of_tick_4_is_the_programs_own() {
    let picture = README
        .split("```text\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the picture");
    let mut pty = Pty::start(80, 24, SOCKSTEP, &[]);
    pty.wait_for("TICK 0");
    for tick in 1..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let screen = pty.screen();
    assert_eq!(picture.lines().count(), 24);
    for (theirs, ours) in picture.lines().zip(screen.lines()) {
        assert_eq!(shape(theirs), shape(ours));
    }
}

/// Without what depends on how long the keys took: copies that the kernels sent meanwhile, timers.
fn timeless(line: &str) -> String {
    let line = shape(line).replace("sent # times", "").replace('*', "");
    if line.contains("TIMER") || line.contains("kernel sends again") {
        return "timer".to_owned();
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn the_picture_of_the_wire_is_the_programs_own() {
    let picture = README
        .split("```text\n")
        .nth(2)
        .and_then(|rest| rest.split("```").next())
        .expect("the picture");
    let Some(mut pty) = Pty::on_the_wire(80, 24) else {
        return;
    };
    pty.press_until("N", "=>HELD");
    let screen = pty.press_until("g", "HELD<=");
    assert_eq!(picture.lines().count(), 24);
    // The story of the last record may be that of a copy, if the keys took long.
    let story = 18..20;
    for (index, (theirs, ours)) in picture.lines().zip(screen.lines()).enumerate() {
        if !story.contains(&index) {
            assert_eq!(timeless(theirs), timeless(ours), "{screen}");
        }
    }
}

#[test]
fn every_command_of_the_readme_is_known() {
    let commands = README
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .flat_map(str::lines);
    for line in commands.filter(|line| line.starts_with("sockstep ")) {
        for command in line.split('#').next().unwrap_or("").split("; ") {
            let mut words = command.split_whitespace().skip(1);
            let first = words.next().expect("a word behind sockstep");
            let is_target = first.starts_with('@') || first.contains(':');
            let known = [
                "run",
                "broken",
                "lesson",
                "mark",
                "lab",
                "replay",
                "export",
                "cost",
                "doctor",
                "completions",
                "man",
                "--record",
            ]
            .contains(&first)
                || is_target;
            assert!(known, "{command}");
        }
    }
}

/// What stands in backticks, line ends made spaces; pictures and listings left out.
fn spans() -> Vec<String> {
    let prose: String = README.split("```").step_by(2).collect();
    let words = |span: &str| span.split_whitespace().collect::<Vec<_>>().join(" ");
    prose.split('`').skip(1).step_by(2).map(words).collect()
}

/// Whether a line is understood at the prompt, in the conversation or in a script.
fn is_understood(line: &str) -> bool {
    let understood = |frontend: &Frontend| language::parse(line, *frontend).is_ok();
    Frontend::ALL.iter().any(understood)
}

#[test]
fn every_word_of_the_readme_is_understood() {
    let mut checked = 0;
    for span in spans() {
        let (typed, line) = match span.strip_prefix(':') {
            Some(line) => (true, line),
            None => (false, span.as_str()),
        };
        let first = line.split(' ').next().unwrap_or("");
        // A word of the language alone may be the name of a call, an option or a key.
        let is_line = verbs::find(first).is_some() && line.contains(' ') && !line.contains("--");
        if (typed || is_line) && !line.is_empty() {
            assert!(is_understood(line), "{span}");
            checked += 1;
        }
    }
    assert!(checked > 10, "{checked}");
}

#[test]
fn the_script_of_the_readme_is_one() {
    let script = README
        .split("```text\n")
        .filter_map(|rest| rest.split("```").next())
        .find(|listing| listing.starts_with("add "))
        .expect("the script");
    let lines = language::script::parse(script).expect("it can be read");
    assert_eq!(lines.len(), script.lines().count());
}

#[test]
fn every_peer_of_the_lab_has_words() {
    for peer in sockstep::os::lab::peers::PEERS {
        assert!(
            sockstep::words::peers::peer_end(peer.name).is_some(),
            "@{} has no words in peers.toml",
            peer.name
        );
    }
}
