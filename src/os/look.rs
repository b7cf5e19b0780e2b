//! The witnesses: what poll(2), select(2), a level-triggered epoll and `TCP_INFO` say of sockets, without changing them.
//! `SO_ERROR` is never read here: reading empties it.

use super::call::{Descriptors, local_address};
use super::{diag, tcp};
use crate::pure::addr::Addr;
use crate::pure::ids::Fd;
use crate::pure::readiness::{PollMask, SelectSets};
use crate::pure::record::{Look, TcpState, Witness};
use rustix::event::{
    FdSetElement, FdSetIter, PollFd, PollFlags, Timespec, fd_set_insert, fd_set_num_elements,
};
use rustix::fd::BorrowedFd;

/// select(2): an `fd_set` holds the descriptors 0 to 1023.
pub const FD_SETSIZE: i32 = 1024;

const AT_ONCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};

/// One socket to look at.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its descriptor.
    pub fd: Fd,
    /// Whether the witnesses that cost one call a socket are asked too.
    pub closely: bool,
    /// Whether its local address is asked for.
    pub local: bool,
    /// Where it connects to, which names it to sock_diag(7).
    pub remote: Option<Addr>,
}

/// Asks every witness about every subject at `now_us` of the session; the answers come in the same order. A descriptor that is not open gives `None`.
pub fn look(subjects: &[Subject], descriptors: &Descriptors, now_us: u64) -> Vec<Option<Look>> {
    let open: Vec<Option<BorrowedFd<'_>>> = subjects
        .iter()
        .map(|subject| descriptors.get(subject.fd))
        .collect();
    let mut looks: Vec<Option<Look>> = open.iter().map(|fd| fd.map(|_| Look::default())).collect();
    by_poll(&open, &mut looks);
    by_select(subjects, &mut looks);
    by_epoll(subjects, &open, &mut looks);
    for ((subject, fd), look) in subjects.iter().zip(&open).zip(&mut looks) {
        let (Some(fd), Some(look)) = (fd, look) else {
            continue;
        };
        if subject.closely {
            look.tcp = tcp::info(*fd).map_or(Witness::NoAnswer, Witness::Says);
        }
        if subject.local {
            look.local = local_address(*fd);
        }
        if let Witness::Says(tcp) = &mut look.tcp
            && tcp.state == TcpState::SynSent
            && let (Some(local), Some(remote)) = (
                look.local.clone().or_else(|| local_address(*fd)),
                &subject.remote,
            )
        {
            tcp.due_us = diag::timer_ms(&local, remote).map(|ms| now_us + u64::from(ms) * 1000);
        }
    }
    looks
}

fn mask(flags: PollFlags) -> PollMask {
    let pairs = [
        (PollFlags::IN, PollMask::IN),
        (PollFlags::PRI, PollMask::PRI),
        (PollFlags::OUT, PollMask::OUT),
        (PollFlags::ERR, PollMask::ERR),
        (PollFlags::HUP, PollMask::HUP),
        (PollFlags::NVAL, PollMask::NVAL),
        #[cfg(target_os = "linux")]
        (PollFlags::RDHUP, PollMask::RDHUP),
    ];
    pairs
        .into_iter()
        .filter(|(theirs, _)| flags.contains(*theirs))
        .fold(PollMask::empty(), |all, (_, ours)| all | ours)
}

fn poll_wanted() -> PollFlags {
    let wanted = PollFlags::IN | PollFlags::PRI | PollFlags::OUT;
    #[cfg(target_os = "linux")]
    let wanted = wanted | PollFlags::RDHUP;
    wanted
}

fn by_poll(open: &[Option<BorrowedFd<'_>>], looks: &mut [Option<Look>]) {
    let mut fds: Vec<PollFd<'_>> = open
        .iter()
        .flatten()
        .map(|fd| PollFd::from_borrowed_fd(*fd, poll_wanted()))
        .collect();
    if fds.is_empty() || rustix::event::poll(&mut fds, Some(&AT_ONCE)).is_err() {
        return;
    }
    for (look, fd) in looks.iter_mut().flatten().zip(&fds) {
        look.poll = Witness::Says(mask(fd.revents()));
    }
}

#[expect(
    unsafe_code,
    reason = "rustix marks select as unsafe, since descriptors are passed as numbers"
)]
fn by_select(subjects: &[Subject], looks: &mut [Option<Look>]) {
    let numbers: Vec<i32> = subjects
        .iter()
        .zip(&*looks)
        .filter(|(subject, look)| look.is_some() && subject.fd.0 < FD_SETSIZE)
        .map(|(subject, _)| subject.fd.0)
        .collect();
    let highest = numbers.iter().max().map_or(0, |highest| highest + 1);
    let mut sets = [(); 3]
        .map(|()| vec![FdSetElement::default(); fd_set_num_elements(numbers.len(), highest)]);
    for set in &mut sets {
        numbers.iter().for_each(|fd| fd_set_insert(set, *fd));
    }
    let [read, write, except] = &mut sets;
    let asked = highest > 0 && {
        // SAFETY: every number in the sets is a descriptor that is open and borrowed by our caller for the whole call.
        let result = unsafe {
            rustix::event::select(
                highest,
                Some(read),
                Some(write),
                Some(except),
                Some(&AT_ONCE),
            )
        };
        result.is_ok()
    };
    if !asked && highest > 0 {
        return;
    }
    let mut says = vec![SelectSets::empty(); usize::try_from(highest).unwrap_or(0)];
    for (set, flag) in [
        (&*read, SelectSets::R),
        (&*write, SelectSets::W),
        (&*except, SelectSets::X),
    ] {
        for fd in FdSetIter::new(set) {
            if let Some(says) = usize::try_from(fd).ok().and_then(|fd| says.get_mut(fd)) {
                *says |= flag;
            }
        }
    }
    for (subject, look) in subjects.iter().zip(looks) {
        let Some(look) = look else { continue };
        let index = usize::try_from(subject.fd.0).unwrap_or(usize::MAX);
        look.select = match says.get(index) {
            Some(says) if subject.fd.0 < FD_SETSIZE => Witness::Says(*says),
            _ => Witness::NoAnswer,
        };
    }
}

#[cfg(target_os = "linux")]
fn by_epoll(subjects: &[Subject], open: &[Option<BorrowedFd<'_>>], looks: &mut [Option<Look>]) {
    use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
    let close: Vec<usize> = (0..subjects.len())
        .filter(|i| subjects[*i].closely && looks[*i].is_some())
        .collect();
    if close.is_empty() {
        return;
    }
    let Ok(epfd) = epoll::create(CreateFlags::CLOEXEC) else {
        return;
    };
    let wanted = EventFlags::IN | EventFlags::PRI | EventFlags::OUT | EventFlags::RDHUP;
    for &index in &close {
        let Some(fd) = open[index] else { continue };
        let added = epoll::add(&epfd, fd, EventData::new_u64(index as u64), wanted);
        if let (Ok(()), Some(look)) = (added, &mut looks[index]) {
            look.epoll = Witness::Says(PollMask::empty());
        }
    }
    let mut events: Vec<Event> = Vec::with_capacity(close.len());
    let _ = epoll::wait(
        &epfd,
        rustix::buffer::spare_capacity(&mut events),
        Some(&AT_ONCE),
    );
    for event in &events {
        let (flags, data) = (event.flags, event.data);
        let place = usize::try_from(data.u64())
            .ok()
            .and_then(|index| looks.get_mut(index));
        if let Some(Some(look)) = place {
            look.epoll = Witness::Says(mask(PollFlags::from_bits_truncate(flags.bits() as u16)));
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn by_epoll(_: &[Subject], _: &[Option<BorrowedFd<'_>>], _: &mut [Option<Look>]) {}
