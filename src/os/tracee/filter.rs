//! The seccomp filter: which calls of a watched program stop it. Everything else runs as if nobody watched.

#![expect(unsafe_code, reason = "seccomp by hand")]

use super::table::{Abi, Sys};
use rustix::io::Errno;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const IF_EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const IF_AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
const JUMP: u16 = (libc::BPF_JMP | libc::BPF_JA) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

/// Where `struct seccomp_data` has the call's number, its architecture, and the lower half of the second argument.
const NUMBER: u32 = 0;
const ARCH: u32 = 4;
const SECOND: u32 = 24;

/// From here on a number of x86_64 belongs to x32, which has a table of its own.
const X32: u32 = 0x4000_0000;

/// The requests of fcntl(2) that concern a socket: `F_DUPFD`, `F_GETFL`, `F_SETFL`, `F_DUPFD_CLOEXEC`.
pub(super) const FCNTL: [u32; 4] = [0, 3, 4, 1030];
/// The requests of ioctl(2) that concern a socket: `FIONBIO`.
pub(super) const IOCTL: [u32; 1] = [0x5421];

fn step(code: u16, if_true: u8, if_false: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code,
        jt: if_true,
        jf: if_false,
        k,
    }
}

/// Stops the call if the loaded word is one of these; else goes on behind.
fn stop_if(words: &[u32], program: &mut Vec<libc::sock_filter>) {
    for word in words {
        program.push(step(IF_EQUAL, 0, 1, *word));
        program.push(step(RETURN, 0, 0, libc::SECCOMP_RET_TRACE));
    }
}

/// The part for one abi, entered with any word loaded. It always returns.
fn part(abi: Abi) -> Vec<libc::sock_filter> {
    let mut program = vec![step(LOAD, 0, 0, NUMBER)];
    if abi == Abi::X86_64 {
        program.push(step(IF_AT_LEAST, 0, 1, X32));
        let refused = libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32;
        program.push(step(RETURN, 0, 0, refused));
    }
    let mut by_second: Vec<(u32, &[u32])> = Vec::new();
    for (number, sys) in abi.table() {
        match sys {
            Sys::Fcntl => by_second.push((*number, &FCNTL)),
            Sys::Ioctl => by_second.push((*number, &IOCTL)),
            _ => stop_if(&[*number], &mut program),
        }
    }
    for (number, requests) in by_second {
        let mut inside = vec![step(LOAD, 0, 0, SECOND)];
        stop_if(requests, &mut inside);
        inside.push(step(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW));
        program.push(step(IF_EQUAL, 0, inside.len() as u8, number));
        program.extend(inside);
    }
    program.push(step(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW));
    program
}

/// The whole filter: it asks which abi the call is made by, and then for its number.
pub(super) fn program() -> Vec<libc::sock_filter> {
    let mut program = vec![step(LOAD, 0, 0, ARCH)];
    for abi in Abi::HERE {
        let part = part(*abi);
        program.push(step(IF_EQUAL, 1, 0, abi.audit()));
        program.push(step(JUMP, 0, 0, part.len() as u32));
        program.extend(part);
    }
    program.push(step(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW));
    program
}

fn last() -> Errno {
    let number = std::io::Error::last_os_error().raw_os_error();
    Errno::from_raw_os_error(number.unwrap_or(libc::EIO))
}

/// Gives up new rights by exec, which the filter needs, and installs it for this process and all that it starts.
///
/// # Errors
/// The errno of prctl(2) or seccomp(2).
pub(super) fn install(program: &[libc::sock_filter]) -> Result<(), Errno> {
    // SAFETY: the request takes numbers only.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(last());
    }
    let filter = libc::sock_fprog {
        len: program.len() as u16,
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: the kernel copies the program, which is borrowed for the whole call, and writes nothing.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            0,
            &raw const filter,
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(last()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the filter says of a call, by walking through it as the kernel does.
    fn answer(arch: u32, number: u32, second: u32) -> u32 {
        let program = program();
        let (mut at, mut word) = (0, 0);
        loop {
            let now = &program[at];
            at += 1;
            match now.code {
                LOAD => {
                    word = match now.k {
                        NUMBER => number,
                        ARCH => arch,
                        _ => second,
                    }
                }
                IF_EQUAL => at += usize::from(if word == now.k { now.jt } else { now.jf }),
                IF_AT_LEAST => at += usize::from(if word >= now.k { now.jt } else { now.jf }),
                JUMP => at += now.k as usize,
                _ => return now.k,
            }
        }
    }

    #[test]
    fn exactly_the_calls_of_the_tables_stop_and_those_of_other_tables_pass() {
        for abi in Abi::HERE {
            for number in 0..600 {
                let listed = abi.call(u64::from(number));
                let second = match listed {
                    Some(Sys::Fcntl) => 4,
                    Some(Sys::Ioctl) => 0x5421,
                    _ => 7,
                };
                let stops = answer(abi.audit(), number, second) == libc::SECCOMP_RET_TRACE;
                assert_eq!(stops, listed.is_some(), "{abi:?} {number}");
            }
        }
        assert_eq!(answer(0x1234, 41, 0), libc::SECCOMP_RET_ALLOW);
    }

    #[test]
    fn fcntl_and_ioctl_stop_only_for_what_concerns_sockets_and_x32_is_refused() {
        let Some(Abi::X86_64) = Abi::HERE.first() else {
            return;
        };
        let arch = Abi::X86_64.audit();
        assert_eq!(answer(arch, 72, 1), libc::SECCOMP_RET_ALLOW);
        assert_eq!(answer(arch, 16, 0x5401), libc::SECCOMP_RET_ALLOW);
        let refused = libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32;
        assert_eq!(answer(arch, X32 + 41, 0), refused);
    }
}
