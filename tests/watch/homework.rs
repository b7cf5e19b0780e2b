//! Homework that is run: what is said of it, its bounds, and what is left behind.

use crate::clients::{Homeworks, csv_rows, python};
use crate::support::{SOCKSTEP, need_root, run_bounded, stderr, stdout};
use std::process::Command;
use std::time::Duration;

const LESSON: &str = "lesson A client of one's own\npeer @open: exit 0; says /done/\npeer @refused: exit not 0; not says /done/\n";

/// What is said of one homework behind its name.
fn said<'a>(text: &'a str, who: &str) -> &'a str {
    let line = text.lines().find(|line| {
        let name = line.split_whitespace().next().unwrap_or_default();
        name.ends_with(&format!("/{who}"))
    });
    line.unwrap_or_else(|| panic!("nothing of {who}: {text}"))
}

#[test]
fn what_cannot_be_run_is_its_own_word_and_never_ok() {
    let homeworks = Homeworks::new();
    homeworks.script("anna", "#!/bin/sh\necho done\n");
    homeworks.file("ben", "client", "#!/bin/sh\necho done\n", 0o644);
    homeworks.file("carla", "other", "", 0o644);
    let lesson = "lesson L\npeer @open: exit 0; says /done/\n";
    let output = homeworks.mark(lesson, "./client {host} {port}", &[]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(2), "{text}{}", stderr(&output));
    assert!(said(&text, "anna").ends_with("@open ok"), "{text}");
    assert!(
        said(&text, "ben").contains("not run: ./client: Permission denied"),
        "{text}"
    );
    assert!(
        said(&text, "carla").contains("not run: ./client: No such file"),
        "{text}"
    );
    assert!(text.ends_with("3 homeworks: 1 ok, 2 not run\n"), "{text}");
}

#[test]
fn what_is_missing_is_said_with_its_line_and_what_was_so() {
    let homeworks = Homeworks::new();
    homeworks.script("anna", "#!/bin/sh\necho done\nexit 3\n");
    let output = homeworks.mark(LESSON, "./client {host} {port}", &[]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}{}", stderr(&output));
    for part in [
        "@open line 2: exit 0: it was exit 3",
        "@refused line 3: not says /done/: it was so in step 0",
        "1 homework: 0 ok, 1 with something missing",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn who_does_what_no_homework_may_is_ended_and_named_and_the_others_go_on() {
    let Some(python) = python("select.py") else {
        return;
    };
    let homeworks = Homeworks::new();
    homeworks.script("endless", "#!/bin/sh\nwhile :; do :; done\n");
    homeworks.script(
        "escapes",
        "#!/bin/sh\nprintf 'a\\033[2J\\033]0;evil\\007b\\n'\n",
    );
    homeworks.script("floods", "#!/bin/sh\nexec yes done\n");
    homeworks.script("forks", "#!/bin/sh\nf() { f | f & }\nf\nwait\nsleep 100\n");
    homeworks.script("huge", "#!/bin/sh\nexec cat /dev/zero > big\n");
    let greedy = "-I\nx = []\nwhile True:\n    x.append(bytearray(b\"x\") * (10 << 20))\n";
    homeworks.script("memory", &format!("#!{} {greedy}", python[0]));
    homeworks.script("sleeps", "#!/bin/sh\nexec sleep 1000\n");
    homeworks.script("well", "#!/bin/sh\necho done\n");
    let lesson = "lesson L\npeer @open: says /a\\x1b/; ends within 60s\n";
    let options = [
        "--limit",
        "5s",
        "--memory",
        "256m",
        "--file-size",
        "1m",
        "--jobs",
        "3",
    ];
    let output = homeworks.mark(lesson, "./client {host} {port}", &options);
    let text = stdout(&output);
    for (who, part) in [
        ("endless", "not over after 5s"),
        ("floods", "not over after 5s"),
        ("forks", "more than 64 threads and processes"),
        ("sleeps", "not over after 5s"),
        ("well", "@open 1 missed"),
        ("memory", "@open 1 missed"),
    ] {
        assert!(said(&text, who).contains(part), "{who}: {text}");
    }
    assert!(!text.contains('\u{1b}'), "{text:?}");
    let big = homeworks.folder.path().join("huge/big");
    assert_eq!(big.metadata().expect("it was begun").len(), 1 << 20);
}

#[test]
fn csv_has_a_line_for_each_thing_and_recordings_stay_where_they_are_wanted() {
    let homeworks = Homeworks::new();
    homeworks.script("anna", "#!/bin/sh\necho done\n");
    let records = homeworks.folder.path().join("records");
    let records = records.to_string_lossy();
    let options = ["--csv", "--record", &records];
    let output = homeworks.mark(LESSON, "'./client' \"{host}\" {port}", &options);
    let text = stdout(&output);
    let rows = csv_rows(&text);
    let fields: Vec<[&str; 5]> = rows
        .iter()
        .map(|row| [&row[1], &row[2], &row[4], &row[5], &row[6]].map(String::as_str))
        .collect();
    assert_eq!(
        fields,
        [
            ["@open", "0", "", "", ""],
            ["@refused", "0", "expected", "", "exit not 0: it was exit 0"],
            [
                "@refused",
                "0",
                "expected",
                "",
                "not says /done/: it was so in step 0"
            ],
        ],
        "{text}"
    );
    let recording = format!("{records}/anna.@open.jsonl");
    assert_eq!(rows[0][7], recording);
    let lesson = homeworks.folder.path().join("own.lesson");
    let mut again = Command::new(SOCKSTEP);
    again.arg("mark").arg(lesson).arg(&recording);
    let output = run_bounded(&mut again, Duration::from_secs(20));
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}

#[test]
fn a_homework_reads_its_input_and_has_its_own_directory() {
    let homeworks = Homeworks::new();
    let script = "#!/bin/sh\nread line; echo \"$line from $(cat own)\"; test \"$1\" = \"$PWD\" && echo done\n";
    homeworks.script("anna", script);
    homeworks.file("anna", "own", "anna\n", 0o644);
    let input = homeworks.folder.path().join("input");
    std::fs::write(&input, "good morning\n").expect("room");
    let lesson = "lesson L\npeer @open: says /good morning from anna/; says /done/\n";
    let input = input.to_string_lossy();
    let output = homeworks.mark(lesson, "./client {dir}", &["--stdin", &input]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}

#[test]
fn as_root_a_homework_has_loopback_and_nothing_else() {
    if !need_root("a network of one's own") {
        return;
    }
    let homeworks = Homeworks::new();
    homeworks.script(
        "anna",
        "#!/bin/sh\ncut -d: -f1 /proc/net/dev | tail -n +3 | xargs echo has\n",
    );
    let lesson = "lesson L\npeer @open: says /has lo/\n";
    let output = homeworks.mark(lesson, "./client", &[]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}{}", stderr(&output));
    let lesson = "lesson L\npeer @open: says /eth/; says /wlan/\n";
    let output = homeworks.mark(lesson, "./client", &[]);
    assert!(stdout(&output).contains("2 missed"), "{}", stdout(&output));
}

#[test]
fn what_cannot_be_meant_is_refused_with_a_remedy() {
    let homeworks = Homeworks::new();
    homeworks.script("anna", "#!/bin/sh\n");
    let lesson = "lesson L\npeer @open: exit 0\n";
    for (lesson, run, part) in [
        (lesson, "./client 'x", "quotation mark"),
        (lesson, "  ", "no command"),
        (
            "lesson L\nadd @open\n",
            "./client",
            "peer @refused: exit not 0",
        ),
        ("lesson L\npeer @nobody: exit 0\n", "./client", "@nobody"),
    ] {
        let output = homeworks.mark(lesson, run, &[]);
        assert_eq!(output.status.code(), Some(2), "{run}");
        assert!(
            stderr(&output).contains(part),
            "{part}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn a_lesson_that_only_says_what_a_program_must_do_is_checked_and_cannot_be_gone_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.lesson");
    let check = |text: &str| {
        std::fs::write(&file, text).expect("room");
        let mut command = Command::new(SOCKSTEP);
        command.args(["lesson", "check"]).arg(&file);
        run_bounded(&mut command, Duration::from_secs(60))
    };
    let output = check(
        "lesson L\npeer @refused: exit not 0; some errno ECONNREFUSED; not some stage connected\n",
    );
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}{}", stderr(&output));
    assert!(
        text.contains("3 expectations of a program, of which 1 was shown"),
        "{text}"
    );
    let output = check("lesson L\npeer @refused: not some errno ECONNREFUSED\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("a right client shows it"),
        "{}",
        stdout(&output)
    );
    let output = check("lesson L\npeer @unix-full: exit 0\n");
    assert!(
        stdout(&output).contains("has no port"),
        "{}",
        stdout(&output)
    );
    let mut command = Command::new(SOCKSTEP);
    command.arg("lesson").arg(&file).arg("--plain");
    let output = run_bounded(&mut command, Duration::from_secs(20));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("sockstep mark"),
        "{}",
        stderr(&output)
    );
}
