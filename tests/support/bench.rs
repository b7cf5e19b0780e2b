//! A model on a bench: it stands in a scene, takes what comes, and tells what can be seen of it in one line.

use super::notation::{self, Input};
use super::recordings::{golden_text, model, read};
use sockstep::app::guide::Guide;
use sockstep::app::model::{Goal, Model, Pane, Theme};
use sockstep::app::overlay::Overlay;
use sockstep::app::update::{Effect, Msg, update};
use sockstep::language::depth::Depth;
use sockstep::language::keys::{self, Action, Key, KeyContext};
use sockstep::model::command::Command;
use sockstep::model::ids::Row;
use sockstep::model::readiness::Interest;
use sockstep::model::readiness::Readiness;
use sockstep::model::record::{Cause, Change, Event, Header, Record};
use sockstep::model::socket::Mode;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

type Read = (Header, Vec<Arc<Record>>);

static DEFAULT: LazyLock<Read> = LazyLock::new(|| recording("default-lab"));
static TALK: LazyLock<Read> = LazyLock::new(|| recording("wire-talk"));
static REFUSED: LazyLock<Read> = LazyLock::new(|| recording("watch-refused"));
static PENDING: LazyLock<Read> = LazyLock::new(|| recording("watch-pending"));
static STUCK: LazyLock<Read> = LazyLock::new(|| recording("watch-stuck"));
static DATAGRAMS: LazyLock<Read> = LazyLock::new(|| recording("watch-datagrams"));
static TWO: LazyLock<Read> = LazyLock::new(|| recording("watch-two"));
static FORKS: LazyLock<Read> = LazyLock::new(|| recording("watch-forks"));
static LIMIT: LazyLock<Read> = LazyLock::new(|| recording("watch-limit"));
static THREADS: LazyLock<Read> = LazyLock::new(|| recording("watch-threads"));
static ON_THE_WIRE: LazyLock<Read> = LazyLock::new(|| recording("wire-secret"));

fn recording(name: &str) -> Read {
    read(golden_text(name).as_bytes()).expect("a golden recording")
}

/// Where the keys are pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Live, with no socket at all.
    Nothing,
    /// Live, with the four targets of the default session, and nothing has happened to them.
    Start,
    /// The same after five ticks: hints have come, and no proof.
    Hints,
    /// Live, after thirteen commands on the default session: 1 is connected, 2 was closed, 3 is pending, 4 has failed. Fourteen records.
    Live,
    /// The same as a recording, at its end.
    Recording,
    /// A talk on the wire as a recording, at its end. Thirty-four records.
    Talk,
    /// Live on the wire, with all panes: the SYN is held. Five records.
    Syn,
    /// Live, with the packets of the wire over the whole screen: 4 and 5 are held, and 6 was made. Sixteen records.
    Wire,
    /// A watched program, live: its send() is held.
    Held,
    /// The same of another, which is in connect().
    InCall,
    /// The same of one with three threads: the first is in connect(), and the calls of two are held.
    Threads,
    /// The same of one that has just begun.
    Begun,
    /// The same of one that is in a poll() with a time limit.
    Limit,
    /// The same of one that is stuck: a thread is in recv(), and the other sleeps until somebody wakes it.
    Stuck,
    /// The same of one with two sockets of datagrams: its recv() has a time limit.
    Datagrams,
    /// The same of one that has two connections, both in one poll().
    Two,
    /// The same of one whose child is in recv(), while itself waits for the child.
    Forks,
    /// The same of one that has ended.
    Over,
}

impl Scene {
    /// All of them.
    pub const ALL: [Scene; 18] = [
        Scene::Nothing,
        Scene::Start,
        Scene::Hints,
        Scene::Live,
        Scene::Recording,
        Scene::Talk,
        Scene::Syn,
        Scene::Wire,
        Scene::Held,
        Scene::InCall,
        Scene::Threads,
        Scene::Begun,
        Scene::Limit,
        Scene::Stuck,
        Scene::Datagrams,
        Scene::Two,
        Scene::Forks,
        Scene::Over,
    ];

    /// Those of a watched program.
    pub const PROGRAM: [Scene; 10] = [
        Scene::Held,
        Scene::InCall,
        Scene::Threads,
        Scene::Begun,
        Scene::Limit,
        Scene::Stuck,
        Scene::Datagrams,
        Scene::Two,
        Scene::Forks,
        Scene::Over,
    ];

    fn model(self, size: (u16, u16)) -> Model {
        let ((header, records), count) = match self {
            Scene::Nothing => (&*DEFAULT, 0),
            Scene::Start => (&*DEFAULT, 1),
            Scene::Hints => (&*DEFAULT, 6),
            Scene::Live | Scene::Recording => (&*DEFAULT, DEFAULT.1.len()),
            Scene::Talk => (&*TALK, TALK.1.len()),
            Scene::Syn => (&*ON_THE_WIRE, 5),
            Scene::Wire => (&*ON_THE_WIRE, 16),
            Scene::Held => (&*REFUSED, 5),
            Scene::InCall => (&*PENDING, 5),
            Scene::Begun => (&*REFUSED, 1),
            Scene::Limit => (&*LIMIT, LIMIT.1.len()),
            Scene::Stuck => (&*STUCK, 7),
            Scene::Datagrams => (&*DATAGRAMS, 9),
            Scene::Two => (&*TWO, 9),
            Scene::Forks => (&*FORKS, 6),
            Scene::Over => (&*REFUSED, REFUSED.1.len()),
            Scene::Threads => (&*THREADS, THREADS.1.len()),
        };
        let mut model = model(header, &records[..count], size);
        if !matches!(self, Scene::Recording | Scene::Talk) {
            model.recorded = None;
            let before = [("01".to_owned(), "2026-11-25".to_owned())];
            model.guide = Some(Box::new(Guide::new(before.into())));
        }
        if self == Scene::Wire {
            (model.pane, model.zoom) = (Pane::Wire, Some(0));
        }
        model
    }
}

/// The model, with everything that it has asked for.
#[derive(Debug)]
pub struct Bench {
    pub model: Model,
    now: Duration,
    /// What it asked of the world outside.
    pub asked: Vec<Effect>,
    /// What the keys mean that were pressed where nothing was open.
    pub pressed: Vec<Action>,
}

impl Bench {
    /// A screen of 80x24.
    pub fn new(scene: Scene) -> Bench {
        Bench::sized(scene, (80, 24))
    }

    /// A screen of so many columns and lines.
    pub fn sized(scene: Scene, size: (u16, u16)) -> Bench {
        Bench {
            model: scene.model(size),
            now: Duration::from_secs(10),
            asked: Vec::new(),
            pressed: Vec::new(),
        }
    }

    /// Takes everything in that a line says.
    pub fn play(&mut self, line: &str) {
        for input in notation::parse(line) {
            self.take(input);
        }
    }

    /// Takes one thing in.
    pub fn take(&mut self, input: Input) {
        let msg = match input {
            Input::Key(key) => {
                self.note(key);
                Msg::Key(key)
            }
            Input::Paste(text) => Msg::Paste(text),
            Input::Made => self.made(false),
            Input::News => self.made(true),
            Input::Refused => Msg::Refused("the engine refuses it".to_owned()),
            Input::Answer => self.record(Cause::Answer, |_| {}),
            Input::Measured(count) => Msg::Measured {
                text: "a line".to_owned(),
                done: (count, 9),
            },
            Input::Passes(time) => {
                self.now += time;
                Msg::Clock
            }
        };
        let effects = update(&mut self.model, msg, self.now);
        // That something was recognised is kept quietly, whatever the key was.
        let loud = |effect: &Effect| !matches!(effect, Effect::KeepSeen(_));
        self.asked.extend(effects.into_iter().filter(loud));
    }

    /// Writes down what a key means here, if nothing that is open or under way has it.
    fn note(&mut self, key: Key) {
        let model = &self.model;
        let waits = model.in_flight.is_some() || model.until.is_some();
        let means = |on: &KeyContext| keys::action_in(*on, key);
        let here = KeyContext::ALL.iter().filter(|on| model.has_keys_of(**on));
        let own = here
            .filter(|on| **on != KeyContext::Everywhere)
            .find_map(means);
        let action = match model.overlay {
            Overlay::None => own.or_else(|| keys::action(key)),
            _ => own.filter(|_| matches!(model.overlay, Overlay::Guide { .. })),
        };
        self.pressed.extend(action.filter(|_| !waits));
    }

    /// What the engine sends when it has carried out the command in flight: the record of a tick has its number, and new rows are there.
    fn made(&self, news: bool) -> Msg {
        let in_flight = self.model.in_flight.as_ref();
        let command = in_flight.expect("a command is in flight").command.clone();
        let (world, rows) = (
            self.model.history.live(),
            self.model.history.live().rows_ever(),
        );
        let tick = matches!(command, Command::Tick { .. }).then_some(world.tick + 1);
        let changes = match &command {
            Command::Add(targets) => (rows + 1..)
                .zip(targets)
                .map(|(row, target)| Change::Added {
                    row: Row(u32::try_from(row).expect("few rows")),
                    target: target.clone(),
                    addresses: Vec::new(),
                    interest: Interest::default(),
                    mode: Mode::NonBlocking,
                })
                .collect(),
            _ => Vec::new(),
        };
        self.record(Cause::Command(command), |record| {
            (record.tick, record.changes) = (tick, changes.into());
            record.events.extend(news.then_some(Event {
                row: Row(1),
                stale: None,
                readiness: Readiness::WRITABLE,
            }));
        })
    }

    fn record(&self, cause: Cause, fill: impl FnOnce(&mut Record)) -> Msg {
        let history = &self.model.history;
        let at_us = u64::try_from(self.now.as_micros()).expect("a short session");
        let mut record = Record::new(history.count() as u64, cause, at_us);
        fill(&mut record);
        let mut world = history.live().clone();
        world.apply(&record);
        Msg::Made {
            record: Arc::new(record),
            world: Box::new(world),
        }
    }

    /// What is said: the message, or what is wrong with the prompt's line.
    pub fn said(&self) -> Option<String> {
        let wrong = match &self.model.overlay {
            Overlay::Prompt(prompt) => prompt.error.clone(),
            _ => None,
        };
        wrong.or_else(|| self.model.notice.clone())
    }

    /// The chosen socket, the place in time if it is not live, and whatever else is not as it is at the beginning.
    pub fn visible(&self) -> String {
        let model = &self.model;
        let mut line = model.chosen.to_string();
        let mut add = |part: std::fmt::Arguments<'_>| {
            write!(line, ", {part}").expect("a string takes everything");
        };
        if !model.history.is_live() {
            add(format_args!("past {}", model.history.at()));
        }
        match (model.pane, model.zoom) {
            (Pane::Sockets, None) => {}
            (pane, None) => add(format_args!("pane {pane:?}")),
            (pane, Some(scroll)) => add(format_args!("{pane:?} whole +{scroll}")),
        }
        if model.listing > 0 {
            add(format_args!("listing {}", model.listing));
        }
        if let Some(packet) = model.chosen_packet {
            add(format_args!("packet {packet}"));
        }
        if !model.filter.is_empty() {
            add(format_args!("filter '{}'", model.filter));
        }
        if model.depth != Depth::Program {
            add(format_args!("depth {}", model.depth.word()));
        }
        if model.theme != Theme::Dark {
            add(format_args!("theme {}", model.theme.name()));
        }
        if model.poll_timeout != Duration::ZERO {
            add(format_args!("timeout {:?}", model.poll_timeout));
        }
        if let Some(in_flight) = &model.in_flight {
            add(format_args!("busy with {}", in_flight.command));
        }
        if let Some(until) = model.until {
            let goal = match until.goal {
                Goal::Change => "change".to_owned(),
                Goal::Count(count) => count.to_string(),
            };
            add(format_args!("tick {} until {goal}", until.made));
        }
        if let Some(open) = open(&model.overlay) {
            add(format_args!("{open}"));
        }
        line
    }
}

/// What lies over the panes.
fn open(overlay: &Overlay) -> Option<String> {
    Some(match overlay {
        Overlay::None => return None,
        Overlay::Help { search, scroll } => format!("help '{}' +{scroll}", search.value()),
        Overlay::Prompt(prompt) => {
            let could = match &prompt.candidates[..] {
                [] => String::new(),
                candidates => format!(" or {}", candidates.join(" ")),
            };
            let chosen = prompt
                .chosen
                .map_or_else(String::new, |at| format!(" at {at}"));
            format!(
                "{:?} '{}'{could}{chosen}",
                prompt.asks,
                prompt.input.value()
            )
        }
        Overlay::Card { topics, at, .. } => {
            format!("card {} {} of {}", topics[*at], at + 1, topics.len())
        }
        Overlay::Cost { done, scroll, .. } => format!("cost {} of {} +{scroll}", done.0, done.1),
        Overlay::Confirm { what, .. } => format!("{what:?} once more"),
        Overlay::Lessons { chosen } => format!("lessons {chosen}"),
        Overlay::Guide { chosen, card: None } => format!("guide {chosen}"),
        Overlay::Guide {
            chosen,
            card: Some(scroll),
        } => format!("guide {chosen} card +{scroll}"),
    })
}
