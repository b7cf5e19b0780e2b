//! What the title and the footer say in a lesson.

use super::paint::cut;
use crate::app::lesson::LessonStep;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::language::keys;

/// What the footer says in a lesson.
pub(super) fn footer(model: &Model) -> Option<String> {
    let run = model.lesson.as_ref()?;
    if !matches!(model.overlay, Overlay::None)
        || !model.history.is_live() && model.recorded.is_none()
    {
        return None;
    }
    if model.recorded.is_some() && !run.is_open() {
        return None;
    }
    if run.vote.is_shown {
        return Some(super::vote::footer(run));
    }
    Some(keys::said(&match run.step {
        _ if run.is_off_path() => {
            " {key tick} stage afresh  {key back} back  {key lessons} lessons  {key help} help  {key quit} leave".to_owned()
        }
        LessonStep::Asked { .. } | LessonStep::Answering { .. } => format!(
            " a-{} answer  {{key tick}} kernel answers  {{key vote}} vote  {{key help}} help  {{key quit}} {}",
            run.last_letter(),
            if model.recorded.is_some() {
                "quit"
            } else {
                "leave"
            }
        ),
        LessonStep::Working { .. } => " {key tick} tick  {key prompt} words  {key lessons} lessons  {key help} help  {key quit} leave".to_owned(),
        LessonStep::Over if run.once_more().is_some() => {
            " {key tick} once more  {key back} back  {key lessons} lessons  {key help} help  {key quit} leave".to_owned()
        }
        LessonStep::Over => " {key quit} leave  {key lessons} lessons  {key back} back  {key help} help".to_owned(),
        LessonStep::Revealed { .. } => {
            " {key tick} goes on  {key back} back  {key lessons} lessons  {key help} help  {key quit} leave".to_owned()
        }
        _ => " {key tick} next line  {key back} back  {key lessons} lessons  {key help} help  {key quit} leave".to_owned(),
    }))
}

/// What stands in the title: the lesson, and the open question.
pub(super) fn title(model: &Model) -> Option<String> {
    let run = model.lesson.as_ref()?;
    let all = run.answers.len();
    let part = match run.step {
        _ if run.is_off_path() => "OFF THE PATH".to_owned(),
        LessonStep::Asked { question, .. }
        | LessonStep::Answering { question, .. }
        | LessonStep::Revealed { question, .. } => format!("QUESTION {} of {all}", question + 1),
        _ => {
            let (done, all) = run.progress();
            format!("{done} of {all}")
        }
    };
    Some(format!("LESSON {}  {part}", cut(&run.name, 20)))
}
