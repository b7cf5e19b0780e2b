//! Sentences of a screen back to their keys: `{errno.ECONNRESET.meaning}`, `{story 2}`, `{key Tick}`.
//!
//! A text is found by its words, however it was broken into lines, if it begins on the screen with three words at least; one that was cut
//! off is `{key...}`. Its lines fold into one, and blank lines into one, so that a longer sentence is the same picture.

use crate::support::bench::Bench;
use ratatui::layout::Rect;
use sockstep::app::overlay::{Overlay, PromptKind};
use sockstep::language::keys;
use sockstep::language::request::Frontend;
use sockstep::language::verbs;
use sockstep::narrate::{cards, next, story};
use sockstep::view::layout::{LayoutKind, plan};
use sockstep::words::assets;
use std::sync::LazyLock;

/// A text is known by so many words.
const ENOUGH: usize = 3;

/// A text with its key.
#[derive(Clone, Debug)]
struct Text {
    key: String,
    words: Vec<String>,
}

/// The texts of the assets, the keys and the words, which are the same in every session.
static FIXED: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let mut texts = Vec::new();
    for (name, asset) in [
        ("errno", assets::ERRNO),
        ("calls", assets::SENTENCES),
        ("peers", assets::PEERS),
        ("looks", assets::LOOKS),
        ("cards", assets::CARDS),
        ("masks", assets::MASKS),
    ] {
        let named = keys::said_in_toml(asset);
        let table: toml::Value = toml::from_str(&named).expect("an asset");
        walk(name, &table, &mut texts);
    }
    for binding in keys::all() {
        add(
            format!("key {:?}", binding.action),
            binding.help,
            &mut texts,
        );
    }
    for verb in verbs::of(Frontend::Screen) {
        let help = format!("{}. {}", verb.usage, verb.help);
        add(format!("word {}", verb.name), &help, &mut texts);
    }
    texts
});

fn walk(key: &str, value: &toml::Value, texts: &mut Vec<Text>) {
    match value {
        toml::Value::String(text) => {
            // What stands around a value that is put in is found piece by piece.
            for piece in text.split(['{', '}']).step_by(2) {
                add(key.to_owned(), piece, texts);
            }
            // In a small place a text's first sentence stands for it.
            if let Some((first, _)) = text.split_once(". ") {
                add(key.to_owned(), &format!("{first}."), texts);
            }
        }
        toml::Value::Table(table) => {
            // A name is no sentence, whatever words it has.
            for (name, value) in table
                .iter()
                .filter(|(name, _)| !["id", "name", "when", "aliases"].contains(&name.as_str()))
            {
                walk(&format!("{key}.{name}"), value, texts);
            }
        }
        toml::Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                let named = |by| value.get(by).and_then(toml::Value::as_str);
                let key = match (named("id"), named("name")) {
                    (Some(id), _) => format!("{key}/{id}"),
                    (None, Some(name)) => format!("{key}.{name}"),
                    // The last sentence of a call has its key.
                    (None, None) if value.get("long").is_some() => key.to_owned(),
                    (None, None) => format!("{key}.{index}"),
                };
                walk(&key, value, texts);
            }
        }
        _ => {}
    }
}

fn add(key: String, text: &str, texts: &mut Vec<Text>) {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if words.len() >= ENOUGH {
        texts.push(Text { key, words });
    }
}

/// The texts that only this moment has.
fn of_now(bench: &Bench) -> Vec<Text> {
    let model = &bench.model;
    let mut texts = Vec::new();
    if let Some(record) = model.history.record() {
        let told = story::narrate(model.world(), record, model.depth);
        for (n, sentence) in (1..).zip(&told) {
            add(format!("story {n}"), sentence, &mut texts);
        }
    }
    let live = model.history.live();
    add("next".to_owned(), &next::sentence(live), &mut texts);
    add("next, short".to_owned(), &next::short(live), &mut texts);
    if let Some(said) = bench.said() {
        add("said".to_owned(), &said, &mut texts);
    }
    match &model.overlay {
        Overlay::Prompt(prompt) => {
            add(
                format!("hint {:?}", prompt.asks),
                prompt.asks.hint(),
                &mut texts,
            );
        }
        Overlay::Card { topics, at, .. } => {
            for (label, text) in cards::blocks(&topics[*at]) {
                add(format!("card {label}"), &text, &mut texts);
            }
        }
        _ => {}
    }
    texts
}

/// The screen with keys for sentences: title and footer, and between them each column by itself.
pub(crate) fn keyed(bench: &Bench, lines: &[String]) -> Vec<String> {
    let texts = [of_now(bench), FIXED.clone()].concat();
    let Some((title, rest)) = lines.split_first() else {
        return Vec::new();
    };
    let Some((footer, body)) = rest.split_last() else {
        return vec![title.clone()];
    };
    let mut out = vec![title.clone()];
    for part in parts(bench, body) {
        out.extend(fold(&part, &texts));
    }
    // One word more in a table makes the help longer, which is no other picture.
    if matches!(bench.model.overlay, Overlay::Help { .. })
        && let Some(heading) = out.get_mut(1)
    {
        *heading = heading
            .chars()
            .map(|c| if c.is_ascii_digit() { '#' } else { c })
            .collect();
    }
    out.push(keys(footer));
    out
}

/// The columns of the large screen one below the other. What lies over both begins with a rule through both.
fn parts(bench: &Bench, body: &[String]) -> Vec<Vec<String>> {
    let model = &bench.model;
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let panes = match &model.overlay {
        // What can be done fills the screen, with a heading through both.
        Overlay::Prompt(prompt) => prompt.asks != PromptKind::Command,
        Overlay::None | Overlay::Confirm { .. } => true,
        _ => false,
    };
    let right = plan(model, area)
        .filter(|plan| plan.shape == LayoutKind::Rich && panes && model.zoom.is_none())
        .map(|plan| usize::from(plan.story.x));
    let Some(right) = right else {
        return vec![body.to_vec()];
    };
    let is_rule = |line: &&String| line.chars().all(|c| c == '\u{2500}');
    let over = body.iter().take_while(|line| !is_rule(line)).count();
    let (both, over) = body.split_at(over);
    let cut = |from: usize, to: usize| -> Vec<String> {
        both.iter()
            .map(|line| line.chars().skip(from).take(to - from).collect())
            .collect()
    };
    vec![
        cut(0, right - 1),
        cut(right, usize::from(model.size.0)),
        over.to_vec(),
    ]
}

/// The footer's keys as their actions.
fn keys(footer: &str) -> String {
    let mut line = footer.trim_end().to_owned();
    for binding in keys::all() {
        let shown = format!(" {} {}", binding.label, binding.word);
        if let Some(at) = line.find(&shown) {
            line.replace_range(at..at + shown.len(), &format!(" {{{:?}}}", binding.action));
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A word on the screen, and the column at which it begins.
#[derive(Clone, Debug)]
struct Word {
    column: usize,
    text: String,
}

fn words(line: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut before = ' ';
    for (column, c) in line.chars().enumerate() {
        if c != ' ' && before == ' ' {
            words.push(Word {
                column,
                text: String::new(),
            });
        }
        if c != ' '
            && let Some(word) = words.last_mut()
        {
            word.text.push(c);
        }
        before = c;
    }
    words
}

/// Where a text ends on the screen.
#[derive(Clone, Copy, Debug)]
struct End {
    /// How many of its words are there.
    matched: usize,
    is_cut: bool,
    /// Behind its last word.
    line: usize,
    word: usize,
}

/// How far a text goes that begins at this word. It goes on at the beginning of the next line, in its own column or that line's.
fn end(lines: &[Vec<Word>], line: usize, word: usize, text: &Text) -> Option<End> {
    let columns = [lines[line][word].column, lines[line][0].column];
    let mut end = End {
        matched: 0,
        is_cut: false,
        line,
        word,
    };
    for wanted in &text.words {
        if end.word == lines[end.line].len() {
            let goes_on =
                |next: &Vec<Word>| next.first().is_some_and(|w| columns.contains(&w.column));
            if !lines.get(end.line + 1).is_some_and(goes_on) {
                break;
            }
            (end.line, end.word) = (end.line + 1, 0);
        }
        let shown = &lines[end.line][end.word].text;
        if shown == wanted {
            end.matched += 1;
            end.word += 1;
            continue;
        }
        let next = lines[end.line]
            .get(end.word + 1)
            .map(|word| word.text.as_str());
        let cut = |mark: &str| {
            shown
                .strip_suffix(mark)
                .is_some_and(|head| wanted.starts_with(head))
        };
        if cut("\u{2026}") || shown == "..." {
            (end.is_cut, end.word) = (true, end.word + 1);
        } else if next == Some("...") && wanted.starts_with(shown.as_str()) {
            (end.is_cut, end.word) = (true, end.word + 2);
        }
        break;
    }
    let whole = end.matched == text.words.len();
    let behind = lines[end.line].get(end.word);
    if whole && behind.is_some_and(|word| word.text == "...") {
        (end.is_cut, end.word) = (true, end.word + 1);
    }
    let goes_far = end.is_cut || end.line > line || is_last(lines, end);
    (whole || end.matched >= ENOUGH && goes_far).then_some(end)
}

/// Whether nothing stands behind it on its line.
fn is_last(lines: &[Vec<Word>], end: End) -> bool {
    end.word == lines[end.line].len()
}

/// Puts keys in place of sentences, and folds the lines that were only theirs.
fn fold(lines: &[String], texts: &[Text]) -> Vec<String> {
    let words: Vec<Vec<Word>> = lines.iter().map(|line| words(line)).collect();
    let mut out: Vec<String> = Vec::new();
    let (mut line, mut word) = (0, 0);
    let mut shown = String::new();
    let mut is_whole = true;
    while line < words.len() {
        let Some(here) = words[line].get(word) else {
            // A line of which only the end of a sentence was left folds away, and so does a second blank one.
            let text = shown.trim_end();
            let is_second = || out.last().is_some_and(String::is_empty);
            if !text.is_empty() || is_whole && !is_second() {
                out.push(text.to_owned());
            }
            shown.clear();
            (line, word, is_whole) = (line + 1, 0, true);
            continue;
        };
        let found = texts
            .iter()
            .filter_map(|text| Some((end(&words, line, word, text)?, text)))
            .max_by_key(|(end, _)| end.matched);
        // Behind a sentence its length does not count.
        let gap = match here.column.saturating_sub(shown.chars().count()) {
            _ if shown.ends_with('}') => 1,
            gap => gap.max(usize::from(!shown.is_empty())),
        };
        shown.push_str(&" ".repeat(gap));
        let Some((end, text)) = found else {
            shown.push_str(&here.text);
            word += 1;
            continue;
        };
        let cut = if end.is_cut { "..." } else { "" };
        shown.extend(["{", text.key.as_str(), cut, "}"]);
        if end.line > line {
            out.push(std::mem::take(&mut shown));
            is_whole = false;
        }
        (line, word) = (end.line, end.word);
    }
    out
}
