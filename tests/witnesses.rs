//! What the witnesses say agrees with an independent Python script that uses select.select, select.poll and select.epoll in the same
//! situation.

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Shutdown, TcpListener};
use std::process::Command;
use support::pty::Pty;
use support::{SOCKSTEP, need, trace};

/// Situations as Python makes them; it prints a line of JSON for each: name, poll, select, epoll, as sockstep writes them.
const PYTHON: &str = r#"
import errno, json, os, select, socket, struct, sys, time

NAMES = [("IN", select.POLLIN), ("PRI", select.POLLPRI), ("OUT", select.POLLOUT), ("ERR", select.POLLERR),
         ("HUP", select.POLLHUP), ("RDHUP", select.POLLRDHUP)]

def names(mask):
    return [name for name, bit in NAMES if mask & bit]

def look(sock):
    fd = sock.fileno()
    wanted = select.POLLIN | select.POLLPRI | select.POLLOUT | select.POLLRDHUP
    poll = select.poll(); poll.register(fd, wanted)
    level = select.epoll(); level.register(fd, wanted)
    sets = select.select([fd], [fd], [fd], 0)
    answer = {
        "poll": names(sum(mask for _, mask in poll.poll(0))),
        "epoll": names(sum(mask for _, mask in level.poll(0))),
        "select": [name for name, found in zip("RWX", sets) if found],
    }
    level.close()
    return answer

def settled(sock, wanted, bound=2.0):
    # Looks until it is as wanted: loopback is quick, not instant.
    end = time.monotonic() + bound
    while True:
        answer = look(sock)
        if answer["poll"] == wanted or time.monotonic() > end:
            return answer

def client():
    sock = socket.socket(); sock.setblocking(False)
    return sock

def listener(backlog):
    sock = socket.socket(); sock.bind(("127.0.0.1", 0)); sock.listen(backlog)
    return sock

ALL = ["IN", "OUT", "ERR", "HUP", "RDHUP"]
out = {}
out["new"] = look(client())
opened = listener(16)
a = client(); a.connect_ex(opened.getsockname()); out["established"] = settled(a, ["OUT"])
b, _ = opened.accept(); b.send(b"hello"); out["data"] = settled(a, ["IN", "OUT"])
a.recv(2); out["two of five read"] = look(a)
b.shutdown(socket.SHUT_WR); out["data and end"] = settled(a, ["IN", "OUT", "RDHUP"])
bound = socket.socket(); bound.bind(("127.0.0.1", 0))
c = client(); c.connect_ex(bound.getsockname()); out["refused"] = settled(c, ALL)
c.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR); out["refused, SO_ERROR read"] = look(c)
d = client(); d.connect_ex(opened.getsockname()); settled(d, ["OUT"]); e, _ = opened.accept()
e.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); e.close()
out["reset"] = settled(d, ALL)
full = listener(0); filler = socket.create_connection(full.getsockname())
f = client(); f.connect_ex(full.getsockname()); out["queue full"] = look(f)
g = client(); out["unreachable errno"] = errno.errorcode[g.connect_ex(("127.255.255.255", 9))]; out["unreachable"] = look(g)
h = socket.socket(socket.AF_UNIX); h.setblocking(False)
out["no path errno"] = errno.errorcode[h.connect_ex("/nonexistent/sock")]; out["no path"] = look(h)
json.dump(out, sys.stdout)
"#;

fn python() -> Option<Value> {
    if !need("python3") {
        return None;
    }
    let output = Command::new("python3")
        .args(["-I", "-c", PYTHON])
        .output()
        .expect("python3 runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

/// The last known look of each row after a tick, put together as a reader of the trace does it.
fn looks_after(trace: &[Value], tick: u64) -> BTreeMap<u64, BTreeMap<String, Value>> {
    let mut looks: BTreeMap<u64, BTreeMap<String, Value>> = BTreeMap::new();
    for record in trace {
        if record["tick"].as_u64().is_some_and(|t| t > tick) {
            break;
        }
        for look in record["looks"].as_array().into_iter().flatten() {
            let row = looks
                .entry(look["socket"].as_u64().expect("a row"))
                .or_default();
            for witness in ["poll", "epoll", "select"] {
                if let Some(answer) = look.get(witness) {
                    row.insert(witness.to_owned(), answer.clone());
                }
            }
        }
    }
    looks
}

fn assert_agrees(situation: &str, ours: &BTreeMap<String, Value>, python: &Value) {
    for witness in ["poll", "epoll", "select"] {
        assert_eq!(
            ours.get(witness),
            python[situation].get(witness),
            "{situation}: {witness}"
        );
    }
}

#[test]
fn the_lab_is_as_python_sees_it() {
    let Some(python) = python() else { return };
    let trace = trace(&[
        "@open",
        "@refused",
        "@pending",
        "@reset",
        "127.255.255.255:9",
        "unix:/nonexistent/sock",
        "--timeout",
        "400ms",
    ]);
    let (first, third, fifth, sixth, last) = (
        looks_after(&trace, 1),
        looks_after(&trace, 3),
        looks_after(&trace, 5),
        looks_after(&trace, 6),
        looks_after(&trace, 99),
    );
    for row in 1..=5 {
        assert_agrees("new", &first[&row], &python);
    }
    assert_agrees("unreachable", &third[&5], &python);
    assert_eq!(python["unreachable errno"], "ENETUNREACH");
    assert_agrees("no path", &third[&6], &python);
    assert_eq!(python["no path errno"], "ENOENT");
    assert_agrees("established", &fifth[&1], &python);
    assert_agrees("refused", &fifth[&2], &python);
    assert_agrees("queue full", &fifth[&3], &python);
    assert_agrees("reset", &fifth[&4], &python);
    assert_agrees("refused, SO_ERROR read", &sixth[&2], &python);
    // The greeting of @open has come.
    assert_agrees("data", &last[&1], &python);
}

#[test]
fn after_two_of_five_bytes_nothing_is_new_and_readable_is_true() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let mut pty = Pty::start(80, 24, SOCKSTEP, &[&target]);
    pty.wait_for("TICK 0");
    for tick in 1..=7 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let (mut peer, _) = listener.accept().expect("the connection");
    peer.write_all(b"hello").expect("sent");
    pty.press_until(" ", "TICK 8 ");
    pty.wait("the news has come", |screen| screen.contains("{1 RW}"));
    pty.press_until("v", "receive:");
    pty.press("2\r");
    pty.wait_for("recv(");
    for tick in 9..=11 {
        let screen = pty.press_until(" ", &format!("TICK {tick} "));
        let readable = screen
            .lines()
            .find(|line| line.starts_with("  readable"))
            .expect("the list")
            .to_owned();
        let cells: Vec<&str> = readable.split_whitespace().collect();
        assert_eq!(
            cells,
            ["readable", "1", "-", "1", "1"],
            "asked, not NEW, TRUE by poll and by select"
        );
        assert!(screen.contains("an edge is not"), "{screen}");
    }
    let screen = pty.press_until("W", "WITNESSES of 1");
    assert!(screen.contains("epoll_wait is silent"), "{screen}");
    // One more byte makes a new edge.
    peer.write_all(b"!").expect("sent");
    pty.press("W");
    let screen = pty.press_until(" ", "TICK 12 ");
    assert!(screen.contains("{1 RW}"), "{screen}");
    peer.shutdown(Shutdown::Both).expect("closed");
}

#[test]
fn the_code_pane_marks_what_ran_and_what_runs_next() {
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["@open"]);
    pty.wait_for("TICK 0");
    for tick in 1..=6 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let marked = |screen: &str, word: &str| -> String {
        screen
            .lines()
            .find(|line| line.starts_with(&format!(" {word} ")))
            .unwrap_or_default()
            .to_owned()
    };
    let screen = pty.press_until("B", "Rust, mio");
    assert!(screen.contains("a listing to compare with, not running"));
    assert!(marked(&screen, "ran").contains("socket_error"), "{screen}");
    assert!(marked(&screen, "next").contains("getpeername"), "{screen}");
    for (name, ran) in [
        ("Python, select", "SO_ERROR"),
        ("C, poll", "SO_ERROR"),
        ("Python, asyncio", ""),
        ("Rust, tokio", ""),
    ] {
        let screen = pty.press_until("B", name);
        assert!(
            marked(&screen, "ran").contains(ran) || marked(&screen, "again").contains(ran),
            "{name}:\n{screen}"
        );
    }
    pty.press_until("B", "STATES of 1");
}
