//! What came back from a call.

use super::super::memory::{MOST, TraceeMemory};
use super::super::table::Sys;
use super::arguments::set_words;
use super::before::{MOST_POLLED, epoll_event, event_size, set};
use super::words::{EPOLL, POLL, flags, readiness};
use super::{AfterCall, BeforeCall, ToldOf};
use crate::model::addr::Addr;
use crate::model::call::{Call, EXCERPT, Out};
use crate::model::clean;
use crate::model::ids::Fd;
use crate::model::readiness::Readiness;
use crate::os::errno::from_raw;

/// The largest errno that a call can return: `MAX_ERRNO` of the kernel.
const MAX_ERRNO: i64 = 4095;
/// So many things are written out.
const MOST_WRITTEN: usize = 16;

/// Reads what a call brought that has returned `raw`.
pub(in crate::os::tracee) fn after(tid: i32, before: &BeforeCall, raw: i64) -> AfterCall {
    if (-MAX_ERRNO..0).contains(&raw) {
        return AfterCall {
            ret: -1,
            errno: Some(from_raw(-raw as i32)),
            out: None,
            wrote: None,
            told: Vec::new(),
        };
    }
    let memory = TraceeMemory {
        tid,
        abi: before.abi,
    };
    let ret = match before.sys {
        // These return an int, whatever stands above it.
        Sys::Socket | Sys::Accept | Sys::Accept4 => i64::from(raw as i32),
        _ => raw,
    };
    let mut after = AfterCall {
        ret,
        errno: None,
        out: out(memory, before, ret),
        wrote: None,
        told: told(memory, before, ret),
    };
    after.wrote = wrote(memory, before, &after);
    after
}

/// The address that a call wrote to its second argument, with its length at the third.
fn address(memory: TraceeMemory, args: &[u64; 6]) -> Option<Addr> {
    let length = usize::try_from(memory.int(args[2])?).ok()?;
    memory.address(args[1], length)
}

fn out(memory: TraceeMemory, before: &BeforeCall, ret: i64) -> Option<Out> {
    let args = &before.args;
    match &before.call {
        Call::SoError { .. } => {
            let found = memory.int(args[3])?;
            Some(Out::SoError((found != 0).then(|| from_raw(found))))
        }
        Call::Accept { .. } | Call::Getpeername { .. } => address(memory, args).map(Out::Addr),
        Call::Recv { .. } => {
            let length = usize::try_from(ret).ok()?;
            let bytes = match before.sys {
                Sys::Readv => memory.gathered(&memory.parts(args[1], args[2]), length),
                Sys::Recvmsg => {
                    let word = |index| memory.word(args[1], index).unwrap_or(0);
                    memory.gathered(&memory.parts(word(2), word(3)), length)
                }
                _ => memory.bytes(args[1], length),
            };
            Some(Out::Bytes(bytes))
        }
        _ => None,
    }
}

fn wrote(memory: TraceeMemory, before: &BeforeCall, after: &AfterCall) -> Option<String> {
    let args = &before.args;
    match (&after.out, before.sys) {
        (Some(Out::SoError(None)), _) => Some("[0]".to_owned()),
        (Some(Out::SoError(Some(errno))), _) => Some(format!("[{errno}]")),
        (Some(Out::Addr(addr)), _) => Some(format!("[{addr}]")),
        (Some(Out::Bytes(bytes)), _) => Some(clean::excerpt(bytes, EXCERPT)),
        (_, Sys::Getsockname) => address(memory, args).map(|addr| format!("[{addr}]")),
        (_, Sys::Getsockopt) => memory.int(args[3]).map(|value| format!("[{value}]")),
        (_, Sys::Poll | Sys::Ppoll) => Some(listed(
            &polled(memory, args)
                .iter()
                .map(|(fd, bits)| format!("{{{fd}, {}}}", flags(*bits, POLL)))
                .collect::<Vec<_>>(),
        )),
        (_, Sys::Select | Sys::Pselect6) => {
            let sets = [1, 2, 3].map(|index| match args[index] {
                0 => "NULL".to_owned(),
                at => set_words(&set(memory, at, args[0])),
            });
            Some(format!("out: {}", sets.join(", ")))
        }
        (_, Sys::EpollWait | Sys::EpollPwait | Sys::EpollPwait2) => Some(listed(
            &waited(memory, before, after.ret)
                .iter()
                .map(|(bits, data)| format!("{{{}, {data:#x}}}", flags(*bits, EPOLL)))
                .collect::<Vec<_>>(),
        )),
        (_, Sys::Socketpair) => {
            let pair = (memory.int(args[3])?, memory.int(args[3] + 4)?);
            Some(format!("[{}, {}]", pair.0, pair.1))
        }
        _ => None,
    }
}

fn listed(items: &[String]) -> String {
    match items.get(..MOST_WRITTEN) {
        Some(first) if items.len() > MOST_WRITTEN => format!("[{}, ...]", first.join(", ")),
        _ => format!("[{}]", items.join(", ")),
    }
}

/// The entries of poll(2) with news.
fn polled(memory: TraceeMemory, args: &[u64; 6]) -> Vec<(Fd, u32)> {
    let count = usize::try_from(args[1]).unwrap_or(MOST_POLLED);
    let bytes = memory.bytes(args[0], 8 * count.min(MOST_POLLED));
    let entry = |entry: &[u8]| {
        let fd = i32::from_ne_bytes(entry.get(..4)?.try_into().ok()?);
        let bits = u16::from_ne_bytes(entry.get(6..8)?.try_into().ok()?);
        (bits != 0).then_some((Fd(fd), u32::from(bits)))
    };
    bytes.chunks_exact(8).filter_map(entry).collect()
}

/// What epoll_wait(2) wrote: bits and mark.
fn waited(memory: TraceeMemory, before: &BeforeCall, ret: i64) -> Vec<(u32, u64)> {
    let size = event_size(before.abi);
    let count = usize::try_from(ret).unwrap_or(0).min(MOST / size);
    let bytes = memory.bytes(before.args[1], count * size);
    bytes
        .chunks_exact(size)
        .filter_map(|event| epoll_event(before.abi, event))
        .collect()
}

fn told(memory: TraceeMemory, before: &BeforeCall, ret: i64) -> Vec<(ToldOf, Readiness)> {
    if ret <= 0 {
        return Vec::new();
    }
    match before.sys {
        Sys::Poll | Sys::Ppoll => polled(memory, &before.args)
            .into_iter()
            .map(|(fd, bits)| (ToldOf::Fd(fd), readiness(bits)))
            .collect(),
        Sys::Select | Sys::Pselect6 => [
            (1, Readiness::READABLE),
            (2, Readiness::WRITABLE),
            (3, Readiness::PRIORITY),
        ]
        .into_iter()
        .flat_map(|(index, readiness)| {
            let set = set(memory, before.args[index], before.args[0]);
            set.into_iter().map(move |fd| (ToldOf::Fd(fd), readiness))
        })
        .collect(),
        Sys::EpollWait | Sys::EpollPwait | Sys::EpollPwait2 => waited(memory, before, ret)
            .into_iter()
            .map(|(bits, data)| (ToldOf::Data(data), readiness(bits)))
            .collect(),
        _ => Vec::new(),
    }
}
