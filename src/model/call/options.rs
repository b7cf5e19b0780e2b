//! The calls that read and set options.

macro_rules! option_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// getsockopt(2) `SO_ERROR`: reads the pending error and empties it.
            SoError = "getsockopt" where option = "SO_ERROR" {
                /// The socket.
                fd: Fd,
            } {
                args: format!("{fd}, SOL_SOCKET, SO_ERROR"),
                spoken_args: [],
                called: "getsockopt SO_ERROR",
                ok(outcome, _around): match outcome.out {
                    Some(Out::SoError(Some(errno))) => errno.name(),
                    Some(Out::SoError(None)) => "0".into(),
                    _ => "ok".into(),
                },
            }
            /// setsockopt(2)
            SetOption = "setsockopt" {
                /// The socket.
                fd: Fd,
                /// Which one.
                option: SocketOption,
                /// To what.
                value: u32,
            } {
                args: match option {
                    SocketOption::Linger => format!("{fd}, SOL_SOCKET, SO_LINGER, {{onoff=1, linger={value}}}"),
                    _ => format!("{fd}, {}, {}, [{value}]", option.level(), option.name()),
                },
                spoken_args: [format!("to {value}")],
                called: format!("setsockopt {}", option.name()),
                fails: format!("{} fails", option.name()),
            }
        }
    };
}
pub(super) use option_calls;
