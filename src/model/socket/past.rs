//! What has happened on one socket so far, as far as its own calls and looks tell: kept while they are taken in, never searched for.

use crate::model::call::{Call, Out, Outcome, ShutdownHow, SocketOption};
use crate::model::errno::Errno;
use crate::model::socket::{Attempt, Stage};
use crate::model::tcp::TcpState;
use bitflags::bitflags;

bitflags! {
    /// What has happened, or is so, on a socket.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Happened: u16 {
        /// connect() began an attempt that went on after the call, or in it.
        const BEGUN = 1;
        /// It was connected once: a call proved it, or TCP said so in a look.
        const CONNECTED = 1 << 1;
        /// connect() brought its error at once: no attempt was begun, and SO_ERROR never had it.
        const FAILED_AT_ONCE = 1 << 2;
        /// The program's own shutdown() ended an attempt that was under way.
        const CANCELLED = 1 << 3;
        /// The program shut down its reading direction.
        const SHUT_READ = 1 << 4;
        /// The program shut down its writing direction.
        const SHUT_WRITE = 1 << 5;
        /// recv() has returned 0.
        const END = 1 << 6;
        /// A send() said EPIPE.
        const BROKEN_PIPE = 1 << 7;
        /// SO_ERROR was read.
        const SO_ERROR_READ = 1 << 8;
        /// SO_LINGER 0 was set: close() resets the connection.
        const LINGER_ZERO = 1 << 9;
        /// The program dissolved its connection or attempt with AF_UNSPEC.
        const DISSOLVED = 1 << 10;
        /// After both directions were shut here, data came, and this end's kernel sent a RST.
        const RESET_HERE = 1 << 11;
        /// After both directions were shut here, the other end sent a RST.
        const RESET_THERE = 1 << 12;
        /// A call that wants a socket said ENOTSOCK.
        const NO_SOCKET = 1 << 13;
        /// epoll_ctl() said EPERM: what is behind the descriptor can never make anybody wait.
        const NOT_WATCHABLE = 1 << 14;
    }
}

/// The calls that can take a pending error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TakenBy {
    /// connect(2)
    Connect,
    /// send(2)
    Send,
    /// recv(2)
    Recv,
    /// getsockopt(2), SO_ERROR
    Getsockopt,
}

impl TakenBy {
    /// All of them.
    pub const ALL: [TakenBy; 4] = [
        TakenBy::Connect,
        TakenBy::Send,
        TakenBy::Recv,
        TakenBy::Getsockopt,
    ];

    /// The call's name.
    pub fn name(self) -> &'static str {
        match self {
            TakenBy::Connect => "connect",
            TakenBy::Send => "send",
            TakenBy::Recv => "recv",
            TakenBy::Getsockopt => "getsockopt",
        }
    }

    fn of(call: &Call) -> Option<TakenBy> {
        TakenBy::ALL.into_iter().find(|by| by.name() == call.name())
    }
}

/// The call that took a pending error, and the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Taken {
    /// Which call.
    pub by: TakenBy,
    /// The error, which is not in the socket any more.
    pub errno: Errno,
}

/// Errors that wait in a socket until the first who asks takes them: tcp(7), connect(2).
pub(super) fn is_pending_error(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::ECONNREFUSED
            | Errno::ECONNRESET
            | Errno::ECONNABORTED
            | Errno::ETIMEDOUT
            | Errno::EHOSTUNREACH
            | Errno::ENETUNREACH
    )
}

/// Errors that a living connection can tell: TCP notes what ICMP or the routing says of it and goes on, RFC 1122 4.2.3.9.
pub(super) fn may_be_noted(errno: Errno) -> bool {
    may_be_of_the_route(errno)
        || matches!(
            errno,
            Errno::ECONNREFUSED
                | Errno::ENONET
                | Errno::EPROTO
                | Errno::ENOPROTOOPT
                | Errno::EOPNOTSUPP
                | Errno::EMSGSIZE
        )
}

/// Those of them that the routing of this machine gives: an attempt survives them, as a link can come up again. Measured: with the link
/// down each SYN that cannot leave makes a new one, and SO_ERROR alone tells it.
pub(super) fn may_be_of_the_route(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::EHOSTUNREACH
            | Errno::ENETUNREACH
            | Errno::ENETDOWN
            | Errno::EHOSTDOWN
            | Errno::EACCES
            | Errno::EINVAL
    )
}

/// What has happened on one socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Past {
    /// What has happened.
    pub happened: Happened,
    /// Who took the last pending error.
    pub taken: Option<Taken>,
}

impl Past {
    /// Takes in a finished call; `attempt` is as it was before.
    pub(super) fn observe(&mut self, attempt: &Attempt, call: &Call, outcome: &Outcome) {
        let under_way = attempt.stage.is_under_way() && !attempt.must_retry;
        let is_unix = attempt.is_unix();
        let take = |errno| TakenBy::of(call).map(|by| Taken { by, errno });
        match (call, outcome.errno) {
            (Call::Connect { .. }, None | Some(Errno::EISCONN)) => {
                self.happened |= Happened::BEGUN | Happened::CONNECTED;
            }
            (Call::Connect { .. }, Some(Errno::EINTR)) if attempt.is_unix() => {}
            (Call::Connect { .. }, Some(Errno::EINPROGRESS | Errno::EALREADY | Errno::EINTR)) => {
                if !under_way {
                    self.begins_anew();
                }
                self.happened |= Happened::BEGUN;
            }
            (Call::Connect { .. }, Some(Errno::EAGAIN | Errno::EADDRNOTAVAIL)) => {}
            // It says something of the listener alone.
            (Call::Connect { .. }, Some(_))
                if is_unix && self.happened.contains(Happened::CONNECTED) => {}
            // The error of the attempt before, told by a later connect(); or this one's own.
            (Call::Connect { .. }, Some(errno)) if under_way => {
                self.taken = take(errno);
                // What the attempt left behind is cleared away with it.
                self.happened
                    .remove(Happened::SHUT_READ | Happened::SHUT_WRITE);
            }
            (Call::Connect { .. }, Some(_)) => self.happened |= Happened::FAILED_AT_ONCE,
            (Call::SoError { .. }, None) => {
                self.happened |= Happened::SO_ERROR_READ;
                if let Some(Out::SoError(Some(errno))) = outcome.out {
                    self.taken = take(errno);
                    self.proved_by(errno, is_unix);
                }
            }
            (Call::Getpeername { .. }, None) => self.happened |= Happened::CONNECTED,
            (Call::Recv { size: 0, .. }, None) => {}
            (Call::Recv { .. }, None) if outcome.ret == 0 => self.happened |= Happened::END,
            (Call::Recv { .. } | Call::Send { .. } | Call::SendUrgent { .. }, None) => {
                self.happened |= Happened::CONNECTED;
            }
            (Call::Send { .. } | Call::SendUrgent { .. }, Some(Errno::EPIPE)) => {
                if !is_unix && self.has_epipe_waiting() {
                    self.taken = take(Errno::EPIPE);
                    self.proved_by(Errno::EPIPE, is_unix);
                }
                self.happened |= Happened::BROKEN_PIPE;
            }
            (Call::Recv { .. } | Call::Send { .. } | Call::SendUrgent { .. }, Some(errno))
                if is_pending_error(errno) =>
            {
                self.taken = take(errno);
                self.proved_by(errno, is_unix);
            }
            // TCP says ENOTCONN, and takes the direction for shut all the same.
            (Call::Shutdown { how, .. }, Some(Errno::ENOTCONN)) if !is_unix => self.shut(*how),
            (Call::Shutdown { how, .. }, None) => {
                if under_way && !self.happened.contains(Happened::CONNECTED) {
                    self.happened |= Happened::CANCELLED;
                }
                self.shut(*how);
            }
            (Call::SetOption { option, value, .. }, None) if *option == SocketOption::Linger => {
                self.happened.set(Happened::LINGER_ZERO, *value == 0);
            }
            (Call::Disconnect { .. }, None) => {
                *self = Past {
                    happened: self.happened & Happened::LINGER_ZERO | Happened::DISSOLVED,
                    taken: None,
                };
            }
            _ => {}
        }
    }

    /// Whether a first EPIPE is the pending error itself. TCP leaves EPIPE in a socket whose peer sent a FIN and then a RST, and send() takes
    /// it; without a pending error it says EPIPE only if this end has ended its sending, or nothing was ever begun.
    fn has_epipe_waiting(&self) -> bool {
        let begun = Happened::BEGUN | Happened::CONNECTED;
        let by_itself = Happened::CANCELLED
            | Happened::DISSOLVED
            | Happened::SHUT_WRITE
            | Happened::BROKEN_PIPE
            | Happened::FAILED_AT_ONCE;
        self.taken.is_none()
            && self.happened.intersects(begun)
            && !self.happened.intersects(by_itself)
    }

    fn shut(&mut self, how: ShutdownHow) {
        self.happened |= match how {
            ShutdownHow::Read => Happened::SHUT_READ,
            ShutdownHow::Write => Happened::SHUT_WRITE,
            ShutdownHow::Both => Happened::SHUT_READ | Happened::SHUT_WRITE,
        };
    }

    /// A new attempt on the same socket: of what was before, options stay, and directions that were shut before the first attempt; the
    /// kernel opens them again when an attempt or a connection ends.
    fn begins_anew(&mut self) {
        let is_first = !self.happened.contains(Happened::BEGUN);
        let mut kept = Happened::LINGER_ZERO;
        kept.set(Happened::SHUT_READ | Happened::SHUT_WRITE, is_first);
        self.happened &= kept;
        self.taken = None;
    }

    /// In SYN-SENT a RST is ECONNREFUSED, and EPIPE needs a FIN before: whoever is reset was connected, unless the program ended it by itself.
    fn proved_by(&mut self, errno: Errno, is_unix: bool) {
        let by_itself = Happened::CANCELLED | Happened::DISSOLVED;
        let resets = matches!(errno, Errno::ECONNRESET | Errno::EPIPE);
        if resets && !is_unix && !self.happened.intersects(by_itself) {
            self.happened |= Happened::CONNECTED;
        }
    }

    /// Takes in what TCP_INFO said.
    pub(in crate::model) fn look(&mut self, state: TcpState) {
        let connected = matches!(
            state,
            TcpState::Established
                | TcpState::FinWait1
                | TcpState::FinWait2
                | TcpState::CloseWait
                | TcpState::LastAck
                | TcpState::Closing
                | TcpState::TimeWait
        );
        if connected {
            self.happened |= Happened::CONNECTED;
            // What shutdown() met was a connection and no attempt.
            self.happened.remove(Happened::CANCELLED);
        }
    }

    /// Forgets what a look may have told: whether there was a connection.
    pub(in crate::model) fn cover(&mut self) {
        self.happened
            .remove(Happened::CONNECTED | Happened::CANCELLED);
    }

    /// A blocking connect() has begun and has not returned.
    pub(super) fn begins(&mut self) {
        self.begins_anew();
        self.happened |= Happened::BEGUN;
    }

    /// It came out of accept(2).
    pub(super) fn accepted(stage: Stage) -> Past {
        let happened = if stage == Stage::Accepted {
            Happened::CONNECTED
        } else {
            Happened::empty()
        };
        Past {
            happened,
            taken: None,
        }
    }
}
