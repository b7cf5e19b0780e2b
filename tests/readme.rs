//! The README tells the truth: its samples and pictures are what the program shows.

mod support;

use sockstep::language;
use sockstep::language::request::Frontend;
use sockstep::language::verbs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use support::pty::Pty;
use support::recordings::golden;
use support::{SOCKSTEP, stderr, stdout};

/// The README as it is on the disk.
fn readme() -> String {
    std::fs::read_to_string(in_the_house("README.md")).expect("the README")
}

fn in_the_house(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// `INSTA_UPDATE=always cargo test --test readme` keeps what the program shows today, as it does for the golden screens.
fn keeps() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always")
}

/// One sample is written at a time.
static WRITING: Mutex<()> = Mutex::new(());

/// The sample of the README that holds this mark, after it was replaced by what is so today if that was asked for.
fn sample(mark: &str, today: &str) -> String {
    let held = WRITING.lock();
    let text = readme();
    let found = text
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .find(|sample| sample.contains(mark))
        .unwrap_or_else(|| panic!("no sample holds {mark:?}"));
    if !keeps() {
        return found.to_owned();
    }
    let lines: Vec<&str> = today.lines().map(str::trim_end).collect();
    let kept = format!("{}\n", lines.join("\n"));
    std::fs::write(in_the_house("README.md"), text.replacen(found, &kept, 1)).expect("written");
    drop(held);
    kept
}

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
fn the_sample_of_tick_4_is_the_programs_own() {
    let mut pty = Pty::start(80, 24, SOCKSTEP, &[]);
    pty.wait_for("TICK 0");
    for tick in 1..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let screen = pty.screen();
    let sample = sample("TICK 4   LIVE   4 sockets", &screen);
    assert_eq!(sample.lines().count(), 24);
    for (theirs, ours) in sample.lines().zip(screen.lines()) {
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
fn the_sample_of_the_wire_is_the_programs_own() {
    let Some(mut pty) = Pty::on_the_wire(80, 24) else {
        return;
    };
    pty.press_until("N", "=>HELD");
    let screen = pty.press_until("g", "HELD<=");
    let sample = sample("WIRE of 1 @wire:80", &screen);
    assert_eq!(sample.lines().count(), 24);
    // The story of the last record may be that of a copy, if the keys took long.
    let story = 18..20;
    for (index, (theirs, ours)) in sample.lines().zip(screen.lines()).enumerate() {
        if !story.contains(&index) {
            assert_eq!(timeless(theirs), timeless(ours), "{screen}");
        }
    }
}

#[test]
fn the_sample_of_the_conversation_is_the_programs_own() {
    let mut child = Command::new(SOCKSTEP)
        .args(["--plain", "--no-save"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(b"\n\n\n\n\n\n").expect("it listens");
    drop(input);
    let said = stdout(&child.wait_with_output().expect("it ends"));
    let at = said.find("tick 6.").expect("six ticks were made");
    let sample = sample("tick 6.\n", &said[at..]);
    assert_eq!(sample, said[at..]);
}

/// The pictures of the README: the tick of the golden session of the lab that each shows.
const PICTURES: [(&str, &str); 2] = [("tick-5", "5"), ("tick-6", "6")];

#[test]
fn the_pictures_are_what_the_program_draws() {
    for (name, tick) in PICTURES {
        let file = golden("default-lab");
        let output = Command::new(SOCKSTEP)
            .args(["export", file.to_str().expect("UTF-8"), "--to", "svg"])
            .args(["--tick", tick, "--size", "100x30"])
            .env("TZ", "UTC")
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{}", stderr(&output));
        let picture = format!("assets/pictures/{name}.svg");
        assert!(readme().contains(&format!("({picture})")), "{picture}");
        let kept = in_the_house(&picture);
        if keeps() {
            std::fs::write(&kept, &output.stdout).expect("written");
        }
        let kept = std::fs::read_to_string(&kept).expect("the picture");
        assert!(
            kept == stdout(&output),
            "{picture} is not what the program draws today: INSTA_UPDATE=always cargo test --test readme keeps it"
        );
    }
}

/// A line that begins with the program's name needs it on the path.
#[test]
fn the_program_is_installed_before_it_is_called_by_its_name() {
    let text = readme();
    let installed = text.find("cargo install --path .").expect("how to install");
    let called = text.find("\nsockstep ").expect("a line that calls it");
    assert!(installed < called);
}

#[test]
fn every_command_of_the_readme_is_known() {
    let text = readme();
    let commands = text
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
                "watch",
                "broken",
                "lesson",
                "mark",
                "lab",
                "replay",
                "export",
                "cost",
                "doctor",
                "config",
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
    let prose: String = readme().split("```").step_by(2).collect();
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
    let text = readme();
    let script = text
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

#[test]
fn every_key_of_the_readme_is_in_the_key_table_or_is_a_sign() {
    use sockstep::language::keys;
    use sockstep::narrate::cards;
    let text = readme();
    let spans = text.split('`').skip(1).step_by(2);
    for key in spans.filter(|span| span.chars().count() == 1) {
        let is_digit = key.chars().all(|c| c.is_ascii_digit());
        let is_a_key = is_digit || keys::labelled(key).next().is_some();
        assert!(is_a_key || cards::find(key).is_some(), "{key}");
    }
}

#[test]
fn the_lessons_of_the_course_are_counted_as_they_are() {
    let list = support::sockstep(&["lesson", "list", "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).expect("JSON");
    let count = list.as_array().map_or(0, Vec::len);
    let says = format!("a course of {count} lessons");
    assert!(readme().contains(&says), "the README does not say {says:?}");
}
