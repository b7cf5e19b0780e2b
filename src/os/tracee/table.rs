//! Which system calls stop a watched program, with their numbers on each architecture. The numbers are the kernel's:
//! `arch/x86/entry/syscalls/syscall_64.tbl`, `syscall_32.tbl` and `include/uapi/asm-generic/unistd.h`.

use strum::IntoStaticStr;

/// A call that can name a socket, or that waits for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "they are the names of section 2 of the manual, and `name` says them"
)]
pub enum Sys {
    Socket,
    Socketpair,
    Connect,
    Accept,
    Accept4,
    Bind,
    Listen,
    Getsockopt,
    Setsockopt,
    Getpeername,
    Getsockname,
    Sendto,
    Recvfrom,
    Sendmsg,
    Recvmsg,
    Sendmmsg,
    Recvmmsg,
    Shutdown,
    EpollCreate,
    EpollCreate1,
    EpollCtl,
    EpollWait,
    EpollPwait,
    EpollPwait2,
    Poll,
    Ppoll,
    Select,
    Pselect6,
    RestartSyscall,
    IoUringSetup,
    IoUringEnter,
    IoUringRegister,
    Read,
    Write,
    Readv,
    Writev,
    Close,
    CloseRange,
    Dup,
    Dup2,
    Dup3,
    Sendfile,
    Splice,
    Fcntl,
    Ioctl,
    /// i386 only: its first argument says which call it is.
    Socketcall,
    /// i386 only: send(2) and recv(2) are calls of their own behind `socketcall`.
    Send,
    /// i386 only.
    Recv,
}

impl Sys {
    /// As strace writes it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether only its first argument can tell if it concerns a socket.
    pub(super) fn is_of_any_file(self) -> bool {
        use Sys::{
            Close, CloseRange, Dup, Dup2, Dup3, Fcntl, Ioctl, Read, Readv, Sendfile, Splice, Write,
            Writev,
        };
        matches!(
            self,
            Read | Write
                | Readv
                | Writev
                | Close
                | CloseRange
                | Dup
                | Dup2
                | Dup3
                | Sendfile
                | Splice
                | Fcntl
                | Ioctl
        )
    }
}

/// How a program calls the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abi {
    /// 64 bit on x86.
    X86_64,
    /// 32 bit on x86.
    I386,
    /// 64 bit on ARM. Its table was checked by the compiler only.
    Aarch64,
}

impl Abi {
    /// The abi of an `AUDIT_ARCH_*` number.
    pub(super) fn of_audit(arch: u32) -> Option<Abi> {
        Abi::HERE.iter().copied().find(|abi| abi.audit() == arch)
    }

    /// Its `AUDIT_ARCH_*` number: the machine of elf(5), and bits for 64 bit and little endian.
    pub(super) fn audit(self) -> u32 {
        match self {
            Abi::X86_64 => 0xc000_003e,
            Abi::I386 => 0x4000_0003,
            Abi::Aarch64 => 0xc000_00b7,
        }
    }

    /// Those that programs on this machine can use.
    pub(super) const HERE: &'static [Abi] = if cfg!(target_arch = "x86_64") {
        &[Abi::X86_64, Abi::I386]
    } else {
        &[Abi::Aarch64]
    };

    /// The numbers of its calls.
    pub(super) fn table(self) -> &'static [(u32, Sys)] {
        match self {
            Abi::X86_64 => X86_64,
            Abi::I386 => I386,
            Abi::Aarch64 => AARCH64,
        }
    }

    /// The call of a number.
    pub(super) fn call(self, number: u64) -> Option<Sys> {
        let found = self
            .table()
            .iter()
            .find(|(known, _)| u64::from(*known) == number);
        found.map(|(_, sys)| *sys)
    }

    /// The number of `rt_sigreturn`, which ends a signal handler, and of `sigreturn`, where there is one.
    pub(super) fn sigreturns(self) -> &'static [u64] {
        match self {
            Abi::X86_64 => &[15],
            Abi::I386 => &[119, 173],
            Abi::Aarch64 => &[139],
        }
    }

    /// So many bytes a pointer and a `long` have.
    pub(super) fn word(self) -> usize {
        match self {
            Abi::I386 => 4,
            Abi::X86_64 | Abi::Aarch64 => 8,
        }
    }
}

const X86_64: &[(u32, Sys)] = &[
    (0, Sys::Read),
    (1, Sys::Write),
    (3, Sys::Close),
    (7, Sys::Poll),
    (16, Sys::Ioctl),
    (19, Sys::Readv),
    (20, Sys::Writev),
    (23, Sys::Select),
    (32, Sys::Dup),
    (33, Sys::Dup2),
    (40, Sys::Sendfile),
    (41, Sys::Socket),
    (42, Sys::Connect),
    (43, Sys::Accept),
    (44, Sys::Sendto),
    (45, Sys::Recvfrom),
    (46, Sys::Sendmsg),
    (47, Sys::Recvmsg),
    (48, Sys::Shutdown),
    (49, Sys::Bind),
    (50, Sys::Listen),
    (51, Sys::Getsockname),
    (52, Sys::Getpeername),
    (53, Sys::Socketpair),
    (54, Sys::Setsockopt),
    (55, Sys::Getsockopt),
    (72, Sys::Fcntl),
    (213, Sys::EpollCreate),
    (219, Sys::RestartSyscall),
    (232, Sys::EpollWait),
    (233, Sys::EpollCtl),
    (270, Sys::Pselect6),
    (271, Sys::Ppoll),
    (275, Sys::Splice),
    (281, Sys::EpollPwait),
    (288, Sys::Accept4),
    (291, Sys::EpollCreate1),
    (292, Sys::Dup3),
    (299, Sys::Recvmmsg),
    (307, Sys::Sendmmsg),
    (425, Sys::IoUringSetup),
    (426, Sys::IoUringEnter),
    (427, Sys::IoUringRegister),
    (436, Sys::CloseRange),
    (441, Sys::EpollPwait2),
];

const I386: &[(u32, Sys)] = &[
    (0, Sys::RestartSyscall),
    (3, Sys::Read),
    (4, Sys::Write),
    (6, Sys::Close),
    (41, Sys::Dup),
    (54, Sys::Ioctl),
    (55, Sys::Fcntl),
    (63, Sys::Dup2),
    (102, Sys::Socketcall),
    (142, Sys::Select),
    (145, Sys::Readv),
    (146, Sys::Writev),
    (168, Sys::Poll),
    (187, Sys::Sendfile),
    (221, Sys::Fcntl),
    (239, Sys::Sendfile),
    (254, Sys::EpollCreate),
    (255, Sys::EpollCtl),
    (256, Sys::EpollWait),
    (308, Sys::Pselect6),
    (309, Sys::Ppoll),
    (313, Sys::Splice),
    (319, Sys::EpollPwait),
    (329, Sys::EpollCreate1),
    (330, Sys::Dup3),
    (337, Sys::Recvmmsg),
    (345, Sys::Sendmmsg),
    (359, Sys::Socket),
    (360, Sys::Socketpair),
    (361, Sys::Bind),
    (362, Sys::Connect),
    (363, Sys::Listen),
    (364, Sys::Accept4),
    (365, Sys::Getsockopt),
    (366, Sys::Setsockopt),
    (367, Sys::Getsockname),
    (368, Sys::Getpeername),
    (369, Sys::Sendto),
    (370, Sys::Sendmsg),
    (371, Sys::Recvfrom),
    (372, Sys::Recvmsg),
    (373, Sys::Shutdown),
    (413, Sys::Pselect6),
    (414, Sys::Ppoll),
    (417, Sys::Recvmmsg),
    (425, Sys::IoUringSetup),
    (426, Sys::IoUringEnter),
    (427, Sys::IoUringRegister),
    (436, Sys::CloseRange),
    (441, Sys::EpollPwait2),
];

const AARCH64: &[(u32, Sys)] = &[
    (20, Sys::EpollCreate1),
    (21, Sys::EpollCtl),
    (22, Sys::EpollPwait),
    (23, Sys::Dup),
    (24, Sys::Dup3),
    (25, Sys::Fcntl),
    (29, Sys::Ioctl),
    (57, Sys::Close),
    (63, Sys::Read),
    (64, Sys::Write),
    (65, Sys::Readv),
    (66, Sys::Writev),
    (71, Sys::Sendfile),
    (72, Sys::Pselect6),
    (73, Sys::Ppoll),
    (76, Sys::Splice),
    (128, Sys::RestartSyscall),
    (198, Sys::Socket),
    (199, Sys::Socketpair),
    (200, Sys::Bind),
    (201, Sys::Listen),
    (202, Sys::Accept),
    (203, Sys::Connect),
    (204, Sys::Getsockname),
    (205, Sys::Getpeername),
    (206, Sys::Sendto),
    (207, Sys::Recvfrom),
    (208, Sys::Setsockopt),
    (209, Sys::Getsockopt),
    (210, Sys::Shutdown),
    (211, Sys::Sendmsg),
    (212, Sys::Recvmsg),
    (242, Sys::Accept4),
    (243, Sys::Recvmmsg),
    (269, Sys::Sendmmsg),
    (425, Sys::IoUringSetup),
    (426, Sys::IoUringEnter),
    (427, Sys::IoUringRegister),
    (436, Sys::CloseRange),
    (441, Sys::EpollPwait2),
];

/// What `socketcall` of i386 calls, by its first argument: `include/uapi/linux/net.h`.
pub(super) fn behind_socketcall(which: u64) -> Option<Sys> {
    Some(match which {
        1 => Sys::Socket,
        2 => Sys::Bind,
        3 => Sys::Connect,
        4 => Sys::Listen,
        5 => Sys::Accept,
        6 => Sys::Getsockname,
        7 => Sys::Getpeername,
        8 => Sys::Socketpair,
        9 => Sys::Send,
        10 => Sys::Recv,
        11 => Sys::Sendto,
        12 => Sys::Recvfrom,
        13 => Sys::Shutdown,
        14 => Sys::Setsockopt,
        15 => Sys::Getsockopt,
        16 => Sys::Sendmsg,
        17 => Sys::Recvmsg,
        18 => Sys::Accept4,
        19 => Sys::Recvmmsg,
        20 => Sys::Sendmmsg,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_each_number_once() {
        for table in [X86_64, I386, AARCH64] {
            let mut numbers: Vec<u32> = table.iter().map(|(number, _)| *number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), table.len());
        }
    }

    /// The kernel's own headers know them all by number.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_numbers_of_x86_are_those_of_the_headers() {
        for (file, table) in [("unistd_64.h", X86_64), ("unistd_32.h", I386)] {
            let path = format!("/usr/include/x86_64-linux-gnu/asm/{file}");
            let Ok(header) = std::fs::read_to_string(&path) else {
                assert!(
                    std::env::var_os("SOCKSTEP_REQUIRE_ALL").is_none(),
                    "{path} is not here"
                );
                return;
            };
            for (number, sys) in table {
                let line = header
                    .lines()
                    .find(|line| line.split_whitespace().nth(2) == Some(&number.to_string()));
                let name = line.and_then(|line| line.split_whitespace().nth(1));
                let name = name.and_then(|name| name.strip_prefix("__NR_"));
                let bare = name.map(|name| {
                    let name = name.trim_start_matches("_new");
                    let name = name.trim_end_matches("_time64");
                    match name {
                        "fcntl64" => "fcntl",
                        "sendfile64" => "sendfile",
                        name => name,
                    }
                });
                assert_eq!(bare, Some(sys.name()), "{number} in {file}");
            }
        }
    }
}
