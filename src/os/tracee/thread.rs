//! What is known of one thread of a watched program between its stops.

use super::decode::BeforeCall;
use super::ptrace::GoOn;
use super::table::Abi;

/// A call that was let go.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// What it is.
    pub(super) before: BeforeCall,
    /// Its number and arguments in registers, by which it is known again.
    pub(super) number: u64,
    pub(super) args: [u64; 6],
    /// Where in the program it stands.
    pub(super) ip: u64,
}

/// Where a thread is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// It runs, and is in no call that is followed.
    Free,
    /// It is stopped before a call.
    Held(Pending),
    /// It is in a call.
    InCall(Pending),
    /// It is in a write to its standard output or standard error.
    Writing(Pending),
    /// It is stopped behind a call that was told.
    Behind,
}

/// One thread.
#[derive(Debug)]
pub(super) struct Thread {
    /// Its process.
    pub(super) pid: i32,
    /// Where it is.
    pub(super) place: Place,
    /// A call that a signal has broken off. The kernel makes it again, or it has failed with EINTR: that is seen at what comes next.
    pub(super) broken: Option<Pending>,
    /// It is at the end of a signal handler.
    pub(super) returns: bool,
    /// Its call shall end with EINTR.
    pub(super) interrupted: bool,
}

impl Thread {
    pub(super) fn new(pid: i32) -> Thread {
        Thread {
            pid,
            place: Place::Free,
            broken: None,
            returns: false,
            interrupted: false,
        }
    }

    /// How it goes on: whoever waits for the end of a call must be told of it.
    pub(super) fn way(&self) -> GoOn {
        match (&self.place, &self.broken) {
            (Place::InCall(_) | Place::Writing(_), _) | (_, Some(_)) => GoOn::ToCall,
            _ => GoOn::Free,
        }
    }

    /// The broken call, if this is it again.
    pub(super) fn made_again(&mut self, number: u64, args: &[u64; 6], ip: u64) -> Option<Pending> {
        let again = |broken: &mut Pending| {
            broken.number == number && broken.args == *args && broken.ip == ip
        };
        self.broken.take_if(again)
    }

    /// At the end of a signal handler: the broken call, if the kernel will not make it again. Behind the call instruction it has returned;
    /// on the instruction it will be made once more.
    pub(super) fn failed(&mut self, ip: u64) -> Option<Pending> {
        self.broken.take_if(|broken| broken.ip == ip)
    }
}

/// Whether a raw result says that a signal has broken the call off: `ERESTARTSYS` and its three kin, which no program sees.
pub(super) fn is_broken_off(raw: i64) -> bool {
    matches!(raw, -516 | -514..=-512)
}

/// Whether this call ends a signal handler.
pub(super) fn is_sigreturn(abi: Abi, number: u64) -> bool {
    abi.sigreturns().contains(&number)
}
