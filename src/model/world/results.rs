//! What each call of a name gave last on one row, kept small: every row has some.

use crate::model::call::{Call, CallFact, Out};
use crate::model::errno::Errno;
use std::sync::Arc;

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastResult {
    /// It has not returned.
    Running,
    /// This value, without an errno. A value that 32 bits cannot hold is the greatest that they can.
    Returned {
        /// The value.
        ret: i32,
        /// It is more than 0, and less than was offered.
        partial: bool,
    },
    /// -1 and this errno.
    Failed(Errno),
    /// getsockopt() worked, and this was in `SO_ERROR`.
    Found(Errno),
}

/// The calls that were made on a row, each name once, with what came back last; and the data of the last recv().
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastResults {
    /// By the place of the name among all names of calls: how often it was made, and what it gave last.
    by_name: Box<[(u8, u16, LastResult)]>,
    /// What the last recv() gave, unless it gave nothing.
    received: Option<Arc<Vec<u8>>>,
}

fn place(name: &str) -> Option<u8> {
    let place = Call::NAMES.iter().position(|known| *known == name)?;
    u8::try_from(place).ok()
}

impl LastResults {
    /// What the last call of this name gave; `None` if none was made.
    pub fn of(&self, name: &str) -> Option<LastResult> {
        let place = place(name)?;
        let found = self.by_name.iter().find(|(known, ..)| *known == place);
        found.map(|(.., result)| *result)
    }

    /// How often a call of this name was made, as far as 16 bits can count.
    pub fn count_of(&self, name: &str) -> u32 {
        let found = place(name).and_then(|place| {
            let mut all = self.by_name.iter();
            all.find(|(known, ..)| *known == place)
        });
        found.map_or(0, |(_, count, _)| u32::from(*count))
    }

    /// How many calls were made.
    pub fn count(&self) -> u32 {
        self.by_name
            .iter()
            .map(|(_, count, _)| u32::from(*count))
            .sum()
    }

    /// Takes in a call.
    pub(super) fn note(&mut self, fact: &CallFact) {
        let Some(place) = place(fact.call.name()) else {
            return;
        };
        let result = result(fact);
        // What was waiting was counted when it began.
        let is_new = fact.id.is_none() || fact.outcome.is_none();
        let mut all = self.by_name.iter_mut();
        if let Some((_, count, known)) = all.find(|(known, ..)| *known == place) {
            *known = result;
            *count = count.saturating_add(u16::from(is_new));
        } else {
            let mut grown = std::mem::take(&mut self.by_name).into_vec();
            grown.reserve_exact(1);
            grown.push((place, 1, result));
            self.by_name = grown.into_boxed_slice();
        }
        if let (Call::Recv { .. } | Call::Read { .. }, Some(outcome)) = (&fact.call, &fact.outcome)
        {
            self.received = match &outcome.out {
                Some(Out::Bytes(bytes)) => Some(Arc::new(bytes.clone())),
                _ => None,
            };
        }
    }

    /// What the last recv() gave, unless it gave nothing.
    pub fn received(&self) -> Option<&[u8]> {
        self.received.as_ref().map(|data| data.as_slice())
    }

    /// So many entries and so many bytes of data it owns.
    pub(super) fn owns(&self) -> (usize, usize) {
        let LastResults { by_name, received } = self;
        let data = received.as_ref().map_or(0, |data| data.capacity());
        (size_of_val::<[(u8, u16, LastResult)]>(by_name), data)
    }
}

fn result(fact: &CallFact) -> LastResult {
    let Some(outcome) = &fact.outcome else {
        return LastResult::Running;
    };
    match (outcome.errno, &outcome.out) {
        (Some(errno), _) => LastResult::Failed(errno),
        (None, Some(Out::SoError(Some(found)))) => LastResult::Found(*found),
        (None, _) => LastResult::Returned {
            ret: i32::try_from(outcome.ret).unwrap_or(i32::MAX),
            partial: match &fact.call {
                Call::Send { data, .. } | Call::Write { data, .. } => {
                    outcome.ret > 0 && outcome.ret < data.size() as i64
                }
                _ => false,
            },
        },
    }
}
