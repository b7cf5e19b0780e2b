//! The looks: what poll(2), select(2), a level-triggered epoll and `TCP_INFO` say of sockets, without changing them.
//! `SO_ERROR` is never read here: reading empties it.

#[cfg(target_os = "linux")]
mod level;
mod readiness;

pub use readiness::{ReadinessLook, ReadinessLooks, poll_and_select};

use super::call::{Descriptors, local_address};
use super::errno::from_rustix;
use super::{diag, file, system, tcp};
use crate::model::addr::Addr;
use crate::model::call::{Out, Outcome};
use crate::model::errno::Errno;
use crate::model::file::FileKind;
use crate::model::ids::Fd;
use crate::model::readiness::{PollMask, SelectSets};
use crate::model::record::{Answer, Look, TcpFacts};
use crate::model::retransmit::RunningTimer;
use crate::model::tcp::TcpState;
use rustix::event::{
    FdSetElement, FdSetIter, PollFlags, Timespec, fd_set_insert, fd_set_num_elements,
};
use rustix::fd::BorrowedFd;

/// select(2): an `fd_set` holds the descriptors 0 to 1023.
pub const FD_SETSIZE: i32 = 1024;

const AT_ONCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};

/// A number as a descriptor, whether it is open or not.
#[expect(unsafe_code, reason = "asking about a closed number is the point")]
fn number(fd: Fd) -> BorrowedFd<'static> {
    // SAFETY: it is only handed to fcntl, fstat and poll, which say EBADF or NVAL of a closed number and change nothing of an open one;
    // what a look keeps is asked about again only while the same descriptors are open.
    unsafe { BorrowedFd::borrow_raw(fd.0) }
}

/// Whether nobody in this process has the number.
fn is_closed(fd: Fd) -> bool {
    fd.0 >= 0 && rustix::io::fcntl_getfd(number(fd)) == Err(rustix::io::Errno::BADF)
}

/// What a number stands for: fstat(2)'s device and inode. Every socket has one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inode {
    device: u64,
    number: u64,
}

/// What a number stands for now; `None` if it is not open.
pub fn inode(fd: Fd) -> Option<Inode> {
    let stat = (fd.0 >= 0).then(|| rustix::fs::fstat(number(fd)).ok())??;
    Some(Inode {
        device: stat.st_dev,
        number: stat.st_ino,
    })
}

/// select(2) about one number alone, open or not, in all three sets.
#[expect(
    unsafe_code,
    reason = "rustix marks select as unsafe, since descriptors are passed as numbers"
)]
pub fn select_one(fd: Fd) -> Outcome {
    if fd.0 < 0 || fd.0 >= FD_SETSIZE {
        return Outcome::failed(Errno::EINVAL);
    }
    let mut sets =
        [(); 3].map(|()| vec![FdSetElement::default(); fd_set_num_elements(1, fd.0 + 1)]);
    for set in &mut sets {
        fd_set_insert(set, fd.0);
    }
    let [read, write, except] = &mut sets;
    // SAFETY: select changes nothing of a descriptor, and says EBADF of a number that is closed.
    let result = unsafe {
        rustix::event::select(
            fd.0 + 1,
            Some(read),
            Some(write),
            Some(except),
            Some(&AT_ONCE),
        )
    };
    match result {
        Ok(count) => {
            let mut says = SelectSets::empty();
            for (set, flag) in [
                (&*read, SelectSets::R),
                (&*write, SelectSets::W),
                (&*except, SelectSets::X),
            ] {
                says.set(flag, FdSetIter::new(set).any(|found| found == fd.0));
            }
            Outcome {
                ret: i64::from(count),
                errno: None,
                out: Some(Out::Sets(says)),
            }
        }
        Err(errno) => Outcome::failed(from_rustix(errno)),
    }
}

/// One socket to look at in full, with the looks that cost a call a socket.
#[derive(Clone, Debug)]
pub struct SocketQuestion {
    /// Its descriptor.
    pub fd: Fd,
    /// What it stands for, if not for a socket: then that is asked about, and neither TCP nor an address.
    pub file: Option<FileKind>,
    /// Whether its local address is asked for.
    pub local: bool,
    /// Where it connects to, which names it to sock_diag(7).
    pub remote: Option<Addr>,
}

/// The looks that cost a call a socket, and what they keep open from one time to the next.
#[derive(Debug, Default)]
pub struct FullLooks {
    #[cfg(target_os = "linux")]
    level: level::LevelLook,
    timers: diag::TimerLook,
    linear: system::LinearTimeouts,
    answers: Vec<Look>,
}

impl FullLooks {
    /// Asks a level-triggered epoll, `TCP_INFO` and the like about every subject at `now_us` of the session; the answers come in the same
    /// order. What [`poll_and_select`] asks is left out.
    pub fn ask(
        &mut self,
        subjects: &[SocketQuestion],
        descriptors: &Descriptors,
        now_us: u64,
    ) -> &mut [Look] {
        let mut looks = std::mem::take(&mut self.answers);
        looks.clear();
        looks.resize_with(subjects.len(), Look::default);
        #[cfg(target_os = "linux")]
        self.level.ask(subjects, descriptors, &mut looks);
        for (subject, look) in subjects.iter().zip(&mut looks) {
            let Some(fd) = descriptors.get(subject.fd) else {
                continue;
            };
            if let Some(kind) = subject.file {
                look.file = Some(Box::new(file::facts(fd, kind)));
                continue;
            }
            look.tcp = tcp::info(fd).map_or(Answer::NoAnswer, Answer::Says);
            if subject.local {
                look.local = local_address(fd);
            }
            if let Answer::Says(tcp) = &mut look.tcp
                && tcp.state == TcpState::SynSent
                && let (Some(local), Some(remote)) = (
                    look.local.clone().or_else(|| local_address(fd)),
                    &subject.remote,
                )
            {
                let left_ms = self.timers.left_ms(&local, remote);
                tcp.due_us = left_ms.map(|ms| now_us + u64::from(ms) * 1000);
                tcp.gives_up_us = self.gives_up_us(fd, tcp);
            }
        }
        self.answers = looks;
        &mut self.answers
    }

    /// What was answered last, in the same order; an answer may be taken out.
    pub fn answers(&mut self) -> &mut [Look] {
        &mut self.answers
    }

    /// When the kernel gives a connect up, as far as its timer is known.
    fn gives_up_us(&mut self, fd: BorrowedFd<'_>, tcp: &TcpFacts) -> Option<u64> {
        let due_us = tcp.due_us?;
        let retransmits = tcp.retransmits;
        let limits = tcp::limits_within(fd, &mut self.linear)?;
        Some(limits.syn(RunningTimer {
            due_us,
            retransmits,
        }))
    }
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
