//! The sessions of the interactive program: the one that it was started with, and above it the lesson that one goes through. Each has
//! its own driver, its own recording and its own clock; a lesson that is left gives the session below it back as it was.

mod places;

use super::unwritten::Unwritten;
use super::{AppEvent, Appearance, Measuring, taken, write_down};
use crate::app::guide::Guide;
use crate::app::lesson::LessonRun;
use crate::app::model::Model;
use crate::app::update::{Effect, Msg, back_to_list, begin_lesson, update};
use crate::engine::Options;
use crate::os;
use crate::run::driver::live::LiveDriver;
use crate::run::driver::{DriverRequest, Reply, RequestOptions, go_on_if, thread};
use crate::run::lesson::find::AllowTargets;
use crate::run::lesson::progress;
use crate::run::outputs::Output;
use crate::run::recorder::Recorder;
use crate::run::saved;
use std::ops::ControlFlow;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One session, its driver and its screen.
pub(super) struct OpenSession {
    id: u32,
    pub(super) model: Model,
    handle: thread::DriverHandle,
    recorder: SharedRecorder,
    began: Instant,
}

/// A session's recorder: its driver's thread writes with it, until another session takes its files over.
pub(super) type SharedRecorder = Arc<Mutex<Option<Recorder>>>;

/// For a session.
pub(super) fn shared(recorder: Recorder) -> SharedRecorder {
    Arc::new(Mutex::new(Some(recorder)))
}

/// What becomes of the lesson in whose place another session comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LessonBefore {
    /// Its place is kept.
    Kept,
    /// It is over.
    Ended,
    /// It goes on in the new session, which is written into the same files.
    StagedAfresh,
}

/// How a lesson's session is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct LessonOptions {
    pub(super) options: Options,
    pub(super) poll_timeout: Duration,
    pub(super) terminal: Appearance,
    /// It is kept in the state directory, and so is the progress.
    pub(super) saves: bool,
    /// What the lessons show is recognised.
    pub(super) guides: bool,
    /// Whether lessons may lead to other machines.
    pub(super) allow: AllowTargets,
    /// Whether questions are asked.
    pub(super) asks: bool,
}

/// What watches for what the lessons show, with what was seen before if that is kept.
pub(super) fn guide(guides: bool, saves: bool) -> Option<Box<Guide>> {
    let before = || match saves {
        true => progress::seen(),
        false => std::collections::BTreeMap::new(),
    };
    guides.then(|| Box::new(Guide::new(before())))
}

/// All that are open; the last is on the screen.
pub(super) struct TuiSessions {
    stack: Vec<OpenSession>,
    /// Lessons that were left before their end, the latest last.
    kept: Vec<OpenSession>,
    sender: Sender<AppEvent>,
    measuring: Measuring,
    lessons: Option<LessonOptions>,
    next_id: u32,
}

/// Where the replies of a driver's thread go: to main, which draws them, and meanwhile into the files. The driver makes nothing more before
/// that is done.
pub(super) fn to_main(
    id: u32,
    app_events: Sender<AppEvent>,
    recorder: SharedRecorder,
) -> impl FnMut(Reply<'_>) -> ControlFlow<()> + Send + 'static {
    move |reply| {
        let unwritten = Unwritten::new();
        let msg = taken(&reply);
        let goes_on = msg.is_none_or(|msg| app_events.send(AppEvent::Of(id, msg)).is_ok());
        if let Ok(mut recorder) = recorder.lock()
            && let Some(recorder) = recorder.as_mut()
        {
            write_down(&reply, recorder);
        }
        drop(unwritten);
        go_on_if(goes_on)
    }
}

impl TuiSessions {
    /// The first session, with the number 0.
    pub(super) fn new(
        (model, handle, recorder): (Model, thread::DriverHandle, SharedRecorder),
        began: Instant,
        sender: Sender<AppEvent>,
        lessons: Option<LessonOptions>,
    ) -> TuiSessions {
        let first = OpenSession {
            id: 0,
            model,
            handle,
            recorder,
            began,
        };
        TuiSessions {
            stack: vec![first],
            kept: Vec::new(),
            measuring: Measuring::new(sender.clone()),
            sender,
            lessons,
            next_id: 1,
        }
    }

    /// The session on the screen.
    pub(super) fn shown(&mut self) -> &mut OpenSession {
        self.stack.last_mut().expect("the first session stays")
    }

    /// What came of a session goes to that session, on the screen or not.
    pub(super) fn take(&mut self, id: u32, msg: Msg) -> Vec<Effect> {
        let mut all = self.stack.iter_mut().chain(&mut self.kept);
        let Some(session) = all.find(|session| session.id == id) else {
            return Vec::new();
        };
        let effects = update(&mut session.model, msg, session.began.elapsed());
        // What a session asks its driver for is that session's, on the screen or not.
        let timeout = self.lessons.map(|lessons| lessons.poll_timeout);
        let others = effects.into_iter();
        others
            .filter_map(|effect| session.ask(effect, timeout))
            .collect()
    }

    /// A key, a new size, the clock: for the session on the screen.
    pub(super) fn take_shown(&mut self, msg: Msg) -> Vec<Effect> {
        if let Msg::Resize(columns, rows) = msg {
            for session in self.stack.iter_mut().chain(&mut self.kept) {
                session.model.size = (columns, rows);
            }
        }
        let session = self.shown();
        update(&mut session.model, msg, session.began.elapsed())
    }

    /// Does what the session on the screen asks for. `Some` ends the program with this code; what concerns the terminal is not done here.
    pub(super) fn perform(&mut self, effect: Effect) -> Option<u8> {
        let timeout = self.lessons.map(|lessons| lessons.poll_timeout);
        match self.shown().ask(effect, timeout)? {
            Effect::Perform(_) | Effect::Lines(_) | Effect::Order(_) | Effect::EndWait => {}
            Effect::Measure => self.measuring.begin(),
            Effect::EndMeasuring => self.measuring.end(),
            Effect::BeginLesson(name) => self.begin_named(&name),
            Effect::OnceMore => {
                let run = self.shown().model.lesson.as_ref();
                if let Some(run) = run.and_then(|run| run.once_more()) {
                    self.replace_lesson(run, LessonBefore::Ended);
                }
            }
            Effect::StageAfresh => {
                let run = self.shown().model.lesson.as_ref();
                if let Some(run) = run.map(|run| run.staged_afresh()) {
                    self.replace_lesson(run, LessonBefore::StagedAfresh);
                }
            }
            Effect::KeepSeen(numbers) => self.keep_seen(&numbers),
            Effect::KeepProgress => self.keep_progress(),
            Effect::LeaveLesson => {
                self.keep_progress();
                if self.stack.len() < 2 {
                    return Some(0);
                }
                let left = self.stack.pop();
                let run = left.as_ref().and_then(|left| left.model.lesson.clone());
                if let Some(left) = left {
                    self.keep(left);
                }
                let marks = self.marks();
                let saves = self.lessons.is_some_and(|lessons| lessons.saves);
                let model = &mut self.shown().model;
                model.progress = marks;
                if let Some(guide) = model.guide.as_mut().filter(|_| saves) {
                    guide.before = progress::seen();
                }
                if let Some(run) = run {
                    back_to_list(model, &run);
                }
            }
            Effect::Suspend | Effect::Quit => {}
        }
        None
    }

    fn marks(&self) -> std::collections::BTreeMap<String, char> {
        match &self.lessons {
            Some(lessons) if lessons.saves => progress::marks(),
            _ => std::collections::BTreeMap::new(),
        }
    }

    fn keep_seen(&mut self, numbers: &[&str]) {
        if !self.lessons.is_some_and(|lessons| lessons.saves) {
            return;
        }
        if let Err(why) = progress::keep_seen(numbers, os::system::header().started) {
            let word = format!("What was recognised is not kept: {why}");
            say_too(&mut self.shown().model, &word);
        }
    }

    pub(super) fn keep_progress(&mut self) {
        let saves = self.lessons.as_ref().is_some_and(|lessons| lessons.saves);
        let session = self.shown();
        let Some(run) = session.model.lesson.as_ref().filter(|_| saves) else {
            return;
        };
        if let Err(why) = progress::keep(run, os::system::header().started) {
            let word = format!("The progress is not kept: {why}");
            say_too(&mut session.model, &word);
        }
    }

    fn open(&mut self, run: LessonRun, before: LessonBefore) -> Result<(), String> {
        let Some(lessons) = self.lessons else {
            return Ok(());
        };
        let (id, header) = (self.next_id, os::system::header());
        self.next_id += 1;
        let inbox = thread::inbox();
        let come = inbox.0.clone();
        let notify = Arc::new(move || drop(come.send(DriverRequest::TakeIn)));
        let words = |error: anyhow::Error| format!("{error:#}");
        let live = LiveDriver::new(lessons.options, Vec::new(), Some(notify)).map_err(words)?;
        let mut recorder = match before {
            LessonBefore::StagedAfresh => self.recorder_again(&header)?,
            LessonBefore::Kept | LessonBefore::Ended => Recorder::default(),
        };
        let mut notice = None;
        if lessons.saves {
            match saved::begin(header.started) {
                Ok(file) => recorder.add_unasked(file, saved::take_old_away),
                Err(why) => notice = Some(format!("This lesson is not saved: {why}.")),
            }
        }
        let notices = self.sender.clone();
        recorder.complain_to(Box::new(move |fault| {
            let _ = notices.send(AppEvent::App(Msg::Notice(fault.to_owned())));
        }));
        recorder
            .header(&header)
            .map_err(|error| error.to_string())?;
        let below = &self.shown().model;
        let (theme, size) = (below.theme, below.size);
        let mut model = lessons.terminal.model(header, lessons.poll_timeout, size);
        model.theme = theme;
        model.progress = self.marks();
        model.guide = guide(lessons.guides, lessons.saves);
        model.notice = notice;
        let recorder = shared(recorder);
        let replies = to_main(id, self.sender.clone(), Arc::clone(&recorder));
        let handle = os::signals::blocked_for_new_threads(|| thread::start(live, inbox, replies))
            .map_err(words)?;
        let effects = begin_lesson(&mut model, run);
        if self.shown().model.lesson.is_some() {
            if before == LessonBefore::Kept {
                self.keep_progress();
            }
            let left = self.stack.pop().filter(|_| before == LessonBefore::Kept);
            if let Some(left) = left {
                self.keep(left);
            }
        }
        self.stack.push(OpenSession {
            id,
            model,
            handle,
            recorder,
            began: Instant::now(),
        });
        for effect in effects {
            self.perform(effect);
        }
        Ok(())
    }

    /// How long main may sleep.
    pub(super) fn sleeps(&mut self) -> Option<Duration> {
        let session = self.shown();
        super::deadline(&session.model, session.began)
    }

    /// Whether something was sent just now, so that its answer may still come into this picture.
    pub(super) fn just_sent(&mut self) -> bool {
        let session = self.shown();
        let in_flight = session.model.in_flight.as_ref();
        in_flight.is_some_and(|sent| {
            session.began.elapsed().saturating_sub(sent.since) < super::ANSWER_TIMEOUT
        })
    }
}

impl OpenSession {
    /// Asks the driver for what a session asks for; what is none of the driver's is given back. A lesson's own lines are made with the
    /// timeout that lessons have, whatever was chosen since.
    fn ask(&self, effect: Effect, lesson_timeout: Option<Duration>) -> Option<Effect> {
        let asked = |poll_timeout| RequestOptions {
            shown: self.model.shown(),
            ..RequestOptions::with_timeout(poll_timeout)
        };
        let (own, handle) = (self.model.poll_timeout, &self.handle);
        match effect {
            Effect::Perform(command) => handle.perform(command, asked(own)),
            Effect::Lines(lines) => handle.lines(lines, asked(lesson_timeout.unwrap_or(own))),
            Effect::Order(order) => handle.order(order),
            Effect::EndWait => handle.end_wait(),
            other => return Some(other),
        }
        None
    }
}

/// Says this behind what is said already: a full disk is told of the recording first.
fn say_too(model: &mut Model, word: &str) {
    let before = model.notice.take();
    let said: Vec<&str> = before.as_deref().into_iter().chain([word]).collect();
    model.notice = Some(said.join(" "));
}
