//! The five listings: how they are marked, how wide they are, and that each of them really does what it shows.

mod support;

use rustix::net::{AddressFamily, SocketType};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use support::{need, skip, stderr, stdout};

/// The files, and what starts a marker in each.
const LISTINGS: [(&str, &str); 5] = [
    ("mio.rs", "//@ "),
    ("with_select.py", "#@ "),
    ("poll.c", "//@ "),
    ("with_asyncio.py", "#@ "),
    ("tokio.rs", "//@ "),
];

/// The steps that every listing must mark, sorted.
const STEPS: [&str; 10] = [
    "close",
    "connect",
    "getpeername",
    "nonblocking",
    "recv",
    "register",
    "send",
    "so_error",
    "socket",
    "wait",
];

/// How wide the pane is.
const WIDTH: usize = 64;

fn source(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("assets/code")
        .join(file)
}

fn text(file: &str) -> String {
    fs::read_to_string(source(file)).expect("the listing can be read")
}

/// A line without its marker, and the steps that the marker names.
fn split<'a>(line: &'a str, sign: &str) -> (&'a str, Vec<&'a str>) {
    match line.split_once(sign) {
        Some((code, steps)) => (code.trim_end(), steps.split(' ').collect()),
        None => (line, Vec::new()),
    }
}

#[test]
fn every_listing_marks_each_of_the_ten_steps_on_exactly_one_line() {
    for (file, sign) in LISTINGS {
        let text = text(file);
        let mut marked: Vec<&str> = text.lines().flat_map(|line| split(line, sign).1).collect();
        marked.sort_unstable();
        assert_eq!(marked, STEPS, "{file}");
    }
}

#[test]
fn every_marker_follows_code_and_is_written_in_the_one_form() {
    for (file, sign) in LISTINGS {
        for line in text(file).lines() {
            let (code, _) = split(line, sign);
            assert!(
                !code.contains(sign.trim_end()),
                "{file} has a misspelt marker: {line}"
            );
            if code.len() < line.len() {
                assert!(!code.trim().is_empty(), "{file} marks no code: {line}");
            }
        }
    }
}

#[test]
fn every_listing_fits_its_pane() {
    for (file, sign) in LISTINGS {
        let text = text(file);
        for line in text.lines() {
            let (code, _) = split(line, sign);
            let width = code.chars().count();
            assert!(width <= WIDTH, "{file}, {width} wide: {code}");
            assert!(!line.contains('\t'), "{file} has a tab: {line}");
        }
        let lines = text.lines().count();
        assert!((40..=75).contains(&lines), "{file} has {lines} lines");
    }
}

#[test]
fn the_mio_listing_speaks_with_an_open_port_and_names_a_refusal() {
    if let Some(program) = example("listing_mio", "mio.rs") {
        works(|| Command::new(&program));
    }
}

#[test]
fn the_tokio_listing_speaks_with_an_open_port_and_names_a_refusal() {
    if let Some(program) = example("listing_tokio", "tokio.rs") {
        works(|| Command::new(&program));
    }
}

#[test]
fn the_poll_listing_speaks_with_an_open_port_and_names_a_refusal() {
    if !need("cc") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("poll");
    let compiler = Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-o"])
        .arg(&program)
        .arg(source("poll.c"))
        .output()
        .expect("cc can be run");
    assert!(compiler.status.success(), "{}", stderr(&compiler));
    works(|| Command::new(&program));
}

#[test]
fn the_select_listing_speaks_with_an_open_port_and_names_a_refusal() {
    python("with_select.py");
}

#[test]
fn the_asyncio_listing_speaks_with_an_open_port_and_names_a_refusal() {
    python("with_asyncio.py");
}

/// Runs a Python listing.
fn python(file: &str) {
    if need("python3") {
        works(|| {
            let mut command = Command::new("python3");
            command.arg(source(file));
            command
        });
    }
}

/// The program that cargo made of an example. `cargo test --test listings` does not make it; `cargo test` does.
fn example(name: &str, file: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().expect("this test is a file");
    let folder = test.ancestors().nth(2).expect("it lies in deps");
    let program = folder
        .join("examples")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    let age = |path: &PathBuf| fs::metadata(path).and_then(|data| data.modified()).ok();
    let Some(built) = age(&program) else {
        skip(&format!("{name} is not built: cargo build --examples"));
        return None;
    };
    if age(&source(file)).is_some_and(|written| written > built) {
        skip(&format!(
            "{name} is older than {file}: cargo build --examples"
        ));
        return None;
    }
    Some(program)
}

/// Runs a listing against every peer.
fn works(listing: impl Fn() -> Command) {
    answers_are_printed(&listing, &["ping\n"], "ping\n");
    answers_are_printed(&listing, &["po", "ng\n"], "pong\n");
    answers_are_printed(&listing, &["pong\nmore\n"], "pong\n");
    answers_are_printed(&listing, &["no newline"], "no newline");
    answers_are_printed(&listing, &[], "");
    a_refusal_is_named(&listing);
}

/// A peer that reads a line, answers in pieces 200 ms apart, and closes.
fn answers_are_printed(listing: impl Fn() -> Command, pieces: &'static [&str], printed: &str) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("it has a port").port();
    let (tell, told) = mpsc::channel();
    #[expect(
        clippy::disallowed_methods,
        reason = "a thread of a test needs no name"
    )]
    thread::spawn(move || {
        let (mut peer, _) = listener.accept().expect("the listing connects");
        let mut asked = String::new();
        BufReader::new(&peer)
            .read_line(&mut asked)
            .expect("the listing sends a line");
        for (number, piece) in pieces.iter().enumerate() {
            if number > 0 {
                thread::sleep(Duration::from_millis(200));
            }
            peer.write_all(piece.as_bytes()).expect("it still listens");
        }
        tell.send(asked).expect("the test waits");
    });
    let output = run(listing(), port);
    assert_eq!(
        (output.status.code(), &*stdout(&output), &*stderr(&output)),
        (Some(0), printed, ""),
        "the peer answered {pieces:?}"
    );
    let asked = told.recv_timeout(support::BOUND);
    assert_eq!(asked.as_deref(), Ok("ping\n"));
}

/// A port that is taken, so that nobody else listens there, and does not listen.
fn a_refusal_is_named(listing: impl Fn() -> Command) {
    let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None);
    let socket = socket.expect("a socket");
    let any_port = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
    rustix::net::bind(&socket, &any_port).expect("a port");
    let bound = rustix::net::getsockname(&socket).expect("it has a name");
    let bound = SocketAddrV4::try_from(bound).expect("an IPv4 name");
    let output = run(listing(), bound.port());
    assert_eq!(
        (output.status.code(), &*stdout(&output), &*stderr(&output)),
        (Some(1), "", "ECONNREFUSED\n")
    );
}

/// Runs a listing to its end. Its own deadline is 5 s.
fn run(mut listing: Command, port: u16) -> Output {
    let mut child = listing
        .args(["127.0.0.1", &port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the listing can be run");
    let deadline = Instant::now() + support::BOUND;
    while child.try_wait().expect("it can be waited for").is_none() {
        if Instant::now() > deadline {
            child.kill().expect("it can be ended");
            panic!("the listing did not end within {:?}", support::BOUND);
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.wait_with_output().expect("its output can be read")
}
