//! The three modes: nothing is left waiting, and what has a file behind it knows them all.

mod support;

use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
use sockstep::model::ids::Row;
use sockstep::model::readiness::Interest;
use sockstep::model::record::Record;
use sockstep::model::socket::Stage;
use support::SOCKSTEP;

fn session() -> Session {
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        race: None,
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
