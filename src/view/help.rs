//! The help: the key table by what somebody wants, the table of words, and the cards, with one search over all of them.

use super::frame::Frame;
use super::paint::{heading, put, wrap};
use super::theme;
use crate::app::model::Model;
use crate::language::keys::{self, Action, Binding, FIRST, FIRST_OF_A_PROGRAM, KeyGroup};
use crate::language::near::speaks_of;
use crate::language::request::Frontend;
use crate::language::verbs;
use crate::language::verbs::Verb;
use crate::narrate::cards;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use tui_input::Input;

/// A line: what stands before it in bold, and its text. A heading has no text.
type HelpLine = (String, String);

/// The headings of what stands below the keys.
const CARDS: &str = "WORDS OF THE SCREEN, ENTER opens the card";
const COMMANDS: &str = "COMMANDS, typed after :";

/// Where the text of a key begins.
const TEXT_AT: u16 = 9;

/// A label with its text, which may take several lines.
fn entry(label: &str, text: &str, width: usize) -> Vec<HelpLine> {
    let mut label = label.to_owned();
    wrap(text, width.saturating_sub(usize::from(TEXT_AT) + 1))
        .into_iter()
        .map(|line| (std::mem::take(&mut label), line))
        .collect()
}

/// Entries below their heading; nothing if there is none.
fn section(title: &str, entries: Vec<HelpLine>) -> Vec<HelpLine> {
    if entries.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![(title.to_owned(), String::new())];
    lines.extend(entries);
    lines
}

fn of_keys<'a>(keys: impl Iterator<Item = &'a Binding>, width: usize) -> Vec<HelpLine> {
    keys.flat_map(|binding| entry(binding.label, binding.help, width))
        .collect()
}

/// What a beginner needs, in the fewest words.
fn first(actions: &[Action], width: usize) -> Vec<HelpLine> {
    let bindings = actions.iter().filter_map(|action| keys::of(*action));
    bindings
        .flat_map(|binding| entry(binding.label, &binding.briefly(), width))
        .collect()
}

/// The keys that are searched for, group by group.
fn keys(groups: &[KeyGroup], wanted: &str, width: usize) -> Vec<HelpLine> {
    let found = |binding: &&Binding| {
        wanted.is_empty()
            || binding.label.to_lowercase() == wanted
            || wanted.len() > 1
                && (speaks_of(binding.word, wanted) || speaks_of(binding.help, wanted))
    };
    groups
        .iter()
        .flat_map(|group| {
            let of_group = keys::all().iter().filter(|binding| binding.group == *group);
            section(group.title(), of_keys(of_group.filter(found), width))
        })
        .collect()
}

/// The words of the `:` prompt that are searched for: the one that is called so, or the others, or all.
fn words(wanted: &str, is_it: Option<bool>, width: usize) -> Vec<HelpLine> {
    let found = |verb: &&Verb| {
        wanted.is_empty()
            || verb.is_called(wanted)
            || wanted.len() > 1 && (speaks_of(verb.usage, wanted) || speaks_of(verb.help, wanted))
    };
    let text = |verb: &Verb| {
        let also = match verb.aliases {
            [] => String::new(),
            aliases => format!(" Also: {}.", aliases.join(", ")),
        };
        format!("{}. {}{also}", verb.usage, verb.help)
    };
    verbs::of(Frontend::Screen)
        .filter(found)
        .filter(|verb| is_it.is_none_or(|is_it| verb.is_called(wanted) == is_it))
        .flat_map(|verb| entry(":", &text(verb), width))
        .collect()
}

/// Everything that is found; without a search the cards are only named.
fn lines(search: &str, model: &Model, width: usize) -> Vec<HelpLine> {
    let wanted = search.trim().to_lowercase();
    if wanted.is_empty() {
        // Whoever is in a lesson looks for its keys, and a program that is watched has keys of its own.
        let (in_lesson, watched) = (model.lesson.is_some(), model.is_watched());
        let (lesson, others): (Vec<KeyGroup>, Vec<KeyGroup>) = KeyGroup::ALL
            .iter()
            .partition(|group| in_lesson && **group == KeyGroup::Lesson);
        let (program, others): (Vec<KeyGroup>, Vec<KeyGroup>) = others
            .iter()
            .partition(|group| watched && **group == KeyGroup::Program);
        let first_keys = if watched { FIRST_OF_A_PROGRAM } else { FIRST };
        let mut lines = keys(&lesson, "", width);
        lines.extend(section("FIRST", first(first_keys, width)));
        lines.extend(keys(&program, "", width));
        lines.extend(keys(&others, "", width));
        lines.extend(section(COMMANDS, words("", None, width)));
        let cards = "Type a word that stands on the screen, such as NEW, HUP or EINPROGRESS: its card is found. Any of them also by :explain WORD.";
        lines.extend(section("WORDS OF THE SCREEN", entry("", cards, width)));
        return lines;
    }
    let cards = cards::found(search);
    let of_cards = |is_it: bool| -> Vec<HelpLine> {
        let found = cards.iter().filter(|card| card.is_it == is_it);
        found
            .flat_map(|card| entry("", &format!("{}: {}", card.name, card.begins), width))
            .collect()
    };
    // What is called so was looked for; what only speaks of it follows.
    let mut lines = section(CARDS, of_cards(true));
    lines.extend(section(COMMANDS, words(&wanted, Some(true), width)));
    lines.extend(keys(KeyGroup::ALL, &wanted, width));
    lines.extend(section(COMMANDS, words(&wanted, Some(false), width)));
    lines.extend(section(CARDS, of_cards(false)));
    if lines.is_empty() {
        lines.extend(entry("", &nothing(search), width));
    }
    lines
}

/// What is said when nothing is found.
fn nothing(search: &str) -> String {
    let mut known = cards::all_names();
    known.extend(verbs::words(Frontend::Screen).map(str::to_owned));
    let said = cards::unknown_among(search.trim(), known.iter().map(String::as_str));
    let said = said.split(" Write a word").next().unwrap_or(&said);
    format!("{said} ESC clears the search.")
}

fn room(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(3))
}

/// How far it can be scrolled.
pub(super) fn most(area: Rect, model: &Model, search: &Input) -> usize {
    lines(search.value(), model, usize::from(area.width))
        .len()
        .saturating_sub(room(area))
}

/// Draws it.
pub(super) fn pane(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    search: &Input,
    scroll: usize,
) {
    let lines = lines(search.value(), model, usize::from(area.width));
    let room = room(area);
    let first = scroll.min(lines.len().saturating_sub(room));
    let title = format!(
        "HELP {}-{} of {}",
        first + 1,
        (first + room).min(lines.len()),
        lines.len()
    );
    heading(
        frame,
        area,
        model,
        None,
        &[
            (3, &title),
            (
                26,
                if area.width < 80 {
                    "SPACE scrolls; type to find"
                } else {
                    "SPACE scrolls; type a key, a command, or a word"
                },
            ),
        ],
    );
    let plain = theme::text(model);
    let bold = plain.add_modifier(Modifier::BOLD);
    let asked = format!("search: {}", search.value());
    put(frame, area, 1, 1, &asked, plain);
    let cursor = (area.x + 9 + search.visual_cursor() as u16).min(area.right().saturating_sub(1));
    frame.set_cursor_position(Position {
        x: cursor,
        y: area.y + 1,
    });
    for (line, (label, text)) in (3..).zip(lines.iter().skip(first).take(room)) {
        put(frame, area, 1, line, label, bold);
        put(frame, area, TEXT_AT, line, text, plain);
    }
}
