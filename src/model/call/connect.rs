//! The calls that make a connection.

macro_rules! connect_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// socket(2), `SOCK_STREAM`, close-on-exec.
            Socket = "socket" {
                /// Its first argument.
                family: Family,
                /// Whether it is born blocking.
                born: BornAs => option,
            } {
                args: match born {
                    BornAs::Blocking => format!("{}, SOCK_STREAM|SOCK_CLOEXEC, 0", family.name()),
                    BornAs::NonBlocking => format!("{}, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0", family.name()),
                },
                spoken_args: match born {
                    BornAs::Blocking => vec![format!("{} stream", family.name())],
                    BornAs::NonBlocking => vec![format!("{} stream", family.name()), "non-blocking".to_owned()],
                },
                ok(_outcome, _around): match born {
                    BornAs::Blocking => "ok",
                    BornAs::NonBlocking => "non-blocking",
                },
            }
            /// ioctl(2) `FIONBIO` with 0: calls on the socket wait again.
            SetBlocking = "ioctl" where option = "FIONBIO 0" {
                /// The socket.
                fd: Fd,
            } {
                args: format!("{fd}, FIONBIO, [0]"),
                spoken_args: [],
                called: "ioctl FIONBIO 0",
                texts: "setblocking",
            }
            /// ioctl(2) `FIONBIO` with 1.
            SetNonblocking = "ioctl" {
                /// The socket.
                fd: Fd,
            } {
                args: format!("{fd}, FIONBIO, [1]"),
                spoken_args: [],
                called: "ioctl FIONBIO 1",
            }
            /// connect(2) with `AF_UNSPEC`: the connection is given up, and the socket may connect again.
            Disconnect = "connect" where family = "AF_UNSPEC" {
                /// The socket.
                fd: Fd,
            } {
                args: format!("{fd}, AF_UNSPEC"),
                spoken_args: ["to AF_UNSPEC".to_owned()],
                texts: "disconnect",
            }
            /// connect(2)
            Connect = "connect" {
                /// The socket.
                fd: Fd,
                /// Where to.
                addr: Addr,
            } {
                args: format!("{fd}, {addr}"),
                spoken_args: [format!("to {addr}")],
            }
            /// bind(2)
            Bind = "bind" {
                /// The socket.
                fd: Fd,
                /// The local address.
                addr: Addr,
            } {
                args: format!("{fd}, {addr}"),
                spoken_args: [format!("at {addr}")],
            }
            /// listen(2)
            Listen = "listen" {
                /// The socket.
                fd: Fd,
                /// How many finished connections may wait.
                backlog: u32 => value,
            } {
                args: format!("{fd}, {backlog}"),
                spoken_args: [format!("backlog {backlog}")],
            }
            /// accept4(2) with close-on-exec
            Accept = "accept" {
                /// The listener.
                fd: Fd,
                /// Whether the new socket is born blocking.
                gives: AcceptGives => option,
            } {
                args: match gives {
                    AcceptGives::NonBlocking => fd.to_string(),
                    AcceptGives::Blocking => format!("{fd}, SOCK_CLOEXEC"),
                },
                spoken_args: match gives {
                    AcceptGives::NonBlocking => Vec::new(),
                    AcceptGives::Blocking => vec!["without SOCK_NONBLOCK".to_owned()],
                },
                ok(_outcome, _around): match gives {
                    AcceptGives::NonBlocking => "ok",
                    AcceptGives::Blocking => "blocking",
                },
            }
            /// getpeername(2)
            Getpeername = "getpeername" {
                /// The socket.
                fd: Fd,
            } {
                args: fd.to_string(),
                spoken_args: [],
            }
        }
    };
}
pub(super) use connect_calls;
