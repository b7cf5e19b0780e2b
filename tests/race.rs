//! The addresses of a name are raced as RFC 8305 says: the attempts, their times and their descriptors are what strace sees, and curl does the
//! same on the same name. In a mount and network namespace with a hosts file of its own.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;
use support::pty::Pty;
use support::strace::{Line, first_arg, parse};
use support::{SOCKSTEP, json_lines, need, run_bounded, skip, sockstep, stages, stderr, stdout};

const LONGEST: Duration = Duration::from_secs(60);

/// Stages what is behind the two addresses of a name on one port, and runs a command with the port in place of PORT.
const STAGE: &str = r#"
import socket, subprocess, sys
six, four, command = sys.argv[1], sys.argv[2], sys.argv[3:]
kept = []
def place(family, host, port, how):
    s = socket.socket(family)
    kept.append(s)
    s.bind((host, port))
    if how == "open":
        s.listen(16)
    if how == "silent":
        s.listen(0)
        filler = socket.socket(family)
        kept.append(filler)
        filler.connect(s.getsockname()[:2])
    return s.getsockname()[1]
for _ in range(16):
    try:
        port = place(socket.AF_INET6, "::1", 0, six)
        place(socket.AF_INET, "127.0.0.1", port, four)
        break
    except OSError:
        kept.clear()
sys.exit(subprocess.call([word.replace("PORT", str(port)) for word in command]))
"#;

/// The machine that a line runs on: `two.test` has both addresses, `one.test` one, `none.test` none.
const HOSTS: &str = "::1 two.test\n127.0.0.1 two.test\n127.0.0.1 one.test\n";

/// Runs a command where the name is staged like this. `None` where no such machine can be had.
fn apart(six: &str, four: &str, command: &[&str]) -> Option<Output> {
    if !need("python3") || !need("unshare") {
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (hosts, stage) = (folder.path().join("hosts"), folder.path().join("stage.py"));
    let switch = folder.path().join("nsswitch");
    std::fs::write(&hosts, HOSTS).expect("written");
    std::fs::write(&stage, STAGE).expect("written");
    std::fs::write(&switch, "hosts: files\n").expect("written");
    let own = |file: &Path, of: &str| format!("mount --bind {} {of} &&", file.display());
    let line = format!(
        "{} {} ip link set lo up && exec python3 {} {six} {four} \"$@\"",
        own(&hosts, "/etc/hosts"),
        own(&switch, "/etc/nsswitch.conf"),
        stage.display()
    );
    let run = |words: &[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.args(["-Urnm", "sh", "-c", &line, "sh"]).args(words);
        run_bounded(&mut unshare, LONGEST)
    };
    if !run(&["true"]).status.success() {
        skip("no namespace with a hosts file and ::1 of its own");
        return None;
    }
    Some(run(command))
}

/// The trace of a run of the program there.
fn raced(six: &str, four: &str, args: &[&str]) -> Option<Vec<Value>> {
    let words: Vec<&str> = [SOCKSTEP, "run", "--json"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let output = apart(six, four, &words)?;
    assert!(output.status.success(), "{}", stderr(&output));
    Some(json_lines(&stdout(&output)))
}

/// The calls of this name that the program made, with their socket, in order.
fn calls<'a>(trace: &'a [Value], name: &str) -> Vec<(u64, &'a Value)> {
    let all = trace.iter().filter_map(|record| record["calls"].as_array());
    all.flatten()
        .filter(|call| call["by"] == "program" && call["call"] == name)
        .map(|call| (call["socket"].as_u64().unwrap_or(0), call))
        .collect()
}

fn rows(trace: &[Value], name: &str) -> Vec<u64> {
    calls(trace, name).into_iter().map(|(row, _)| row).collect()
}

/// One connect or close of a TCP socket of strace's, with its time in seconds.
#[derive(Debug)]
struct Seen {
    at: f64,
    what: String,
    fd: i64,
}

/// What happened to the TCP sockets that lead to the name, by strace: `connect ::1`, `close 127.0.0.1`.
fn seen(log: &str) -> Vec<Seen> {
    let mut kinds: BTreeMap<i64, Option<&str>> = BTreeMap::new();
    let mut seen = Vec::new();
    for (at, line) in timed(log) {
        let fd = first_arg(&line);
        match line.name.as_str() {
            "socket" if line.args.contains("SOCK_STREAM") && line.ret >= 0 => {
                kinds.insert(line.ret, None);
            }
            "socket" => {
                kinds.remove(&line.ret);
            }
            "connect" => {
                let Some((fd, kind)) = fd.and_then(|fd| Some((fd, kinds.get_mut(&fd)?))) else {
                    continue;
                };
                let host = match line.args.as_str() {
                    args if args.contains("::1") => "::1",
                    args if args.contains("127.0.0.1") => "127.0.0.1",
                    _ => continue,
                };
                *kind = Some(host);
                let what = format!("connect {host}");
                seen.push(Seen { at, what, fd });
            }
            "close" => {
                let Some((fd, Some(Some(host)))) = fd.map(|fd| (fd, kinds.remove(&fd))) else {
                    continue;
                };
                let what = format!("close {host}");
                seen.push(Seen { at, what, fd });
            }
            _ => {}
        }
    }
    seen
}

/// The lines of a log with times, each with the time at which its call began; those that other threads split are joined.
fn timed(log: &str) -> Vec<(f64, Line)> {
    let mut begun: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    let mut lines = Vec::new();
    for line in log.lines() {
        let Some((pid, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((time, rest)) = rest.trim_start().split_once(' ') else {
            continue;
        };
        let at: f64 = time.parse().expect("a time");
        if let Some(begin) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(pid, (at, begin));
            continue;
        }
        let behind = rest
            .strip_prefix("<... ")
            .and_then(|rest| rest.split_once("resumed>"));
        let (at, whole) = match behind {
            None => (at, rest.to_owned()),
            Some((_, behind)) => match begun.remove(pid) {
                Some((at, begin)) => (at, format!("{begin}{behind}")),
                None => continue,
            },
        };
        let line = parse(&format!("{pid} {whole}")).into_iter().next();
        lines.extend(line.map(|line| (at, line)));
    }
    lines
}

fn under_strace(log: &str, command: &[&str]) -> Vec<String> {
    let strace = [
        "strace",
        "-f",
        "-ttt",
        "-e",
        "trace=socket,connect,close",
        "-o",
        log,
    ];
    strace
        .iter()
        .chain(command)
        .map(|word| (*word).to_owned())
        .collect()
}

/// Runs a command where ::1 is silent and 127.0.0.1 is open, and gives what strace saw.
fn strace_of(command: &[&str]) -> Option<(Output, Vec<Seen>)> {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let words = under_strace(log.path().to_str().expect("a path"), command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = apart("silent", "open", &words)?;
    let text = std::fs::read_to_string(log.path()).expect("its log");
    Some((output, seen(&text)))
}

fn whats(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|one| one.what.as_str()).collect()
}

#[test]
fn attempts_that_would_begin_all_at_once_are_refused() {
    for delay in ["0", "9ms"] {
        let output = sockstep(&["run", "--race", delay, "--ticks", "1", "@two"]);
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(said.contains("at least 10 ms apart"), "{said}");
    }
    let mut script = tempfile::NamedTempFile::new().expect("a file");
    writeln!(script, "add @two\nrace 1 9ms").expect("written");
    let path = script.path().to_str().expect("a path");
    let output = sockstep(&["run", "--script", path]);
    let said = stderr(&output);
    assert!(said.contains("race 1 250ms"), "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
}

#[test]
fn the_attempts_of_a_race_are_those_that_strace_sees_and_curl_makes_the_same() {
    if !need("strace") || !need("curl") {
        return;
    }
    let ours = [
        SOCKSTEP,
        "run",
        "--json",
        "--race",
        "250ms",
        "two.test:PORT",
    ];
    let Some((output, seen)) = strace_of(&ours) else {
        return;
    };
    assert!(output.status.success(), "{}", stderr(&output));
    let trace = json_lines(&stdout(&output));
    let expected = ["connect ::1", "connect 127.0.0.1", "close ::1"];
    assert_eq!(whats(&seen)[..3], expected, "{seen:?}");
    let between = seen[1].at - seen[0].at;
    assert!(
        between >= 0.250,
        "the second began {between} s after the first"
    );
    // The log has the same connects and the same close, on the same descriptors, in this order.
    let connects = calls(&trace, "connect");
    let closes = calls(&trace, "close");
    let told: Vec<(u64, Option<i64>)> = connects
        .iter()
        .chain(&closes)
        .map(|(row, call)| (*row, call["fd"].as_i64()))
        .collect();
    let fds: Vec<(u64, Option<i64>)> = [(1, seen[0].fd), (2, seen[1].fd), (1, seen[2].fd)]
        .map(|(row, fd)| (row, Some(fd)))
        .to_vec();
    assert_eq!(told, fds);
    assert_eq!(
        stages(&trace, 2).last().map(String::as_str),
        Some("connected")
    );
    assert_eq!(stages(&trace, 1).last().map(String::as_str), Some("closed"));
    let curl = [
        "curl",
        "-s",
        "-m",
        "2",
        "--happy-eyeballs-timeout-ms",
        "250",
        "http://two.test:PORT/",
    ];
    let Some((_, of_curl)) = strace_of(&curl) else {
        return;
    };
    assert_eq!(whats(&of_curl)[..3], expected, "curl: {of_curl:?}");
    let between = of_curl[1].at - of_curl[0].at;
    assert!(
        between >= 0.240,
        "curl's second began {between} s after its first"
    );
}

#[test]
fn a_refused_first_address_gives_the_next_one_its_turn_at_once() {
    let Some(trace) = raced(
        "refused",
        "open",
        &["--race", "60s", "--check", "two.test:PORT"],
    ) else {
        return;
    };
    // Had it waited, the time of the run would be over long before.
    assert!(
        stages(&trace, 1)
            .iter()
            .any(|stage| stage == "error ECONNREFUSED")
    );
    assert_eq!(
        stages(&trace, 2).last().map(String::as_str),
        Some("connected")
    );
    let tick_of = |row: u64, stage: &str| {
        let entered = |record: &&Value| {
            let stages = record["stages"].as_array().cloned().unwrap_or_default();
            stages
                .iter()
                .any(|one| one["socket"] == row && one["stage"] == stage)
        };
        trace
            .iter()
            .find(entered)
            .and_then(|record| record["tick"].as_u64())
    };
    let failed = tick_of(1, "error").expect("a tick");
    assert_eq!(tick_of(2, "created"), Some(failed + 1));
}

#[test]
fn two_silent_addresses_are_both_pending_and_nobody_wins() {
    let args = ["--race", "100ms", "--timeout", "2s", "two.test:PORT"];
    let Some(trace) = raced("silent", "silent", &args) else {
        return;
    };
    assert_eq!(rows(&trace, "connect"), [1, 2]);
    assert!(rows(&trace, "close").is_empty());
    for row in [1, 2] {
        assert_eq!(
            stages(&trace, row).last().map(String::as_str),
            Some("pending")
        );
    }
}

#[test]
fn an_open_first_address_wins_alone() {
    let args = ["--race", "60s", "--check", "two.test:PORT"];
    let Some(trace) = raced("open", "open", &args) else {
        return;
    };
    assert_eq!(rows(&trace, "socket"), [1]);
    assert_eq!(rows(&trace, "connect"), [1]);
    assert_eq!(stages(&trace, 2), Vec::<String>::new());
}

#[test]
fn one_address_has_nobody_to_race_with_and_no_name_none() {
    let Some(trace) = raced(
        "open",
        "open",
        &["--race", "250ms", "--check", "one.test:PORT"],
    ) else {
        return;
    };
    assert_eq!(rows(&trace, "connect"), [1]);
    assert_eq!(
        trace
            .iter()
            .filter(|record| record.to_string().contains("\"races\""))
            .count(),
        0
    );
    let Some(trace) = raced("open", "open", &["--race", "250ms", "none.test:PORT"]) else {
        return;
    };
    let last = stages(&trace, 1).last().cloned().unwrap_or_default();
    assert!(last.starts_with("error EAI_"), "{last}");
    assert!(rows(&trace, "socket").is_empty());
}

#[test]
fn the_screen_counts_down_until_the_next_address_is_due_and_no_key_is_needed_for_it() {
    let args = ["--no-save", "--race", "3s", "@two-silent"];
    let mut pty = Pty::start(80, 24, SOCKSTEP, &args);
    pty.wait_for("TICK 0");
    pty.wait_for("its turn comes after 1");
    for tick in ["TICK 1", "TICK 2", "TICK 3"] {
        pty.press_until(" ", tick);
    }
    pty.wait("the time that is left", |screen| {
        screen.contains("due in ") || screen.contains("due now")
    });
    pty.wait_for("due now");
    // Until a key is pressed nothing is done about it.
    let screen = pty.screen();
    assert!(screen.contains("TICK 3"), "{screen}");
    pty.press_until(" ", "TICK 4");
    let screen = pty.wait_for("socket(AF_INET,");
    assert!(!screen.contains("due now"), "{screen}");
    pty.press("\x03");
    pty.end();
}

#[test]
fn a_recorded_race_is_told_as_it_was_and_exported() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("race.jsonl");
    let file = file.to_str().expect("a path");
    let run = |args: &[&str]| {
        let output = run_bounded(Command::new(SOCKSTEP).args(args), LONGEST);
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        stdout(&output)
    };
    let live = run(&[
        "run",
        "--tell",
        "--race",
        "250ms",
        "--record",
        file,
        "@two-silent",
    ]);
    assert!(live.contains("its turn has not come"), "{live}");
    assert!(live.contains("it has won the race"), "{live}");
    assert!(live.contains("outrun by 2"), "{live}");
    assert_eq!(run(&["replay", "--tell", file]), live);
    for form in ["html", "markdown", "mermaid", "python"] {
        assert!(!run(&["export", file, "--to", form]).is_empty(), "{form}");
    }
}
