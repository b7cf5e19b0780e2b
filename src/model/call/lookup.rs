//! The call that finds the addresses of a name.

macro_rules! lookup_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// getaddrinfo(3)
            Getaddrinfo = "getaddrinfo" {
                /// The name.
                host: String,
                /// The port, as a number.
                port: u16,
            } {
                args: format!("\"{}\", \"{port}\", SOCK_STREAM", clean::text(host)),
                spoken_args: [clean::text(host), format!("port {port}")],
                ok(outcome, _around): match outcome.out {
                    Some(Out::Eai(_)) => "fails",
                    _ => "ok",
                },
            }
        }
    };
}
pub(super) use lookup_calls;
