//! The papers tell the truth: whatever file, folder, function, test or table ARCHITECTURE.md and CONTRIBUTING.md name is there, and every
//! room of the house is on the map.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ARCHITECTURE: &str = include_str!("../ARCHITECTURE.md");
const CONTRIBUTING: &str = include_str!("../CONTRIBUTING.md");
const PAPERS: [(&str, &str); 2] = [
    ("ARCHITECTURE.md", ARCHITECTURE),
    ("CONTRIBUTING.md", CONTRIBUTING),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What stands in backticks, listings left out.
fn spans(text: &str) -> Vec<&str> {
    text.split("```")
        .step_by(2)
        .flat_map(|prose| prose.split('`').skip(1).step_by(2))
        .collect()
}

/// What a span names.
#[derive(Debug, PartialEq, Eq)]
enum Named<'a> {
    /// A file or folder. What is new has its name in angle brackets: then the folder around it.
    Path(&'a str),
    /// A test: a sentence.
    Test(&'a str),
    /// A function: `plan()`.
    Function(&'a str),
    /// A table, a constant or a variable of the environment.
    Table(&'a str),
    /// A word, a command, a key.
    Other,
}

fn named(span: &str) -> Named<'_> {
    let only = |good: fn(char) -> bool| !span.is_empty() && span.chars().all(good);
    let of_a_path = |c: char| c.is_ascii_alphanumeric() || "/._-<>".contains(c);
    let folders = ["src/", "tests/", "assets/", "benches/", ".ci/", ".github/"];
    let is_file = [".md", ".toml", ".lock"]
        .iter()
        .any(|end| span.ends_with(end));
    if span.chars().all(of_a_path) && (is_file || folders.iter().any(|one| span.starts_with(one))) {
        let known = match span.find('<') {
            Some(new) => span[..new].rfind('/').map_or(".", |end| &span[..end]),
            None => span,
        };
        return Named::Path(known);
    }
    let of_a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if let Some(name) = span.strip_suffix("()")
        && name.chars().all(of_a_name)
    {
        return Named::Function(name);
    }
    if only(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && span.matches('_').count() > 1
    {
        return Named::Test(span);
    }
    if only(|c| c.is_ascii_uppercase() || c == '_') && span.len() > 2 {
        return Named::Table(span);
    }
    Named::Other
}

/// Every Rust file below these folders, as text.
fn sources(folders: &[&str]) -> Vec<String> {
    fn walk(folder: &Path, texts: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, texts);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                texts.push(std::fs::read_to_string(path).expect("a source file"));
            }
        }
    }
    let mut texts = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut texts);
    }
    texts
}

/// The names behind this word: of functions, behind `fn`.
fn names_behind<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let name = |rest: &'a str| {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    };
    text.match_indices(word)
        .map(|(at, _)| name(&text[at + word.len()..]))
        .collect()
}

/// The names of all test functions: what stands behind the mark of a test, up to the first bracket.
fn tests_of(text: &str) -> Vec<&str> {
    text.split("#[test]")
        .skip(1)
        .filter_map(|rest| names_behind(rest, "fn ").first().copied())
        .collect()
}

#[test]
fn whatever_the_papers_name_is_there() {
    let all = sources(&["src", "tests", "benches"]);
    let functions: BTreeSet<&str> = all
        .iter()
        .flat_map(|text| names_behind(text, "fn "))
        .collect();
    let tests: BTreeSet<&str> = all.iter().flat_map(|text| tests_of(text)).collect();
    let mut missing = Vec::new();
    for (paper, text) in PAPERS {
        for span in spans(text) {
            let is_there = match named(span) {
                Named::Path(path) => root().join(path).exists(),
                Named::Test(test) => tests.contains(test),
                Named::Function(function) => functions.contains(function),
                Named::Table(table) => all.iter().any(|text| text.contains(table)),
                Named::Other => true,
            };
            if !is_there {
                missing.push(format!("{paper} names `{span}`, which is not there"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_room_of_the_house_is_on_the_map() {
    let on_the_map: BTreeSet<&str> = spans(ARCHITECTURE).into_iter().collect();
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        folders
    };
    let mut missing = Vec::new();
    let mut check = |folder: &Path| {
        let name = folder.strip_prefix(root()).expect("below the root");
        let name = name.to_string_lossy();
        // A room that is a file is still that room when its parts move into a folder beside it.
        let is_named = on_the_map.contains(format!("{name}/").as_str())
            || on_the_map.contains(format!("{name}.rs").as_str());
        if !is_named {
            missing.push(name.into_owned());
        }
    };
    for floor in folders(&root().join("src")) {
        check(&floor);
        for room in folders(&floor) {
            check(&room);
        }
    }
    assert!(missing.is_empty(), "not on the map: {missing:?}");
}

#[test]
fn every_promise_names_a_test() {
    let promises = ARCHITECTURE
        .split("## What is always so")
        .nth(1)
        .expect("the chapter");
    let mut count = 0;
    for promise in promises.lines().filter(|line| line.contains("**")) {
        assert!(promise.starts_with(char::is_numeric), "{promise}");
        count += 1;
    }
    let without: Vec<&str> = promises
        .split(". **")
        .skip(1)
        .filter(|promise| {
            let mut all = spans(promise).into_iter();
            !all.any(|span| matches!(named(span), Named::Test(_)))
        })
        .collect();
    assert!(without.is_empty(), "{without:#?}");
    assert!(count >= 15, "{count} promises");
}

#[test]
fn a_span_is_known_for_what_it_names() {
    assert_eq!(named("src/os/"), Named::Path("src/os/"));
    assert_eq!(named("Cargo.toml"), Named::Path("Cargo.toml"));
    assert_eq!(named("src/view/<pane>.rs"), Named::Path("src/view"));
    assert_eq!(
        named("a_test_is_a_sentence"),
        Named::Test("a_test_is_a_sentence")
    );
    assert_eq!(named("plan()"), Named::Function("plan"));
    assert_eq!(named("PEERS"), Named::Table("PEERS"));
    assert_eq!(named("cargo test"), Named::Other);
    assert_eq!(named("f"), Named::Other);
    assert_eq!(spans("a `b` c\n```text\n`d`\n```\n`e`"), ["b", "e"]);
    let text = "#[test]\n#[ignore]\nfn one_two() {}\nfn helper() {}\n#[test]\nfn three() {}";
    assert_eq!(tests_of(text), ["one_two", "three"]);
}
