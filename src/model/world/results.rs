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
    /// By the place of the name among all names of calls.
    by_name: Box<[(u8, LastResult)]>,
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
        let found = self.by_name.iter().find(|(known, _)| *known == place);
        found.map(|(_, result)| *result)
    }

    /// Takes in a call.
    pub(super) fn note(&mut self, fact: &CallFact) {
        let Some(place) = place(fact.call.name()) else {
            return;
        };
        let result = result(fact);
        if let Some((_, known)) = self.by_name.iter_mut().find(|(known, _)| *known == place) {
            *known = result;
        } else {
            let mut grown = std::mem::take(&mut self.by_name).into_vec();
            grown.reserve_exact(1);
            grown.push((place, result));
            self.by_name = grown.into_boxed_slice();
        }
        if let (Call::Recv { .. }, Some(outcome)) = (&fact.call, &fact.outcome) {
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
        (size_of_val::<[(u8, LastResult)]>(by_name), data)
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
                Call::Send { data, .. } => outcome.ret > 0 && outcome.ret < data.size() as i64,
                _ => false,
            },
        },
    }
}
