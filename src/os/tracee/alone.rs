//! A network of its own for this process and all that it starts, with the loopback interface and nothing else: unshare(2) `CLONE_NEWNET`. To be
//! called before any thread is started.

#![expect(unsafe_code, reason = "unshare by hand")]

use crate::os::netlink::route::Route;
use rustix::io::Errno;

/// Lets this process end when the thread ends that started it, however that ends: PR_SET_PDEATHSIG.
pub fn end_with_parent() {
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}

/// Leaves the machine's network for one with loopback alone.
///
/// # Errors
/// EPERM for whoever may not: it takes root.
pub fn alone_with_loopback() -> Result<(), Errno> {
    // SAFETY: the call takes no pointers; this process has one thread, and has no socket yet that belongs to the network before.
    if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
        let number = std::io::Error::last_os_error().raw_os_error();
        return Err(Errno::from_raw_os_error(number.unwrap_or(libc::EIO)));
    }
    let route = Route::open()?;
    let loopback = route.index("lo")?;
    route.up(loopback)
}
