//! Long lists, packed: thousands of sockets that do the same cost a few bytes each and not a hundred. Whoever walks over a packed list
//! has one block of it in his hands at a time; whoever needs it as a whole finds it unpacked, until it is packed again.

mod bytes;

pub use bytes::{PackReader, PackWriter};

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

/// So many items are in a block: a block is unpacked at once, and a shorter list is not packed.
const BLOCK: usize = 64;

/// What can stand in a packed list.
pub trait Pack: Clone + Debug + PartialEq {
    /// What is kept as it is, beside the bytes.
    type Kept: Clone + Debug;

    /// Writes all of itself.
    fn pack(&self, out: &mut PackWriter<Self::Kept>);

    /// Reads what [`Pack::pack`] wrote.
    fn unpack(packed: &mut PackReader<'_, Self::Kept>) -> Self;

    /// So many bytes were set aside for it alone.
    fn set_aside(kept: &Self::Kept) -> usize;
}

/// A list that can be packed. It is used as a vector; to change it unpacks it for good.
pub struct Packable<T: Pack>(ListForm<T>);

enum ListForm<T: Pack> {
    Whole(Vec<T>),
    Packed(Box<PackedForm<T>>),
}

struct PackedForm<T: Pack> {
    packed: Arc<Packed<T>>,
    /// The whole of it, while somebody needs it.
    whole: OnceLock<Vec<T>>,
}

/// Where a block begins.
#[derive(Debug)]
struct BlockStart {
    byte: u32,
    kept: u32,
}

#[derive(Debug)]
struct Packed<T: Pack> {
    bytes: Box<[u8]>,
    kept: Box<[T::Kept]>,
    blocks: Box<[BlockStart]>,
    len: usize,
}

impl<T: Pack> Packed<T> {
    /// `None` if that saves nothing, or if it is longer than anything that is ever recorded.
    fn of(items: &[T]) -> Option<Packed<T>> {
        let mut out = PackWriter::default();
        let mut blocks = Vec::with_capacity(items.len().div_ceil(BLOCK));
        for block in items.chunks(BLOCK) {
            let (byte, kept) = out.begin_block();
            blocks.push(BlockStart {
                byte: u32::try_from(byte).ok()?,
                kept: u32::try_from(kept).ok()?,
            });
            for item in block {
                item.pack(&mut out);
            }
            // One block tells of the others.
            if byte == 0 && Packed::<T>::saves_nothing(&out, block.len()) {
                return None;
            }
        }
        if Packed::<T>::saves_nothing(&out, items.len()) {
            return None;
        }
        let (bytes, kept) = out.done();
        Some(Packed {
            bytes,
            kept,
            blocks: blocks.into(),
            len: items.len(),
        })
    }

    /// Whether so many items would take as little as they are.
    fn saves_nothing(out: &PackWriter<T::Kept>, items: usize) -> bool {
        let (bytes, kept) = out.so_far();
        let aside: usize = kept.iter().map(T::set_aside).sum();
        bytes + size_of_val(kept) + aside >= items * size_of::<T>()
    }

    fn block(&self, at: usize) -> Vec<T> {
        let Some(start) = self.blocks.get(at) else {
            return Vec::new();
        };
        let bytes = self.bytes.get(start.byte as usize..);
        let kept = self.kept.get(start.kept as usize..);
        let mut packed = PackReader::new(bytes.unwrap_or_default(), kept.unwrap_or_default());
        let count = BLOCK.min(self.len - at * BLOCK);
        (0..count).map(|_| T::unpack(&mut packed)).collect()
    }

    fn items(&self) -> impl DoubleEndedIterator<Item = T> {
        (0..self.blocks.len()).flat_map(|at| self.block(at))
    }
}

impl<T: Pack> Packable<T> {
    /// Packs it, if that is worth anything; what was unpacked for somebody is forgotten.
    pub fn pack(&mut self) {
        match &mut self.0 {
            ListForm::Packed(form) => form.whole = OnceLock::new(),
            ListForm::Whole(items) => {
                let long = Some(items.as_slice()).filter(|items| items.len() >= BLOCK);
                match long.and_then(Packed::of) {
                    None => items.shrink_to_fit(),
                    Some(packed) => {
                        self.0 = ListForm::Packed(Box::new(PackedForm {
                            packed: Arc::new(packed),
                            whole: OnceLock::new(),
                        }));
                    }
                }
            }
        }
    }

    /// Every item, without unpacking the whole list.
    pub fn stream(&self) -> impl DoubleEndedIterator<Item = Cow<'_, T>> {
        let (whole, packed) = match &self.0 {
            ListForm::Whole(items) => (Some(items), None),
            ListForm::Packed(form) => match form.whole.get() {
                Some(items) => (Some(items), None),
                None => (None, Some(&form.packed)),
            },
        };
        let whole = whole.into_iter().flatten().map(Cow::Borrowed);
        let packed = packed.into_iter().flat_map(|packed| packed.items());
        whole.chain(packed.map(Cow::Owned))
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            ListForm::Whole(items) => items.len(),
            ListForm::Packed(form) => form.packed.len,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What takes memory in it, but for what is unpacked only for a while.
    pub fn weighed(&self) -> Weighed<'_, T> {
        match &self.0 {
            ListForm::Whole(items) => Weighed::Whole(items),
            ListForm::Packed(form) => {
                let packed = &form.packed;
                let blocks = [
                    size_of::<PackedForm<T>>(),
                    size_of::<Packed<T>>() + 2 * size_of::<usize>(),
                    packed.bytes.len(),
                    size_of_val(&*packed.kept),
                    size_of_val(&*packed.blocks),
                ];
                Weighed::Packed(blocks, &packed.kept)
            }
        }
    }

    /// Whether it is worth packing, or is packed.
    pub fn is_long(&self) -> bool {
        self.len() >= BLOCK
    }

    /// Whether it is packed.
    pub fn is_packed(&self) -> bool {
        matches!(self.0, ListForm::Packed(_))
    }
}

/// What takes memory in a list.
#[derive(Debug)]
pub enum Weighed<'a, T: Pack> {
    /// Its items, one by one.
    Whole(&'a Vec<T>),
    /// Blocks of memory of so many bytes, and what is kept as it is.
    Packed([usize; 5], &'a [T::Kept]),
}

impl<T: Pack> Default for Packable<T> {
    fn default() -> Packable<T> {
        Packable(ListForm::Whole(Vec::new()))
    }
}

impl<T: Pack> Clone for Packable<T> {
    fn clone(&self) -> Packable<T> {
        Packable(match &self.0 {
            ListForm::Whole(items) => ListForm::Whole(items.clone()),
            ListForm::Packed(form) => ListForm::Packed(Box::new(PackedForm {
                packed: Arc::clone(&form.packed),
                whole: OnceLock::new(),
            })),
        })
    }
}

impl<T: Pack> Debug for Packable<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.stream()).finish()
    }
}

impl<T: Pack> PartialEq for Packable<T> {
    fn eq(&self, other: &Packable<T>) -> bool {
        self.len() == other.len() && self.stream().eq(other.stream())
    }
}

impl<T: Pack + Eq> Eq for Packable<T> {}

impl<T: Pack> PartialEq<Packable<T>> for Vec<T> {
    fn eq(&self, other: &Packable<T>) -> bool {
        self == &**other
    }
}

impl<T: Pack> Deref for Packable<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        match &self.0 {
            ListForm::Whole(items) => items,
            ListForm::Packed(form) => form.whole.get_or_init(|| form.packed.items().collect()),
        }
    }
}

impl<T: Pack> DerefMut for Packable<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        if let ListForm::Packed(form) = &mut self.0 {
            let whole = form.whole.take();
            let whole = whole.unwrap_or_else(|| form.packed.items().collect());
            self.0 = ListForm::Whole(whole);
        }
        match &mut self.0 {
            ListForm::Whole(items) => items,
            ListForm::Packed(_) => unreachable!("it was unpacked above"),
        }
    }
}

impl<T: Pack> From<Vec<T>> for Packable<T> {
    fn from(items: Vec<T>) -> Packable<T> {
        Packable(ListForm::Whole(items))
    }
}

impl<T: Pack> FromIterator<T> for Packable<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Packable<T> {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T: Pack> IntoIterator for Packable<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(mut self) -> Self::IntoIter {
        std::mem::take(&mut *self).into_iter()
    }
}

impl<'a, T: Pack> IntoIterator for &'a Packable<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T: Pack> IntoIterator for &'a mut Packable<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
