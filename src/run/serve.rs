//! `sockstep lab`: the lab's peers for one's own programs.

use crate::model::addr::Addr;
use crate::os::lab::peers;
use crate::os::lab::serve::{Server, needs, why_not};
use anyhow::{Context, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::low_level::pipe;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Serves the peers of these names until a signal comes, whose number is returned. Where they are is printed to `out`, a line each:
/// name, host, port. `complain` hears what a program must do itself.
///
/// # Errors
/// If a name is unknown or cannot be served, or the system refuses something.
pub fn run(
    names: &[String],
    seed: u64,
    mut out: impl Write,
    complain: &mut dyn FnMut(&str),
) -> anyhow::Result<usize> {
    let (stop, signal) = watch_signals().context("failed to watch signals")?;
    let mut server = Server::new(seed);
    for name in names {
        let bare = name.strip_prefix('@').unwrap_or(name);
        let Some(spec) = peers::find(bare) else {
            let known = peers::names();
            let name = crate::model::clean::text(bare);
            bail!("the lab has no '@{name}'. It has {known}");
        };
        if let Some(why) = why_not(spec) {
            bail!("@{bare} cannot be served: {why}");
        }
        let addrs = server
            .stage(spec)
            .map_err(|errno| anyhow::anyhow!("the lab could not set up @{bare}: {errno}"))?;
        for addr in &addrs {
            writeln!(out, "{bare} {}", place(addr))?;
        }
        if let Some(needs) = needs(spec) {
            complain(&format!("@{bare}: {needs} to see the same as in sockstep"));
        }
    }
    out.flush()?;
    let mut was_crowded = false;
    loop {
        if server.turn(stop.as_fd())? {
            return Ok(signal.load(Ordering::SeqCst));
        }
        if server.is_crowded() && !was_crowded {
            complain(
                "no descriptor is left: connections wait until one is closed (ulimit -n says how many there may be)",
            );
        }
        was_crowded |= server.is_crowded();
    }
}

/// `127.0.0.1 45955`, `unix @name`
fn place(addr: &Addr) -> String {
    match addr {
        Addr::V4(v4) => format!("{} {}", v4.ip(), v4.port()),
        Addr::V6(v6) => format!("{} {}", v6.ip(), v6.port()),
        Addr::UnixPath(_) | Addr::UnixAbstract(_) | Addr::UnixUnnamed => {
            let text = addr.to_string();
            format!("unix {}", text.strip_prefix("unix:").unwrap_or(&text))
        }
    }
}

/// A socket that becomes readable when a signal has come, and its number.
fn watch_signals() -> std::io::Result<(UnixStream, Arc<AtomicUsize>)> {
    let (stop, stopped) = UnixStream::pair()?;
    let number = Arc::new(AtomicUsize::new(0));
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGQUIT] {
        // In this order, so that the number is there when the wake-up comes.
        signal_hook::flag::register_usize(signal, Arc::clone(&number), signal as usize)?;
        pipe::register(signal, stopped.try_clone()?)?;
    }
    Ok((stop, number))
}
