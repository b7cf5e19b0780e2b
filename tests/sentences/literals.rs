//! Sentences stand in the assets, where they have a key and a condition: in the code of what is said no sentence is written down.

use std::path::{Path, PathBuf};

/// Where everything that is said and shown is put together.
const FLOORS: [&str; 7] = [
    "derive", "language", "words", "narrate", "text", "view", "export",
];

/// Files and folders whose sentences speak of no row, call, packet or record of the session, and of what they do.
const OTHERS: &[(&str, &str)] = &[
    (
        "/language/verbs/",
        "what a word of the prompt does, in its table",
    ),
    (
        "/language/lesson/fault.rs",
        "what is wrong with a lesson's file",
    ),
    ("/language/line.rs", "what is wrong with a line"),
    ("/language/duration.rs", "what is wrong with a line"),
    (
        "/language/keys/",
        "what a key does, in its table, and why it cannot be bound",
    ),
    (
        "/narrate/cards",
        "a card, which is the same in every session",
    ),
    ("/view/help.rs", "how help is searched"),
    ("/view/card.rs", "the keys of a card"),
    ("/view/title.rs", "the size of the terminal"),
    ("/view/timeline.rs", "the signs and keys of the timeline"),
    (
        "/view/lesson",
        "the course of a lesson, and what its reader said",
    ),
    (
        "/view/cover.rs",
        "the cover over the panes, which is the screen's",
    ),
    ("Covered: what the kernel knows", "the same"),
    ("/view/vote.rs", "what a class is asked to do"),
    ("/view/guide.rs", "a key"),
    ("/export/parsons.rs", "a puzzle on paper"),
    ("/export/html/question.rs", "a question on a page"),
    (
        "/export/markdown/worksheet.rs",
        "what a sheet asks of its reader",
    ),
    ("/export/room.rs", "how much of a recording fits"),
    ("/view/compare.rs", "where two recordings are the same"),
    (
        "this cannot be undone",
        "a question about a key that was pressed",
    ),
    ("shows the next language", "a key"),
    (
        "/export/markdown/sheet.rs",
        "what a sheet on paper asks of its reader",
    ),
    ("<title id=", "a title"),
    ("Recorded on {}", "when a recording was made"),
    ("{} {poll} by poll", "two lists of numbers, joined"),
];

/// A sentence has so many words at least.
const WORDS: usize = 3;

#[test]
fn no_sentence_about_the_session_is_written_in_the_code() {
    let mut found = Vec::new();
    let mut used = vec![false; OTHERS.len()];
    for floor in FLOORS {
        for path in files(floor) {
            let code = std::fs::read_to_string(&path).expect("a source file");
            let path = path.display().to_string();
            for literal in literals(&code).iter().filter(|text| is_a_sentence(text)) {
                let place = format!("{path}: {literal}");
                match OTHERS.iter().position(|(other, _)| place.contains(other)) {
                    Some(at) => used[at] = true,
                    None => found.push(place),
                }
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    let unused = OTHERS.iter().zip(used).filter(|(_, used)| !used);
    let unused: Vec<_> = unused.map(|(other, _)| other).collect();
    assert!(
        unused.is_empty(),
        "they have no sentence any more: {unused:?}"
    );
}

/// Every source file of a floor but modules of tests.
fn files(floor: &str) -> Vec<PathBuf> {
    fn walk(path: &Path, found: &mut Vec<PathBuf>) {
        if path.is_dir() {
            for entry in std::fs::read_dir(path).expect("a folder") {
                walk(&entry.expect("an entry").path(), found);
            }
        } else if !path.ends_with("tests.rs") {
            found.push(path.to_owned());
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = vec![src.join(format!("{floor}.rs"))];
    walk(&src.join(floor), &mut found);
    found
}

/// Whether a text is a sentence, or ends one: words, and a full stop or a question mark behind them.
fn is_a_sentence(text: &str) -> bool {
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || c == '\'')
    };
    let ends = |word: &&str| {
        let text = word.trim_end_matches(['"', ')']);
        text.len() > 2 && text.ends_with(['.', '?']) && !text.ends_with("..")
    };
    let words = text.split_whitespace();
    words.clone().filter(is_word).count() >= WORDS && words.clone().any(|word| ends(&word))
}

/// The texts in quotation marks, without what is said to developers: tests, attributes, and why something cannot be.
fn literals(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (before, here) = rest.split_at(at);
        if here.starts_with("//") {
            rest = here.split_once('\n').map_or("", |(_, next)| next);
        } else if here.starts_with("'\"'") || here.starts_with("'\\\"'") {
            rest = here[1..].split_once('\'').map_or("", |(_, next)| next);
            rest = rest.strip_prefix('\'').unwrap_or(rest);
        } else if let Some(inside) = here.strip_prefix('"') {
            let raw = before.ends_with("r#");
            let end = match raw {
                true => inside.find("\"#"),
                false => end_of(inside),
            };
            let (text, next) = inside.split_at(end.unwrap_or(inside.len()));
            let to_developers = ["expect(", "reason = ", "unreachable!(", "panic!("];
            if !to_developers
                .iter()
                .any(|by| before.trim_end().ends_with(by))
            {
                found.push(text.replace("\\\n", " "));
            }
            rest = next.get(1..).unwrap_or_default();
        } else {
            rest = &here[1..];
        }
    }
    found
}

/// Where a text ends: at a quotation mark that is not escaped.
fn end_of(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[test]
fn a_sentence_in_the_code_is_found() {
    let code = "//! \"It is not read.\"\nfn f() { let _ = ('\"', \"1 has a peer now.\", \"a label\", \"x\".expect(\"a test reads this.\")); \
        say(\"Does it \\\"end\\\" now?\"); }\n#[cfg(test)]\nmod tests { \"It is a test.\" }\n";
    let found = literals(code);
    assert_eq!(
        found,
        [
            "1 has a peer now.",
            "a label",
            "x",
            "Does it \\\"end\\\" now?"
        ]
    );
    let sentences: Vec<bool> = found.iter().map(|text| is_a_sentence(text)).collect();
    assert_eq!(sentences, [true, false, false, true]);
}
