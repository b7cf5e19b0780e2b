//! How much text a lesson may show at once, so that every step of it fits a screen of 60 columns and 18 lines.

use unicode_width::UnicodeWidthStr;

/// The room of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLimit {
    /// The cells of a line.
    pub width: usize,
    /// How many lines.
    pub most: usize,
}

/// The room of the text behind this word; `None` if it is not shown beside the panes.
pub fn limit(word: &str) -> Option<TextLimit> {
    let (width, most) = match word {
        "lesson" | "name" => (44, 1),
        "belief" | "see" => (58, 1),
        "if" => (55, 1),
        "ask" | "goal" | "tip" => (58, 2),
        "choice" => (54, 1),
        "reveal" => (58, 3),
        "say" => (58, 4),
        _ => return None,
    };
    Some(TextLimit { width, most })
}

/// How many lines of this width a text takes when it is broken between words.
pub fn lines_needed(text: &str, width: usize) -> usize {
    let (mut lines, mut used) = (1, 0);
    for word in text.split_whitespace() {
        let cells = word.width();
        let gap = usize::from(used > 0);
        if used + gap + cells > width && used > 0 {
            lines += 1;
            used = 0;
        }
        let gap = usize::from(used > 0);
        lines += cells.saturating_sub(1) / width.max(1);
        used = (used + gap + cells).min(width);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_they_are_broken() {
        for (text, width, lines) in [
            ("", 10, 1),
            ("one two", 10, 1),
            ("one two three", 10, 2),
            ("0123456789 x", 10, 2),
            ("01234567890123456789", 10, 2),
        ] {
            assert_eq!(lines_needed(text, width), lines, "{text}");
        }
    }
}
