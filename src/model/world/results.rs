//! What each call of a name gave last on one row, its own and those of its peer, kept small: every row has some.

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

/// Who made a call that stands under a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowCaller {
    /// Whoever holds the row's socket.
    Own,
    /// Its peer, which has no row of its own.
    Peer,
}

/// The calls that were made on a row, each name once, with what came back last; and the data of the last recv().
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastResults {
    /// By who made it and the place of the name among all names of calls: how often it was made, and what it gave last.
    by_name: Box<[(RowCaller, u8, u16, LastResult)]>,
    /// What its own last recv() gave, unless it gave nothing.
    received: Option<Arc<Vec<u8>>>,
}

fn place(name: &str) -> Option<u8> {
    let place = Call::NAMES.iter().position(|known| *known == name)?;
    u8::try_from(place).ok()
}

impl LastResults {
    /// What the last call of this name gave that this one made; `None` if it made none.
    pub fn of(&self, caller: RowCaller, name: &str) -> Option<LastResult> {
        self.find(caller, name).map(|(_, result)| result)
    }

    /// How often a call of this name was made on the row's own socket, as far as 16 bits can count.
    pub fn count_of(&self, name: &str) -> u32 {
        let found = self.find(RowCaller::Own, name);
        found.map_or(0, |(count, _)| u32::from(count))
    }

    fn find(&self, caller: RowCaller, name: &str) -> Option<(u16, LastResult)> {
        let place = place(name)?;
        let mut all = self.by_name.iter();
        let (.., count, result) = all.find(|(by, known, ..)| (*by, *known) == (caller, place))?;
        Some((*count, *result))
    }

    /// How many calls were made on the row's own socket.
    pub fn count(&self) -> u32 {
        self.by_name
            .iter()
            .filter(|(by, ..)| *by == RowCaller::Own)
            .map(|(.., count, _)| u32::from(*count))
            .sum()
    }

    /// Takes in a call that this one made.
    pub(super) fn note(&mut self, caller: RowCaller, fact: &CallFact) {
        let place = fact.call.place();
        let result = result(fact);
        // What was waiting was counted when it began.
        let is_new = fact.id.is_none() || fact.outcome.is_none();
        let mut all = self.by_name.iter_mut();
        if let Some((.., count, known)) =
            all.find(|(by, known, ..)| (*by, *known) == (caller, place))
        {
            *known = result;
            *count = count.saturating_add(u16::from(is_new));
        } else {
            let mut grown = std::mem::take(&mut self.by_name).into_vec();
            grown.reserve_exact(1);
            grown.push((caller, place, 1, result));
            self.by_name = grown.into_boxed_slice();
        }
        if let (RowCaller::Own, Call::Recv { .. } | Call::Read { .. }, Some(outcome)) =
            (caller, &fact.call, &fact.outcome)
        {
            self.received = match &outcome.out {
                Some(Out::Bytes(bytes)) => Some(Arc::new(bytes.clone())),
                _ => None,
            };
        }
    }

    /// What its own last recv() gave, unless it gave nothing.
    pub fn received(&self) -> Option<&[u8]> {
        self.received.as_ref().map(|data| data.as_slice())
    }

    /// So many entries and so many bytes of data it owns.
    pub(super) fn owns(&self) -> (usize, usize) {
        let LastResults { by_name, received } = self;
        let data = received.as_ref().map_or(0, |data| data.capacity());
        (
            size_of_val::<[(RowCaller, u8, u16, LastResult)]>(by_name),
            data,
        )
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
