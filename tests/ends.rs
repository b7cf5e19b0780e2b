//! How sockets end where a script alone cannot make it happen: unix peers that close, and a link that goes down under a connect.

mod support;

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::SOCKSTEP;
use support::apart::{
    Apart, DEVICE, mend_the_cable, need_a_cable, need_a_namespace, two_with_a_cable,
};

/// What the peer does with its connection.
type Peer = fn(UnixStream);

/// Reads one byte, so that something was sent, and keeps the rest unread.
fn leaves_bytes_unread(mut end: UnixStream) {
    end.read_exact(&mut [0]).expect("a byte comes");
}

fn reads_and_closes(mut end: UnixStream) {
    end.read_exact(&mut [0; 4]).expect("four bytes come");
}

fn sends_no_more(mut end: UnixStream) {
    end.read_exact(&mut [0; 4]).expect("four bytes come");
    end.shutdown(std::net::Shutdown::Write).expect("it is open");
    // Until the other end goes.
    let _ = end.read_to_end(&mut Vec::new());
}

fn reads_no_more(mut end: UnixStream) {
    end.read_exact(&mut [0; 4]).expect("four bytes come");
    end.shutdown(std::net::Shutdown::Read).expect("it is open");
    end.write_all(b"bye").expect("it is read");
}

fn script_holds(name: &str, socket: &Path, peer: Peer, lines: &str) {
    let listener = UnixListener::bind(socket).expect("a listener");
    let file = socket.with_extension("script");
    let text = format!("add unix:{}\ntick 3\n{lines}", socket.display());
    std::fs::write(&file, text).expect("it can be written");
    let mut command = Command::new(SOCKSTEP);
    command.args(["run", "--script"]).arg(&file);
    let output = std::thread::scope(|scope| {
        scope.spawn(|| peer(listener.accept().expect("a connection").0));
        support::run_bounded(&mut command, Duration::from_secs(60))
    });
    assert_eq!(
        output.status.code(),
        Some(0),
        "{name}: {}",
        support::stderr(&output)
    );
}

const CLOSED: &str = "send 1 PING\nawait 1 poll IN|OUT|HUP|RDHUP within 3s by looking\n";
const RESET: &str = "send 1 PING\nawait 1 poll IN|OUT|ERR|HUP|RDHUP within 3s by looking\n";

#[test]
fn the_ends_of_a_unix_socket_are_told_without_packets() {
    let cases: &[(&str, Peer, String)] = &[
        (
            "a reset, taken by recv",
            leaves_bytes_unread,
            format!(
                "{RESET}recv 1\nexpect 1 call recv ECONNRESET\nexpect 1 says recv ECONNRESET/unix\n\
                 expect not 1 says recv ECONNRESET\nrecv 1\nexpect 1 says recv end/reset-before\n\
                 send 1 x\nexpect 1 says send EPIPE/unix\nso_error 1\nexpect 1 says getsockopt 0/taken\n"
            ),
        ),
        (
            "a reset, read from SO_ERROR",
            leaves_bytes_unread,
            format!("{RESET}so_error 1\nexpect 1 says getsockopt ECONNRESET/unix\nexpect 1 stage error\n"),
        ),
        (
            "a reset, taken by send",
            leaves_bytes_unread,
            format!("{RESET}send 1 x\nexpect 1 call send EPIPE\nexpect 1 says send EPIPE/unix\nexpect 1 stage error\n"),
        ),
        (
            "the peer has closed",
            reads_and_closes,
            format!(
                "{CLOSED}recv 1\nexpect 1 says recv end/unix-closed\nexpect 1 stage connected\n\
                 getpeername 1\nexpect 1 says getpeername ok/unix-gone\n\
                 so_error 1\nexpect 1 says getsockopt 0/connected\n\
                 send 1 x\nexpect 1 says send EPIPE/unix\nexpect 1 stage error\n\
                 getpeername 1\nexpect 1 stage error\n"
            ),
        ),
        (
            "the peer sends no more",
            sends_no_more,
            "send 1 PING\nawait 1 poll IN|OUT|RDHUP within 3s by looking\n\
             recv 1\nexpect 1 says recv end/unix-half\nsend 1 x\nexpect 1 call send 1\nexpect 1 stage connected\n\
             shutdown 1 rd\nrecv 1\nexpect 1 says recv end/unix-shut-here\n\
             shutdown 1 wr\nsend 1 x\nexpect 1 says send EPIPE/shut-here\n"
                .to_owned(),
        ),
        (
            "the peer reads no more, and then closes",
            reads_no_more,
            format!("{CLOSED}send 1 x\nexpect 1 says send EPIPE/unix\nexpect 1 stage error\nrecv 1\nexpect 1 bytes bye\n"),
        ),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (n, (name, peer, lines)) in cases.iter().enumerate() {
        let socket = folder.path().join(format!("{n}.socket"));
        script_holds(name, &socket, *peer, lines);
    }
}

#[test]
fn the_list_says_which_call_took_the_pending_error_and_when() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.script");
    let told = |lines: &str| {
        let text =
            format!("add @refused\ntick 4\nawait 1 kernel CLOSE within 2s by looking\n{lines}");
        std::fs::write(&file, text).expect("it can be written");
        let file = file.to_str().expect("UTF-8");
        let output = support::sockstep(&["run", "--tell", "--script", file]);
        assert!(output.status.success(), "{}", support::stderr(&output));
        support::stdout(&output)
    };
    for (lines, wanted) in [
        ("", ", SO_ERROR not read."),
        ("so_error 1\n", ", SO_ERROR read."),
        ("tick 2\n", ", SO_ERROR read at tick 6."),
        ("recv 1\n", ", pending error taken by recv after tick 4."),
        ("send 1 x\n", ", pending error taken by send after tick 4."),
        (
            "connect 1\n",
            ", pending error taken by connect after tick 4.",
        ),
        ("recv 1\nso_error 1\n", ", SO_ERROR read."),
    ] {
        let told = told(lines);
        assert!(told.contains(wanted), "{lines}{told}");
    }
    assert!(!told("").contains("sealed"));
}

#[test]
fn the_cards_say_when_a_zero_is_a_yes_and_when_not() {
    for errno in ["EINPROGRESS", "ENOTCONN"] {
        let mut child = Command::new(SOCKSTEP)
            .args(["--plain", "--no-save"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut input = child.stdin.take().expect("piped");
        writeln!(input, "explain {errno}").expect("it listens");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        let told = support::stdout(&output);
        assert!(told.contains("0 is a yes only then"), "{errno}: {told}");
        assert!(told.contains("writable event"), "{errno}: {told}");
        assert!(!told.contains("0 means connected"), "{errno}: {told}");
    }
}

#[test]
fn a_link_that_goes_down_under_a_connect_is_noted_and_the_attempt_goes_on() {
    if !need_a_namespace() {
        return;
    }
    let mut session = Apart::start(DEVICE, "--no-save --poll-timeout 200ms 10.9.0.2:80");
    session
        .holds("tick 4", "1 kernel SYN-SENT")
        .expect("it connects");
    session.holds("", "1 stage pending").expect("it is watched");
    session.run(&["ip", "link", "set", "away0", "down"]);
    // The next SYN is due after a second, and cannot leave.
    let until = Instant::now() + support::BOUND;
    while session
        .holds("tick\nso_error 1", "1 call getsockopt ENETUNREACH")
        .is_err()
    {
        assert!(Instant::now() < until, "the kernel notes nothing");
    }
    for claim in [
        "1 says getsockopt ENETUNREACH/noted-under-way",
        "not 1 says getsockopt ENETUNREACH",
        "1 stage pending",
        "1 kernel SYN-SENT",
        "1 poll -",
    ] {
        session.holds("", claim).expect("it goes on");
    }
    for (call, claim) in [
        ("so_error 1", "1 says getsockopt 0/under-way"),
        ("recv 1", "1 says recv EAGAIN/under-way"),
        ("send 1 x", "1 says send EAGAIN/under-way"),
        ("getpeername 1", "1 says getpeername ENOTCONN/under-way"),
        ("connect 1", "1 call connect EALREADY"),
        ("tick 2", "1 stage pending"),
    ] {
        session.holds(call, claim).expect("it goes on");
    }
}

#[test]
fn two_ends_that_connect_to_each_other_at_once_are_told_as_a_simultaneous_open() {
    if !need_a_cable() {
        return;
    }
    let (mut one, mut other) = two_with_a_cable("--no-save", "--no-save");
    // The first SYN arrives nowhere; the second finds a socket in SYN-SENT.
    one.holds("tick\nbind 1 10.9.0.1:4001\ntick 3", "1 kernel SYN-SENT")
        .expect("it connects");
    other
        .holds("tick\nbind 1 10.9.0.2:4002\ntick 3", "1 stage pending")
        .expect("it connects too");
    for (call, claim) in [
        ("look", "1 kernel SYN-RECV"),
        ("", "1 says contrast attempt/simultaneous-open"),
        ("", "1 says -/simultaneous-open"),
        ("so_error 1", "1 says getsockopt 0/under-way"),
        ("recv 1", "1 says recv EAGAIN/under-way"),
        ("send 1 x", "1 says send EAGAIN/under-way"),
        ("connect 1", "1 call connect EALREADY"),
        ("tick", "1 stage pending"),
        ("getpeername 1", "1 says getpeername ok/simultaneous-open"),
        ("", "not 1 says getpeername ok"),
        ("", "1 says kernel tcp/no-rtt"),
    ] {
        one.holds(call, claim).expect("both have sent a SYN");
    }
    // From now on its packets arrive: it sends its SYN+ACK again, and both are connected.
    mend_the_cable(&one);
    let until = Instant::now() + support::BOUND;
    for end in [&mut one, &mut other] {
        while end.holds("tick 3", "1 kernel ESTABLISHED").is_err() {
            assert!(Instant::now() < until, "it is not connected");
        }
        end.holds("getpeername 1", "1 stage connected")
            .expect("it is connected");
    }
}
