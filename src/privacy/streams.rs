//! Names that are cut in two: what calls sent and received, and what packets carried, is put together again, stream by stream. Where a name
//! stands across a border each of the two sides is told its part of it.

use super::data::Forbidden;
use super::packets;
use crate::model::call::CalledBy;
use crate::model::ids::Row;
use crate::model::names::{Data, DataDirection};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;

/// A place with data: the record's number, and which of its names it is.
pub(super) type DataPlace = (u64, usize);

/// Where names or parts of them stand, by place.
pub(super) type HiddenSpans = BTreeMap<DataPlace, Vec<Range<usize>>>;

/// Bytes that come one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stream {
    /// What a row's calls sent or received; the lab's own calls for it are another stream than the program's.
    Calls(Row, bool, DataDirection),
    /// What packets carried from one end to another.
    Packets(SocketAddr, SocketAddr),
}

/// Some bytes of a stream.
#[derive(Clone, Debug)]
struct StreamPiece {
    /// Their place in the stream.
    at: i64,
    bytes: Vec<u8>,
    place: DataPlace,
    /// Where they begin in what has this place: data in a packet begins behind the headers.
    offset: usize,
}

/// Every stream of a recording.
#[derive(Debug, Default)]
pub(super) struct Streams {
    pieces: BTreeMap<Stream, Vec<StreamPiece>>,
    /// Where the next bytes of a row's stream begin.
    next: BTreeMap<Stream, i64>,
    /// The first sequence number that was seen.
    first: BTreeMap<Stream, u32>,
}

impl Streams {
    /// Takes in what a call or a command has.
    pub(super) fn data(&mut self, place: DataPlace, data: &Data<'_>) {
        let Data {
            bytes,
            way,
            row,
            by,
            taken,
        } = data;
        let Some(row) = row else { return };
        let sides: &[bool] = match by {
            // Who will call is known only behind it.
            None => &[false, true],
            Some(CalledBy::Program | CalledBy::Library) => &[false],
            Some(CalledBy::Peer | CalledBy::Lab) => &[true],
        };
        for lab in sides {
            let stream = Stream::Calls(*row, *lab, *way);
            let next = self.next.entry(stream).or_default();
            let at = *next;
            *next = at.saturating_add(i64::try_from(*taken).unwrap_or(i64::MAX));
            self.add(stream, at, bytes, (place, 0));
        }
    }

    /// Takes in a packet; if it quotes another, that one too.
    pub(super) fn packet(&mut self, place: DataPlace, bytes: &[u8]) {
        let Some(carried) = packets::carried(bytes) else {
            return;
        };
        let stream = Stream::Packets(carried.from, carried.to);
        let first = *self.first.entry(stream).or_insert(carried.seq);
        // Sequence numbers go round.
        let at = i64::from(carried.seq.wrapping_sub(first) as i32);
        let data = bytes.get(carried.data.clone()).unwrap_or_default();
        self.add(stream, at, data, (place, carried.data.start));
    }

    fn add(&mut self, stream: Stream, at: i64, bytes: &[u8], (place, offset): (DataPlace, usize)) {
        if bytes.is_empty() {
            return;
        }
        self.pieces.entry(stream).or_default().push(StreamPiece {
            at,
            bytes: bytes.to_vec(),
            place,
            offset,
        });
    }

    /// Where names stand in everything that was taken in.
    pub(super) fn hidden(self, words: &Forbidden) -> HiddenSpans {
        let mut hidden = HiddenSpans::new();
        for mut pieces in self.pieces.into_values() {
            pieces.sort_by_key(|piece| piece.at);
            let mut run: Option<StreamRun> = None;
            let mut is_first = true;
            for piece in pieces {
                run = Some(match run {
                    Some(run) if piece.at <= run.end() => run.with(piece),
                    ended => {
                        if let Some(run) = ended {
                            run.hide(words, is_first, &mut hidden);
                            is_first = false;
                        }
                        StreamRun::new(piece)
                    }
                });
            }
            if let Some(run) = run {
                run.hide(words, is_first, &mut hidden);
            }
        }
        hidden
    }
}

/// Pieces without a gap between them.
struct StreamRun {
    at: i64,
    bytes: Vec<u8>,
    pieces: Vec<(i64, usize, DataPlace, usize)>,
}

impl StreamRun {
    fn new(piece: StreamPiece) -> StreamRun {
        StreamRun {
            at: piece.at,
            pieces: vec![(piece.at, piece.bytes.len(), piece.place, piece.offset)],
            bytes: piece.bytes,
        }
    }

    fn end(&self) -> i64 {
        self.at + self.bytes.len() as i64
    }

    /// With a piece that begins in it or right behind it. Where the two differ the newer one counts: what a send offers and the kernel
    /// does not take need not be offered again.
    fn with(mut self, piece: StreamPiece) -> StreamRun {
        let offset = usize::try_from(piece.at - self.at).unwrap_or(0);
        let bytes = piece.bytes;
        self.pieces
            .push((piece.at, bytes.len(), piece.place, piece.offset));
        let known = &self.bytes[offset..];
        let both = known.len().min(bytes.len());
        if known[..both] != bytes[..both] {
            self.bytes.truncate(offset);
            self.bytes.extend(bytes);
        } else if bytes.len() > both {
            self.bytes.extend_from_slice(&bytes[both..]);
        }
        self
    }

    fn hide(&self, words: &Forbidden, is_first: bool, hidden: &mut HiddenSpans) {
        let mut found = words.found(&self.bytes);
        found.extend(words.cut_at_end(&self.bytes));
        // Only behind a gap can it begin in the middle of something.
        found.extend(words.cut_at_begin(&self.bytes).filter(|_| !is_first));
        for &(at, length, place, offset) in &self.pieces {
            let begin = usize::try_from(at - self.at).unwrap_or(0);
            for range in &found {
                let start = range.start.max(begin);
                let end = range.end.min(begin + length);
                if start < end {
                    let part = start - begin + offset..end - begin + offset;
                    hidden.entry(place).or_default().push(part);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
