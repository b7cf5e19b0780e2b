//! A program that is watched as a driver. ptrace(2) obeys one thread: the one that starts the program is the one that serves it here.

use super::{DriverRequest, Reply, Wake, thread};
use crate::app::lesson::LineEnd;
use crate::app::palette;
use crate::engine::watch::Watched;
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::task::ProgramOrder;
use crate::text::watch as text;
use anyhow::{Context, bail};
use std::io::Read;
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// A program that runs, and its end.
#[derive(Debug)]
pub struct WatchedThread {
    /// The way to it.
    pub handle: thread::DriverHandle,
    /// Nothing comes here, and it is disconnected when the program and its thread are gone.
    pub gone: Receiver<()>,
}

/// Starts the thread, and waits until it has started the program by `begin`. When the handle is dropped the program is ended.
///
/// # Errors
/// Why the program could not be started or watched.
pub fn start(
    begin: impl FnOnce() -> anyhow::Result<(Watched, Record)> + Send + 'static,
    replies: impl FnMut(Reply<'_>) -> ControlFlow<()> + Send + 'static,
) -> anyhow::Result<WatchedThread> {
    let (bell, rings) = UnixStream::pair().context("failed to start the driver")?;
    for end in [&bell, &rings] {
        end.set_nonblocking(true)
            .context("failed to start the driver")?;
    }
    let (requests, inbox) = channel();
    let (begun, begins) = channel();
    let (lives, gone) = channel();
    let work = move || {
        let _lives = lives;
        let (watched, first) = match begin() {
            Ok(started) => started,
            Err(why) => {
                let _ = begun.send(Err(why));
                return;
            }
        };
        let mut driver = WatchedDriver { watched, replies };
        driver.made(first);
        let _ = begun.send(Ok(()));
        driver.serve_all(&inbox, &rings);
    };
    std::thread::Builder::new()
        .name("driver".to_owned())
        .spawn(work)
        .context("failed to start the driver")?;
    match begins.recv() {
        Ok(Ok(())) => {}
        Ok(Err(why)) => return Err(why),
        Err(_) => bail!("failed to start the driver"),
    }
    let handle = thread::DriverHandle::new(requests, Wake::Program(Arc::new(bell)));
    Ok(WatchedThread { handle, gone })
}

struct WatchedDriver<R> {
    watched: Watched,
    replies: R,
}

impl<R: FnMut(Reply<'_>) -> ControlFlow<()>> WatchedDriver<R> {
    /// Serves until nobody can ask any more.
    fn serve_all(&mut self, inbox: &Receiver<DriverRequest>, bell: &UnixStream) {
        loop {
            let request = match self.watched.is_over() {
                true => inbox.recv().map_err(|_| TryRecvError::Disconnected),
                false => inbox.try_recv(),
            };
            match request {
                Ok(request) => self.serve(request),
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => {
                    if let Some(record) = self.watched.go_on(&[bell.as_fd()], None) {
                        self.made(record);
                    }
                    // What it holds does not matter: the inbox is looked into each time.
                    let _ = (&mut &*bell).read(&mut [0; 64]);
                }
            }
        }
    }

    fn serve(&mut self, request: DriverRequest) {
        match request {
            DriverRequest::Order(order) => self.order(order),
            DriverRequest::Perform(Command::Look, _) => {
                let record = self.watched.look();
                self.made(record);
            }
            DriverRequest::Perform(Command::Note(words), _) => {
                let record = self.watched.writes_down(Command::Note(words));
                self.made(record);
            }
            DriverRequest::Perform(command, _) => match self.watched.at_the_peer(&command) {
                Some(Ok(record)) => self.made(record),
                Some(Err(why)) => self.refused(&format!("{why}.")),
                None => self.refused(&palette::program()),
            },
            DriverRequest::Lines(..) => {
                let _ = (self.replies)(Reply::LinesDone(LineEnd::Failed(palette::program())));
            }
            DriverRequest::TakeIn => {}
        }
    }

    fn order(&mut self, order: ProgramOrder) {
        match order {
            ProgramOrder::LetGo(task) => match self.watched.step(Some(task)) {
                Some(record) => self.made(record),
                None => self.refused("That thread is not held any more."),
            },
            ProgramOrder::Interrupt(task) => {
                if !self.watched.interrupt(Some(task)) {
                    self.refused("That thread is in no call any more.");
                }
            }
            ProgramOrder::Type(line) => self.watched.types(format!("{line}\n").as_bytes()),
            ProgramOrder::Int => self.watched.types(&[3]),
            ProgramOrder::End => self.watched.kill(),
        }
    }

    fn made(&mut self, record: Record) {
        // What has happened has happened, whether or not somebody still listens.
        let _ = (self.replies)(Reply::Made {
            record: Arc::new(record),
            world: self.watched.world(),
        });
        if let Some(how) = self.watched.take_blindness() {
            self.refused(&text::blindness(how));
        }
    }

    fn refused(&mut self, why: &str) {
        let _ = (self.replies)(Reply::Refused(why.to_owned()));
    }
}
