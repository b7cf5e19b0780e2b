//! What a stopped program has in its memory. Everything is foreign: lengths are bounded here, and what cannot be read is `None`.

use super::ptrace::read_memory;
use super::table::Abi;
use crate::model::addr::Addr;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};
use std::time::Duration;

/// The most that is read at once.
pub(super) const MOST: usize = 4096;
/// The longest address: `struct sockaddr_storage`.
const MOST_ADDRESS: usize = 128;
/// So many parts of a scattered buffer are read.
const MOST_PARTS: usize = 64;

/// The memory of one stopped thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct TraceeMemory {
    /// Whose.
    pub(super) tid: i32,
    /// How its pointers look.
    pub(super) abi: Abi,
}

impl TraceeMemory {
    /// Bytes, at most [`MOST`]: as many as can be read.
    pub(super) fn bytes(self, at: u64, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length.min(MOST)];
        let read = if at == 0 || bytes.is_empty() {
            0
        } else {
            read_memory(self.tid, at, &mut bytes)
        };
        bytes.truncate(read);
        bytes
    }

    /// Bytes of any number, read piece by piece: as many as can be read.
    pub(super) fn many_bytes(self, at: u64, length: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < length {
            let Some(from) = at.checked_add(all.len() as u64) else {
                break;
            };
            let piece = self.bytes(from, length - all.len());
            if piece.is_empty() {
                break;
            }
            all.extend(piece);
        }
        all
    }

    fn exactly<const N: usize>(self, at: u64) -> Option<[u8; N]> {
        self.bytes(at, N).try_into().ok()
    }

    /// An `int`.
    pub(super) fn int(self, at: u64) -> Option<i32> {
        self.exactly(at).map(i32::from_ne_bytes)
    }

    /// A pointer or a `long`, the one of this number behind `at`.
    pub(super) fn word(self, at: u64, index: usize) -> Option<u64> {
        let at = at.checked_add((index * self.abi.word()) as u64)?;
        match self.abi.word() {
            4 => self
                .exactly(at)
                .map(|bytes| u64::from(u32::from_ne_bytes(bytes))),
            _ => self.exactly(at).map(u64::from_ne_bytes),
        }
    }

    /// A `struct sockaddr` of this length. `None` for a family that is not of the internet and not unix.
    pub(super) fn address(self, at: u64, length: usize) -> Option<Addr> {
        address(&self.bytes(at, length.min(MOST_ADDRESS)))
    }

    /// The family of a `struct sockaddr`.
    pub(super) fn family(self, at: u64) -> Option<u16> {
        self.exactly(at).map(u16::from_ne_bytes)
    }

    /// A `struct timespec`, or a `struct timeval` if `in_micros`.
    pub(super) fn time(self, at: u64, in_micros: bool) -> Option<Duration> {
        let (seconds, rest) = (self.word(at, 0)?, self.word(at, 1)?);
        let nanos = if in_micros {
            rest.checked_mul(1000)?
        } else {
            rest
        };
        u32::try_from(nanos)
            .ok()
            .filter(|nanos| *nanos < 1_000_000_000)
            .map(|nanos| Duration::new(seconds, nanos))
    }

    /// The parts of a scattered buffer: where each is, and how long.
    pub(super) fn parts(self, at: u64, count: u64) -> Vec<(u64, u64)> {
        let count = usize::try_from(count).unwrap_or(MOST_PARTS);
        (0..count.min(MOST_PARTS))
            .map_while(|part| Some((self.word(at, 2 * part)?, self.word(at, 2 * part + 1)?)))
            .collect()
    }

    /// The beginning of what stands in the parts, as if it were one piece of `length` bytes.
    pub(super) fn gathered(self, parts: &[(u64, u64)], length: usize) -> Vec<u8> {
        let most = length.min(MOST);
        let mut all = Vec::new();
        for (at, length) in parts {
            let room = most - all.len();
            if room == 0 {
                break;
            }
            let length = usize::try_from(*length).unwrap_or(room).min(room);
            let read = self.bytes(*at, length);
            let is_whole = read.len() == length;
            all.extend(read);
            if !is_whole {
                break;
            }
        }
        all
    }
}

/// An address as the kernel has it.
fn address(bytes: &[u8]) -> Option<Addr> {
    let family = i32::from(u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?));
    let port = || Some(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?));
    match family {
        libc::AF_INET => {
            let ip: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
            Some(Addr::V4(SocketAddrV4::new(Ipv4Addr::from(ip), port()?)))
        }
        libc::AF_INET6 => {
            let flow = u32::from_be_bytes(bytes.get(4..8)?.try_into().ok()?);
            let ip: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
            let scope = bytes.get(24..28).and_then(|scope| scope.try_into().ok());
            let scope = scope.map_or(0, u32::from_ne_bytes);
            let ip = Ipv6Addr::from(ip);
            Some(Addr::V6(SocketAddrV6::new(ip, port()?, flow, scope)))
        }
        libc::AF_UNIX => Some(match bytes.get(2..)? {
            [] => Addr::UnixUnnamed,
            [0, name @ ..] => Addr::UnixAbstract(name.to_vec()),
            // unix(7): a path ends at the first zero, and what stands behind it is no part of it.
            path => Addr::UnixPath(path.split(|byte| *byte == 0).next()?.to_vec()),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_the_kernel_has_them_and_paths_end_at_the_first_zero() {
        let mut v4 = (libc::AF_INET as u16).to_ne_bytes().to_vec();
        v4.extend([0x1f, 0x90, 127, 0, 0, 1, 9, 9]);
        assert_eq!(address(&v4), "127.0.0.1:8080".parse().ok());
        let unix = |path: &[u8]| {
            let mut bytes = (libc::AF_UNIX as u16).to_ne_bytes().to_vec();
            bytes.extend(path);
            address(&bytes)
        };
        assert_eq!(unix(b"/run/x\0rubbish"), "unix:/run/x".parse().ok());
        assert_eq!(unix(b"\0name"), "unix:@name".parse().ok());
        assert_eq!(unix(b""), Some(Addr::UnixUnnamed));
        for cut in 0..8 {
            assert_eq!(address(&v4[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        let memory = TraceeMemory {
            tid: i32::from(std::process::id() > 0) * std::process::id() as i32,
            abi: Abi::HERE[0],
        };
        assert_eq!(memory.bytes(0, 10), Vec::<u8>::new());
        assert_eq!(memory.int(8), None);
        assert_eq!(memory.word(u64::MAX, 1), None);
        let here = 4711_i32;
        let at = &raw const here as u64;
        assert_eq!(memory.int(at), Some(4711));
    }
}
