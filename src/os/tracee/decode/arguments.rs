//! What goes into a call, in words.

use super::super::table::Sys;
use super::before::{CallReader, epoll_event, event_size, set};
use super::words::{EPOLL, FAMILY, FILE, MESSAGE, POLL, SOCKET, TYPE, flags, one_of, option};
use crate::model::call::EXCERPT;
use crate::model::clean;
use crate::model::ids::Fd;

/// So many entries of a set are written out.
const MOST_WRITTEN: usize = 16;

impl CallReader<'_> {
    /// The arguments in words.
    pub(super) fn words(&self) -> String {
        let fd = self.fd();
        let addr = || {
            self.address(1).map_or_else(
                || match self.memory.family(self.args[1]) {
                    Some(family) => one_of(i32::from(family), FAMILY),
                    None => "?".to_owned(),
                },
                |addr| addr.to_string(),
            )
        };
        match self.sys {
            Sys::Socket => self.socket_words(),
            Sys::Socketpair => self.socket_words(),
            Sys::Connect | Sys::Bind => format!("{fd}, {}", addr()),
            Sys::Listen => format!("{fd}, {}", self.int(1)),
            Sys::Accept4 => format!("{fd}, {}", flags(self.args[3] as u32, SOCKET)),
            Sys::Getsockopt => format!("{fd}, {}", option(self.int(1), self.int(2))),
            Sys::Setsockopt => self.setsockopt_words(),
            Sys::Sendto | Sys::Send | Sys::Sendmsg | Sys::Write | Sys::Writev => {
                let (head, size) = self.data();
                let data = clean::excerpt(&head, EXCERPT);
                format!("{fd}, {data}, {size}{}", self.message_words())
            }
            Sys::Recvfrom | Sys::Recv | Sys::Recvmsg | Sys::Read | Sys::Readv => {
                format!("{fd}, {}{}", self.room(), self.message_words())
            }
            Sys::Shutdown => {
                let how = [(0, "SHUT_RD"), (1, "SHUT_WR"), (2, "SHUT_RDWR")];
                format!("{fd}, {}", one_of(self.int(1), &how))
            }
            Sys::Poll | Sys::Ppoll => self.poll_words(),
            Sys::Select | Sys::Pselect6 => self.select_words(),
            Sys::EpollCreate1 => flags(self.args[0] as u32, &[(0o2_000_000, "EPOLL_CLOEXEC")]),
            Sys::EpollCtl => self.epoll_ctl_words(),
            Sys::EpollWait | Sys::EpollPwait => {
                format!("{fd}, {}, {}", self.int(2), self.int(3))
            }
            Sys::EpollPwait2 => format!("{fd}, {}, {}", self.int(2), self.time(3)),
            Sys::Fcntl => self.fcntl_words(),
            Sys::Ioctl => {
                let value = self.memory.int(self.args[2]);
                let value = value.map_or_else(|| "?".to_owned(), |value| value.to_string());
                format!("{fd}, FIONBIO, [{value}]")
            }
            Sys::Dup2 | Sys::Dup3 | Sys::Sendfile => format!("{fd}, {}", self.int(1)),
            Sys::CloseRange => format!("{}, {}", self.args[0] as u32, self.args[1] as u32),
            Sys::Splice => format!("{fd}, {}", self.int(2)),
            Sys::IoUringEnter => format!("{fd}, {}, {}", self.args[1], self.args[2]),
            Sys::RestartSyscall => String::new(),
            _ => fd.to_string(),
        }
    }

    fn socket_words(&self) -> String {
        let kind = self.int(1);
        let mut words = format!(
            "{}, {}",
            one_of(self.int(0), FAMILY),
            one_of(kind & 0xf, TYPE)
        );
        let more = (kind & !0xf) as u32;
        if more != 0 {
            words.push('|');
            words.push_str(&flags(more, SOCKET));
        }
        format!("{words}, {}", self.int(2))
    }

    fn setsockopt_words(&self) -> String {
        let value = self.memory.int(self.args[3]);
        let value = value.map_or_else(|| "?".to_owned(), |value| value.to_string());
        format!(
            "{}, {}, [{value}]",
            self.fd(),
            option(self.int(1), self.int(2))
        )
    }

    fn message_words(&self) -> String {
        match self.sys {
            Sys::Write | Sys::Writev | Sys::Read | Sys::Readv => String::new(),
            _ => format!(", {}", flags(self.message() as u32, MESSAGE)),
        }
    }

    fn fcntl_words(&self) -> String {
        let fd = self.fd();
        match self.int(1) {
            libc::F_GETFL => format!("{fd}, F_GETFL"),
            libc::F_SETFL => format!("{fd}, F_SETFL, {}", flags(self.args[2] as u32, FILE)),
            libc::F_DUPFD => format!("{fd}, F_DUPFD, {}", self.int(2)),
            libc::F_DUPFD_CLOEXEC => format!("{fd}, F_DUPFD_CLOEXEC, {}", self.int(2)),
            other => format!("{fd}, {other}"),
        }
    }

    fn epoll_ctl_words(&self) -> String {
        let operations = [(1, "ADD"), (2, "DEL"), (3, "MOD")];
        let head = format!(
            "{}, {}, {}",
            self.fd(),
            one_of(self.int(1), &operations),
            self.int(2)
        );
        if self.int(1) == libc::EPOLL_CTL_DEL {
            return head;
        }
        let event = self.memory.bytes(self.args[3], event_size(self.memory.abi));
        match epoll_event(self.memory.abi, &event) {
            Some((bits, _)) => format!("{head}, {}", flags(bits, EPOLL)),
            None => format!("{head}, ?"),
        }
    }

    fn poll_words(&self) -> String {
        let entries = self.polled();
        let mut written: Vec<String> = entries
            .iter()
            .take(MOST_WRITTEN)
            .map(|(fd, events)| format!("{{{fd}, {}}}", flags(*events, POLL)))
            .collect();
        if entries.len() > MOST_WRITTEN {
            written.push("...".to_owned());
        }
        let timeout = match self.sys {
            Sys::Poll => self.int(2).to_string(),
            _ => self.time(2),
        };
        format!("[{}], {}, {timeout}", written.join(", "), self.args[1])
    }

    fn select_words(&self) -> String {
        let sets = [1, 2, 3].map(|index| {
            if self.args[index] == 0 {
                return "NULL".to_owned();
            }
            set_words(&set(self.memory, self.args[index], self.args[0]))
        });
        format!("{}, {}, {}", self.int(0), sets.join(", "), self.time(4))
    }

    /// A timeout that stands in memory; select(2) has microseconds.
    fn time(&self, index: usize) -> String {
        if self.args[index] == 0 {
            return "NULL".to_owned();
        }
        let time = self.memory.time(self.args[index], self.sys == Sys::Select);
        time.map_or_else(|| "?".to_owned(), |time| format!("{time:?}"))
    }
}

/// A set in words.
pub(super) fn set_words(set: &[Fd]) -> String {
    let mut numbers: Vec<String> = set
        .iter()
        .take(MOST_WRITTEN)
        .map(ToString::to_string)
        .collect();
    if set.len() > MOST_WRITTEN {
        numbers.push("...".to_owned());
    }
    format!("[{}]", numbers.join(" "))
}
