//! ptrace(2) and waitpid(2), each request as a function. They work only on the thread that seized the program.

#![expect(
    unsafe_code,
    reason = "ptrace, waitpid and process_vm_readv by hand: rustix has none of them"
)]

use rustix::io::Errno;

/// What has stopped or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// The thread has ended with this code.
    Exited(i32),
    /// A signal of this number has ended it.
    Killed(i32),
    /// It has stopped: the signal, and the event of `PTRACE_EVENT_*`.
    Stopped {
        /// The signal's number.
        signal: i32,
        /// The event, 0 for none.
        event: i32,
    },
}

/// Where in a call a thread has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallStop {
    /// Before the call: as the filter says, or as `PTRACE_SYSCALL` does.
    Before(AtCall),
    /// Behind it, with its raw result.
    Behind(i64),
    /// In no call.
    Elsewhere,
}

/// A call that is about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AtCall {
    /// Its abi, as `AUDIT_ARCH_*`.
    pub arch: u32,
    /// Its number there.
    pub number: u64,
    /// Its arguments.
    pub args: [u64; 6],
}

/// `PTRACE_GET_SYSCALL_INFO`: where the thread is, with its instruction pointer.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Info {
    op: u8,
    _pad: [u8; 3],
    arch: u32,
    instruction_pointer: u64,
    stack_pointer: u64,
    /// Of an entry the number and the arguments; of an exit the result and whether it is an error.
    values: [u64; 8],
}

const GET_SYSCALL_INFO: libc::c_uint = 0x420e;
const OP_ENTRY: u8 = 1;
const OP_EXIT: u8 = 2;
const OP_SECCOMP: u8 = 3;

fn last() -> Errno {
    let number = std::io::Error::last_os_error().raw_os_error();
    Errno::from_raw_os_error(number.unwrap_or(libc::EIO))
}

fn request(what: libc::c_uint, tid: i32, data: usize) -> Result<(), Errno> {
    // SAFETY: requests that come here take a number in `data`, and no address.
    match unsafe { libc::ptrace(what, tid, 0_usize, data) } {
        -1 => Err(last()),
        _ => Ok(()),
    }
}

/// Takes a process: from now on this thread is told of it, and of all that it starts. If this process ends, they end.
///
/// # Errors
/// EPERM if another traces it already, or the system forbids it.
pub(super) fn seize(pid: i32) -> Result<(), Errno> {
    let options = libc::PTRACE_O_TRACESYSGOOD
        | libc::PTRACE_O_TRACECLONE
        | libc::PTRACE_O_TRACEFORK
        | libc::PTRACE_O_TRACEVFORK
        | libc::PTRACE_O_TRACEEXEC
        | libc::PTRACE_O_TRACESECCOMP
        | libc::PTRACE_O_EXITKILL;
    request(libc::PTRACE_SEIZE, pid, options as usize)
}

/// How a stopped thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GoOn {
    /// To the next call that the filter stops.
    Free,
    /// To the next beginning or end of any call.
    ToCall,
    /// It stays stopped, as the signal wanted, and is told of nothing but its end.
    Listen,
}

/// Lets a stopped thread go on, with a signal or 0. That it was killed meanwhile is told by [`wait`].
pub(super) fn go_on(tid: i32, how: GoOn, signal: i32) {
    let what = match how {
        GoOn::Free => libc::PTRACE_CONT,
        GoOn::ToCall => libc::PTRACE_SYSCALL,
        GoOn::Listen => libc::PTRACE_LISTEN,
    };
    let _ = request(what, tid, signal as usize);
}

/// Stops a thread; a call in which it waits returns early.
///
/// # Errors
/// If there is no such thread any more.
pub(super) fn interrupt(tid: i32) -> Result<(), Errno> {
    request(libc::PTRACE_INTERRUPT, tid, 0)
}

/// The number that belongs to an event: of a fork or a clone the new thread.
pub(super) fn event_message(tid: i32) -> Option<i32> {
    let mut message: libc::c_ulong = 0;
    let at = &raw mut message;
    // SAFETY: the kernel writes one unsigned long, which lives until the call is over.
    let result = unsafe { libc::ptrace(libc::PTRACE_GETEVENTMSG, tid, 0_usize, at) };
    (result == 0).then_some(message as i32)
}

/// Where in a call a stopped thread is, and its instruction pointer.
///
/// # Errors
/// If it is not stopped or not there any more.
pub(super) fn call_stop(tid: i32) -> Result<(CallStop, u64), Errno> {
    let mut info = Info::default();
    let at = &raw mut info;
    // SAFETY: the kernel writes at most as many bytes as it is told the struct has.
    let result = unsafe { libc::ptrace(GET_SYSCALL_INFO, tid, size_of::<Info>(), at) };
    if result < 0 {
        return Err(last());
    }
    let [number, args @ .., _] = info.values;
    let stop = match info.op {
        OP_ENTRY | OP_SECCOMP => CallStop::Before(AtCall {
            arch: info.arch,
            number,
            args,
        }),
        OP_EXIT => CallStop::Behind(number as i64),
        _ => CallStop::Elsewhere,
    };
    Ok((stop, info.instruction_pointer))
}

/// Behind a call: makes it return this instead of what it would.
///
/// # Errors
/// If the thread is not stopped or not there any more.
#[cfg(target_arch = "x86_64")]
pub(super) fn set_result(tid: i32, result: i64) -> Result<(), Errno> {
    // SAFETY: plain numbers, for which zero is a value.
    let mut registers: libc::user_regs_struct = unsafe { std::mem::zeroed() };
    let at = &raw mut registers;
    // SAFETY: the kernel writes one struct of registers, which lives until the call is over.
    if unsafe { libc::ptrace(libc::PTRACE_GETREGS, tid, 0_usize, at) } != 0 {
        return Err(last());
    }
    registers.rax = result as u64;
    // SAFETY: the kernel reads the struct that it has filled just now.
    match unsafe { libc::ptrace(libc::PTRACE_SETREGS, tid, 0_usize, &raw const registers) } {
        0 => Ok(()),
        _ => Err(last()),
    }
}

/// The same on ARM, where registers are read and written as a set. It was checked by the compiler only.
///
/// # Errors
/// If the thread is not stopped or not there any more.
#[cfg(target_arch = "aarch64")]
pub(super) fn set_result(tid: i32, result: i64) -> Result<(), Errno> {
    const GENERAL: usize = 1;
    let mut registers = [0_u64; 34];
    let mut part = libc::iovec {
        iov_base: registers.as_mut_ptr().cast(),
        iov_len: size_of_val(&registers),
    };
    // SAFETY: the kernel writes at most as many bytes as the part has, which outlives the call.
    if unsafe { libc::ptrace(libc::PTRACE_GETREGSET, tid, GENERAL, &raw mut part) } != 0 {
        return Err(last());
    }
    registers[0] = result as u64;
    // SAFETY: the kernel reads what it has filled just now.
    match unsafe { libc::ptrace(libc::PTRACE_SETREGSET, tid, GENERAL, &raw const part) } {
        0 => Ok(()),
        _ => Err(last()),
    }
}

/// The next thread of this thread's that has stopped or ended, without waiting. `None` if there is none now.
///
/// # Errors
/// ECHILD if there is none left at all.
pub(super) fn wait() -> Result<Option<(i32, Wait)>, Errno> {
    let mut status = 0;
    // Without WNOTHREAD it would take the end of another thread's child.
    let flags = libc::__WALL | libc::__WNOTHREAD | libc::WNOHANG;
    // SAFETY: the kernel writes one int, which lives until the call is over.
    let tid = unsafe { libc::waitpid(-1, &raw mut status, flags) };
    match tid {
        0 => Ok(None),
        -1 => Err(last()),
        tid => Ok(Some((tid, understood(status)))),
    }
}

fn understood(status: i32) -> Wait {
    if libc::WIFEXITED(status) {
        Wait::Exited(libc::WEXITSTATUS(status))
    } else if libc::WIFSIGNALED(status) {
        Wait::Killed(libc::WTERMSIG(status))
    } else {
        Wait::Stopped {
            signal: libc::WSTOPSIG(status),
            event: status >> 16,
        }
    }
}

/// Copies memory of another process into `to`; how many bytes could be read.
pub(super) fn read_memory(tid: i32, from: u64, to: &mut [u8]) -> usize {
    let local = libc::iovec {
        iov_base: to.as_mut_ptr().cast(),
        iov_len: to.len(),
    };
    let remote = libc::iovec {
        iov_base: from as usize as *mut libc::c_void,
        iov_len: to.len(),
    };
    // SAFETY: the kernel writes at most `to.len()` bytes into `to`, and only reads the other process.
    let read = unsafe { libc::process_vm_readv(tid, &raw const local, 1, &raw const remote, 1, 0) };
    usize::try_from(read).unwrap_or(0)
}

/// Sends a signal to a process, as kill(2) does.
pub(super) fn kill(pid: i32, signal: i32) {
    // SAFETY: the call takes numbers only.
    unsafe { libc::kill(pid, signal) };
}
