//! How large anything may grow: a file, and the number of types that share a name. How long a function may be is clippy's to count:
//! `too-many-lines-threshold` in `clippy.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The most lines of code in a file. A longer one has two jobs, or says in its first comment why it has one.
const MAX_LINES: usize = 300;
/// So many files may be longer.
const MAX_LONG_FILES: usize = 5;
/// What a long file's first comment has to say.
const REASON: &str = "Longer than other files: ";

/// Types that have their name from two places, with the reason.
const SHARED_NAMES: [(&str, &str); 3] = [
    ("Tracee", "the same type for Linux and for other systems"),
    ("TunWire", "the same type for Linux and for other systems"),
    ("WireWatch", "the same type for Linux and for other systems"),
];

/// Every file below `src/`, but those that are modules of tests.
fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|ext| ext == "rs")
                && !path.ends_with("tests.rs")
                && !path.components().any(|part| part.as_os_str() == "tests")
            {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("src"), &mut files);
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a source file");
            let inside = path.strip_prefix(root).expect("below the root");
            (inside.to_owned(), text)
        })
        .collect()
}

/// The lines of code: without blank lines, comments, and modules that are there for tests only.
fn code(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let opens = |next: &&str| next.trim_start().starts_with("mod ") && next.ends_with('{');
        if line == "#[cfg(test)]" && lines.next_if(opens).is_some() {
            lines.by_ref().find(|line| *line == "}");
        } else if !line.trim().is_empty() && !line.trim_start().starts_with("//") {
            found.push(line);
        }
    }
    found
}

/// The comment that a file begins with.
fn first_comment(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The type that a line of code begins to define.
fn defined(line: &str) -> Option<&str> {
    let indented = line.starts_with(' ');
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) => rest.strip_prefix('(').map_or(rest, |rest| {
            rest.split_once(')').map_or(rest, |(_, behind)| behind)
        }),
        None => line,
    };
    let (kind, rest) = line.trim_start().split_once(' ')?;
    let name = rest
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    // What a trait asks for is a type with an indent.
    let is_type =
        matches!(kind, "struct" | "enum" | "trait" | "union") || kind == "type" && !indented;
    is_type.then_some(name)
}

#[test]
fn a_file_has_300_lines_of_code_or_a_reason() {
    let mut without_reason = Vec::new();
    let mut with_reason = Vec::new();
    for (path, text) in sources() {
        let lines = code(&text).len();
        if lines > MAX_LINES {
            match first_comment(&text).contains(REASON) {
                true => with_reason.push(path),
                false => without_reason.push((path, lines)),
            }
        } else {
            assert!(
                !first_comment(&text).contains(REASON),
                "{} is no longer than others: its reason is not needed any more",
                path.display()
            );
        }
    }
    assert!(without_reason.is_empty(), "{without_reason:#?}");
    assert!(with_reason.len() <= MAX_LONG_FILES, "{with_reason:#?}");
}

#[test]
fn a_name_of_a_type_is_used_once_or_has_a_reason() {
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (path, text) in sources() {
        for name in code(&text).into_iter().filter_map(defined) {
            places
                .entry(name.to_owned())
                .or_default()
                .push(path.clone());
        }
    }
    places.retain(|_, paths| paths.len() > 1);
    let mut known: Vec<&str> = SHARED_NAMES.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    let found: Vec<&String> = places.keys().collect();
    assert_eq!(found, known, "{places:#?}");
}

#[test]
fn lines_are_counted_without_comments_blank_lines_and_tests() {
    let text = "//! What it is.\n//! Longer than other files: it is a table.\n\nuse a::b;\n\n/// A thing.\npub(crate) struct Thing;\n\
        #[cfg(test)]\nmod tests {\n    struct Other;\n    fn f() {}\n}\nenum Last {\n    A, // one\n}\n";
    let lines = [
        "use a::b;",
        "pub(crate) struct Thing;",
        "enum Last {",
        "    A, // one",
        "}",
    ];
    assert_eq!(code(text), lines);
    let types: Vec<&str> = code(text).into_iter().filter_map(defined).collect();
    assert_eq!(types, ["Thing", "Last"]);
    assert!(first_comment(text).contains(REASON));
}
