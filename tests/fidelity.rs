//! Every call that the trace marks `program` is one line of strace, with the same name, result and errno, in the same order; and
//! strace has no further connect, SO_ERROR, send, recv or shutdown on those descriptors.

mod support;

use serde_json::Value;
use std::net::TcpListener;
use std::process::Command;
use support::pty::Pty;
use support::strace::{Line, first_arg, parse};
use support::{SOCKSTEP, json_lines, need, stages, stdout};

const CALLS: &str = "trace=socket,ioctl,connect,epoll_create1,epoll_ctl,epoll_wait,epoll_pwait,getsockopt,setsockopt,getpeername,sendto,recvfrom,shutdown,close,accept4,bind,dup,prlimit64,openat,pipe2,read,write";

fn under_strace(args: &[&str]) -> (Vec<Value>, Vec<Line>) {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let output = Command::new("strace")
        .args(["-f", "-e", CALLS, "-o"])
        .arg(log.path())
        .arg(SOCKSTEP)
        .args(["run", "--json"])
        .args(args)
        .output()
        .expect("strace runs");
    assert!(output.status.success(), "{}", support::stderr(&output));
    (
        json_lines(&stdout(&output)),
        parse(&std::fs::read_to_string(log.path()).expect("its log")),
    )
}

fn program_calls(trace: &[Value]) -> Vec<Value> {
    calls_by(trace, &["program"])
}

/// The finished calls that these made.
fn calls_by(trace: &[Value], whose: &[&str]) -> Vec<Value> {
    trace
        .iter()
        .flat_map(|record| record["calls"].as_array().cloned().unwrap_or_default())
        .filter(|call| whose.iter().any(|by| call["by"] == *by) && !call["ret"].is_null())
        .collect()
}

/// Each program call is found in strace's lines, in order. Returns the descriptors that the program had.
fn assert_same_order(trace: &[Value], lines: &[Line]) -> Vec<i64> {
    assert_order_of(&program_calls(trace), lines)
}

fn assert_order_of(calls: &[Value], lines: &[Line]) -> Vec<i64> {
    let main = lines.first().expect("strace saw something").pid;
    let mut rest = lines.iter().filter(|line| line.pid == main);
    let mut owned = Vec::new();
    for call in calls {
        let name = call["call"].as_str().expect("a name");
        let fd = call["fd"].as_i64().filter(|_| name != "epoll_ctl");
        let found = rest.find(|line| {
            line.name == name
                && line.ret == call["ret"].as_i64().expect("a finished call")
                && line.errno.as_deref() == call["errno"].as_str()
                && fd.is_none_or(|fd| first_arg(line) == Some(fd))
                && (name != "getsockopt" || line.args.contains("SO_ERROR"))
                && (call["option"] != "MSG_OOB" || line.args.contains("MSG_OOB"))
        });
        let line = found
            .unwrap_or_else(|| panic!("strace has no such call behind the one before: {call}"));
        if name == "getsockopt" && line.errno.is_none() {
            let out = call["out"].as_str().expect("SO_ERROR has a value");
            assert!(
                line.args.contains(&format!("[{out}]")),
                "{call} against {line:?}"
            );
        }
        if matches!(name, "socket" | "accept") && line.ret >= 0 {
            owned.push(line.ret);
        }
    }
    owned
}

/// strace has as many of the calls that change or read a socket's fate as the trace has.
/// `births` are the calls that gave the descriptors in `owned`.
fn assert_nothing_hidden(trace: &[Value], lines: &[Line], owned: &[i64], births: &[&str]) {
    for name in [
        "connect",
        "getsockopt",
        "send",
        "recv",
        "shutdown",
        "getpeername",
    ] {
        let told = calls_by(trace, &["program", "peer"])
            .iter()
            .filter(|call| {
                call["call"] == name && call["fd"].as_i64().is_some_and(|fd| owned.contains(&fd))
            })
            .count();
        // A number counts from the moment when the program owned it: before, another thread may have had it.
        let seen: usize = owned
            .iter()
            .map(|fd| {
                let born = |line: &Line| {
                    // The look at a timer opens and closes a netlink socket of its own.
                    let ours =
                        births.contains(&line.name.as_str()) && !line.args.contains("NETLINK");
                    ours && line.ret == *fd && line.pid == lines[0].pid
                };
                let life = lines.iter().skip_while(|line| !born(line));
                life.filter(|line| line.name == name && first_arg(line) == Some(*fd))
                    .filter(|line| name != "getsockopt" || line.args.contains("SO_ERROR"))
                    .count()
            })
            .sum();
        assert_eq!(
            told, seen,
            "{name}: the trace tells {told}, strace saw {seen}"
        );
    }
}

#[test]
fn the_call_log_is_what_strace_sees() {
    if !need("strace") {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let open = listener.local_addr().expect("its address").to_string();
    let named = format!(
        "localhost:{}",
        listener.local_addr().expect("its address").port()
    );
    let (trace, lines) = under_strace(&[
        &open,
        "@open",
        "@refused",
        "@reset",
        "@pending",
        "127.255.255.255:9",
        "unix:/nonexistent/sock",
        &named,
        "--timeout",
        "500ms",
    ]);
    assert_eq!(
        stages(&trace, 1).last().map(String::as_str),
        Some("connected")
    );
    let owned = assert_same_order(&trace, &lines);
    assert!(owned.len() >= 8);
    assert_nothing_hidden(&trace, &lines, &owned, &["socket"]);
}

/// Data, half-closes, urgent bytes and resets of both ends, all by script.
const BOTH_ENDS: &str = "add @open\nhand 1\ntick 7\nawait 1 stage connected within 2s\nawait 2 poll IN within 2s by looking\naccept 2\naccept 2\n\
    tick\nsend 1 from the program\nrecv 3 4\nrecv 3\nrecv 3\nsend 3 from the far end\nrecv 1\nurgent 3 !\nbulk 1 20000000\nsend 1 more\nrecv 3 60000\n\
    shutdown 3 wr\nso_error 1\nshutdown 1 wr\nsend 1 too late\ngetpeername 3\nreset 1\nrecv 3\nclose 3\n";

#[test]
fn data_of_both_ends_is_what_strace_sees() {
    if !need("strace") {
        return;
    }
    let script = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(script.path(), BOTH_ENDS).expect("written");
    let path = script.path().display().to_string();
    let (trace, lines) = under_strace(&["--script", &path]);
    let calls = calls_by(&trace, &["program", "peer"]);
    for name in ["send", "recv", "accept", "shutdown", "setsockopt", "close"] {
        let count = calls.iter().filter(|call| call["call"] == name).count();
        assert!(count >= 2 || name == "setsockopt", "only {count} {name}");
    }
    let owned = assert_order_of(&calls, &lines);
    assert_eq!(owned.len(), 2, "the client and the accepted socket");
    assert_nothing_hidden(&trace, &lines, &owned, &["socket", "accept"]);
}

/// What is no socket: made, tried, registered, read and written, at both ends.
const FILES: &str = "add @file @pipe @pty\ntick 6\nwrite 1 hello\nread 1\nrecv 1\nsend 1 x\nso_error 1\nwrite 3 hi\nread 2 1\nread 2\nread 2\n\
    write 4 abc\nread 5\nwrite 4 \\n\nread 5\nread 4\nclose 3\nread 2\nclose 5\nread 4\nrestart 2\ntick 4\nclose 2\nwrite 3 x\n";

#[test]
fn files_pipes_and_terminals_are_what_strace_sees() {
    if !need("strace") {
        return;
    }
    let script = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(script.path(), FILES).expect("written");
    let path = script.path().display().to_string();
    let (trace, lines) = under_strace(&["--script", &path]);
    let calls = calls_by(&trace, &["program", "library"]);
    for (name, least) in [
        ("openat", 2),
        ("pipe2", 2),
        ("read", 9),
        ("write", 5),
        ("connect", 7),
        ("ioctl", 8),
        ("epoll_ctl", 7),
    ] {
        let count = calls.iter().filter(|call| call["call"] == name).count();
        assert!(count >= least, "only {count} {name}");
    }
    assert_order_of(&calls, &lines);
    let numbers: Vec<i64> = calls
        .iter()
        .filter(|call| call["call"] == "read" || call["call"] == "write")
        .filter_map(|call| call["fd"].as_i64())
        .collect();
    let main = lines.first().expect("strace saw something").pid;
    for name in ["read", "write", "connect", "recv", "send"] {
        let told = calls.iter().filter(|call| call["call"] == name).count();
        let is_ours = |line: &&Line| {
            let fd = first_arg(line);
            line.pid == main && line.name == name && fd.is_some_and(|fd| numbers.contains(&fd))
        };
        // What a number stood for before is not this row's.
        let born = |line: &&Line| line.name == "openat" && line.args.contains("O_TMPFILE");
        let seen = lines.iter().skip_while(|line| !born(line)).filter(is_ours);
        assert_eq!(told, seen.count(), "{name}");
    }
}

#[test]
fn with_looks_off_nothing_is_looked_at() {
    if !need("strace") {
        return;
    }
    let log = tempfile::NamedTempFile::new().expect("a file");
    let output = Command::new("strace")
        .args([
            "-f",
            "-e",
            "trace=poll,ppoll,select,pselect6,getsockopt,getsockname,epoll_create1",
            "-o",
        ])
        .arg(log.path())
        .arg(SOCKSTEP)
        .args([
            "run",
            "--plain",
            "--looks",
            "off",
            "127.0.0.1:9",
            "127.255.255.255:9",
        ])
        .output()
        .expect("strace runs");
    assert!(output.status.success());
    let lines = parse(&std::fs::read_to_string(log.path()).expect("its log"));
    let of = |name: &str| lines.iter().filter(|line| line.name == name).count();
    assert_eq!(of("select") + of("pselect6") + of("getsockname"), 0);
    assert!(lines.iter().all(|line| !line.args.contains("TCP_INFO")));
    // One poll(2) is std's own, at the start of every Rust program, for its three standard descriptors.
    let looks = lines
        .iter()
        .filter(|line| line.name == "poll" || line.name == "ppoll");
    assert!(looks.filter(|line| !line.args.contains("fd=0")).count() == 0);
    assert_eq!(of("epoll_create1"), 1, "only the program's own");
}

#[test]
fn one_key_press_is_one_epoll_wait_and_drawing_never_reads_so_error() {
    if !need("strace") {
        return;
    }
    let log = tempfile::NamedTempFile::new().expect("a file");
    let path = log.path().display().to_string();
    let args = ["-f", "-e", CALLS, "-o", &path, SOCKSTEP];
    let mut pty = Pty::start(80, 24, "strace", &args);
    pty.wait_for("TICK 0");
    for tick in 1..=8 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    // Drawing, choosing, helping and looking again must not touch the program's poll or the pending error.
    pty.press_until("2", "STAGES of 2");
    pty.press_until("?", "HELP");
    pty.press_until("\u{1b}", "STAGES of 2");
    pty.press_until("o", "CALLS of 'look'");
    pty.resize(100, 30);
    pty.wait("the footer has moved", |screen| {
        screen.lines().count() == 30
    });
    pty.press("q");
    pty.end();
    let lines = parse(&std::fs::read_to_string(log.path()).expect("its log"));
    let epfd = lines
        .iter()
        .find(|line| line.name == "epoll_create1")
        .expect("the program's poll is the first")
        .ret;
    let waits = lines
        .iter()
        .filter(|line| line.name == "epoll_wait" && first_arg(line) == Some(epfd))
        .count();
    assert_eq!(waits, 8, "eight presses of Space");
    let so_error = lines
        .iter()
        .filter(|line| line.name == "getsockopt" && line.args.contains("SO_ERROR"))
        .count();
    assert_eq!(so_error, 3, "the verdict steps of 1, 2 and 4");
}

/// A word that makes one call makes that call and no other.
#[test]
fn bind_dup_and_disconnect_are_one_call_each() {
    if !need("strace") {
        return;
    }
    for name in [
        "an-address-of-its-own",
        "two-names-one-socket",
        "disconnected-and-connected-again",
    ] {
        let file = format!("{}/tests/scripts/{name}.script", env!("CARGO_MANIFEST_DIR"));
        let (trace, lines) = under_strace(&["--script", &file]);
        assert_same_order(&trace, &lines);
        for word in ["bind", "dup"] {
            let made = calls_by(&trace, &["program", "lab"]);
            let made = made.iter().filter(|call| call["call"] == word).count();
            let seen = lines.iter().filter(|line| line.name == word).count();
            assert_eq!(made, seen, "{name}: {word}");
        }
    }
}

/// The lab moves the limit just before each call of the program that makes a descriptor, and moves it back just behind: nothing stands
/// between, and nobody else ever gets EMFILE.
#[test]
fn the_limit_stands_around_the_calls_of_the_program_alone() {
    if !need("strace") {
        return;
    }
    let file = format!(
        "{}/tests/scripts/one-descriptor-too-many.script",
        env!("CARGO_MANIFEST_DIR")
    );
    let (trace, lines) = under_strace(&["--script", &file]);
    let told = calls_by(&trace, &["program", "peer", "lab"]);
    let makes = |name: &str| matches!(name, "socket" | "dup" | "accept");
    let main = lines.first().expect("strace saw something").pid;
    // A question about the limit sets none. The looks open sockets of their own, which are nobody's calls.
    let seen: Vec<&Line> = lines
        .iter()
        .filter(|line| line.pid == main && !line.args.contains("NETLINK"))
        .filter(|line| {
            makes(&line.name) || line.name == "setrlimit" && !line.args.contains("NULL, {")
        })
        .skip_while(|line| line.name == "setrlimit")
        .collect();
    let told: Vec<&Value> = told
        .iter()
        .filter(|call| makes(call["call"].as_str().expect("a name")) || call["call"] == "setrlimit")
        .collect();
    assert_eq!(told.len(), seen.len(), "{told:#?}\n{seen:#?}");
    for (told, seen) in told.iter().zip(&seen) {
        assert_eq!(told["call"], seen.name.as_str(), "{told} against {seen:?}");
        assert_eq!(told["ret"], seen.ret, "{told} against {seen:?}");
        assert_eq!(told["errno"].as_str(), seen.errno.as_deref(), "{seen:?}");
        if told["call"] == "setrlimit" {
            assert_eq!(told["by"], "lab", "{told}");
            let soft = format!("rlim_cur={}", told["value"]);
            let soft_in_kibi = told["value"]
                .as_u64()
                .filter(|value| value % 1024 == 0)
                .map(|value| format!("rlim_cur={}*1024", value / 1024));
            let shown = seen.args.contains(&soft)
                || soft_in_kibi.is_some_and(|soft| seen.args.contains(&soft));
            assert!(shown, "{told} against {seen:?}");
        }
    }
    let mut failed = 0;
    for (place, call) in told.iter().enumerate() {
        let limited = |at: usize| told.get(at).is_some_and(|call| call["call"] == "setrlimit");
        if call["errno"] == "EMFILE" {
            assert_ne!(call["by"], "lab", "{call}");
            assert!(place > 0 && limited(place - 1) && limited(place + 1));
            failed += 1;
        }
    }
    assert_eq!(failed, 5, "two sockets, dup, one more socket, and accept");
    let usual = told.iter().rev().find(|call| call["call"] == "setrlimit");
    let usual = &usual.expect("the limit was moved")["value"];
    let moved = told.iter().filter(|call| call["call"] == "setrlimit");
    for (place, call) in moved.enumerate() {
        let is_usual = call["value"] == *usual;
        assert_eq!(is_usual, place % 2 == 1, "set, and given back: {call}");
    }
}

/// What a peer does by itself, an echo's end and its close, is told as its calls, and nothing else is done to the other end.
#[test]
fn what_the_peers_do_by_themselves_is_what_strace_sees() {
    if !need("strace") {
        return;
    }
    for name in ["an-echo-closes-at-the-end", "the-client-closes"] {
        let file = format!("{}/tests/scripts/{name}.script", env!("CARGO_MANIFEST_DIR"));
        let (trace, lines) = under_strace(&["--script", &file]);
        let calls = calls_by(&trace, &["program", "peer"]);
        let owned = assert_order_of(&calls, &lines);
        assert_eq!(owned.len(), 2, "{name}: the client and the accepted socket");
        assert_nothing_hidden(&trace, &lines, &owned, &["socket", "accept"]);
        let closed = |fd: i64| {
            let of_it = |line: &&Line| first_arg(line) == Some(fd);
            let closes = lines.iter().filter(of_it);
            closes.filter(|line| line.name == "close").count()
        };
        let told = |fd: i64| {
            let of_it = |call: &&Value| call["call"] == "close" && call["fd"] == fd;
            calls.iter().filter(of_it).count()
        };
        // The program's end closes what is left, and the numbers are used again by looks: never less than what was told.
        assert_eq!(told(owned[1]), 1, "{name}: the accepted one is closed once");
        assert!(closed(owned[1]) >= 1, "{name}");
    }
}

/// A call on a blocking socket is made on a thread of its own, once, and is told once, whenever it returns.
#[test]
fn calls_on_blocking_sockets_are_what_strace_sees() {
    if !need("strace") {
        return;
    }
    let script = tempfile::NamedTempFile::new().expect("a file");
    let lines = "add @open\ntick 1\nrecv 1\nsend 1 early\nso_error 1\nconnect 1\nawait 1 stage connected within 2s\n\
        recv 1\nawait 1 call recv 17 within 2s\nsend 1 hello\nshutdown 1 wr\nrecv 1\n";
    std::fs::write(script.path(), lines).expect("written");
    let path = script.path().display().to_string();
    let (trace, lines) = under_strace(&["--script", &path]);
    let socket = program_calls(&trace)
        .into_iter()
        .find(|call| call["call"] == "socket");
    let fd = socket.and_then(|call| call["ret"].as_i64());
    let fd = fd.expect("a descriptor");
    for (name, count) in [("recv", 2), ("send", 2), ("connect", 1)] {
        let seen = lines
            .iter()
            .filter(|line| line.name == name && first_arg(line) == Some(fd))
            .filter(|line| line.ret >= 0 || line.errno.is_some());
        let calls = program_calls(&trace);
        let told = calls.iter().filter(|call| call["call"] == name);
        let told: Vec<i64> = told.filter_map(|call| call["ret"].as_i64()).collect();
        let seen: Vec<i64> = seen.map(|line| line.ret).collect();
        assert_eq!(told, seen, "{name}");
        assert!(told.len() >= count, "{name}: {told:?}");
    }
}
