//! Who stands in which of select()'s lists: asked for, reported, and true by each look for what was asked; after the last record, and
//! before it. The fold keeps a bit for each row and list, so that a list is a walk over set bits.

use super::bits::{place, rows};
use super::board::StageTable;
use super::{RowState, World, within};
use crate::model::ids::{Fd, Row};
use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::record::{Answer, Look};
use crate::model::row_set::RowSet;
use std::sync::Arc;

/// A list in which a row stands, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyList {
    /// It is watched for anything.
    Watched,
    /// It is watched for this.
    Asked(Interest),
    /// The last tick reported this of it.
    Reported(Readiness),
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
    /// poll(2) says that urgent data waits, asked for or not.
    UrgentByPoll,
    /// select(2) puts it into its third set, asked for or not.
    UrgentBySelect,
    /// poll(2) says IN of it, asked for or not.
    ReadableByPoll,
}

/// Of which moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After the last record.
    Now,
    /// Before it. What a tick reported is not compared: it is the same here.
    Before,
}

/// So many lists there are: one for each bit of [`ReadyList::bits`].
const LISTS: usize = 32;
const ASKED: u32 = 1;
const REPORTED: u32 = 4;
const POLL: u32 = 10;
const EPOLL: u32 = 17;
const SELECT: u32 = 24;
const CANNOT: u32 = 1 << 27;
const FAILED: u32 = 1 << 28;
const URGENT_BY_POLL: u32 = 1 << 29;
const URGENT_BY_SELECT: u32 = 1 << 30;
const READABLE_BY_POLL: u32 = 1 << 31;
/// The lists of what a tick reported.
const ALL_REPORTED: std::ops::Range<usize> = REPORTED as usize..POLL as usize;

impl ReadyList {
    /// The bits of the lists that are meant; several flags mean all of them.
    fn bits(self) -> u32 {
        match self {
            ReadyList::Watched => 1,
            ReadyList::Asked(interest) => {
                u32::from((interest - Interest::WITHOUT_END).bits()) << ASKED
            }
            ReadyList::Reported(reported) => u32::from(reported.bits()) << REPORTED,
            ReadyList::Poll(mask) => u32::from(mask.bits()) << POLL,
            ReadyList::Epoll(mask) => u32::from(mask.bits()) << EPOLL,
            ReadyList::Select(sets) => u32::from(sets.bits()) << SELECT,
            ReadyList::SelectCannot => CANNOT,
            ReadyList::SelectFailed => FAILED,
            ReadyList::UrgentByPoll => URGENT_BY_POLL,
            ReadyList::UrgentBySelect => URGENT_BY_SELECT,
            ReadyList::ReadableByPoll => READABLE_BY_POLL,
        }
    }
}

/// The bits of one row, but for what a tick reported.
fn stands(asked: Option<Interest>, look: &Look) -> u32 {
    let mut bits = match look.select {
        Answer::NotAsked | Answer::Says(_) => 0,
        Answer::NoAnswer => CANNOT,
        Answer::BadDescriptor => FAILED,
    };
    let (poll, select) = (look.poll.answer(), look.select.answer());
    let poll_says = |flag| poll.is_some_and(|mask| mask.contains(flag));
    let in_third_set = select.is_some_and(|sets| sets.contains(SelectSets::X));
    for (says, bit) in [
        (poll_says(PollMask::PRI), URGENT_BY_POLL),
        (in_third_set, URGENT_BY_SELECT),
        (poll_says(PollMask::IN), READABLE_BY_POLL),
    ] {
        bits |= if says { bit } else { 0 };
    }
    let Some(asked) = asked else {
        return bits;
    };
    bits |= ReadyList::Watched.bits() | ReadyList::Asked(asked).bits();
    let mask = |answer: Answer<PollMask>| within(answer.answer().unwrap_or_default(), asked);
    bits |= ReadyList::Poll(mask(look.poll)).bits() | ReadyList::Epoll(mask(look.epoll)).bits();
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
    bits | ReadyList::Select(sets).bits()
}

/// Where 64 rows stand at one moment, both ways round: what changes for a row is found by the one, who stands in a list by the other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ListTable {
    /// For each row a bit for each list.
    rows: [u32; 64],
    /// For each list a bit for each row.
    lists: [u64; LISTS],
}

impl ListTable {
    fn set(&mut self, row: usize, stands: u32) {
        let mut changed = self.rows[row] ^ stands;
        self.rows[row] = stands;
        while changed != 0 {
            self.lists[changed.trailing_zeros() as usize] ^= 1 << row;
            changed &= changed - 1;
        }
    }

    /// Who stands in all of these lists.
    fn all_of(&self, mut lists: u32) -> u64 {
        let mut all = u64::MAX;
        while lists != 0 {
            all &= self.lists[lists.trailing_zeros() as usize];
            lists &= lists - 1;
        }
        all
    }

    /// No event was reported.
    fn forget_reported(&mut self) {
        let reported = ReadyList::Reported(Readiness::all()).bits();
        self.rows.iter_mut().for_each(|row| *row &= !reported);
        self.lists[ALL_REPORTED].fill(0);
    }
}

/// Where 64 rows stand and stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListBlock {
    /// The last record that touched one of these rows.
    n: u64,
    /// The last tick's record when what it reported was written here.
    reported_n: u64,
    /// After that record.
    now: ListTable,
    /// Before it.
    before: ListTable,
    /// Who stands at which stage.
    stages: StageTable,
    /// The open sockets among them, with what two looks said of each last.
    open: [Option<OpenSocket>; 64],
}

/// An open socket as the looks need it that ask about all: thousands of these take few lines of the processor's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSocket {
    /// Its number.
    pub row: Row,
    /// Its descriptor.
    pub fd: Fd,
    /// What poll(2) said last.
    pub poll: Answer<PollMask>,
    /// What select(2) said last.
    pub select: Answer<SelectSets>,
}

impl ListBlock {
    pub(super) fn n(&self) -> u64 {
        self.n
    }

    pub(super) fn stages(&self) -> &StageTable {
        &self.stages
    }
}

impl Default for ListBlock {
    fn default() -> ListBlock {
        let nobody = || ListTable {
            rows: [0; 64],
            lists: [0; LISTS],
        };
        ListBlock {
            n: 0,
            reported_n: 0,
            now: nobody(),
            before: nobody(),
            stages: StageTable::default(),
            open: [None; 64],
        }
    }
}

/// The lists that are asked for, as bits.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    /// Those that are kept for each row until something happens to it.
    kept: u32,
    /// Those that the last tick filled.
    reported: u32,
    /// Nobody can stand in all of them.
    is_nobody: bool,
}

impl World {
    /// What the last tick reported about a row; nothing if it reported nothing.
    pub fn reported(&self, row: &RowState) -> Readiness {
        if self.has_asked() && row.changed_at.reported == self.tick_n {
            row.reported
        } else {
            Readiness::empty()
        }
    }

    /// Whether any poll was asked: by a tick, or by the program that is watched.
    fn has_asked(&self) -> bool {
        self.tick > 0 || self.asker.is_some()
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
        let asked_before = match self.just(state.changed_at.asked) {
            true => state.asked_before,
            false => asked,
        };
        let look_before = match self.just(state.changed_at.look) {
            true => state.look_before(),
            false => look,
        };
        let (now, before) = match state.removed {
            true => (0, 0),
            false => (
                stands(asked, look) | ReadyList::Reported(self.reported(state)).bits(),
                stands(asked_before, look_before),
            ),
        };
        let moved = self.just(state.changed_at.stage);
        let (stage, is_peer) = (state.stage(), !state.is_client());
        let stage = (!state.removed).then_some(stage);
        let open = state.fd().filter(|_| !state.removed);
        let open = open.map(|fd| OpenSocket {
            row,
            fd,
            poll: look.poll,
            select: look.select,
        });
        let (n, tick_n) = (self.n, self.tick_n);
        let (word, in_word) = place(row);
        if word >= self.blocks.len() {
            self.blocks.resize_with(word + 1, Arc::default);
        }
        let block = Arc::make_mut(&mut self.blocks[word]);
        if block.n != n {
            block.n = n;
            block.before.clone_from(&block.now);
            block.stages.moved = 0;
        }
        if block.reported_n != tick_n {
            block.reported_n = tick_n;
            block.now.forget_reported();
        }
        block.now.set(in_word, now);
        block.before.set(in_word, before);
        block.stages.set(in_word, stage, is_peer, moved);
        block.open[in_word] = open;
    }

    /// What is asked of each 64 rows: who stands in all of these lists.
    fn wanted(&self, lists: &[ReadyList]) -> Wanted {
        let lists = lists.iter().fold(0, |all, list| all | list.bits());
        let reported = lists & ReadyList::Reported(Readiness::all()).bits();
        Wanted {
            kept: lists & !reported,
            reported,
            // Whoever has asked nothing was told nothing.
            is_nobody: lists == 0 || (reported != 0 && !self.has_asked()),
        }
    }

    /// Of 64 rows those that stand in all of these lists now, and those that stood there before.
    fn words(&self, block: &ListBlock, wanted: Wanted) -> [u64; 2] {
        if wanted.reported != 0 && block.reported_n != self.tick_n {
            return [0; 2];
        }
        let reported = match wanted.reported {
            0 => u64::MAX,
            lists => block.now.all_of(lists),
        };
        let now = block.now.all_of(wanted.kept) & reported;
        let before = match self.just(block.n) {
            true => block.before.all_of(wanted.kept) & reported,
            false => now,
        };
        [now, before]
    }

    /// The blocks in which anybody can stand in these lists.
    fn asked_blocks(&self, wanted: Wanted) -> &[Arc<ListBlock>] {
        match wanted.is_nobody {
            true => &[],
            false => &self.blocks,
        }
    }

    /// The rows that stand in every one of these lists, in order. A deleted row stands in none.
    pub fn standing(&self, lists: &[ReadyList], moment: Moment) -> impl Iterator<Item = Row> {
        let wanted = self.wanted(lists);
        let blocks = self.asked_blocks(wanted).iter().enumerate();
        blocks.flat_map(move |(word, block)| {
            let bits = self.words(block, wanted)[usize::from(moment == Moment::Before)];
            rows(word, bits)
        })
    }

    /// The same as sets: who stands in every one of these lists now, and who did before the last record.
    pub fn standing_sets(&self, lists: &[ReadyList]) -> [RowSet; 2] {
        let wanted = self.wanted(lists);
        let blocks = self.asked_blocks(wanted).iter();
        let words = blocks.map(|block| self.words(block, wanted).into());
        let (now, before): (Vec<u64>, Vec<u64>) = words.unzip();
        [now, before].map(RowSet::of_words)
    }

    /// Every open socket on the screen, in order, with what poll(2) and select(2) said of it last.
    pub fn open_sockets(&self) -> impl Iterator<Item = &OpenSocket> {
        self.blocks
            .iter()
            .flat_map(|block| block.open.iter().flatten())
    }

    /// Takes every row out of the lists that looks fill.
    pub(super) fn without_looks(&mut self) {
        let looks = u32::MAX << POLL;
        for block in &mut self.blocks {
            let block = Arc::make_mut(block);
            for socket in block.open.iter_mut().flatten() {
                (socket.poll, socket.select) = (Answer::NotAsked, Answer::NotAsked);
            }
            for table in [&mut block.now, &mut block.before] {
                table.rows.iter_mut().for_each(|row| *row &= !looks);
                table.lists[POLL as usize..].fill(0);
            }
        }
    }

    /// Whether any row stands in this list now.
    pub fn stands_any(&self, list: ReadyList) -> bool {
        self.standing(&[list], Moment::Now).next().is_some()
    }
}
