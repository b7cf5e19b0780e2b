//! A list in chunks of 64 that its copies share: a copy costs a count for each chunk, and a change costs one chunk if a copy still has it.

use std::sync::Arc;

/// So many items are in a chunk.
pub const CHUNK: usize = 64;

/// A list that grows at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunks<T> {
    /// Every chunk but the last is full, and none is empty.
    chunks: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Chunks<T> {
        Chunks { chunks: Vec::new() }
    }
}

impl<T> Chunks<T> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| {
            (self.chunks.len() - 1).saturating_mul(CHUNK) + last.len()
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The item at a place, counted from 0.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// The first item.
    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// The last item.
    pub fn last(&self) -> Option<&T> {
        self.chunks.last()?.last()
    }

    /// All items, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// How much memory it takes beside `before`, of which it is a later state: the chunks that the two do not share, in bytes, with what
    /// `own` says of each item in them, to which it also shows the item that `before` has in the same place.
    pub fn heap_size_beyond(
        &self,
        before: Option<&Chunks<T>>,
        own: impl Fn(&T, Option<&T>) -> usize,
    ) -> usize {
        let list = self.chunks.capacity() * size_of::<Arc<Vec<T>>>();
        let each = self.chunks.iter().enumerate().map(|(place, chunk)| {
            let old = before.and_then(|before| before.chunks.get(place));
            if old.is_some_and(|old| Arc::ptr_eq(old, chunk)) {
                return 0;
            }
            let items: usize = chunk
                .iter()
                .enumerate()
                .map(|(at, item)| own(item, old.and_then(|old| old.get(at))))
                .sum();
            // The chunk is a block with two counts and a vector, whose items are another.
            2 * size_of::<usize>()
                + size_of::<Vec<T>>()
                + chunk.capacity() * size_of::<T>()
                + 2 * BLOCK
                + items
        });
        list + each.sum::<usize>()
    }
}

/// What an allocator adds to each block, on average: its header and the rounding.
pub const BLOCK: usize = 16;

impl<T: Clone> Chunks<T> {
    /// The item at a place, to be changed.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        let chunk = self.chunks.get_mut(index / CHUNK)?;
        if index % CHUNK >= chunk.len() {
            return None;
        }
        Arc::make_mut(chunk).get_mut(index % CHUNK)
    }

    /// One more at the end.
    pub fn push(&mut self, item: T) {
        match self.chunks.last_mut().filter(|last| last.len() < CHUNK) {
            Some(last) => Arc::make_mut(last).push(item),
            None => self.chunks.push(Arc::new(vec![item])),
        }
    }
}

impl<T> std::ops::Index<usize> for Chunks<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        self.get(index).expect("the place is in the list")
    }
}

impl<T: Clone> FromIterator<T> for Chunks<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Chunks<T> {
        let mut all = Chunks::default();
        items.into_iter().for_each(|item| all.push(item));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_what_was_pushed() {
        for count in [0, 1, 63, 64, 65, 128, 1000] {
            let list: Chunks<usize> = (0..count).collect();
            assert_eq!(list.len(), count);
            assert_eq!(list.is_empty(), count == 0);
            assert!(list.iter().copied().eq(0..count));
            assert!(list.iter().rev().copied().eq((0..count).rev()));
            assert_eq!(list.first().copied(), (count > 0).then_some(0));
            assert_eq!(list.last().copied(), count.checked_sub(1));
            assert_eq!(list.get(count), None);
        }
    }

    #[test]
    fn a_change_is_seen_by_one_copy_alone_and_shares_every_other_chunk() {
        let mut list: Chunks<usize> = (0..1000).collect();
        let copy = list.clone();
        *list.get_mut(500).expect("it is there") = 7;
        assert_eq!((list[500], copy[500]), (7, 500));
        assert_ne!(list, copy);
        let shared = list.chunks.iter().zip(&copy.chunks);
        let own = shared.filter(|(one, other)| !Arc::ptr_eq(one, other));
        assert_eq!(own.count(), 1);
        assert_eq!(list.get_mut(1000), None);
        list.push(1000);
        assert_eq!((list.len(), copy.len()), (1001, 1000));
    }

    #[test]
    fn what_two_copies_share_is_weighed_once() {
        let list: Chunks<u64> = (0..640).collect();
        let mut copy = list.clone();
        let lists = copy.chunks.capacity() * size_of::<usize>();
        assert_eq!(copy.heap_size_beyond(Some(&list), |_, _| 0), lists);
        *copy.get_mut(0).expect("it is there") = 9;
        let one = copy.heap_size_beyond(Some(&list), |_, _| 0) - lists;
        assert!((512..700).contains(&one), "{one}");
        let changed = |new: &u64, old: Option<&u64>| usize::from(Some(new) != old);
        assert_eq!(copy.heap_size_beyond(Some(&list), changed) - lists, one + 1);
        assert!(copy.heap_size_beyond(None, |_, _| 0) > 10 * 512);
    }
}
