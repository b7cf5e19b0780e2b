//! The calls that make and take away names of an open socket.

macro_rules! descriptor_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// dup(2): one more descriptor for the same open socket
            Dup = "dup" {
                /// The descriptor.
                fd: Fd,
            } {
                args: fd.to_string(),
                spoken_args: [],
            }
            /// close(2)
            Close = "close" {
                /// The descriptor.
                fd: Fd,
            } {
                args: fd.to_string(),
                spoken_args: [],
            }
        }
    };
}
pub(super) use descriptor_calls;
