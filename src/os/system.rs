//! What this machine is: kernel, settings, limits, clock.

#![expect(unsafe_code, reason = "localtime_r and F_GETFD by hand")]

use crate::model::record::Header;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::mem::MaybeUninit;
use std::os::unix::fs::FileExt;
use std::time::{SystemTime, UNIX_EPOCH};

/// The most descriptors that are ever asked for.
const MAX_DESCRIPTORS: u64 = 65_536;

const LINEAR_TIMEOUTS: &str = "/proc/sys/net/ipv4/tcp_syn_linear_timeouts";

/// Settings that change what is seen, where they are and what they are called in a trace.
const SYSCTLS: &[(&str, &str)] = &[
    ("tcp_syn_retries", "/proc/sys/net/ipv4/tcp_syn_retries"),
    ("tcp_syn_linear_timeouts", LINEAR_TIMEOUTS),
    (
        "tcp_abort_on_overflow",
        "/proc/sys/net/ipv4/tcp_abort_on_overflow",
    ),
    ("tcp_syncookies", "/proc/sys/net/ipv4/tcp_syncookies"),
    ("somaxconn", "/proc/sys/net/core/somaxconn"),
];

/// The name of this operating system.
pub fn os_name() -> &'static str {
    std::env::consts::OS
}

/// The kernel's release.
pub fn kernel() -> String {
    rustix::system::uname()
        .release()
        .to_string_lossy()
        .into_owned()
}

/// A number that differs from run to run.
pub fn some_seed() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = since.map_or(0, |since| since.as_nanos());
    (nanos as u64) ^ (u64::from(std::process::id()) << 32)
}

/// `tcp_syn_linear_timeouts`, as it is now: somebody may change it while a SYN waits (ip-sysctl). Its file is kept open where the limit of
/// descriptors allows that.
#[derive(Debug, Default)]
pub(super) struct LinearTimeouts {
    kept: Option<File>,
}

impl LinearTimeouts {
    /// So many timeouts are of one length before each is twice as long. `None` if this system does not say.
    pub(super) fn read(&mut self) -> Option<u32> {
        let kept = self.kept.take();
        let file = kept.or_else(|| File::open(LINEAR_TIMEOUTS).ok())?;
        let mut text = [0; 16];
        let length = file.read_at(&mut text, 0).ok()?;
        #[cfg(target_os = "linux")]
        {
            self.kept = super::kept::out_of_the_way(file.into()).map(File::from);
        }
        let text = std::str::from_utf8(text.get(..length)?).ok()?;
        text.trim().parse().ok()
    }
}

fn read<T: std::str::FromStr>(path: &str) -> Option<T> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// A header for a session that begins now.
pub fn header() -> Header {
    Header {
        version: Header::NEWEST,
        unknown: Vec::new(),
        os: os_name().to_owned(),
        kernel: kernel(),
        program: concat!("sockstep ", env!("CARGO_PKG_VERSION")).to_owned(),
        started: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs()),
        sysctl: SYSCTLS
            .iter()
            .filter_map(|(name, path)| Some(((*name).to_owned(), read(path)?)))
            .collect(),
    }
}

/// Raises the limit of open descriptors to the hard limit, at most 65,536, and returns what it is now.
pub fn raise_descriptor_limit() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit
        .maximum
        .unwrap_or(MAX_DESCRIPTORS)
        .min(MAX_DESCRIPTORS);
    if limit.current.is_none_or(|current| current >= wanted) {
        return limit.current.unwrap_or(MAX_DESCRIPTORS);
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted,
        Err(_) => limit.current.unwrap_or(wanted),
    }
}

/// The soft limit of open descriptors as it is; the largest number if there is none.
pub fn descriptor_limit() -> u32 {
    let limit = getrlimit(Resource::Nofile).current;
    limit.map_or(u32::MAX, |limit| u32::try_from(limit).unwrap_or(u32::MAX))
}

/// The lowest number that no descriptor of this process has: the next one gets it.
pub fn lowest_free_descriptor() -> u32 {
    let is_open = |number: &u32| {
        i32::try_from(*number).is_ok_and(|number| {
            // SAFETY: F_GETFD only reads a flag, and says EBADF of a number that is not open.
            unsafe { libc::fcntl(number, libc::F_GETFD) != -1 }
        })
    };
    (0..MAX_DESCRIPTORS as u32)
        .find(|number| !is_open(number))
        .unwrap_or(u32::MAX)
}

/// How many seconds local time is ahead of UTC at `seconds` since 1970.
pub fn local_offset(seconds: u64) -> i64 {
    let Ok(time) = libc::time_t::try_from(seconds) else {
        return 0;
    };
    let mut broken = MaybeUninit::uninit();
    // SAFETY: both pointers are to live locals; localtime_r fills the second and gives it back, or gives back null.
    let filled = unsafe { libc::localtime_r(&raw const time, broken.as_mut_ptr()).as_ref() };
    filled.map_or(0, |broken| broken.tm_gmtoff)
}
