//! What a frame changes on the terminal.

use crate::view::LineSpan;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// Adds the cells of a part of a line that are to be written, from left to right. Both frames must be of the same size.
///
/// The same as ratatui finds, for a third of the price: most cells are as they were, and only of those that are not one has to know
/// how wide they are. A part with a character that fills more than one cell is left to ratatui.
pub(super) fn changes_in<'a>(
    was: &Buffer,
    is: &'a Buffer,
    part: &LineSpan,
    changes: &mut Vec<(u16, u16, &'a Cell)>,
) {
    let (x, y) = (part.columns.start, part.y);
    let cells = places(is.area, part);
    let (Some(was_line), Some(is_line)) = (was.content.get(cells.clone()), is.content.get(cells))
    else {
        return;
    };
    let before = changes.len();
    for (column, (was, is)) in was_line.iter().zip(is_line).enumerate() {
        if is_same(was, is) {
            continue;
        }
        // The cell before it may cover it.
        let around = column.saturating_sub(1)..=column;
        let mut cells = around.flat_map(|at| [&was_line[at], &is_line[at]]);
        if cells.any(is_wide) {
            changes.truncate(before);
            return left_to_ratatui(was_line, is_line, (x, y), changes);
        }
        changes.push((x + column as u16, y, is));
    }
}

/// Where the cells of a part lie in a buffer of this size.
pub(super) fn places(area: Rect, part: &LineSpan) -> std::ops::Range<usize> {
    let line = usize::from(part.y.saturating_sub(area.y)) * usize::from(area.width);
    let of = |column: u16| line + usize::from(column.saturating_sub(area.x));
    of(part.columns.start)..of(part.columns.end)
}

fn left_to_ratatui<'a>(
    was: &[Cell],
    is: &'a [Cell],
    (x, y): (u16, u16),
    changes: &mut Vec<(u16, u16, &'a Cell)>,
) {
    let area = Rect::new(x, y, is.len() as u16, 1);
    let [before, after] = [was, is].map(|line| Buffer {
        area,
        content: line.to_vec(),
    });
    for (at, y, _) in before.diff(&after) {
        changes.extend(is.get(usize::from(at - x)).map(|cell| (at, y, cell)));
    }
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
    use ratatui::backend::{Backend, CrosstermBackend};
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

    fn changes<'a>(was: &Buffer, is: &'a Buffer) -> Vec<(u16, u16, &'a Cell)> {
        let mut changes = Vec::new();
        for y in is.area.top()..is.area.bottom() {
            let columns = is.area.left()..is.area.right();
            changes_in(was, is, &LineSpan { y, columns }, &mut changes);
        }
        changes
    }

    proptest! {
        #[test]
        fn the_cells_to_be_written_show_what_ratatui_would_show(was in screens(), is in screens()) {
            let ours = changes(&was, &is);
            let theirs = was.diff(&is);
            prop_assert_eq!(ours, theirs);
        }
    }

    /// What a terminal shows after these cells were written.
    fn write(terminal: &mut vt100::Parser, cells: &[(u16, u16, &Cell)]) {
        let mut bytes = Vec::new();
        let mut backend = CrosstermBackend::new(&mut bytes);
        let cells = cells.iter().copied();
        backend.draw(cells).expect("a vector takes everything");
        terminal.process(&bytes);
    }

    proptest! {
        #[test]
        fn writing_the_parts_that_differ_shows_what_whole_frames_show(
            screens in prop::collection::vec(screens(), 2..5),
            texts in prop::collection::vec(any::<bool>(), 4),
        ) {
            let new = || vt100::Parser::new(SIZE.height, SIZE.width, 0);
            let (mut parts, mut whole) = (new(), new());
            let mut was = Buffer::empty(SIZE);
            for (is, all) in screens.iter().zip(texts) {
                let mut changes = Vec::new();
                for y in SIZE.top()..SIZE.bottom() {
                    // The columns from the first cell that differs to the last, and one more at each end; or the whole line.
                    let differs = |x: &u16| was[(*x, y)] != is[(*x, y)];
                    let differing: Vec<u16> = (0..SIZE.width).filter(differs).collect();
                    if let [first, ..] = differing.as_slice()
                        && let Some(last) = differing.last()
                    {
                        let columns = match all {
                            true => 0..SIZE.width,
                            false => first.saturating_sub(1)..(last + 2).min(SIZE.width),
                        };
                        changes_in(&was, is, &LineSpan { y, columns }, &mut changes);
                    }
                }
                write(&mut parts, &changes);
                write(&mut whole, &was.diff(is));
                prop_assert_eq!(parts.screen().contents_formatted(), whole.screen().contents_formatted());
                was = is.clone();
            }
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
