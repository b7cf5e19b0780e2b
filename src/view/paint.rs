//! Putting text into cells: clipped, never wrapped by accident.

use super::frame::Frame;
use super::picture::is_plain;
use super::theme::{self, Hue};
use crate::app::model::{Model, Pane};
use crate::words::join::UNBROKEN;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands where text was cut off. A terminal of ASCII alone shows `>`. The sign `~` means pending, and nothing else.
pub(super) const CUT: char = '\u{2026}';

/// Writes text at a column and line of an area. What does not fit is cut off.
pub(super) fn put(
    frame: &mut Frame<'_>,
    area: Rect,
    column: u16,
    line: u16,
    text: &str,
    style: Style,
) {
    put_within(
        frame,
        area,
        column,
        line,
        usize::from(area.width),
        text,
        style,
    );
}

/// The same, in at most `width` cells.
pub(super) fn put_within(
    frame: &mut Frame<'_>,
    area: Rect,
    column: u16,
    line: u16,
    width: usize,
    text: &str,
    style: Style,
) {
    if column >= area.width || line >= area.height {
        return;
    }
    let room = usize::from(area.width - column).min(width);
    let (x, y) = (area.x + column, area.y + line);
    let ascii = (frame.is_ascii && text.contains(CUT)).then(|| text.replace(CUT, ">"));
    let text = ascii.as_deref().unwrap_or(text);
    let spaced = text.contains(UNBROKEN).then(|| text.replace(UNBROKEN, " "));
    let text = spaced.as_deref().unwrap_or(text);
    frame.text(Position { x, y }, room as u16, text, style);
}

/// Empties an area, down to the background of the theme.
pub(super) fn clear(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    frame.clear(area, theme::text(model));
}

/// A line of dashes over the whole width.
pub(super) fn rule(frame: &mut Frame<'_>, area: Rect, model: &Model, style: Style) {
    let dash = if model.place.unicode { '\u{2500}' } else { '-' };
    frame.fill(area.as_position(), area.width, dash, style);
}

/// A heading over the whole width: `-- TEXT ----`. The chosen pane's is underlined.
pub(super) fn heading(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    pane: Option<Pane>,
    parts: &[(u16, &str)],
) {
    let mut style = theme::style(model, Hue::Heading);
    if pane == Some(model.pane) {
        style = style.add_modifier(Modifier::UNDERLINED);
    }
    rule(frame, area, model, theme::style(model, Hue::Heading));
    for (column, text) in parts {
        let text = format!(" {text} ");
        put(frame, area, column.saturating_sub(1), 0, &text, style);
    }
}

/// How many cells a text takes.
pub(super) fn cells(text: &str) -> usize {
    if is_plain(text) {
        text.len()
    } else {
        text.width()
    }
}

/// Text cut to a width, with [`CUT`] at the end if something was cut off.
pub(super) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if cells(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        out.push(c);
        used += wide;
    }
    if width > 0 {
        out.push(CUT);
    }
    Cow::Owned(out)
}

/// Words broken into lines of at most `width` cells.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let gap = usize::from(!line.is_empty());
        if used + gap + cells(word) > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if !line.is_empty() {
            line.push(' ');
            used += 1;
        }
        let mut rest = word;
        while cells(rest) > width {
            let cut: usize = rest
                .char_indices()
                .scan(0, |used, (at, c)| {
                    *used += c.width().unwrap_or(0);
                    (*used <= width).then_some(at + c.len_utf8())
                })
                .last()
                .unwrap_or(rest.len());
            lines.push(rest[..cut].to_owned());
            rest = &rest[cut..];
        }
        line.push_str(rest);
        used += cells(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_lose_no_word_and_fit() {
        let text = "Nothing has happened yet: there is no socket, and no call was made.";
        let lines = wrap(text, 20);
        assert!(lines.iter().all(|line| line.width() <= 20), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert_eq!(
            wrap(&"x".repeat(25), 10),
            ["x".repeat(10), "x".repeat(10), "x".repeat(5)]
        );
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("127.0.0.1:80", 20), "127.0.0.1:80");
        assert_eq!(cut("127.0.0.1:80", 8), "127.0.0\u{2026}");
    }
}
