//! What each message does to the model, and what it asks the world outside to do.

mod acting;
mod actions;
mod asked_again;
mod choose;
mod completing;
mod course;
mod door;
mod ends;
mod guide;
mod lesson_turn;
mod lessons;
mod line;
mod listed;
mod message;
mod modes;
mod order;
mod packets;
mod prompt;
mod recorded;
mod scroll;
mod showing;
mod vote;
mod watched;
mod words;

pub use asked_again::begin as ask_again;
pub use course::back_to_list;
pub use lessons::begin as begin_lesson;
pub use message::{Effect, Msg};

use super::model::{Model, TickRun};
use super::overlay::Overlay;
use crate::model::command::Command;
use order::send;
use std::time::Duration;

/// Takes in one message at the time `now`.
pub fn update(model: &mut Model, msg: Msg, now: Duration) -> Vec<Effect> {
    model.now = now;
    let kept = guide::catch_up(model);
    let effects = match msg {
        Msg::Key(key) => door::key(model, key),
        Msg::Paste(text) => pasted(model, &text),
        Msg::Made { record, world } => {
            recorded::recorded(model, &record, *world);
            lessons::recorded(model, &record);
            guide::recorded(model);
            Vec::new()
        }
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
        Msg::LinesDone(end) => {
            let mut effects = lessons::lines_done(model, end);
            if let Some(early) = lessons::early_key(model) {
                effects.extend(door::key(model, early));
            }
            effects
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
        Msg::Drawn => Vec::new(),
        Msg::Clock => clock(model),
    };
    let mut effects = [kept, effects].concat();
    lesson_turn::own_key(model, &mut effects);
    asked_again::follow(model);
    choose::keep_chosen_visible(model);
    effects
}

/// Sets in the model how many rows the socket list shows.
pub fn fit(model: &mut Model, visible_rows: usize) {
    if model.visible_rows != visible_rows {
        model.visible_rows = visible_rows;
        choose::keep_chosen_visible(model);
    }
}

/// The screen was drawn: a question or an answer that is new has been seen.
pub fn drawn(model: &mut Model) {
    if let Some(run) = &mut model.lesson {
        run.is_fresh = false;
    }
}

/// Takes back what a list was scrolled beyond its end.
pub fn fit_scroll(model: &mut Model, most: usize) {
    if let Overlay::Help { scroll, .. }
    | Overlay::Cost { scroll, .. }
    | Overlay::Guide {
        card: Some(scroll), ..
    } = &mut model.overlay
    {
        *scroll = most.min(*scroll);
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
    let in_flight = model
        .in_flight
        .as_ref()
        .map(|in_flight| next(in_flight.since));
    // A call that has not returned has its clock too, if it can be seen.
    let stuck = model
        .shown_running()
        .map(|since_us| next(Duration::from_micros(since_us)));
    // So has an attempt that waits for its turn.
    let now_us = u64::try_from(model.now.as_micros()).unwrap_or(u64::MAX);
    let turn = model.shown_turn(now_us).map(Duration::from_micros);
    in_flight.into_iter().chain(stuck).chain(turn).min()
}

fn clock(model: &mut Model) -> Vec<Effect> {
    match model.until {
        Some(until)
            if until.due.is_some_and(|due| due <= model.now) && model.in_flight.is_none() =>
        {
            model.until = Some(TickRun { due: None, ..until });
            send(model, Command::TICK)
        }
        _ => Vec::new(),
    }
}

fn refused(model: &mut Model, why: String) -> Vec<Effect> {
    model.in_flight = None;
    model.until = None;
    match &mut model.overlay {
        Overlay::Prompt(prompt) => prompt.error = Some(why),
        _ => model.notice = Some(why),
    }
    Vec::new()
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
