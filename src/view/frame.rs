//! What the panes draw on: the cells of one screen, and the place of the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;

/// One screen while it is drawn.
///
/// It is ratatui's `Frame` without its terminal, so that whoever shows the screen may compare it with the last one by itself.
#[derive(Debug)]
pub struct Frame<'a> {
    cells: &'a mut Buffer,
    cursor: Option<Position>,
    /// The terminal shows ASCII alone.
    pub(super) is_ascii: bool,
}

impl<'a> Frame<'a> {
    /// A screen as large as the buffer. The cells must be empty.
    pub fn new(cells: &'a mut Buffer) -> Frame<'a> {
        Frame {
            cells,
            cursor: None,
            is_ascii: false,
        }
    }

    /// Where the cursor shall stand; without a place it is hidden.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    pub(super) fn area(&self) -> Rect {
        self.cells.area
    }

    pub(super) fn buffer_mut(&mut self) -> &mut Buffer {
        self.cells
    }

    pub(super) fn set_cursor_position(&mut self, place: impl Into<Position>) {
        self.cursor = Some(place.into());
    }

    pub(super) fn render_widget(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area, self.cells);
    }
}
