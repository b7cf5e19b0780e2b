//! The lab wire in a session: its sockets, its packets, and what the user does with them.

mod ends;
#[cfg(test)]
pub(super) mod tests;

use super::turn::Turn;
use super::{Refusal, Session};
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, Outcome};
use crate::model::command::Command;
use crate::model::ids::{Fd, Row};
use crate::model::packet::segment::Direction;
use crate::model::record::{PacketFact, Record};
use crate::model::socket::Stage;
use crate::model::target::WireTarget;
use crate::model::wire::places::{self, IpVersion, WirePlace};
use crate::model::wire::queue::{self, PacketQueue, SessionTime};
use crate::model::wire::{Origin, PacketEvent, PacketNumber};
use crate::model::world::{RowState, World};
use crate::os::call::Descriptors;
use crate::os::lab::peers::{self, PeerSpec};
use crate::os::wire::{Inside, THIS_PROGRAM, TunWire, WireDevice, WireWatch};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// One record takes in at most so many rounds of packets: with a rule that passes everything two kernels could talk for long.
const ROUNDS: usize = 256;

/// The wire of a session.
#[derive(Debug)]
pub(super) struct LabWire {
    wire: Box<dyn WireDevice>,
    queue: PacketQueue,
    watch: WireWatch,
    /// The rows whose sockets live on it.
    rows: BTreeMap<Row, WireTarget>,
}

impl Session {
    /// Makes a row's place on the wire. The wire is there: [`Session::open_wire`].
    pub(super) fn stage_wire(
        &mut self,
        row: Row,
        target: WireTarget,
        calls: &mut Vec<CallFact>,
    ) -> Result<Vec<Addr>, Refusal> {
        let lab = self.wire.as_mut().ok_or(Refusal::NoWireYet)?;
        let addr = Addr::from_ip(target.place.at(target.version, target.port));
        let with = lab
            .rows
            .iter()
            .find(|(_, known)| target.server && **known == target)
            .map(|(row, _)| *row);
        let failed = |errno| Refusal::Staging {
            target: format!("the server at port {}", target.port),
            errno,
            hint: None,
        };
        match with {
            Some(with) => {
                self.lab.share(row, with);
            }
            None if target.server => {
                let made = lab.socket(target.version, &mut self.descriptors);
                let number = made.errno.map_or(Ok(made.ret), Err);
                let family = addr.family();
                calls.push(CallFact::done(
                    row,
                    CalledBy::Lab,
                    Call::socket(family),
                    made,
                ));
                let fd = Fd(number.map_err(failed)? as i32);
                let here = Addr::from_ip(places::WirePlace::Here.at(target.version, target.port));
                let lives = vec![addr.clone()];
                self.lab
                    .adopt(
                        row,
                        spec(target),
                        fd,
                        here,
                        lives,
                        &mut self.descriptors,
                        calls,
                    )
                    .map_err(failed)?;
            }
            None => self
                .lab
                .only_addresses(row, spec(target), vec![addr.clone()]),
        }
        lab.rows.insert(row, target);
        Ok(vec![addr])
    }

    /// Sets the wire up, if it is not there yet.
    pub(super) fn open_wire(&mut self) -> Result<(), Refusal> {
        if self.wire.is_some() {
            return Ok(());
        }
        let refused = |error: String| Refusal::NoWire(error);
        let wire = TunWire::open(Path::new(THIS_PROGRAM))
            .map_err(|error| refused(format!("{error}. {}", error.fix())))?;
        let tun = wire.tun_fd().try_clone_to_owned();
        let tun = tun.map_err(|error| refused(error.to_string()))?;
        let notifier = self.answers.notifier();
        let start = || WireWatch::start(tun, notifier);
        let watch = crate::os::signals::blocked_for_new_threads(start);
        let mut watch = watch.map_err(|error| refused(error.to_string()))?;
        watch.seen(None);
        self.wire = Some(LabWire {
            wire: Box::new(wire),
            queue: PacketQueue::default(),
            watch,
            rows: BTreeMap::new(),
        });
        Ok(())
    }

    /// The program's socket() for a row on the wire: the call is made inside the wire's namespace, and the socket passed out.
    pub(super) fn socket_inside(&mut self, row: Row, call: &Call) -> Option<Outcome> {
        let Call::Socket { .. } = call else {
            return None;
        };
        let lab = self.wire.as_ref()?;
        let target = lab.rows.get(&row)?;
        Some(lab.socket(target.version, &mut self.descriptors))
    }

    /// A row that did not come after all is not on the wire.
    pub(super) fn leave_wire(&mut self, row: Row) {
        if let Some(lab) = &mut self.wire {
            lab.rows.remove(&row);
        }
    }

    /// Takes in every packet that has left a kernel, and lets go what is due.
    pub(super) fn wire_turn(&mut self, record: &mut Record) {
        let now = SessionTime {
            at_us: self.now_us(),
            tick: record.tick.unwrap_or(self.world.tick),
        };
        let Some(lab) = &mut self.wire else { return };
        lab.vanish(&self.world, now, record);
        for _ in 0..ROUNDS {
            let packets = lab.wire.read().unwrap_or_default();
            let nothing = packets.is_empty();
            for packet in packets {
                let turn = lab.queue.appear(&packet, now);
                lab.carry_out(turn, record);
            }
            let due = lab.queue.due(now);
            if nothing && due.deliveries.is_empty() {
                break;
            }
            lab.carry_out(due, record);
        }
        self.watch_on();
    }

    /// Everything was read: the watch waits for the next packet, for what is let go by itself, and for the moment at which a kernel gives up.
    pub(super) fn watch_on(&mut self) {
        let ends = self.next_end_us();
        let Some(lab) = &mut self.wire else { return };
        let due = lab.queue.next_due_us().into_iter().chain(ends).min();
        lab.watch
            .seen(due.map(|at_us| self.started + Duration::from_micros(at_us)));
    }

    /// Whether the wire has something to say although nobody asked.
    pub(super) fn wire_was_notified(&self) -> bool {
        self.wire.is_some() && self.answers.was_notified()
    }

    /// Carries out what the user wants done with packets.
    pub(super) fn on_the_wire(
        &mut self,
        turn: &mut Turn,
        command: &Command,
    ) -> Result<(), Refusal> {
        // What has come meanwhile is taken in first, so that the command means what was seen and not less.
        self.wire_turn(&mut turn.record);
        let now = SessionTime {
            at_us: self.now_us(),
            tick: self.world.tick,
        };
        let lab = self.wire.as_mut().ok_or(Refusal::NoWireYet)?;
        let packet_command = lab.packet_command(command, now, &mut turn.record)?;
        lab.carry_out(packet_command, &mut turn.record);
        Ok(())
    }
}

impl LabWire {
    /// The host of a server that vanishes does so once a program has learnt that it is connected.
    fn vanish(&mut self, world: &World, now: SessionTime, record: &mut Record) {
        let vanishes = |(row, target): (&Row, &WireTarget)| {
            let stage = world.row(*row).map(RowState::stage);
            target.place == WirePlace::Gone && stage == Some(Stage::Connected)
        };
        if self.rows.iter().any(vanishes) {
            let turn = self.queue.host_vanishes(now);
            self.carry_out(turn, record);
        }
    }

    /// One socket() inside, passed out.
    fn socket(&self, version: IpVersion, descriptors: &mut Descriptors) -> Outcome {
        match self.wire.socket(Inside::Tcp(version)) {
            Ok(fd) => Outcome::ok(i64::from(descriptors.insert(fd).0)),
            Err(errno) => Outcome::failed(errno),
        }
    }

    /// Writes what is to be written, and writes down what happened.
    fn carry_out(&mut self, turn: queue::QueueChanges, record: &mut Record) {
        let facts = &mut record.packets;
        for change in turn.changes {
            let is_sent = matches!(
                change.what,
                PacketEvent::Appeared { .. } | PacketEvent::SentAgain
            );
            let bytes = is_sent
                .then(|| self.queue.client_view(change.number))
                .flatten();
            facts.push(PacketFact { change, bytes });
        }
        for delivery in turn.deliveries {
            let change = self
                .queue
                .written(&delivery, self.wire.write(&delivery.bytes));
            let bytes = None;
            facts.push(PacketFact { change, bytes });
        }
    }

    fn packet_command(
        &mut self,
        command: &Command,
        now: SessionTime,
        record: &mut Record,
    ) -> Result<queue::QueueChanges, Refusal> {
        let queue = &mut self.queue;
        Ok(match command {
            Command::Release(Some(number)) => queue.release(*number, now)?,
            Command::Release(None) => queue.release_all(now),
            Command::Drop(number) => queue.drop(*number, now)?,
            Command::Repeat(number) => queue.repeat(*number, now)?,
            Command::Reorder(number, place, other) => {
                queue.reorder(*number, *place, *other, now)?
            }
            Command::Rule(rule) => {
                queue.rule(*rule);
                record.rules.push(*rule);
                queue::QueueChanges::default()
            }
            Command::InjectRst(direction, number, about) => {
                let about = about
                    .or_else(|| newest(queue, None))
                    .ok_or(Refusal::NothingHeld)?;
                queue.inject_rst(about, *direction, *number, now)?
            }
            Command::InjectIcmp(kind, code, about) => {
                let held = || newest(queue, Some(Direction::ToServer));
                let about = about.or_else(held).ok_or(Refusal::NothingHeld)?;
                queue.inject_icmp(about, *kind, *code, now)?
            }
            _ => return Err(Refusal::NothingHeld),
        })
    }
}

/// What the server at a place is.
fn spec(target: WireTarget) -> &'static PeerSpec {
    match target.place {
        WirePlace::Gone => &peers::WIRE_GONE,
        _ => &peers::WIRE,
    }
}

/// The newest packet that a kernel sent, perhaps only of those that went this way; one that is held comes first.
fn newest(queue: &PacketQueue, direction: Option<Direction>) -> Option<PacketNumber> {
    let wire = queue.wire();
    let fits = |entry: &&crate::model::wire::PacketEntry| {
        entry.origin == Origin::Kernel
            && entry.flow.is_some()
            && direction.is_none_or(|direction| entry.segment.direction == direction)
    };
    let held = wire.waiting().find(fits);
    held.or_else(|| wire.entries().iter().rev().find(fits))
        .map(|entry| entry.number)
}
