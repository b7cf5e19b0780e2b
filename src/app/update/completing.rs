//! Completion of the line that is typed: as far as it is certain, and what it could become.

use super::line::edit;
use super::message::Effect;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, PromptKind};
use crate::language;
use crate::language::keys::Key;
use crate::language::request::Frontend;
use crate::model::ids::Row;
use crate::words::peers;

/// Completes the last word as far as it is certain, and shows what it could become.
pub(super) fn complete(model: &mut Model) -> Vec<Effect> {
    let rows: Vec<Row> = model.world().present().map(|row| row.row).collect();
    let targets: Vec<String> = peers::names().map(|name| format!("@{name}")).collect();
    let Overlay::Prompt(prompt) = &mut model.overlay else {
        return Vec::new();
    };
    let typed = prompt.input.value().to_owned();
    let line = match prompt.asks {
        PromptKind::Targets => format!("add {typed}"),
        _ => typed.clone(),
    };
    let candidates = language::complete(&line, Frontend::Screen, &rows, &targets);
    let word = if line.ends_with(char::is_whitespace) {
        ""
    } else {
        line.split_whitespace().last().unwrap_or("")
    };
    if let Some(first) = candidates.first() {
        let shared = candidates
            .iter()
            .map(|candidate| shared_start(first, candidate))
            .min()
            .unwrap_or(0);
        let mut more = first.get(word.len()..shared).unwrap_or("").to_owned();
        if candidates.len() == 1 {
            more.push(' ');
        }
        for c in more.chars() {
            edit(&mut prompt.input, Key::Char(c));
        }
    }
    prompt.error = None;
    prompt.candidates = if candidates.len() > 1 {
        candidates
    } else {
        Vec::new()
    };
    Vec::new()
}

/// How many bytes two words have in common at their beginning.
fn shared_start(one: &str, other: &str) -> usize {
    one.char_indices()
        .zip(other.chars())
        .take_while(|((_, a), b)| a == b)
        .map(|((at, c), _)| at + c.len_utf8())
        .last()
        .unwrap_or(0)
}
