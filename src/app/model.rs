//! Everything that the screen is a function of.

use super::asked_again::AskedAgain;
use super::guide::Guide;
use super::history::History;
use super::lesson::LessonRun;
use super::overlay::Overlay;
use crate::derive::waits;
use crate::language::depth::Depth;
use crate::language::keys::{Key, KeyContext};
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::Header;
use crate::model::task::{Doing, Task};
use crate::model::wire::PacketNumber;
use crate::model::world::{RowState, World};
use crate::words::clock;
use std::collections::BTreeMap;
use std::time::Duration;
use strum::{IntoStaticStr, VariantArray};

/// The clock of an attempt that waits for its turn is drawn no more often than this.
const SHORTEST_STEP_US: u64 = 50_000;

/// The panes, in the order of Tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Pane {
    /// The socket list.
    Sockets,
    /// The state diagram of the chosen socket.
    States,
    /// Asked, new, true.
    Lists,
    /// The call log.
    Calls,
    /// The words.
    Story,
    /// Four looks of the chosen socket.
    Looks,
    /// The kernel's facts.
    Kernel,
    /// A program to compare with.
    Code,
    /// What the chosen socket sent and received.
    Bytes,
    /// The packets of the lab wire.
    Wire,
    /// Stages, socket by socket and record by record.
    Timeline,
    /// What a watched program said.
    Output,
}

impl Pane {
    /// All of them.
    pub const ALL: &'static [Pane] = Pane::VARIANTS;
}

/// Which colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Theme {
    /// The terminal's own sixteen colours, whatever its background is.
    Terminal,
    /// Bold and reverse only.
    Mono,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// Pure white and yellow on black.
    HighContrast,
}

impl Theme {
    /// All of them, in the order of the key.
    pub const ALL: &'static [Theme] = Theme::VARIANTS;

    /// Its name.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A command that the engine is carrying out.
#[derive(Clone, Debug)]
pub struct InFlight {
    /// Which.
    pub command: Command,
    /// When it was sent, by the program's clock.
    pub since: Duration,
}

/// What several ticks, one after another, are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// That something changes.
    Change,
    /// That there are so many.
    Count(u32),
}

/// Ticks one after another.
#[derive(Clone, Copy, Debug)]
pub struct TickRun {
    /// What for.
    pub goal: Goal,
    /// Ticks made so far.
    pub made: u32,
    /// When the next one is due, by the program's clock; `None` while one is under way.
    pub due: Option<Duration>,
}

/// What the screen must know of the place it runs in.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The session's header.
    pub header: Header,
    /// Seconds that local time is ahead of UTC.
    pub local_offset: i64,
    /// The terminal can show line drawing characters.
    pub unicode: bool,
    /// The terminal can show any colour; else the 256 of xterm are used.
    pub true_colour: bool,
}

/// What is watched again, if it is not live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayInfo {
    /// Where it comes from.
    pub name: String,
    /// Why it breaks off, if it does.
    pub broken: Option<String>,
}

/// The whole state of the program.
#[derive(Debug)]
pub struct Model {
    /// Where it runs.
    pub place: Surroundings,
    /// What happened.
    pub history: History,
    /// The recording that is watched; `None` if the sockets are live.
    pub recorded: Option<ReplayInfo>,
    /// The chosen row.
    pub chosen: Row,
    /// The first visible row of the socket list, as an index into the filtered list.
    pub first: usize,
    /// How many rows the socket list can show; the screen's size decides.
    pub visible_rows: usize,
    /// What is filtered for.
    pub filter: String,
    /// The chosen pane.
    pub pane: Pane,
    /// Whether it fills the screen, and how far it is scrolled.
    pub zoom: Option<usize>,
    /// The chosen packet of the wire.
    pub chosen_packet: Option<PacketNumber>,
    /// The thread of a watched program that somebody has chosen.
    pub chosen_task: Option<Task>,
    /// Which program the code pane shows.
    pub listing: usize,
    /// The language of the words.
    pub depth: Depth,
    /// The lesson that is gone through.
    pub lesson: Option<Box<LessonRun>>,
    /// The questions of the recording that is watched.
    pub asked_again: Option<Box<AskedAgain>>,
    /// The mark of each lesson in the list: done, or begun.
    pub progress: BTreeMap<String, char>,
    /// What was recognised of the course; `None`: nobody watches for it.
    pub guide: Option<Box<Guide>>,
    /// What lies over it.
    pub overlay: Overlay,
    /// The key that was pressed last, as it was pressed.
    pub pressed: Option<Key>,
    /// A message that stands until the next key.
    pub notice: Option<String>,
    /// What the engine does now.
    pub in_flight: Option<InFlight>,
    /// Ticks that are made one after another.
    pub until: Option<TickRun>,
    /// Digits typed so far for a row's number, and when.
    pub digits: Option<(u32, Duration)>,
    /// How long a tick's poll waits.
    pub poll_timeout: Duration,
    /// The colours.
    pub theme: Theme,
    /// The program's clock: time since the session began.
    pub now: Duration,
    /// The screen's size in columns and rows.
    pub size: (u16, u16),
    /// Not all words of the record had room on the screen: `z` shows them.
    pub story_is_cut: bool,
}

impl Model {
    /// A model without history.
    pub fn new(
        place: Surroundings,
        theme: Theme,
        poll_timeout: Duration,
        size: (u16, u16),
    ) -> Model {
        Model {
            place,
            history: History::new(),
            recorded: None,
            chosen: Row(1),
            first: 0,
            visible_rows: 4,
            filter: String::new(),
            pane: Pane::Sockets,
            zoom: None,
            chosen_packet: None,
            chosen_task: None,
            listing: 0,
            depth: Depth::Program,
            lesson: None,
            asked_again: None,
            progress: BTreeMap::new(),
            guide: None,
            overlay: Overlay::None,
            pressed: None,
            notice: None,
            in_flight: None,
            until: None,
            digits: None,
            poll_timeout,
            theme,
            now: Duration::ZERO,
            size,
            story_is_cut: false,
        }
    }

    /// The world that is shown.
    pub fn world(&self) -> &World {
        self.history.world()
    }

    /// The chosen row, if it is there.
    pub fn chosen_row(&self) -> Option<&RowState> {
        self.world().row(self.chosen).filter(|row| !row.removed)
    }

    /// Whether a row passes the filter.
    pub fn passes(&self, row: &RowState) -> bool {
        if self.filter.is_empty() {
            return true;
        }
        let wanted = self.filter.to_lowercase();
        let failure = row
            .current()
            .failure
            .map(|failure| failure.name().to_lowercase());
        row.label().to_lowercase().contains(&wanted)
            || row.target().to_lowercase().contains(&wanted)
            || row.stage().word().contains(&wanted)
            || failure.is_some_and(|name| name.contains(&wanted))
    }

    /// The socket whose wire is shown: the chosen one, or the client of the chosen peer, if it is on the wire; else the first that is.
    pub fn wire_row(&self) -> Option<&RowState> {
        let on_wire = |row: &&RowState| row.wire().is_some();
        let chosen = self
            .chosen_row()
            .and_then(|row| self.world().row(row.role.of().unwrap_or(row.row)));
        chosen
            .filter(on_wire)
            .or_else(|| self.world().present().find(on_wire))
    }

    /// The held packet that is chosen: the one that was, or the first of the socket that is shown, or the first.
    pub fn packet(&self) -> Option<PacketNumber> {
        let held = || self.world().wire.waiting();
        let chosen = held().find(|entry| Some(entry.number) == self.chosen_packet);
        let port = self
            .wire_row()
            .and_then(|row| row.look.local.as_ref()?.port());
        let ours = || held().find(|entry| entry.flow.map(|flow| flow.client.port()) == port);
        let entry = chosen.or_else(ours).or_else(|| held().next())?;
        Some(entry.number)
    }

    /// Whether the session is that of a watched program.
    pub fn is_watched(&self) -> bool {
        self.history.live().is_watched()
    }

    /// Whether what is shown is so now: neither the past nor a recording.
    pub fn is_now(&self) -> bool {
        self.history.is_live() && self.recorded.is_none()
    }

    /// The thread that keys act on: the one that was chosen, as long as it is held or waits in a call; else the one that is held longest;
    /// else the one that waits longest.
    pub fn task(&self) -> Option<Task> {
        let world = self.world();
        let stands = |task: &Task| {
            let state = world.tasks().get(task);
            state.is_some_and(|state| {
                matches!(state.doing, Doing::Held { .. } | Doing::InCall { .. })
            })
        };
        let waits = || {
            let waits = waits::living(world).filter_map(|(task, state)| match state.doing {
                Doing::InCall { since_us, .. } => Some((since_us, task)),
                _ => None,
            });
            waits.min().map(|(_, task)| task)
        };
        let chosen = self.chosen_task.filter(stands);
        chosen.or_else(|| waits::held_longest(world)).or_else(waits)
    }

    /// Whether the packets of the wire fill the screen, so that keys act on them.
    pub fn is_on_the_wire(&self) -> bool {
        self.zoom.is_some() && self.pane == Pane::Wire
    }

    /// Whether keys have their meaning of this place now.
    pub fn has_keys_of(&self, on: KeyContext) -> bool {
        match on {
            KeyContext::Everywhere => true,
            KeyContext::Wire => self.is_on_the_wire(),
            KeyContext::Program => self.is_watched(),
            KeyContext::Guide => matches!(self.overlay, Overlay::Guide { .. }),
            // They have a screen of their own.
            KeyContext::Comparison => false,
        }
    }

    /// The rows of the socket list, in order.
    pub fn listed(&self) -> impl Iterator<Item = &RowState> {
        self.world().present().filter(|row| self.passes(row))
    }

    /// How many rows the socket list has.
    pub fn listed_count(&self) -> usize {
        if self.filter.is_empty() {
            self.world().count()
        } else {
            self.listed().count()
        }
    }

    /// When the first of the calls began that have not returned, of the rows on the screen; in microseconds since the session began.
    pub fn shown_running(&self) -> Option<u64> {
        if !self.is_now() {
            return None;
        }
        if self.is_watched() {
            let waits = waits::living(self.world()).filter_map(|(_, state)| match state.doing {
                Doing::InCall { since_us, .. } => Some(since_us),
                _ => None,
            });
            return waits.min();
        }
        let shown = self.listed().skip(self.first).take(self.visible_rows);
        shown
            .filter(|row| row.running().is_some())
            .map(|row| row.waits_since_us)
            .min()
    }

    /// When the clock of an attempt changes that waits for its turn in a race, of the rows on the screen; in microseconds since the session began.
    /// It is counted down in a few steps, and then it is due.
    pub fn shown_turn(&self, now_us: u64) -> Option<u64> {
        if !self.history.is_live() {
            return None;
        }
        let shown = self.listed().skip(self.first).take(self.visible_rows);
        let steps = shown.filter_map(|row| {
            let race = row.race.as_ref()?;
            let due = race.due_us().filter(|due| *due > now_us)?;
            let step = u64::try_from(race.delay.as_micros() / 5).unwrap_or(u64::MAX);
            Some(due.min(now_us.saturating_add(step.max(SHORTEST_STEP_US))))
        });
        steps.min()
    }

    /// The rows for the looks that cost a call a socket: all, if they are few; else those on the screen.
    pub fn shown(&self) -> Vec<Row> {
        const FEW: usize = 64;
        if self.world().count() <= FEW {
            return self.world().present().map(|row| row.row).collect();
        }
        self.listed()
            .skip(self.first)
            .take(self.visible_rows.clamp(4, FEW))
            .map(|row| row.row)
            .collect()
    }

    /// The local time of a moment of the session, as `14:03:22`.
    pub fn clock(&self, at_us: u64) -> String {
        clock::time_of_day(self.place.header.started, self.place.local_offset, at_us)
    }
}
