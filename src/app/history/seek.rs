//! Moves in the history: one record, the ends, a tick, the next change of a socket.

use super::History;
use super::packing::whole;
use crate::language::seek::{RowMentions, Seek};
use crate::model::ids::Row;
use crate::model::world::World;
use thiserror::Error;

/// Why a move leads nowhere. The view stays where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SeekError {
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
    pub fn seek(&mut self, seek: Seek) -> Result<(), SeekError> {
        if self.records.is_empty() {
            return Err(SeekError::Beginning);
        }
        match seek {
            Seek::Back if self.back() => Ok(()),
            Seek::Back => Err(self.before_the_first()),
            Seek::Forward if self.forward() => Ok(()),
            Seek::Forward => Err(SeekError::Live),
            Seek::First => {
                self.home();
                match self.dropped() {
                    0 => Ok(()),
                    _ => Err(self.before_the_first()),
                }
            }
            Seek::Live => {
                self.end();
                Ok(())
            }
            Seek::Goto(tick) => self.goto(tick),
            Seek::Next(row) => {
                let next = self.at() + 1;
                let mut row_mentions = RowMentions::new(row, self.world(), &self.live);
                let mut later = self.records[next - self.dropped..].iter();
                match later.position(|record| row_mentions.mentions(&whole(record))) {
                    Some(offset) => {
                        self.go(next + offset);
                        Ok(())
                    }
                    None => Err(SeekError::NoLater(row)),
                }
            }
            Seek::Previous(row) => {
                let nothing = World::default();
                let before = match self.dropped() {
                    0 => &nothing,
                    _ => &self.live,
                };
                let mut row_mentions = RowMentions::new(row, before, &self.live);
                let earlier = &self.records[..self.at() - self.dropped];
                // It listens from the beginning: which packets are the row's follows from what was said before them.
                let mentioned: Vec<bool> = earlier
                    .iter()
                    .map(|record| row_mentions.mentions(&whole(record)))
                    .collect();
                match mentioned.iter().rposition(|mentioned| *mentioned) {
                    Some(offset) => {
                        self.go(self.dropped + offset);
                        Ok(())
                    }
                    None if self.dropped() > 0 => Err(self.before_the_first()),
                    None => Err(SeekError::NoEarlier(row)),
                }
            }
        }
    }

    fn before_the_first(&self) -> SeekError {
        match self.dropped() {
            0 => SeekError::Beginning,
            dropped => SeekError::Dropped(dropped),
        }
    }

    fn goto(&mut self, tick: u64) -> Result<(), SeekError> {
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
            None if tick <= self.live().tick => Err(SeekError::TickDropped(tick, self.dropped())),
            None => Err(SeekError::NoSuchTick {
                asked: tick,
                last: self.live().tick,
            }),
        }
    }
}
