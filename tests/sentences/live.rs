//! A session on real sockets, of which every record is judged; and servers that are not the lab's.

use crate::judge::Judge;
use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
use sockstep::language::request::Request;
use sockstep::language::script;
use sockstep::model::command::Command;
use sockstep::model::readiness::Interest;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A tick that waits lasts no longer.
const WAIT: Duration = Duration::from_millis(5);

/// Servers of this test: a TCP port and a unix path that are listened on, and a path that nobody listens on any more.
pub(crate) struct Servers {
    folder: TempDir,
    tcp: TcpListener,
    unix: UnixListener,
    accepted: Vec<Box<dyn Peer>>,
}

trait Peer {
    fn say(&mut self);
    fn hear(&mut self);
    fn end(&mut self);
}

impl<T: Read + Write + AsFd> Peer for T {
    fn say(&mut self) {
        // A peer that is gone hears nothing.
        let _ = self.write_all(b"hello");
    }

    fn hear(&mut self) {
        let _ = self.read(&mut [0; 64]);
    }

    fn end(&mut self) {
        let _ = rustix::net::shutdown(self.as_fd(), rustix::net::Shutdown::Write);
    }
}

impl Servers {
    pub(crate) fn new() -> Servers {
        let folder = tempfile::tempdir().expect("a folder");
        let unix = UnixListener::bind(folder.path().join("open")).expect("a listener");
        drop(UnixListener::bind(folder.path().join("gone")).expect("a listener"));
        std::fs::write(folder.path().join("file"), "").expect("a file");
        let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
        unix.set_nonblocking(true).expect("non-blocking");
        tcp.set_nonblocking(true).expect("non-blocking");
        Servers {
            folder,
            tcp,
            unix,
            accepted: Vec::new(),
        }
    }

    /// The targets that lead here, and one that leads nowhere.
    pub(crate) fn targets(&self) -> Vec<String> {
        let path = |name: &str| format!("unix:{}", self.folder.path().join(name).display());
        let tcp = self.tcp.local_addr().expect("an address");
        let mut all: Vec<String> = ["open", "gone", "file", "none"].map(path).into();
        all.push(tcp.to_string());
        all
    }

    /// A line in which `OPEN`, `GONE`, `FILE`, `NONE` and `TCP` stand for the targets, `ANY` for the port at no certain address, and `OWN` for a
    /// path that is free.
    pub(crate) fn named(&self, line: &str) -> String {
        let mut line = line.to_owned();
        let words = ["OPEN", "GONE", "FILE", "NONE", "TCP"];
        for (word, target) in words.iter().zip(self.targets()) {
            line = line.replace(word, &target);
        }
        let port = self.tcp.local_addr().expect("an address").port();
        let own = format!("unix:{}", self.folder.path().join("own").display());
        line.replace("ANY", &format!("0.0.0.0:{port}"))
            .replace("OWN", &own)
    }

    /// What the servers do, all of them: `accept`, `say`, `hear`, `end` or `close`; and `unlink`: the unix path leads nowhere any more.
    pub(crate) fn act(&mut self, what: &str) {
        match what {
            "accept" => {
                if let Ok((stream, _)) = self.tcp.accept() {
                    stream.set_nonblocking(true).expect("non-blocking");
                    self.accepted.push(Box::new(stream));
                }
                if let Ok((stream, _)) = self.unix.accept() {
                    let stream: UnixStream = stream;
                    stream.set_nonblocking(true).expect("non-blocking");
                    self.accepted.push(Box::new(stream));
                }
            }
            "say" => self.accepted.iter_mut().for_each(|peer| peer.say()),
            "hear" => self.accepted.iter_mut().for_each(|peer| peer.hear()),
            "unlink" => std::fs::remove_file(self.folder.path().join("open")).expect("it is there"),
            "end" => self.accepted.iter_mut().for_each(|peer| peer.end()),
            _ => self.accepted.clear(),
        }
    }
}

/// A session, with what was asked of it.
pub(crate) struct Live {
    pub(crate) session: Session,
    /// What was asked so far, as it is named where something is wrong.
    pub(crate) asked: Vec<String>,
}

impl Live {
    pub(crate) fn new(seed: u64) -> Live {
        Live::looking(seed, AskKernel::On)
    }

    pub(crate) fn looking(seed: u64, looks: AskKernel) -> Live {
        let options = Options {
            looks,
            interest: Interest::default(),
            race: None,
            seed,
        };
        Live {
            session: Session::new(options, None).expect("a session"),
            asked: Vec::new(),
        }
    }

    /// Carries a line out if it acts, and judges the record. Refusals are words too, but none about what is so.
    pub(crate) fn line(&mut self, judge: &mut Judge, line: &str) {
        self.asked.push(line.to_owned());
        let lines = script::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        for line in lines {
            match line.request {
                Request::Act(command) => self.perform(judge, &command),
                Request::Ticks(count) => {
                    for _ in 0..count {
                        self.perform(judge, &Command::TICK);
                    }
                }
                _ => {}
            }
        }
    }

    fn perform(&mut self, judge: &mut Judge, command: &Command) {
        let asked = PerformOptions {
            until: Some(Instant::now() + WAIT),
            ..PerformOptions::default()
        };
        let performed = self.session.perform(command, asked);
        self.judge(judge, performed.record);
        let answer = self.session.answers(&[]);
        self.judge(judge, answer);
    }

    fn judge(&self, judge: &mut Judge, record: Option<sockstep::model::record::Record>) {
        if let Some(record) = record {
            judge.judge(self.session.world(), &record, &|| self.asked.join("; "));
        }
    }
}
