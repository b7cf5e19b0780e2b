//! The course holds on this kernel; a lesson that does not is told with its line; homework is marked from recordings alone.

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use support::{SOCKSTEP, need, run_bounded, stdout};

const TIME_LIMIT: Duration = Duration::from_secs(60);

fn sockstep(args: &[&str]) -> Output {
    run_bounded(Command::new(SOCKSTEP).args(args), TIME_LIMIT)
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The numbers of the course.
fn numbers() -> Vec<String> {
    let list = sockstep(&["lesson", "list", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&stdout(&list)).expect("JSON");
    let all = all.as_array().expect("an array");
    let number = |lesson: &serde_json::Value| lesson["lesson"].as_str().map(str::to_owned);
    all.iter().filter_map(number).collect()
}

/// Checks every lesson, several at a time, since most of the time is waiting; `before` are words before the program.
fn course_holds(before: &[&str], times: &str) -> (usize, usize) {
    let mut numbers = numbers();
    assert!(numbers.len() >= 67, "{numbers:?}");
    let has_ipv6 = support::need_ipv6("lesson 30");
    if !has_ipv6 {
        numbers.retain(|number| number != "30");
    }
    let told: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let some: Vec<&String> = numbers.iter().skip(worker).step_by(4).collect();
                scope.spawn(move || {
                    let words: Vec<&str> = before.iter().copied().chain([SOCKSTEP]).collect();
                    let mut command = Command::new(words[0]);
                    command.args(&words[1..]);
                    command
                        .args(["lesson", "check", "--times", times])
                        .args(some);
                    let output = run_bounded(&mut command, 10 * TIME_LIMIT);
                    let told = stdout(&output);
                    assert_eq!(
                        output.status.code(),
                        Some(0),
                        "{told}{}",
                        complaint(&output)
                    );
                    told
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("the lessons hold"))
            .collect()
    });
    let all = told.concat();
    let holds = all.lines().filter(|line| line.contains(" holds  ")).count();
    let skipped: Vec<&str> = all
        .lines()
        .filter(|line| line.contains(": not here: "))
        .collect();
    if !skipped.is_empty() {
        support::skip(&skipped.join("; "));
    }
    (holds, skipped.len() + usize::from(!has_ipv6))
}

#[test]
fn every_question_of_the_course_has_exactly_one_right_answer_on_this_kernel() {
    let times = if support::soak() { "20" } else { "1" };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lessons");
    let files = std::fs::read_dir(folder).expect("the folder").count();
    assert_eq!(
        numbers().len(),
        files,
        "every file is a lesson of the course"
    );
    let (holds, skipped) = course_holds(&[], times);
    assert_eq!(holds + skipped, numbers().len());
}

/// One of the soak runs: on one CPU.
#[test]
fn the_course_holds_on_one_cpu() {
    if support::soak() {
        course_holds(&["taskset", "-c", "0"], "5");
    }
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

#[test]
fn a_lesson_that_does_not_hold_is_told_with_its_line_and_what_is_so_instead() {
    let folder = tempfile::tempdir().expect("a folder");
    let ask = |claims: [&str; 2], lines: &str| {
        format!(
            "lesson L\nadd @refused\ntick 4\nawait 1 kernel CLOSE within 2s by looking\nask Q?\na) x\n= {}\nb) y\n= {}\n{lines}reveal So.\n",
            claims[0], claims[1]
        )
    };
    let cases = [
        (ask(["1 call getsockopt 0", "1 call getsockopt EALREADY"], "so_error 1\n"), "line 5: no choice holds at the reveal. a) 1 call getsockopt 0: it is ECONNREFUSED"),
        (ask(["1 call getsockopt ECONNREFUSED", "1 kernel CLOSE"], "so_error 1\n"), "line 5: a and b hold at the reveal"),
        (ask(["1 stage pending", "1 stage connected"], "look\n"), "line 5: the answer a holds before the question's lines, and nothing covers it"),
        ("lesson L\nadd @refused\nexpect 1 stage connected\n".into(), "line 3: expect 1 stage connected: it is no socket yet"),
        ("lesson L\nseen some stage connected\nadd @refused\ntick 7\n".into(), "line 2: the lesson's own lines do not show what it is recognised by: some stage connected: never so; nearest: row 1 stage connected, and it is error ECONNREFUSED"),
        ("lesson L\nadd @refused\ntick 6\ngoal Do.\n= some errno ECONNREFUSED\ntick\n".into(), "line 4: the goal holds before anything is done"),
        ("lesson L\nadd @refused\ntick 5\ngoal Do.\n= some stage error\n= some stage connected\ntick\n".into(), "line 6: the goal's own lines do not reach it: some stage connected: never so"),
    ];
    for (text, part) in cases {
        let name = file(folder.path(), "x.lesson", &text);
        let output = sockstep(&["lesson", "check", &name]);
        let told = stdout(&output);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{told}{}",
            complaint(&output)
        );
        assert!(told.contains(part), "{part}\n{told}");
    }
    let name = file(
        folder.path(),
        "x.lesson",
        "lesson L\nadd @open\ncolour blue\n",
    );
    let output = sockstep(&["lesson", "check", &name]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        complaint(&output).contains("x.lesson, line 3: 'colour' is not a command"),
        "{}",
        complaint(&output)
    );
}

#[test]
fn a_lesson_stays_on_this_machine_unless_it_is_allowed_to_leave() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = file(folder.path(), "x.lesson", "lesson L\nadd 192.0.2.1:80\n");
    let output = sockstep(&["lesson", "check", &name]);
    assert_eq!(output.status.code(), Some(2));
    let told = complaint(&output);
    assert!(
        told.contains("x.lesson, line 2: '192.0.2.1:80' is not on this machine"),
        "{told}"
    );
    let output = sockstep(&["lesson", "check", "--allow-targets", &name]);
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
    for (bytes, part) in [
        (&b"lesson L\nsay \xff\n"[..], "line 2 is not UTF-8"),
        (&vec![b'x'; 70_000][..], "more than 65536 bytes"),
        (b"", "line 1: the file is empty"),
    ] {
        std::fs::write(folder.path().join("y.lesson"), bytes).expect("written");
        let name = folder.path().join("y.lesson").display().to_string();
        let output = sockstep(&["lesson", "check", &name]);
        assert_eq!(output.status.code(), Some(2));
        assert!(complaint(&output).contains(part), "{}", complaint(&output));
    }
    for missing in ["nowhere", "/nowhere/at.all", "99"] {
        let output = sockstep(&["lesson", "check", missing]);
        assert_eq!(output.status.code(), Some(2), "{missing}");
    }
}

#[test]
fn a_lesson_runs_as_a_script_with_its_prose_as_notes() {
    let root = env!("CARGO_MANIFEST_DIR");
    let name = format!("{root}/assets/lessons/04-so-error-while-pending.lesson");
    let output = sockstep(&["run", "--tell", "--script", &name]);
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
    assert!(
        stdout(&output).contains("note: A server listens"),
        "{}",
        stdout(&output)
    );
    assert!(
        !stdout(&output).contains("does it say?"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn the_list_names_no_answer_unless_it_is_asked_for() {
    let list = stdout(&sockstep(&["lesson", "list"]));
    assert!(list.contains("A1   00  Seven presses"), "{list}");
    assert!(!list.contains("Zero is not yes"), "{list}");
    assert!(list.lines().all(|line| line.len() <= 80), "{list}");
    let names = stdout(&sockstep(&["lesson", "list", "--names"]));
    assert!(names.contains("Zero is not yes"), "{names}");
}

/// A recording of a script.
fn recorded(folder: &Path, name: &str, script: &str) -> PathBuf {
    let script = file(folder, "run.script", script);
    let path = folder.join(name);
    let output = run_bounded(
        Command::new(SOCKSTEP)
            .args(["run", "--script", &script, "--force", "--record"])
            .arg(&path),
        TIME_LIMIT,
    );
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
    path
}

const ALL_GOALS: &str = "add @open @refused\ntick 5\ngetpeername 2\n";

#[test]
fn homework_is_marked_whatever_keys_reached_it() {
    let folder = tempfile::tempdir().expect("a folder");
    // Not the author's lines: two resets, of which the second is asked, and by a tick for one socket only.
    let whole = "add @reset @reset\ntick 5\ntick only 1\ngetpeername 2\n";
    recorded(folder.path(), "alice.jsonl", whole);
    recorded(
        folder.path(),
        "bob.jsonl",
        "add @open\ntick 7\nawait 1 stage connected within 2s\ngetpeername 1\n",
    );
    let alice = std::fs::read_to_string(folder.path().join("alice.jsonl")).expect("a recording");
    let lines: Vec<&str> = alice.lines().collect();
    let damaged = format!("{}\n{{\"n\":\n", lines[..4].join("\n"));
    file(folder.path(), "carol.jsonl", &damaged);
    file(folder.path(), "dan.jsonl", &alice);
    file(folder.path(), "empty.jsonl", "");
    file(
        folder.path(),
        "newer.jsonl",
        &alice.replacen("\"version\":2", "\"version\":99", 1),
    );
    let files = ["alice", "bob", "carol", "dan", "empty", "newer"];
    let names: Vec<String> = files.iter().map(|name| format!("{name}.jsonl")).collect();
    let mut command = Command::new(SOCKSTEP);
    command
        .current_dir(folder.path())
        .args(["mark", "01"])
        .args(&names);
    let output = run_bounded(&mut command, TIME_LIMIT);
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for part in [
        "alice.jsonl   goals 1 of 1   answers 0 of 2, first right 0   since ",
        "bob.jsonl   goals 0 of 1",
        "some call getpeername ENOTCONN: never so; nearest: row 1 call getpeername ENOTCONN, and it is 0 (tick ",
        "tip: :add @reset, SPACE five times",
        "carol.jsonl   line 5: ",
        "; marked up to record 2",
        "dan.jsonl   goals 1 of 1",
        "same start time and ports as alice.jsonl",
        "empty.jsonl",
        "there is nothing in it",
        "version 99",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let mut command = Command::new(SOCKSTEP);
    command
        .current_dir(folder.path())
        .args(["mark", "01", "--csv"])
        .args(&names);
    let csv = stdout(&run_bounded(&mut command, TIME_LIMIT));
    assert!(
        csv.starts_with("file,goals,reached,answers,first right,started,kernel,remark\r\n"),
        "{csv}"
    );
    assert!(csv.contains("alice.jsonl,1,1,0,0,20"), "{csv}");
    assert_eq!(csv.lines().count(), 7, "{csv}");
    let only = run_bounded(
        Command::new(SOCKSTEP)
            .args(["mark", "01"])
            .arg(folder.path().join("alice.jsonl")),
        TIME_LIMIT,
    );
    assert_eq!(only.status.code(), Some(0));
    assert_eq!(sockstep(&["mark", "01"]).status.code(), Some(2));
    assert_eq!(sockstep(&["mark", "nothing", "x"]).status.code(), Some(2));
}

#[test]
fn two_hundred_recordings_are_marked_in_two_seconds_without_a_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = recorded(folder.path(), "first.jsonl", ALL_GOALS);
    let text = std::fs::read_to_string(path).expect("a recording");
    let mut names = Vec::new();
    for student in 0..200 {
        let mut text = text.clone();
        match student % 5 {
            1 => text.truncate(text.len() / 2),
            2 => text.clear(),
            3 => text = text.replacen("\"version\":2", "\"version\":99", 1),
            _ => {}
        }
        names.push(file(folder.path(), &format!("s{student}.jsonl"), &text));
    }
    let began = Instant::now();
    let mut command = Command::new(SOCKSTEP);
    let output = run_bounded(command.args(["mark", "01"]).args(&names), TIME_LIMIT);
    let took = began.elapsed();
    assert_eq!(stdout(&output).matches("goals 1 of 1").count(), 80);
    // Two seconds on a machine that does nothing else.
    assert!(took < Duration::from_secs(20), "{took:?}");
    if !need("strace") {
        return;
    }
    let log = folder.path().join("strace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-e", "trace=%network,execve", "-o"])
        .arg(&log);
    run_bounded(
        command.args([SOCKSTEP, "mark", "01"]).args(&names[..5]),
        TIME_LIMIT,
    );
    let seen = std::fs::read_to_string(log).expect("a log");
    let calls: Vec<&str> = seen.lines().filter(|line| line.contains('(')).collect();
    assert!(calls.len() == 1 && calls[0].contains("execve"), "{calls:?}");
}

#[test]
fn a_draft_of_a_recording_is_a_lesson() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut script = String::from("add @open @refused\ntick 4\nnote Both are pending.\n");
    let _ = writeln!(script, "tick\nso_error 2");
    let path = recorded(folder.path(), "first.jsonl", &script);
    let output = sockstep(&["lesson", "new", "--from", &path.display().to_string()]);
    let draft = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
    for part in [
        "lesson first.jsonl",
        "add @open @refused",
        "say Both are pending.",
        "ask ... ",
        "so_error 2",
    ] {
        assert!(draft.contains(part), "{part}\n{draft}");
    }
    // Untouched it is no lesson: each place that is still empty is named with its line, and what to do.
    let name = file(folder.path(), "draft.lesson", &draft);
    let output = sockstep(&["lesson", "check", &name]);
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let line = |word: &str| {
        let at = draft.lines().position(|line| line.starts_with(word));
        at.expect(word) + 1
    };
    for (word, at) in [
        ("belief", "belief"),
        ("ask", "ask"),
        ("a)", "ask"),
        ("b)", "ask"),
        ("reveal", "ask"),
    ] {
        let part = format!(
            "line {}: '{word}' is still empty. Write your own words",
            line(at)
        );
        assert!(told.contains(&part), "{part}\n{told}\n{draft}");
    }
    let name = file(
        folder.path(),
        "draft.lesson",
        &draft.replace("...", "Words:"),
    );
    let output = sockstep(&["lesson", "check", &name]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        stdout(&output),
        complaint(&output)
    );
}

/// A whole lesson by Space and letters, at three sizes.
#[test]
fn a_whole_lesson_is_gone_through_by_space_and_a_letter() {
    use support::pty::Pty;
    for (columns, rows) in [(60, 18), (80, 24), (160, 50)] {
        let args = ["lesson", "01", "--no-save"];
        let mut pty = Pty::start(columns, rows, SOCKSTEP, &args);
        pty.wait_for("SPACE: add @open @refused");
        // An answer before its question does nothing but say so.
        pty.press_until("a", "No question is open yet");
        pty.press_until(" ", "SPACE: 4 ticks");
        pty.press_until(" ", "TICK 4 ");
        let screen = pty.press_until(" ", "Who is the peer?");
        for words in [
            "QUESTION 1 of 2",
            "a  the address",
            "c  nobody: -1 ENOTCONN",
            "covered",
            "a-c answer",
        ] {
            assert!(
                screen.contains(words),
                "{columns}x{rows} lacks {words}:\n{screen}"
            );
        }
        assert!(!screen.contains("ESTABLISHED"), "{screen}");
        pty.press_until(" ", "No answer yet");
        pty.press_until("V", "FIRST VOTE");
        let screen = pty.press_until("12 9 1\r", "first");
        assert!(!screen.contains("ESTABLISHED"), "{screen}");
        pty.press_until("V", "SECOND VOTE");
        pty.press_until("1 2 30\r", "30");
        pty.press_until("\u{1b}", "What do you say?");
        pty.press_until("b", "You say b");
        let screen = pty.press_until(" ", "you said b, the kernel says c");
        for words in [
            "Votes: first a 12, b 9, c 1; second a 1, b 2, c 30.",
            "There is no peer",
            "b: That error is pending",
            "ESTABLISHED",
        ] {
            assert!(
                screen.contains(words),
                "{columns}x{rows} lacks {words}:\n{screen}"
            );
        }
        pty.press_until(" ", "QUESTION 2 of 2");
        pty.press_until("C", "You say c");
        pty.press_until(" ", "you said c, the kernel says c");
        pty.press_until(" ", "GOAL 1 of 1");
        pty.press_until(":tip\r", "Tip: :add @reset, SPACE five times");
        pty.press_until("a@reset\r", "3 @reset");
        // The learner's own keys: SPACE is a tick here.
        for tick in 8..=12 {
            pty.press_until("3 ", &format!("TICK {tick} "));
        }
        pty.press_until("p", "Reached");
        pty.press_until(" ", "This was: Writable is not connected.");
        pty.press_until(" ", "QUESTION 1 of 2, once more");
        pty.wait_for("What do you say? a to");
        pty.press_until("c", "You say c");
        pty.press_until(" ", "you said c, the kernel says c");
        pty.press("q");
        assert!(pty.end().success());
    }
}

/// Own keys between the questions, at three sizes: the lesson says that its path was left, makes its own lines again by one key, and asks
/// the same question as without them. What was left is there again.
#[test]
fn a_whole_lesson_is_gone_through_with_own_keys_off_its_path() {
    use support::pty::Pty;
    for (columns, rows) in [(60, 18), (80, 24), (160, 50)] {
        let at = format!("{columns}x{rows}");
        let mut pty = Pty::start(columns, rows, SOCKSTEP, &["--no-save"]);
        pty.wait_for("SPACE");
        pty.press_until(":lesson a2\r", "SPACE: add @open @refused");
        pty.press_until(" ", "SPACE: 4 ticks");
        // A socket of her own takes the lesson's place in no row, and its call the answer of no question.
        let screen = pty.press_until(":add @reset\r", "OFF THE PATH");
        for words in ["3 @reset", "SPACE stages the lesson afresh"] {
            assert!(screen.contains(words), "{at} lacks {words}:\n{screen}");
        }
        pty.press_until("n", "It took 1 tick");
        let screen = pty.press_until(" ", "Staged afresh, up to here.");
        assert!(!screen.contains("3 @reset"), "{at}: {screen}");
        pty.press_until(" ", "TICK 4 ");
        // Other keys of her own: a call that takes the error that the questions are about.
        pty.press_until(":so_error 2\r", "OFF THE PATH");
        // A clicker cannot ask before the lesson stands again.
        pty.press_until(" ", "Staged afresh");
        let screen = pty.press_until(" ", "Who is the peer?");
        for words in [
            "QUESTION 1 of 2",
            "epoll_wait() has reported both",
            "covered",
        ] {
            assert!(screen.contains(words), "{at} lacks {words}:\n{screen}");
        }
        for hidden in ["ESTABLISHED", "error waiting", "OFF THE PATH"] {
            assert!(!screen.contains(hidden), "{at} shows {hidden}:\n{screen}");
        }
        // While it is open no key acts, and each says why.
        for (key, letter) in [("w", "a"), ("n", "b"), ("o", "c"), ("p", "a"), ("s", "b")] {
            let screen = pty.press_until(key, "question is open");
            assert!(screen.contains("TICK 5 "), "{at}, {key}: {screen}");
            pty.press_until(letter, &format!("You say {letter}"));
        }
        for line in [":add @open\r", ":tick 3\r"] {
            pty.press(line);
            let screen = pty.wait_for("question is open");
            assert!(screen.contains("TICK 5 "), "{at}, {line}: {screen}");
            pty.press_until("\u{1b}", "a-c answer");
        }
        let screen = pty.press_until(" ", "you said b, the kernel says c");
        assert!(
            screen.contains("Say it aloud: Your program calls"),
            "{at}: {screen}"
        );
        // Own keys behind the answer; then the lesson is left, and gone on with where it was.
        pty.press_until("w", "OFF THE PATH");
        pty.press_until("q", "LESSONS");
        pty.press_until("\u{1b}", "LIVE");
        pty.press_until(":lesson 01\r", "You are where you left it");
        let screen = pty.press_until(" ", "Staged afresh");
        assert!(
            screen.contains("you said b, the kernel says c"),
            "{at}: {screen}"
        );
        pty.press_until(" ", "QUESTION 2 of 2");
        pty.press_until("c", "You say c");
        pty.press_until("q", "LESSONS");
        let screen = pty.press_until("\r", "You are where you left it");
        assert!(screen.contains("QUESTION 2 of 2"), "{at}: {screen}");
        pty.press_until("c", "You say c");
        pty.press_until(" ", "you said c, the kernel says c");
        pty.press_until(" ", "GOAL 1 of 1");
        // The same name once more is the way to its start.
        let screen = pty.press_until(":lesson 01\r", "SPACE: add @open @refused");
        assert!(screen.contains("TICK 0 "), "{at}: {screen}");
        pty.press_until("q", "LESSONS");
        pty.press("\u{1b}");
        pty.wait_for("LIVE");
        pty.press("q");
        assert!(pty.end().success());
    }
}

/// The lines of a conversation, said to a program.
fn said_to(args: &[&str], home: &Path, lines: &str) -> String {
    let mut child = Command::new(SOCKSTEP)
        .args(args)
        .env("XDG_STATE_HOME", home)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("a pipe");
    // It may end before it has read them all.
    let _ = std::io::Write::write_all(&mut stdin, lines.as_bytes());
    drop(stdin);
    stdout(&child.wait_with_output().expect("ended"))
}

#[test]
fn the_recording_of_a_lesson_with_own_words_counts_what_is_the_learners_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.jsonl");
    let path = path.to_str().expect("a path in UTF-8");
    let args = [
        "lesson",
        "01",
        "--plain",
        "--no-save",
        "--force",
        "--record",
        path,
    ];
    // Off the path before the first question, and again behind its answer, where the goal's calls would count.
    let until_goal = "\n\nso_error 2\n\n\na\n\nadd @reset\ntick 5\ngetpeername 3\n\n\nc\n\n\n";
    let told = said_to(&args, folder.path(), until_goal);
    assert_eq!(
        told.matches("Staged afresh, up to here.").count(),
        2,
        "{told}"
    );
    for part in [
        "off the path by your own words",
        "question 2 of 2",
        "goal: Show that",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let marked = stdout(&sockstep(&["mark", "01", path]));
    let found = marked.contains("goals 0 of 1   answers 2 of 2, first right 1");
    assert!(found, "{marked}{told}");
    // By keys that are not the author's the goal is reached: two sockets more, and one asked alone.
    let reached = format!("{until_goal}add @open @reset\ntick 4\ntick\ngetpeername 4\n\n");
    let told = said_to(&args, folder.path(), &reached);
    assert!(told.contains("goal: reached"), "{told}");
    let marked = stdout(&sockstep(&["mark", "01", path]));
    let found = marked.contains("goals 1 of 1   answers 2 of 2, first right 1");
    assert!(found, "{marked}");
}

#[test]
fn a_goal_before_a_question_is_not_reached_by_staging_the_lesson_afresh() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "lesson L\nadd @open\ngoal Make it.\n= some stage created\ntip SPACE.\ntick\ntick\nask Q?\na) x\n= 1 stage connected\nb) y\n= 1 mode non-blocking and 1 stage connect attempted\ntick\nreveal So.\n";
    let name = file(folder.path(), "x.lesson", text);
    let path = folder.path().join("mine.jsonl");
    let path = path.to_str().expect("a path in UTF-8");
    let args = [
        "lesson",
        &name,
        "--plain",
        "--no-save",
        "--force",
        "--record",
        path,
    ];
    // The goal is passed over; own words lead off the path, and the lesson's own lines reach it.
    let told = said_to(&args, folder.path(), "\nlater\ntick 3\n\n\nb\n\n\n");
    assert!(told.contains("Staged afresh, up to here."), "{told}");
    assert!(told.contains("you said b. the kernel says b"), "{told}");
    let marked = stdout(&sockstep(&["mark", &name, path]));
    assert!(
        marked.contains("goals 0 of 1   answers 1 of 1, first right 1"),
        "{marked}{told}"
    );
    // Reached by herself it counts, also in the session that was staged afresh.
    let told = said_to(&args, folder.path(), "\ntick\n\ntick 3\n\n\nb\n\n\n");
    assert!(told.contains("goal: reached"), "{told}");
    let marked = stdout(&sockstep(&["mark", &name, path]));
    assert!(
        marked.contains("goals 1 of 1   answers 1 of 1, first right 1"),
        "{marked}{told}"
    );
}

#[test]
fn a_lesson_that_was_left_when_the_program_ended_is_offered_and_gone_on_with() {
    let home = tempfile::tempdir().expect("a folder");
    let begin = ["lesson", "A2", "--plain"];
    said_to(&begin, home.path(), "\n\n\na\n\n");
    let told = said_to(&begin, home.path(), "lesson 01 on\n\nc\n\n\n");
    let (offered, on) = told.split_once("Staged afresh, up to here.").expect(&told);
    assert!(offered.contains("lesson 01 on goes on there"), "{told}");
    assert!(
        !on.contains("question 1 of 2") && on.contains("question 2 of 2"),
        "{told}"
    );
    let told = said_to(&begin, home.path(), "lesson 48 on\nlesson 48\n");
    assert!(told.contains("nothing is kept of this lesson"), "{told}");
    // In the same program it goes on without another word.
    let told = said_to(
        &["--plain"],
        home.path(),
        "lesson 04\n\nlesson 48\n\nlesson 04\nlesson 04\n",
    );
    let (_, again) = told.split_once("you are where you left it").expect(&told);
    assert!(
        again.contains("lesson 04: SO_ERROR while pending"),
        "{told}"
    );
}

#[test]
fn what_comes_next_never_tells_what_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "lesson L\nadd @open\nhand 1\ntick 7\naccept 2 blocking\nask Q?\na) x\n= 3 call recv EAGAIN\nb) y\n= 3 stuck recv\nrecv 3 10\nreveal So.\n";
    let name = file(folder.path(), "x.lesson", text);
    let told = said_to(
        &["lesson", &name, "--plain", "--no-save"],
        Path::new("/nowhere"),
        "\n\n\n\na\n",
    );
    let before = told.split("question 1 of 1").next().expect(&told);
    assert!(before.contains("next: Enter makes: accept 2\n"), "{told}");
    assert!(!before.contains("makes: accept 2 blocking"), "{told}");
}

#[test]
fn the_same_lesson_is_gone_through_in_lines() {
    let mut child = Command::new(SOCKSTEP)
        .args(["lesson", "04", "--plain", "--no-save"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, b"\n\n\nlook\nb\n\n\n\n").expect("written");
    drop(stdin);
    let output = child.wait_with_output().expect("ended");
    let told = stdout(&output);
    let (before, after) = told
        .split_once("you said b. the kernel says a: 0")
        .expect(&told);
    for part in [
        "question 1 of 1: Your program reads SO_ERROR now.",
        "No answer yet: Enter once more",
        "refused: a question is open",
        "you say b.",
    ] {
        assert!(before.contains(part), "{part}\n{told}");
    }
    for hidden in ["SYN-SENT", "true after", "what happened", "kernel:"] {
        assert!(!before.contains(hidden), "{hidden}\n{told}");
    }
    for part in [
        "why: 0 says that no error is pending",
        "b: connect() returned that.",
        "this was: Zero is not yes.",
    ] {
        assert!(after.contains(part), "{part}\n{told}");
    }
}

/// What is staged afresh is another session: its records, from 0 again, must not follow in the same file.
#[test]
fn a_lesson_that_is_recorded_and_begun_once_more_is_a_whole_recording() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.jsonl");
    let mut child = Command::new(SOCKSTEP)
        .args(["lesson", "04", "--plain", "--no-save", "--record"])
        .arg(&path)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, b"\n\n\nb\n\n\n\n\n\na\n\n\nlesson 03\n\n")
        .expect("written");
    drop(stdin);
    let told = stdout(&child.wait_with_output().expect("ended"));
    assert!(
        told.matches("lesson 04: ").count() > 1,
        "it was begun once more: {told}"
    );
    let marked = stdout(&sockstep(&["mark", "04", &path.display().to_string()]));
    assert!(marked.contains("answers 1 of 1, first right 0"), "{marked}");
    assert!(
        !marked.contains("damaged") && !marked.contains("line "),
        "{marked}"
    );
}

#[test]
fn nobody_reaches_a_goal_by_letting_the_lesson_go_on() {
    let dir = tempfile::tempdir().expect("a directory");
    // The lines that bring the last answer would reach the goal, if they were the learner's.
    for number in ["01", "15", "42"] {
        let file = dir.path().join(format!("{number}.jsonl"));
        let file = file.to_str().expect("a path in UTF-8");
        let mut child = Command::new(SOCKSTEP)
            .args(["lesson", number, "--plain", "--record", file])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("it starts");
        let mut input = child.stdin.take().expect("piped");
        // It may end before it has read them all.
        let _ = std::io::Write::write_all(&mut input, "\n".repeat(30).as_bytes());
        drop(input);
        child.wait().expect("its end");
        let marked = sockstep(&["mark", number, file]);
        let text = stdout(&marked);
        assert!(text.contains("goals 0 of 1"), "{text}");
        assert_eq!(marked.status.code(), Some(1), "{text}");
    }
    let file = dir.path().join("01.jsonl");
    let other = sockstep(&["mark", "15", file.to_str().expect("a path in UTF-8")]);
    let text = stdout(&other);
    assert!(text.contains("a session of another lesson: 01 "), "{text}");
}

#[test]
fn a_question_that_is_brought_by_waiting_alone_has_its_answer_on_paper() {
    for number in ["36", "56", "41", "60"] {
        let paper = sockstep(&["export", number, "--to", "markdown"]);
        if complaint(&paper).contains("wire") {
            support::skip(&complaint(&paper));
            continue;
        }
        let text = stdout(&paper);
        assert!(
            text.contains("Question 1"),
            "{number}: {}{text}",
            complaint(&paper)
        );
        assert!(
            !text.contains("None of the choices alone"),
            "{number}: {text}"
        );
    }
}

#[test]
fn the_lesson_of_the_paper_for_contributors_holds() {
    let paper = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let text = std::fs::read_to_string(paper).expect("the paper");
    let lesson = text
        .split("```text\n")
        .filter_map(|rest| rest.split("```").next())
        .find(|listing| listing.starts_with("lesson "))
        .expect("a lesson");
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("mine.lesson");
    std::fs::write(&file, lesson).expect("written");
    let checked = sockstep(&["lesson", "check", file.to_str().expect("a path in UTF-8")]);
    assert!(
        checked.status.success(),
        "{}{}",
        stdout(&checked),
        complaint(&checked)
    );
}

#[test]
fn a_key_that_comes_while_the_mark_of_a_question_is_written_is_meant_for_it() {
    use sockstep::app::lesson::{LessonRun, LessonStep, LineEnd};
    use sockstep::app::overlay::Overlay;
    use sockstep::app::update::{Msg, begin_lesson, drawn, update};
    use sockstep::language::keys::Key;
    use sockstep::language::lesson::Lesson;
    let text = "lesson Nothing\nname None\nbelief There is one.\nask How many rows are there?\na) one\n= sockets 1\n\
                b) none\n= sockets 0\nreveal None was added.\n";
    let lesson = Lesson::parse(text).expect("a lesson");
    let golden = support::recordings::golden_text("default-lab");
    let (header, _) = support::recordings::read(golden.as_bytes()).expect("a recording");
    // A letter is its answer, and any other key is heard as well.
    for early in ['b', '?'] {
        let mut model = support::recordings::model(&header, &[], (80, 24));
        model.recorded = None;
        let run = LessonRun::new("00", lesson.clone(), false, true);
        let _ = begin_lesson(&mut model, run);
        let press = |model: &mut _, key| update(model, Msg::Key(key), Duration::ZERO);
        // It is written down that the lesson has begun; then it asks.
        update(&mut model, Msg::LinesDone(LineEnd::Done), Duration::ZERO);
        // Not seen yet: it is not meant for this question.
        press(&mut model, Key::Char('a'));
        drawn(&mut model);
        press(&mut model, Key::Char(early));
        let effects = update(&mut model, Msg::LinesDone(LineEnd::Done), Duration::ZERO);
        let step = model.lesson.as_ref().map(|run| &run.step);
        let says = match step {
            Some(LessonStep::Asked { letter, .. }) => *letter,
            _ => None,
        };
        assert_eq!(says, (early == 'b').then_some('b'), "{effects:?}");
        let helps = matches!(model.overlay, Overlay::Help { .. });
        assert_eq!(helps, early == '?', "{early}: {effects:?}");
    }
}

#[test]
fn a_question_whose_answer_does_not_come_is_passed_over_and_does_not_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.jsonl");
    let path = path.to_str().expect("a path in UTF-8");
    let wait = "await 1 stage connected within 50ms\n";
    let question = "ask Q?\na) x\n= 1 stage connected\nb) y\n= 1 stage error\n";
    let cases = [
        // What brings the answer does not come.
        (
            format!("lesson L\nadd @pending\ntick 4\n{question}{wait}reveal So.\nif b No.\n"),
            "\n\nb\n\nlater\n",
        ),
        // What is asked about does not come.
        (
            format!("lesson L\nadd @pending\ntick 4\n{wait}{question}tick\nreveal So.\nif b No.\n"),
            "\n\nlater\nb\n\n",
        ),
    ];
    for (text, lines) in cases {
        let name = file(folder.path(), "x.lesson", &text);
        let args = [
            "lesson",
            &name,
            "--plain",
            "--no-save",
            "--force",
            "--record",
            path,
        ];
        let told = said_to(&args, folder.path(), &format!("{lines}\n"));
        assert!(told.contains("Not yet: Enter waits again"), "{told}");
        assert!(
            told.contains("passed over: what this question is about did not come"),
            "{told}"
        );
        for false_here in ["none of these", "the kernel says", "why: So.", "once more"] {
            assert!(!told.contains(false_here), "{false_here}\n{told}");
        }
        let marked = stdout(&sockstep(&["mark", &name, path]));
        assert!(
            marked.contains("answers 0 of 1, first right 0"),
            "{marked}{told}"
        );
        for form in [&["markdown", "--blank"][..], &["html"]] {
            let paper = stdout(&sockstep(&[&["export", path, "--to"], form].concat()));
            assert!(!paper.contains("None of the choices"), "{form:?}: {paper}");
            let says = paper.contains("Passed over: what should have brought the answer");
            assert!(
                says && !paper.contains("If you said b"),
                "{form:?}: {paper}"
            );
        }
        // Asked again, the recording answers as the lesson did.
        let mut pty = support::pty::Pty::start(80, 24, SOCKSTEP, &["replay", path]);
        pty.press_until(".", "asked again");
        for _ in 0..12 {
            pty.press(" ");
        }
        pty.wait_for("QUESTION 1: you gave no answer, passed over");
        pty.press("q");
        pty.end();
    }
}

#[test]
fn a_lesson_names_the_key_that_is_bound_and_a_word_where_there_are_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "lesson L\nsay {key tick} is a tick, and :add adds.\nadd @open\ntick 4\nask {key tick}: what then?\na) x\n= 1 stage writable\nb) y, as before\n= 1 stage pending\ntick\nreveal So {key tick} it was.\n";
    let name = file(folder.path(), "x.lesson", text);
    let told = said_to(
        &["lesson", &name, "--plain", "--no-save"],
        folder.path(),
        "\n\na\n\n",
    );
    for part in [
        "Enter is a tick, and add adds.",
        "question 1 of 1: Enter: what then?",
        "why: So Enter it was.",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let paper = stdout(&sockstep(&["export", &name, "--to", "markdown"]));
    assert!(
        paper.contains("SPACE is a tick") && paper.contains("SPACE: what then?"),
        "{paper}"
    );
    assert!(!paper.contains("{key"), "{paper}");
    let config = folder.path().join("sockstep");
    std::fs::create_dir(&config).expect("a folder");
    file(&config, "config.toml", "[keys]\ntick = \"f5\"\n");
    let home = folder.path().to_str().expect("a path in UTF-8");
    let mut pty = support::pty::Pty::start_with(
        80,
        24,
        SOCKSTEP,
        &["lesson", &name, "--no-save"],
        &[("XDG_CONFIG_HOME", home)],
    );
    pty.wait_for("F5 is a tick, and :add adds.");
    pty.press_until("\u{1b}[15~", "F5: 4 ticks");
    pty.press_until("\u{1b}[15~", "F5: what then?");
    pty.press_until("b", "You say b");
    pty.press_until("\u{1b}[15~", "So F5 it was.");
    pty.press("q");
    pty.end();
}

#[test]
fn a_card_over_a_question_takes_no_tick_and_a_warning_is_for_the_next_key_only() {
    use support::pty::Pty;
    let args = ["lesson", "12", "--no-save"];
    let mut pty = Pty::start(80, 24, SOCKSTEP, &args);
    pty.wait_for("SPACE: add @never-accept");
    pty.press_until(" ", "SPACE: 4 ticks");
    pty.press_until(" ", "TICK 4 ");
    pty.press_until(" ", "how far has the client come?");
    // The card covers the question, and SPACE is the question's all the same.
    let card = pty.press_until("K", "(1 of ");
    assert!(!card.contains("SPACE tick"), "{card}");
    let screen = pty.press_until(" ", "No answer yet");
    assert!(screen.contains("TICK 4 "), "{screen}");
    // Another key takes the warning back, and SPACE says it again.
    pty.press_until("W", "Covered until the kernel has answered");
    pty.press_until("W", "how far has the client come?");
    let screen = pty.press_until(" ", "No answer yet");
    assert!(screen.contains("TICK 4 "), "{screen}");
    pty.press_until(" ", "you gave no answer, the kernel says b");
    pty.press("q");
    assert!(pty.end().success());
}

#[test]
fn a_goal_that_was_reached_by_another_order_or_by_reading_is_not_reached() {
    let folder = tempfile::tempdir().expect("a folder");
    let marked = |name: &str, lesson: &str, script: &str| {
        let file = recorded(folder.path(), name, script);
        stdout(&sockstep(&["mark", lesson, file.to_str().expect("a path")]))
    };
    // The call came before the report.
    let early = "add @open\ntick 2\ngetpeername 1\ntick 3\n";
    assert!(!marked("early", "01", early).contains("goals 1 of 1"), "01");
    let right = "add @reset\ntick 5\ngetpeername 1\n";
    assert!(marked("right", "01", right).contains("goals 1 of 1"), "01");
    // All was read before the second event came.
    let begin = "add @echo\ntick 7\nawait 1 stage connected within 2s\nsend 1 hello\nawait 1 reported READABLE|WRITABLE within 2s\nrecv 1 2\ntick\n";
    let more = "send 1 more\nawait 1 reported READABLE|WRITABLE within 2s\n";
    let read = format!("{begin}recv 1 100\n{more}");
    assert!(!marked("read", "15", &read).contains("goals 1 of 1"), "15");
    let unread = format!("{begin}{more}");
    assert!(
        marked("unread", "15", &unread).contains("goals 1 of 1"),
        "15"
    );
}

#[test]
fn a_lesson_watches_clients_of_ours_alone_and_says_why_a_line_cannot_be() {
    let folder = tempfile::tempdir().expect("a folder");
    for (lines, part) in [
        ("watch ls @open\n", "'ls' is no client of the lessons"),
        ("watch client-a\n", "peer @refused:"),
        ("watch client-a @nowhere\n", "the lab has no"),
        ("watch client-a 127.0.0.1:80\n", "peer @refused:"),
        (
            "add @open\nwatch client-a @open\n",
            "'watch' stands too late",
        ),
        (
            "watch client-a @refused\nadd @open\n",
            "this session is the client's",
        ),
        ("watch client-a @refused\ntick 40\n", "the client has ended"),
        (
            "watch client-d @echo\ntick 7\nexpect made recv 2\n",
            "made recv 2: it is 1",
        ),
        (
            "watch client-d @echo\ntick 7\nexpect handed epoll_ctl 7\n",
            "it is 1",
        ),
        (
            "watch client-d @echo\ntick 7\nexpect threads 2\n",
            "it is 1",
        ),
        (
            "watch client-d @echo\ntick 7\nexpect call recv EAGAIN\n",
            "it is 16",
        ),
        ("expect call recv 1\n", "no recv() of its has returned"),
    ] {
        let name = file(folder.path(), "x.lesson", &format!("lesson L\n{lines}"));
        let output = sockstep(&["lesson", "check", &name]);
        let told = stdout(&output) + &complaint(&output);
        assert!(!output.status.success(), "{lines}{told}");
        assert!(told.contains(part), "{part}\n{lines}{told}");
    }
}

/// A lesson whose program is a client: at three sizes its calls are let go by SPACE, and what the kernel knows is covered as elsewhere.
#[test]
fn a_client_of_the_lessons_is_stepped_by_space_and_a_letter() {
    use support::pty::Pty;
    for (columns, rows) in [(60, 18), (80, 24), (160, 50)] {
        let at = format!("{columns}x{rows}");
        let mut pty = Pty::start(columns, rows, SOCKSTEP, &["lesson", "44", "--no-save"]);
        pty.wait_for("SPACE: watch client-a @refused");
        pty.press_until(" ", "SPACE: 2 calls");
        let screen = pty.press_until(" ", "QUESTION 1 of 3");
        for words in [
            "QUESTION 1 of 3",
            "a  A: no answer",
            "c  A: connect: Connection refused",
            "covered",
        ] {
            assert!(screen.contains(words), "{at} lacks {words}:\n{screen}");
        }
        assert!(!screen.contains("error waiting"), "{at}: {screen}");
        // Keys of a watched program act no more than others while a question is open.
        pty.press_until("I", "question is open");
        pty.press_until("c", "You say c");
        let screen = pty.press_until(" ", "you said c, the kernel says b");
        assert!(
            screen.contains("poll() did not have to wait"),
            "{at}: {screen}"
        );
        pty.press_until(" ", "QUESTION 2 of 3");
        pty.press_until("c", "You say c");
        pty.press_until(" ", "you said c, the kernel says c");
        pty.press_until(" ", "QUESTION 3 of 3");
        pty.press_until("c", "You say c");
        pty.press_until(" ", "you said c, the kernel says c");
        pty.press_until(" ", "This was: Writable, and taken for connected.");
        pty.press_until(" ", "QUESTION 1 of 3, once more");
        pty.press("q");
        assert!(pty.end().success());
    }
}
