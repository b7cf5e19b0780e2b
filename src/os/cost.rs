//! What it costs to ask: select, poll, level-triggered epoll and mio (edge), measured on this machine.

mod ways;

pub use ways::{WayCost, ways};

use super::look::FD_SETSIZE;
use rustix::event::{
    FdSetElement, PollFd, PollFlags, Timespec, fd_set_insert, fd_set_num_elements,
};
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};
use strum::{IntoStaticStr, VariantArray};

/// One way to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Asker {
    /// select(2), with descriptors below 1024 only.
    Select,
    /// poll(2)
    Poll,
    /// epoll_wait(2), level-triggered
    Epoll,
    /// mio, edge-triggered
    Mio,
}

impl Asker {
    /// All of them.
    pub const ALL: &'static [Asker] = Asker::VARIANTS;

    /// The name in a table and in JSON.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One measurement: the median time of one question.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Who asked.
    pub asker: Asker,
    /// How many descriptors were watched.
    pub watched: usize,
    /// How many of them were ready.
    pub ready: usize,
    /// The median; `None` if it cannot watch so many.
    pub median: Option<Duration>,
}

/// So long one measurement may take.
const MAX_TIME: Duration = Duration::from_millis(60);
/// And so many times it asks at most.
const MAX_ASKED: usize = 200;
const AT_ONCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};

/// Pairs of connected unix sockets: one end is watched, the other makes it ready.
struct SocketPairs {
    watched: Vec<OwnedFd>,
    far: Vec<OwnedFd>,
}

impl SocketPairs {
    /// `None` if this process may not have so many descriptors.
    fn of(count: usize, ready: usize) -> Option<SocketPairs> {
        use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
        let mut field = SocketPairs {
            watched: Vec::new(),
            far: Vec::new(),
        };
        for _ in 0..count.div_ceil(2) {
            let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
            let (a, b) = socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None).ok()?;
            field.watched.push(a);
            field.far.push(b);
        }
        // Both ends are watched; a byte into one makes the other ready. The ready ones are spread over the list.
        let step = (field.far.len() / ready.max(1)).max(1);
        for index in (0..ready).map(|i| (i * step) % field.far.len()) {
            rustix::io::write(&field.far[index], b"x").ok()?;
        }
        Some(field)
    }

    /// So many pairs on which calls wait: what is watched, and as many far ends.
    fn blocking(count: usize) -> Option<SocketPairs> {
        use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
        let pair = || {
            let flags = SocketFlags::CLOEXEC;
            socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None).ok()
        };
        let pairs: Option<Vec<(OwnedFd, OwnedFd)>> = (0..count).map(|_| pair()).collect();
        let (watched, far) = pairs?.into_iter().unzip();
        Some(SocketPairs { watched, far })
    }

    /// Nothing comes any more.
    fn end(&self) {
        for far in &self.far {
            // It is over already if this fails.
            let _ = rustix::net::shutdown(far, rustix::net::Shutdown::Both);
        }
    }

    fn all(&self) -> impl Iterator<Item = &OwnedFd> {
        self.watched.iter().chain(&self.far)
    }
}

/// Measures one asker with `watched` descriptors of which `ready` are ready. `None` inside if there are not so many descriptors, or
/// if it cannot watch them.
pub fn measure(asker: Asker, watched: usize, ready: usize) -> Cost {
    let median = SocketPairs::of(watched, ready).and_then(|field| match asker {
        Asker::Select => select(&field),
        Asker::Poll => poll(&field),
        Asker::Epoll => epoll(&field),
        Asker::Mio => mio(&field),
    });
    Cost {
        asker,
        watched,
        ready,
        median,
    }
}

/// Asks again and again within the budget and returns the median. `prepare` is not timed.
fn median(
    mut prepare: impl FnMut() -> Option<()>,
    mut ask: impl FnMut() -> Option<()>,
) -> Option<Duration> {
    let mut times = Vec::new();
    let end = Instant::now() + MAX_TIME;
    while times.is_empty() || (times.len() < MAX_ASKED && Instant::now() < end) {
        prepare()?;
        let before = Instant::now();
        ask()?;
        times.push(before.elapsed());
    }
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

#[expect(
    unsafe_code,
    reason = "rustix marks select as unsafe, since descriptors are passed as numbers"
)]
fn select(field: &SocketPairs) -> Option<Duration> {
    let numbers: Vec<i32> = field.all().map(AsRawFd::as_raw_fd).collect();
    let highest = numbers.iter().max().copied()? + 1;
    if highest > FD_SETSIZE {
        return None;
    }
    let wanted = || {
        let mut set = vec![FdSetElement::default(); fd_set_num_elements(numbers.len(), highest)];
        for fd in &numbers {
            fd_set_insert(&mut set, *fd);
        }
        set
    };
    // The sets are overwritten by the answer, so building them again belongs to the cost, as in any program that uses select.
    median(
        || Some(()),
        || {
            let mut set = wanted();
            // SAFETY: every number in the set is a descriptor that `field` owns and keeps open.
            unsafe { rustix::event::select(highest, Some(&mut set), None, None, Some(&AT_ONCE)) }
                .ok()
                .map(|_| ())
        },
    )
}

fn poll(field: &SocketPairs) -> Option<Duration> {
    let mut fds: Vec<PollFd<'_>> = field
        .all()
        .map(|fd| PollFd::from_borrowed_fd(fd.as_fd(), PollFlags::IN))
        .collect();
    median(
        || Some(()),
        || {
            rustix::event::poll(&mut fds, Some(&AT_ONCE))
                .ok()
                .map(|_| ())
        },
    )
}

#[cfg(target_os = "linux")]
fn epoll(field: &SocketPairs) -> Option<Duration> {
    use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
    let epfd = epoll::create(CreateFlags::CLOEXEC).ok()?;
    for (index, fd) in field.all().enumerate() {
        epoll::add(&epfd, fd, EventData::new_u64(index as u64), EventFlags::IN).ok()?;
    }
    let mut events: Vec<Event> = Vec::with_capacity(1024);
    median(
        || Some(()),
        || {
            events.clear();
            epoll::wait(
                &epfd,
                rustix::buffer::spare_capacity(&mut events),
                Some(&AT_ONCE),
            )
            .ok()
            .map(|_| ())
        },
    )
}

#[cfg(not(target_os = "linux"))]
fn epoll(_: &SocketPairs) -> Option<Duration> {
    None
}

fn mio(field: &SocketPairs) -> Option<Duration> {
    let mut poll = mio::Poll::new().ok()?;
    let mut events = mio::Events::with_capacity(1024);
    let raw: Vec<i32> = field.all().map(AsRawFd::as_raw_fd).collect();
    for (index, fd) in raw.iter().enumerate() {
        poll.registry()
            .register(
                &mut mio::unix::SourceFd(fd),
                mio::Token(index),
                mio::Interest::READABLE,
            )
            .ok()?;
    }
    let ready: Vec<usize> = {
        poll.poll(&mut events, Some(Duration::ZERO)).ok()?;
        events.iter().map(|event| event.token().0).collect()
    };
    // An edge is reported once: before each question the ready ones are armed again, which is not timed.
    let registry = poll.registry().try_clone().ok()?;
    let arm = || {
        for index in &ready {
            registry
                .reregister(
                    &mut mio::unix::SourceFd(&raw[*index]),
                    mio::Token(*index),
                    mio::Interest::READABLE,
                )
                .ok()?;
        }
        Some(())
    };
    median(arm, || poll.poll(&mut events, Some(Duration::ZERO)).ok())
}
