//! The invariants of the fold, for any order of calls, outcomes and events.

mod support;

use proptest::prelude::*;
use sockstep::app::guide::topics;
use sockstep::language::claim::pattern::Conjunction;
use sockstep::language::matcher::Matcher;
use sockstep::language::recogniser::{Recogniser, RowsSeen};
use sockstep::model::addr::{Addr, Family};
use sockstep::model::call::{
    AcceptGives, BornAs, Call, CallFact, CalledBy, CtlOp, OpenPath, Out, Outcome, Payload,
    PollWants, ShutdownHow, SocketOption,
};
use sockstep::model::command::OnOff;
use sockstep::model::errno::{EAI, Eai, Errno};
use sockstep::model::file::FileFacts;
use sockstep::model::ids::{AttemptId, Fd, Row};
use sockstep::model::packet::Flags;
use sockstep::model::packet::segment::{Direction, Segment, SegmentKind};
use sockstep::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use sockstep::model::record::Event;
use sockstep::model::record::{
    AcceptQueue, Answer, Cause, Change, Look, PacketFact, Record, Role, TcpFacts, WireEnd, WireEnds,
};
use sockstep::model::socket::{Mode, NextCall, Stage};
use sockstep::model::tcp::TcpState;
use sockstep::model::wire;
use sockstep::model::wire::{Origin, PacketEvent};
use sockstep::model::world::{MAX_REMOTE_PENDING, RowState, Scope, World};
use sockstep::narrate::story;
use sockstep::trace::{decode, encode};
use std::sync::Arc;
use std::time::Duration;
use support::{lists_by_walking, recordings};

const ROWS: u32 = 4;

fn any_errno() -> impl Strategy<Value = Errno> {
    (1_i32..140).prop_map(Errno::from_linux)
}

fn any_addr() -> impl Strategy<Value = Addr> {
    prop_oneof![
        Just("127.0.0.1:80"),
        Just("10.0.0.1:80"),
        Just("[::1]:80"),
        Just("[fe80::1%3]:80"),
        Just("unix:/x y"),
        Just("unix:@\\x00\\xff"),
    ]
    .prop_map(|text| text.parse().expect("a valid address"))
}

fn any_interest() -> impl Strategy<Value = Interest> {
    (1_u8..8).prop_map(Interest::from_bits_truncate)
}

fn any_readiness() -> impl Strategy<Value = Readiness> {
    (0_u8..64).prop_map(Readiness::from_bits_truncate)
}

/// The calls of what is no socket.
fn any_file_call() -> impl Strategy<Value = Call> {
    let fd = || (3_i32..12).prop_map(Fd);
    prop_oneof![
        (0_usize..OpenPath::ALL.len()).prop_map(|path| Call::Open {
            path: OpenPath::ALL[path],
        }),
        Just(Call::Pipe {}),
        fd().prop_map(|fd| Call::UnlockPty { fd }),
        fd().prop_map(|master| Call::OpenSlave { master }),
        (fd(), 1_u32..99).prop_map(|(fd, size)| Call::Read { fd, size }),
        (fd(), proptest::collection::vec(any::<u8>(), 0..20)).prop_map(|(fd, bytes)| {
            Call::Write {
                fd,
                data: Payload::Bytes(bytes),
            }
        }),
    ]
}

fn any_call() -> impl Strategy<Value = Call> {
    let fd = || (3_i32..12).prop_map(Fd);
    prop_oneof![
        Just(Call::socket(Family::Inet)),
        Just(Call::Socket {
            family: Family::Inet6,
            born: BornAs::NonBlocking
        }),
        (fd(), proptest::collection::vec(any::<u8>(), 0..20)).prop_map(|(fd, head)| Call::Send {
            fd,
            data: Payload::Cut { head, size: 99_999 }
        }),
        fd().prop_map(|fd| Call::SetNonblocking { fd }),
        (fd(), any_addr()).prop_map(|(fd, addr)| Call::Connect { fd, addr }),
        (fd(), any_interest(), any::<bool>()).prop_map(|(fd, interest, add)| Call::EpollCtl {
            epfd: Fd(3),
            op: if add { CtlOp::Add } else { CtlOp::Modify },
            fd,
            interest
        }),
        proptest::option::of(0_u64..10_000).prop_map(|ms| Call::EpollWait {
            epfd: Fd(3),
            capacity: 1024,
            timeout: ms.map(Duration::from_millis)
        }),
        fd().prop_map(|fd| Call::SoError { fd }),
        fd().prop_map(|fd| Call::Getpeername { fd }),
        (fd(), proptest::collection::vec(any::<u8>(), 0..20)).prop_map(|(fd, bytes)| Call::Send {
            fd,
            data: Payload::Bytes(bytes)
        }),
        (fd(), 1_u32..99_999).prop_map(|(fd, count)| Call::Send {
            fd,
            data: Payload::Fill(count)
        }),
        (fd(), any::<u8>()).prop_map(|(fd, byte)| Call::SendUrgent { fd, byte }),
        fd().prop_map(|fd| Call::SetBlocking { fd }),
        (fd(), any::<bool>(), proptest::option::of(0_u64..10_000)).prop_map(|(fd, read, ms)| {
            Call::Poll {
                fd,
                wants: if read {
                    PollWants::Read
                } else {
                    PollWants::Write
                },
                timeout: ms.map(Duration::from_millis),
            }
        }),
        fd().prop_map(|fd| Call::Select { fd }),
        fd().prop_map(|fd| Call::Listen { fd, backlog: 5 }),
        (fd(), any::<bool>()).prop_map(|(fd, blocking)| Call::Accept {
            fd,
            gives: if blocking {
                AcceptGives::Blocking
            } else {
                AcceptGives::NonBlocking
            },
        }),
        (fd(), 1_u32..99).prop_map(|(fd, size)| Call::Recv { fd, size }),
        fd().prop_map(|fd| Call::Shutdown {
            fd,
            how: ShutdownHow::Write
        }),
        fd().prop_map(|fd| Call::Close { fd }),
        fd().prop_map(|fd| Call::Dup { fd }),
        fd().prop_map(|fd| Call::Disconnect { fd }),
        any::<u32>().prop_map(|value| Call::SetDescriptorLimit { value }),
        (fd(), any_addr()).prop_map(|(fd, addr)| Call::Bind { fd, addr }),
        (fd(), 0_usize..SocketOption::ALL.len(), any::<u32>()).prop_map(|(fd, option, value)| {
            Call::SetOption {
                fd,
                option: SocketOption::ALL[option],
                value,
            }
        }),
        any_file_call(),
        Just(Call::Getaddrinfo {
            host: "localhost".to_owned(),
            port: 80
        }),
    ]
}

fn out_for(call: &Call, errno: Option<Errno>, addr: Addr, bytes: Vec<u8>) -> Option<Out> {
    match call {
        Call::SoError { .. } => Some(Out::SoError(errno)),
        Call::Getpeername { .. } | Call::Accept { .. } => Some(Out::Addr(addr)),
        Call::Select { .. } => Some(Out::Sets(SelectSets::R | SelectSets::W)),
        Call::Recv { .. } | Call::Read { .. } => Some(Out::Bytes(bytes)),
        Call::Pipe {} => Some(Out::Fds(Fd(7), Fd(8))),
        // getaddrinfo gives IP addresses only.
        Call::Getaddrinfo { .. } => Some(Out::Addrs(vec![
            "[fe80::1%3]:80".parse().expect("a valid address"),
            "127.0.0.1:81".parse().expect("a valid address"),
        ])),
        _ => None,
    }
}

fn any_fact() -> impl Strategy<Value = CallFact> {
    let parts = (
        any_call(),
        1..=ROWS,
        proptest::option::of(any_errno()),
        proptest::option::of(any_errno()),
        any_addr(),
        proptest::collection::vec(any::<u8>(), 0..20),
        -1_i64..12,
        0_usize..CalledBy::ALL.len(),
        0_u8..10,
        0_usize..EAI.len(),
    );
    parts.prop_map(
        |(call, row, fails, found, addr, bytes, ret, by, shape, eai)| {
            let outcome = match (shape, fails) {
                (0, _) => None,
                (1..5, Some(errno)) => Some(Outcome::failed(errno)),
                (5, _) if matches!(call, Call::Getaddrinfo { .. }) => Some(Outcome {
                    ret: -2,
                    errno: None,
                    out: Eai::from_name(EAI[eai].0).map(Out::Eai),
                }),
                _ => Some(Outcome {
                    ret,
                    errno: None,
                    out: out_for(&call, found, addr, bytes),
                }),
            };
            let id = matches!(call, Call::Getaddrinfo { .. }).then_some(u64::from(row));
            let row = (!matches!(call, Call::EpollWait { .. })).then_some(Row(row));
            CallFact {
                row,
                id,
                call,
                by: CalledBy::ALL[by],
                outcome,
                woken: false,
                made: None,
            }
        },
    )
}

fn any_look() -> impl Strategy<Value = Look> {
    (
        0_u8..64,
        0_u8..8,
        0_usize..11,
        any::<u8>(),
        proptest::option::of(any_addr()),
    )
        .prop_map(|(mask, sets, state, shape, local)| Look {
            poll: Answer::Says(PollMask::from_bits_truncate(mask)),
            epoll: if shape & 1 == 0 {
                Answer::NotAsked
            } else {
                Answer::Says(PollMask::from_bits_truncate(mask))
            },
            select: if shape & 0x42 == 0 {
                Answer::BadDescriptor
            } else if shape & 2 == 0 {
                Answer::NoAnswer
            } else {
                Answer::Says(SelectSets::from_bits_truncate(sets))
            },
            tcp: if shape & 4 == 0 {
                Answer::NoAnswer
            } else {
                Answer::Says(TcpFacts {
                    state: TcpState::ALL[state],
                    retransmits: u32::from(shape),
                    rto_us: 1,
                    rtt_us: 2,
                    unacked: 3,
                    sacked: 4,
                    due_us: (shape & 8 == 0).then_some(5),
                    gives_up_us: (shape & 8 == 0).then_some(6),
                })
            },
            ends: (shape & 32 != 0).then(|| {
                Box::new(WireEnds {
                    client: Answer::Says(WireEnd {
                        state: TcpState::ALL[state],
                        retransmits: 1,
                        due_us: None,
                        gives_up_us: (shape & 8 == 0).then_some(8),
                    }),
                    server: Answer::NoAnswer,
                })
            }),
            queue: if shape & 16 == 0 {
                Answer::NotAsked
            } else {
                Answer::Says(AcceptQueue {
                    length: 1,
                    limit: 0,
                })
            },
            file: (shape & 64 != 0).then(|| {
                Box::new(FileFacts {
                    nonblocking: shape & 1 == 0,
                    size: (shape & 2 == 0).then_some(5),
                    position: (shape & 4 == 0).then_some(6),
                    waiting: (shape & 8 == 0).then_some(7),
                    capacity: (shape & 16 == 0).then_some(8),
                    canonical: (shape & 32 == 0).then_some(true),
                })
            }),
            local,
            strangers: match shape & 0x82 {
                0 => Answer::Says(true),
                2 => Answer::Says(false),
                _ => Answer::NotAsked,
            },
        })
}

fn any_change() -> impl Strategy<Value = Change> {
    (1..=ROWS, 0_u8..16, any_interest()).prop_map(|(row, kind, interest)| match kind {
        0 => Change::Removed { row: Row(row) },
        1 => Change::Restarted { row: Row(row) },
        2 => Change::ByHand {
            row: Row(row),
            switch: OnOff::On,
        },
        3 => Change::ByHand {
            row: Row(row),
            switch: OnOff::Off,
        },
        4 => Change::Deadline {
            row: Row(row),
            at_us: Some(u64::from(row) * 2000),
        },
        5 => Change::Autodrain(OnOff::On),
        6 => Change::Autodrain(OnOff::Off),
        // The rows that appear are numbered from where the first four end; of these numbers at most one is the next.
        7 | 8 => Change::Appeared {
            row: Row(ROWS + u32::from(kind) - 6),
            target: "accepted by target 1".into(),
            role: if kind == 7 {
                Role::Peer { of: Row(row) }
            } else {
                Role::Accepted { of: Row(row) }
            },
            fd: Fd(40),
            stage: if kind == 7 {
                Stage::Listening
            } else {
                Stage::Accepted
            },
            addr: None,
            interest,
            mode: if kind == 7 {
                Mode::NonBlocking
            } else {
                Mode::Blocking
            },
        },
        9 => Change::Mode {
            row: Row(row),
            mode: Mode::Timeout(Duration::from_millis(500)),
        },
        10 => Change::Mode {
            row: Row(row),
            mode: Mode::Blocking,
        },
        11 => Change::Race {
            row: Row(row),
            delay: Some(Duration::from_millis(u64::from(row) * 100)),
        },
        12 => Change::Race {
            row: Row(row),
            delay: None,
        },
        13 => Change::Races {
            row: Row(row),
            of: Row(1),
        },
        14 => Change::Due {
            row: Row(row),
            at_us: u64::from(row) * 3000,
        },
        _ => Change::Interest {
            row: Row(row),
            interest,
        },
    })
}

fn any_packet() -> impl Strategy<Value = PacketFact> {
    (
        1_u32..4,
        0_u8..7,
        proptest::collection::vec(any::<u8>(), 0..9),
    )
        .prop_map(|(number, kind, bytes)| PacketFact {
            change: wire::PacketChange {
                number: wire::PacketNumber(number),
                at_us: 7,
                what: match kind {
                    0 | 1 => PacketEvent::Appeared {
                        flow: None,
                        segment: Segment {
                            direction: Direction::ToServer,
                            kind: SegmentKind::Data,
                            flags: Flags::ACK,
                            seq: 1,
                            ack: Some(1),
                            length: 5,
                            window: 64,
                            excerpt: "\"hello\"".to_owned(),
                        },
                        origin: Origin::Kernel,
                    },
                    2 => PacketEvent::SentAgain,
                    3 => PacketEvent::LetGo(wire::ReleasedBy::Learner),
                    4 => PacketEvent::Dropped,
                    5 => PacketEvent::NotWritten(Errno::from_linux(5)),
                    _ => PacketEvent::Waits(wire::Due::AfterTick(3)),
                },
            },
            bytes: (kind == 0).then_some(bytes),
        })
}

/// One event in five is of an attempt that is over.
fn any_stale() -> impl Strategy<Value = Option<AttemptId>> {
    proptest::option::weighted(0.2, (1_u64..9).prop_map(AttemptId))
}

fn any_record() -> impl Strategy<Value = Record> {
    (
        proptest::collection::vec(any_fact(), 0..6),
        proptest::collection::vec((1..=ROWS, any_readiness(), any_stale()), 0..4),
        proptest::collection::vec((1..=ROWS, any_look()), 0..3),
        proptest::collection::vec(any_change(), 0..2),
        proptest::collection::vec(any_packet(), 0..3),
        any::<bool>(),
    )
        .prop_map(|(calls, events, looks, changes, packets, tick)| Record {
            tick: tick.then_some(0),
            packets,
            calls: calls.into(),
            events: events
                .into_iter()
                .map(|(row, readiness, stale)| Event {
                    row: Row(row),
                    stale,
                    readiness,
                })
                .collect(),
            looked: !looks.is_empty(),
            looks: looks
                .into_iter()
                .map(|(row, look)| (Row(row), look))
                .collect(),
            changes: changes.into(),
            ..Record::new(0, Cause::parse("tick"), 0)
        })
}

/// A call by which a program connects, with anything that can come back.
fn any_usual() -> impl Strategy<Value = CallFact> {
    let fd = (0_i32..70_000).prop_map(Fd);
    let port = any::<u16>();
    let back = (
        any::<i64>(),
        proptest::option::of(any_errno()),
        0_u8..4,
        any_errno(),
    );
    let shape = (0_u8..7, 1_u32..30_000, 0_usize..CalledBy::ALL.len());
    (shape, fd, port, any_interest(), back).prop_map(|(shape, fd, port, interest, back)| {
        let (kind, row, by) = shape;
        let addr = Addr::V4(std::net::SocketAddrV4::new([127, 0, 0, kind].into(), port));
        let call = match kind {
            0 => Call::socket(Family::Inet6),
            1 => Call::SetNonblocking { fd },
            2 => Call::Connect {
                fd,
                addr: addr.clone(),
            },
            3 => Call::EpollCtl {
                epfd: Fd(3),
                op: CtlOp::Add,
                fd,
                interest,
            },
            4 => Call::SoError { fd },
            5 => Call::Getpeername { fd },
            _ => Call::Close { fd },
        };
        let (ret, errno, kind, found) = back;
        let out = match kind {
            0 => None,
            1 => Some(Out::SoError(None)),
            2 => Some(Out::SoError(Some(found))),
            _ => Some(Out::Addr(addr)),
        };
        CallFact::done(
            Row(row),
            CalledBy::ALL[by],
            call,
            Outcome { ret, errno, out },
        )
    })
}

/// All that happens in a session, so many times over, as one record, behind calls that are usual and changes that are.
fn one_long_record(session: &[Record], times: usize, usual: &[CallFact]) -> Record {
    let mut world = World::default();
    let mut all = Record::new(0, Cause::parse("tick"), 0);
    all.calls.extend(usual.iter().cloned());
    for fact in usual {
        let row = fact.row.expect("it is usual");
        all.events.push(Event {
            row,
            stale: None,
            readiness: Readiness::WRITABLE,
        });
        let look = Look {
            poll: Answer::Says(PollMask::OUT),
            select: Answer::NoAnswer,
            ..Look::default()
        };
        all.looks.push((row, look));
        let target = sockstep::model::target::Target::parse("127.0.0.1:80").expect("a target");
        all.changes.push(Change::Added {
            row,
            target,
            addresses: vec!["127.0.0.1:80".parse().expect("an address")],
            interest: Interest::READABLE,
            mode: Mode::NonBlocking,
        });
    }
    for record in std::iter::repeat_n(session, times).flatten() {
        all.stages.extend(world.apply(record));
        all.changes.extend(record.changes.iter().cloned());
        all.calls.extend(record.calls.iter().cloned());
        all.events.extend(record.events.iter().copied());
        all.looks.extend(record.looks.iter().cloned());
    }
    all
}

/// A session: four rows, then anything.
fn any_session() -> impl Strategy<Value = Vec<Record>> {
    proptest::collection::vec(any_record(), 1..25).prop_map(|rest| {
        let mut first = Record::new(0, Cause::parse("add 10.0.0.1:1"), 0);
        for row in 1..=ROWS {
            let remote = row % 2 == 0;
            let address: sockstep::model::addr::Addr =
                if remote { "10.0.0.1:1" } else { "127.0.0.1:1" }
                    .parse()
                    .expect("a valid address");
            first.changes.push(Change::Added {
                row: Row(row),
                target: sockstep::model::target::Target::recorded(
                    &format!("target {row}"),
                    None,
                    std::slice::from_ref(&address),
                ),
                addresses: vec![address],
                interest: Interest::default(),
                mode: match row {
                    1 => Mode::Blocking,
                    3 => Mode::Timeout(Duration::from_secs(2)),
                    _ => Mode::NonBlocking,
                },
            });
        }
        let mut all = vec![first];
        for (n, mut record) in (1..).zip(rest) {
            record.n = n;
            record.at_us = n * 1000;
            record.tick = record.tick.map(|_| n);
            all.push(record);
        }
        all
    })
}

proptest! {
    #[test]
    fn closed_is_for_ever(session in any_session()) {
        let mut world = World::default();
        let mut closed = std::collections::BTreeSet::new();
        for record in &session {
            world.apply(record);
            for attempt in world.rows().flat_map(|row| &row.attempts) {
                if closed.contains(&attempt.id) {
                    prop_assert_eq!(attempt.stage, Stage::Closed);
                }
                if attempt.stage == Stage::Closed {
                    prop_assert_eq!(attempt.fd, None);
                    closed.insert(attempt.id);
                }
            }
        }
    }

    #[test]
    fn the_unsettled_rows_are_those_that_are_not_settled(session in any_session()) {
        let mut world = World::default();
        for record in &session {
            world.apply(record);
            let known: Vec<Row> = world.unsettled().map(|row| row.row).collect();
            let drains = |row: &RowState| world.autodrain && row.is_client() && row.stage() == Stage::Connected
                && row.current().running.is_none() && row.current().hints.contains(Readiness::READABLE);
            let derived: Vec<Row> = world.rows().filter(|row| !row.is_settled() || (!row.removed && drains(row)))
                .map(|row| row.row).collect();
            prop_assert_eq!(known, derived);
            prop_assert!(world.rows().filter(|row| row.is_settled()).all(|row| row.removed || row.next().is_none()));
        }
    }

    #[test]
    fn the_lists_that_are_kept_are_the_lists_by_definition(session in any_session()) {
        let mut world = World::default();
        for record in &session {
            // A snapshot is held, as the screen does it: it must not change under the eyes.
            let (before, known) = (world.clone(), format!("{world:?}"));
            world.apply(record);
            lists_by_walking::compare(&world);
            prop_assert_eq!(format!("{before:?}"), known);
        }
    }

    #[test]
    fn the_guide_recognises_what_a_matcher_finds_that_asks_everything(session in any_session()) {
        let more = ["some stage connected\nother stage error and some made recv 2\nnot some port", "some reported -\nother kernel ESTABLISHED", "not other port\nwire packets 2", "some partner 2"];
        let more = more.map(|lines| lines.lines().map(|line| Conjunction::parse(line).expect("claims")).collect());
        let topics = topics().iter().map(|topic| Arc::clone(&topic.lesson.seen));
        let mut both: Vec<(Matcher, Recogniser)> = topics.chain(more)
            .map(|steps: Arc<[Conjunction]>| (Matcher::new(Arc::clone(&steps)), Recogniser::new(steps)))
            .collect();
        let (mut world, mut rows) = (World::default(), RowsSeen::default());
        for record in &session {
            world.apply(record);
            let said = || story::said(&world, record);
            let changed = rows.changed(&world);
            for (matcher, recogniser) in &mut both {
                prop_assert_eq!(matcher.take(&world, &said), recogniser.take(&world, &changed, &said));
                prop_assert_eq!(matcher.found(), recogniser.found());
            }
        }
    }

    #[test]
    fn events_never_conclude(session in any_session(), events in proptest::collection::vec((1..=ROWS, any_readiness()), 1..8)) {
        let mut world = World::default();
        for record in &session {
            world.apply(record);
        }
        let before: Vec<Stage> = world.rows().map(sockstep::model::world::RowState::stage).collect();
        let mut only = Record::new(session.len() as u64, Cause::parse("tick"), 0);
        only.events = events.into_iter().map(|(row, readiness)| Event { row: Row(row), stale: None, readiness }).collect();
        world.apply(&only);
        for (row, before) in world.rows().zip(before) {
            let allowed = row.stage() == before || (before == Stage::Pending && row.stage() == Stage::Writable);
            prop_assert!(allowed, "{:?} became {:?} by events alone", before, row.stage());
        }
    }

    #[test]
    fn a_packed_record_is_the_record_that_was_packed(
        session in any_session(),
        times in 1_usize..4,
        usual in proptest::collection::vec(any_usual(), 64..300),
    ) {
        let all = one_long_record(&session, times, &usual);
        let mut packed = all.clone();
        packed.pack();
        prop_assert!(!all.is_packed());
        prop_assert!(packed.calls.is_packed() && packed.events.is_packed());
        prop_assert_eq!(&packed, &all);
        prop_assert!(packed.calls.stream().rev().eq(all.calls.stream().rev()));
        prop_assert_eq!(format!("{packed:?}"), format!("{all:?}"));
        // Unpacked as a whole, and packed again.
        prop_assert_eq!(&*packed.calls, &*all.calls);
        prop_assert_eq!(&*packed.looks, &*all.looks);
        prop_assert_eq!(&*packed.events, &*all.events);
        prop_assert_eq!(&*packed.changes, &*all.changes);
        prop_assert_eq!(&*packed.stages, &*all.stages);
        packed.pack();
        prop_assert_eq!(&packed, &all);
        prop_assert_eq!(encode::record(&packed), encode::record(&all));
        let worlds = [&packed, &all].map(|record| {
            let mut world = World::default();
            world.apply(record);
            world
        });
        prop_assert!(worlds[0] == worlds[1]);
        // Changed, it is whole again.
        let last = packed.stages.pop();
        prop_assert_eq!(last.as_ref(), all.stages.last());
        prop_assert_eq!(packed.stages.len(), all.stages.len().saturating_sub(1));
        prop_assert!(packed.stages.iter().eq(all.stages.iter().take(packed.stages.len())));
    }

    #[test]
    fn a_record_survives_json(session in any_session()) {
        let mut world = World::default();
        for mut record in session {
            record.stages = world.apply(&record).into();
            let line = encode::record(&record);
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert!(line.trim_end().chars().all(|c| !sockstep::model::clean::is_hostile(c)), "{}", line);
            prop_assert_eq!(decode::record(sockstep::trace::VERSION, &line), Ok(record));
        }
    }

    #[test]
    fn the_live_world_is_the_folded_world(session in any_session()) {
        let mut live = World::default();
        let mut lines = Vec::new();
        for record in &session {
            // As the engine does it: in two halves, with the looks between.
            let mut record = record.clone();
            record.stages = live.apply_calls(&record).into();
            live.apply_looks(&record);
            lines.push(encode::record(&record));
        }
        let mut folded = World::default();
        for line in &lines {
            let record = decode::record(sockstep::trace::VERSION, line).expect("our own line");
            let stages = folded.apply(&record);
            prop_assert_eq!(stages, record.stages);
        }
        prop_assert_eq!(live, folded);
    }

    #[test]
    fn a_plan_is_one_call_a_socket_in_order_and_never_for_one_that_heard_news(session in any_session(), heard in 1..=ROWS) {
        let mut world = World::default();
        for record in &session {
            world.apply(record);
        }
        let event = Event { row: Row(heard), stale: None, readiness: Readiness::WRITABLE };
        let plan = world.plan(&[event], Scope::All, 0);
        let rows: Vec<Row> = plan.iter().map(|(row, _)| *row).collect();
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(&rows, &sorted);
        prop_assert!(!rows.contains(&Row(heard)));
        let remote = world.present().filter(|row| row.is_remote() && row.stage().is_under_way()).count();
        let more = plan.iter().filter(|(row, step)| *step == NextCall::Connect && world.row(*row).is_some_and(RowState::is_remote)).count();
        prop_assert!(more == 0 || remote + more <= MAX_REMOTE_PENDING);
    }

    #[test]
    fn any_text_is_a_record_or_a_message(text in any::<String>()) {
        if let Err(error) = decode::record(sockstep::trace::VERSION, &text) {
            prop_assert!(!error.to_string().chars().any(sockstep::model::clean::is_hostile));
        }
        let _ = decode::header(&text);
    }
}

#[test]
fn the_lists_of_the_golden_recordings_are_the_lists_by_definition() {
    for name in recordings::GOLDEN
        .into_iter()
        .chain([recordings::VERSION_2])
    {
        let (_, records) =
            recordings::read(recordings::golden_text(name).as_bytes()).expect("a recording");
        let mut world = World::default();
        for record in &records {
            world.apply(record);
            lists_by_walking::compare(&world);
        }
    }
}
