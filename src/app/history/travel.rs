//! Moves in the history: one record, the ends, a tick, the next change of a socket.

use super::History;
use crate::language::travel::{Listener, Travel};
use crate::model::ids::Row;
use crate::model::world::World;
use thiserror::Error;

/// Why a move leads nowhere. The view stays where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoWay {
    /// At the first record.
    #[error("This is the beginning: nothing happened before.")]
    Beginning,
    /// At the first record that is still kept.
    #[error(
        "This is the oldest record in memory: {0} before it were dropped. What was recorded in a file stays there."
    )]
    Dropped(usize),
    /// At the last record.
    #[error("This is LIVE.")]
    Live,
    /// No tick has this number.
    #[error("There is no tick {asked}: the last one is {last}.")]
    NoSuchTick {
        /// What was asked for.
        asked: u64,
        /// The last.
        last: u64,
    },
    /// The tick is not in memory any more.
    #[error(
        "Tick {0} is not in memory any more, {1} records were dropped. What was recorded in a file stays there."
    )]
    TickDropped(u64, usize),
    /// Nothing more of this row.
    #[error("No later record speaks of {0}.")]
    NoLater(Row),
    /// Nothing before.
    #[error("No earlier record speaks of {0}.")]
    NoEarlier(Row),
}

impl History {
    /// Moves the view.
    ///
    /// # Errors
    /// Says why there is nothing in that direction.
    pub fn travel(&mut self, travel: Travel) -> Result<(), NoWay> {
        if self.records.is_empty() {
            return Err(NoWay::Beginning);
        }
        match travel {
            Travel::Back if self.back() => Ok(()),
            Travel::Back => Err(self.before_the_first()),
            Travel::Forward if self.forward() => Ok(()),
            Travel::Forward => Err(NoWay::Live),
            Travel::First => {
                self.home();
                match self.dropped() {
                    0 => Ok(()),
                    _ => Err(self.before_the_first()),
                }
            }
            Travel::Live => {
                self.end();
                Ok(())
            }
            Travel::Goto(tick) => self.goto(tick),
            Travel::Next(row) => {
                let next = self.at() + 1;
                let mut listener = Listener::new(row, self.world(), &self.live);
                let mut later = self.records[next - self.dropped..].iter();
                match later.position(|record| listener.hears(record)) {
                    Some(offset) => {
                        self.go(next + offset);
                        Ok(())
                    }
                    None => Err(NoWay::NoLater(row)),
                }
            }
            Travel::Previous(row) => {
                let nothing = World::default();
                let before = match self.dropped() {
                    0 => &nothing,
                    _ => &self.live,
                };
                let mut listener = Listener::new(row, before, &self.live);
                let earlier = &self.records[..self.at() - self.dropped];
                // It listens from the beginning: which packets are the row's follows from what was said before them.
                let heard: Vec<bool> = earlier
                    .iter()
                    .map(|record| listener.hears(record))
                    .collect();
                match heard.iter().rposition(|heard| *heard) {
                    Some(offset) => {
                        self.go(self.dropped + offset);
                        Ok(())
                    }
                    None if self.dropped() > 0 => Err(self.before_the_first()),
                    None => Err(NoWay::NoEarlier(row)),
                }
            }
        }
    }

    fn before_the_first(&self) -> NoWay {
        match self.dropped() {
            0 => NoWay::Beginning,
            dropped => NoWay::Dropped(dropped),
        }
    }

    fn goto(&mut self, tick: u64) -> Result<(), NoWay> {
        if tick == 0 && self.dropped() == 0 {
            self.home();
            return Ok(());
        }
        let place = self
            .records
            .iter()
            .position(|record| record.tick == Some(tick));
        match place {
            Some(index) => {
                self.go(self.dropped + index);
                Ok(())
            }
            None if tick <= self.live().tick => Err(NoWay::TickDropped(tick, self.dropped())),
            None => Err(NoWay::NoSuchTick {
                asked: tick,
                last: self.live().tick,
            }),
        }
    }
}
