//! Addresses and names made into stand-ins, so that a recording can be shown to others. A pure function from record to record, so that
//! every face and every export gets it.
//!
//! Stand-ins come from the ranges that are kept for documentation (RFC 5737, RFC 3849, RFC 2606) and are stable within a recording.
//! Ports stay, and so do the loopback addresses, `localhost`, the lab's names and the addresses of the lab wire: they are the same on every
//! machine. Inside data a name becomes as many `x`, also where two sends, receives or packets have a part of it each.

mod data;
mod packets;
mod ranges;
mod stand_ins;
mod streams;

use crate::model::names::{Data, Name, Names};
use crate::model::record::{Header, Record};
use crate::model::unknown::Unknown;
use data::{Forbidden, fill};
use stand_ins::{KnownNames, StandIns};
use std::ops::Range;
use streams::{HiddenSpans, Streams};

/// The stand-ins of one recording.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    stand_ins: StandIns,
    /// What must not be read in sent or received bytes.
    forbidden: Forbidden,
    /// Where names stand that are cut in two.
    hidden: HiddenSpans,
}

impl Mask {
    /// Stand-ins for everything that these records name.
    pub fn of(records: &[Record]) -> Mask {
        let mut learned = KnownNames::default();
        let mut streams = Streams::default();
        for record in records {
            // The walk lets everything be changed that it shows.
            let mut record = record.clone();
            let n = record.n;
            let mut place = 0;
            record.names(&mut |name| {
                learn(name, &mut learned, &mut streams, (n, place));
                place += 1;
            });
        }
        let stand_ins = learned.stand_ins();
        let forbidden = Forbidden::new(stand_ins.words());
        let hidden = streams.hidden(&forbidden);
        Mask {
            stand_ins,
            forbidden,
            hidden,
        }
    }

    /// The header, its kernel release without a builder's own words.
    pub fn header(&self, header: &Header) -> Header {
        let Header {
            version,
            os,
            kernel,
            program,
            started,
            sysctl,
            unknown,
        } = header;
        Header {
            version: *version,
            os: os.clone(),
            kernel: kernel
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.')
                .collect(),
            program: program.clone(),
            started: *started,
            sysctl: sysctl.clone(),
            unknown: unknown.iter().map(Unknown::masked).collect(),
        }
    }

    /// The same record with stand-ins.
    pub fn record(&self, record: &Record) -> Record {
        let mut masked = record.clone();
        let mut place = 0;
        masked.names(&mut |name| {
            let hidden = self.hidden.get(&(record.n, place));
            self.hide(name, hidden.map_or(&[], Vec::as_slice));
            place += 1;
        });
        masked
    }

    fn hide(&self, name: Name<'_>, hidden: &[Range<usize>]) {
        let all = &self.stand_ins;
        match name {
            Name::Addr(addr) => *addr = all.addr(addr),
            Name::End(end) => *end = all.end(*end),
            Name::Host(host) => *host = all.name(host),
            Name::Target(target) => *target = all.target(target),
            Name::Label(label) => *label = all.label(label),
            Name::Words(words) => *words = self.forbidden.text(words),
            // What is not understood may name anybody.
            Name::Unknown(words) => "masked".clone_into(words),
            Name::NotUnderstood(unknown) => *unknown = unknown.masked(),
            Name::Data(Data {
                bytes,
                way: _,
                row: _,
                by: _,
                taken: _,
            }) => {
                fill(bytes, hidden);
                self.forbidden.hide(bytes);
            }
            Name::Packet(packet) => self.packet(packet, hidden),
        }
    }
}

fn learn(
    name: Name<'_>,
    learned: &mut KnownNames,
    streams: &mut Streams,
    place: streams::DataPlace,
) {
    match name {
        Name::Addr(addr) => learned.addr(addr),
        Name::End(end) => learned.ip(end.ip()),
        Name::Host(host) => learned.name(host),
        Name::Target(target) => learned.target(target),
        Name::Label(label) => learned.label(label),
        Name::Data(data) => streams.data(place, &data),
        Name::Packet(packet) => {
            if let Some(bytes) = packet.bytes {
                for ip in packets::addresses(bytes) {
                    learned.ip(ip);
                }
                streams.packet(place, bytes);
            }
        }
        // What a user writes names nothing by itself, and what is not understood is not kept.
        Name::Words(_) | Name::Unknown(_) | Name::NotUnderstood(_) => {}
    }
}

#[cfg(test)]
mod made;
#[cfg(test)]
mod tests;
