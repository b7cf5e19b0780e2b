//! A thread a socket beside one poll loop: the same bytes through as many sockets, and what each way costs this process.

use super::SocketPairs;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// So often every socket is asked and answers.
const ROUNDS: u32 = 20;

/// What one way cost.
#[derive(Clone, Copy, Debug)]
pub struct WayCost {
    /// `threads`: each socket has one that waits in a blocking read. `poll`: one thread waits for all of them.
    pub way: &'static str,
    /// How many sockets were served.
    pub sockets: usize,
    /// By how many threads.
    pub threads: usize,
    /// How much memory these threads took, in bytes, as far as the system tells.
    pub memory: Option<u64>,
    /// How often the system gave the processor to another thread.
    pub switches: Option<u64>,
    /// The time from a question to its answer, if all are asked at once: the mean.
    pub an_answer: Duration,
}

/// Measures both ways with so many sockets. Nothing if there are not so many descriptors or threads.
pub fn ways(sockets: usize) -> Vec<WayCost> {
    let by_threads = serve(sockets, "threads", sockets, |fields| {
        fields.iter().map(|fd| vec![fd]).collect()
    });
    let by_poll = serve(sockets, "poll", 1, |fields| vec![fields.iter().collect()]);
    by_threads.into_iter().chain(by_poll).collect()
}

fn serve(
    sockets: usize,
    way: &'static str,
    threads: usize,
    share: impl for<'a> Fn(&'a [OwnedFd]) -> Vec<Vec<&'a OwnedFd>>,
) -> Option<WayCost> {
    let field = SocketPairs::blocking(sockets)?;
    let memory_before = resident();
    std::thread::scope(|scope| {
        for sockets in share(&field.watched) {
            let builder = std::thread::Builder::new();
            let serving = builder.spawn_scoped(scope, move || match sockets.as_slice() {
                [one] if threads > 1 => while answer(one.as_fd()) {},
                all => poll_loop(all),
            });
            if serving.is_err() {
                field.end();
                return None;
            }
        }
        // One round before: every thread has run, and every page is there.
        let measured = ask_all(&field).and_then(|()| {
            let (memory, before) = (resident(), switches());
            let began = Instant::now();
            for _ in 0..ROUNDS {
                ask_all(&field)?;
            }
            Some(WayCost {
                way,
                sockets,
                threads,
                memory: memory
                    .zip(memory_before)
                    .map(|(now, before)| now.saturating_sub(before)),
                switches: switches().zip(before).map(|(now, before)| now - before),
                an_answer: began.elapsed() / ROUNDS / u32::try_from(sockets).unwrap_or(1),
            })
        });
        // Whoever serves finds the end of file.
        field.end();
        measured
    })
}

/// A byte to every socket, and a byte back from every one.
fn ask_all(field: &SocketPairs) -> Option<()> {
    for far in &field.far {
        rustix::io::write(far, b"?").ok()?;
    }
    for far in &field.far {
        let mut byte = [0_u8];
        rustix::io::read(far, &mut byte[..])
            .ok()
            .filter(|count| *count == 1)?;
    }
    Some(())
}

/// Waits for a byte and sends one back; false at the end.
fn answer(fd: BorrowedFd<'_>) -> bool {
    let mut byte = [0_u8];
    matches!(rustix::io::read(fd, &mut byte[..]), Ok(1)) && rustix::io::write(fd, b"!").is_ok()
}

fn poll_loop(all: &[&OwnedFd]) {
    let mut open: Vec<PollFd<'_>> = all
        .iter()
        .map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN))
        .collect();
    while !open.is_empty() {
        if poll(&mut open, None).is_err() {
            return;
        }
        open.retain(|fd| fd.revents().is_empty() || answer(fd.as_fd()));
    }
}

/// How much memory this process has in use: `VmRSS`, proc_pid_status(5).
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// How often threads of this process gave the processor away, or lost it: getrusage(2).
#[expect(unsafe_code, reason = "getrusage by hand")]
fn switches() -> Option<u64> {
    // SAFETY: the struct is plain C data for which zeroes are valid, and the kernel fills it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) == 0).then_some(usage)
    }?;
    u64::try_from(usage.ru_nvcsw + usage.ru_nivcsw).ok()
}
