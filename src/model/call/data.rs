//! The calls that move bytes, and the one that ends a direction.

macro_rules! data_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// send(2) with `MSG_OOB`: one byte of urgent data, tcp(7)
            SendUrgent = "send" where option = "MSG_OOB" {
                /// The socket.
                fd: Fd,
                /// The byte.
                byte: u8 => bytes,
            } {
                args: format!("{fd}, {}, 1, MSG_OOB|MSG_NOSIGNAL", clean::excerpt(&[*byte], EXCERPT)),
                spoken_args: [clean::excerpt(&[*byte], EXCERPT)],
                called: "send urgent",
                ok(_outcome, _around): "urgent",
            }
            /// send(2) with `MSG_NOSIGNAL`
            Send = "send" {
                /// The socket.
                fd: Fd,
                /// What is offered to the kernel.
                data: Payload => bytes,
            } {
                args: format!(
                    "{fd}, {}, {}, MSG_NOSIGNAL",
                    excerpt(&data.head(EXCERPT + 1), data.size()),
                    data.size()
                ),
                spoken_args: [format!(
                    "{}: {}",
                    counted(data.size() as u64),
                    clean::excerpt(&data.head(EXCERPT + 1), EXCERPT)
                )],
                ok(outcome, _around): if outcome.ret < data.size() as i64 { "partial" } else { "ok" },
            }
            /// recv(2)
            Recv = "recv" {
                /// The socket.
                fd: Fd,
                /// How many bytes fit.
                size: u32,
            } {
                args: format!("{fd}, {size}, 0"),
                spoken_args: [format!("at most {}", counted(u64::from(*size)))],
                ok(outcome, _around): if outcome.ret == 0 { "end" } else { "ok" },
            }
            /// shutdown(2)
            Shutdown = "shutdown" {
                /// The socket.
                fd: Fd,
                /// Which direction.
                how: ShutdownHow,
            } {
                args: format!("{fd}, {}", how.name()),
                spoken_args: [how.name().to_owned()],
            }
        }
    };
}
pub(super) use data_calls;
