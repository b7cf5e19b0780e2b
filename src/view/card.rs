//! A card: what an errno means, what a correct program does next and what other systems say; or what a call, flag or state is.

use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::Model;
use crate::content::cards::{self, Card};
use crate::content::errnos;
use crate::content::masks::{self, MaskText};
use crate::pure::errno::{Errno, Failure};
use ratatui::Frame;
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
    let blocks = if let Some(card) = cards::find(name) {
        topic_blocks(card)
    } else if let Some(text) = mask {
        mask_blocks(text)
    } else {
        errno_blocks(name)
    };
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
        "TAB: the next card. ESC goes back."
    } else {
        "ESC goes back."
    };
    put(frame, area, 2, line, back, plain);
}

fn topic_blocks(card: &Card) -> Vec<(&'static str, String)> {
    let mut blocks = vec![
        ("kind", kind(&card.kind).to_owned()),
        ("meaning", card.meaning.clone()),
    ];
    if let Some(look) = &card.look {
        blocks.push(("here", look.clone()));
    }
    blocks.push(("manual", card.page.clone()));
    blocks
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

fn kind(word: &str) -> &'static str {
    match word {
        "call" => "a system call",
        "flag" => "a flag of poll and epoll",
        "set" => "a set of select",
        "stage" => "a stage: what your program may conclude",
        "state" => "a TCP state: what the kernel knows",
        "option" => "a socket option",
        _ => "a field",
    }
}

fn errno_blocks(name: &str) -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
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
    blocks
}

fn class(errno: Errno) -> String {
    use crate::pure::errno::Class;
    let means = match errno.class() {
        Class::Retry => "nothing was done; the same call may be made again later",
        Class::Pending => "the kernel goes on by itself; wait for news",
        Class::Error => "it failed; read below before you call again",
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
