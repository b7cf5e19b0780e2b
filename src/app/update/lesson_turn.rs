//! A lesson takes its turn, and what it asks for is handed on.

use super::guide;
use super::message::Effect;
use crate::app::lesson::{LessonRun, LessonTurn};
use crate::app::model::Model;
use crate::language::claim::SaidSentence;
use crate::language::keys;
use crate::model::world::World;
use crate::narrate::story;

/// An own key acts: the lesson writes down what must stand before it, and knows that its path was left.
pub(super) fn own_key(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(run) = model.lesson.as_mut().filter(|_| model.recorded.is_none()) else {
        return;
    };
    let Some(at) = effects
        .iter()
        .position(|effect| matches!(effect, Effect::Perform(_)))
    else {
        return;
    };
    if let Some(before) = run.own_key() {
        effects.insert(at, Effect::Lines(vec![before]));
    }
}

/// Lets the lesson take a turn, with the world as it is and not as it is covered.
pub(super) fn turn(
    model: &mut Model,
    take: impl FnOnce(&mut LessonRun, &World, &dyn Fn() -> Vec<SaidSentence>) -> LessonTurn,
) -> Vec<Effect> {
    let Some(mut run) = model.lesson.take() else {
        return Vec::new();
    };
    let world = model.history.uncovered_live();
    let record = model.history.uncovered_record();
    let said = || record.map_or_else(Vec::new, |record| story::said(world, record));
    let was_over = run.is_over();
    let taken = take(&mut run, world, &said);
    let from = run.covers_what_follows().then(|| model.history.count());
    let is_over = run.is_over();
    let open = run.is_open();
    model.lesson = Some(run);
    if taken.uncovers {
        model.history.cover_from(from);
    }
    if open {
        model.zoom = None;
        model.history.end();
    }
    if taken.notice.is_some() {
        model.notice = taken.notice.as_deref().map(keys::said);
    }
    let mut effects = Vec::new();
    if !taken.requests.is_empty() {
        effects.push(Effect::Lines(taken.requests));
    }
    if taken.stages_afresh {
        effects.push(Effect::StageAfresh);
    }
    // What was answered is kept at once, however the program ends.
    if taken.uncovers && !is_over || is_over && !was_over {
        effects.push(Effect::KeepProgress);
    }
    effects.extend(guide::keep(model));
    effects
}
