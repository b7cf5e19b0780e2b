//! A lesson takes its turn, and what it asks for is handed on.

use super::guide;
use super::message::Effect;
use crate::app::lesson::{LessonRun, LessonTurn};
use crate::app::model::Model;
use crate::language::claim::SaidSentence;
use crate::language::keys;
use crate::model::world::World;
use crate::narrate::story;

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
    if is_over && !was_over {
        effects.push(Effect::KeepProgress);
    }
    effects.extend(guide::keep(model));
    effects
}
