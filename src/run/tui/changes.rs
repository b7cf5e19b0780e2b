//! What a frame changes on the terminal.

use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr;

/// The cells to be written, from the top down and from left to right. Both frames must be of the same size.
///
/// The same as ratatui finds, for a third of the price: most cells are as they were, and only of those that are not one has to know
/// how wide they are. A character that fills more than one cell is left to ratatui, with the whole frame.
pub(super) fn changes<'a>(was: &'a Buffer, is: &'a Buffer) -> Vec<(u16, u16, &'a Cell)> {
    let width = usize::from(is.area.width).max(1);
    let rows = was.content.chunks(width).zip(is.content.chunks(width));
    let mut changes = Vec::new();
    for (y, (was_row, is_row)) in (is.area.y..).zip(rows) {
        for (column, (before, after)) in was_row.iter().zip(is_row).enumerate() {
            if is_same(before, after) {
                continue;
            }
            // The cell before it may cover it.
            let around = column.saturating_sub(1)..=column;
            let mut cells = around.flat_map(|at| [&was_row[at], &is_row[at]]);
            if cells.any(is_wide) {
                return was.diff(is);
            }
            changes.push((is.area.x + column as u16, y, after));
        }
    }
    changes
}

fn is_same(before: &Cell, after: &Cell) -> bool {
    if before.modifier != after.modifier || before.fg != after.fg || before.bg != after.bg {
        return false;
    }
    // To call memcmp(3) costs more than to compare a byte, or the three of a line's dash.
    match (before.symbol().as_bytes(), after.symbol().as_bytes()) {
        ([a], [b]) => a == b,
        (a, b) if a.len() == 3 && b.len() == 3 => a.first_chunk::<3>() == b.first_chunk::<3>(),
        (a, b) => a == b,
    }
}

fn is_wide(cell: &Cell) -> bool {
    let symbol = cell.symbol();
    symbol.len() > 1 && symbol.width() != 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    const SIZE: Rect = Rect::new(0, 0, 9, 3);

    /// A screen made as panes make it: texts, one over the other, in a few styles.
    fn screens() -> impl Strategy<Value = Buffer> {
        let text = prop::sample::select(vec![
            "one two",
            " ",
            "x",
            "\u{2500}\u{2500}",
            "\u{4e00}\u{4e00}",
            "a\u{1f600}b",
            "\u{2744}\u{fe0f}!",
            "e\u{301}",
        ]);
        let style = prop::sample::select(vec![
            Style::new(),
            Style::new().bg(Color::Blue),
            Style::new().fg(Color::Red).add_modifier(Modifier::REVERSED),
        ]);
        let put = (0..SIZE.width, 0..SIZE.height, text, style);
        prop::collection::vec(put, 0..8).prop_map(|puts| {
            let mut screen = Buffer::empty(SIZE);
            for (x, y, text, style) in puts {
                screen.set_string(x, y, text, style);
            }
            screen
        })
    }

    proptest! {
        #[test]
        fn the_cells_to_be_written_show_what_ratatui_would_show(was in screens(), is in screens()) {
            let ours = changes(&was, &is);
            let theirs = was.diff(&is);
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn a_frame_like_the_last_one_writes_nothing() {
        let screen = Buffer::with_lines(["one", "\u{4e00} x"]);
        assert!(changes(&screen, &screen).is_empty());
    }

    #[test]
    fn a_screen_without_cells_has_no_changes() {
        let nothing = Buffer::default();
        assert!(changes(&nothing, &nothing).is_empty());
    }
}
