//! What stands in the cells of the socket list.

use super::columns::SocketColumns;
use crate::app::model::Model;
use crate::model::socket::Stage;
use crate::model::world::RowState;
use crate::narrate::facts;
use crate::view::paint::cut;
use unicode_width::UnicodeWidthStr;

pub(super) fn stage_text(
    model: &Model,
    row: &RowState,
    columns: &SocketColumns,
    changed: bool,
) -> String {
    let stage = row.stage();
    let mut word = stage.word().to_owned();
    // Without a column of its own the errno stands in the stage's place: it is the result.
    if columns.fact == 0
        && stage == Stage::Error
        && let Some(failure) = row.current().failure
    {
        word = format!("error {}", failure.name());
    }
    let running = running_text(model, row).filter(|_| columns.fact == 0);
    let text = match running.map(|running| format!("{} {word}, {running}", stage.sign())) {
        Some(whole) if whole.width() <= columns.stage => whole,
        _ => format!("{} {word}", stage.sign()),
    };
    match changed {
        true if text.width() + 2 <= columns.stage => format!("{text} *"),
        true => format!("{text}*"),
        false => text,
    }
}

/// The call that has not returned, and for how long.
fn running_text(model: &Model, row: &RowState) -> Option<String> {
    let call = row.running()?;
    let word = match call {
        "getaddrinfo" => "lookup".to_owned(),
        call => format!("{call}()"),
    };
    if !model.history.is_live() {
        return Some(format!("in {word}"));
    }
    let now = u64::try_from(model.now.as_micros()).unwrap_or(u64::MAX);
    let seconds = now.saturating_sub(row.waits_since_us) / 1_000_000;
    Some(format!("{word} {seconds} s"))
}

pub(super) fn fact_text(model: &Model, row: &RowState) -> String {
    running_text(model, row).unwrap_or_else(|| facts::word(model.world(), row))
}

/// A target that is too long loses its beginning: what tells two of them apart is mostly the port.
pub(super) fn cut_target(target: &str, width: usize) -> String {
    let count = target.chars().count();
    if target.width() <= width || target.width() != count {
        return cut(target, width);
    }
    let tail: String = target.chars().skip(count + 1 - width.max(1)).collect();
    format!("~{tail}")
}
