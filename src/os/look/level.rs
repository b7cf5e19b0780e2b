//! The look by a level-triggered epoll: what it says of each socket now. The instance is kept as long as the same sockets are asked about.

use super::{AT_ONCE, SocketQuestion, mask};
use crate::model::ids::Fd;
use crate::model::readiness::PollMask;
use crate::model::record::{Answer, Look};
use crate::os::call::Descriptors;
use crate::os::kept::out_of_the_way;
use rustix::event::PollFlags;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fd::OwnedFd;
use std::mem::MaybeUninit;

/// More are asked about at once only if all sockets are.
const FEW: usize = 64;

/// An instance with all sockets that are asked about, if it can be kept.
#[derive(Debug, Default)]
pub(super) struct LevelLook {
    kept: Option<LevelEpoll>,
}

#[derive(Debug)]
struct LevelEpoll {
    epfd: OwnedFd,
    /// The sockets, and what is said of one that no event is about.
    sockets: Vec<(Fd, Answer<PollMask>)>,
    /// [`Descriptors::changes`] when they were registered.
    made_at: u64,
}

impl LevelLook {
    /// Asks about each of them; the answers go into the looks at the same places.
    pub(super) fn ask(
        &mut self,
        subjects: &[SocketQuestion],
        descriptors: &Descriptors,
        looks: &mut [Look],
    ) {
        let kept = self.kept.take();
        let same = kept.filter(|kept| kept.is_about(subjects, descriptors));
        let Some(registered) = same.or_else(|| LevelEpoll::new(subjects, descriptors)) else {
            return;
        };
        for ((_, quiet), look) in registered.sockets.iter().zip(&mut *looks) {
            look.epoll = *quiet;
        }
        // So few as are seen need no memory of their own.
        let mut few = [const { MaybeUninit::uninit() }; FEW];
        let mut many: Vec<Event> = Vec::new();
        let room = if let Some(room) = few.get_mut(..subjects.len()) {
            room
        } else {
            many.reserve(subjects.len());
            many.spare_capacity_mut()
        };
        let told = epoll::wait(&registered.epfd, room, Some(&AT_ONCE));
        let events: &[Event] = told.as_ref().map_or(&[], |(events, _)| events);
        for event in events {
            let (flags, place) = (event.flags, event.data);
            let place = usize::try_from(place.u64()).ok();
            if let Some(look) = place.and_then(|place| looks.get_mut(place)) {
                look.epoll = Answer::Says(mask(PollFlags::from_bits_truncate(flags.bits() as u16)));
            }
        }
        self.kept = registered.kept();
    }
}

impl LevelEpoll {
    /// A new instance. `None` if there is nobody to ask about, or no descriptor for it.
    fn new(subjects: &[SocketQuestion], descriptors: &Descriptors) -> Option<LevelEpoll> {
        if subjects.is_empty() {
            return None;
        }
        let epfd = epoll::create(CreateFlags::CLOEXEC).ok()?;
        let wanted = EventFlags::IN | EventFlags::PRI | EventFlags::OUT | EventFlags::RDHUP;
        let add = |(place, subject): (usize, &SocketQuestion)| {
            let quiet = match descriptors.get(subject.fd) {
                None => Answer::default(),
                Some(fd) => {
                    match epoll::add(&epfd, fd, EventData::new_u64(place as u64), wanted) {
                        Ok(()) => Answer::Says(PollMask::empty()),
                        // A regular file.
                        Err(rustix::io::Errno::PERM) => Answer::NoAnswer,
                        Err(_) => Answer::NotAsked,
                    }
                }
            };
            (subject.fd, quiet)
        };
        Some(LevelEpoll {
            sockets: subjects.iter().enumerate().map(add).collect(),
            made_at: descriptors.changes(),
            epfd,
        })
    }

    /// Whether it has these sockets and no others, under these numbers.
    fn is_about(&self, subjects: &[SocketQuestion], descriptors: &Descriptors) -> bool {
        let wanted = subjects.iter().map(|subject| subject.fd);
        self.made_at == descriptors.changes() && self.sockets.iter().map(|(fd, _)| *fd).eq(wanted)
    }

    /// The same for the next time.
    fn kept(mut self) -> Option<LevelEpoll> {
        self.epfd = out_of_the_way(self.epfd)?;
        Some(self)
    }
}
