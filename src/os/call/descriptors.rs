//! The descriptors that somebody owns: the door to the system, which tests can order to fail.

use crate::model::call::{Call, Outcome};
use crate::model::errno::Errno;
use crate::model::ids::Fd;
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::collections::BTreeSet;

/// The descriptors that somebody owns, by number.
#[derive(Debug, Default)]
pub struct Descriptors {
    slots: Vec<Option<OwnedFd>>,
    /// How often one came or went.
    changes: u64,
    /// Those among them that the program made: its limit counts them.
    of_program: BTreeSet<Fd>,
    /// Those on which a call waits: the learner made them so.
    blocking: BTreeSet<Fd>,
    /// A call to come that is to fail, if one is.
    fault: Option<InjectedFault>,
    /// Every call that went through here, for tests that compare it with what was written down.
    #[cfg(test)]
    pub(super) made: Vec<(Call, Outcome)>,
}

/// A failure that was ordered.
#[derive(Clone, Copy, Debug)]
struct InjectedFault {
    /// So many calls are made before it.
    after: u32,
    errno: Errno,
}

impl Descriptors {
    /// Lets a call fail that is made here: the one after so many others. The kernel is not asked then. close() is neither counted nor
    /// fails, since it always takes the descriptor away. So a test can see what becomes of any failure, also of one that needs a machine in trouble.
    pub fn fail_after(&mut self, calls: u32, errno: Errno) {
        self.fault = Some(InjectedFault {
            after: calls,
            errno,
        });
    }

    /// A call that is made by somebody else with these descriptors, such as the learner's poll: it can be ordered to fail like all others.
    pub fn through(&mut self, call: &Call, make: impl FnOnce(&Descriptors) -> Outcome) -> Outcome {
        let outcome = match self.ordered(call) {
            Some(errno) => Outcome::failed(errno),
            None => make(self),
        };
        #[cfg(test)]
        self.made.push((call.clone(), outcome.clone()));
        outcome
    }

    /// Orders no failure any more; true if one was still to come.
    #[cfg(test)]
    pub(crate) fn forget_the_fault(&mut self) -> bool {
        self.fault.take().is_some()
    }

    /// Takes every call that went through here since the last time.
    #[cfg(test)]
    pub(crate) fn made(&mut self) -> Vec<(Call, Outcome)> {
        std::mem::take(&mut self.made)
    }

    /// The errno with which this call is to fail, if it was ordered to.
    pub fn ordered(&mut self, call: &Call) -> Option<Errno> {
        let fault = self.fault.as_mut()?;
        if matches!(call, Call::Close { .. }) {
            return None;
        }
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        self.fault.take().map(|fault| fault.errno)
    }

    /// Takes a descriptor over.
    pub fn insert(&mut self, fd: OwnedFd) -> Fd {
        let number = fd.as_raw_fd();
        let index = usize::try_from(number).expect("the kernel gives no negative descriptor");
        if self.slots.len() <= index {
            self.slots.resize_with(index + 1, || None);
        }
        self.slots[index] = Some(fd);
        self.changes += 1;
        Fd(number)
    }

    /// Takes over one more name of an open socket: calls on it wait, or not, as on the other.
    pub(super) fn insert_beside(&mut self, name: OwnedFd, other: Fd) -> Fd {
        let is_blocking = self.blocking.contains(&other);
        let name = self.insert(name);
        self.is_blocking_now(name, is_blocking);
        name
    }

    /// The open descriptor of this number.
    pub fn get(&self, fd: Fd) -> Option<BorrowedFd<'_>> {
        let index = usize::try_from(fd.0).ok()?;
        self.slots.get(index)?.as_ref().map(AsFd::as_fd)
    }

    /// How often one came or went: as long as this is the same, the same numbers are open here.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether this number is open here.
    pub fn has(&self, fd: Fd) -> bool {
        self.get(fd).is_some()
    }

    /// Notes whether calls on this one wait.
    pub fn is_blocking_now(&mut self, fd: Fd, is: bool) {
        if is {
            self.blocking.insert(fd);
        } else {
            self.blocking.remove(&fd);
        }
    }

    /// Whether this call might wait here, and with it whoever makes it.
    pub fn may_wait(&self, call: &Call) -> bool {
        call.may_wait() && call.fd().is_some_and(|fd| self.blocking.contains(&fd))
    }

    /// Says that the program made this one.
    pub fn is_of_program(&mut self, fd: Fd) {
        self.of_program.insert(fd);
    }

    /// So many that the program made are open.
    pub fn count_of_program(&self) -> usize {
        self.of_program.len()
    }

    pub(super) fn take(&mut self, fd: Fd) -> Option<OwnedFd> {
        self.of_program.remove(&fd);
        self.blocking.remove(&fd);
        let index = usize::try_from(fd.0).ok()?;
        let taken = self.slots.get_mut(index)?.take();
        self.changes += 1;
        taken
    }
}
