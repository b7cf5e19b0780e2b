//! Every call that was made stands in the log, also when what it was made for could not be finished.

use crate::support::strace::{Line, first_arg, parse};
use crate::support::{SOCKSTEP, json_lines, need, stderr, stdout};
use crate::{text, written};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// One call: its name, the descriptor that it gave or was made on, and its errno.
type Made = (String, i64, Option<String>);

/// Runs the program under strace with at most so many descriptors. Returns what it printed and what strace saw.
fn with_descriptors(dir: &Path, most: u32, args: &[&str], input: &str) -> (Output, Vec<Line>) {
    let log = dir.join("strace");
    let script = format!(
        "ulimit -n {most} && exec strace -f -e trace=socket,connect,close,epoll_wait,epoll_pwait -o \"$0\" {SOCKSTEP} \"$@\""
    );
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .arg(&log)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdin = child.stdin.take().expect("piped");
    // It may have ended already, for want of descriptors.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let lines = parse(&std::fs::read_to_string(log).expect("strace's log"));
    (output, lines)
}

/// Only the calls that make, connect and close sockets of the internet. `calls` are all calls: name, descriptor if it is not what was given back, what was given
/// back, errno, and whether it is of the internet.
fn of_the_internet(
    calls: impl Iterator<Item = (String, Option<i64>, i64, Option<String>, bool)>,
) -> Vec<Made> {
    let mut born = BTreeSet::new();
    let mut all = Vec::new();
    for (name, on, given, errno, internet) in calls {
        let fd = on.unwrap_or(given);
        let counts = match name.as_str() {
            "socket" if internet => {
                born.insert(given);
                true
            }
            "connect" => internet,
            "close" => born.remove(&fd),
            _ => false,
        };
        if counts {
            all.push((name, fd, errno));
        }
    }
    all
}

/// What strace saw.
fn seen(lines: &[Line]) -> Vec<Made> {
    of_the_internet(lines.iter().map(|line| {
        let on = if line.name == "socket" {
            None
        } else {
            first_arg(line)
        };
        let internet = line.args.contains("AF_INET,");
        (
            line.name.clone(),
            on,
            line.ret,
            line.errno.clone(),
            internet,
        )
    }))
}

/// What the log has.
fn logged(trace: &[Value]) -> Vec<Made> {
    let calls = trace.iter().filter_map(|record| record["calls"].as_array());
    of_the_internet(calls.flatten().filter_map(|call| {
        let name = call["call"].as_str()?.to_owned();
        let errno = call["errno"].as_str().map(str::to_owned);
        let internet = name == "connect" || call["family"] == "AF_INET";
        Some((
            name,
            call["fd"].as_i64(),
            call["ret"].as_i64()?,
            errno,
            internet,
        ))
    }))
}

/// How many calls of this name are among them.
fn count(calls: &[Made], name: &str) -> usize {
    calls.iter().filter(|call| call.0 == name).count()
}

#[test]
fn a_queue_that_cannot_be_filled_leaves_every_call_in_the_log() {
    if !need("strace") {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let script = written(
        dir.path(),
        "q.script",
        "add @open\nlisten 1 20\nqueue 1 full\n",
    );
    for most in [20, 24] {
        let args = ["run", "--json", "--script", text(&script)];
        let (output, lines) = with_descriptors(dir.path(), most, &args, "");
        let refused = stderr(&output);
        assert!(
            refused.contains("queue 1 full") && refused.contains("EMFILE"),
            "{refused}"
        );
        // At its end the program closes what it has; a log that is complete has no word of that.
        let without_closes = |mut calls: Vec<Made>| {
            calls.retain(|call| call.0 != "close");
            calls
        };
        let seen = without_closes(seen(&lines));
        let logged = without_closes(logged(&json_lines(&stdout(&output))));
        assert!(count(&seen, "connect") > 5, "{seen:?}");
        for name in ["socket", "connect"] {
            let (told, made) = (count(&logged, name), count(&seen, name));
            assert_eq!(
                told, made,
                "{most} descriptors, {name}: the log has {told}, strace saw {made}"
            );
        }
        assert_eq!(logged, seen, "{most} descriptors");
    }
}

#[test]
fn whatever_cannot_be_finished_for_want_of_descriptors_stands_in_the_log() {
    if !need("strace") {
        return;
    }
    let words = "listen 1 20\nqueue 1 full\nqueue 1 free\nadd @pending @reset\ntick\n";
    let mut wrong = Vec::new();
    let (mut queues, mut targets) = (0, 0);
    for most in 10..=26 {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("q.jsonl");
        let args = ["--plain", "--no-save", "--record", text(&file), "@open"];
        let (output, lines) = with_descriptors(dir.path(), most, &args, words);
        let said = stdout(&output);
        // With fewer it does not even begin.
        let Some(last) = lines.iter().rposition(|line| line.name == "epoll_wait") else {
            continue;
        };
        queues += said
            .matches("refused: the lab could not set up the queue")
            .count();
        targets += said.matches("refused: the lab could not set up @").count();
        let whole = std::fs::read_to_string(&file).expect("the recording");
        let trace = json_lines(&whole);
        let ticks = trace.iter().position(|record| record["tick"] == 1);
        let before = ticks.expect("a tick was made");
        let (logged, seen) = (logged(&trace[..before]), seen(&lines[..last]));
        if logged != seen {
            let counts = ["socket", "connect", "close"]
                .map(|name| format!("{name} {} of {}", count(&logged, name), count(&seen, name)));
            wrong.push(format!(
                "{most} descriptors: the log has {}",
                counts.join(", ")
            ));
        }
    }
    assert!(
        queues > 0 && targets > 0,
        "{queues} queues and {targets} targets were refused"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
