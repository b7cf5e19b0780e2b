//! The calls that ask which sockets are ready.

macro_rules! poll_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// epoll_ctl(2), edge-triggered as mio does it.
            EpollCtl = "epoll_ctl" {
                /// The epoll descriptor.
                epfd: Fd,
                /// Add or modify.
                op: CtlOp,
                /// The socket.
                fd: Fd,
                /// What for.
                interest: Interest,
            } {
                args: format!("{epfd}, {}, {fd}, {}", op.name(), interest.epoll_words()),
                spoken_args: [format!("for {}", interest.words()), format!("at {epfd}")],
                called: match op {
                    CtlOp::Add => "epoll_ctl add",
                    CtlOp::Modify => "epoll_ctl modify",
                },
                ok(_outcome, _around): match op {
                    CtlOp::Add => "ADD ok",
                    CtlOp::Modify => "MOD ok",
                },
            }
            /// epoll_wait(2)
            EpollWait = "epoll_wait" {
                /// The epoll descriptor.
                epfd: Fd,
                /// How many events fit.
                capacity: u32,
                /// How long to wait; `None` is for ever.
                timeout: Option<Duration> => timeout_ms,
            } {
                args: format!("{epfd}, {capacity}, {}", timeout_ms(*timeout)),
                silent: yes,
                spoken_args: [
                    format!("descriptor {epfd}"),
                    format!("room for {capacity}"),
                    spoken_timeout(*timeout),
                ],
                ok(_outcome, around): match around {
                    Around { reported: true, .. } => "events",
                    Around { woken: true, .. } => "woken",
                    Around { watched: true, .. } => "nothing",
                    Around { reported: false, woken: false, watched: false } => "nobody",
                },
            }
            /// poll(2) on one socket, as a program with a timeout waits before a call, and behind connect()
            Poll = "poll" {
                /// The socket.
                fd: Fd,
                /// For what it waits.
                wants: PollWants => option,
                /// How long; `None` is for ever.
                timeout: Option<Duration> => timeout_ms,
            } {
                args: format!("[{{{fd}, {}}}], 1, {}", wants.name(), timeout_ms(*timeout)),
                spoken_args: [format!("for {}", wants.word()), spoken_timeout(*timeout)],
                ok(outcome, _around): match (outcome.ret, wants) {
                    (0, _) => "timeout",
                    (_, PollWants::Write) => "ok",
                    (_, PollWants::Read) => "readable",
                },
            }
            /// select(2) on one socket in all three sets, without waiting
            Select = "select" {
                /// The socket.
                fd: Fd,
            } {
                args: format!("{}, [{fd}], [{fd}], [{fd}], {{0, 0}}", i64::from(fd.0) + 1),
                spoken_args: ["in all three sets".to_owned()],
            }
        }
    };
}
pub(super) use poll_calls;
