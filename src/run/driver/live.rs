//! A session with real sockets as a driver.

use super::stepped::SteppedClient;
use super::{Driver, DriverRequest, Replies, Reply, RequestOptions, Wake, go_on_if};
use crate::engine::{self, Notify, Options, Performed, Refusal, Session};
use crate::model::client::LessonClient;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::target::Target;
use crate::model::world::World;
use crate::words::prose;
use anyhow::Context;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// What is said to an order for a watched program.
const NO_PROGRAM: &str = "No program is watched here. sockstep watch -- PROGRAM watches one.";

/// A session, and what it begins with.
#[derive(Debug)]
pub struct LiveDriver {
    session: Session,
    first: Vec<Target>,
    /// A target that is added once in each mode, behind the others.
    modes: Option<Target>,
    /// A first target that this machine cannot stage is left out with a word, and the rest begins.
    leaves_out: bool,
    /// The rows that were seen when the last command was given.
    seen: Vec<Row>,
    /// The client of a lesson, once it is started: the session is its from then on.
    client: Option<Box<SteppedClient>>,
}

impl LiveDriver {
    /// A session that begins with these targets; with none nothing is added. `notify` is called on another thread when something has
    /// come that [`DriverRequest::TakeIn`] takes in.
    ///
    /// # Errors
    /// If the system has no descriptors left for the program's poll.
    pub fn new(
        options: Options,
        first: Vec<Target>,
        notify: Option<Notify>,
    ) -> anyhow::Result<LiveDriver> {
        let session = Session::new(options, notify).context("failed to make the poll instance")?;
        Ok(LiveDriver {
            session,
            first,
            modes: None,
            leaves_out: false,
            seen: Vec::new(),
            client: None,
        })
    }

    /// The same, and what waits until something has come that can be taken in, but no longer than so long.
    ///
    /// # Errors
    /// As [`LiveDriver::new`].
    pub fn that_rings(
        options: Options,
        first: Vec<Target>,
    ) -> anyhow::Result<(LiveDriver, impl Fn(Duration) + use<>)> {
        // One ring is as good as many: all that waits is taken at once.
        let (sender, notified) = sync_channel(1);
        let notify: Notify = Arc::new(move || {
            let _ = sender.try_send(());
        });
        let live = LiveDriver::new(options, first, Some(notify))?;
        let packets = move |time: Duration| {
            let _ = notified.recv_timeout(time);
        };
        Ok((live, packets))
    }

    /// The same with a person before it: what cannot be staged here is left out with a word.
    pub fn for_a_person(mut self) -> LiveDriver {
        self.leaves_out = true;
        self
    }

    /// The same with this target in each mode, behind the others.
    pub fn with_modes(mut self, target: Option<Target>) -> LiveDriver {
        self.modes = target;
        self
    }

    /// The world after the last record.
    pub fn world(&self) -> &World {
        match &self.client {
            Some(client) => client.world(),
            None => self.session.world(),
        }
    }

    /// Starts a client of the lessons, whose session this is from now on.
    pub(super) fn watch(
        &mut self,
        client: LessonClient,
        peer: &str,
        replies: Replies<'_>,
    ) -> Result<(), String> {
        if self.world().rows_ever() > 0 || self.client.is_some() {
            return Err(prose::say("client not-first").to_owned());
        }
        let mut made = |record: Record, world: &World| hand_over(record, world, replies);
        let begun = SteppedClient::begin(&self.session, client, peer, &mut made)?;
        self.client = Some(Box::new(begun));
        Ok(())
    }

    /// Whether the session is that of a client.
    pub(super) fn has_client(&self) -> bool {
        self.client.is_some()
    }

    /// Takes in what the client does by itself until then.
    pub(super) fn client_goes_on(&mut self, until: Instant, replies: Replies<'_>) {
        if let Some(client) = &mut self.client {
            client.goes_on(until, &mut |record, world| {
                hand_over(record, world, replies);
            });
        }
    }

    /// Carries a command out, hands on what was done of it, and returns why it was refused.
    pub(super) fn perform(
        &mut self,
        command: &Command,
        asked: &RequestOptions,
        replies: Replies<'_>,
    ) -> Option<Refusal> {
        if let Some(client) = &mut self.client {
            let made = &mut |record: Record, world: &World| hand_over(record, world, replies);
            return client.perform(command, made);
        }
        let asked = engine::PerformOptions {
            poll_timeout: asked.poll_timeout,
            until: asked.until,
            shown: &asked.shown,
        };
        let Performed { record, refusal } = self.session.perform(command, asked);
        if let Some(record) = record {
            self.made(record, replies);
        }
        refusal
    }

    pub(super) fn take_in(&mut self, replies: Replies<'_>) {
        if self.client.is_some() {
            return self.client_goes_on(Instant::now(), replies);
        }
        if let Some(record) = self.session.answers(&self.seen) {
            self.made(record, replies);
        }
    }

    fn made(&self, record: Record, replies: Replies<'_>) {
        hand_over(record, self.session.world(), replies);
    }

    fn add(&mut self, targets: Vec<Target>, replies: Replies<'_>) -> Option<Refusal> {
        self.perform(&Command::Add(targets), &RequestOptions::default(), replies)
    }

    fn begin_with_targets(&mut self, replies: Replies<'_>) -> anyhow::Result<()> {
        let first = std::mem::take(&mut self.first);
        if first.is_empty() {
            return Ok(());
        }
        // Nothing is handed on before something stands: a start that is refused leaves no record.
        let mut held = Vec::new();
        let mut hold = |reply: Reply<'_>| {
            if let Reply::Made { record, world } = reply {
                held.push((record, world.clone()));
            }
            go_on_if(true)
        };
        let Some(refused) = self.add(first.clone(), &mut hold) else {
            hand_on(held, replies);
            return Ok(());
        };
        if !self.leaves_out || first.len() == 1 {
            return Err(refused.into());
        }
        let mut without: Vec<(Refusal, Vec<Target>)> = Vec::new();
        let mut stands = false;
        for target in first {
            match self.add(vec![target.clone()], &mut hold) {
                None => stands = true,
                Some(refusal) => match without.iter_mut().find(|(why, _)| *why == refusal) {
                    Some((_, targets)) => targets.push(target),
                    None => without.push((refusal, vec![target])),
                },
            }
        }
        if !stands {
            return Err(refused.into());
        }
        hand_on(held, replies);
        for (why, targets) in without {
            let names: Vec<&str> = targets.iter().map(|target| &*target.text).collect();
            let _ = replies(Reply::Refused(format!(
                "{} left out: {why}",
                names.join(" ")
            )));
        }
        Ok(())
    }
}

impl Driver for LiveDriver {
    fn wake(&self) -> Wake {
        Wake::Session(self.session.wake_handle())
    }

    fn begin(&mut self, replies: Replies<'_>) -> anyhow::Result<()> {
        self.begin_with_targets(replies)?;
        let modes = self.modes.take().map(Command::Modes);
        let refused =
            modes.and_then(|modes| self.perform(&modes, &RequestOptions::default(), replies));
        refused.map_or(Ok(()), |refused| Err(refused.into()))
    }

    fn serve(&mut self, request: DriverRequest, replies: Replies<'_>) {
        match request {
            DriverRequest::Perform(command, asked) => {
                if let Some(refusal) = self.perform(&command, &asked, replies) {
                    let _ = replies(Reply::Refused(refusal.to_string()));
                }
                self.seen = asked.shown;
            }
            DriverRequest::Lines(requests, asked) => {
                let end = self.lines(&requests, &asked, replies);
                self.seen = asked.shown;
                let _ = replies(Reply::LinesDone(end));
            }
            DriverRequest::Order(order) => {
                let refused = match &mut self.client {
                    Some(client) => {
                        let made = &mut |record: Record, world: &World| {
                            hand_over(record, world, replies);
                        };
                        client.order(order, made).map(|refusal| refusal.to_string())
                    }
                    None => Some(NO_PROGRAM.to_owned()),
                };
                if let Some(why) = refused {
                    let _ = replies(Reply::Refused(why));
                }
            }
            DriverRequest::TakeIn => {}
        }
        self.take_in(replies);
    }
}

/// A session has made what it has made, whether or not somebody still listens.
fn hand_over(record: Record, world: &World, replies: &mut dyn FnMut(Reply<'_>) -> ControlFlow<()>) {
    let _ = replies(Reply::Made {
        record: Arc::new(record),
        world,
    });
}

fn hand_on(held: Vec<(Arc<Record>, World)>, replies: Replies<'_>) {
    for (record, world) in held {
        let _ = replies(Reply::Made {
            record,
            world: &world,
        });
    }
}
