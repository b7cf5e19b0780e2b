//! A peer of the lab, served to the watched program by a thread of its own.

use crate::engine::watch::{ActedAtPeer, GivenPeer};
use crate::model::addr::Addr;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::os::lab::peers::PeerSpec;
use crate::os::lab::serve::{Server, why_not};
use crate::os::{signals, system};
use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// After a call the peer takes so many turns: to accept, to read, and to do what it does then.
const TURNS: usize = 3;
/// The longest that one turn may take.
const A_TURN: Duration = Duration::from_millis(20);

/// An act at the peer is done within so long: filling a queue takes most.
const AN_ACT: Duration = Duration::from_secs(2);

/// What the thread is asked for, one byte each at its door.
#[derive(Debug)]
enum Asked {
    /// A turn, which was taken when the byte was seen.
    Turn,
    /// An act by a row's name.
    Act(Row, Command, Sender<ActedAtPeer>),
}

/// A peer that serves. Its thread ends with it.
#[derive(Debug)]
pub(super) struct ServedLab {
    addrs: Vec<Addr>,
    name: String,
    door: UnixStream,
    asks: Sender<Asked>,
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
        let (door, mut knocks) = UnixStream::pair().context("failed to start the lab")?;
        let (asks, asked) = channel();
        let (tells, done) = channel();
        let work = move || {
            loop {
                match server.turn(knocks.as_fd()) {
                    Ok(false) => {}
                    Ok(true) => {
                        // The end of file asks for no more.
                        let mut byte = [0];
                        if knocks.read_exact(&mut byte).is_err() {
                            return;
                        }
                        let heard = match asked.try_recv() {
                            Ok(Asked::Turn) => tells.send(()).is_ok(),
                            Ok(Asked::Act(row, command, answer)) => {
                                answer.send(server.act(row, &command)).is_ok()
                            }
                            Err(_) => true,
                        };
                        if !heard {
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
            door,
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

    /// Asks the thread for something; whether it still can be asked.
    fn ask(&self, asked: Asked) -> bool {
        self.asks.send(asked).is_ok() && (&self.door).write_all(&[0]).is_ok()
    }
}

impl GivenPeer for ServedLab {
    fn settle(&mut self) {
        for _ in 0..TURNS {
            if !self.ask(Asked::Turn) || self.done.recv_timeout(A_TURN).is_err() {
                return;
            }
        }
    }

    fn act(&mut self, named: Row, command: &Command) -> Option<ActedAtPeer> {
        let (answer, answered) = channel();
        let asked = Asked::Act(named, command.clone(), answer);
        if !self.ask(asked) {
            return None;
        }
        answered.recv_timeout(AN_ACT).ok()
    }
}
