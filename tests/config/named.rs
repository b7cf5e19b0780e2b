//! No text names a key itself: it would be wrong for whoever has bound another one.

use std::path::{Path, PathBuf};

/// The names of keys that nothing else is called.
const NAMES: &[&str] = &[
    "SPACE", "ENTER", "LEFT", "RIGHT", "HOME", "END", "TAB", "ESC", "Esc",
];

/// Keys where a text is typed: these are what they are, whatever is bound.
const TYPED: &[&str] = &[
    "ENTER does it",
    "ENTER adds",
    "ENTER done",
    "ENTER opens the card",
    "HOME END ends",
    "SPACE page",
    "SPACE scrolls",
    "TAB completes",
    "TAB shows the lab's",
    "12 91 40 ENTER",
    "ESC clears the search",
    "ESC goes back",
];

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
}

fn in_the_house(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    files(&root.join(folder), ending, &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// The parts of a line of code that stand between quotes.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

#[test]
fn no_text_of_the_assets_names_a_key_itself() {
    let mut wrong = Vec::new();
    for path in in_the_house("assets/text", "toml") {
        let text = std::fs::read_to_string(&path).expect("an asset");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let named = words(line).find(|word| NAMES.contains(word));
            // `Press c`, `W shows`: in what a card says of where something can be seen.
            let mut behind = line.split("Press ").skip(1);
            let pressed = behind.any(|rest| !rest.starts_with("{key "));
            let letter = line.starts_with("look = ").then(|| {
                let text = line.trim_start_matches("look = \"");
                let mut first = text.split_whitespace().next().unwrap_or_default().chars();
                first.next().is_some_and(char::is_alphabetic)
                    && first.all(|c| c.is_ascii_punctuation())
                    && !text.starts_with("A ")
            });
            if named.is_some() || pressed || letter == Some(true) {
                wrong.push(format!("{}: {line}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "write {{key tick}}:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_lesson_of_the_course_names_a_key_itself() {
    let mut wrong = Vec::new();
    for path in in_the_house("assets/lessons", "lesson") {
        let text = std::fs::read_to_string(&path).expect("a lesson");
        // The client of a lesson is called A, and the mended one B.
        let has_clients = text.contains("watch client-");
        for line in text.lines() {
            // Prose, and of a choice and of what is said to one what stands behind the letter.
            let (word, said) = line.split_once(' ').unwrap_or((line, ""));
            let said = match word {
                "lesson" | "name" | "belief" | "say" | "ask" | "reveal" | "goal" | "tip" => said,
                "if" => said.split_once(' ').map_or("", |(_, said)| said),
                "a)" | "b)" | "c)" | "d)" => said,
                _ => continue,
            };
            let named = words(said).find(|word| NAMES.contains(word));
            // A word of one letter that is no article, no unit, no language and no end: `s sends`, `then p`, but `3 s`, `kernel's`.
            let bare = said.replace("'s", "").replace("n't", "");
            let all: Vec<&str> = words(&bare).collect();
            let letter = (0..all.len()).find(|at| {
                let word = all[*at];
                let before = at.checked_sub(1).map_or("", |before| all[before]);
                let is_unit = word == "s" && before.chars().all(|c| c.is_ascii_digit());
                let is_language = (before, word) == ("in", "C");
                let is_one = word.len() == 1 && word.chars().all(char::is_alphabetic);
                let is_name = has_clients && word == "B" || matches!(word, "a" | "A" | "I" | "x");
                is_one && !is_name && !is_unit && !is_language
            });
            let pressed = ["press ", "Press "].iter().any(|press| {
                let mut behind = said.split(press).skip(1);
                behind.any(|rest| {
                    let key = words(rest).next().unwrap_or_default();
                    key.chars().count() == 1
                })
            });
            if named.is_some() || letter.is_some() || pressed {
                wrong.push(format!("{}: {line}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "write {{key tick}}:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_message_of_the_screen_names_a_key_by_its_name() {
    let mut wrong = Vec::new();
    for folder in ["src/app", "src/view", "src/narrate", "src/run/tui"] {
        for path in in_the_house(folder, "rs") {
            let code = std::fs::read_to_string(&path).expect("a source file");
            let code = code.split("#[cfg(test)]\nmod").next().unwrap_or_default();
            for line in code.lines() {
                let line = line.trim();
                if line.starts_with("//") {
                    continue;
                }
                for text in literals(line) {
                    let typed = TYPED.iter().any(|typed| text.contains(typed));
                    if !typed && words(text).any(|word| NAMES.contains(&word)) {
                        wrong.push(format!("{}: {text}", path.display()));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "keys::said(\"{{key tick}} ..\") says it:\n{}",
        wrong.join("\n")
    );
}
