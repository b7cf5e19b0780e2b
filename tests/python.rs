//! The three modes and the four calls on client, listener and accepted end: the calls are those of a Python program that does the same,
//! name by name, under strace.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use support::strace::{Line, first_arg, parse};
use support::{SOCKSTEP, need, run_bounded};

/// Which calls are compared; what Python asks of a new object, and looks and polls of a whole list, are none of them.
const CALLS: &str =
    "trace=connect,poll,accept,accept4,sendto,recvfrom,ioctl,getsockopt,getpeername,write";

/// The mode in our words and in Python's.
#[derive(Clone, Copy)]
struct Mode {
    ours: &'static str,
    pythons: &'static str,
    /// A call that cannot be done at once comes back by itself.
    comes_back: bool,
    /// Nobody has to make it so: a socket is born blocking.
    is_born: bool,
}

const BLOCKING: Mode = Mode {
    ours: "blocking",
    pythons: "setblocking(True)",
    comes_back: false,
    is_born: true,
};
const TIMEOUT: Mode = Mode {
    ours: "timeout 300ms",
    pythons: "settimeout(0.3)",
    comes_back: true,
    is_born: false,
};
/// The same, where somebody else ends the wait in time, also on a busy machine.
const LONG_TIMEOUT: Mode = Mode {
    ours: "timeout 9s",
    pythons: "settimeout(9)",
    ..TIMEOUT
};
const NON_BLOCKING: Mode = Mode {
    ours: "non-blocking",
    pythons: "setblocking(False)",
    ..TIMEOUT
};

/// What a Python program begins with: a listener, where it is, a client; what is between the notes is compared; and how buffers are filled
/// and emptied.
const BEGIN: &str = "import os, select, socket, threading, time
l = socket.socket(); l.bind(('127.0.0.1', 0)); l.listen(8); there = l.getsockname(); c = socket.socket()
begin = lambda who='': os.write(1, b'note begin %s\\n' % who.encode())
end = lambda: os.write(1, b'note end\\n')
def tries(call, *args):
    try: call(*args)
    except OSError: pass
def later(call, *args): threading.Timer(0.2, call, args).start()
def fill(s):
    s.setblocking(False)
    for _ in range(40):
        sent = 0
        try:
            while s.send(b'x' * 65536): sent += 1
        except BlockingIOError: time.sleep(0.3)
        if not sent: break
def empty(s):
    while select.select([s], [], [], 0.5)[0]: os.read(s.fileno(), 65536)
def unread(s): s.settimeout(None); threading.Thread(target=empty, args=[s]).start()
";

/// Both ends connected, as a Python program has them, before anything is compared.
/// Buffers that do not grow: what fills them once has filled them, and one reading of all makes room.
const CONNECTED: &str = "c.connect(there); a, _ = l.accept()
for s in c, a: s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 50000); s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 100000)
";

/// The same in our words.
const OUR_CONNECTED: &str =
    "add @never-accept\nhand 1\ntick 8\nawait 1 stage connected within 5s\naccept 2
set 1 sndbuf 50000\nset 1 rcvbuf 100000\nset 3 sndbuf 50000\nset 3 rcvbuf 100000\n";

/// Fills until what went over to the other end has made no more room.
fn filled(row: u32) -> String {
    let once = format!("fill {row}\ntick\n");
    format!("timeout 300ms\n{}", once.repeat(6))
}

fn connect(mode: Mode) -> String {
    let made = if mode.is_born {
        String::new()
    } else {
        format!("c.{}\n", mode.pythons)
    };
    if mode.ours == NON_BLOCKING.ours {
        return format!(
            "{made}c.connect_ex(there); select.select([], [c], [], 9)\n\
             if c.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0: c.getpeername()\n"
        );
    }
    format!("{made}tries(c.connect, there)\n")
}

/// A client connects, its listener accepts, and all three ends make every call that they can make; each also where it has nothing to do, if
/// it comes back.
fn every_call(mode: Mode) -> (String, String) {
    let comes = |text: String| match mode.comes_back {
        true => text,
        false => String::new(),
    };
    // poll(2) waits for a while first.
    let waits = |row: u32| match mode.ours == TIMEOUT.ours {
        true => format!("await {row} call poll 0 within 5s\n"),
        false => String::new(),
    };
    let accept = match mode.ours == NON_BLOCKING.ours {
        true => "accept 2 blocking",
        false => "accept 2",
    };
    let ours = [
        "add @never-accept\nhand 1\ntick only 2\n",
        &format!(
            "mode 1 {}\nnote begin\nawait 1 stage connected within 5s\n",
            mode.ours
        ),
        &format!("mode 2 {}\n{accept}\nmode 3 {}\n", mode.ours, mode.ours),
        &comes(format!("recv 1 10\n{}", waits(1))),
        "send 3 hello\nrecv 1 10\n",
        &comes(format!("recv 3 10\n{}", waits(3))),
        "send 1 hello\nrecv 3 10\n",
        &comes(format!("{accept}\n{}", waits(2))),
        // A listener has nothing to read and nothing to write, in no mode.
        &format!(
            "recv 2 10\n{}send 2 hello\n{}note end\n",
            waits(2),
            waits(2)
        ),
    ];
    let pythons = [
        BEGIN,
        "begin()\n",
        &connect(mode),
        &format!(
            "l.{}\na, _ = l.accept()\na.{}\n",
            mode.pythons, mode.pythons
        ),
        &comes("tries(c.recv, 10)\n".to_owned()),
        "a.send(b'hello'); c.recv(10)\n",
        &comes("tries(a.recv, 10)\n".to_owned()),
        "c.send(b'hello'); a.recv(10)\n",
        &comes("tries(l.accept)\n".to_owned()),
        "tries(l.recv, 10); tries(l.send, b'hello')\nend()\n",
    ];
    (ours.concat(), pythons.concat())
}

/// What waits is ended by the other end: data, room, a client.
fn what_waits_is_ended(mode: Mode) -> (String, String) {
    let mut ours = OUR_CONNECTED.to_owned();
    let mut pythons = format!("{BEGIN}{CONNECTED}");
    for (row, name, other, others, who) in
        [(1, "c", 3, "a", "client"), (3, "a", 1, "c", "accepted")]
    {
        write!(ours,
            "mode {other} non-blocking\nnote begin {who}\nmode {row} {}\nrecv {row} 10\nsend {other} hello\n\
             await {row} call recv 5 within 9s\nnote end\n",
            mode.ours
        ).expect("a string takes everything");
        writeln!(
            pythons,
            "begin('{who}'); {name}.{}; later({others}.send, b'hello'); {name}.recv(10); end()",
            mode.pythons
        )
        .expect("a string takes everything");
        write!(
            ours,
            "mode {row} non-blocking\n{}note begin {who}\nmode {row} {}\nsend {row} hello\n\
             drain {other}\nawait {row} call send 5 within 9s\nnote end\ndrain {other}\n",
            filled(row),
            mode.ours
        )
        .expect("a string takes everything");
        writeln!(pythons,
            "fill({name}); begin('{who}'); {name}.{}; later(unread, {others}); {name}.send(b'hello'); end(); time.sleep(0.8)",
            mode.pythons
        ).expect("a string takes everything");
    }
    write!(ours,
        "note begin listener\nmode 2 {}\naccept 2\nadd @never-accept/1\ntick 3\nawait 2 call accept ok within 9s\nnote end\n",
        mode.ours
    ).expect("a string takes everything");
    write!(pythons,
        "def arrives(): s = socket.socket(); s.setblocking(False); s.connect_ex(there); time.sleep(0.5)\n\
         begin('listener'); l.{}; later(arrives); l.accept(); end()\n",
        mode.pythons
    ).expect("a string takes everything");
    (ours, pythons)
}

/// Nobody makes room, and nobody answers: what comes back says so.
fn what_waits_for_nobody(mode: Mode) -> (String, String) {
    let is_polling = mode.ours == TIMEOUT.ours;
    let mut ours = OUR_CONNECTED.to_owned();
    let mut pythons = format!("{BEGIN}{CONNECTED}");
    for (row, name) in [(1, "c"), (3, "a")] {
        let wait = match is_polling {
            true => format!("await {row} call poll 0 within 5s\n"),
            false => format!("expect {row} call send EAGAIN\n"),
        };
        write!(ours,
            "mode {row} non-blocking\n{}note begin\nmode {row} {}\nsend {row} hello\n{wait}note end\n",
            filled(row),
            mode.ours
        ).expect("a string takes everything");
        writeln!(
            pythons,
            "fill({name}); begin(); {name}.{}; tries({name}.send, b'hello'); end()",
            mode.pythons
        )
        .expect("a string takes everything");
    }
    (ours, pythons)
}

/// connect() to nobody who listens.
fn a_refused_connect(mode: Mode) -> (String, String) {
    let ours = format!(
        "add @refused\ntick\nmode 1 {}\nnote begin\nawait 1 errno ECONNREFUSED within 5s\nnote end\n",
        mode.ours
    );
    // Nobody listens there any more.
    let pythons = format!("{BEGIN}l.close(); begin()\n{}end()\n", connect(mode));
    (ours, pythons)
}

/// connect() to a listener whose queue is full.
fn a_connect_that_waits(mode: Mode) -> (String, String) {
    let is_short = mode.ours == TIMEOUT.ours;
    let (frees, wait) = match is_short {
        true => ("", "await 1 call poll 0 within 5s\n"),
        false => (
            "hand 1\nqueue 1 free\n",
            "await 1 stage connected within 20s\n",
        ),
    };
    let ours = format!(
        "add @pending\ntick\nmode 1 {}\nnote begin\ntick 3\n{frees}{wait}note end\n",
        mode.ours
    );
    let frees = match is_short {
        true => "",
        false => "later(l.accept)\n",
    };
    let pythons = format!(
        "{BEGIN}l.listen(0); f = socket.socket(); f.connect(there); time.sleep(0.1); begin()\n{frees}{}end()\n",
        connect(mode)
    );
    (ours, pythons)
}

/// The descriptor that a call is made on.
fn descriptor(line: &Line) -> Option<i64> {
    let of_poll = || {
        let (_, rest) = line.args.split_once("fd=")?;
        rest.split(',').next()?.parse().ok()
    };
    first_arg(line).or_else(of_poll)
}

/// The ends: who connects first, who accepts first, and what that gives.
const ENDS: [&str; 3] = ["client", "listener", "accepted"];

/// Of each end the calls between the notes, as strace saw them, with the value or the errno; of one end alone where a note names it.
/// `meets_before`: the ends have met before the first note, else behind it.
fn calls_of(command: &[&str], meets_before: bool) -> BTreeMap<&'static str, Vec<String>> {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-s", "120", "-e", CALLS, "-o"]);
    strace.arg(log.path()).args(command);
    let output = run_bounded(&mut strace, std::time::Duration::from_secs(60));
    assert!(output.status.success(), "{}", support::stderr(&output));
    let text = std::fs::read_to_string(log.path()).expect("its log");
    let mut between: Option<String> = None;
    let mut ends: [Option<i64>; 3] = [None; 3];
    let mut calls: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in parse(&text) {
        if line.name == "write" {
            between = match &line.args {
                args if args.contains("note begin") => Some(args.clone()),
                args if args.contains("note end") => None,
                _ => between,
            };
            continue;
        }
        let is_compared = match line.name.as_str() {
            "ioctl" => line.args.contains("FIONBIO"),
            "getsockopt" => line.args.contains("SO_ERROR"),
            // A program that has no HOME asks for it by a socket of another kind.
            "connect" => line.args.contains("AF_INET"),
            _ => true,
        };
        let Some(fd) = descriptor(&line).filter(|_| is_compared) else {
            continue;
        };
        if meets_before || between.is_some() {
            let met = match line.name.as_str() {
                "connect" => [Some(fd), None, None],
                "accept" => [None, Some(fd), Some(line.ret).filter(|fd| *fd > 2)],
                _ => [None; 3],
            };
            for (end, met) in ends.iter_mut().zip(met) {
                *end = end.or(met);
            }
        }
        let end = ends.iter().position(|end| *end == Some(fd));
        let (Some(note), Some(end)) = (&between, end.and_then(|end| ENDS.get(end))) else {
            continue;
        };
        let names_one = ENDS.iter().any(|end| note.contains(end));
        if !names_one || note.contains(end) {
            calls.entry(end).or_default().push(said(&line));
        }
    }
    calls
}

/// A call in short. A descriptor's number and a size are a matter of chance.
fn said(line: &Line) -> String {
    let flag = match line.name.as_str() {
        "ioctl" => line.args.rsplit(' ').next().unwrap_or_default(),
        _ => "",
    };
    let ret = line.ret.clamp(-1, i64::from(line.name != "accept"));
    let errno = line.errno.clone().unwrap_or_default();
    format!("{}{flag} = {ret} {errno}", line.name)
}

/// Compares one case; the ends whose calls are compared are those that the case is about.
fn agree(name: &str, mode: Mode, (ours, pythons): (String, String), ends: &[&str]) {
    let script = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(script.path(), &ours).expect("written");
    let path = script.path().display().to_string();
    let run = [
        SOCKSTEP, "run", "--json", "--looks", "off", "--script", &path,
    ];
    let meets_before = ours.contains(OUR_CONNECTED);
    let made = calls_of(&run, meets_before);
    let expected = calls_of(&["python3", "-c", &pythons], meets_before);
    for end in ends {
        let what = format!("{name}, {}, {end}", mode.ours);
        let known = expected.get(end).cloned().unwrap_or_default();
        assert!(!known.is_empty(), "{what}: {expected:?}");
        assert_eq!(made.get(end), Some(&known), "{what}: ours are left");
    }
}

fn can() -> bool {
    need("strace") && need("python3")
}

#[test]
fn every_call_on_every_end_is_what_python_makes_in_that_mode() {
    for mode in [BLOCKING, TIMEOUT, NON_BLOCKING] {
        if can() {
            agree("every call", mode, every_call(mode), &ENDS);
        }
    }
}

#[test]
fn a_wait_that_the_other_end_ends_is_what_python_makes() {
    for mode in [BLOCKING, LONG_TIMEOUT] {
        if can() {
            agree("what waits", mode, what_waits_is_ended(mode), &ENDS);
        }
    }
}

#[test]
fn a_wait_for_nobody_is_what_python_makes() {
    for mode in [TIMEOUT, NON_BLOCKING] {
        if can() {
            agree(
                "nobody",
                mode,
                what_waits_for_nobody(mode),
                &["client", "accepted"],
            );
        }
    }
}

#[test]
fn a_connect_that_is_refused_or_waits_is_what_python_makes() {
    for mode in [BLOCKING, TIMEOUT, NON_BLOCKING] {
        if can() {
            agree("refused", mode, a_refused_connect(mode), &["client"]);
        }
    }
    for mode in [BLOCKING, TIMEOUT, LONG_TIMEOUT, NON_BLOCKING] {
        if can() {
            agree("waits", mode, a_connect_that_waits(mode), &["client"]);
        }
    }
}
