//! The engine's thread: one channel in, records out.

use super::News;
use crate::app::update::Msg;
use crate::engine::{Options, Session, WakeHandle};
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::{Header, Record};
use crate::model::target::Target;
use crate::run::recorder::Recorder;
use crate::run::{cost, first};
use anyhow::Context;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// What the engine is asked to do.
enum Request {
    Perform {
        command: Command,
        poll_timeout: Duration,
        shown: Vec<Row>,
    },
    Answers,
}

/// An engine that has not started.
pub(super) struct Engine {
    session: Session,
    requests: Sender<Request>,
    inbox: Receiver<Request>,
    news: Sender<News>,
    recorder: Recorder,
}

/// The main thread's end of a running engine.
pub(super) struct Running {
    requests: Sender<Request>,
    wake: WakeHandle,
    news: Sender<News>,
    /// Ends the measuring of costs.
    stop: Arc<AtomicBool>,
}

impl Engine {
    pub(super) fn prepare(
        options: Options,
        recorder: Recorder,
        news: Sender<News>,
    ) -> anyhow::Result<Engine> {
        let (requests, inbox) = channel();
        let answered = requests.clone();
        let notify = Arc::new(move || {
            // An engine that is gone needs no answer.
            let _ = answered.send(Request::Answers);
        });
        let session =
            Session::new(options, Some(notify)).context("failed to make the poll instance")?;
        Ok(Engine {
            session,
            requests,
            inbox,
            news,
            recorder,
        })
    }

    /// Adds the first rows, still on the caller's thread.
    pub(super) fn open(
        mut self,
        header: &Header,
        targets: &[Target],
    ) -> anyhow::Result<(Engine, Arc<Record>)> {
        let (first, left_out) = first::rows(&mut self.session, targets)?;
        let faults = [self.recorder.header(header), self.recorder.record(&first)];
        for fault in faults.into_iter().chain([left_out]).flatten() {
            let _ = self.news.send(News::App(Msg::Notice(fault)));
        }
        Ok((self, Arc::new(first)))
    }

    pub(super) fn start(self) -> anyhow::Result<Running> {
        let Engine {
            mut session,
            requests,
            inbox,
            news,
            mut recorder,
        } = self;
        let wake = session.wake_handle();
        let told = news.clone();
        let work = move || {
            // The rows that were on the screen when the last command was sent.
            let mut seen = Vec::new();
            for request in inbox {
                for msg in serve(&mut session, &mut recorder, request, &mut seen) {
                    if news.send(News::App(msg)).is_err() {
                        return;
                    }
                }
            }
        };
        std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(work)
            .context("failed to start the engine")?;
        Ok(Running {
            requests,
            wake,
            news: told,
            stop: Arc::default(),
        })
    }
}

fn serve(
    session: &mut Session,
    recorder: &mut Recorder,
    request: Request,
    seen: &mut Vec<Row>,
) -> Vec<Msg> {
    let mut msgs = Vec::new();
    let mut faults = Vec::new();
    let mut made = |record: Record| {
        // On disk before it is on the screen.
        faults.extend(recorder.record(&record));
        Msg::Record(Arc::new(record))
    };
    if let Request::Perform {
        command,
        poll_timeout,
        shown,
    } = request
    {
        msgs.push(match session.perform(&command, poll_timeout, &shown) {
            Ok(record) => made(record),
            Err(refusal) => Msg::Refused(refusal.to_string()),
        });
        *seen = shown;
    }
    if let Some(record) = session.answers(seen) {
        msgs.push(made(record));
    }
    msgs.extend(faults.into_iter().map(Msg::Notice));
    msgs
}

impl Running {
    pub(super) fn perform(&self, command: Command, poll_timeout: Duration, shown: Vec<Row>) {
        self.wake.forget();
        // If the engine's thread is gone its panic has ended the program already.
        let _ = self.requests.send(Request::Perform {
            command,
            poll_timeout,
            shown,
        });
    }

    /// Measures what asking costs, on a thread of its own, and tells main after each measurement.
    pub(super) fn measure(&self) {
        let (news, stop) = (self.news.clone(), Arc::clone(&self.stop));
        stop.store(false, Ordering::SeqCst);
        let work = move || {
            let progress = |costs: &[crate::os::cost::Cost], all: usize| {
                let (text, done) = (cost::report(costs), (costs.len(), all));
                // If main is gone nobody wants to know.
                let _ = news.send(News::App(Msg::Measured { text, done }));
            };
            cost::measure_all(progress, &stop);
        };
        let started = crate::os::signals::blocked_for_new_threads(|| {
            std::thread::Builder::new()
                .name("measuring".to_owned())
                .spawn(work)
        });
        if let Err(error) = started {
            let text = format!("The system gives no thread for it: {error}.");
            let _ = self.news.send(News::App(Msg::Notice(text)));
        }
    }

    pub(super) fn end_measuring(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    pub(super) fn end_wait(&self) {
        self.wake.end_wait();
    }
}
