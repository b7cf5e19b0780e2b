//! The calls that make, read and write descriptors of files, pipes and pseudo-terminals.

macro_rules! file_calls {
    ([$next:ident $($then:ident)*] $($before:tt)*) => {
        $next! { [$($then)*] $($before)*
            /// open(2): a new descriptor for a file; the C library makes it by openat(2).
            Open = "openat" {
                /// Which file.
                path: OpenPath => option,
            } {
                args: format!("AT_FDCWD, \"{}\", {}", path.name(), path.flags()),
                spoken_args: [path.name().to_owned()],
                ok(_outcome, _around): match path {
                    OpenPath::Ptmx => "pty",
                    OpenPath::Tmp | OpenPath::Shm => "ok",
                },
            }
            /// pipe2(2), close-on-exec: both ends of a new pipe.
            Pipe = "pipe2" {
            } {
                args: "O_CLOEXEC".to_owned(),
                spoken_args: [],
            }
            /// ioctl(2) `TIOCSPTLCK` with 0, which is unlockpt(3): the slave may be opened.
            UnlockPty = "ioctl" where option = "TIOCSPTLCK" {
                /// The master.
                fd: Fd,
            } {
                args: format!("{fd}, TIOCSPTLCK, [0]"),
                spoken_args: [],
                called: "ioctl TIOCSPTLCK",
                texts: "unlockpt",
            }
            /// ioctl(2) `TIOCGPTPEER`: a descriptor for the slave of a pseudo-terminal, as openpty(3) gets it.
            OpenSlave = "ioctl" where option = "TIOCGPTPEER" {
                /// The master.
                master: Fd,
            } {
                args: format!("{master}, TIOCGPTPEER, O_RDWR|O_NOCTTY|O_CLOEXEC"),
                spoken_args: [format!("of the master {master}")],
                called: "ioctl TIOCGPTPEER",
                texts: "ptpeer",
            }
            /// read(2)
            Read = "read" {
                /// The descriptor.
                fd: Fd,
                /// How many bytes fit.
                size: u32,
            } {
                args: format!("{fd}, {size}"),
                spoken_args: [format!("at most {}", counted(u64::from(*size)))],
                ok(outcome, _around): if outcome.ret == 0 { "end" } else { "ok" },
            }
            /// write(2)
            Write = "write" {
                /// The descriptor.
                fd: Fd,
                /// What is offered to the kernel.
                data: Payload => bytes,
            } {
                args: format!(
                    "{fd}, {}, {}",
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
        }
    };
}
pub(super) use file_calls;
