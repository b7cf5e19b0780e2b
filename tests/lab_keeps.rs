//! The lab keeps to its own: whatever happens to a client, a connection that stands in the list lives on until it is closed there. Each
//! peer, both ends, and what ss(8) says of the same sockets.

mod support;

use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
use sockstep::language::claim::Claim;
use sockstep::model::command::Command;
use sockstep::model::readiness::Interest;
use sockstep::model::record::{Answer, Record};
use sockstep::model::tcp::TcpState;
use sockstep::model::world::RowState;
use std::collections::HashMap;
use support::eventually;

/// The peers that accept by themselves; row 3 is their end of the connection.
const BY_THEMSELVES: [&str; 7] = [
    "open",
    "echo",
    "half-close",
    "slow-reader",
    "drip",
    "urgent",
    "two",
];

/// Those that send nothing before they are asked, and read nothing: here the kernels' states are those of a book.
const QUIET: [&str; 3] = ["echo", "slow-reader", "two"];

/// What is done by hand once a client is connected and row 3 is the other end, and what must be so then.
const BY_HAND: &[(&str, &str)] = &[
    (
        "the client closes, and the server sees it",
        "close 1
         expect 1 stage closed
         expect 3 stage accepted
         expect 3 kernel CLOSE-WAIT
         expect 3 poll IN|OUT|RDHUP
         recv 3
         expect 3 call recv 0
         expect 3 stage accepted
         tick
         expect 3 kernel CLOSE-WAIT
         send 3 late
         expect 3 call send 4
         close 3
         expect 3 stage closed",
    ),
    (
        "the client closes its direction, then the server its own",
        "shutdown 1 wr
         expect 1 kernel FIN-WAIT-2
         expect 3 kernel CLOSE-WAIT
         send 3 still
         recv 1
         expect 1 bytes still
         shutdown 3 wr
         expect 1 kernel CLOSE
         expect 3 kernel CLOSE
         recv 1
         expect 1 call recv 0
         expect 3 stage accepted
         close 3
         expect 3 stage closed",
    ),
    (
        "the server closes its direction, then the client everything",
        "shutdown 3 wr
         expect 3 kernel FIN-WAIT-2
         expect 1 kernel CLOSE-WAIT
         close 1
         expect 3 kernel CLOSE
         expect 3 stage accepted
         recv 3
         expect 3 call recv 0",
    ),
    (
        "the server closes, then the client",
        "close 3
         expect 3 stage closed
         expect 1 kernel CLOSE-WAIT
         recv 1
         expect 1 call recv 0
         close 1
         expect 1 stage closed",
    ),
    (
        "the client is reset, and the server sees it",
        "reset 1
         expect 3 kernel CLOSE
         expect 3 poll IN|OUT|ERR|HUP|RDHUP
         recv 3
         expect 3 call recv ECONNRESET
         recv 3
         expect 3 call recv 0
         send 3 late
         expect 3 call send EPIPE",
    ),
    (
        "the server is reset, and the client sees it",
        "reset 3
         expect 1 kernel CLOSE
         recv 1
         expect 1 call recv ECONNRESET",
    ),
    (
        "the client begins again",
        "restart 1
         expect 3 kernel CLOSE-WAIT
         tick 8
         await 1 stage connected
         accept 1
         expect 4 kernel ESTABLISHED
         expect 3 kernel CLOSE-WAIT
         expect 1 partner 4
         close 1
         expect 4 kernel CLOSE-WAIT
         expect 3 kernel CLOSE-WAIT",
    ),
];

/// One situation each, from the first line on.
const ALONE: &[(&str, &str)] = &[
    (
        "never-accept: the learner accepts before and after the client is gone",
        "add @never-accept
         await 1 stage connected
         accept 1
         expect 2 kernel ESTABLISHED
         close 1
         expect 2 stage accepted
         expect 2 kernel CLOSE-WAIT
         restart 1
         await 1 stage connected
         close 1
         accept 1
         expect 3 kernel CLOSE-WAIT
         recv 3
         expect 3 call recv 0
         close 2
         close 3
         expect 2 stage closed
         expect 3 stage closed",
    ),
    (
        "never-accept: the client dissolves its connection",
        "add @never-accept
         await 1 stage connected
         accept 1
         disconnect 1
         expect 2 kernel CLOSE
         expect 2 stage accepted
         recv 2
         expect 2 call recv ECONNRESET",
    ),
    (
        "never-accept: two clients of one listener",
        "add @never-accept
         add @never-accept/1
         await 1 stage connected
         await 2 stage connected
         accept 1
         accept 1
         expect 1 partner 3
         expect 2 partner 4
         close 2
         expect 3 kernel ESTABLISHED
         expect 4 kernel CLOSE-WAIT
         delete 2
         expect 4 kernel CLOSE-WAIT
         close 4
         expect 4 stage closed
         expect 1 kernel ESTABLISHED",
    ),
    (
        "never-accept: a socket with two names goes with the last",
        "add @never-accept
         await 1 stage connected
         accept 1
         dup 1
         close 1
         expect 2 kernel ESTABLISHED
         close 1
         expect 2 kernel CLOSE-WAIT",
    ),
    (
        "never-accept: the client's number is closed behind its back",
        "add @never-accept
         await 1 stage connected
         accept 1
         badfd 1
         expect 2 stage accepted
         expect 2 kernel CLOSE-WAIT
         recv 2
         expect 2 call recv 0
         restart 1
         expect 2 kernel CLOSE-WAIT",
    ),
    (
        "echo: the lab accepts, sends back, and closes at the end of file",
        "add @echo
         await 1 stage connected
         send 1 hello
         shutdown 1 wr
         expect 1 call shutdown 0
         recv 1
         expect 1 bytes hello
         recv 1
         expect 1 call recv 0
         expect 1 kernel CLOSE",
    ),
    (
        "echo: given back to the lab it closes its row at the end of file",
        "add @echo
         await 1 stage connected
         hand 1
         send 1 hello
         hand 1 off
         look
         expect 3 stage accepted
         tick
         expect 3 call send 5
         close 1
         expect 3 call close 0
         expect 3 stage closed",
    ),
    (
        "pending: the filler and the client, each with its own end",
        "add @pending
         tick 4
         accept 1
         expect 2 kernel ESTABLISHED
         await 1 stage connected
         accept 1
         expect 1 partner 3
         close 1
         expect 3 kernel CLOSE-WAIT
         expect 2 kernel ESTABLISHED
         recv 3
         expect 3 call recv 0
         close 3
         expect 3 stage closed",
    ),
    (
        "timeout: accepted in time",
        "add @timeout
         tick 4
         accept 1
         await 1 stage connected
         accept 1
         close 1
         expect 3 kernel CLOSE-WAIT
         expect 2 kernel ESTABLISHED",
    ),
    (
        "unix-full: room is made, and the client closes",
        "add @unix-full
         tick 3
         expect 1 call connect EAGAIN
         accept 1
         connect 1
         expect 1 stage connected
         accept 1
         close 1
         expect 3 stage accepted
         expect 3 poll IN|OUT|HUP|RDHUP
         recv 3
         expect 3 call recv 0
         expect 2 poll OUT
         close 3
         expect 3 stage closed",
    ),
    (
        "reset: under the learner's hands it keeps the connection",
        "add @reset
         hand 1
         await 1 stage connected
         accept 1
         close 1
         expect 3 kernel CLOSE-WAIT
         expect 3 stage accepted",
    ),
    (
        "refused: somebody listens after all",
        "add @refused
         hand 1
         listen 2 4
         await 1 stage connected
         accept 2
         close 1
         expect 3 kernel CLOSE-WAIT
         expect 2 stage listening
         expect 2 kernel LISTEN",
    ),
    (
        "self: both ends are one socket",
        "add @self
         await 1 stage connected
         expect 1 kernel ESTABLISHED
         refused hand 1
         refused accept 1
         shutdown 1 wr
         expect 1 kernel CLOSE
         recv 1
         expect 1 call recv 0
         close 1
         expect 1 stage closed",
    ),
    (
        "unreachable: nobody is there",
        "add @unreachable
         tick 4
         refused hand 1
         refused accept 1
         close 1
         expect 1 stage closed",
    ),
    (
        "mystery: whose hand it is stays hidden",
        "add @mystery
         tick 4
         refused hand 1
         close 1
         expect 1 stage closed",
    ),
];

struct Lesson<'a> {
    name: &'a str,
    session: Session,
    records: Vec<Record>,
}

impl Lesson<'_> {
    fn new(name: &str) -> Lesson<'_> {
        let options = Options {
            looks: AskKernel::All,
            interest: Interest::default(),
            race: None,
            seed: 1,
        };
        Lesson {
            name,
            session: Session::new(options, None).expect("a session"),
            records: Vec::new(),
        }
    }

    /// Carries a command out, and says whether it was not refused.
    fn perform(&mut self, line: &str) -> bool {
        let words = Command::parse(line);
        let command = words.unwrap_or_else(|why| panic!("{}: {line}: {why:?}", self.name));
        let done = self.session.perform(&command, PerformOptions::default());
        self.records.extend(done.record);
        done.refusal.is_none()
    }

    /// The claim holds, at once or as soon as the kernel has done what it was doing; `meanwhile` is done until then.
    fn hold(&mut self, claim: &str, meanwhile: &str) {
        let parsed = Claim::parse(claim).unwrap_or_else(|why| panic!("{claim}: {why:?}"));
        let what = format!("{}: {claim}", self.name);
        eventually(&what, || {
            let said = || {
                let record = self.records.last();
                record.map_or_else(Vec::new, |record| {
                    sockstep::narrate::story::said(self.session.world(), record)
                })
            };
            let instead = parsed.check(self.session.world(), said);
            if instead.is_err() {
                assert!(self.perform(meanwhile));
            }
            instead.ok()
        });
    }

    fn line(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "expect" => {
                self.hold(rest, "look");
                self.ss_says_the_same();
            }
            "await" => self.hold(rest, "tick"),
            "refused" => assert!(!self.perform(rest), "{}: {rest}", self.name),
            "tick" => {
                for _ in 0..rest.parse().unwrap_or(1) {
                    assert!(self.perform("tick"));
                }
            }
            _ => assert!(self.perform(line), "{}: {line}", self.name),
        }
    }

    fn lines(&mut self, lines: &str) {
        for line in lines.lines() {
            self.line(line.trim());
        }
    }

    /// ss(8) has every socket in the state in which its row has it. What has ended it does not list, or lists what the kernel keeps of it.
    fn ss_says_the_same(&mut self) {
        if !support::need("ss") {
            return;
        }
        let name = self.name;
        eventually(&format!("{name}: ss and the rows agree"), || {
            assert!(self.perform("look"));
            let listed = ss();
            let mut rows = self.session.world().present();
            rows.all(|row| agrees(row, &listed)).then_some(())
        });
    }
}

/// The state of every TCP socket by its two ends.
fn ss() -> HashMap<(String, String), String> {
    let output = std::process::Command::new("ss").args(["-tanH"]).output();
    let text = String::from_utf8(output.expect("ss runs").stdout).expect("text");
    let of = |line: &str| {
        let mut words = line.split_whitespace();
        let state = words.next()?.replace("ESTAB", "ESTABLISHED");
        let (local, remote) = (words.nth(2)?, words.next()?);
        Some(((local.to_owned(), remote.to_owned()), state))
    };
    text.lines().filter_map(of).collect()
}

fn agrees(row: &RowState, listed: &HashMap<(String, String), String>) -> bool {
    let (Some(_), Answer::Says(tcp)) = (row.fd(), row.look.tcp) else {
        return true;
    };
    let Some(local) = &row.look.local else {
        return true;
    };
    let remote = match (tcp.state, &row.current().addr) {
        (TcpState::Listen, _) => "0.0.0.0:*".to_owned(),
        (_, Some(addr)) => addr.to_string(),
        (_, None) => return true,
    };
    let found = listed.get(&(local.to_string(), remote));
    match (tcp.state, found) {
        // What is left of a connection is another thing than the socket: it has no descriptor.
        (TcpState::Close, found) => found.is_none_or(|state| state == "TIME-WAIT"),
        (state, Some(found)) => state.name() == found,
        (_, None) => false,
    }
}

#[test]
fn a_connection_in_the_list_lives_on_whatever_happens_to_the_client() {
    for (name, lines) in ALONE {
        Lesson::new(name).lines(lines);
    }
}

#[test]
fn the_other_end_under_the_learners_hands_is_closed_by_nobody_else() {
    for peer in QUIET {
        for (name, lines) in BY_HAND {
            let name = format!("{peer}: {name}");
            let mut lesson = Lesson::new(&name);
            lesson.lines(&format!("add @{peer}\nawait 1 stage connected\nhand 1"));
            lesson.lines(lines);
        }
    }
}

#[test]
fn whoever_has_sent_first_is_also_left_to_the_learner() {
    for peer in BY_THEMSELVES {
        for (end, state) in [("close", "accepted"), ("reset", "accepted")] {
            let name = format!("{peer}: {end}");
            let mut lesson = Lesson::new(&name);
            lesson.lines(&format!(
                "add @{peer}\nawait 1 stage connected\nhand 1\n{end} 1\nexpect 3 stage {state}\ntick 3\nexpect 3 stage {state}"
            ));
            let closed = |fact: &sockstep::model::call::CallFact| {
                fact.call.name() == "close" && fact.by != sockstep::model::call::CalledBy::Program
            };
            let calls = lesson.records.iter().flat_map(|record| &record.calls);
            assert_eq!(calls.filter(|fact| closed(fact)).count(), 0, "{name}");
            lesson.lines("close 3\nexpect 3 stage closed");
        }
    }
}

#[test]
fn what_the_lab_accepted_for_itself_goes_with_its_client_alone() {
    for peer in BY_THEMSELVES {
        let name = format!("{peer}, two clients");
        let mut lesson = Lesson::new(&name);
        lesson.lines(&format!(
            "add @{peer}\nadd @{peer}/1\nawait 1 stage connected\nawait 2 stage connected\nclose 2\ntick\nexpect 1 stage connected"
        ));
        let closes = |records: &[Record]| {
            let calls = records.iter().flat_map(|record| &record.calls);
            calls
                .filter(|fact| fact.by == sockstep::model::call::CalledBy::Peer)
                .filter(|fact| fact.call.name() == "close")
                .count()
        };
        let what = format!("{name}: the end of the second is closed");
        eventually(&what, || {
            assert!(lesson.perform("look"));
            assert!(lesson.perform("tick"));
            (closes(&lesson.records) == 1).then_some(())
        });
        lesson.lines("hand 1");
        let state = lesson.session.world().row(sockstep::model::ids::Row(4));
        let state = state.unwrap_or_else(|| panic!("{name}: the end of the first is there"));
        assert!(state.fd().is_some(), "{name}");
    }
}
