//! A peer of the lab, served to the watched program by a thread of its own.

use crate::model::addr::Addr;
use crate::os::lab::peers::PeerSpec;
use crate::os::lab::serve::{Server, why_not};
use crate::os::{signals, system};
use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// After a call the peer takes so many turns: to accept, to read, and to do what it does then.
const TURNS: usize = 3;
/// The longest that one turn may take.
const A_TURN: Duration = Duration::from_millis(20);

/// A peer that serves. Its thread ends with it.
#[derive(Debug)]
pub(super) struct ServedLab {
    addrs: Vec<Addr>,
    name: String,
    asks: UnixStream,
    done: Receiver<()>,
}

impl ServedLab {
    /// Sets the peer up and starts to serve it.
    pub(super) fn start(spec: &'static PeerSpec) -> anyhow::Result<ServedLab> {
        if let Some(why) = why_not(spec) {
            bail!("@{} cannot be served: {why}", spec.name);
        }
        let mut server = Server::new(system::some_seed());
        let addrs = server
            .stage(spec)
            .map_err(|errno| anyhow::anyhow!("the lab could not set up @{}: {errno}", spec.name))?;
        let (asks, mut asked) = UnixStream::pair().context("failed to start the lab")?;
        let (tells, done) = channel();
        let work = move || {
            loop {
                match server.turn(asked.as_fd()) {
                    Ok(false) => {}
                    Ok(true) => {
                        // One byte asks for one turn, which was taken just now; the end of file for no more.
                        let mut byte = [0];
                        if asked.read_exact(&mut byte).is_err() || tells.send(()).is_err() {
                            return;
                        }
                    }
                    Err(_) => return,
                }
            }
        };
        let start = || {
            std::thread::Builder::new()
                .name("lab".to_owned())
                .spawn(work)
        };
        signals::blocked_for_new_threads(start).context("failed to start the lab")?;
        Ok(ServedLab {
            addrs,
            name: format!("@{}", spec.name),
            asks,
            done,
        })
    }

    /// Where programs reach it.
    pub(super) fn addrs(&self) -> &[Addr] {
        &self.addrs
    }

    /// What its addresses are called.
    pub(super) fn names(&self) -> Vec<(Addr, String)> {
        let named = |addr: &Addr| (addr.clone(), self.name.clone());
        self.addrs.iter().map(named).collect()
    }

    /// Lets the peer do what is to be done now.
    pub(super) fn settle(&self) {
        for _ in 0..TURNS {
            if (&self.asks).write_all(&[0]).is_err() || self.done.recv_timeout(A_TURN).is_err() {
                return;
            }
        }
    }
}
