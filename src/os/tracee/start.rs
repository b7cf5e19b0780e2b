//! How a watched program is started: this program is started again as a helper with one thread, which waits until it is traced, installs the
//! filter and becomes the other program.

#![expect(
    unsafe_code,
    reason = "the signal mask and SIGPIPE are given back by hand"
)]

use super::HELPER;
use super::event::StartError;
use super::filter;
use super::ptrace;
use super::surroundings::{ProgramInput, ProgramSurroundings};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::pty::OpenptFlags;
use rustix::termios::Winsize;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

/// The size of the program's terminal.
const SIZE: Winsize = Winsize {
    ws_row: 24,
    ws_col: 80,
    ws_xpixel: 0,
    ws_ypixel: 0,
};

/// The longest that the helper may take to say that it is there, in seconds. It takes milliseconds.
const PATIENCE_S: i64 = 10;

/// Steps of the helper that can fail, as it names them.
const NO_TERMINAL: u8 = 1;
const NO_FILTER: u8 = 2;
const NO_PROGRAM: u8 = 3;
const NO_SURROUNDINGS: u8 = 4;

/// A helper that waits for its byte.
#[derive(Debug)]
pub(super) struct Waiting {
    /// Its pid, which will be the program's.
    pub(super) pid: i32,
    /// The near end of its terminal.
    pub(super) terminal: OwnedFd,
    /// Keeps the far end open, so that the near end never says that nobody is there.
    pub(super) far: OwnedFd,
    channel: OwnedFd,
    child: Child,
}

/// Starts `own` again as the helper for this program, and takes hold of it.
///
/// # Errors
/// What failed. Nothing of it is left.
pub(super) fn start(
    own: &Path,
    argv: &[OsString],
    around: &ProgramSurroundings,
    environment: &[(&str, OsString)],
) -> Result<Waiting, StartError> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let terminal = rustix::pty::openpt(flags).map_err(StartError::Terminal)?;
    let path = rustix::pty::unlockpt(&terminal)
        .and_then(|()| rustix::pty::ptsname(&terminal, Vec::new()))
        .map_err(StartError::Terminal)?;
    let _ = rustix::termios::tcsetwinsize(&terminal, SIZE);
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let far = rustix::fs::open(&path, flags, Mode::empty()).map_err(StartError::Terminal)?;
    let (channel, theirs) = socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )
    .map_err(StartError::Helper)?;
    // A copy that the helper inherits: its own standard input is the channel.
    let ours = match around.stdin {
        Some(ProgramInput::Ours) => {
            Some(rustix::io::dup(std::io::stdin()).map_err(StartError::Helper)?)
        }
        _ => None,
    };
    let mut helper = Command::new(own);
    if let Some(dir) = &around.dir {
        helper.current_dir(dir);
    }
    let mut child = helper
        .arg(HELPER)
        .arg(OsStr::from_bytes(path.as_bytes()))
        .args(around.words(ours.as_ref().map(AsFd::as_fd)))
        .args(argv)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::from(theirs))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| {
            let number = error.raw_os_error().unwrap_or(libc::EIO);
            StartError::Helper(Errno::from_raw_os_error(number))
        })?;
    let pid = child.id() as i32;
    // It says that it is there: its own start is over then, and is not taken for the program's.
    if !is_there(&channel) {
        let _ = child.kill();
        let _ = child.wait();
        return Err(StartError::Helper(Errno::TIMEDOUT));
    }
    if let Err(errno) = ptrace::seize(pid) {
        let _ = child.kill();
        let _ = child.wait();
        return Err(StartError::Seize(errno));
    }
    Ok(Waiting {
        pid,
        terminal,
        far,
        channel,
        child,
    })
}

/// Whether the helper's byte comes in time.
fn is_there(channel: &OwnedFd) -> bool {
    let mut fds = [PollFd::new(channel, PollFlags::IN)];
    let patience = Timespec {
        tv_sec: PATIENCE_S,
        tv_nsec: 0,
    };
    let mut byte = [0];
    poll(&mut fds, Some(&patience)) == Ok(1) && rustix::io::read(channel, &mut byte) == Ok(1)
}

impl Waiting {
    /// Gives the helper its byte. From now on it is told by ptrace what it does.
    pub(super) fn go(&self) {
        let _ = rustix::io::write(&self.channel, &[0]);
    }

    /// Why the helper has ended without becoming the program.
    pub(super) fn why(&self) -> StartError {
        let mut message = [0; 5];
        let length = rustix::io::read(&self.channel, &mut message).unwrap_or(0);
        let [step, number @ ..] = message;
        let errno = Errno::from_raw_os_error(i32::from_ne_bytes(number));
        match step {
            _ if length < message.len() => StartError::Ended,
            NO_TERMINAL => StartError::Terminal(errno),
            NO_FILTER => StartError::Filter(errno),
            NO_SURROUNDINGS => StartError::ProgramSurroundings(errno),
            _ => StartError::Exec(errno),
        }
    }

    /// The parts that outlive the start. The process is waited for by ptrace, not by its handle.
    pub(super) fn into_parts(self) -> (i32, OwnedFd, OwnedFd) {
        drop(self.child);
        (self.pid, self.terminal, self.far)
    }
}

/// The helper's whole life. It returns only if it could not become the program.
pub fn help() -> ExitCode {
    let mut args = std::env::args_os().skip(2);
    let (Some(terminal), Some(limits), Some(input), Some(program)) =
        (args.next(), args.next(), args.next(), args.next())
    else {
        return no_use();
    };
    let stdin = std::io::stdin();
    if rustix::net::sockopt::socket_type(stdin.as_fd()) != Ok(SocketType::SEQPACKET) {
        return no_use();
    }
    // Above the standard three, and gone with exec.
    let Ok(channel) = rustix::io::fcntl_dupfd_cloexec(stdin.as_fd(), 3) else {
        return ExitCode::FAILURE;
    };
    let mut byte = [0];
    if rustix::io::write(&channel, &byte) != Ok(1) {
        return ExitCode::FAILURE;
    }
    // End of file: nobody wants it any more.
    if rustix::io::read(&channel, &mut byte) != Ok(1) {
        return ExitCode::FAILURE;
    }
    let (step, errno) = become_program(&terminal, [&limits, &input], &program, args);
    let mut message = vec![step];
    message.extend_from_slice(&errno.raw_os_error().to_ne_bytes());
    let _ = rustix::io::write(&channel, &message);
    ExitCode::FAILURE
}

fn no_use() -> ExitCode {
    let _ = writeln!(
        std::io::stderr(),
        "sockstep: this is an inner part of watch and is of no use by itself"
    );
    ExitCode::from(2)
}

/// Takes the terminal, installs the filter, and becomes the program: which step failed, and why.
fn become_program(
    terminal: &OsStr,
    [limits, input]: [&OsStr; 2],
    program: &OsStr,
    args: impl Iterator<Item = OsString>,
) -> (u8, Errno) {
    if let Err(errno) = take_terminal(terminal) {
        return (NO_TERMINAL, errno);
    }
    as_at_the_beginning();
    if let Err(errno) = ProgramSurroundings::take_over(limits, input) {
        return (NO_SURROUNDINGS, errno);
    }
    if let Err(errno) = filter::install(&filter::program()) {
        return (NO_FILTER, errno);
    }
    let error = Command::new(program).args(args).exec();
    let number = error.raw_os_error().unwrap_or(libc::EIO);
    (NO_PROGRAM, Errno::from_raw_os_error(number))
}

/// A session of its own with this terminal, which becomes the three standard descriptors.
fn take_terminal(path: &OsStr) -> Result<(), Errno> {
    rustix::process::setsid()?;
    let flags = OFlags::RDWR | OFlags::CLOEXEC;
    let terminal = rustix::fs::open(path, flags, Mode::empty())?;
    // Whoever leads a session and has no terminal is given the one that it opens; to ask again does no harm.
    let _ = rustix::process::ioctl_tiocsctty(&terminal);
    rustix::stdio::dup2_stdin(&terminal)?;
    rustix::stdio::dup2_stdout(&terminal)?;
    rustix::stdio::dup2_stderr(&terminal)
}

/// Signals as a shell would hand them on: this program blocks some and ignores SIGXFSZ, and its runtime ignores SIGPIPE.
fn as_at_the_beginning() {
    // SAFETY: the set is plain data that is filled before it is used; this process has one thread.
    unsafe {
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
    }
}
