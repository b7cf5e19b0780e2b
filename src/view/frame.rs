//! What the panes draw on: the strokes of one screen, and the place of the cursor.

use super::picture::{Ink, Picture};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// One screen while it is drawn.
///
/// It takes the place of ratatui's `Frame`: what is drawn is kept as strokes, and becomes cells where it is not as it was.
#[derive(Debug)]
pub struct Frame<'a> {
    picture: &'a mut Picture,
    cursor: Option<Position>,
    /// The terminal shows ASCII alone.
    pub(super) is_ascii: bool,
}

impl<'a> Frame<'a> {
    /// A screen as large as the picture, which must be empty.
    pub fn new(picture: &'a mut Picture) -> Frame<'a> {
        Frame {
            picture,
            cursor: None,
            is_ascii: false,
        }
    }

    /// Where the cursor shall stand; without a place it is hidden.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    pub(super) fn area(&self) -> Rect {
        self.picture.area()
    }

    pub(super) fn set_cursor_position(&mut self, place: impl Into<Position>) {
        self.cursor = Some(place.into());
    }

    /// Puts text into at most `width` cells from a place on; none if the place is not on the screen.
    pub(super) fn text(&mut self, place: Position, width: u16, text: &str, style: Style) {
        self.picture.put(place, width, Ink::Text, text, style);
    }

    /// Puts the same character into `width` cells from a place on.
    pub(super) fn fill(&mut self, place: Position, width: u16, with: char, style: Style) {
        self.picture.put(place, width, Ink::Fill(with), "", style);
    }

    /// Puts a style over the one that an area has.
    pub(super) fn restyle(&mut self, area: Rect, style: Style) {
        self.over(area, Ink::Restyle, style);
    }

    /// Empties an area, and gives it a style.
    pub(super) fn clear(&mut self, area: Rect, style: Style) {
        self.over(area, Ink::Clear, style);
    }

    fn over(&mut self, area: Rect, ink: Ink, style: Style) {
        for y in area.top()..area.bottom() {
            let place = Position { x: area.x, y };
            self.picture.put(place, area.width, ink, "", style);
        }
    }
}
