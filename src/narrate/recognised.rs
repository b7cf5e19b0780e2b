//! Phenomena that are recognised when they happen, whoever caused them: a sentence each, after the fact.

use crate::derive::circle::{self, Circle};
use crate::model::call::CalledBy;
use crate::model::ids::Row;
use crate::model::packet::segment::Direction;
use crate::model::readiness::{PollMask, Readiness};
use crate::model::record::{Answer, Event, Look, Record, WireEnd};
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::wire::PacketEvent;
use crate::model::world::{IsSo, World};
use crate::words::prose::{self, Prose, Told};

/// What is recognised in a record; `world` is the state after it.
pub fn narrate(world: &World, record: &Record) -> Vec<Told> {
    let mut sentences = Vec::new();
    sentences.extend(half(world, record));
    sentences.extend(rest(world, record));
    sentences.extend(half_seen(world, record));
    sentences.extend(copies(world, record));
    sentences.extend(circles(world, record));
    sentences.extend(of_some(prose::text("event fin"), &ended(world, record)));
    sentences
}

/// Ends of the lab wire that a kernel has let go of by itself: nothing came in time.
pub fn ends(world: &World, record: &Record) -> Vec<Told> {
    let mut sentences = Vec::new();
    let arrived = |to: Direction| {
        record.packets.iter().any(|fact| {
            let went = matches!(
                fact.change.what,
                PacketEvent::LetGo(_) | PacketEvent::Repeated(_)
            );
            let entry = world.wire.get(fact.change.number);
            went && entry.is_some_and(|entry| entry.segment.direction == to)
        })
    };
    let called = |row: Row| record.calls.iter().any(|fact| fact.row == Some(row));
    for (row, _) in &record.looks {
        let Some(state) = world
            .row(*row)
            .filter(|state| state.changed_at.look == record.n)
        else {
            continue;
        };
        let (before, now) = (state.look_before(), &state.look);
        let gone = |before: Answer<WireEnd>, now: Answer<WireEnd>| match (before, now) {
            (Answer::Says(end), Answer::NoAnswer) => Some(end.state),
            _ => None,
        };
        let client = gone(before.client(), now.client());
        if let Some(was) = client.filter(|_| !arrived(Direction::ToClient) && !called(*row)) {
            sentences.push(match was {
                TcpState::TimeWait => prose::text("wire time-wait-over").told(&[*row], &[]),
                was => gave_up(*row, "client", was),
            });
        }
        let server = gone(before.server(), now.server());
        if let Some(was) = server.filter(|_| !arrived(Direction::ToServer)) {
            let closed = record.calls.iter().any(|fact| fact.by == CalledBy::Peer);
            if !closed {
                sentences.push(gave_up(*row, "server", was));
            }
        }
    }
    sentences
}

fn gave_up(row: Row, whose: &str, was: TcpState) -> Told {
    let values = [("{whose}", whose), ("{state}", was.name())];
    prose::text("wire gave-up").told(&[row], &values)
}

/// A sentence of these sockets, if there are any.
fn of_some(prose: &'static Prose, rows: &[Row]) -> Option<Told> {
    (!rows.is_empty()).then(|| prose.told(rows, &[]))
}

fn rows_with(record: &Record, wanted: impl Fn(Row, Readiness) -> bool) -> Vec<Row> {
    let fresh = record.events.iter().filter(|event| event.stale.is_none());
    fresh
        .filter(|event| wanted(event.row, event.readiness))
        .map(|event| event.row)
        .collect()
}

fn half(world: &World, record: &Record) -> Option<Told> {
    let rows = rows_with(record, |row, reported| {
        reported.is_half_a_failure()
            && world
                .row(row)
                .is_some_and(|row| row.half_reported.is_some() && row.file().is_none())
    });
    of_some(prose::text("event half"), &rows)
}

fn rest(world: &World, record: &Record) -> Option<Told> {
    let rows = rows_with(record, |row, reported| {
        let first = world.row(row).and_then(|row| row.half_reported);
        !reported.is_half_a_failure() && first.is_some_and(|first| first < record.n)
    });
    of_some(prose::text("event rest"), &rows)
}

/// Whether an event is about a socket that the program had closed before: epoll watches the open socket, which lives as long as a copy of
/// its descriptor does.
pub fn is_of_a_closed_socket(world: &World, record: &Record, event: &Event) -> bool {
    let closes_now = || {
        let changes = record.stages.iter();
        changes
            .filter(|change| change.row == event.row)
            .any(|change| change.stage == Stage::Closed)
    };
    let row = world.row(event.row);
    event.stale.is_some() || row.is_some_and(|row| row.stage() == Stage::Closed) && !closes_now()
}

/// The rows whose peer has ended its direction since the look before: their kernel has had a FIN.
fn ended(world: &World, record: &Record) -> Vec<Row> {
    let waits = |look: &Look| {
        let tcp = look.tcp.answer();
        tcp.is_some_and(|tcp| tcp.state == TcpState::CloseWait)
    };
    let looked = record.looks.iter().filter(|(_, look)| waits(look));
    let looked = looked.filter_map(|(row, _)| world.row(*row));
    let fresh = looked.filter(|row| row.fd().is_some() && !waits(row.look_before()));
    fresh.map(|row| row.row).collect()
}

/// Events of sockets that the program has closed.
fn copies(world: &World, record: &Record) -> Option<Told> {
    let events = record.events.iter();
    let rows: Vec<Row> = events
        .filter(|event| is_of_a_closed_socket(world, record, event))
        .map(|event| event.row)
        .collect();
    of_some(prose::text("event closed"), &rows)
}

/// Two ends of one connection that wait for each other since this record.
fn circles(world: &World, record: &Record) -> Vec<Told> {
    let begun = record.calls.iter().filter(|fact| fact.outcome.is_none());
    let begun = begun.filter_map(|fact| world.row(fact.row?));
    // What was on its way when the calls began may have gone into the buffers since.
    let looked = record.looks.iter().filter_map(|(row, _)| world.row(*row));
    let looked = looked.filter(|row| circle::was_ready(row));
    let rows = begun.chain(looked);
    let mut circles: Vec<Circle> = rows.filter_map(|row| circle::of(world, row)).collect();
    circles.dedup_by_key(|circle| circle.one.min(circle.other));
    circles.iter().map(named).collect()
}

/// The circle, from one end to the other and back.
fn named(circle: &Circle) -> Told {
    let (one, other) = (circle.one.to_string(), circle.other.to_string());
    let values = [("{one}", one.as_str()), ("{other}", &other)];
    let prose = match circle.call {
        "send" => prose::text("event deadlock send"),
        _ => prose::text("event deadlock recv"),
    };
    prose.told(&[circle.one, circle.other], &values)
}

/// The same seen by a look: poll(2) says ERR alone, which no finished failure of a TCP connection shows.
fn half_seen(world: &World, record: &Record) -> Option<Told> {
    // What lies in the error queue is of a failure that was told before.
    let is_new = |row: Row| {
        let state = world.row(row);
        // A pipe without a reader says ERR alone for ever.
        state.is_none_or(|state| {
            state.file().is_none() && !state.facts().is.contains(IsSo::ERROR_QUEUE)
        })
    };
    let rows: Vec<Row> = record
        .looks
        .iter()
        .filter(|(row, look)| look.poll.answer() == Some(PollMask::ERR) && is_new(*row))
        .map(|(row, _)| *row)
        .collect();
    of_some(prose::text("event half-seen"), &rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::depth::Depth;
    use crate::model::addr::Family;
    use crate::model::call::{Call, CallFact, Outcome};
    use crate::model::ids::Fd;
    use crate::model::readiness::Interest;
    use crate::model::record::{Cause, Change};
    use crate::model::socket::Mode;

    fn record(n: u64, reported: Readiness) -> Record {
        let event = Event {
            row: Row(1),
            stale: None,
            readiness: reported,
        };
        Record {
            tick: Some(n),
            events: vec![event].into(),
            ..Record::new(n, Cause::parse("tick"), n)
        }
    }

    fn world() -> World {
        let mut world = World::default();
        let mut first = Record::new(0, Cause::parse("add"), 0);
        first.changes.push(Change::Added {
            row: Row(1),
            target: crate::model::target::Target::parse("127.0.0.1:9").expect("a target"),
            addresses: Vec::new(),
            interest: Interest::READABLE,
            mode: Mode::NonBlocking,
        });
        world.apply(&first);
        world
    }

    #[test]
    fn an_error_alone_and_the_event_after_it_are_recognised_as_one_failure() {
        let mut world = world();
        let half = record(1, Readiness::ERROR | Readiness::WRITE_CLOSED);
        world.apply(&half);
        assert!(
            narrate(&world, &half)[0]
                .text
                .contains("error and nothing else")
        );
        let whole = Readiness::all() - Readiness::PRIORITY;
        let rest = record(2, whole);
        world.apply(&rest);
        assert!(
            narrate(&world, &rest)[0]
                .text
                .contains("One failure, two events")
        );
        // It is narrated once.
        let again = record(3, whole);
        world.apply(&again);
        assert_eq!(narrate(&world, &again), Vec::<Told>::new());
    }

    #[test]
    fn a_whole_failure_is_nothing_special() {
        let mut world = world();
        let all = Readiness::all() - Readiness::PRIORITY;
        // Somebody who asked for urgent data only is told of a failure like this.
        let closed = Readiness::ERROR | Readiness::READ_CLOSED | Readiness::WRITE_CLOSED;
        for (n, reported) in (1..).zip([all, closed]) {
            let whole = record(n, reported);
            world.apply(&whole);
            assert_eq!(narrate(&world, &whole), Vec::<Told>::new());
        }
    }

    #[test]
    fn an_event_of_a_closed_socket_tells_that_somebody_keeps_a_copy() {
        let mut world = world();
        let done = |call, ret| CallFact::done(Row(1), CalledBy::Program, call, Outcome::ok(ret));
        let mut closed = Record::new(1, Cause::parse("close 1"), 1);
        let family = Family::Inet;
        *closed.calls = vec![
            done(Call::socket(family), 9),
            done(Call::Close { fd: Fd(9) }, 0),
        ];
        world.apply(&closed);
        let event = record(2, Readiness::WRITABLE);
        world.apply(&event);
        let said = narrate(&world, &event);
        assert!(said[0].text.contains("somebody keeps a copy"), "{said:?}");
        let all = crate::narrate::story::narrate(&world, &event, Depth::Program);
        assert!(
            !all.iter().any(|said| said.contains("hints")),
            "nobody need look: {all:?}"
        );
    }

    #[test]
    fn a_witness_that_saw_half_is_recognised_too() {
        let mut world = world();
        let mut seen = Record::new(1, Cause::parse("look"), 1);
        let look = Look {
            poll: Answer::Says(PollMask::ERR),
            ..Look::default()
        };
        seen.looks.push((Row(1), look));
        world.apply(&seen);
        assert!(narrate(&world, &seen)[0].text.contains("ERR alone"));
    }
}
