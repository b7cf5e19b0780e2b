//! A wire that has the packets of a test, and takes none if the test says so.

use super::{LabWire, PacketQueue, WireWatch};
use crate::engine::faults::trouble;
use crate::engine::tests::session;
use crate::engine::{PerformOptions, Performed, Refusal, Session};
use crate::model::call::Call;
use crate::model::command::Command;
use crate::model::errno::Errno;
use crate::model::packet::build;
use crate::model::record::Record;
use crate::model::wire::ends::EndState;
use crate::model::wire::places::{IpVersion, WirePlace};
use crate::model::wire::queue;
use crate::model::wire::{PacketEvent, PacketNumber, PacketStatus, ReleasedBy};
use crate::os::wire::{Inside, WireDevice};
use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

/// What the test and its wire share.
#[derive(Debug, Default)]
struct Inner {
    incoming: Vec<Vec<u8>>,
    /// Every write fails so.
    fails: Option<Errno>,
    /// The next read fails so.
    deaf: Option<Errno>,
    tried: usize,
    written: usize,
}

#[derive(Clone, Debug, Default)]
struct Fake(Arc<Mutex<Inner>>);

impl Fake {
    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.0.lock().expect("nobody panics with it"))
    }

    /// A kernel sends a reset from this port.
    fn sends(&self, port: u16) {
        let packet = build::reset(build::Reset {
            from: WirePlace::Here.at(IpVersion::V4, port),
            to: WirePlace::There.at(IpVersion::V4, 80),
            seq: 1,
            ack: None,
        });
        self.with(|inner| inner.incoming.push(packet.expect("one family")));
    }
}

impl WireDevice for Fake {
    fn socket(&self, _: Inside) -> Result<OwnedFd, Errno> {
        Err(Errno::EMFILE)
    }

    fn read(&self) -> Result<Vec<Vec<u8>>, Errno> {
        self.with(|inner| match inner.deaf.take() {
            Some(errno) => Err(errno),
            None => Ok(std::mem::take(&mut inner.incoming)),
        })
    }

    fn write(&self, _: &[u8]) -> Result<(), Errno> {
        self.with(|inner| {
            inner.tried += 1;
            if let Some(errno) = inner.fails {
                Err(errno)
            } else {
                inner.written += 1;
                Ok(())
            }
        })
    }

    fn states(&self, _: IpVersion, _: u16) -> Result<Vec<EndState>, Errno> {
        Ok(Vec::new())
    }
}

/// A session with such a wire; `None` where no wire can be watched.
fn with_a_wire() -> Option<(Session, Fake)> {
    let (mut session, fake) = (session(), Fake::default());
    let (quiet, _) = UnixStream::pair().expect("two sockets");
    let watch = match WireWatch::start(OwnedFd::from(quiet), || {}) {
        Err(error) if error.kind() == std::io::ErrorKind::Unsupported => return None,
        watch => watch.expect("a thread"),
    };
    session.wire = Some(LabWire {
        wire: Box::new(fake.clone()),
        queue: PacketQueue::default(),
        watch,
        rows: BTreeMap::new(),
    });
    Some((session, fake))
}

fn perform(session: &mut Session, words: &str) -> Performed {
    let command = Command::parse(words).expect("a command");
    session.perform(&command, PerformOptions::default())
}

fn packet_events(record: &Record) -> Vec<PacketEvent> {
    let facts = record.packets.iter().map(|fact| fact.change.what.clone());
    facts
        .filter(|what| !matches!(what, PacketEvent::Appeared { .. }))
        .collect()
}

#[test]
fn a_refused_wish_is_refused_also_when_packets_came_in_the_same_moment() {
    let Some((mut session, fake)) = with_a_wire() else {
        return;
    };
    fake.sends(1000);
    let Performed { record, refusal } = perform(&mut session, "drop 99");
    let unknown = Refusal::Packet(queue::PacketRefusal::Unknown(PacketNumber(99)));
    assert_eq!(refusal, Some(unknown.clone()));
    let record = record.expect("a packet came");
    assert_eq!(
        (record.n, record.packets.len(), packet_events(&record)),
        (0, 1, vec![])
    );
    assert_eq!(session.world().wire.entries().len(), 1);
    // With nothing new there is nothing to tell.
    let Performed { record, refusal } = perform(&mut session, "drop 99");
    assert_eq!((record, refusal), (None, Some(unknown)));
    let record = perform(&mut session, "drop 1").record.expect("it is held");
    assert_eq!(
        (record.n, packet_events(&record)),
        (1, vec![PacketEvent::Dropped])
    );
}

#[test]
fn a_packet_that_could_not_be_written_is_not_said_to_be_let_go() {
    let Some((mut session, fake)) = with_a_wire() else {
        return;
    };
    let errno = Errno::from_linux(5);
    fake.with(|inner| inner.fails = Some(errno));
    fake.sends(1000);
    fake.sends(1001);
    for words in ["release 1", "release all", "repeat 2"] {
        let record = perform(&mut session, words).record.expect("it was tried");
        let packet_events = packet_events(&record);
        assert!(!packet_events.is_empty(), "{words}");
        assert!(
            packet_events
                .iter()
                .all(|what| *what == PacketEvent::NotWritten(errno)),
            "{words}: {packet_events:?}"
        );
    }
    let entry = &session.world().wire.entries()[0];
    assert_eq!((entry.status, entry.delivered), (PacketStatus::Held, 0));
    fake.with(|inner| inner.fails = None);
    let record = perform(&mut session, "release 1")
        .record
        .expect("it is held");
    assert_eq!(
        packet_events(&record),
        [PacketEvent::LetGo(ReleasedBy::Learner)]
    );
    assert_eq!(fake.with(|inner| inner.written), 1);
}

#[test]
fn a_rule_whose_packets_cannot_be_written_tries_each_once() {
    let Some((mut session, fake)) = with_a_wire() else {
        return;
    };
    fake.with(|inner| inner.fails = Some(Errno::EINVAL));
    perform(&mut session, "pass all").record.expect("a rule");
    fake.sends(1000);
    let record = session.answers(&[]);
    assert!(record.is_none(), "nobody has rung");
    let record = perform(&mut session, "tick").record.expect("a tick");
    assert_eq!(
        packet_events(&record),
        [PacketEvent::NotWritten(Errno::EINVAL)]
    );
    let record = perform(&mut session, "tick").record.expect("a tick");
    assert_eq!(packet_events(&record), []);
}

/// Every command of the wire, on two packets that are held.
pub(in crate::engine) const LINES: &[&str] = &[
    "release 1",
    "release 2",
    "release all",
    "repeat 1",
    "drop 1",
    "reorder 1 after 2",
    "hold all",
    "pass all",
    "pass all 1ticks",
    "inject rst to-client valid",
    "inject icmp 3 1",
];

#[test]
fn whatever_write_of_a_command_fails_each_is_told_and_no_packet_is_lost() {
    for (line, errno) in LINES
        .iter()
        .flat_map(|line| trouble().map(|errno| (*line, errno)))
    {
        let Some((mut session, fake)) = with_a_wire() else {
            return;
        };
        let what = format!("{line} {errno:?}");
        let told = |record: &Record| {
            let events = packet_events(record);
            let is = |what: &&PacketEvent| matches!(what, PacketEvent::NotWritten(told) if *told == errno);
            let not = |what: &&PacketEvent| {
                matches!(what, PacketEvent::LetGo(_) | PacketEvent::Repeated(_))
            };
            assert_eq!(events.iter().filter(not).count(), 0, "{what}: {events:?}");
            events.iter().filter(is).count()
        };
        fake.sends(1000);
        fake.sends(1001);
        perform(&mut session, "tick").record.expect("a tick");
        fake.with(|inner| inner.fails = Some(errno));
        let mut count = told(&perform(&mut session, line).record.expect(line));
        fake.sends(1002);
        for _ in 0..2 {
            count += told(&perform(&mut session, "tick").record.expect("a tick"));
        }
        assert_eq!(
            count,
            fake.with(|inner| inner.tried),
            "{what}: every write is told"
        );
        fake.with(|inner| inner.fails = None);
        perform(&mut session, "release all")
            .record
            .expect("it is done");
        let fates: Vec<PacketStatus> = session
            .world()
            .wire
            .entries()
            .iter()
            .map(|entry| entry.status)
            .collect();
        let gone = fates
            .iter()
            .filter(|status| **status == PacketStatus::LetGo)
            .count();
        let dropped = fates
            .iter()
            .filter(|status| **status == PacketStatus::Dropped)
            .count();
        assert_eq!(gone + dropped, fates.len(), "{what}: {fates:?}");
        assert_eq!(dropped, usize::from(line == "drop 1"), "{what}: {fates:?}");
        assert_eq!(
            gone,
            fake.with(|inner| inner.written),
            "{what}: each is written once"
        );
    }
}

#[test]
fn packets_that_could_not_be_read_are_read_the_next_time() {
    let Some((mut session, fake)) = with_a_wire() else {
        return;
    };
    fake.sends(1000);
    fake.with(|inner| inner.deaf = Some(trouble()[1]));
    let record = perform(&mut session, "tick").record.expect("a tick");
    assert_eq!(record.packets, []);
    let record = perform(&mut session, "tick").record.expect("a tick");
    assert_eq!(record.packets.len(), 1);
}

#[test]
fn a_socket_that_cannot_be_made_inside_stands_in_the_log() {
    let Some((mut session, _fake)) = with_a_wire() else {
        return;
    };
    let Performed { record, refusal } = perform(&mut session, "add @wire:80");
    assert!(
        matches!(
            refusal,
            Some(Refusal::Staging {
                errno: Errno::EMFILE,
                ..
            })
        ),
        "{refusal:?}"
    );
    let failed = |record: &Record| -> Vec<Option<Errno>> {
        let sockets = record
            .calls
            .iter()
            .filter(|fact| matches!(fact.call, Call::Socket { .. }));
        sockets
            .map(|fact| fact.outcome.as_ref().expect("it came back").errno)
            .collect()
    };
    let record = record.expect("a call was made");
    assert_eq!(
        (failed(&record), record.changes.to_vec()),
        (vec![Some(Errno::EMFILE)], vec![])
    );
    // Nobody lives there: only the program needs a socket.
    perform(&mut session, "add @wire-closed")
        .record
        .expect("a row");
    let record = perform(&mut session, "tick").record.expect("a tick");
    assert_eq!(failed(&record), [Some(Errno::EMFILE)]);
}
