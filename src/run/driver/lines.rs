//! A line of a script carried out on a live session: commands, several ticks, claims, and waiting for one.

use super::live::LiveDriver;
use super::{Driver, Replies, Reply, RequestOptions, go_on_if};
use crate::app::lesson::LineEnd;
use crate::language::claim::{Claim, SaidSentence};
use crate::language::request::{Frontend, Request};
use crate::language::verbs;
use crate::model::client::LessonClient;
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::world::World;
use crate::narrate::story;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A waiting tick of `await` lasts no longer, since a claim may come true without an event.
const AWAIT_TICK: Duration = Duration::from_millis(50);
/// Between two looks of `await ... by looking`.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// How often a line looks for packets that it waits for.
const PACKETS: Duration = Duration::from_millis(10);

/// What a line came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineResult {
    /// It is done.
    Done,
    /// It asks for the end.
    Over,
    /// It was stopped from outside.
    Stopped,
    /// It could not be done, or what it expects is not so: why.
    Failed(String),
    /// What it waits for has not come: what is so instead.
    NotYet(String),
}

/// What a run of lines keeps from one to the next, and how it waits.
pub struct LineContext<'a> {
    /// How long a tick's poll waits.
    pub poll_timeout: Duration,
    /// What the last command made, and what came behind it without being asked for, each with the world after it.
    made: Vec<(Arc<Record>, World)>,
    /// Whether to stop.
    pub stopped: &'a dyn Fn() -> bool,
    /// Waits until packets have come, but no longer.
    pub packets: &'a dyn Fn(Duration),
}

impl std::fmt::Debug for LineContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LineContext")
            .field("poll_timeout", &self.poll_timeout)
            .finish_non_exhaustive()
    }
}

/// A line that is being carried out.
struct RunningLine<'a, 'c, 'r> {
    live: &'a mut LiveDriver,
    context: &'a mut LineContext<'c>,
    replies: Replies<'r>,
    /// Whoever takes the replies wants no more.
    unheard: bool,
}

/// Carries out what one line asks for.
pub fn run(
    live: &mut LiveDriver,
    request: &Request,
    context: &mut LineContext<'_>,
    replies: Replies<'_>,
) -> LineResult {
    let mut line = RunningLine {
        live,
        context,
        replies,
        unheard: false,
    };
    line.run(request)
}

impl<'a> LineContext<'a> {
    /// Before the first line; a tick's poll does not wait.
    pub fn new(stopped: &'a dyn Fn() -> bool, packets: &'a dyn Fn(Duration)) -> LineContext<'a> {
        LineContext {
            poll_timeout: Duration::ZERO,
            made: Vec::new(),
            stopped,
            packets,
        }
    }

    /// Takes a record that no line made.
    pub fn take(&mut self, record: Arc<Record>, world: &World) {
        self.made.push((record, world.clone()));
    }

    /// What was said of all that the last command made: a packet may come behind it at any moment, and takes back nothing that was said.
    pub fn said(&self) -> Vec<SaidSentence> {
        let made = self.made.iter();
        made.flat_map(|(record, world)| story::said(world, record))
            .collect()
    }
}

impl RunningLine<'_, '_, '_> {
    fn run(&mut self, request: &Request) -> LineResult {
        let no_word_of_a_script = match request {
            Request::Act(command) => return self.command(command, None),
            Request::Ticks(count) => return self.ticks(*count),
            Request::PollTimeout(timeout) => {
                self.context.poll_timeout = *timeout;
                return LineResult::Done;
            }
            Request::Check(claim) => {
                return match self.check(claim) {
                    Ok(()) => LineResult::Done,
                    Err(instead) => LineResult::Failed(instead),
                };
            }
            Request::Await {
                claim,
                within,
                by_looking,
            } => return self.wait_for(claim, *within, *by_looking),
            Request::Quit => return LineResult::Over,
            Request::Watch(client, peer) => return self.watch(*client, peer),
            // These are refused when the script is read.
            Request::Move(_) => "goto",
            Request::Explain(_) => "explain",
            Request::Cost => "cost",
            Request::Depth(_) => "depth",
            Request::Tell | Request::Say(_) | Request::Part(_) => "tell",
            Request::Theme(_) => "theme",
            Request::Help(_) => "help",
            Request::Lesson(_) => "lesson",
            Request::Program(_) => "int",
        };
        let why = verbs::elsewhere(no_word_of_a_script, Frontend::Script);
        LineResult::Failed(why.to_owned())
    }

    fn watch(&mut self, client: LessonClient, peer: &str) -> LineResult {
        match self.with_replies(|live, replies| live.watch(client, peer, replies)) {
            Ok(()) => self.unless_stopped(),
            Err(why) => LineResult::Failed(why),
        }
    }

    fn ticks(&mut self, count: u32) -> LineResult {
        for _ in 0..count {
            match self.command(&Command::TICK, None) {
                LineResult::Done => {}
                other => return other,
            }
        }
        LineResult::Done
    }

    fn command(&mut self, command: &Command, until: Option<Instant>) -> LineResult {
        let asked = RequestOptions {
            until,
            ..RequestOptions::with_timeout(self.context.poll_timeout)
        };
        let before = std::mem::take(&mut self.context.made);
        let refused = self.with_replies(|live, replies| live.perform(command, &asked, replies));
        if self.context.made.is_empty() {
            self.context.made = before;
        }
        self.take_in();
        match refused {
            Some(refusal) => LineResult::Failed(refusal.to_string()),
            None => self.unless_stopped(),
        }
    }

    fn take_in(&mut self) {
        self.with_replies(|live, replies| live.take_in(replies));
    }

    /// Whether a claim holds now, or what is so instead.
    fn check(&self, claim: &Claim) -> Result<(), String> {
        let world = self.live.world();
        claim.check(world, || self.context.said())
    }

    fn with_replies<T>(&mut self, act: impl FnOnce(&mut LiveDriver, Replies<'_>) -> T) -> T {
        let (context, unheard, replies) =
            (&mut *self.context, &mut self.unheard, &mut self.replies);
        act(self.live, &mut |reply| {
            if let Reply::Made { record, world } = &reply {
                context.take(Arc::clone(record), world);
            }
            *unheard |= replies(reply).is_break();
            go_on_if(!*unheard)
        })
    }

    fn unless_stopped(&self) -> LineResult {
        if self.unheard || (self.context.stopped)() {
            LineResult::Stopped
        } else {
            LineResult::Done
        }
    }

    fn wait_for(&mut self, claim: &Claim, within: Duration, by_looking: bool) -> LineResult {
        let deadline = Instant::now() + within;
        loop {
            self.take_in();
            let instead = match self.check(claim) {
                Ok(()) => return LineResult::Done,
                Err(instead) => instead,
            };
            if Instant::now() >= deadline {
                return LineResult::NotYet(format!("after {within:?} {instead}"));
            }
            let until = deadline.min(Instant::now() + AWAIT_TICK);
            let made = if claim.is_about_the_wire() {
                // Packets come by themselves: nothing is asked, so nothing else is recorded.
                (self.context.packets)(until.saturating_duration_since(Instant::now()));
                LineResult::Done
            } else if self.live.has_client() && !by_looking {
                // A client goes on by itself: no call of it is let go in order to wait.
                self.with_replies(|live, replies| live.client_goes_on(until, replies));
                LineResult::Done
            } else if by_looking {
                std::thread::sleep(LOOK_INTERVAL);
                self.command(&Command::Look, None)
            } else {
                let tick = Command::Tick {
                    only: None,
                    wait: true,
                };
                self.command(&tick, Some(until))
            };
            match made {
                LineResult::Done => {}
                other => return other,
            }
            if self.unless_stopped() == LineResult::Stopped {
                return LineResult::Stopped;
            }
        }
    }
}

impl LiveDriver {
    /// Carries out lines until one cannot be.
    pub(super) fn lines(
        &mut self,
        requests: &[Request],
        asked: &RequestOptions,
        replies: Replies<'_>,
    ) -> LineEnd {
        let wake = self.wake();
        let stopped = || wake.is_asked_to_end();
        let packets = |time: Duration| std::thread::sleep(time.min(PACKETS));
        let mut context = LineContext {
            poll_timeout: asked.poll_timeout,
            ..LineContext::new(&stopped, &packets)
        };
        for request in requests {
            match run(self, request, &mut context, replies) {
                LineResult::Done | LineResult::Over => {}
                LineResult::Stopped => return LineEnd::NotYet("it was stopped".to_owned()),
                LineResult::Failed(why) => return LineEnd::Failed(why),
                LineResult::NotYet(why) => return LineEnd::NotYet(why),
            }
        }
        LineEnd::Done
    }
}
