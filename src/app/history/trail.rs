//! Worlds that were passed on the way to a place in the past: whoever goes back goes on going back, and most of the way was folded already.

use crate::model::world::World;

/// Between two worlds that are kept lie so many things that happened, at least.
const MIN_WORK: usize = 1_024;

/// Half of the way, half of the rest, and so on: few worlds, and the next steps back find one near.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// The place of each and the world after the record there, in order.
    worlds: Vec<(usize, World)>,
    /// The next one is kept when so much of the way is left.
    next: usize,
}

impl Trail {
    /// The last world that is not behind this place. Those behind it are forgotten.
    pub(super) fn before(&mut self, to: usize) -> Option<(usize, &World)> {
        self.worlds.retain(|(at, _)| *at <= to);
        self.worlds.last().map(|(at, world)| (*at, world))
    }

    /// A way begins on which so much has to be folded.
    pub(super) fn begin(&mut self, work: usize) {
        self.next = work / 2;
    }

    /// The world after the record at this place has been passed, and so much is left.
    pub(super) fn pass(&mut self, at: usize, world: &World, left: usize) {
        if left <= self.next && left >= MIN_WORK {
            self.next = left / 2;
            self.worlds.push((at, world.clone()));
        }
    }

    /// Nobody is in the past any more.
    pub(super) fn forget(&mut self) {
        self.worlds = Vec::new();
    }
}
