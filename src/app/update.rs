//! What each message does to the model, and what it asks the world outside to do.

mod acting;
mod choose;
mod packets;
mod prompt;
mod words;

use super::history::NoWay;
use super::keys::{self, Action, Key};
use super::model::{Flight, Goal, Model, Pane, Theme, Until};
use super::overlay::{Asks, Confirm, Overlay, Prompt};
use crate::language::depth::Depth;
use crate::language::travel::Travel;
use crate::model::command::Command;
use crate::model::record::{Cause, Change, Record};
use crate::model::world::World;
use crate::narrate::cards;
use crate::words::join::plural;
use crate::words::listings;
use std::sync::Arc;
use std::time::Duration;
use tui_input::Input;

/// Something that happened outside.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// A record was made or read.
    Made {
        /// The record.
        record: Arc<Record>,
        /// The world after it.
        world: Box<World>,
    },
    /// The measuring has come so far.
    Measured {
        /// The report so far.
        text: String,
        /// How many measurements are done, and how many there will be.
        done: (usize, usize),
    },
    /// The engine refused a command: nothing was done.
    Refused(String),
    /// Something to be said once.
    Notice(String),
    /// The screen has a new size.
    Resize(u16, u16),
    /// Time has passed.
    Clock,
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The engine is to carry this out.
    Perform(Command),
    /// A waiting tick is to end.
    EndWait,
    /// Measure what asking costs here.
    Measure,
    /// The measuring is to end.
    EndMeasuring,
    /// Give the terminal back and stop until fg.
    Suspend,
    /// End the program.
    Quit,
}

/// The most ticks of `n`, and the pause between them.
const MOST_UNTIL: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);
/// How long a first digit waits for a second.
const DIGITS: Duration = Duration::from_secs(1);

/// Takes in one message at the time `now`.
pub fn update(model: &mut Model, msg: Msg, now: Duration) -> Vec<Effect> {
    model.now = now;
    let effects = match msg {
        Msg::Key(key) => key_pressed(model, key),
        Msg::Paste(text) => pasted(model, &text),
        Msg::Made { record, world } => recorded(model, &record, *world),
        Msg::Measured { text, done } => {
            if let Overlay::Cost {
                text: shown,
                done: so_far,
                ..
            } = &mut model.overlay
            {
                (*shown, *so_far) = (text, done);
            }
            Vec::new()
        }
        Msg::Refused(why) => refused(model, why),
        Msg::Notice(text) => {
            model.notice = Some(text);
            Vec::new()
        }
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Msg::Clock => clock(model),
    };
    choose::keep_chosen_visible(model);
    effects
}

/// Tells the model how many rows the socket list shows.
pub fn fit(model: &mut Model, room: usize) {
    if model.room != room {
        model.room = room;
        choose::keep_chosen_visible(model);
    }
}

/// When the clock must be told next, if something on the screen depends on it.
pub fn next_clock(model: &Model) -> Option<Duration> {
    if let Some(due) = model.until.and_then(|until| until.due) {
        return Some(due);
    }
    let next = |since: Duration| {
        let passed = model.now.saturating_sub(since);
        since + Duration::from_secs(passed.as_secs() + 1)
    };
    let flight = model.flight.as_ref().map(|flight| next(flight.since));
    // A call that has not returned has its clock too, if it can be seen.
    let stuck = model
        .shown_running()
        .map(|since_us| next(Duration::from_micros(since_us)));
    flight.into_iter().chain(stuck).min()
}

fn clock(model: &mut Model) -> Vec<Effect> {
    match model.until {
        Some(until) if until.due.is_some_and(|due| due <= model.now) && model.flight.is_none() => {
            model.until = Some(Until { due: None, ..until });
            send(model, Command::TICK)
        }
        _ => Vec::new(),
    }
}

fn recorded(model: &mut Model, record: &Arc<Record>, world: World) -> Vec<Effect> {
    let is_answer = record.cause == Cause::Answer;
    let changed = !record.stages.is_empty()
        || !record.events.is_empty()
        || !record.packets.is_empty()
        || !record.looks.is_empty();
    let dropped = model.history.dropped();
    model.history.push(Arc::clone(record), world);
    if dropped == 0 && model.history.dropped() > 0 {
        model.notice = Some(format!(
            "The history takes too much memory: its {} oldest records were dropped, and more will be. What is recorded in a file stays there.",
            model.history.dropped()
        ));
    }
    if !is_answer {
        let done = model.flight.take();
        targets_taken(model, done.as_ref(), record);
    }
    one_after_another(model, changed, record.tick.is_some());
    Vec::new()
}

/// What a record means for ticks that are made one after another: the next one is due, or they are over.
fn one_after_another(model: &mut Model, changed: bool, is_tick: bool) {
    let Some(until) = model.until else {
        return;
    };
    let made = until.made + u32::from(is_tick);
    let (is_over, pause) = match until.goal {
        Goal::Change => (changed || made >= MOST_UNTIL, PAUSE),
        // Each is drawn, and none waits for the clock.
        Goal::Count(count) => (made >= count, Duration::ZERO),
    };
    if !is_over {
        let due = Some(model.now + pause);
        model.until = Some(Until { made, due, ..until });
        return;
    }
    model.until = None;
    if until.goal == Goal::Change {
        model.notice = Some(how_many(made, changed));
    }
}

fn how_many(made: u32, changed: bool) -> String {
    if !changed {
        return format!("Nothing changed in {made} ticks. A waiting tick (w) costs one.");
    }
    let lesson = if made > 1 {
        " A waiting tick (w) needs one."
    } else {
        ""
    };
    format!("It took {}.{lesson}", plural(made as usize, "tick"))
}

/// The engine took new targets: their prompt closes, and the first of them is chosen.
fn targets_taken(model: &mut Model, done: Option<&Flight>, record: &Record) {
    if !matches!(
        done,
        Some(Flight {
            command: Command::Add(_),
            ..
        })
    ) {
        return;
    }
    if matches!(model.overlay, Overlay::Prompt(_)) {
        model.overlay = Overlay::None;
    }
    if let Some(Change::Added { row, .. }) = record.changes.first() {
        model.chosen = *row;
    }
}

fn refused(model: &mut Model, why: String) -> Vec<Effect> {
    model.flight = None;
    model.until = None;
    match &mut model.overlay {
        Overlay::Prompt(prompt) => prompt.error = Some(why),
        _ => model.notice = Some(why),
    }
    Vec::new()
}

/// Sends a command to the engine, if it is free.
fn send(model: &mut Model, command: Command) -> Vec<Effect> {
    if model.flight.is_some() {
        return Vec::new();
    }
    model.flight = Some(Flight {
        command: command.clone(),
        since: model.now,
    });
    vec![Effect::Perform(command)]
}

fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    for c in text.chars().take(4096) {
        // A pasted newline must not press Enter.
        let c = if c == '\n' || c == '\r' || c == '\t' {
            ' '
        } else {
            c
        };
        prompt::type_character(model, c);
    }
    Vec::new()
}

fn key_pressed(model: &mut Model, key: Key) -> Vec<Effect> {
    match key {
        Key::Ctrl('c') => return vec![Effect::Quit],
        Key::Ctrl('z') => return vec![Effect::Suspend],
        _ => {}
    }
    if let Some(until) = model.until.take() {
        model.notice = Some(format!("Stopped after {} ticks.", until.made));
        return Vec::new();
    }
    // While the engine is busy, keys that act are thrown away; else impatient presses would burn ticks afterwards.
    if model.flight.is_some() && !matches!(model.overlay, Overlay::Prompt(_)) {
        return match keys::action(key) {
            Some(Action::Quit) => vec![Effect::Quit],
            Some(Action::Escape) => vec![Effect::EndWait],
            _ => Vec::new(),
        };
    }
    model.notice = None;
    match &model.overlay {
        Overlay::Prompt(_) => prompt::key(model, key),
        Overlay::Help { .. } => prompt::help_key(model, key),
        Overlay::Card { .. } => card_key(model, key),
        Overlay::Cost { .. } => cost_key(model, key),
        Overlay::Confirm(confirm) => {
            let confirm = *confirm;
            model.overlay = Overlay::None;
            acting::confirmed(model, confirm, key)
        }
        Overlay::None => plain_key(model, key),
    }
}

fn plain_key(model: &mut Model, key: Key) -> Vec<Effect> {
    if model.is_on_the_wire()
        && let Some(action) = keys::wire_action(key)
    {
        return packets::act(model, action);
    }
    let Some(action) = keys::action(key) else {
        return Vec::new();
    };
    match action {
        Action::Quit => return vec![Effect::Quit],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Back => travel(model, Travel::Back),
        Action::Forward => travel(model, Travel::Forward),
        Action::First => travel(model, Travel::First),
        Action::Live => travel(model, Travel::Live),
        Action::NextChange => travel(model, Travel::Next(model.chosen)),
        Action::PreviousChange => travel(model, Travel::Previous(model.chosen)),
        Action::Timeline => toggle(model, Pane::Timeline),
        Action::Up | Action::Down => choose::move_or_scroll(model, action),
        Action::Digit(digit) => choose::choose_digit(model, digit),
        Action::NextPane => next_pane(model),
        Action::Zoom => model.zoom = if model.zoom.is_some() { None } else { Some(0) },
        Action::Witnesses => toggle(model, Pane::Witnesses),
        Action::Bytes => toggle(model, Pane::Bytes),
        Action::Wire => toggle(model, Pane::Wire),
        Action::Kernel => toggle(model, Pane::Kernel),
        Action::Code => next_listing(model),
        Action::Escape => escape(model),
        Action::Help => {
            model.overlay = Overlay::Help {
                search: Input::default(),
                scroll: 0,
            }
        }
        Action::Theme => next_theme(model),
        Action::Explain => explain(model),
        Action::Depth => next_depth(model),
        Action::Filter => open(model, Asks::Filter, model.filter.clone()),
        _ => return acting::act(model, action),
    }
    Vec::new()
}

/// Moves in the history, or says why not.
fn travel(model: &mut Model, travel: Travel) {
    if let Err(why) = model.history.travel(travel) {
        model.notice = Some(match (why, &model.recorded) {
            (NoWay::Live, Some(_)) => acting::recorded_end(model),
            (NoWay::Live, None) => "This is LIVE. SPACE makes a new tick.".to_owned(),
            (why, _) => why.to_string(),
        });
    }
}

fn open(model: &mut Model, asks: Asks, text: String) {
    let proposed = !text.is_empty() && asks != Asks::Filter;
    model.overlay = Overlay::Prompt(Prompt {
        asks,
        input: Input::new(text),
        error: None,
        candidates: Vec::new(),
        proposed,
    });
}

/// Says in the prompt what is wrong with its line.
fn complain(model: &mut Model, error: String) {
    if let Overlay::Prompt(prompt) = &mut model.overlay {
        prompt.error = Some(error);
    }
}

/// Shows a pane over the whole screen, or goes back to all of them.
fn toggle(model: &mut Model, pane: Pane) {
    if model.zoom.is_some() && model.pane == pane {
        model.zoom = None;
        model.pane = Pane::Sockets;
    } else {
        model.pane = pane;
        model.zoom = Some(0);
    }
}

fn next_listing(model: &mut Model) {
    let shown = model.zoom.is_some() && model.pane == Pane::Code;
    if !shown {
        model.listing = 0;
        return toggle(model, Pane::Code);
    }
    model.listing += 1;
    model.zoom = Some(0);
    if model.listing >= listings::ALL.len() {
        model.listing = 0;
        toggle(model, Pane::Code);
    }
}

fn escape(model: &mut Model) {
    if model.zoom.take().is_none() && !model.filter.is_empty() {
        model.filter.clear();
        model.notice = Some("The filter is off.".to_owned());
    }
}

fn next_pane(model: &mut Model) {
    let at = Pane::ALL
        .iter()
        .position(|pane| *pane == model.pane)
        .unwrap_or(0);
    model.pane = Pane::ALL[(at + 1) % Pane::ALL.len()];
    if model.zoom.is_some() {
        model.zoom = Some(0);
    }
}

fn next_theme(model: &mut Model) {
    let at = Theme::ALL
        .iter()
        .position(|theme| *theme == model.theme)
        .unwrap_or(0);
    model.theme = Theme::ALL[(at + 1) % Theme::ALL.len()];
    model.notice = Some(format!("Theme: {}.", model.theme.name()));
}

/// Opens the cards of the chosen socket.
fn explain(model: &mut Model) {
    let topics = match model.wire_row().filter(|_| model.is_on_the_wire()) {
        Some(row) => {
            let wire = &model.world().wire;
            let entry = model.packet().and_then(|number| wire.get(number));
            let newest = || wire.entries().last();
            cards::topics_on_the_wire(entry.or_else(newest).map(|entry| entry.segment.kind), row)
        }
        None => model.chosen_row().map(cards::topics_of).unwrap_or_default(),
    };
    if topics.is_empty() {
        model.notice = Some(
            "Nothing to explain here yet. Type :explain and a word, such as connect.".to_owned(),
        );
    } else {
        model.overlay = Overlay::Card { topics, at: 0 };
    }
}

/// A key while a card is open: to the next card, or back to what it always means.
fn card_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Overlay::Card { topics, at } = &mut model.overlay else {
        return Vec::new();
    };
    let count = topics.len().max(1);
    match key {
        Key::Tab | Key::Right | Key::Down => *at = (*at + 1) % count,
        Key::Left | Key::Up => *at = (*at + count - 1) % count,
        Key::Esc => model.overlay = Overlay::None,
        key => {
            model.overlay = Overlay::None;
            if keys::action(key) != Some(Action::Explain) {
                return plain_key(model, key);
            }
        }
    }
    Vec::new()
}

/// A key while the costs are shown: Esc closes them, and ends the measuring if it still runs.
fn cost_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Overlay::Cost { scroll, .. } = &mut model.overlay else {
        return Vec::new();
    };
    match keys::action(key) {
        Some(Action::Quit) => return vec![Effect::EndMeasuring, Effect::Quit],
        Some(Action::Up) => *scroll = scroll.saturating_sub(1),
        Some(Action::Down) => *scroll = scroll.saturating_add(1),
        Some(Action::Back) if key == Key::PageUp => *scroll = scroll.saturating_sub(10),
        Some(Action::Tick) => *scroll = scroll.saturating_add(10),
        Some(Action::Escape) => {
            model.overlay = Overlay::None;
            return vec![Effect::EndMeasuring];
        }
        _ => {}
    }
    Vec::new()
}

fn next_depth(model: &mut Model) {
    let at = Depth::ALL
        .iter()
        .position(|depth| *depth == model.depth)
        .unwrap_or(0);
    model.depth = Depth::ALL[(at + 1) % Depth::ALL.len()];
}

fn confirm(model: &mut Model, what: Confirm) -> Vec<Effect> {
    if model.chosen_row().is_none() {
        model.notice = Some("No socket is chosen.".to_owned());
    } else {
        model.overlay = Overlay::Confirm(what);
    }
    Vec::new()
}
