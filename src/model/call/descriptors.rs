//! The calls that make and take away names of an open socket, and the one that says how many there may be.

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
            /// setrlimit(2) `RLIMIT_NOFILE`, the soft limit: every descriptor has a number below it
            SetDescriptorLimit = "setrlimit" where option = "RLIMIT_NOFILE" {
                /// The limit; the largest number is no limit at all.
                value: u32,
            } {
                args: match value {
                    &u32::MAX => "RLIMIT_NOFILE, {rlim_cur=RLIM_INFINITY}".to_owned(),
                    value => format!("RLIMIT_NOFILE, {{rlim_cur={value}}}"),
                },
                spoken_args: [format!("to {value}")],
                called: "setrlimit RLIMIT_NOFILE",
            }
        }
    };
}
pub(super) use descriptor_calls;
