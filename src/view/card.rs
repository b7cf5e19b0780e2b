//! A card: what an errno means, what a correct program does next and what other systems say; or what a call, flag or state is.

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::Model;
use crate::language::keys;
use crate::narrate::cards;
use crate::narrate::masks;
use crate::narrate::masks::MaskText;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, topics: &[String], at: usize) {
    let name = topics.get(at).map_or("", String::as_str);
    let title = if topics.len() > 1 {
        format!("{name}  ({} of {})", at + 1, topics.len())
    } else {
        name.to_owned()
    };
    heading(frame, area, model, None, &[(3, &title)]);
    let width = usize::from(area.width).saturating_sub(4);
    let mask = model
        .chosen_row()
        .and_then(|row| masks::of_topic(name, row));
    let blocks = mask.map_or_else(|| cards::blocks(name), mask_blocks);
    let plain = theme::text(model);
    let mut line = 2;
    for (label, text) in blocks {
        put(
            frame,
            area,
            2,
            line,
            label,
            plain.add_modifier(Modifier::BOLD),
        );
        for text in wrap(&text, width.saturating_sub(12)) {
            put(frame, area, 14, line, &text, plain);
            line += 1;
        }
    }
    if topics.len() > 1 {
        line += 1;
        for text in wrap(&format!("more: {}", topics.join(", ")), width) {
            put(frame, area, 2, line, &text, plain);
            line += 1;
        }
    } else {
        line += 1;
    }
    let back = if topics.len() > 1 {
        "{key next-pane}: the next card. {key escape} goes back."
    } else {
        "{key escape} goes back."
    };
    put(frame, area, 2, line, &keys::said(back), plain);
}

fn mask_blocks(text: &MaskText) -> Vec<(&'static str, String)> {
    let mut blocks = vec![
        ("kind", "the whole mask of poll, in this stage".to_owned()),
        ("meaning", text.means.clone()),
        ("no proof", text.proves_not.clone()),
        ("next", text.next.clone()),
    ];
    if let Some(elsewhere) = &text.elsewhere {
        blocks.push((
            "elsewhere",
            format!("{elsewhere} (documented, not measured)"),
        ));
    }
    blocks.push(("manual", "poll(2)".to_owned()));
    blocks
}
