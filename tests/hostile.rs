//! Surroundings that nobody wishes for: outputs that are full, an input that cannot be read, a home that is none, words and files that are
//! long, as they are in the hands of somebody who means no good. Each ends in a few words and a code.

mod support;

use std::process::{Command, Output, Stdio};
use std::time::Duration;
use support::{SOCKSTEP, run_bounded, stderr, stdout};

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/wire-talk.jsonl");

/// Everything that writes on standard output and ends by itself.
const ALL: [&[&str]; 23] = [
    &["--help"],
    &["--version"],
    &["run", "@open"],
    &["run", "--json", "@open"],
    &["run", "--tell", "@open"],
    &["--plain", "--no-save", "@open"],
    &["doctor"],
    &["explain", "HUP"],
    &["man"],
    &["lesson"],
    &["lesson", "--plain", "--no-save", "01"],
    &["completions", "bash"],
    &["config"],
    &["broken"],
    &["replay", "--plain", RECORDING],
    &["replay", "--tell", RECORDING],
    &["export", RECORDING, "--to", "html"],
    &["export", RECORDING, "--to", "svg"],
    &["export", RECORDING, "--to", "markdown"],
    &["export", RECORDING, "--to", "python"],
    &["export", RECORDING, "--to", "mermaid"],
    &["export", RECORDING, "--to", "cast"],
    &["export", RECORDING, "--to", "pcapng"],
];

/// Runs a command of the shell in which `"$0" "$@"` is the program; what is typed into it is one tick.
fn shell(line: &str, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("printf 'tick\\n' | {line}"), SOCKSTEP]);
    command.args(args);
    run_bounded(&mut command, Duration::from_secs(60))
}

#[test]
fn where_the_output_is_full_everything_says_so_and_ends_with_1() {
    for args in ALL {
        let output = shell("\"$0\" \"$@\" > /dev/full", args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let said = stderr(&output);
        assert!(said.contains("No space left on device"), "{args:?}: {said}");
        let output = shell("\"$0\" \"$@\" > /dev/full 2> /dev/full", args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
    }
}

#[test]
fn what_is_not_there_to_be_read_or_written_ends_nothing() {
    for args in ALL {
        for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
            let output = shell(&format!("\"$0\" \"$@\" {closed}"), args);
            assert_eq!(output.status.code(), Some(0), "{args:?} {closed}");
        }
    }
}

#[test]
fn an_input_that_cannot_be_read_is_not_taken_for_one_that_has_ended() {
    let output = shell("\"$0\" \"$@\" < /", &["--plain", "--no-save", "@open"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains("standard input cannot be read: Is a directory"),
        "{said}"
    );
}

#[test]
fn a_home_that_is_no_absolute_path_is_called_so() {
    for home in [None, Some(""), Some("somewhere")] {
        let mut command = Command::new(SOCKSTEP);
        command.args(["--plain", "@open"]).stdin(Stdio::null());
        command.env_remove("XDG_STATE_HOME").env_remove("HOME");
        if let Some(home) = home {
            command.env("HOME", home);
        }
        let output = run_bounded(&mut command, Duration::from_secs(60));
        assert!(output.status.success(), "{home:?}");
        let said = stderr(&output);
        let why = "not saved: neither HOME nor XDG_STATE_HOME is an absolute path.";
        assert!(said.contains(why), "{home:?}: {said}");
    }
}

/// What is said of a file with this text, by the program with these arguments before it.
fn said_of(name: &str, text: &str, args: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("written");
    let mut command = Command::new(SOCKSTEP);
    command.args(args).arg(&file).stdin(Stdio::null());
    let output = run_bounded(&mut command, Duration::from_secs(20));
    let code = output.status.code();
    let told = format!("{}{}", stdout(&output), stderr(&output));
    assert!(
        matches!(code, Some(1 | 2)),
        "{args:?}: {code:?} {told:.300}"
    );
    told
}

#[test]
fn a_message_about_a_script_quotes_only_the_beginning_of_a_long_word() {
    let long = "n".repeat(60_000);
    let claims = "1 stage created and ".repeat(4_000);
    for line in [
        long.clone(),
        format!("add {long}"),
        format!("send 1 {long}"),
        format!("tick {long}"),
        format!("explain {long}"),
        format!("lesson {long}"),
        format!("expect {long}"),
        format!("expect 1 says {long}"),
        format!("expect 1 {long} x"),
        format!("expect 1 call {long}"),
        format!("expect 1 kernel {long}"),
        format!("expect exit {long}"),
        format!("await 1 poll {long} within 1s"),
        format!("await 1 stage connected within {long}"),
        format!("expect {claims}1 stage {long}"),
    ] {
        let said = said_of("a.script", &format!("{line}\n"), &["run", "--script"]);
        assert!(said.len() < 1_000, "{line:.30}: {} bytes", said.len());
    }
}

#[test]
fn a_message_about_a_lesson_quotes_only_the_beginning_of_a_long_word() {
    let long = "n".repeat(30_000);
    let head = "lesson A\nname B\nbelief C.\nseen some stage created\nsee connect(2)\n";
    let asked = format!("{head}say x.\nadd @open\nask Q?\na) x\n= ");
    for text in [
        long.clone(),
        format!("lesson {long}\n"),
        format!("lesson A\nname {long}\n"),
        format!("{head}{long}\n"),
        format!("{head}needs {long}\n"),
        format!("{head}goal {long}\n= {long}\n"),
        format!("{asked}{long}\n"),
        format!("{asked}1 stage {long}\n"),
        format!("{asked}1 stage created\nif {long}: x\n"),
        format!("{head}say {long}\n"),
        format!("{head}peer @{long}: sockets 1\n"),
        format!("{head}peer @open: {long}\n"),
    ] {
        let said = said_of("a.lesson", &text, &["lesson", "check"]);
        assert!(said.len() < 2_000, "{text:.90}: {} bytes", said.len());
    }
}

#[test]
fn a_configuration_of_any_length_costs_little_and_names_the_first_lines_that_are_wrong() {
    let long = "n".repeat(60_000);
    let many: Vec<String> = (0..20_000).map(|n| format!("k{n} = \"a\"")).collect();
    let many = many.join("\n");
    for text in [
        format!("{long} = 1\n"),
        format!("theme = \"{long}\"\n"),
        format!("history = {}\n", "9".repeat(60_000)),
        format!("[keys]\n{long} = \"a\"\n"),
        format!("[keys]\n{long} = 1\n"),
        format!("[keys]\ntick = \"{long}\"\n"),
        many.clone(),
        format!("[keys]\n{many}"),
    ] {
        let said = said_of("config.toml", &text, &["config", "--config"]);
        assert!(said.len() < 4_000, "{text:.30}: {} bytes", said.len());
    }
    let said = said_of("config.toml", &many, &["config", "--config"]);
    assert!(said.contains("More lines are wrong."), "{said}");
}

#[test]
fn a_character_that_cannot_be_seen_is_no_key() {
    for c in ['\u{202e}', '\u{200b}', '\u{e0041}', '\u{9b}'] {
        let text = format!("[keys]\ntick = \"{c}\"\n");
        let said = said_of("config.toml", &text, &["config", "--config"]);
        assert!(said.contains("is no key"), "{c:?}: {said}");
        assert!(!said.contains(c), "{c:?}");
    }
}
