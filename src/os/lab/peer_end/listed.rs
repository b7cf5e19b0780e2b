//! The sockets of a peer in the list, and what happens to them there.

use super::PeerEnd;
use crate::model::call::AcceptGives;
use crate::model::ids::{Fd, Row};
use crate::model::socket::{Mode, Stage};
use crate::os::lab::appearing::Appearing;

impl PeerEnd {
    /// Its own socket, if that does not stand in the list yet.
    pub(in crate::os::lab) fn socket_appearing(&self, of: Row) -> Option<Appearing> {
        let fd = self.socket.filter(|_| self.row.is_none())?;
        let stage = if self.listening {
            Stage::Listening
        } else {
            Stage::Created
        };
        Some(Appearing {
            of,
            fd,
            stage,
            addr: self.addrs.last().cloned(),
            mode: Mode::NonBlocking,
        })
    }

    /// Its connections that do not stand in the list yet.
    pub(in crate::os::lab) fn appearing(&self, of: Row) -> Vec<Appearing> {
        self.accepted
            .iter()
            .filter(|connection| connection.row.is_none())
            .map(|connection| Appearing {
                of,
                fd: connection.fd,
                stage: Stage::Accepted,
                addr: connection.from.clone(),
                mode: match connection.gives {
                    AcceptGives::Blocking => Mode::Blocking,
                    AcceptGives::NonBlocking => Mode::NonBlocking,
                },
            })
            .collect()
    }

    pub(in crate::os::lab) fn now_is(&mut self, fd: Fd, row: Row) {
        if self.socket == Some(fd) {
            self.row = Some(row);
        }
        for connection in &mut self.accepted {
            if connection.fd == fd {
                connection.row = Some(row);
            }
        }
    }

    /// A socket of it has lost a name, and goes on under another.
    pub(in crate::os::lab) fn is_called(&mut self, fd: Fd, next: Fd) {
        let sockets = self
            .accepted
            .iter_mut()
            .map(|connection| &mut connection.fd);
        for known in sockets.chain(&mut self.socket) {
            if *known == fd {
                *known = next;
            }
        }
    }

    pub(in crate::os::lab) fn closed(&mut self, fd: Fd) {
        if self.socket == Some(fd) {
            self.socket = None;
            self.listening = false;
        }
        self.accepted.retain(|connection| connection.fd != fd);
    }
}
