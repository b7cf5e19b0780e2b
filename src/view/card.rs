//! A card that explains an errno: what the kernel says, what a correct program does next, what other systems say.

use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::Model;
use crate::content::errnos;
use crate::pure::errno::{Errno, Failure};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, name: &str) {
    heading(frame, area, model, None, &[(3, name)]);
    let width = usize::from(area.width).saturating_sub(4);
    let mut blocks: Vec<(&str, String)> = Vec::new();
    if let Some(Failure::Errno(errno)) = Failure::from_name(name) {
        blocks.push(("class", class(errno)));
        blocks.push(("numbers", numbers(errno)));
    } else {
        blocks.push((
            "class",
            "a failed name lookup; that is no errno, getaddrinfo() has codes of its own".to_owned(),
        ));
    }
    if let Some(text) = errnos::find(name) {
        blocks.push(("meaning", text.meaning.clone()));
        blocks.push(("next", text.next.clone()));
        if let Some(elsewhere) = &text.elsewhere {
            blocks.push((
                "elsewhere",
                format!("{elsewhere} (documented, not measured)"),
            ));
        }
        blocks.push(("manual", text.page.clone()));
    } else {
        blocks.push((
            "meaning",
            "No socket call gives this one as a rule; see errno(3).".to_owned(),
        ));
    }
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
    put(frame, area, 2, line + 1, "Any key goes back.", plain);
}

fn class(errno: Errno) -> String {
    use crate::pure::errno::Class;
    let means = match errno.class() {
        Class::Retry => "nothing was done; the same call may be made again later",
        Class::Pending => "the kernel goes on by itself; wait for news",
        Class::Error => "it failed; calling again unchanged will not help",
    };
    format!("{}: {means}", errno.class().word())
}

fn numbers(errno: Errno) -> String {
    let Some(entry) = errno.entry() else {
        return errno.to_string();
    };
    let macos = entry
        .macos
        .map_or("none".to_owned(), |number| number.to_string());
    let windows = entry.windows.map_or("none".to_owned(), |(name, number)| {
        format!("{name} {number}")
    });
    format!(
        "Linux {}; macOS {macos}, Windows {windows} (documented, not measured)",
        entry.linux
    )
}
