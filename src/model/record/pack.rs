//! How what stands in records is packed. What thousands of sockets do alike takes a few bytes; everything else is kept as it is.

mod calls;

use super::{Answer, Change, Event, Look, Row, StageChange};
use crate::model::errno::{Eai, Errno, Failure};
use crate::model::pack::{Pack, PackReader, PackWriter};
use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::socket::{Mode, Stage};
use crate::model::target::{Target, TargetPlace};
use std::sync::Arc;

/// The first byte of what is kept as it is.
const KEPT: u8 = 0;

/// The first byte of what is packed here: nothing else is in it.
const PACKED: u8 = 0x80;

impl Pack for Event {
    type Kept = Event;

    fn pack(&self, out: &mut PackWriter<Event>) {
        let Event {
            row,
            stale,
            readiness,
        } = self;
        if stale.is_some() {
            out.byte(KEPT);
            out.keep(*self);
            return;
        }
        out.byte(PACKED | readiness.bits());
        out.row(*row);
    }

    fn unpack(packed: &mut PackReader<'_, Event>) -> Event {
        match packed.byte() {
            KEPT => *packed.kept(),
            bits => Event {
                row: packed.row(),
                stale: None,
                readiness: Readiness::from_bits_retain(bits & !PACKED),
            },
        }
    }

    fn set_aside(_: &Event) -> usize {
        0
    }
}

/// Which of its kinds an answer is, and what it says if it says anything.
fn parts<T: Copy>(answer: Answer<T>, bits: impl Fn(T) -> u8) -> (u8, Option<u8>) {
    match answer {
        Answer::NotAsked => (0, None),
        Answer::NoAnswer => (1, None),
        Answer::BadDescriptor => (2, None),
        Answer::Says(says) => (3, Some(bits(says))),
    }
}

/// The answer again; what it says is read only if it says anything.
fn answer<T>(kind: u8, says: impl FnOnce() -> T) -> Answer<T> {
    match kind & 3 {
        0 => Answer::NotAsked,
        1 => Answer::NoAnswer,
        2 => Answer::BadDescriptor,
        _ => Answer::Says(says()),
    }
}

impl Pack for (Row, Look) {
    type Kept = Box<(Row, Look)>;

    fn pack(&self, out: &mut PackWriter<Self::Kept>) {
        let (row, look) = self;
        let short = Look {
            poll: look.poll,
            epoll: look.epoll,
            select: look.select,
            ..Look::default()
        };
        if *look != short {
            out.byte(KEPT);
            out.keep(Box::new(self.clone()));
            return;
        }
        let (poll, poll_says) = parts(look.poll, |mask| mask.bits());
        let (epoll, epoll_says) = parts(look.epoll, |mask| mask.bits());
        let (select, select_says) = parts(look.select, |sets| sets.bits());
        out.byte(PACKED | poll | epoll << 2 | select << 4);
        out.row(*row);
        let says = [poll_says, epoll_says, select_says];
        says.into_iter().flatten().for_each(|bits| out.byte(bits));
    }

    fn unpack(packed: &mut PackReader<'_, Self::Kept>) -> (Row, Look) {
        let kinds = packed.byte();
        if kinds == KEPT {
            return packed.kept().as_ref().clone();
        }
        let row = packed.row();
        let look = Look {
            poll: answer(kinds, || PollMask::from_bits_retain(packed.byte())),
            epoll: answer(kinds >> 2, || PollMask::from_bits_retain(packed.byte())),
            select: answer(kinds >> 4, || SelectSets::from_bits_retain(packed.byte())),
            ..Look::default()
        };
        (row, look)
    }

    fn set_aside(_: &Self::Kept) -> usize {
        size_of::<(Row, Look)>()
    }
}

/// Every stage, by its place among all.
fn stage(place: u8) -> Stage {
    let named = usize::from(place).checked_sub(1);
    let named = named.and_then(|place| Stage::NAMED.get(place));
    named.copied().unwrap_or(Stage::New)
}

/// A failure behind the first byte of an item, of which it has two bits.
fn pack_failure<K>(failure: Option<Failure>, first: u8, out: &mut PackWriter<K>) {
    match failure {
        None => out.byte(first),
        Some(Failure::TimedOut) => out.byte(first | 1 << 4),
        Some(Failure::Errno(errno)) => {
            out.byte(first | 2 << 4);
            out.number(errno.packed().into());
        }
        Some(Failure::Name(eai)) => {
            out.byte(first | 3 << 4);
            out.byte(eai.packed());
        }
    }
}

fn unpack_failure<K>(first: u8, packed: &mut PackReader<'_, K>) -> Option<Failure> {
    match first >> 4 & 3 {
        0 => None,
        1 => Some(Failure::TimedOut),
        2 => Some(Failure::Errno(Errno::unpacked(packed.number()))),
        _ => Some(Failure::Name(Eai::unpacked(packed.byte()))),
    }
}

impl Pack for StageChange {
    /// The target, which its row has too.
    type Kept = Arc<str>;

    fn pack(&self, out: &mut PackWriter<Arc<str>>) {
        let StageChange {
            row,
            target,
            stage,
            failure,
        } = self;
        pack_failure(*failure, *stage as u8, out);
        out.row(*row);
        out.keep(Arc::clone(target));
    }

    fn unpack(packed: &mut PackReader<'_, Arc<str>>) -> StageChange {
        let first = packed.byte();
        StageChange {
            failure: unpack_failure(first, packed),
            row: packed.row(),
            target: Arc::clone(packed.kept()),
            stage: stage(first & 0xf),
        }
    }

    fn set_aside(_: &Arc<str>) -> usize {
        0
    }
}

/// What is kept of a change.
#[derive(Clone, Debug)]
pub enum KeptChange {
    /// Of a new row that leads to one address: its target.
    Target(Target),
    /// All of any other change.
    Other(Box<Change>),
}

impl Pack for Change {
    type Kept = KeptChange;

    fn pack(&self, out: &mut PackWriter<KeptChange>) {
        match self {
            Change::Added {
                row,
                target,
                addresses,
                interest,
                mode: Mode::NonBlocking,
            } if leads_to(target) == addresses.as_slice() && !addresses.is_empty() => {
                out.byte(PACKED | interest.bits());
                out.row(*row);
                out.keep(KeptChange::Target(target.clone()));
            }
            other => {
                out.byte(KEPT);
                out.keep(KeptChange::Other(Box::new(other.clone())));
            }
        }
    }

    fn unpack(packed: &mut PackReader<'_, KeptChange>) -> Change {
        let first = packed.byte();
        match packed.kept() {
            KeptChange::Target(target) => Change::Added {
                row: packed.row(),
                target: target.clone(),
                addresses: leads_to(target).to_vec(),
                interest: Interest::from_bits_retain(first & !PACKED),
                mode: Mode::NonBlocking,
            },
            KeptChange::Other(change) => change.as_ref().clone(),
        }
    }

    fn set_aside(kept: &KeptChange) -> usize {
        match kept {
            KeptChange::Target(_) => 0,
            KeptChange::Other(_) => size_of::<Change>(),
        }
    }
}

/// The one address of a target that needs no lookup.
fn leads_to(target: &Target) -> &[crate::model::addr::Addr] {
    match &target.place {
        TargetPlace::At(addr) => std::slice::from_ref(addr),
        _ => &[],
    }
}
