//! Everything in a record that can tell who or where, shown one by one to whoever asks: masking learns from this walk and changes by it.
//!
//! Every struct is taken apart without `..` and every enum without `_`: a field or a variant that is added does not compile until
//! somebody has thought about what it tells.

mod call;
mod command;
mod task;

use super::addr::Addr;
use super::call::CalledBy;
use super::ids::Row;
use super::packet::flow::Flow;
use super::packet::segment::Segment;
use super::record::{Change, Event, Look, PacketFact, Record, StageChange};
use super::target::Target;
use super::unknown::Unknown;
use super::wire::rule::Rule;
use super::wire::{self, PacketEvent};
use std::net::SocketAddr;
use std::sync::Arc;

/// One place in a record that can tell who or where. Whoever sees it may write something else there.
#[derive(Debug)]
pub enum Name<'a> {
    /// An address of a socket.
    Addr(&'a mut Addr),
    /// One end of a packet's connection.
    End(&'a mut SocketAddr),
    /// A name that is looked up.
    Host(&'a mut String),
    /// A target: as typed, and where it leads.
    Target(&'a mut Target),
    /// What a row is called: a target as typed, or `accepted by` and `peer of` one.
    Label(&'a mut Arc<str>),
    /// Words of the user.
    Words(&'a mut String),
    /// Words of a cause that nobody here understands.
    Unknown(&'a mut String),
    /// Anything else of a line that nobody here understands.
    NotUnderstood(&'a mut Unknown),
    /// Bytes that were sent or received.
    Data(Data<'a>),
    /// A packet: the words of its data and the whole of it, as far as they are there.
    Packet(NamedPacket<'a>),
}

/// Bytes that a call sent or received, or that a command wants to be sent.
#[derive(Debug)]
pub struct Data<'a> {
    /// The bytes, as far as they were kept. None for a filling, of which only the number is known.
    pub bytes: &'a mut [u8],
    /// Which way they go.
    pub way: DataDirection,
    /// Whose socket it is, if that is known.
    pub row: Option<Row>,
    /// Who made the call; `None` for a command, whose call comes behind it.
    pub by: Option<CalledBy>,
    /// So many bytes of the stream were taken: what comes next begins behind them.
    pub taken: u64,
}

/// Which way bytes go, seen from the program that calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataDirection {
    /// Out.
    Sent,
    /// In.
    Received,
}

/// A packet of the wire.
#[derive(Debug)]
pub struct NamedPacket<'a> {
    /// The beginning of its data in words, if it appeared just now.
    pub excerpt: Option<&'a mut String>,
    /// From its IP header on.
    pub bytes: Option<&'a mut Vec<u8>>,
}

/// What can tell who or where.
pub trait Names {
    /// Shows every such place, always in the same order.
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>));
}

impl<T: Names> Names for [T] {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        for item in self {
            item.names(visit);
        }
    }
}

impl Names for Record {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        let Record {
            n: _,
            tick: _,
            cause,
            at_us: _,
            changes,
            calls,
            events,
            rules,
            packets,
            tasks,
            said,
            looks,
            looked: _,
            stages,
            unknown,
        } = self;
        cause.names(visit);
        changes.names(visit);
        calls.names(visit);
        events.names(visit);
        rules.names(visit);
        packets.names(visit);
        tasks.names(visit);
        said.names(visit);
        for (_, look) in looks {
            look.names(visit);
        }
        stages.names(visit);
        for unknown in unknown {
            visit(Name::NotUnderstood(unknown));
        }
    }
}

impl Names for Change {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        match self {
            Change::Added {
                row: _,
                target,
                addresses,
                interest: _,
                mode: _,
            } => {
                for addr in addresses {
                    visit(Name::Addr(addr));
                }
                visit(Name::Target(target));
            }
            Change::Appeared {
                row: _,
                target,
                role: _,
                fd: _,
                stage: _,
                addr,
                interest: _,
                mode: _,
            } => {
                if let Some(addr) = addr {
                    visit(Name::Addr(addr));
                }
                visit(Name::Label(target));
            }
            Change::ByHand { row: _, switch: _ }
            | Change::Mode { row: _, mode: _ }
            | Change::Deadline { row: _, at_us: _ }
            | Change::Race { row: _, delay: _ }
            | Change::Races { row: _, of: _ }
            | Change::Due { row: _, at_us: _ }
            | Change::Autodrain(_)
            | Change::Removed { row: _ }
            | Change::Restarted { row: _ }
            | Change::Names { row: _, names: _ }
            | Change::Asked {
                row: _,
                interest: _,
            }
            | Change::Interest {
                row: _,
                interest: _,
            } => {}
            Change::Named {
                row: _,
                target,
                addr,
            } => {
                visit(Name::Addr(addr));
                visit(Name::Label(target));
            }
        }
    }
}

impl Names for Event {
    fn names(&mut self, _visit: &mut dyn FnMut(Name<'_>)) {
        let Event {
            row: _,
            stale: _,
            readiness: _,
        } = self;
    }
}

impl Names for Rule {
    fn names(&mut self, _visit: &mut dyn FnMut(Name<'_>)) {
        let Rule {
            which: _,
            treatment: _,
        } = self;
    }
}

impl Names for PacketFact {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        let PacketFact { change, bytes } = self;
        let wire::PacketChange {
            number: _,
            at_us: _,
            what,
        } = change;
        let excerpt = match what {
            PacketEvent::Appeared {
                flow,
                segment,
                origin: _,
            } => {
                if let Some(Flow { client, server }) = flow {
                    visit(Name::End(client));
                    visit(Name::End(server));
                }
                let Segment {
                    direction: _,
                    kind: _,
                    flags: _,
                    seq: _,
                    ack: _,
                    length: _,
                    window: _,
                    excerpt,
                } = segment;
                Some(excerpt)
            }
            PacketEvent::SentAgain
            | PacketEvent::Waits(_)
            | PacketEvent::LetGo(_)
            | PacketEvent::Repeated(_)
            | PacketEvent::Dropped
            | PacketEvent::Swallowed
            | PacketEvent::NotWritten(_)
            | PacketEvent::Moved(_, _) => None,
        };
        let bytes = bytes.as_mut();
        if excerpt.is_some() || bytes.is_some() {
            visit(Name::Packet(NamedPacket { excerpt, bytes }));
        }
    }
}

impl Names for Look {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        let Look {
            poll: _,
            epoll: _,
            select: _,
            tcp: _,
            queue: _,
            ends: _,
            file: _,
            local,
            strangers: _,
        } = self;
        if let Some(local) = local {
            visit(Name::Addr(local));
        }
    }
}

impl Names for StageChange {
    fn names(&mut self, visit: &mut dyn FnMut(Name<'_>)) {
        let StageChange {
            row: _,
            target,
            stage: _,
            failure: _,
        } = self;
        visit(Name::Label(target));
    }
}
