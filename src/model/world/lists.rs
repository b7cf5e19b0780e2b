//! Who stands in which of select()'s lists: asked for, told, and true by each witness for what was asked; after the last record, and
//! before it. The fold keeps a bit for each row and list, so that a list is a walk over set bits.

use super::bits::{place, rows};
use super::{RowState, World, within};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::record::{Look, Witness};
use std::sync::Arc;

/// A list in which a row stands, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// It is watched for anything.
    Watched,
    /// It is watched for this.
    Asked(Interest),
    /// The last tick told this of it.
    Told(Readiness),
    /// poll(2) says this of it, and it was asked for.
    Poll(PollMask),
    /// A level-triggered epoll says this of it, and it was asked for.
    Epoll(PollMask),
    /// select(2) puts it into this set, and it was asked for.
    Select(SelectSets),
    /// select(2) cannot be asked about it, watched or not.
    SelectCannot,
    /// select(2) failed because of it, watched or not.
    SelectFailed,
}

/// Of which moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After the last record.
    Now,
    /// Before it. What a tick told is not compared: it is the same here.
    Before,
}

/// So many lists there are: one for each bit of [`List::bits`].
const LISTS: usize = 29;
const ASKED: u32 = 1;
const TOLD: u32 = 4;
const POLL: u32 = 10;
const EPOLL: u32 = 17;
const SELECT: u32 = 24;
const CANNOT: u32 = 1 << 27;
const FAILED: u32 = 1 << 28;
/// The lists of what a tick told.
const ALL_TOLD: std::ops::Range<usize> = TOLD as usize..POLL as usize;

impl List {
    /// The bits of the lists that are meant; several flags mean all of them.
    fn bits(self) -> u32 {
        match self {
            List::Watched => 1,
            List::Asked(interest) => u32::from(interest.bits()) << ASKED,
            List::Told(told) => u32::from(told.bits()) << TOLD,
            List::Poll(mask) => u32::from(mask.bits()) << POLL,
            List::Epoll(mask) => u32::from(mask.bits()) << EPOLL,
            List::Select(sets) => u32::from(sets.bits()) << SELECT,
            List::SelectCannot => CANNOT,
            List::SelectFailed => FAILED,
        }
    }
}

/// The bits of one row, but for what a tick told.
fn stands(asked: Option<Interest>, look: &Look) -> u32 {
    let mut bits = match look.select {
        Witness::NotAsked | Witness::Says(_) => 0,
        Witness::NoAnswer => CANNOT,
        Witness::BadDescriptor => FAILED,
    };
    let Some(asked) = asked else {
        return bits;
    };
    bits |= List::Watched.bits() | List::Asked(asked).bits();
    let mask = |witness: Witness<PollMask>| within(witness.answer().unwrap_or_default(), asked);
    bits |= List::Poll(mask(look.poll)).bits() | List::Epoll(mask(look.epoll)).bits();
    let mut sets = look.select.answer().unwrap_or_default();
    for (flag, set) in [
        (Interest::READABLE, SelectSets::R),
        (Interest::WRITABLE, SelectSets::W),
        (Interest::PRIORITY, SelectSets::X),
    ] {
        if !asked.contains(flag) {
            sets.remove(set);
        }
    }
    bits | List::Select(sets).bits()
}

/// Where 64 rows stand at one moment, both ways round: what changes for a row is found by the one, who stands in a list by the other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    /// For each row a bit for each list.
    rows: [u32; 64],
    /// For each list a bit for each row.
    lists: [u64; LISTS],
}

impl Table {
    fn set(&mut self, row: usize, stands: u32) {
        let mut changed = self.rows[row] ^ stands;
        self.rows[row] = stands;
        while changed != 0 {
            self.lists[changed.trailing_zeros() as usize] ^= 1 << row;
            changed &= changed - 1;
        }
    }

    /// Nobody was told anything.
    fn forget_told(&mut self) {
        let told = List::Told(Readiness::all()).bits();
        self.rows.iter_mut().for_each(|row| *row &= !told);
        self.lists[ALL_TOLD].fill(0);
    }
}

/// Where 64 rows stand and stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The last record that touched one of these rows.
    n: u64,
    /// The last tick's record when what it told was written here.
    told_n: u64,
    /// After that record.
    now: Table,
    /// Before it.
    before: Table,
}

impl Default for Block {
    fn default() -> Block {
        let nobody = || Table {
            rows: [0; 64],
            lists: [0; LISTS],
        };
        Block {
            n: 0,
            told_n: 0,
            now: nobody(),
            before: nobody(),
        }
    }
}

impl World {
    /// What the last tick told about a row; nothing if it told nothing.
    pub fn told(&self, row: &RowState) -> Readiness {
        if self.tick > 0 && row.marks.told == self.tick_n {
            row.news
        } else {
            Readiness::empty()
        }
    }

    /// Whether a mark is of the last record.
    fn just(&self, mark: u64) -> bool {
        mark == self.n && self.n > 0
    }

    /// Writes down where a row stands, after anything happened to it.
    pub(super) fn stand(&mut self, row: Row) {
        let Some(state) = self.row(row) else {
            return;
        };
        let (asked, look) = (state.asked(), &state.look);
        let asked_before = match self.just(state.marks.asked) {
            true => state.asked_before,
            false => asked,
        };
        let look_before = match self.just(state.marks.look) {
            true => &state.look_before,
            false => look,
        };
        let (now, before) = match state.removed {
            true => (0, 0),
            false => (
                stands(asked, look) | List::Told(self.told(state)).bits(),
                stands(asked_before, look_before),
            ),
        };
        let (n, tick_n) = (self.n, self.tick_n);
        let (word, in_word) = place(row);
        if word >= self.blocks.len() {
            self.blocks.resize_with(word + 1, Arc::default);
        }
        let block = Arc::make_mut(&mut self.blocks[word]);
        if block.n != n {
            block.n = n;
            block.before.clone_from(&block.now);
        }
        if block.told_n != tick_n {
            block.told_n = tick_n;
            block.now.forget_told();
        }
        block.now.set(in_word, now);
        block.before.set(in_word, before);
    }

    /// Of 64 rows those that stand in all of these lists.
    fn word(&self, block: &Block, lists: u32, moment: Moment) -> u64 {
        let told_is_old = block.told_n != self.tick_n || self.tick == 0;
        let before = moment == Moment::Before && self.just(block.n);
        (0..LISTS)
            .filter(|list| lists & 1 << list != 0)
            .map(|list| match ALL_TOLD.contains(&list) {
                true if told_is_old => 0,
                true => block.now.lists[list],
                false if before => block.before.lists[list],
                false => block.now.lists[list],
            })
            .fold(u64::MAX, |all, word| all & word)
    }

    /// The rows that stand in every one of these lists, in order. A deleted row stands in none.
    pub fn standing(&self, lists: &[List], moment: Moment) -> impl Iterator<Item = Row> {
        let lists = lists.iter().fold(0, |all, list| all | list.bits());
        let blocks = self.blocks.iter().enumerate();
        blocks
            .filter(move |_| lists != 0)
            .flat_map(move |(word, block)| rows(word, self.word(block, lists, moment)))
    }

    /// Whether any row stands in this list now.
    pub fn stands_any(&self, list: List) -> bool {
        self.standing(&[list], Moment::Now).next().is_some()
    }
}
