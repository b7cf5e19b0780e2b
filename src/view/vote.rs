//! The vote of a class, over the whole screen: large enough to be read from the last row, two rounds side by side, and nobody's own answer.

use super::frame::Frame;
use super::paint::{heading, put, rule, wrap};
use super::theme;
use crate::app::lesson::{LessonRun, LessonStep};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::language::keys;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

/// The cells of a round's counts.
const COLUMN: usize = 8;
/// Where the text of a choice begins.
const TEXT_AT: usize = 6;

/// The lesson whose vote fills the screen.
pub(super) fn shown(model: &Model) -> Option<(&LessonRun, usize)> {
    let run = model.lesson.as_ref().filter(|run| run.vote.is_shown)?;
    let LessonStep::Asked { question, .. } = run.step else {
        return None;
    };
    let is_free = matches!(model.overlay, Overlay::None | Overlay::Prompt(_));
    is_free.then_some((run, question))
}

/// What the footer says.
pub(super) fn footer(run: &LessonRun) -> String {
    keys::said(if run.vote.rounds.len() < 2 {
        " {key vote} second vote  {key tick} the kernel answers  {key escape} back  {key help} help"
    } else {
        " {key tick} the kernel answers  {key escape} back to the question  {key help} help"
    })
}

/// Draws it.
pub(super) fn pane(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    run: &LessonRun,
    number: usize,
) {
    let Some(question) = run.question(number) else {
        return;
    };
    let is_second = run.vote.rounds.len() > 1;
    let title = if is_second {
        "SECOND VOTE"
    } else {
        "FIRST VOTE"
    };
    heading(frame, area, model, None, &[(3, title)]);
    let plain = theme::text(model);
    let bold = plain.add_modifier(Modifier::BOLD);
    let width = usize::from(area.width).saturating_sub(2);
    let mut y = 1;
    for line in wrap(&keys::in_prose(&question.text), width) {
        put(frame, area, 1, y, &line, bold);
        y += 1;
    }
    let counted = run.vote.rounds.iter().any(|counts| !counts.is_empty());
    let columns = if counted || is_second {
        run.vote.rounds.len()
    } else {
        0
    };
    let longest = question
        .choices
        .iter()
        .map(|choice| keys::in_prose(&choice.text).width())
        .max();
    let room = width.saturating_sub(TEXT_AT + columns * COLUMN);
    let text_width = longest.unwrap_or(0).clamp(1, room.max(1));
    let counts_at = TEXT_AT + text_width;
    for (round, name) in ["first", "second"].iter().take(columns).enumerate() {
        let name = format!("{name:>COLUMN$}");
        put(
            frame,
            area,
            (counts_at + round * COLUMN) as u16,
            y,
            &name,
            plain,
        );
    }
    y += 1;
    let foot = area.height.saturating_sub(3);
    let place = Rect {
        y: area.y + y,
        height: foot.saturating_sub(y),
        ..area
    };
    let table = VoteTable {
        columns,
        text_width,
    };
    table.draw(frame, place, model, run, number);
    below(frame, area, model, run);
}

/// How wide the choices are, and of how many rounds the counts stand beside them.
struct VoteTable {
    columns: usize,
    text_width: usize,
}

impl VoteTable {
    /// The choices with their counts, as far from each other as there is room.
    fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        model: &Model,
        run: &LessonRun,
        number: usize,
    ) {
        let Some(question) = run.question(number) else {
            return;
        };
        let bold = theme::text(model).add_modifier(Modifier::BOLD);
        let counts_at = TEXT_AT + self.text_width;
        let lines = (area.height / (question.choices.len() as u16).max(1)).clamp(1, 3);
        let mut y = 0;
        for (index, choice) in question.choices.iter().enumerate() {
            let letter = format!("  {}", choice.letter.to_ascii_uppercase());
            put(frame, area, 1, y, &letter, bold);
            let text = wrap(&keys::in_prose(&choice.text), self.text_width);
            for (line, text) in (y..).zip(text.iter().take(usize::from(lines))) {
                put(frame, area, TEXT_AT as u16, line, text, bold);
            }
            for (round, counts) in run.vote.rounds.iter().take(self.columns).enumerate() {
                let count = counts.get(index).map_or("-".to_owned(), u32::to_string);
                let count = format!("{count:>COLUMN$}");
                put(
                    frame,
                    area,
                    (counts_at + round * COLUMN) as u16,
                    y,
                    &count,
                    bold,
                );
            }
            y += lines;
        }
    }
}

/// What is to be done now, in two lines.
fn below(frame: &mut Frame<'_>, area: Rect, model: &Model, run: &LessonRun) {
    let plain = theme::text(model);
    let is_second = run.vote.rounds.len() > 1;
    let foot = area.height.saturating_sub(3);
    let last = run.last_letter().to_ascii_uppercase();
    let says = [
        match is_second {
            false => format!("Think alone for a minute. Then show A to {last}, all at once."),
            true => format!("Talk for two minutes. Then show A to {last} again, all at once."),
        },
        match &model.notice {
            Some(notice) => notice.clone(),
            None => "Counts, if you like: 12 91 40 ENTER.".to_owned(),
        },
    ];
    let below = Rect {
        y: area.y + foot,
        height: 3.min(area.height),
        ..area
    };
    rule(frame, below, model, plain);
    for (line, text) in (1..).zip(&says) {
        put(frame, below, 1, line, text, plain);
    }
}
