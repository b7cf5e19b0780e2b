//! A program does what it does when nobody watches: the same words, the same code, and nobody else notices.

use crate::clients::{Clients, LONGEST, python, watched, with_places};
use crate::rules::BUGS;
use crate::runtimes::{RUNTIMES, built};
use crate::support::{SOCKSTEP, eventually, need, run_bounded, soak, stdout};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Each program is watched so often.
fn times() -> usize {
    if soak() { 20 } else { 2 }
}

/// A peer of the lab for a program that nobody watches. It ends with it.
struct Peer(Child, String, String);

impl Peer {
    fn start(name: &str) -> Peer {
        let mut child = Command::new(SOCKSTEP)
            .args(["lab", name])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the lab starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut line).expect("where it is");
        let mut words = line.split_whitespace().skip(1).map(str::to_owned);
        let (host, port) = (words.next(), words.next());
        Peer(child, host.expect("a host"), port.expect("a port"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a watched program said, from the trace.
fn said(trace: &str) -> String {
    let lines = crate::support::json_lines(trace);
    let said = lines.iter().flat_map(|record| {
        let said = record["said"].as_array().cloned().unwrap_or_default();
        said.into_iter()
            .map(|one| one["bytes"].as_str().expect("text").to_owned())
    });
    said.collect::<String>().replace("\\n", "\n")
}

fn is_the_same(program: &[String], peer: &str) {
    let served = Peer::start(peer);
    let mut free = Command::new(&program[0]);
    free.args(&program[1..]).args([&served.1, &served.2]);
    let free = run_bounded(&mut free, LONGEST);
    let words = stdout(&free);
    assert!(!words.is_empty());
    for _ in 0..times() {
        let output = watched(&["--auto", "--json", "--lab", peer], &with_places(program));
        let trace = stdout(&output);
        assert_eq!(said(&trace), words, "{trace}");
        assert_eq!(output.status.code(), free.status.code(), "{trace}");
    }
}

#[test]
fn a_c_client_says_and_gives_the_same_when_it_is_watched() {
    if let Some((_keep, program)) = Clients::c("poll") {
        is_the_same(&program, "@echo");
        is_the_same(&program, "@refused");
    }
}

#[test]
fn threads_and_a_child_give_the_same_when_they_are_watched() {
    if let Some((_keep, program)) = Clients::c("threads") {
        is_the_same(&program, "@echo");
    }
}

#[test]
fn a_python_client_says_and_gives_the_same_when_it_is_watched() {
    if let Some(program) = python("select.py") {
        is_the_same(&program, "@echo");
        is_the_same(&program, "@refused");
    }
}

#[test]
fn an_asyncio_client_says_and_gives_the_same_when_it_is_watched() {
    if let Some(program) = python("asyncio_client.py") {
        is_the_same(&program, "@echo");
        is_the_same(&program, "@refused");
    }
}

#[test]
fn clients_in_go_java_and_node_say_and_give_the_same_when_they_are_watched() {
    for language in RUNTIMES {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some(program) = built(language, "echo", folder.path()) {
            is_the_same(&program, "@echo");
            is_the_same(&program, "@refused");
        }
    }
}

#[test]
fn the_mended_clients_of_the_lessons_say_and_give_the_same_when_they_are_watched() {
    if !need("cc") {
        return;
    }
    for (name, _) in BUGS {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("client");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let source = root.join(format!("assets/broken/{name}.mended.c"));
        let mut cc = Command::new("cc");
        cc.arg("-o").arg(&program).arg(source);
        assert!(run_bounded(&mut cc, LONGEST).status.success(), "{name}");
        let program = [program.to_string_lossy().into_owned()];
        // Where nobody speaks first: what has come by then is another thing each time.
        is_the_same(&program, "@echo");
        is_the_same(&program, "@refused");
    }
}

#[test]
fn a_close_is_heard_at_once_by_the_peer_and_by_the_programs_own_epoll() {
    let Some((_keep, program)) = Clients::c("epoll") else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let serve = std::thread::spawn(move || {
        let (mut first, _) = listener.accept().expect("the first connection");
        let (mut second, _) = listener.accept().expect("the second");
        let mut byte = [0];
        assert_eq!(first.read(&mut byte).expect("its end"), 0);
        second.write_all(b"x").expect("room");
    });
    let place = ["127.0.0.1".to_owned(), port.to_string()];
    let program: Vec<String> = program.into_iter().chain(place).collect();
    let output = watched(&["--auto", "--json"], &program);
    let wanted = "told before: 1\nthe peer heard the end: 1\ntold behind: 0\n";
    assert_eq!(said(&stdout(&output)), wanted);
    serve.join().expect("the server saw all");
}

#[test]
fn the_program_ends_when_it_is_not_watched_any_more() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    let mut command = crate::clients::watch(&["--lab", "@echo"], &with_places(&program));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let first = out.next().expect("a line").expect("text");
    let pid = first.split("process ").nth(1).and_then(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().ok()
    });
    let pid = pid.expect(&first);
    let held = out.next().expect("a line").expect("text");
    assert!(held.starts_with("held: "), "{held}");
    child.kill().expect("it runs");
    child.wait().expect("its end");
    eventually("the program has ended", || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
        let ended = status.is_ok_and(|status| status.contains("State:\tZ"));
        let gone = !std::path::Path::new(&format!("/proc/{pid}")).exists();
        (ended || gone).then_some(())
    });
}
