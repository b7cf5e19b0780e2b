//! A screen as strokes: what is put on each of its lines, one over the other. That is a twentieth of the cells that it becomes, so two
//! pictures are soon compared, and only the lines that differ need to become cells.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use std::ops::Range;

/// What is put on each line of a screen.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    area: Rect,
    lines: Vec<PaintedLine>,
}

/// The strokes of one line, in order.
#[derive(Clone, Debug, Default, PartialEq)]
struct PaintedLine {
    strokes: Vec<Stroke>,
    /// The texts of the strokes, one behind the other.
    text: String,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSpan {
    /// The line, as the screen counts.
    pub y: u16,
    /// Its columns.
    pub columns: Range<u16>,
}

/// One stroke from a column on, in at most so many cells.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stroke {
    x: u16,
    width: u16,
    ink: Ink,
    style: Style,
    /// How many bytes of the line's text are its own.
    bytes: usize,
}

/// What a stroke does to its cells before it puts its style over theirs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink {
    /// They get a text.
    Text,
    /// They all get this character.
    Fill(char),
    /// They are emptied.
    Clear,
    /// Nothing.
    Restyle,
}

impl Picture {
    /// An empty one.
    pub fn new(area: Rect) -> Picture {
        let mut picture = Picture::default();
        picture.begin(area);
        picture
    }

    /// Empties it, for a screen of this size.
    pub fn begin(&mut self, area: Rect) {
        self.area = area;
        for line in &mut self.lines {
            line.strokes.clear();
            line.text.clear();
        }
        self.lines
            .resize_with(usize::from(area.height), PaintedLine::default);
    }

    /// The screen's size.
    pub fn area(&self) -> Rect {
        self.area
    }

    /// The parts of lines that may not be as in another picture of the same size, from the top down. What lies outside of them is the same.
    pub fn differing<'a>(&'a self, other: &'a Picture) -> impl Iterator<Item = LineSpan> + 'a {
        let pairs = self.lines.iter().zip(&other.lines);
        let lines = (self.area.y..).zip(pairs);
        lines.filter_map(|(y, (line, other))| {
            let columns = line.differing(other)?;
            // A character that fills two cells may begin in the cell before, or end in the one behind.
            let from = columns.start.saturating_sub(1).max(self.area.left());
            let to = columns.end.saturating_add(1).min(self.area.right());
            let columns = from..to;
            Some(LineSpan { y, columns })
        })
    }

    pub(super) fn put(&mut self, place: Position, width: u16, ink: Ink, text: &str, style: Style) {
        if !self.area.contains(place) || width == 0 {
            return;
        }
        if let Some(line) = self.lines.get_mut(usize::from(place.y - self.area.y)) {
            line.text.push_str(text);
            line.strokes.push(Stroke {
                x: place.x,
                width,
                ink,
                style,
                bytes: text.len(),
            });
        }
    }

    /// Makes a part of a line into cells, whatever they were, in a buffer of the same size. The cells beside it may become anything.
    pub fn paint(&self, part: &LineSpan, cells: &mut Buffer) {
        let (y, columns) = (part.y, &part.columns);
        let Some(line) = self.lines.get(usize::from(y.wrapping_sub(self.area.y))) else {
            return;
        };
        line_from(cells, columns.start, y)
            .take(columns.len())
            .for_each(Cell::reset);
        let mut rest = line.text.as_str();
        for stroke in &line.strokes {
            let text = rest.get(..stroke.bytes).unwrap_or_default();
            rest = rest.get(stroke.bytes..).unwrap_or_default();
            let reached = stroke.columns();
            if reached.start < columns.end && columns.start < reached.end {
                stroke.paint(y, text, cells);
            }
        }
    }

    /// All of its cells.
    pub fn cells(&self) -> Buffer {
        let mut cells = Buffer::empty(self.area);
        for y in self.area.top()..self.area.bottom() {
            let columns = self.area.left()..self.area.right();
            self.paint(&LineSpan { y, columns }, &mut cells);
        }
        cells
    }
}

impl PaintedLine {
    /// The columns that the strokes reach which the two do not have in common: those at the beginning and at the end are left out, if they
    /// are the same. `None` if all are.
    fn differing(&self, other: &PaintedLine) -> Option<Range<u16>> {
        if self == other {
            return None;
        }
        let (one, two) = (self.strokes.as_slice(), other.strokes.as_slice());
        let least = one.len().min(two.len());
        let mut at = 0;
        let begin = (0..least).take_while(|place| {
            let text = at..at + one[*place].bytes;
            at = text.end;
            one[*place] == two[*place] && self.text.get(text.clone()) == other.text.get(text)
        });
        let begin = begin.count();
        let (mut left, mut right) = (self.text.len(), other.text.len());
        let end = (1..=least - begin).take_while(|back| {
            let (a, b) = (one[one.len() - back], two[two.len() - back]);
            let texts = (left - a.bytes..left, right - b.bytes..right);
            (left, right) = (texts.0.start, texts.1.start);
            a == b && self.text.get(texts.0) == other.text.get(texts.1)
        });
        let end = end.count();
        let differing = one[begin..one.len() - end]
            .iter()
            .chain(&two[begin..two.len() - end]);
        let columns = differing.map(Stroke::columns);
        columns.reduce(|one, two| one.start.min(two.start)..one.end.max(two.end))
    }
}

impl Stroke {
    /// The columns that it may reach.
    fn columns(&self) -> Range<u16> {
        self.x..self.x.saturating_add(self.width)
    }

    fn paint(&self, y: u16, text: &str, cells: &mut Buffer) {
        let (width, style) = (usize::from(self.width), self.style);
        match self.ink {
            Ink::Text if is_plain(text) => {
                for (cell, byte) in line_from(cells, self.x, y).zip(text.bytes().take(width)) {
                    // Most of what is written over is blank, and a third of what is written is blank too.
                    if byte != b' ' || cell.symbol().as_bytes() != b" " {
                        cell.set_char(char::from(byte));
                    }
                    restyle(cell, style);
                }
            }
            // Only other text needs to be taken apart into graphemes.
            Ink::Text => {
                cells.set_stringn(self.x, y, text, width, style);
            }
            Ink::Fill(with) => {
                for cell in line_from(cells, self.x, y).take(width) {
                    cell.set_char(with);
                    restyle(cell, style);
                }
            }
            Ink::Clear => {
                for cell in line_from(cells, self.x, y).take(width) {
                    cell.reset();
                    restyle(cell, style);
                }
            }
            Ink::Restyle => {
                for cell in line_from(cells, self.x, y).take(width) {
                    restyle(cell, style);
                }
            }
        }
    }
}

/// Whether it is printable ASCII, which takes one cell a byte.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// Puts a style over the one that a cell has.
fn restyle(cell: &mut Cell, style: Style) {
    cell.fg = style.fg.unwrap_or(cell.fg);
    cell.bg = style.bg.unwrap_or(cell.bg);
    cell.modifier = (cell.modifier | style.add_modifier) - style.sub_modifier;
}

/// The cells from a place to the end of its line; none if the place is not on the screen.
fn line_from(cells: &mut Buffer, x: u16, y: u16) -> impl Iterator<Item = &mut Cell> {
    let area = cells.area;
    let inside = area.contains(Position { x, y });
    let from = usize::from(y - area.y.min(y)) * usize::from(area.width);
    let line = from..from + usize::from(area.width);
    let cells = cells.content.get_mut(line).filter(|_| inside);
    let skipped = usize::from(x - area.x.min(x));
    cells.into_iter().flatten().skip(skipped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Color;

    const SIZE: Rect = Rect::new(0, 0, 8, 3);

    fn put(picture: &mut Picture, (x, y): (u16, u16), text: &str, style: Style) {
        picture.put(Position { x, y }, 8, Ink::Text, text, style);
    }

    #[test]
    fn a_line_is_what_was_put_on_it_one_over_the_other() {
        let mut picture = Picture::new(SIZE);
        put(&mut picture, (0, 0), "abcdefghij", Style::new());
        put(&mut picture, (2, 0), "\u{4e00}!", Style::new());
        picture.put(Position { x: 6, y: 0 }, 1, Ink::Clear, "", Style::new());
        picture.put(Position { x: 0, y: 2 }, 3, Ink::Fill('-'), "", Style::new());
        let wanted = Buffer::with_lines(["ab\u{4e00}!f h", "", "---     "]);
        assert_eq!(picture.cells(), wanted);
    }

    #[test]
    fn strokes_that_two_lines_have_in_common_are_not_painted_again() {
        let line = |middle: &str| {
            let mut picture = Picture::new(SIZE);
            let texts = [(0, "a"), (2, middle), (6, "z")];
            for (x, text) in texts {
                let place = Position { x, y: 1 };
                picture.put(place, 2, Ink::Text, text, Style::new());
            }
            picture
        };
        let parts =
            |one: &str, two: &str| -> Vec<LineSpan> { line(one).differing(&line(two)).collect() };
        let part = |columns| vec![LineSpan { y: 1, columns }];
        assert_eq!(parts("b", "b"), []);
        assert_eq!(parts("b", "c"), part(1..5));
        assert_eq!(parts("bc", "b"), part(1..5));
        assert_eq!(parts("", "b"), part(1..5));
    }

    proptest! {
        #[test]
        fn painting_the_parts_that_differ_makes_one_picture_into_the_other(
            one in pictures(), two in pictures(),
        ) {
            let mut cells = one.cells();
            let mut next = Buffer::empty(SIZE);
            for part in two.differing(&one) {
                two.paint(&part, &mut next);
                for x in part.columns {
                    cells[(x, part.y)] = next[(x, part.y)].clone();
                }
            }
            prop_assert_eq!(cells, two.cells());
        }
    }

    fn pictures() -> impl Strategy<Value = Picture> {
        let ink = prop::sample::select(vec![
            (Ink::Text, "one two"),
            (Ink::Text, "one"),
            (Ink::Text, "\u{4e00}\u{4e00}"),
            (Ink::Text, "a\u{1f600}b"),
            (Ink::Fill('-'), ""),
            (Ink::Clear, ""),
            (Ink::Restyle, ""),
        ]);
        let style = prop::sample::select(vec![Style::new(), Style::new().bg(Color::Blue)]);
        let stroke = (0..SIZE.width, 0..2_u16, 1..9_u16, ink, style);
        prop::collection::vec(stroke, 0..6).prop_map(|strokes| {
            let mut picture = Picture::new(SIZE);
            for (x, y, width, (ink, text), style) in strokes {
                picture.put(Position { x, y }, width, ink, text, style);
            }
            picture
        })
    }

    #[test]
    fn what_lies_outside_of_the_screen_is_not_painted() {
        let mut picture = Picture::new(SIZE);
        for place in [(8, 0), (0, 3), (u16::MAX, u16::MAX)] {
            put(&mut picture, place, "x", Style::new());
        }
        assert_eq!(picture.cells(), Buffer::empty(SIZE));
    }

    #[test]
    fn lines_differ_by_text_by_style_and_by_place() {
        let mut before = Picture::new(SIZE);
        put(&mut before, (0, 0), "one", Style::new());
        put(&mut before, (0, 1), "two", Style::new());
        let mut after = before.clone();
        assert_eq!(after.differing(&before).count(), 0);
        after.begin(SIZE);
        put(&mut after, (0, 0), "one", Style::new().fg(Color::Red));
        put(&mut after, (1, 1), "two", Style::new());
        put(&mut after, (0, 2), "new", Style::new());
        let differing: Vec<u16> = after.differing(&before).map(|part| part.y).collect();
        assert_eq!(differing, [0, 1, 2]);
        after.begin(SIZE);
        put(&mut after, (0, 0), "one", Style::new());
        put(&mut after, (0, 1), "two", Style::new());
        assert_eq!(after.differing(&before).count(), 0);
    }
}
