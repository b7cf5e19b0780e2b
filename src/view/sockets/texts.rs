//! What stands in the cells of the socket list.

use super::columns::SocketColumns;
use crate::app::model::Model;
use crate::model::socket::Stage;
use crate::model::world::RowState;
use crate::narrate::facts;
use crate::view::paint::{CUT, cut};
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
    // Without that column the clock of a call that waits stands here too, alone where both have no room.
    if columns.fact == 0
        && let Some(running) = running_text(model, row)
    {
        let both = format!("{word}, {running}");
        word = match both.width() + 3 <= columns.stage {
            true => both,
            false => running,
        };
    }
    let text = format!("{} {word}", stage.sign());
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
    if !model.is_now() {
        return Some(format!("in {word}"));
    }
    let seconds = now_us(model).saturating_sub(row.waits_since_us) / 1_000_000;
    Some(format!("{word} {seconds} s"))
}

fn now_us(model: &Model) -> u64 {
    u64::try_from(model.now.as_micros()).unwrap_or(u64::MAX)
}

/// The moment of the session that is shown: now, or that of the record in the past.
pub(super) fn moment(model: &Model) -> u64 {
    match model.history.is_live() {
        true => now_us(model).max(model.world().at_us),
        false => model.world().at_us,
    }
}

/// Whether the clock of a call goes on beside what a look has counted a second ago or longer: then that number is not of now.
pub(super) fn clock_has_left_the_look(model: &Model, row: &RowState) -> bool {
    let looked = model.world().looked_at_us.unwrap_or_default();
    let runs = row.running().is_some() && model.is_now();
    runs && now_us(model).saturating_sub(looked) >= 1_000_000
}

pub(super) fn fact_text(model: &Model, row: &RowState) -> String {
    running_text(model, row).unwrap_or_else(|| facts::word(model.world(), row))
}

/// Of a target so many cells stand beside its mode, or it stands alone.
const LEAST: usize = 6;

/// What a row is called, in its column: a peer that has no room for more by whose it is.
pub(in crate::view) fn name_text(row: &RowState, width: usize) -> String {
    let label = row.label();
    if label.width() <= width {
        return label;
    }
    if let Some(of) = row.role.of() {
        let short = row.short_label();
        let fits = short.width() <= width;
        let short = if fits { short } else { format!("peer {of}") };
        return cut_target(&short, width);
    }
    // Which end of a pipe it is says more than how it is used.
    let end = row.end_label();
    if row.file().is_some() && end.width() <= width {
        return end;
    }
    let target = row.target().to_string();
    // The mode stays whole where something of the target does; a peer of the lab is known by the beginning of its name.
    let mode = label.strip_prefix(&target).unwrap_or_default();
    match mode {
        _ if mode.len() + LEAST > width => cut_target(&target, width),
        mode if target.starts_with('@') => {
            format!("{}{mode}", cut(&target, width - mode.len()))
        }
        mode => format!("{}{mode}", cut_target(&target, width - mode.len())),
    }
}

/// A target that is too long loses its beginning: what tells two of them apart is mostly the port.
fn cut_target(target: &str, width: usize) -> String {
    let count = target.chars().count();
    if target.width() <= width || target.width() != count {
        return cut(target, width).into_owned();
    }
    let tail: String = target.chars().skip(count + 1 - width.max(1)).collect();
    format!("{CUT}{tail}")
}
