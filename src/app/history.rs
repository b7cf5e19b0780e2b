//! Everything that happened, and the world as it was after any of it, within bounds: the records, and some of the worlds that came with
//! them. These share what did not change between them. When all takes too much memory the oldest are dropped.

mod cover;
mod packing;
mod seek;
mod stage_timeline;
mod told;
mod trail;

pub use seek::SeekError;

use crate::derive::ladder::{LadderRow, Ladders};
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::socket::Stage;
use crate::model::world::World;
use crate::model::world::heap_size;
use cover::Cover;
use stage_timeline::StageTimeline;
use std::sync::Arc;
use trail::Trail;

/// A world is kept as a checkpoint after so many records at the latest...
const CHECKPOINT_EVERY: usize = 32;
/// ...or after so many calls, events, looks and changes, if it takes no more memory than this part of the records since the last one: of
/// thousands of sockets that all change in each record, a copy after each would take many times what the records do.
const MAX_WORK: usize = 8_192;
const MAX_PART: usize = 2;
/// Records and checkpoints together take at most so many bytes. The limit for the process is 256 MiB: the rest is for the live world, the
/// world of the past that is shown, and what the allocator loses.
const MAX_HISTORY_BYTES: usize = 200 * 1024 * 1024;

/// The world after one record.
#[derive(Debug)]
struct Checkpoint {
    /// The record's place, counted from the session's beginning.
    at: usize,
    world: World,
    /// What it takes that the checkpoint before does not.
    heap_size: usize,
}

/// The records of a session, the live world, and a place in between that is looked at.
#[derive(Debug)]
pub struct History {
    /// Those that are kept.
    records: Vec<Arc<Record>>,
    /// How many were dropped before them.
    dropped: usize,
    /// In order. Once records were dropped the first stands at the first one that is kept; until then it all begins with nothing.
    checkpoints: Vec<Checkpoint>,
    /// What has to be folded since the last checkpoint.
    work: usize,
    /// What the records since then take, in bytes.
    since: usize,
    /// Before the records take so much a checkpoint is not weighed again: to weigh it is a walk over all rows.
    dear: usize,
    /// What records and checkpoints take, in bytes.
    heap_size: usize,
    budget: usize,
    timeline: StageTimeline,
    ladders: Ladders,
    live: World,
    /// The place of the record that is shown, if it is not the last, with the world after it.
    past: Option<(usize, World)>,
    /// The place and the world of the record whose story goes on at the end, if that is not the last one.
    told_live: Option<(usize, World)>,
    /// The same for the place that is shown.
    told_past: Option<(usize, World)>,
    cover: Cover,
    trail: Trail,
    /// So many bytes have come and gone since that was asked last.
    turned_over: usize,
}

impl Default for History {
    fn default() -> History {
        History::within(MAX_HISTORY_BYTES)
    }
}

/// What folding a record costs, in things that happened.
fn work(record: &Record) -> usize {
    let Record {
        n: _,
        tick: _,
        cause: _,
        at_us: _,
        changes,
        calls,
        events,
        rules,
        packets,
        tasks,
        said: _,
        looks,
        looked: _,
        stages: _,
        unknown: _,
    } = record;
    let program = changes.len() + calls.len() + events.len() + looks.len();
    program + rules.len() + packets.len() + tasks.len()
}

impl History {
    /// An empty history.
    pub fn new() -> History {
        History::default()
    }

    /// One that keeps as many records, with their checkpoints, as fit into so many bytes.
    pub fn within(budget: usize) -> History {
        History {
            records: Vec::new(),
            dropped: 0,
            checkpoints: Vec::new(),
            work: 0,
            since: 0,
            dear: 0,
            heap_size: 0,
            budget,
            timeline: StageTimeline::default(),
            ladders: Ladders::new(),
            live: World::default(),
            past: None,
            told_live: None,
            told_past: None,
            cover: Cover::default(),
            trail: Trail::default(),
            turned_over: 0,
        }
    }

    /// A new record with the world after it, from whoever made or read it. A view of the past stays where it is.
    pub fn push(&mut self, record: Arc<Record>, world: World) {
        let at = self.count();
        self.keep_told(&record);
        self.live = world;
        self.pack_last();
        self.timeline.note(at, &record);
        let before = self.ladders.heap_size();
        self.ladders.take_in(at, &record, &self.live, &self.records);
        let size = heap_size::record(&record);
        self.heap_size += size + self.ladders.heap_size() - before;
        self.since += size;
        self.turned_over += size;
        self.work += work(&record);
        self.records.push(record);
        self.keep_if_due(at);
        self.cover_pushed();
        if self.heap_size > self.budget {
            self.drop_oldest();
        }
    }

    /// A new record of which nobody has the world yet: it is folded here.
    pub fn push_folding(&mut self, record: Arc<Record>) {
        self.keep_told(&record);
        let mut world = std::mem::take(&mut self.live);
        world.apply(&record);
        self.push(record, world);
    }

    /// Keeps the live world as a checkpoint, where that is worth its memory.
    fn keep_if_due(&mut self, at: usize) {
        let last = self.checkpoints.last();
        let since = last.map_or(at + 1, |last| at - last.at);
        if since < CHECKPOINT_EVERY && (self.work < MAX_WORK || self.since < self.dear) {
            return;
        }
        let heap_size = self.live.heap_size_beyond(last.map(|last| &last.world));
        if since >= CHECKPOINT_EVERY || heap_size * MAX_PART <= self.since {
            self.keep(at, heap_size);
        } else {
            self.dear = heap_size * MAX_PART;
        }
    }

    fn keep(&mut self, at: usize, heap_size: usize) {
        self.heap_size += heap_size;
        (self.work, self.since, self.dear) = (0, 0, 0);
        self.checkpoints.push(Checkpoint {
            at,
            world: self.live.clone(),
            heap_size,
        });
    }

    /// Drops what stands before the second checkpoint, again and again, until an eighth of the budget is free. What is looked at stays.
    fn drop_oldest(&mut self) {
        let enough = self.budget - self.budget / 8;
        while self.heap_size > enough && self.checkpoints.len() > 1 + usize::from(self.dropped > 0)
        {
            let next = self.checkpoints[usize::from(self.dropped > 0)].at;
            self.trail.forget();
            if self.past.as_ref().is_some_and(|(at, _)| *at < next) {
                return;
            }
            let gone = next - self.dropped;
            let records: usize = self.records[..gone]
                .iter()
                .map(|r| heap_size::record(r))
                .sum();
            self.records.drain(..gone);
            let covered = gone.min(self.cover.records.len());
            self.cover.records.drain(..covered);
            self.dropped = next;
            let before = self.ladders.heap_size();
            self.ladders.forget(next);
            self.heap_size = (self.heap_size + self.ladders.heap_size()).saturating_sub(before);
            self.heap_size = self.heap_size.saturating_sub(records);
            // What the first shared with the next one is the next one's alone now.
            if let [first, heir, ..] = self.checkpoints.as_mut_slice()
                && first.at < next
            {
                let before = first.heap_size + heir.heap_size;
                heir.heap_size = heir.world.heap_size_beyond(None);
                self.heap_size = (self.heap_size + heir.heap_size).saturating_sub(before);
                self.checkpoints.remove(0);
            }
        }
        self.records.shrink_to(self.records.len() * 2);
    }

    /// How many records there were, with those that were dropped.
    pub fn count(&self) -> usize {
        self.dropped + self.records.len()
    }

    /// How many of the oldest records are not in memory any more.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// What the records and checkpoints take, in bytes, as estimated.
    pub fn heap_size(&self) -> usize {
        self.heap_size
    }

    /// The world that is shown, as far as it is not covered.
    pub fn world(&self) -> &World {
        let shown = self.past.as_ref().map_or(&self.live, |(_, world)| world);
        self.cover.world().unwrap_or(shown)
    }

    /// The live world, whatever is shown, as far as it is not covered.
    pub fn live(&self) -> &World {
        self.cover.live().unwrap_or(&self.live)
    }

    /// The record that is shown.
    pub fn record(&self) -> Option<&Arc<Record>> {
        self.records().last()
    }

    /// The record at a place, if it is kept.
    pub fn record_at(&self, at: usize) -> Option<&Arc<Record>> {
        self.shown_records().get(at.checked_sub(self.dropped)?)
    }

    /// The records that are kept up to the one that is shown.
    pub fn records(&self) -> &[Arc<Record>] {
        match &self.past {
            Some((at, _)) => &self.shown_records()[..=at - self.dropped],
            None => self.shown_records(),
        }
    }

    /// Every record that is kept, covered or not.
    fn shown_records(&self) -> &[Arc<Record>] {
        if self.cover.is_active() {
            &self.cover.records
        } else {
            &self.records
        }
    }

    /// Whether the shown record is the last one.
    pub fn is_live(&self) -> bool {
        self.past.is_none()
    }

    /// A row's stage after the record at this place, as far as it was there.
    pub fn stage_at(&self, row: Row, at: usize) -> Option<Stage> {
        self.timeline.stage_at(row, at)
    }

    /// The ladder of a client on the lab wire as far as it is shown, oldest line first.
    pub fn ladder(
        &self,
        row: Row,
    ) -> Option<impl DoubleEndedIterator<Item = &LadderRow> + ExactSizeIterator> {
        self.ladders.of(row, self.at())
    }

    /// One record back. False at the beginning.
    pub fn back(&mut self) -> bool {
        let at = self.at();
        at > self.dropped && self.go(at - 1)
    }

    /// One record forward. False at live.
    pub fn forward(&mut self) -> bool {
        let at = self.at();
        at + 1 < self.count() && self.go(at + 1)
    }

    /// To the first record that is kept.
    pub fn home(&mut self) -> bool {
        !self.records.is_empty() && self.go(self.dropped)
    }

    /// To live.
    pub fn end(&mut self) {
        self.pack_shown();
        self.past = None;
        self.trail.forget();
        self.cover_worlds();
    }

    /// The place of the record that is shown, counted from the session's beginning.
    pub fn at(&self) -> usize {
        self.past
            .as_ref()
            .map_or(self.count().saturating_sub(1), |(at, _)| *at)
    }

    fn go(&mut self, to: usize) -> bool {
        if to + 1 >= self.count() {
            self.end();
            return true;
        }
        let Some(world) = self.world_at(to) else {
            return false;
        };
        self.pack_shown();
        self.past = Some((to, world));
        self.find_told(to);
        self.cover_worlds();
        true
    }

    /// The world after the record at this place, folded from the checkpoint before it, or from what is shown.
    fn world_at(&mut self, to: usize) -> Option<World> {
        let behind = self.checkpoints.partition_point(|kept| kept.at <= to);
        let kept = behind.checked_sub(1).map(|place| &self.checkpoints[place]);
        let near = self
            .trail
            .before(to)
            .into_iter()
            .chain(kept.map(|kept| (kept.at, &kept.world)));
        let shown = self.past.as_ref().map(|(at, world)| (*at, world));
        let shown = shown.filter(|(at, _)| *at <= to);
        let nearest = near.chain(shown).max_by_key(|(at, _)| *at);
        // What is folded next, counted from the first record that is kept.
        let (mut next, mut world) = match nearest {
            Some((at, world)) => (at + 1 - self.dropped, world.clone()),
            None if self.dropped == 0 => (0, World::default()),
            None => return None,
        };
        let last = to - self.dropped;
        let way = self.records[next..=last].iter();
        let mut left: usize = way.map(|record| work(record)).sum();
        self.trail.begin(left);
        while next <= last {
            let record = &self.records[next];
            world.apply(&packing::whole(record));
            left -= work(record);
            self.trail.pass(self.dropped + next, &world, left);
            next += 1;
        }
        Some(world)
    }
}

#[cfg(test)]
mod tests;
