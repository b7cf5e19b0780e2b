//! A record is drawn while it is being written: a key does not wait for the disk, the next command does, and so does the end, for a while.

mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::pty::Pty;
use support::{SOCKSTEP, need, recordings};

/// A session whose file takes each record so much later, from the second one on that its driver writes.
fn slow(folder: &Path, late: Duration) -> (Pty, PathBuf) {
    let file = folder.join("slow.jsonl");
    // What stands there is replaced by its name, which the tracer knows then.
    std::fs::write(&file, "").expect("written");
    let path = file.to_str().expect("a path");
    let log = folder.join("strace");
    let log = log.to_str().expect("a path");
    let inject = format!("inject=write:delay_enter={}:when=2+", late.as_micros());
    let args = [
        "-f",
        "-qq",
        "-o",
        log,
        "-P",
        path,
        "-e",
        "trace=write",
        "-e",
        &inject,
        SOCKSTEP,
        "--no-save",
        "--force",
        "--record",
        path,
    ];
    let mut pty = Pty::start(80, 24, "strace", &args);
    pty.wait_for("TICK 0");
    pty.press_until(" ", "TICK 1 ");
    (pty, file)
}

/// The last tick that is in the file.
fn written(file: &Path) -> u64 {
    let text = std::fs::read_to_string(file).expect("the file");
    let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
    let (_, records) = recordings::read(whole.as_bytes()).expect("a recording");
    let last = records.iter().rev().find_map(|record| record.tick);
    last.unwrap_or(0)
}

/// The program below the tracer.
fn program(pty: &Pty) -> rustix::process::Pid {
    let children = format!("/proc/{0}/task/{0}/children", pty.pid());
    let children = std::fs::read_to_string(children).expect("procfs");
    let first = children.split_whitespace().next().expect("a child");
    let pid = first.parse().ok().and_then(rustix::process::Pid::from_raw);
    pid.expect("a process")
}

#[test]
fn a_key_does_not_wait_for_the_file_and_the_next_command_and_the_end_do() {
    if !need("strace") {
        return;
    }
    let folder = tempfile::tempdir().expect("a directory");
    // Less than the end waits.
    let (mut pty, file) = slow(folder.path(), Duration::from_millis(1_200));
    let mut is_drawn_first = false;
    for tick in 2..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
        let written = written(&file);
        is_drawn_first |= written < tick;
        assert!(
            written >= tick - 1,
            "tick {tick} is on the screen, tick {written} in the file"
        );
    }
    assert!(is_drawn_first, "each was written before it was drawn");
    pty.press("q");
    assert!(pty.end().success());
    assert_eq!(written(&file), 4, "the end waits for the record");
}

#[test]
fn a_file_that_takes_nothing_is_waited_for_two_seconds_and_then_there_is_a_word() {
    if !need("strace") {
        return;
    }
    let term = rustix::process::Signal::TERM;
    for (signal, code) in [(None, 0), (Some(term), 128 + 15)] {
        let folder = tempfile::tempdir().expect("a directory");
        // The tracer itself ends with the delay.
        let (mut pty, file) = slow(folder.path(), Duration::from_secs(6));
        pty.press_until(" ", "TICK 2 ");
        let begin = Instant::now();
        match signal {
            None => pty.press("q"),
            Some(signal) => {
                rustix::process::kill_process(program(&pty), signal).expect("it runs");
            }
        }
        let ended = pty.end();
        let took = begin.elapsed();
        assert_eq!(ended.exit_code(), code, "{signal:?}");
        let least = Duration::from_millis(1_900);
        assert!(took >= least, "{signal:?}: it waited {took:?}");
        assert!(took < support::pty::BOUND, "{signal:?}: {took:?}");
        let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
        assert!(
            raw.contains("the last record may be missing in the file"),
            "{signal:?}: {raw}"
        );
        assert_eq!(written(&file), 1, "{signal:?}: no half of a line");
    }
}
