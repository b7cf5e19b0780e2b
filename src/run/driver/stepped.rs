//! A client of the lessons as the program of a live session: its ticks are steps of that client, one call each. The thread that starts it is
//! the one that serves the session.

use crate::engine::watch::Watched;
use crate::engine::{Refusal, Session};
use crate::model::client::LessonClient;
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::task::{ProgramOrder, Task};
use crate::model::world::{ProgramDoes, World};
use crate::os::clients::CLIENT;
use crate::os::lab::peers;
use crate::os::wire::THIS_PROGRAM;
use crate::run::watch::{self, WatchPlan};
use crate::words::assets;
use crate::words::prose;
use std::ffi::OsString;
use std::time::{Duration, Instant};

/// So long a client may compute before its next call. One in Python has its own start to make.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who is handed each record, with the world after it.
pub(super) type OnRecord<'a> = &'a mut dyn FnMut(Record, &World);

/// A client that was started.
#[derive(Debug)]
pub(super) struct SteppedClient {
    watched: Watched,
}

impl SteppedClient {
    /// Starts it in a session that has no sockets yet, against this peer of the lab.
    ///
    /// # Errors
    /// Why it cannot be started.
    pub(super) fn begin(
        session: &Session,
        client: LessonClient,
        peer: &str,
        made: OnRecord<'_>,
    ) -> Result<SteppedClient, String> {
        let lab = peers::find(peer).ok_or_else(|| format!("the lab has no '@{peer}'"))?;
        let plan = WatchPlan {
            argv: argv(client),
            lab: Some(lab),
            all: false,
            auto: false,
            json: false,
            limit: None,
            looks: true,
            around: crate::os::tracee::ProgramSurroundings::default(),
            most_tasks: None,
            most_said: None,
        };
        let within = (Some(session.as_before()), Some(client.name()));
        let (watched, record, _) = watch::begin_within(&plan, within, &mut |_| {})
            .map_err(|error| format!("{error:#}"))?;
        made(record, watched.world());
        let mut begun = SteppedClient { watched };
        begun.comes_to_a_call(made);
        Ok(begun)
    }

    /// The world after the last record.
    pub(super) fn world(&self) -> &World {
        self.watched.world()
    }

    /// Lets it go on by itself until a call is held, it is over, or it waits in a call for something to come.
    fn comes_to_a_call(&mut self, made: OnRecord<'_>) {
        let until = Instant::now() + PATIENCE;
        while !self.watched.holds_a_call() && !self.watched.is_over() && Instant::now() < until {
            if matches!(self.watched.does(), ProgramDoes::IsStuck { .. }) {
                break;
            }
            self.goes_on(until.min(Instant::now() + Duration::from_millis(50)), made);
        }
        self.goes_on(Instant::now(), made);
    }

    /// Takes in what it does by itself until then, or until something came.
    pub(super) fn goes_on(&mut self, until: Instant, made: OnRecord<'_>) {
        if let Some(record) = self.watched.go_on(&[], Some(until)) {
            made(record, self.watched.world());
        }
    }

    /// Does what can be done with a client: a step, a look, and what is only written down.
    pub(super) fn perform(&mut self, command: &Command, made: OnRecord<'_>) -> Option<Refusal> {
        match command {
            Command::Tick { .. } => {
                if !self.watched.holds_a_call() {
                    self.comes_to_a_call(made);
                }
                return self.step(None, made);
            }
            Command::Look => {
                let record = self.watched.look();
                made(record, self.watched.world());
            }
            Command::Note(_) | Command::Lesson(_) => {
                let record = self.watched.writes_down(command.clone());
                made(record, self.watched.world());
            }
            command => match self.watched.at_the_peer(command) {
                Some(Ok(record)) => {
                    made(record, self.watched.world());
                    self.goes_on(Instant::now(), made);
                }
                Some(Err(why)) => return Some(why),
                None => return Some(refused(prose::say("client not-here"))),
            },
        }
        None
    }

    /// Lets a call go, of this thread or of the one that waits longest.
    fn step(&mut self, task: Option<Task>, made: OnRecord<'_>) -> Option<Refusal> {
        match self.watched.step(task) {
            Some(record) => {
                made(record, self.watched.world());
                self.goes_on(Instant::now(), made);
                None
            }
            None if self.watched.is_over() => Some(refused(prose::say("client over"))),
            None => Some(refused(prose::say("client waits"))),
        }
    }

    /// What the keys of a watched program ask for.
    pub(super) fn order(&mut self, order: ProgramOrder, made: OnRecord<'_>) -> Option<Refusal> {
        match order {
            ProgramOrder::LetGo(task) => return self.step(Some(task), made),
            ProgramOrder::Interrupt(task) => {
                if !self.watched.interrupt(Some(task)) {
                    return Some(refused(prose::say("client in-no-call")));
                }
            }
            ProgramOrder::Type(line) => self.watched.types(format!("{line}\n").as_bytes()),
            ProgramOrder::Int => self.watched.types(&[3]),
            ProgramOrder::End => self.watched.kill(),
        }
        self.goes_on(Instant::now() + Duration::from_millis(50), made);
        None
    }
}

fn refused(why: &str) -> Refusal {
    Refusal::OfAClient(why.to_owned())
}

/// How a client is started: by this program itself, or its listing by python3.
fn argv(client: LessonClient) -> Vec<OsString> {
    let mut argv: Vec<&str> = match client {
        LessonClient::Asyncio => vec!["python3", "-c", assets::CODE_ASYNCIO],
        other => vec![THIS_PROGRAM, CLIENT, other.name()],
    };
    argv.extend(LessonClient::PLACES);
    argv.into_iter().map(OsString::from).collect()
}
