//! What the keys of a watched program do.

use super::choose;
use super::ends::goes_forward;
use super::line::{complain, open};
use super::message::Effect;
use crate::app::model::{InFlight, Model, Pane};
use crate::app::overlay::{Confirm, Overlay, PromptKind};
use crate::app::palette::why_not;
use crate::app::watching;
use crate::derive::waits;
use crate::language::keys::Action;
use crate::language::request::ProgramWord;
use crate::model::command::Command;
use crate::model::record::{Cause, Record};
use crate::model::task::{Doing, ProgramOrder, Task};
use crate::words::prose;

/// Whether it cannot be done now: in the past, in a recording, or since the program is not where it would be. It is said why.
fn is_refused(model: &mut Model, why_not_here: fn(&Model) -> Option<String>) -> bool {
    let why = why_not(model);
    let why = why.or_else(|| why_not_here(model));
    let is_refused = why.is_some();
    if is_refused {
        model.notice = why;
    }
    is_refused
}

/// Lets the call of the chosen thread go; in the past and in a recording it only goes forward.
pub(super) fn let_go(model: &mut Model) -> Vec<Effect> {
    if goes_forward(model) {
        return Vec::new();
    }
    if is_refused(model, watching::why_not_let_go) {
        return Vec::new();
    }
    let Some(task) = watching::held(model).filter(|_| model.in_flight.is_none()) else {
        return Vec::new();
    };
    model.in_flight = Some(InFlight {
        command: Command::TICK,
        since: model.now,
    });
    vec![Effect::Order(ProgramOrder::LetGo(task))]
}

/// Chooses the thread so many lines below, of those that are held or wait; where a pane fills the screen it is scrolled.
pub(super) fn choose(model: &mut Model, step: isize) {
    if model.zoom.is_some() {
        return choose::move_or_scroll(model, step);
    }
    let world = model.world();
    let stands = |doing: &Doing| matches!(doing, Doing::Held { .. } | Doing::InCall { .. });
    let tasks: Vec<Task> = waits::living(world)
        .filter(|(_, state)| stands(&state.doing))
        .map(|(task, _)| task)
        .collect();
    let at = model
        .task()
        .and_then(|chosen| tasks.iter().position(|task| *task == chosen));
    let next = match at {
        None => tasks.first(),
        Some(at) => tasks.get(at.saturating_add_signed(step)).or(tasks.last()),
    };
    if let Some(task) = next {
        model.chosen_task = Some(*task);
    }
}

/// Asks for a line for the program.
pub(super) fn type_line(model: &mut Model) {
    if !is_refused(model, watching::why_not_reach) {
        open(model, PromptKind::ProgramLine, String::new());
    }
}

/// The line is whole: an empty one is one too.
pub(super) fn typed(model: &mut Model, line: String) -> Vec<Effect> {
    model.overlay = Overlay::None;
    match is_refused(model, watching::why_not_reach) {
        true => Vec::new(),
        false => vec![Effect::Order(ProgramOrder::Type(line))],
    }
}

/// Ends the call in which the chosen thread waits.
pub(super) fn interrupt(model: &mut Model) -> Vec<Effect> {
    if is_refused(model, watching::why_not_interrupt) {
        return Vec::new();
    }
    let task = watching::waiting(model);
    let order = task.map(|task| Effect::Order(ProgramOrder::Interrupt(task)));
    order.into_iter().collect()
}

/// Asks for a second press that ends the program.
pub(super) fn end(model: &mut Model) {
    if !is_refused(model, watching::why_not_reach) {
        model.overlay = Overlay::Confirm {
            what: Confirm::EndProgram,
            since: model.now,
        };
    }
}

/// Says why a key has no place here.
pub(super) fn is_not_here(model: &mut Model, action: Action) {
    let why = match action {
        Action::Code => prose::say("watch no-listing"),
        _ => prose::say("watch no-lesson"),
    };
    model.notice = Some(why.to_owned());
}

/// What a word does that is for a watched program.
pub(super) fn word(model: &mut Model, word: ProgramWord) -> Vec<Effect> {
    let why = why_not(model);
    if let Some(why) = why.or_else(|| watching::why_not_reach(model)) {
        complain(model, why);
        return Vec::new();
    }
    match word {
        ProgramWord::Int => {
            model.overlay = Overlay::None;
            vec![Effect::Order(ProgramOrder::Int)]
        }
        ProgramWord::Thread(task) => {
            if let Some(why) = watching::why_not_choose(model, task) {
                complain(model, why);
            } else {
                model.overlay = Overlay::None;
                model.chosen_task = Some(task);
            }
            Vec::new()
        }
    }
}

/// A thread that was chosen and whose call has not returned is not the chosen one any more: the next press is for another.
pub(super) fn recorded(model: &mut Model, record: &Record) {
    let Cause::Step(stepped) = record.cause else {
        return;
    };
    let waits = record.calls.iter().any(|fact| {
        let made = fact.made.as_ref();
        fact.outcome.is_none() && made.is_some_and(|made| made.task == stepped)
    });
    if waits && model.chosen_task == Some(stepped) {
        model.chosen_task = None;
    }
    // What it says is read where it stands.
    if model.pane == Pane::Output && model.zoom.is_some() {
        model.zoom = Some(0);
    }
}
