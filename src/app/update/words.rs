//! What each line of the `:` prompt does.

use super::lessons;
use super::line::complain;
use super::message::Effect;
use super::order::{send, several};
use super::{showing, watched};
use crate::app::model::{Goal, Model, Pane, Theme};
use crate::app::overlay::Overlay;
use crate::app::palette::{why_not, why_not_command};
use crate::language::claim::Claim;
use crate::language::duration::write_wait;
use crate::language::keys;
use crate::language::request::{Frontend, Request};
use crate::language::speech::Part;
use crate::language::verbs;
use crate::model::command::Command;
use crate::narrate::cards;
use crate::narrate::story;
use crate::words::prose;
use std::time::Duration;
use tui_input::Input;

/// Does what was asked for; `text` is how it was typed. What cannot be done is said in the prompt, which stays.
pub(super) fn execute(model: &mut Model, request: Request, text: &str) -> Vec<Effect> {
    match request {
        Request::Act(command) => return act(model, command),
        Request::Ticks(count) => return ticks(model, count),
        Request::Cost => return measure(model),
        Request::Quit => return vec![Effect::Quit],
        Request::Move(seek) => {
            model.overlay = Overlay::None;
            showing::seek(model, seek);
        }
        Request::Check(claim) => check(model, &claim, text),
        Request::PollTimeout(duration) => poll_timeout(model, duration),
        Request::Explain(words) => explain(model, &words),
        Request::Depth(depth) => {
            model.overlay = Overlay::None;
            model.depth = depth;
        }
        Request::Tell => whole(model, Pane::Story),
        Request::Part(part) => whole(model, pane_of(part)),
        Request::Help(about) => help(model, about.unwrap_or_default()),
        Request::Theme(name) => theme(model, name),
        Request::Lesson(word) => return lessons::word(model, word),
        Request::Program(word) => return watched::word(model, word),
        Request::Await { .. } => not_here(model, "await"),
        // No word of the prompt: only a lesson's file has it.
        Request::Watch(..) => complain(model, prose::say("client not-first").to_owned()),
        Request::Say(_) => not_here(model, "say"),
    }
    Vec::new()
}

/// A word that is refused when the line is read.
fn not_here(model: &mut Model, word: &str) {
    complain(model, verbs::elsewhere(word, Frontend::Screen).to_owned());
}

/// Shows one pane alone.
fn whole(model: &mut Model, pane: Pane) {
    model.overlay = Overlay::None;
    model.pane = pane;
    model.zoom = Some(0);
}

/// The pane that shows what the conversation says.
fn pane_of(part: Part) -> Pane {
    match part {
        Part::More => Pane::Story,
        Part::Lists => Pane::Lists,
        Part::Kernel => Pane::Kernel,
        Part::Calls => Pane::Calls,
    }
}

fn act(model: &mut Model, command: Command) -> Vec<Effect> {
    if command == Command::TICK && model.is_watched() {
        model.overlay = Overlay::None;
        return watched::let_go(model);
    }
    if let Some(why) = why_not_command(model, &command) {
        complain(model, why);
        return Vec::new();
    }
    // A prompt for targets stays open until the engine has taken them: it may still refuse.
    if !matches!(command, Command::Add(_)) {
        model.overlay = Overlay::None;
    }
    send(model, command)
}

fn ticks(model: &mut Model, count: u32) -> Vec<Effect> {
    if let Some(why) = why_not(model) {
        complain(model, why);
        return Vec::new();
    }
    // Nothing is begun beside what is under way.
    if model.in_flight.is_some() {
        return Vec::new();
    }
    model.overlay = Overlay::None;
    if model.is_watched() {
        return watched::let_go(model);
    }
    several(model, Goal::Count(count))
}

fn measure(model: &mut Model) -> Vec<Effect> {
    model.overlay = Overlay::Cost {
        text: String::new(),
        done: (0, 0),
        scroll: 0,
    };
    vec![Effect::Measure]
}

fn check(model: &mut Model, claim: &Claim, text: &str) {
    let said = || {
        let record = model.history.record();
        record.map_or_else(Vec::new, |record| story::said(model.world(), record))
    };
    match claim.check(model.world(), said) {
        Ok(()) => {
            model.notice = Some(format!("Yes: {text}."));
            model.overlay = Overlay::None;
        }
        Err(instead) => complain(model, format!("No: {instead}")),
    }
}

fn poll_timeout(model: &mut Model, duration: Duration) {
    model.poll_timeout = duration;
    model.overlay = Overlay::None;
    model.notice = Some(format!("Each tick's poll {} now.", write_wait(duration)));
}

/// A card; a key or a command is found in the help.
fn explain(model: &mut Model, words: &str) {
    if let Some(topic) = cards::topic(words) {
        model.overlay = Overlay::Card {
            topics: vec![topic],
            at: 0,
            under: Box::default(),
        };
    } else if keys::labelled(words).next().is_some() || verbs::find(words).is_some() {
        help(model, words.to_owned());
    } else {
        complain(model, cards::unknown(words));
    }
}

fn help(model: &mut Model, word: String) {
    model.overlay = Overlay::Help {
        search: Input::new(word),
        scroll: 0,
    };
}

fn theme(model: &mut Model, name: &str) {
    if let Some(theme) = Theme::ALL.iter().find(|theme| theme.name() == name) {
        model.theme = *theme;
    }
    model.overlay = Overlay::None;
    model.notice = Some(format!("Theme: {}.", model.theme.name()));
}
