//! The two looks that ask about all sockets with one call each: poll(2) and select(2).

use super::{AT_ONCE, FD_SETSIZE, is_closed, mask, number, poll_wanted};
use crate::model::ids::Fd;
use crate::model::readiness::{PollMask, SelectSets};
use crate::model::record::Answer;
use crate::os::call::Descriptors;
use rustix::event::{
    FdSetElement, FdSetIter, PollFd, PollFlags, fd_set_insert, fd_set_num_elements,
};

/// What the two looks say that ask about all sockets with one call each.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadinessLook {
    /// poll(2)
    pub poll: Answer<PollMask>,
    /// select(2)
    pub select: Answer<SelectSets>,
}

/// The looks that ask about all sockets, and what they work in: it is kept, so that a look at thousands allocates nothing.
#[derive(Default)]
pub struct ReadinessLooks {
    fds: Vec<Fd>,
    /// What poll(2) is given, and which of the sockets each is. Both are kept as long as the same descriptors are asked about.
    polled: Vec<PollFd<'static>>,
    places: Vec<usize>,
    /// [`Descriptors::changes`] when they were made; `None` if they must be made again in any case.
    made_at: Option<u64>,
    /// Those of the sockets that select(2) can be asked about, by their places.
    selected: Vec<usize>,
    /// Those whose number is one of those that select(2) knows, whether it is open or not.
    below: Vec<usize>,
    /// What select(2) is given.
    sets: [Vec<FdSetElement>; 3],
    answers: Vec<ReadinessLook>,
}

impl std::fmt::Debug for ReadinessLooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let looks = &mut f.debug_struct("ReadinessLooks");
        looks
            .field("answers", &self.answers.len())
            .finish_non_exhaustive()
    }
}

/// Asks poll(2) and select(2) once about all these sockets, as [`ReadinessLooks::ask`] does.
pub fn poll_and_select(
    fds: &[Fd],
    bad_fds: &[Fd],
    descriptors: &Descriptors,
) -> Vec<ReadinessLook> {
    let mut looks = ReadinessLooks::default();
    looks
        .ask(fds.iter().copied(), bad_fds, descriptors)
        .to_vec()
}

impl ReadinessLooks {
    /// Asks poll(2) and select(2) about all these sockets; the answers come in the same order. A number that is not open is asked about
    /// only if it is among `bad_fds`: closed behind the back of a program that still uses it.
    pub fn ask(
        &mut self,
        fds: impl Iterator<Item = Fd>,
        bad_fds: &[Fd],
        descriptors: &Descriptors,
    ) -> &[ReadinessLook] {
        let bad_fds: Vec<Fd> = bad_fds
            .iter()
            .copied()
            .filter(|fd| is_closed(*fd))
            .collect();
        let made_at = bad_fds.is_empty().then(|| descriptors.changes());
        if !self.are_the_same(fds) || made_at.is_none() || made_at != self.made_at {
            self.make(|fd| descriptors.has(fd) || bad_fds.contains(&fd));
            self.made_at = made_at;
        }
        self.answers.clear();
        self.answers
            .resize(self.fds.len(), ReadinessLook::default());
        self.by_poll();
        self.by_select();
        &self.answers
    }

    /// Takes the descriptors in, and says whether they are those of the last time.
    fn are_the_same(&mut self, fds: impl Iterator<Item = Fd>) -> bool {
        let (mut count, mut same) = (0, true);
        // An iterator that is nested goes through fastest so.
        fds.for_each(|fd| {
            match self.fds.get_mut(count) {
                Some(known) if *known == fd => {}
                Some(known) => {
                    *known = fd;
                    same = false;
                }
                None => {
                    self.fds.push(fd);
                    same = false;
                }
            }
            count += 1;
        });
        same &= count == self.fds.len();
        self.fds.truncate(count);
        same
    }

    /// What poll(2) and select(2) are asked about.
    fn make(&mut self, is_asked: impl Fn(Fd) -> bool) {
        let wanted = poll_wanted();
        self.polled.clear();
        self.places.clear();
        self.selected.clear();
        self.below.clear();
        for (place, fd) in self.fds.iter().enumerate() {
            if fd.0 < FD_SETSIZE {
                self.below.push(place);
            }
            if is_asked(*fd) {
                self.polled
                    .push(PollFd::from_borrowed_fd(number(*fd), wanted));
                self.places.push(place);
                if fd.0 < FD_SETSIZE {
                    self.selected.push(place);
                }
            }
        }
    }

    fn by_poll(&mut self) {
        if self.polled.is_empty() || rustix::event::poll(&mut self.polled, Some(&AT_ONCE)).is_err()
        {
            return;
        }
        // Of thousands one after the other says the same.
        let mut last = (PollFlags::empty(), Answer::Says(PollMask::empty()));
        for (place, fd) in self.places.iter().zip(&self.polled) {
            let flags = fd.revents();
            if flags != last.0 {
                last = (flags, Answer::Says(mask(flags)));
            }
            if let Some(answer) = self.answers.get_mut(*place) {
                answer.poll = last.1;
            }
        }
    }

    #[expect(
        unsafe_code,
        reason = "rustix marks select as unsafe, since descriptors are passed as numbers"
    )]
    fn by_select(&mut self) {
        let asked = || {
            let places = self.selected.iter();
            places
                .filter_map(|place| self.fds.get(*place))
                .map(|fd| fd.0)
        };
        let highest = asked().max().map_or(0, |highest| highest + 1);
        for set in &mut self.sets {
            set.clear();
            // As many as there are numbers below the highest hold them all.
            let elements = fd_set_num_elements(highest as usize, highest);
            set.resize(elements, FdSetElement::default());
            for fd in asked() {
                fd_set_insert(set, fd);
            }
        }
        let [read, write, except] = &mut self.sets;
        let mut bad = false;
        if highest > 0 {
            // SAFETY: every number in the sets is a descriptor that is open and borrowed by our caller for the whole call, or one that
            // is closed, of which select says EBADF.
            let result = unsafe {
                rustix::event::select(
                    highest,
                    Some(read),
                    Some(write),
                    Some(except),
                    Some(&AT_ONCE),
                )
            };
            bad = result == Err(rustix::io::Errno::BADF);
            if result.is_err() && !bad {
                return;
            }
        }
        // The kernel's sets, turned round: of each number in which sets it is.
        let mut says = [SelectSets::empty(); FD_SETSIZE as usize];
        for (set, flag) in self
            .sets
            .iter()
            .zip([SelectSets::R, SelectSets::W, SelectSets::X])
        {
            for fd in FdSetIter::new(set) {
                if let Some(says) = usize::try_from(fd).ok().and_then(|fd| says.get_mut(fd)) {
                    *says |= flag;
                }
            }
        }
        for answer in &mut self.answers {
            answer.select = Answer::NoAnswer;
        }
        let below = self.below.iter();
        let below = below.filter_map(|place| Some((*place, *self.fds.get(*place)?)));
        for (place, fd) in below.filter(|(_, fd)| fd.0 < highest) {
            let says = usize::try_from(fd.0).ok().and_then(|fd| says.get(fd));
            if let (Some(says), Some(answer)) = (says, self.answers.get_mut(place)) {
                answer.select = match bad {
                    // One closed number among them, and the whole call fails.
                    true => Answer::BadDescriptor,
                    false => Answer::Says(*says),
                };
            }
        }
    }
}
