//! What a peer does by itself, once a program is connected: its acts, and its habit.

use super::PeerEnd;
use crate::model::call::{Call, Out, Payload, ShutdownHow, SocketOption};
use crate::model::errno::Errno;
use crate::model::ids::Fd;
use crate::os::lab::log::Log;
use crate::os::lab::peers::{Habit, PeerAct};

/// What an echo reads at once.
const READ_CHUNK: u32 = 4096;

impl PeerEnd {
    /// The descriptors on which something is on its way that it will act upon.
    pub(in crate::os::lab) fn expected(&self) -> Vec<Fd> {
        let listener = self
            .listener()
            .filter(|_| self.arriving > 0 && self.accepts_by_itself());
        let reads = self.spec.habit == Habit::Echo && !self.by_hand;
        let owed = self.accepted.iter().filter(|connection| {
            reads && (connection.owed > 0 || connection.ends) && connection.unsent.is_empty()
        });
        owed.map(|connection| connection.fd)
            .chain(listener)
            .collect()
    }

    /// Something expected is there.
    pub(in crate::os::lab) fn is_ready(&mut self, fd: Fd, log: &mut Log<'_>) {
        if Some(fd) == self.socket {
            self.take_in(log);
        } else if let Some(index) = self.accepted.iter().position(|known| known.fd == fd) {
            self.echo(index, log);
        }
    }

    /// Its part of a turn that needs no waiting: what it does once a tick, and what it could not send before.
    pub(in crate::os::lab) fn catch_up(&mut self, is_tick: bool, log: &mut Log<'_>) {
        if self.by_hand {
            return;
        }
        for index in 0..self.accepted.len() {
            self.send_back(index, log);
            if !is_tick || !self.accepted[index].acted {
                continue;
            }
            match self.spec.habit {
                Habit::Drip(text) => self.drip(index, text, log),
                Habit::Ponder(ticks, answer) => self.ponder(index, ticks, answer, log),
                Habit::Sip(size) if self.accepted[index].owed > 0 => {
                    let fd = self.accepted[index].fd;
                    let outcome = self.make(index, Call::Recv { fd, size }, log);
                    let owed = &mut self.accepted[index].owed;
                    *owed = match outcome.errno {
                        Some(Errno::EAGAIN) => *owed,
                        None if outcome.ret > 0 => *owed - outcome.ret,
                        // Nothing comes after the end, or after a reset.
                        _ => 0,
                    };
                }
                _ => {}
            }
        }
    }

    /// The program has learnt that it is connected.
    pub(super) fn act_by_itself(&mut self, index: usize, log: &mut Log<'_>) {
        if !self.by_hand {
            self.act(index, log);
        }
    }

    /// What it does once the program knows that it is connected, once a connection.
    pub(super) fn act(&mut self, index: usize, log: &mut Log<'_>) {
        if std::mem::replace(&mut self.accepted[index].acted, true) {
            return;
        }
        let fd = self.accepted[index].fd;
        for act in self.spec.connected {
            let call = match act {
                PeerAct::Send(bytes) => Call::Send {
                    fd,
                    data: Payload::Bytes(bytes.to_vec()),
                },
                PeerAct::Urgent(byte) => Call::SendUrgent { fd, byte: *byte },
                PeerAct::Vanish => Call::SetOption {
                    fd,
                    option: SocketOption::AttachFilter,
                    value: 1,
                },
                PeerAct::ShutdownWrite => Call::Shutdown {
                    fd,
                    how: ShutdownHow::Write,
                },
            };
            self.make(index, call, log);
        }
    }

    /// Reads once and sends it back. At the end of file, or when there is no connection any more, it closes its end.
    pub(super) fn echo(&mut self, index: usize, log: &mut Log<'_>) {
        let fd = self.accepted[index].fd;
        let size = READ_CHUNK;
        let call = Call::Recv { fd, size };
        if log.descriptors.may_wait(&call) {
            return;
        }
        let outcome = self.make(index, call, log);
        match outcome.out {
            Some(Out::Bytes(bytes)) if outcome.ret > 0 => {
                self.accepted[index].owed -= outcome.ret;
                self.accepted[index].unsent = bytes;
                self.send_back(index, log);
            }
            _ if outcome.errno == Some(Errno::EAGAIN) => self.accepted[index].owed = 0,
            _ => self.close(index, log),
        }
    }

    fn send_back(&mut self, index: usize, log: &mut Log<'_>) {
        let connection = &self.accepted[index];
        if connection.unsent.is_empty() {
            return;
        }
        let call = Call::Send {
            fd: connection.fd,
            data: Payload::Bytes(connection.unsent.clone()),
        };
        let outcome = self.make(index, call, log);
        let unsent = &mut self.accepted[index].unsent;
        match outcome.errno {
            None => {
                let sent = usize::try_from(outcome.ret).unwrap_or(0).min(unsent.len());
                unsent.drain(..sent);
            }
            Some(Errno::EAGAIN) => {}
            Some(_) => unsent.clear(),
        }
    }

    /// Reads what has come; so many ticks later it answers.
    fn ponder(&mut self, index: usize, ticks: u32, answer: &'static [u8], log: &mut Log<'_>) {
        let fd = self.accepted[index].fd;
        if self.accepted[index].owed > 0 {
            let size = READ_CHUNK;
            let outcome = self.make(index, Call::Recv { fd, size }, log);
            let connection = &mut self.accepted[index];
            match outcome.errno {
                Some(Errno::EAGAIN) => {}
                None if outcome.ret > 0 => {
                    connection.owed -= outcome.ret;
                    connection.thinks = ticks;
                }
                // Nothing comes after the end, or after a reset.
                _ => connection.owed = 0,
            }
            return;
        }
        let thinks = &mut self.accepted[index].thinks;
        let answers_now = *thinks == 1;
        *thinks = thinks.saturating_sub(1);
        if answers_now {
            let data = Payload::Bytes(answer.to_vec());
            self.make(index, Call::Send { fd, data }, log);
        }
    }

    fn drip(&mut self, index: usize, text: &'static [u8], log: &mut Log<'_>) {
        let connection = &mut self.accepted[index];
        let Some(byte) = text.get(connection.dripped % text.len().max(1)) else {
            return;
        };
        let call = Call::Send {
            fd: connection.fd,
            data: Payload::Bytes(vec![*byte]),
        };
        match self.make(index, call, log).errno {
            None => self.accepted[index].dripped += 1,
            Some(Errno::EAGAIN) => {}
            // There is nobody to drip to any more.
            Some(_) => self.accepted[index].acted = false,
        }
    }
}
