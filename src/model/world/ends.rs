//! Which rows may be the two ends of one connection. Both ends know the client's address, so they stand in the same bucket: whoever looks
//! for the other end looks at a few rows and not at all of them.

use super::RowState;
use crate::model::addr::Addr;
use crate::model::chunks::Chunks;
use crate::model::ids::Row;
use crate::model::record::Role;
use std::sync::Arc;

/// So many buckets there are. With 9,000 sockets there are 35 in each.
const BUCKETS: usize = 256;

/// The rows by the address of the connection's client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ends {
    /// An empty one takes no memory of its own.
    buckets: Chunks<Option<Arc<Vec<Row>>>>,
}

/// Where a client with this address stands, and whoever accepted it. Ports alone tell, since the two ends on the lab wire see different
/// addresses of each other and the same ports. A socket without a name stands nowhere.
fn bucket_of(addr: &Addr) -> Option<u16> {
    let hash = match addr {
        Addr::V4(addr) => usize::from(addr.port()),
        Addr::V6(addr) => usize::from(addr.port()),
        Addr::UnixUnnamed => return None,
        Addr::UnixPath(name) | Addr::UnixAbstract(name) if name.is_empty() => return None,
        Addr::UnixPath(name) | Addr::UnixAbstract(name) => name.iter().fold(0, |hash, byte| {
            usize::wrapping_add(usize::wrapping_mul(hash, 31), usize::from(*byte))
        }),
    };
    u16::try_from(hash % BUCKETS).ok()
}

impl Ends {
    /// The rows that may be an end of the connection whose client has this address, in order of their numbers.
    pub(super) fn at(&self, addr: &Addr) -> impl DoubleEndedIterator<Item = Row> {
        let bucket = bucket_of(addr).and_then(|bucket| self.buckets.get(usize::from(bucket)));
        let rows = bucket.and_then(Option::as_ref);
        rows.into_iter().flat_map(|rows| rows.iter().copied())
    }

    /// The bucket in which a row belongs.
    pub(super) fn bucket_for(state: &RowState) -> Option<u16> {
        match state.role {
            Role::Client => bucket_of(state.look.local.as_ref()?),
            Role::Accepted { .. } => bucket_of(state.current().addr.as_ref()?),
            Role::Peer { .. } => None,
        }
    }

    /// Takes a row out of one bucket and puts it into the other.
    pub(super) fn put(&mut self, row: Row, from: Option<u16>, to: Option<u16>) {
        if self.buckets.is_empty() {
            self.buckets = (0..BUCKETS).map(|_| None).collect();
        }
        if let Some(rows) = self.bucket(from) {
            rows.retain(|other| *other != row);
        }
        if let Some(rows) = self.bucket(to) {
            let place = rows.partition_point(|other| *other < row);
            rows.insert(place, row);
        }
    }

    fn bucket(&mut self, bucket: Option<u16>) -> Option<&mut Vec<Row>> {
        let rows = self.buckets.get_mut(usize::from(bucket?))?;
        Some(Arc::make_mut(rows.get_or_insert_default()))
    }

    /// How much memory it takes beside an older state of it, in bytes.
    pub(super) fn heap_size_beyond(&self, before: Option<&Ends>) -> usize {
        let before = before.map(|ends| &ends.buckets);
        self.buckets.heap_size_beyond(before, |new, old| {
            let (Some(new), old) = (new, old.and_then(Option::as_ref)) else {
                return 0;
            };
            match old {
                Some(old) if Arc::ptr_eq(old, new) => 0,
                _ => size_of::<Vec<Row>>() + new.capacity() * size_of::<Row>(),
            }
        })
    }
}
