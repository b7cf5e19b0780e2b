//! A client and a server on a wire, stepped by a test.

use crate::support::{SOCKSTEP, eventually, skip};
use sockstep::model::addr::Addr;
use sockstep::model::call::{AcceptGives, Call, Out, Outcome};
use sockstep::model::ids::Fd;
use sockstep::model::readiness::joined;
use sockstep::model::record::{Answer, TcpFacts};
use sockstep::model::wire::places::{IpVersion, WirePlace};
use sockstep::model::wire::queue::{PacketQueue, QueueChanges, SessionTime};
use sockstep::model::wire::{PacketEntry, PacketNumber, PacketStatus, held_options};
use sockstep::os::call::{Descriptors, perform};
use sockstep::os::wire::{Inside, TunWire};
use sockstep::os::{look, tcp};
use std::path::Path;
use std::time::{Duration, Instant};

/// Where the server listens.
pub const PORT: u16 = 7777;

/// A wire. `None` and a line on stderr if this machine has none.
pub fn open() -> Option<TunWire> {
    match TunWire::open(Path::new(SOCKSTEP)) {
        Ok(wire) => Some(wire),
        Err(error) => {
            skip(&format!("{error}: {}", error.fix()));
            None
        }
    }
}

/// A client and a server on a wire.
pub struct Stage {
    pub wire: TunWire,
    pub queue: PacketQueue,
    pub version: IpVersion,
    pub descriptors: Descriptors,
    pub client: Fd,
    pub listener: Fd,
    start: Instant,
}

impl Stage {
    /// A patient client and a patient listener on a wire of their own.
    pub fn open(version: IpVersion) -> Option<Stage> {
        let mut stage = Stage::bare(version)?;
        stage.patient(stage.client);
        stage.patient(stage.listener);
        let addr = Addr::from_ip(WirePlace::Here.at(version, PORT));
        let fd = stage.listener;
        stage.must(Call::Bind { fd, addr });
        stage.must(Call::Listen { fd, backlog: 8 });
        Some(stage)
    }

    /// Two sockets that nothing was done with, but that they do not block.
    pub fn bare(version: IpVersion) -> Option<Stage> {
        let wire = open()?;
        let mut descriptors = Descriptors::default();
        let mut socket = || {
            let fd = wire.socket(Inside::Tcp(version)).expect("a socket inside");
            descriptors.insert(fd)
        };
        let (client, listener) = (socket(), socket());
        let mut stage = Stage {
            wire,
            queue: PacketQueue::default(),
            version,
            descriptors,
            client,
            listener,
            start: Instant::now(),
        };
        for fd in [client, listener] {
            stage.must(Call::SetNonblocking { fd });
        }
        Some(stage)
    }

    fn patient(&mut self, fd: Fd) {
        for (option, value) in held_options::OPTIONS {
            let call = Call::SetOption { fd, option, value };
            if self.make(&call).errno.is_some() {
                eprintln!("this kernel has no {}", option.name());
            }
        }
    }

    pub fn make(&mut self, call: &Call) -> Outcome {
        perform(call, &mut self.descriptors).expect("the descriptor is open")
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a call is written where it is made"
    )]
    pub fn must(&mut self, call: Call) -> i64 {
        let outcome = self.make(&call);
        assert_eq!(outcome.errno, None, "{call:?}");
        outcome.ret
    }

    /// connect(2) of the client; the errno as a word, `0` if there is none.
    pub fn connect(&mut self, place: WirePlace) -> String {
        let addr = Addr::from_ip(place.at(self.version, PORT));
        let fd = self.client;
        let outcome = self.make(&Call::Connect { fd, addr });
        outcome
            .errno
            .map_or("0".to_owned(), |errno| errno.to_string())
    }

    /// `SO_ERROR` of the client as a word.
    pub fn so_error(&mut self) -> String {
        let fd = self.client;
        match self.make(&Call::SoError { fd }).out {
            Some(Out::SoError(Some(errno))) => errno.to_string(),
            _ => "0".to_owned(),
        }
    }

    /// The next connection of the listener.
    pub fn accept(&mut self) -> Fd {
        let fd = self.listener;
        Fd(self.must(Call::Accept {
            fd,
            gives: AcceptGives::NonBlocking,
        }) as i32)
    }

    pub fn now(&self) -> SessionTime {
        SessionTime {
            at_us: self.start.elapsed().as_micros() as u64,
            tick: 0,
        }
    }

    /// Takes in what has left the kernels, and lets go what a rule says.
    pub fn pump(&mut self) {
        for bytes in self.wire.read().expect("the device can be read") {
            let turn = self.queue.appear(&bytes, self.now());
            self.carry_out(turn);
        }
    }

    pub fn carry_out(&mut self, turn: QueueChanges) {
        for delivery in turn.deliveries {
            self.wire
                .write(&delivery.bytes)
                .expect("the device takes a packet");
            self.queue.written(&delivery, Ok(()));
        }
    }

    /// Waits until `done`, taking packets in.
    pub fn until<T>(&mut self, what: &str, mut done: impl FnMut(&mut Stage) -> Option<T>) -> T {
        eventually(what, || {
            self.pump();
            done(self)
        })
    }

    /// Waits for a packet that is held, by its words.
    pub fn held(&mut self, words: &str) -> PacketNumber {
        let deadline = Instant::now() + crate::support::BOUND;
        loop {
            self.pump();
            let mut held = self.queue.wire().waiting();
            let found = held.find(|entry| entry.segment.to_string() == words);
            if let Some(entry) = found {
                return entry.number;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let entries = || -> Vec<String> {
                let entries = self.queue.wire().entries().iter();
                entries
                    .map(|one| format!("{} {:?}", one.segment, one.status))
                    .collect()
            };
            assert!(
                !left.is_zero(),
                "not within 5 s: {words} is held, but {:?}",
                entries()
            );
            self.wait(left);
        }
    }

    /// Waits for a packet and lets it go.
    pub fn release(&mut self, words: &str) -> PacketNumber {
        let number = self.held(words);
        let turn = self.queue.release(number, self.now());
        self.carry_out(turn.expect("it is held"));
        self.pump();
        number
    }

    pub fn entry(&self, number: PacketNumber) -> &PacketEntry {
        self.queue.wire().get(number).expect("a packet")
    }

    pub fn tcp(&self, fd: Fd) -> TcpFacts {
        let fd = self.descriptors.get(fd).expect("it is open");
        tcp::info(fd).expect("it is TCP")
    }

    /// `TCP_INFO`'s state.
    pub fn state(&self, fd: Fd) -> &'static str {
        self.tcp(fd).state.name()
    }

    /// The server's kernel by sock_diag, without the listener.
    pub fn server(&self) -> String {
        let states = self.wire.states(self.version, PORT).expect("an answer");
        let names = states.iter().map(|end| end.state.name());
        let names: Vec<_> = names.filter(|name| *name != "LISTEN").collect();
        names.join(" ")
    }

    /// poll(2) and select(2) of a socket: `IN|OUT, R|W`.
    pub fn masks(&self, fd: Fd) -> String {
        let answers = look::poll_and_select(&[fd], &[], &self.descriptors);
        match (answers[0].poll, answers[0].select) {
            (Answer::Says(poll), Answer::Says(select)) => {
                format!("{}, {}", joined(&poll), joined(&select))
            }
            other => panic!("poll and select answer: {other:?}"),
        }
    }

    /// Lets all three packets of the handshake go, and accepts.
    pub fn establish(&mut self) -> Fd {
        assert_eq!(self.connect(WirePlace::There), "EINPROGRESS");
        self.release("SYN seq 0");
        self.release("SYN+ACK seq 0 ack 1");
        self.release("ACK seq 1 ack 1");
        self.until("the server has it", |stage| {
            (stage.server() == "ESTABLISHED").then_some(())
        });
        self.accept()
    }

    pub fn is_held(&self, number: PacketNumber) -> bool {
        self.entry(number).status == PacketStatus::Held
    }
}

impl Stage {
    /// Waits until a packet has left a kernel, or the time is over.
    pub fn wait(&self, time: Duration) {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let mut fds = [PollFd::from_borrowed_fd(self.wire.tun_fd(), PollFlags::IN)];
        let time = Timespec::try_from(time).expect("a short time");
        let _ = poll(&mut fds, Some(&time));
    }
}
