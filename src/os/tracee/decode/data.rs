//! The data of calls that send and receive: where it stands, how much of it there is, and what was written.

use super::super::memory::{MOST, TraceeMemory};
use super::super::table::Sys;
use super::BeforeCall;
use super::before::CallReader;

/// The first bytes that a call has written, so many; the thread is stopped behind it.
pub(in crate::os::tracee) fn written(tid: i32, call: &BeforeCall, count: usize) -> Vec<u8> {
    let reader = CallReader {
        memory: TraceeMemory { tid, abi: call.abi },
        sys: call.sys,
        args: &call.args,
    };
    reader.written(count)
}

impl CallReader<'_> {
    /// The parts of a scattered buffer: of readv(2) and writev(2) in the arguments, of a message in its header.
    fn parts(&self) -> Vec<(u64, u64)> {
        match self.sys {
            Sys::Sendmsg | Sys::Recvmsg => {
                let word = |index| self.memory.word(self.args[1], index).unwrap_or(0);
                self.memory.parts(word(2), word(3))
            }
            _ => self.memory.parts(self.args[1], self.args[2]),
        }
    }

    /// The data of a call that sends, and how much of it there is.
    pub(super) fn data(&self) -> (Vec<u8>, u64) {
        match self.sys {
            Sys::Sendto | Sys::Send | Sys::Write => {
                let size = self.args[2];
                let length = usize::try_from(size).unwrap_or(MOST);
                (self.memory.bytes(self.args[1], length), size)
            }
            _ => {
                let parts = self.parts();
                let size = parts
                    .iter()
                    .fold(0_u64, |all, (_, size)| all.saturating_add(*size));
                let length = usize::try_from(size).unwrap_or(MOST);
                (self.memory.gathered(&parts, length), size)
            }
        }
    }

    /// The first bytes of a call that sends or writes, so many.
    fn written(&self, count: usize) -> Vec<u8> {
        let parts = match self.sys {
            Sys::Sendto | Sys::Send | Sys::Write => vec![(self.args[1], self.args[2])],
            _ => self.parts(),
        };
        let mut all = Vec::new();
        for (at, length) in parts {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            all.extend(self.memory.many_bytes(at, length.min(count - all.len())));
        }
        all
    }

    /// How much a call that receives has room for.
    pub(super) fn room(&self) -> u64 {
        match self.sys {
            Sys::Readv | Sys::Recvmsg => self
                .parts()
                .iter()
                .fold(0_u64, |all, (_, size)| all.saturating_add(*size)),
            _ => self.args[2],
        }
    }
}
