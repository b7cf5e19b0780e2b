//! The three modes: their calls are those of a Python program that does the same, name by name; and nothing is left waiting.

mod support;

use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
use sockstep::model::ids::Row;
use sockstep::model::readiness::Interest;
use sockstep::model::record::Record;
use sockstep::model::socket::Stage;
use std::process::Command;
use support::strace::{Line, first_arg, parse};
use support::{SOCKSTEP, need, run_bounded};

/// Which calls are compared; what Python asks of a new object, and looks and polls of a whole list, are none of them.
const CALLS: &str =
    "trace=connect,poll,accept,accept4,sendto,recvfrom,ioctl,getsockopt,getpeername,write";

/// The mode in our words and in Python's, and whether a call that cannot be done at once comes back.
const MODES: &[(&str, &str, bool)] = &[
    ("blocking", "setblocking(True)", false),
    ("timeout 300ms", "settimeout(0.3)", true),
    ("non-blocking", "setblocking(False)", true),
];

/// A client connects, its listener accepts, and both ends read and send; each call also where it has nothing to do, if it comes back.
fn our_script(mode: &str, comes_back: bool) -> String {
    let is_timeout = mode.starts_with("timeout");
    let wait = |row: u32| {
        if is_timeout {
            format!("await {row} call poll 0 within 5s\n")
        } else {
            String::new()
        }
    };
    let empty = |row: u32, word: &str| {
        if comes_back {
            format!("{word}\n{}", wait(row))
        } else {
            String::new()
        }
    };
    let accept = if mode == "non-blocking" {
        "accept 2 blocking"
    } else {
        "accept 2"
    };
    [
        "add @never-accept\nhand 1\ntick only 2\n",
        &format!("mode 1 {mode}\nnote begin\nawait 1 stage connected within 5s\n"),
        &format!("mode 2 {mode}\n{accept}\nmode 3 {mode}\n"),
        &empty(1, "recv 1 10"),
        "send 3 hello\nrecv 1 10\n",
        &empty(3, "recv 3 10"),
        "send 1 hello\nrecv 3 10\n",
        &empty(2, accept),
        "note end\n",
    ]
    .concat()
}

fn python_program(mode: &str, comes_back: bool) -> String {
    let connect = if mode == "setblocking(False)" {
        "c.connect_ex(l.getsockname()); select.select([], [c], [], 5)\nc.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR); c.getpeername()"
    } else {
        "c.connect(there)"
    };
    // A blocking socket is made so by nobody: it is born blocking.
    let first = if comes_back {
        format!("c.{mode}\n")
    } else {
        String::new()
    };
    let empty = |call: &str| {
        if comes_back {
            format!("try: {call}\nexcept OSError: pass\n")
        } else {
            String::new()
        }
    };
    [
        "import os, select, socket\nl = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(8)\n",
        "there = l.getsockname(); c = socket.socket()\nos.write(1, b'note begin\\n')\n",
        &format!("{first}{connect}\nl.{mode}\na, _ = l.accept()\na.{mode}\n"),
        &empty("c.recv(10)"),
        "a.send(b'hello'); c.recv(10)\n",
        &empty("a.recv(10)"),
        "c.send(b'hello'); a.recv(10)\n",
        &empty("l.accept()"),
        "os.write(1, b'note end\\n')\n",
    ]
    .concat()
}

/// The descriptor that a call is made on.
fn descriptor(line: &Line) -> Option<i64> {
    let of_poll = || {
        let (_, rest) = line.args.split_once("fd=")?;
        rest.split(',').next()?.parse().ok()
    };
    first_arg(line).or_else(of_poll)
}

/// Between the two notes, as strace saw it: the name, and the value or the errno.
fn calls_of(command: &[&str]) -> Vec<String> {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-s", "120", "-e", CALLS, "-o"]);
    strace.arg(log.path()).args(command);
    let output = run_bounded(&mut strace, std::time::Duration::from_secs(30));
    assert!(output.status.success(), "{}", support::stderr(&output));
    let text = std::fs::read_to_string(log.path()).expect("its log");
    let lines = parse(&text);
    let says = |line: &Line, what: &str| line.name == "write" && line.args.contains(what);
    let begun = lines.iter().skip_while(|line| !says(line, "note begin"));
    let between = begun.take_while(|line| !says(line, "note end"));
    let is_compared = |line: &&Line| match line.name.as_str() {
        "write" => false,
        "ioctl" => line.args.contains("FIONBIO"),
        "getsockopt" => line.args.contains("SO_ERROR"),
        _ => true,
    };
    let called = |line: &Line| {
        let flag = match line.name.as_str() {
            "ioctl" => line.args.rsplit(' ').next().unwrap_or_default(),
            _ => "",
        };
        // A descriptor's number is a matter of chance.
        let ret = line.ret.min(i64::from(line.name != "accept"));
        let errno = line.errno.clone().unwrap_or_default();
        format!("{}{flag} = {ret} {errno}", line.name)
    };
    let between: Vec<&Line> = between.filter(is_compared).collect();
    // The program's own sockets: what others of its threads do on theirs is not compared.
    let is_one = |line: &&&Line| matches!(line.name.as_str(), "connect" | "accept");
    let ends = between.iter().filter(is_one);
    let ours: Vec<i64> = ends
        .flat_map(|line| {
            descriptor(line)
                .into_iter()
                .chain((line.name == "accept").then_some(line.ret))
        })
        .collect();
    let is_ours = |line: &&Line| descriptor(line).is_some_and(|fd| ours.contains(&fd));
    between.into_iter().filter(is_ours).map(called).collect()
}

#[test]
fn each_mode_makes_the_calls_that_python_makes_in_it() {
    if !need("strace") || !need("python3") {
        return;
    }
    for (ours, pythons, comes_back) in MODES {
        let script = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(script.path(), our_script(ours, *comes_back)).expect("written");
        let path = script.path().display().to_string();
        let run = [
            SOCKSTEP, "run", "--json", "--looks", "off", "--script", &path,
        ];
        let made = calls_of(&run);
        let program = python_program(pythons, *comes_back);
        let expected = calls_of(&["python3", "-c", &program]);
        assert!(expected.len() >= 8, "{ours}: {expected:?}");
        assert_eq!(made, expected, "{ours}: ours are left");
    }
}

fn session() -> Session {
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        seed: 1,
    };
    Session::new(options, None).expect("a session")
}

fn done(session: &mut Session, line: &str) -> Record {
    let command = sockstep::model::command::Command::parse(line).expect("a command");
    let performed = session.perform(&command, PerformOptions::default());
    assert_eq!(performed.refusal, None, "{line}");
    performed.record.expect("it has a record")
}

/// A client, its listener and what that accepted, each in a call that waits.
fn three_that_wait() -> Session {
    let mut session = session();
    for line in ["add @never-accept", "hand 1"] {
        done(&mut session, line);
    }
    for _ in 0..8 {
        done(&mut session, "tick");
    }
    support::eventually("it is connected", || {
        done(&mut session, "tick");
        let row = session.world().row(Row(1)).expect("row 1");
        (row.stage() == Stage::Connected).then_some(())
    });
    for line in [
        "accept 2 blocking",
        "mode 1 blocking",
        "mode 2 blocking",
        "accept 2",
        "recv 1 10",
        "recv 3 10",
    ] {
        done(&mut session, line);
    }
    let waits = [(1, "recv"), (2, "accept"), (3, "recv")];
    for (row, call) in waits {
        let row = session.world().row(Row(row)).expect("a row");
        assert_eq!(row.running(), Some(call));
    }
    session
}

/// The threads of this process that make calls which wait.
fn waiting_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("its threads");
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "blocking").count()
}

fn nobody_waits(when: &str) {
    support::eventually(when, || (waiting_threads() == 0).then_some(()));
}

#[test]
fn nobody_is_left_waiting_after_the_row_or_the_session_is_gone() {
    let rounds = if support::soak() { 20 } else { 2 };
    for _ in 0..rounds {
        let mut session = three_that_wait();
        assert_eq!(waiting_threads(), 3);
        done(&mut session, "restart 1");
        support::eventually("the client's call is over", || {
            (waiting_threads() <= 2).then_some(())
        });
        done(&mut session, "delete 1");
        nobody_waits("its peers' calls are over");
        assert_eq!(session.world().count(), 0);

        let mut session = three_that_wait();
        done(&mut session, "delete 3");
        done(&mut session, "close 1");
        done(&mut session, "delete 1");
        nobody_waits("also what was closed while it waited");

        // The end of the session, as q ends it.
        drop(three_that_wait());
        nobody_waits("the session is over");
    }
}

#[test]
fn the_program_ends_at_once_while_calls_wait() {
    let mut pty = support::pty::Pty::start(100, 30, SOCKSTEP, &["--no-save", "@never-accept"]);
    pty.wait_for("TICK 0");
    for (line, shown) in [
        ("hand 1", "stands in the list"),
        ("mode 1 blocking", "will be blocking"),
    ] {
        pty.press(":");
        pty.press(line);
        pty.press_until("\r", shown);
    }
    for tick in 1..=3 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    pty.press(":");
    pty.press("recv 1 10");
    pty.press_until("\r", "recv() waits inside the call");
    pty.press("q");
    assert!(pty.end().success());
}

/// What has a file behind it: every mode, calls that waited and were ended, a deadlock, both ways to ask.
const EVERYTHING: &str = "add @never-accept\nhand 1\ntick 8\nawait 1 stage connected within 2s\naccept 2 blocking\nmode 1 blocking\n\
    recv 1 10\nrecv 3 10\nsend 1 a second thread\ninterrupt 1\nmode 1 timeout 50ms\nrecv 1 10\nawait 1 call poll 0 within 2s\n\
    mode 2 timeout 50ms\naccept 2\nawait 2 call poll 0 within 2s\ndup 1\nmode 1 non-blocking\nways @pending\ntick 5\nmodes @refused\n\
    tick 6\nadd @busy @gone\ntick 8\nset 10 keepalive 1\nclose 1\nclose 1\n";

#[test]
fn a_recording_of_every_mode_is_replayed_compared_and_exported() {
    let folder = tempfile::tempdir().expect("a folder");
    let (script, file) = (
        folder.path().join("script"),
        folder.path().join("file.jsonl"),
    );
    std::fs::write(&script, EVERYTHING).expect("written");
    let (script, file) = (script.display().to_string(), file.display().to_string());
    let run = support::sockstep(&["run", "--script", &script, "--record", &file]);
    assert!(run.status.success(), "{}", support::stderr(&run));
    let replayed = support::sockstep(&["replay", &file, "--json"]);
    assert!(replayed.status.success(), "{}", support::stderr(&replayed));
    let recorded = std::fs::read_to_string(&file).expect("the recording");
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&support::stdout(&replayed)), lines(&recorded));
    let beside = support::sockstep(&["replay", &file, "--beside", &file, "--plain"]);
    assert!(
        support::stdout(&beside).contains("No difference"),
        "{}",
        support::stdout(&beside)
    );
    for form in ["html", "svg", "cast", "mermaid", "markdown", "python"] {
        let out = folder.path().join(form).display().to_string();
        let export = support::sockstep(&["export", &file, "--to", form, "-o", &out]);
        assert!(
            export.status.success(),
            "{form}: {}",
            support::stderr(&export)
        );
    }
    let python = std::fs::read_to_string(folder.path().join("python")).expect("the script");
    assert!(python.contains("wait_again(") && python.contains("\"POLLIN\""));
    let html = std::fs::read_to_string(folder.path().join("html")).expect("the page");
    assert!(html.contains("This is a deadlock") && html.contains("Pending: "));
}
