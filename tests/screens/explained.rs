//! Every technical word on every golden screen has a card, or is a key, a command or a target of the lab.
//!
//! What is a technical word is no list but the way it is written or where it stands: in capitals, with a `_`, before a bracket, first in a
//! heading, alone in its column, and whatever the tables of stages, states, flags, sets and lists have.

use crate::support::bench::Bench;
use crate::support::recordings::screen;
use crate::{READ_SIZES, STRUCTURES, WORD_FOR_WORD, lines};
use ratatui::layout::{Position, Rect};
use sockstep::app::model::Pane;
use sockstep::app::overlay::{Overlay, PromptKind};
use sockstep::derive::kinds;
use sockstep::language::keys;
use sockstep::language::verbs;
use sockstep::model::readiness::{PollMask, SelectSets, names};
use sockstep::model::socket::Stage;
use sockstep::model::tcp::TcpState;
use sockstep::narrate::cards;
use sockstep::view::layout::plan;
use sockstep::words::peers;
use std::collections::BTreeMap;

/// Whether somebody who asks for it gets an answer: from a card, or from the help of keys and commands.
fn is_explained(word: &str) -> bool {
    cards::topic(word).is_some()
        || keys::labelled(word).next().is_some()
        || verbs::find(word).is_some()
        || word
            .strip_prefix('@')
            .is_some_and(|name| peers::names().any(|peer| peer == name))
}

/// A piece of a screen's line.
struct Piece {
    text: String,
    /// It belongs to sentences, which break where they must.
    is_prose: bool,
}

/// A screen piece by piece, column by column: without the keys of the last line, and without the listing of a program, whose words are
/// its language's. What explains words itself has none to be explained.
fn pieces(bench: &mut Bench) -> Vec<Piece> {
    let buffer = screen(&mut bench.model);
    let mut all = lines(&buffer);
    all.pop();
    let model = &bench.model;
    let explains = match &model.overlay {
        Overlay::Help { .. }
        | Overlay::Card { .. }
        | Overlay::Cost { .. }
        | Overlay::Guide { .. }
        | Overlay::Lessons { .. } => true,
        Overlay::Prompt(prompt) => prompt.asks == PromptKind::Command,
        Overlay::None | Overlay::Confirm { .. } => false,
    };
    let is_whole = |pane: Pane| model.zoom.is_some() && model.pane == pane;
    if explains || is_whole(Pane::Code) {
        return Vec::new();
    }
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let plan = plan(model, area).expect("the screen is large enough");
    let has_panes = model.zoom.is_none();
    let columns = if has_panes && plan.story.x > 0 {
        vec![(0, plan.story.x), (plan.story.x, area.width)]
    } else {
        vec![(0, area.width)]
    };
    let mut pieces = Vec::new();
    for (y, line) in (0..).zip(&all) {
        for (start, end) in columns.iter().copied() {
            let is_in =
                |place: Rect| has_panes && place.contains(Position { x: start, y }) && y > place.y;
            if plan.code.is_some_and(is_in) {
                continue;
            }
            let width = usize::from(end - start);
            let text = line.chars().skip(usize::from(start)).take(width).collect();
            let is_prose = y == 0 || is_in(plan.story) || is_whole(Pane::Story);
            pieces.push(Piece { text, is_prose });
        }
    }
    pieces
}

/// What stands in quotes was sent by somebody.
fn without_quotes(line: &str) -> String {
    line.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

fn is_of_a_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-+".contains(c)
}

/// Words in capitals, with a `_`, or before a bracket.
fn by_spelling(line: &str) -> Vec<String> {
    let line = without_quotes(line);
    let mut found = Vec::new();
    for piece in line.split(|c: char| !is_of_a_word(c) && c != '(') {
        let (word, is_called) = match piece.split_once('(') {
            Some((word, _)) => (word, true),
            None => (piece, false),
        };
        let word = word.trim_matches(['-', '+']);
        let capitals = word.chars().filter(char::is_ascii_uppercase).count();
        let is_in_capitals = capitals >= 2 && !word.chars().any(|c| c.is_ascii_lowercase());
        let is_a_name = word.contains('_') || is_called && word.len() > 1;
        let is_a_word = word.chars().any(|c| c.is_ascii_alphabetic());
        if is_a_word && (is_in_capitals || is_a_name) {
            found.push(word.to_owned());
        }
    }
    found
}

/// The beginnings of what stands in a heading: of a pane, and of a column.
fn in_a_heading(line: &str) -> Vec<String> {
    let pieces = line.split('\u{2500}').flat_map(|piece| piece.split("  "));
    pieces
        .map(str::trim)
        .filter(|piece| piece.chars().any(char::is_alphabetic))
        .map(str::to_owned)
        .collect()
}

/// Whether a phrase begins with a word that is explained.
fn begins_with_a_known_word(phrase: &str) -> bool {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    (1..=words.len().min(3)).any(|count| {
        let beginning = words[..count].join(" ");
        is_explained(beginning.trim_end_matches([',', ':']))
    })
}

/// One or two words alone between two gaps, with nothing but letters: the name of a row or of a column, or what stands in a cell.
fn alone_in_its_cell(line: &str) -> Vec<String> {
    let line = without_quotes(line);
    let cells = line.split("  ").map(str::trim);
    let is_a_label = |cell: &&str| {
        let words = cell.split(' ').count();
        (1..=2).contains(&words)
            && cell
                .chars()
                .all(|c| c.is_ascii_alphabetic() || " -".contains(c))
            && cell.chars().filter(char::is_ascii_alphabetic).count() > 1
    };
    cells.filter(is_a_label).map(str::to_owned).collect()
}

/// Whether a word is part of two or three words of the line that are explained together.
fn is_explained_with_others(word: &str, line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let parts = (2..=3).flat_map(|count| words.windows(count));
    parts
        .filter(|part| part.iter().any(|one| one.contains(word)))
        .any(|part| is_explained(part.join(" ").trim_end_matches([',', '.', ':'])))
}

/// The technical words of a piece that nobody explains.
fn unknown_in(piece: &Piece) -> Vec<String> {
    let line = piece.text.trim();
    // What touches the edge of the screen may be cut off.
    let visible = piece.text.trim_end_matches('\u{2026}');
    let is_cut = |word: &String| visible.ends_with(word.as_str());
    let spelled = by_spelling(line);
    let mut unknown: Vec<String> = spelled
        .into_iter()
        .filter(|word| {
            !is_cut(word) && !is_explained(word) && !is_explained_with_others(word, line)
        })
        .collect();
    if line.starts_with('\u{2500}') {
        let phrases = in_a_heading(line).into_iter();
        unknown.extend(phrases.filter(|phrase| !begins_with_a_known_word(phrase)));
    } else if !piece.is_prose {
        let is_known = |label: &String| is_explained(label) || label.split(' ').all(is_explained);
        let labels = alone_in_its_cell(line).into_iter();
        unknown.extend(labels.filter(|label| !is_known(label)));
    }
    unknown
}

#[test]
fn every_technical_word_on_a_golden_screen_is_explained() {
    let mut unknown: BTreeMap<String, String> = BTreeMap::new();
    for (name, scene, keys) in STRUCTURES.iter().chain(WORD_FOR_WORD) {
        for size in READ_SIZES {
            let mut bench = Bench::sized(*scene, size);
            bench.play(keys);
            for piece in pieces(&mut bench) {
                for word in unknown_in(&piece) {
                    let place = format!("{name} at {size:?}: {}", piece.text.trim());
                    unknown.entry(word).or_insert(place);
                }
            }
        }
    }
    let said: Vec<String> = unknown
        .iter()
        .map(|(word, place)| format!("{word}\n    {place}"))
        .collect();
    assert!(said.is_empty(), "not explained:\n{}", said.join("\n"));
}

#[test]
fn every_word_of_the_tables_is_explained() {
    let stages = Stage::NAMED.map(Stage::word);
    let states = TcpState::ALL.map(TcpState::name);
    let (flags, sets) = (names(&PollMask::all()), names(&SelectSets::all()));
    let lists = kinds::KINDS.iter().map(|kind| kind.name);
    // What the program's own words are: `KEYS` of the help has the others.
    let own = [
        "target",
        "socket",
        "descriptor",
        "bad descriptor",
        "peer",
        "listener",
        "accept queue",
        "by hand",
        "tick",
        "step",
        "held",
        "stage",
        "state",
        "blocking",
        "timeout",
        "non-blocking",
        "mode",
        "pending",
        "interest",
        "event",
        "reported",
        "true",
        "ready",
        "hint",
        "edge-triggered",
        "level-triggered",
        "pending error",
        "look",
        "wire",
        "NEW",
        "TRUE",
        "asked for",
        "edge",
        "level",
    ];
    for word in stages
        .into_iter()
        .chain(states)
        .chain(flags)
        .chain(sets)
        .chain(lists)
        .chain(own)
    {
        assert!(cards::topic(word).is_some(), "{word}");
    }
}

#[test]
fn every_sign_is_explained() {
    for sign in [
        ".", "o", "~", "?", "=", "x", "-", "*", ">", "=>", "->", "[ ]",
    ] {
        let topic = cards::topic(sign);
        assert_eq!(topic.as_deref(), Some(sign), "{sign}");
        assert!(
            cards::found(sign).first().is_some_and(|card| card.is_it),
            "{sign}"
        );
    }
}
