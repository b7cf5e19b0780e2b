//! Descriptors that are no sockets: how a tick makes them, and what is tried with them.

use super::Session;
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, OpenPath, Out};
use crate::model::file::FileKind;
use crate::model::ids::{Fd, Row};
use crate::model::record::Record;
use crate::model::target::TargetPlace;
use crate::model::world::RowState;
use crate::os::call::perform;
use crate::os::file;
use std::net::{Ipv4Addr, SocketAddrV4};

/// The address that is tried: the kernel looks at the descriptor first, and never at this.
const ANYWHERE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 9);

impl Session {
    /// The call that makes a row's descriptor.
    pub(super) fn open_file(&mut self, record: &mut Record, row: Row, kind: FileKind) {
        match kind {
            FileKind::Regular => {
                let path = file::directory();
                self.make(record, row, Call::Open { path });
            }
            FileKind::PipeRead => self.pipe(record, row),
            // pipe2() makes it with the other end.
            FileKind::PipeWrite => {}
            FileKind::PtyMaster => {
                let path = OpenPath::Ptmx;
                let outcome = self.make(record, row, Call::Open { path });
                let made = outcome.filter(|outcome| outcome.errno.is_none());
                let fd = made.and_then(|outcome| i32::try_from(outcome.ret).ok());
                if let Some(fd) = fd.map(Fd) {
                    self.unlock(record, row, fd);
                }
            }
            FileKind::PtySlave => {
                let of = self.world.row(row).and_then(RowState::place);
                let of = of.and_then(TargetPlace::other_end_of);
                let master = of.and_then(|of| self.world.row(of)?.fd());
                if let Some(master) = master {
                    self.make(record, row, Call::OpenSlave { master });
                }
            }
        }
    }

    /// unlockpt(3), without which nobody may open the slave.
    fn unlock(&mut self, record: &mut Record, row: Row, fd: Fd) {
        let call = Call::UnlockPty { fd };
        if let Some(outcome) = perform(&call, &mut self.descriptors) {
            let fact = CallFact::done(row, CalledBy::Library, call, outcome);
            record.calls.push(fact);
        }
    }

    /// Both ends at once. If nobody waits for the other, it is closed: a pipe that nobody can write to.
    fn pipe(&mut self, record: &mut Record, row: Row) {
        let outcome = self.make(record, row, Call::Pipe {});
        let Some(Out::Fds(_, fd)) = outcome.and_then(|outcome| outcome.out) else {
            return;
        };
        if self.world.write_end_of(row).is_none() {
            self.make_as(record, row, CalledBy::Program, Call::Close { fd });
        }
    }

    /// connect(), as whoever takes it for a socket would call it.
    #[expect(
        clippy::unused_self,
        reason = "it stands beside what makes the other calls"
    )]
    pub(super) fn connect_of_file(&self, fd: Fd) -> Call {
        let addr = Addr::V4(ANYWHERE);
        Call::Connect { fd, addr }
    }
}
