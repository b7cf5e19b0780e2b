//! The calls on each socket are those that strace sees.

use crate::clients::{Clients, LONGEST, python, watched, with_places};
use crate::runtimes::{RUNTIMES, built};
use crate::support::strace::{Line, first_arg, parse};
use crate::support::{json_lines, need, run_bounded, stdout};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

/// What strace is asked for.
const CALLS: &str = "trace=socket,connect,getsockopt,setsockopt,getpeername,getsockname,sendto,recvfrom,sendmsg,recvmsg,read,write,readv,writev,shutdown,close,dup,fcntl,ioctl,poll,select,pselect6,epoll_ctl,epoll_wait";

/// One call: its name and what came back; a descriptor and a count are numbers of that run.
type Seen = (String, String);

fn result(ret: i64, errno: Option<&str>) -> String {
    errno.map_or_else(|| ret.to_string(), str::to_owned)
}

/// The calls of a trace, socket by socket in order of appearance.
fn by_socket_watched(trace: &[Value]) -> Vec<Vec<Seen>> {
    let mut sockets: BTreeMap<u64, Vec<Seen>> = BTreeMap::new();
    for record in trace.iter().skip(1) {
        for call in record["calls"].as_array().expect("a list") {
            let (Some(row), Some(ret)) = (call["socket"].as_u64(), call["ret"].as_i64()) else {
                continue;
            };
            // strace writes the flags that it gives in another way.
            let args = call["args"].as_str().expect("words");
            if args.contains("F_GETFL") {
                continue;
            }
            let name = match call["made"].as_str().expect("a watched program's call") {
                "sendto" => "send",
                "recvfrom" => "recv",
                name => name,
            };
            let seen = (name.to_owned(), result(ret, call["errno"].as_str()));
            sockets.entry(row).or_default().push(seen);
        }
    }
    sockets.into_values().map(without_numbers).collect()
}

/// The calls of strace's lines, socket by socket: of stream sockets of the internet.
fn by_socket_traced(lines: &[Line]) -> Vec<Vec<Seen>> {
    let mut open: BTreeMap<i64, usize> = BTreeMap::new();
    let mut sockets: Vec<Vec<Seen>> = Vec::new();
    for line in lines.iter().filter(|line| !line.args.contains("F_GETFL")) {
        let seen = (line.name.clone(), result(line.ret, line.errno.as_deref()));
        if line.name == "socket" {
            if line.args.starts_with("AF_INET") && line.args.contains("SOCK_STREAM") {
                open.insert(line.ret, sockets.len());
                sockets.push(vec![seen]);
            }
            continue;
        }
        let place = match line.name.as_str() {
            // epfd, op, fd
            "epoll_ctl" => line.args.split(", ").nth(2).and_then(|fd| fd.parse().ok()),
            _ => first_arg(line),
        };
        let Some(index) = place.and_then(|fd| open.get(&fd)).copied() else {
            continue;
        };
        sockets[index].push(seen);
        match line.name.as_str() {
            "dup" if line.ret >= 0 => {
                open.insert(line.ret, index);
            }
            "close" => {
                open.remove(&place.expect("it was found by that"));
            }
            _ => {}
        }
    }
    sockets.into_iter().map(without_numbers).collect()
}

/// What a call returned is a descriptor or flags in some: those are compared by whether they succeeded.
fn without_numbers(calls: Vec<Seen>) -> Vec<Seen> {
    let is_number = |name: &str| matches!(name, "socket" | "dup" | "fcntl");
    let plain = |(name, result): Seen| {
        let number = is_number(&name) && !result.starts_with('E');
        (name, if number { "some".to_owned() } else { result })
    };
    calls.into_iter().map(plain).collect()
}

/// A server that answers what it hears, for so many connections.
fn serve(connections: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for _ in 0..connections {
            let Ok((mut client, _)) = listener.accept() else {
                return;
            };
            std::thread::spawn(move || {
                let mut bytes = [0; 100];
                if let Ok(count) = client.read(&mut bytes) {
                    let _ = client.write_all(&bytes[..count]);
                }
                let _ = client.read(&mut bytes);
            });
        }
    });
    port
}

fn assert_same_calls(program: &[String], connections: usize, in_order: bool) {
    if !need("strace") {
        return;
    }
    let program_at = |port: u16| {
        let place = ["127.0.0.1".to_owned(), port.to_string()];
        program.iter().cloned().chain(place).collect::<Vec<_>>()
    };
    let output = watched(&["--auto", "--json"], &program_at(serve(connections)));
    let watched = by_socket_watched(&json_lines(&stdout(&output)));
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", CALLS, "-o"]).arg(log.path());
    strace.args(program_at(serve(connections)));
    let output = run_bounded(&mut strace, LONGEST);
    assert!(output.status.success(), "{output:?}");
    let lines = parse(&std::fs::read_to_string(log.path()).expect("its log"));
    let (mut watched, mut traced) = (watched, by_socket_traced(&lines));
    if !in_order {
        // A runtime that reads before anything has come waits for it then: how often depends on the moment.
        for calls in watched.iter_mut().chain(&mut traced) {
            calls.retain(|(name, back)| (name.as_str(), back.as_str()) != ("read", "EAGAIN"));
        }
        watched.sort();
        traced.sort();
    }
    assert!(!watched.is_empty());
    assert_eq!(watched, traced);
}

#[test]
fn a_c_client_makes_the_calls_that_strace_sees() {
    if let Some((_keep, program)) = Clients::c("poll") {
        assert_same_calls(&program, 1, true);
    }
}

#[test]
fn a_python_client_of_select_makes_the_calls_that_strace_sees() {
    if let Some(program) = python("select.py") {
        assert_same_calls(&program, 1, true);
    }
}

#[test]
fn an_asyncio_client_makes_the_calls_that_strace_sees() {
    if let Some(program) = python("asyncio_client.py") {
        assert_same_calls(&program, 1, true);
    }
}

#[test]
fn clients_in_go_java_and_node_make_the_calls_that_strace_sees() {
    for language in RUNTIMES {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some(program) = built(language, "echo", folder.path()) {
            assert_same_calls(&program, 1, false);
        }
    }
}

#[test]
fn every_call_of_a_step_is_a_record_and_the_stages_follow_from_calls() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    let output = watched(
        &["--auto", "--json", "--lab", "@echo"],
        &with_places(&program),
    );
    let trace = json_lines(&stdout(&output));
    let stages = crate::support::stages(&trace, 1);
    let wanted = [
        "created",
        "non-blocking",
        "connect attempted",
        "pending",
        "writable",
        "connected",
        "closed",
    ];
    assert_eq!(stages, wanted);
    // SO_ERROR alone is no proof: data was.
    let proof = trace.iter().find(|record| {
        let stages = record["stages"].as_array();
        stages.is_some_and(|stages| stages.iter().any(|stage| stage["stage"] == "connected"))
    });
    let calls = proof.expect("it connected")["calls"].as_array();
    assert_eq!(calls.expect("a list")[0]["made"], "sendto");
    // A dup() is another name: the first close() ends nothing.
    let closes = trace.iter().filter(|record| {
        let calls = record["calls"].as_array();
        calls.is_some_and(|calls| calls.iter().any(|call| call["made"] == "close"))
    });
    let closed: Vec<bool> = closes
        .map(|record| !record["stages"].as_array().expect("a list").is_empty())
        .collect();
    assert_eq!(closed, [false, true]);
}

#[test]
fn threads_and_a_child_have_rows_by_their_sockets() {
    let Some((_keep, program)) = Clients::c("threads") else {
        return;
    };
    let output = watched(
        &["--auto", "--json", "--lab", "@echo"],
        &with_places(&program),
    );
    let trace = json_lines(&stdout(&output));
    for row in 1..=4 {
        let stages = crate::support::stages(&trace, row);
        let both = ["connected", "closed"];
        assert!(
            stages.ends_with(&both.map(str::to_owned)),
            "{row} {stages:?}"
        );
    }
    let text = stdout(&output);
    assert!(text.contains("the child: 7"), "{text}");
    // The child's connect is on the socket that its parent made.
    let by_child = by_socket_watched(&trace)
        .iter()
        .filter(|calls| calls.iter().filter(|(name, _)| name == "close").count() == 2)
        .count();
    assert_eq!(by_child, 1);
}
