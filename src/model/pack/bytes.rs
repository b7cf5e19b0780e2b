//! The bytes of a packed list. Rows and descriptors mostly come one after the other: their distance from the one before is written, within
//! a block.

use crate::model::ids::{Fd, Row};

/// What the next number is written as the distance from.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    row: i64,
    fd: i64,
}

/// Writes items.
#[derive(Debug)]
pub struct PackWriter<K> {
    bytes: Vec<u8>,
    kept: Vec<K>,
    before: Before,
}

impl<K> Default for PackWriter<K> {
    fn default() -> PackWriter<K> {
        PackWriter {
            bytes: Vec::new(),
            kept: Vec::new(),
            before: Before::default(),
        }
    }
}

impl<K> PackWriter<K> {
    /// Begins a block; where, in bytes and in what is kept.
    pub(super) fn begin_block(&mut self) -> (usize, usize) {
        self.before = Before::default();
        (self.bytes.len(), self.kept.len())
    }

    /// How many bytes there are, and what is kept beside them.
    pub(super) fn so_far(&self) -> (usize, &[K]) {
        (self.bytes.len(), &self.kept)
    }

    pub(super) fn done(self) -> (Box<[u8]>, Box<[K]>) {
        (self.bytes.into(), self.kept.into())
    }

    /// A byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Something that stands beside the bytes.
    pub fn keep(&mut self, kept: K) {
        self.kept.push(kept);
    }

    /// A number: the smaller the shorter, on both sides of 0.
    pub fn number(&mut self, number: i64) {
        let mut rest = ((number << 1) ^ (number >> 63)) as u64;
        while rest > 0x7f {
            self.bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    /// A row.
    pub fn row(&mut self, row: Row) {
        let row = i64::from(row.0);
        self.number(row - self.before.row);
        self.before.row = row;
    }

    /// A descriptor.
    pub fn fd(&mut self, fd: Fd) {
        let fd = i64::from(fd.0);
        self.number(fd - self.before.fd);
        self.before.fd = fd;
    }
}

/// Reads items, in the order in which they were written. What is not there is 0: nobody else writes these bytes.
#[derive(Debug)]
pub struct PackReader<'a, K> {
    bytes: std::slice::Iter<'a, u8>,
    kept: std::slice::Iter<'a, K>,
    before: Before,
}

impl<'a, K> PackReader<'a, K> {
    pub(super) fn new(bytes: &'a [u8], kept: &'a [K]) -> PackReader<'a, K> {
        PackReader {
            bytes: bytes.iter(),
            kept: kept.iter(),
            before: Before::default(),
        }
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    /// What was kept beside the bytes.
    pub fn kept(&mut self) -> &'a K {
        self.kept
            .next()
            .expect("it was kept when its bytes were written")
    }

    /// A number.
    pub fn number(&mut self) -> i64 {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    /// A row.
    pub fn row(&mut self) -> Row {
        self.before.row += self.number();
        Row(self.before.row as u32)
    }

    /// A descriptor.
    pub fn fd(&mut self) -> Fd {
        self.before.fd += self.number();
        Fd(self.before.fd as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_rows_and_descriptors_read_back(
            numbers in prop::collection::vec(any::<i64>(), 0..9),
            rows in prop::collection::vec(any::<u32>(), 0..9),
            fds in prop::collection::vec(any::<i32>(), 0..9),
        ) {
            let mut out = PackWriter::<()>::default();
            for number in &numbers {
                out.number(*number);
            }
            for row in &rows {
                out.row(Row(*row));
            }
            for fd in &fds {
                out.fd(Fd(*fd));
            }
            let (bytes, kept) = out.done();
            let mut packed = PackReader::new(&bytes, &kept);
            for number in numbers {
                prop_assert_eq!(packed.number(), number);
            }
            for row in rows {
                prop_assert_eq!(packed.row(), Row(row));
            }
            for fd in fds {
                prop_assert_eq!(packed.fd(), Fd(fd));
            }
        }
    }
}
