//! Whether the wire works on this machine, step by step: it is set up, a connection is made over it, and it is taken down again.

use super::error::{SetupError, SetupStep};
use super::{Inside, TunWire};
use crate::model::addr::Addr;
use crate::model::call::Call;
use crate::model::errno::Errno;
use crate::model::ids::Fd;
use crate::model::readiness::PollMask;
use crate::model::record::Answer;
use crate::model::wire::places::{IpVersion, WirePlace};
use crate::model::wire::queue::{PacketQueue, SessionTime};
use crate::model::wire::rule::{Delay, PacketFilter, Rule, Treatment};
use crate::os::call::{Descriptors, perform};
use crate::os::look::poll_and_select;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::path::Path;

/// How one step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It works.
    Works,
    /// It failed.
    Failed {
        /// What happened, in a lower-case fragment.
        why: String,
        /// What to do about it.
        fix: &'static str,
    },
    /// It failed, and root can do without.
    NotNeeded {
        /// What happened, in a lower-case fragment.
        why: String,
    },
    /// An earlier step failed.
    NotTried,
}

/// One step and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is done in it.
    pub what: &'static str,
    /// How it went.
    pub verdict: Verdict,
}

/// Tries the wire, with the file of this program as its helper.
pub fn probe(program: &Path) -> Vec<Check> {
    let failed = |error: &SetupError| Verdict::Failed {
        why: error.to_string(),
        fix: error.fix(),
    };
    let opened = TunWire::open(program);
    let mut checks = Vec::with_capacity(SetupStep::ALL.len() + 2);
    for &step in SetupStep::ALL {
        let verdict = match &opened {
            Ok(wire) => match (&wire.no_ipv6, &wire.no_user_namespace) {
                (Some(error), _) if error.step == step => failed(error),
                (_, Some(error)) if error.step == step => Verdict::NotNeeded {
                    why: error.to_string(),
                },
                (_, Some(_)) if matches!(step, SetupStep::UidMap | SetupStep::GidMap) => {
                    Verdict::NotTried
                }
                _ => Verdict::Works,
            },
            Err(error) if error.step == step => failed(error),
            Err(error) if error.step > step => Verdict::Works,
            Err(_) => Verdict::NotTried,
        };
        let what = step.words();
        checks.push(Check { what, verdict });
    }
    for (version, what) in [
        (IpVersion::V4, "connect over it with IPv4"),
        (IpVersion::V6, "connect over it with IPv6"),
    ] {
        let verdict = match &opened {
            Ok(wire) if version == IpVersion::V6 && wire.no_ipv6.is_some() => Verdict::NotTried,
            Ok(wire) => match handshake(wire, version) {
                Ok(()) => Verdict::Works,
                Err(errno) => Verdict::Failed {
                    why: format!("the lab wire failed to {what}: {errno}"),
                    fix: match errno {
                        Errno::ETIMEDOUT => {
                            "a firewall may drop packets inside new network namespaces"
                        }
                        _ => "a sandbox or a container may forbid it: run sockstep outside of it",
                    },
                },
            },
            Err(_) => Verdict::NotTried,
        };
        checks.push(Check { what, verdict });
    }
    checks
}

/// Connects over the wire and lets every packet go at once.
fn handshake(wire: &TunWire, version: IpVersion) -> Result<(), Errno> {
    const PORT: u16 = 80;
    let mut descriptors = Descriptors::default();
    let server = descriptors.insert(wire.socket(Inside::Tcp(version))?);
    let client = descriptors.insert(wire.socket(Inside::Tcp(version))?);
    let mut make = |call: Call| {
        let outcome = perform(&call, &mut descriptors).ok_or(Errno::EBADF)?;
        outcome.errno.map_or(Ok(()), Err)
    };
    let addr = |place: WirePlace| Addr::from_ip(place.at(version, PORT));
    make(Call::Bind {
        fd: server,
        addr: addr(WirePlace::Here),
    })?;
    make(Call::Listen {
        fd: server,
        backlog: 1,
    })?;
    make(Call::SetNonblocking { fd: client })?;
    let connect = Call::Connect {
        fd: client,
        addr: addr(WirePlace::There),
    };
    match make(connect) {
        Ok(()) | Err(Errno::EINPROGRESS) => {}
        Err(errno) => return Err(errno),
    }
    let mut queue = PacketQueue::default();
    queue.rule(Rule {
        which: PacketFilter::Everything,
        treatment: Treatment::Pass(Delay::None),
    });
    // A handshake is three packets; a fourth round says that something is in the way.
    for _ in 0..4 {
        if connected(client, &descriptors) {
            return Ok(());
        }
        let mut fds = [PollFd::from_borrowed_fd(wire.tun_fd(), PollFlags::IN)];
        let second = Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        };
        poll(&mut fds, Some(&second)).map_err(crate::os::errno::from_rustix)?;
        for bytes in wire.read()? {
            let now = SessionTime { at_us: 0, tick: 0 };
            for delivery in queue.appear(&bytes, now).deliveries {
                wire.write(&delivery.bytes)?;
                queue.written(&delivery, Ok(()));
            }
        }
    }
    if connected(client, &descriptors) {
        return Ok(());
    }
    Err(Errno::ETIMEDOUT)
}

fn connected(client: Fd, descriptors: &Descriptors) -> bool {
    let answers = poll_and_select(&[client], &[], descriptors);
    let wanted = Answer::Says(PollMask::OUT);
    answers.first().is_some_and(|answer| answer.poll == wanted)
}
