//! Recordings: what is written down, and that watching it again shows the same.

mod support;

use std::path::{Path, PathBuf};
use support::pty::Pty;
use support::recordings::{self, GOLDEN, golden, golden_text};
use support::{SOCKSTEP, skip, sockstep, stderr, stdout};

/// A directory of its own, and the path of a file in it.
fn place(name: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join(name);
    (dir, path)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Runs targets with `--record` and returns what they printed in a face.
fn record(file: &Path, face: &[&str], targets: &[&str]) -> String {
    let mut args = vec!["run", "--force", "--record", text(file)];
    args.extend_from_slice(face);
    args.extend_from_slice(targets);
    let output = sockstep(&args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

fn replay(file: &Path, face: &[&str]) -> String {
    let mut args = vec!["replay", text(file)];
    args.extend_from_slice(face);
    let output = sockstep(&args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn live_is_recorded_is_replayed() {
    let (_dir, file) = place("session.jsonl");
    let targets = ["@open", "@refused", "@reset", "unix:/nonexistent/x.sock"];
    let plain = record(&file, &["--plain"], &targets);
    assert_eq!(replay(&file, &["--plain"]), plain);
    let calls = record(&file, &["--plain", "--calls"], &targets);
    assert_eq!(replay(&file, &["--plain", "--calls"]), calls);
    let json = record(&file, &["--json"], &targets);
    assert_eq!(std::fs::read_to_string(&file).expect("the recording"), json);
    assert_eq!(replay(&file, &["--json"]), json);
}

#[test]
fn an_existing_recording_is_not_overwritten_unasked() {
    let (_dir, file) = place("session.jsonl");
    record(&file, &["--plain"], &["@refused"]);
    let before = std::fs::read(&file).expect("the recording");
    let output = sockstep(&["run", "--record", text(&file), "@open"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--force"), "{}", stderr(&output));
    assert!(output.stdout.is_empty(), "nothing was stepped");
    assert_eq!(std::fs::read(&file).expect("the recording"), before);
    for path in ["/dev/null", "/"] {
        let output = sockstep(&["run", "--force", "--record", path, "@open"]);
        assert_eq!(output.status.code(), Some(2), "{path}");
    }
}

#[test]
fn a_recording_that_breaks_off_is_watched_up_to_there_and_says_where() {
    let (_dir, file) = place("session.jsonl");
    let plain = record(&file, &["--plain"], &["@open"]);
    let whole = std::fs::read_to_string(&file).expect("the recording");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let cut = format!("{}{}", lines[..4].concat(), &lines[4][..40]);
    std::fs::write(&file, cut).expect("written");
    for face in [&["--plain"][..], &["--json"], &["--plain", "--mask"]] {
        let mut args = vec!["replay", text(&file)];
        args.extend_from_slice(face);
        let output = sockstep(&args);
        assert_eq!(output.status.code(), Some(1), "{face:?}");
        let message = stderr(&output);
        assert!(
            message.contains("line 5: the recording breaks off"),
            "{message}"
        );
        let shown = stdout(&output);
        if face[0] == "--plain" {
            assert!(plain.starts_with(&shown) && !shown.is_empty(), "{shown}");
        } else {
            assert_eq!(shown, lines[..4].concat());
        }
    }
}

#[test]
fn what_is_no_recording_is_named_and_ends_with_2() {
    let (dir, file) = place("file");
    let newer = "{\"format\":\"sockstep-trace\",\"version\":3}\n";
    let cases: [(&[u8], &str); 5] = [
        (b"", "line 1: there is nothing in it"),
        (b"\x7fELF\x00\xff\xfe\n", "line 1: the line is not UTF-8"),
        (
            b"{\"format\":\"other\",\"version\":1}\n",
            "not a sockstep trace",
        ),
        (newer.as_bytes(), "the program is too old"),
        (b"\x1b]52;c;aGk=\x07\n", "not a sockstep trace"),
    ];
    for (bytes, words) in cases {
        std::fs::write(&file, bytes).expect("written");
        let output = sockstep(&["replay", "--plain", text(&file)]);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
        assert!(!stderr(&output).contains('\u{1b}'));
    }
    let missing = dir.path().join("missing");
    for (path, words) in [(dir.path(), "is a directory"), (&missing, "No such file")] {
        let output = sockstep(&["replay", "--plain", text(path)]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn stages_that_do_not_follow_from_the_calls_are_a_warning() {
    let (_dir, file) = place("session.jsonl");
    let plain = record(&file, &["--plain"], &["@open"]);
    let forged = std::fs::read_to_string(&file)
        .expect("the recording")
        .replace("\"stage\":\"connected\"", "\"stage\":\"closed\"");
    std::fs::write(&file, forged).expect("written");
    let output = sockstep(&["replay", "--plain", text(&file)]);
    assert!(output.status.success());
    assert_eq!(stdout(&output), plain, "the calls are believed");
    assert!(
        stderr(&output).contains("the calls are believed"),
        "{}",
        stderr(&output)
    );
}

/// What stands on a screen, with lines that were folded at its edge whole again.
fn joined(screen: &str) -> String {
    screen.lines().collect()
}

#[test]
fn every_interactive_session_is_saved_and_the_shell_is_told() {
    let (dir, file) = place("given.jsonl");
    let state = text(dir.path());
    let env = [("XDG_STATE_HOME", state)];
    let mut pty = Pty::start_with(80, 24, SOCKSTEP, &["@open"], &env);
    pty.wait_for("TICK 0");
    pty.press_until(" ", "TICK 1 ");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
    assert!(pty.is_restored());
    let said = joined(&pty.screen());
    let saved: Vec<PathBuf> = std::fs::read_dir(dir.path().join("sockstep"))
        .expect("the state directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    assert_eq!(saved.len(), 1);
    let hint = format!("sockstep replay {}", text(&saved[0]));
    assert!(said.contains(&hint), "{said}");
    assert_eq!(
        replay(&saved[0], &["--plain"]),
        "tick 1 socket 1 @open: created\n"
    );

    let args = ["--no-save", "--record", text(&file), "@open"];
    let mut pty = Pty::start_with(80, 24, SOCKSTEP, &args, &env);
    pty.wait_for("TICK 0");
    pty.press_until(" ", "TICK 1 ");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
    assert!(pty.screen().contains("given.jsonl"), "{}", pty.screen());
    let entries = std::fs::read_dir(dir.path().join("sockstep")).expect("the state directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let saved = paths.filter(|path| path.extension().is_some_and(|it| it == "jsonl"));
    assert_eq!(saved.count(), 1, "--no-save saves nothing more");
    assert_eq!(
        replay(&file, &["--plain"]),
        "tick 1 socket 1 @open: created\n"
    );
}

#[test]
fn a_state_directory_that_cannot_be_written_is_told_and_the_session_goes_on() {
    let (dir, file) = place("not-a-directory");
    std::fs::write(&file, b"").expect("written");
    let env = [("XDG_STATE_HOME", text(&file))];
    let mut pty = Pty::start_with(80, 24, SOCKSTEP, &["@open"], &env);
    pty.wait_for("This session is not saved");
    pty.press_until(" ", "TICK 1 ");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
    assert!(!pty.screen().contains("replay"), "{}", pty.screen());
    drop(dir);
}

#[test]
fn a_full_disk_is_told_once_and_the_session_goes_on() {
    let (dir, _) = place("");
    let script = format!(
        "mount -t tmpfs -o size=8k none {dir} && XDG_STATE_HOME={dir} exec {SOCKSTEP} @open @refused @reset @open @open",
        dir = text(dir.path())
    );
    let probe = std::process::Command::new("unshare")
        .args([
            "-Urm",
            "mount",
            "-t",
            "tmpfs",
            "-o",
            "size=8k",
            "none",
            text(dir.path()),
        ])
        .output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return skip("no tmpfs can be mounted in a namespace of one's own");
    }
    let mut pty = Pty::start(80, 24, "unshare", &["-Urm", "sh", "-c", &script]);
    pty.wait_for("TICK 0");
    let mut told = 0;
    for tick in 1..=12 {
        pty.press_until(" ", &format!("TICK {tick} "));
        // The word about the disk may come in a frame of its own.
        pty.bytes_within(std::time::Duration::from_millis(30));
        let screen = pty.screen();
        let words: Vec<&str> = screen.split_whitespace().collect();
        told += usize::from(words.join(" ").contains("is not written any more"));
    }
    assert_eq!(told, 1, "{}", pty.screen());
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 1, "as the conversation does");
    let said = joined(&pty.screen());
    assert!(
        said.contains("It holds the session up to tick "),
        "the shell is told too: {said}"
    );
}

#[test]
fn the_same_screen_shows_a_recording_and_refuses_what_acts() {
    let (_dir, file) = place("session.jsonl");
    record(&file, &["--plain"], &["@open", "@refused"]);
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["replay", text(&file)]);
    let screen = pty.wait_for("RECORDING");
    assert!(screen.contains("This is a recording"), "{screen}");
    assert!(!screen.contains("LIVE"), "{screen}");
    for tick in 1..=6 {
        pty.press_until(" ", &format!("TICK {tick} of 7"));
    }
    let screen = pty.screen();
    assert!(screen.contains("ECONNREFUSED"), "{screen}");
    pty.press_until("w", "This is a recording: its sockets");
    let screen = pty.press_until(" ", "TICK 7, the last");
    assert!(screen.contains("= connected"), "{screen}");
    pty.press_until(" ", "This is the end of the recording.");
    pty.press_until("\u{1b}[H", "TICK 0 of 7");
    pty.press_until("\u{1b}[F", "TICK 7, the last");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
    assert!(pty.is_restored());
}

#[test]
fn an_interactive_replay_says_at_its_end_that_the_recording_breaks_off() {
    let (_dir, file) = place("session.jsonl");
    record(&file, &["--plain"], &["@open"]);
    let whole = std::fs::read_to_string(&file).expect("the recording");
    std::fs::write(&file, &whole[..whole.len() - 50]).expect("written");
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["replay", text(&file)]);
    pty.wait_for("TICK 0 of 6");
    let screen = pty.press_until("\u{1b}[F", "The recording breaks off here: line 9");
    assert!(screen.contains("TICK 6, the last"), "{screen}");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 1);
    assert!(
        pty.screen().contains("What stands before it is good"),
        "{}",
        pty.screen()
    );
}

#[test]
fn the_last_session_is_watched_with_last() {
    let (dir, _) = place("");
    let env = [("XDG_STATE_HOME", text(dir.path()))];
    for target in ["@open", "@refused"] {
        let mut pty = Pty::start_with(80, 24, SOCKSTEP, &[target], &env);
        pty.wait_for("TICK 0");
        pty.press("q");
        assert_eq!(pty.end().exit_code(), 0);
    }
    let mut pty = Pty::start_with(80, 24, SOCKSTEP, &["replay", "--last"], &env);
    let screen = pty.wait_for("RECORDING");
    assert!(screen.contains("@refused"), "{screen}");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
}

#[test]
fn the_interactive_replay_makes_no_socket_either() {
    if !support::need("strace") {
        return;
    }
    let file = golden("name-and-closed-port");
    let (_dir, log) = place("strace.log");
    let args = [
        "-f",
        "-o",
        text(&log),
        "-e",
        "trace=network,openat",
        SOCKSTEP,
        "replay",
        text(&file),
    ];
    let mut pty = Pty::start(80, 24, "strace", &args);
    pty.wait_for("TICK 0 of ");
    pty.press_until("\u{1b}[F", ", the last");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
    let log = std::fs::read_to_string(&log).expect("its log");
    assert!(
        log.contains("name-and-closed-port"),
        "the log shows the calls: {log}"
    );
    for call in [
        "socket(",
        "connect(",
        "bind(",
        "listen(",
        "nsswitch",
        "resolv.conf",
        "/etc/hosts",
    ] {
        assert!(!log.contains(call), "{call} in {log}");
    }
}

#[test]
fn a_recording_comes_through_a_pipe_too() {
    let script = format!("{SOCKSTEP} run --json @refused | {SOCKSTEP} replay - --plain");
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    assert_eq!(stderr(&output), "");
    assert!(stdout(&output).ends_with("socket 1 @refused: error ECONNREFUSED\n"));
}

#[test]
fn golden_recordings_of_version_1_are_read_for_ever() {
    let ends = [
        ("default-lab", "close 2 socket 2 @refused: closed"),
        ("hostile-peer", ": connected"),
        (
            "name-and-closed-port",
            "tick 7 socket 1 localhost:1: error ECONNREFUSED",
        ),
        ("unix", "delete 2 socket 2 unix:/nonexistent/b.sock: closed"),
        ("wire-talk", "release 9 packet 9: let go by you"),
    ];
    for (name, last) in ends {
        let file = golden(name);
        let plain = replay(&file, &["--plain"]);
        assert!(plain.trim_end().ends_with(last), "{name}: {plain}");
        assert_eq!(replay(&file, &["--json"]), golden_text(name), "{name}");
    }
    assert_eq!(
        ends.map(|(name, _)| name),
        GOLDEN,
        "every golden recording is read"
    );
}

#[test]
fn live_and_read_records_draw_the_same_screens_at_three_sizes() {
    use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
    use sockstep::model::command::Command;
    use sockstep::model::readiness::Interest;
    use sockstep::model::target::Target;
    let options = Options {
        looks: AskKernel::All,
        interest: Interest::default(),
        race: None,
        seed: 1,
    };
    let mut session = Session::new(options, None).expect("a session");
    let targets: Vec<Target> = ["@open", "@refused", "@pending", "@reset"]
        .iter()
        .map(|text| Target::parse(text).expect("a target"))
        .collect();
    let ticks = std::iter::repeat_n(Command::TICK, 8);
    let mut live = Vec::new();
    for command in std::iter::once(Command::Add(targets)).chain(ticks) {
        let performed = session.perform(&command, PerformOptions::default());
        assert_eq!(performed.refusal, None);
        live.push(performed.record.expect("it was carried out"));
    }
    let header = sockstep::os::system::header();
    let mut text = sockstep::trace::encode::header(&header);
    for record in &live {
        text.push_str(&sockstep::trace::encode::record(record));
    }
    let (read_header, again) = recordings::read(text.as_bytes()).expect("a recording");
    let live: Vec<_> = live.into_iter().map(std::sync::Arc::new).collect();
    assert_eq!(
        sockstep::trace::encode::header(&read_header),
        sockstep::trace::encode::header(&header)
    );
    for size in [(60, 18), (80, 24), (160, 50)] {
        let mut one = recordings::model(&header, &live, size);
        let mut other = recordings::model(&read_header, &again, size);
        loop {
            assert_eq!(
                recordings::screen(&mut one),
                recordings::screen(&mut other),
                "{size:?}"
            );
            assert_eq!(one.history.back(), other.history.back());
            if one.history.record().is_none_or(|record| record.n == 0) {
                break;
            }
        }
    }
}

#[test]
fn a_replay_touches_no_socket() {
    if !support::need("strace") {
        return;
    }
    let file = golden("name-and-closed-port");
    let (_dir, log) = place("strace.log");
    for face in ["--plain", "--json"] {
        let args = [
            "-f",
            "-e",
            "trace=network,epoll_create1,epoll_ctl,epoll_wait,poll,select,openat",
            "-o",
        ];
        let output = std::process::Command::new("strace")
            .args(args)
            .args([text(&log), SOCKSTEP, "replay", text(&file), face])
            .output()
            .expect("strace runs");
        if !output.status.success() {
            return skip(&format!("strace cannot trace here: {}", stderr(&output)));
        }
        let log = std::fs::read_to_string(&log).expect("its log");
        assert!(
            log.contains("name-and-closed-port"),
            "the log shows the calls: {log}"
        );
        for call in [
            "socket(",
            "connect(",
            "bind(",
            "epoll_ctl(",
            "epoll_create1(",
            "sendto(",
            "nsswitch",
            "resolv.conf",
            "/etc/hosts",
        ] {
            assert!(!log.contains(call), "{face}: {call} in {log}");
        }
    }
}

#[test]
fn two_runs_of_the_same_lesson_do_not_differ() {
    let (_dir, file) = place("a.jsonl");
    let other = file.with_file_name("b.jsonl");
    let targets = ["@refused", "unix:/nonexistent/x.sock"];
    record(&file, &[], &targets);
    record(&other, &[], &targets);
    let text = replay(&file, &["--plain", "--beside", text(&other)]);
    assert!(text.starts_with("A is a.jsonl: linux "), "{text}");
    let last = text.lines().last().unwrap_or_default();
    assert!(last.starts_with("No difference in "), "{text}");
    assert!(!text.contains("differs"), "{text}");
}

#[test]
fn the_first_difference_of_two_recordings_is_named() {
    let (_dir, file) = place("a.jsonl");
    let other = file.with_file_name("b.jsonl");
    let whole = golden_text("default-lab");
    std::fs::write(&file, &whole).expect("written");
    // Another system: the refusal is told by connect() itself, as some do on loopback.
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let there = lines
        .iter()
        .position(|line| line.contains("\"call\":\"connect\"") && line.contains("\"tick\":3"))
        .expect("the tick of connect()");
    let mut forged = lines.clone();
    let (head, tail) = lines[there]
        .split_once("\"socket\":2,\"call\":\"connect\"")
        .expect("the second socket");
    let line = format!(
        "{head}\"socket\":2,\"call\":\"connect\"{}",
        tail.replacen("EINPROGRESS", "ECONNREFUSED", 1)
    );
    forged[there] = &line;
    std::fs::write(&other, forged.concat()).expect("written");
    let output = sockstep(&["replay", text(&file), "--plain", "--beside", text(&other)]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let shown = stdout(&output);
    let verdict =
        "First difference: record 3, tick 3: socket 2 connect(): A EINPROGRESS, B ECONNREFUSED";
    assert_eq!(shown.lines().last(), Some(verdict), "{shown}");
    assert_eq!(shown.matches("the first difference").count(), 1, "{shown}");
    assert!(shown.contains("record 2, tick 2: same"), "{shown}");

    let args = ["replay", text(&file), "--beside", text(&other)];
    for (columns, rows) in [(60, 18), (80, 24), (160, 50)] {
        let mut pty = Pty::start(columns, rows, SOCKSTEP, &args);
        pty.wait_for("The first difference is in record 3");
        let screen = pty.press_until("f", "RECORD 3 of 13: tick 3");
        assert!(screen.contains("This is the first difference"), "{screen}");
        assert!(
            screen.contains("!=") && screen.contains("q quit"),
            "{screen}"
        );
        pty.press_until("\u{1b}[D", "RECORD 2 of 13");
        pty.press_until(" ", "RECORD 3 of 13");
        pty.press_until("c", "f goes to the first");
        pty.press("q");
        assert_eq!(pty.end().exit_code(), 1);
        assert!(pty.is_restored());
    }
    let output = sockstep(&["replay", text(&file), "--json", "--beside", text(&other)]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn comparing_ends_as_diff_does() {
    let (_dir, file) = place("broken.jsonl");
    let whole = golden("unix");
    let with = |other: &Path| {
        let args = ["replay", text(&whole), "--plain", "--beside", text(other)];
        sockstep(&args).status.code()
    };
    assert_eq!(with(&whole), Some(0), "the same");
    assert_eq!(with(&golden("default-lab")), Some(1), "they differ");
    assert_eq!(with(&file), Some(2), "there is no such file");
    std::fs::write(&file, golden_text("unix") + "{\"rec\":\n").expect("written");
    assert_eq!(with(&file), Some(2), "one of them breaks off");
}

#[test]
fn a_recording_that_is_longer_differs_where_the_other_ends() {
    let (_dir, file) = place("short.jsonl");
    let whole = golden_text("unix");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    std::fs::write(&file, lines[..5].concat()).expect("written");
    let golden = golden("unix");
    let args = ["replay", text(&file), "--plain", "--beside", text(&golden)];
    let output = sockstep(&args);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let shown = stdout(&output);
    assert!(
        shown.contains("the recording: A has ended, B goes on"),
        "{shown}"
    );
    assert!(
        shown
            .lines()
            .last()
            .unwrap_or_default()
            .starts_with("First difference: record 4"),
        "{shown}"
    );
}

#[test]
fn a_killed_session_keeps_every_record_that_was_shown() {
    let (_dir, file) = place("killed.jsonl");
    let mut child = std::process::Command::new(SOCKSTEP)
        .args([
            "run",
            "--json",
            "--timeout",
            "1m",
            "--record",
            text(&file),
            "@pending",
        ])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut shown = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
    let mut lines = String::new();
    for _ in 0..5 {
        std::io::BufRead::read_line(&mut shown, &mut lines).expect("a line");
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    let kept = std::fs::read_to_string(&file).expect("the recording");
    assert!(
        kept.starts_with(&lines),
        "what was printed was written first"
    );
    let output = sockstep(&["replay", "--json", text(&file)]);
    assert!(stdout(&output).starts_with(&lines));
}

#[test]
fn a_file_that_may_not_grow_ends_the_recording_and_not_the_run() {
    let (_dir, file) = place("limited.jsonl");
    let script = format!(
        "ulimit -f 4; exec {SOCKSTEP} run --plain --record {} @open @refused @reset",
        text(&file)
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("is not written any more"),
        "{}",
        stderr(&output)
    );
    assert_eq!(stderr(&output).lines().count(), 1, "it is told once");
    let printed = stdout(&output);
    assert!(printed.contains("socket 1 @open: connected"), "{printed}");
    let kept = replay(&file, &["--plain"]);
    assert!(
        printed.starts_with(&kept),
        "what was written is whole: {kept}"
    );
    let kept = replay(&file, &["--json"]);
    let ticks = kept.matches("\"tick\":").count();
    assert!(
        stderr(&output).contains(&format!("It holds the session up to tick {ticks}.")),
        "{}: {kept}",
        stderr(&output)
    );
}

#[test]
fn a_packet_that_could_not_be_written_is_told_everywhere_and_is_still_held() {
    use sockstep::derive::ladder::{LadderPart, Ladders};
    use sockstep::model::errno::Errno;
    use sockstep::model::ids::Row;
    use sockstep::model::world::World;
    let text = golden_text("wire-talk");
    let let_go = "\"what\":{\"let-go\":\"learner\"}";
    let end = text.lines().position(|line| line.contains(let_go));
    let end = end.expect("a packet was let go");
    let lines: Vec<String> = text
        .lines()
        .take(end + 1)
        .map(|line| line.replacen(let_go, "\"what\":{\"not-written\":\"EPIPE\"}", 1))
        .collect();
    let (_dir, file) = place("not-written.jsonl");
    std::fs::write(&file, lines.join("\n") + "\n").expect("it is written");
    let json = replay(&file, &["--json"]);
    assert_eq!(json.matches("{\"not-written\":\"EPIPE\"}").count(), 1);
    let told = replay(&file, &["--tell"]);
    for sentence in [
        "Packet 1, SYN, could not be written to the server's kernel: EPIPE.",
        "It is still in your hand.",
    ] {
        assert!(told.contains(sentence), "{told}");
    }
    let plain = replay(&file, &["--plain"]);
    assert!(
        plain.contains("packet 1: not written, EPIPE: the other kernel does not have it"),
        "{plain}"
    );
    let export = |form| {
        let output = sockstep(&["export", self::text(&file), "--to", form]);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let mermaid = export("mermaid");
    assert!(
        mermaid.contains("K-xF: packet 1#58; SYN seq 0, not written#58; EPIPE"),
        "{mermaid}"
    );
    let (_, records) = recordings::read(json.as_bytes()).expect("a recording");
    let mut world = World::default();
    let mut ladders = Ladders::new();
    for (at, record) in records.iter().enumerate() {
        world.apply(record);
        ladders.take_in(at, record, &world, &records[..at]);
    }
    let rungs = ladders.of(Row(1), records.len() - 1);
    let parts: Vec<LadderPart> = rungs
        .into_iter()
        .flatten()
        .filter_map(|rung| rung.transit)
        .filter(|transit| transit.number.0 == 1)
        .map(|transit| transit.part)
        .collect();
    assert_eq!(
        parts,
        [LadderPart::Held, LadderPart::NotWritten(Errno::EPIPE)]
    );
}
