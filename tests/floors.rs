//! Who may use whom. Imports point down; this test reads every `crate::` path and names the file that breaks the rule.

use std::path::{Path, PathBuf};

/// Each floor with the floors that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("derive", &["model"]),
    ("language", &["model", "derive"]),
    ("trace", &["model", "derive", "language"]),
    ("words", &["model", "derive", "language"]),
    ("narrate", &["model", "derive", "language", "words"]),
    ("privacy", &["model", "derive", "language"]),
    ("os", &["model"]),
    ("engine", &["model", "derive", "language", "os"]),
    (
        "app",
        &["model", "derive", "language", "words", "narrate", "privacy"],
    ),
    (
        "view",
        &["model", "derive", "language", "words", "narrate", "app"],
    ),
    ("text", &["model", "derive", "language", "words", "narrate"]),
    (
        "export",
        &[
            "model", "derive", "language", "trace", "words", "narrate", "app", "view", "text",
        ],
    ),
    (
        "run",
        &[
            "model", "derive", "language", "trace", "words", "narrate", "privacy", "os", "engine",
            "app", "view", "text", "export",
        ],
    ),
    (
        "cli",
        &[
            "model", "language", "trace", "words", "os", "engine", "app", "export", "run",
        ],
    ),
    ("lib", &[]),
    ("main", &[]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).expect("the source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut files,
    );
    files
        .into_iter()
        .map(|path| {
            (
                path.clone(),
                std::fs::read_to_string(path).expect("a source file"),
            )
        })
        .collect()
}

fn floor(path: &Path) -> String {
    let inside = path
        .strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .expect("below src");
    let first = inside.iter().next().expect("a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The first names behind every `crate::`, also inside braces.
fn used(text: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let mut names = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let behind = &text[at + "crate::".len()..];
        if let Some(inside) = behind.strip_prefix('{') {
            let mut depth = 0;
            let list: String = inside
                .chars()
                .take_while(|c| {
                    depth += i32::from(*c == '{') - i32::from(*c == '}');
                    depth >= 0
                })
                .collect();
            let mut depth = 0;
            let mut start = true;
            for (at, c) in list.char_indices() {
                if start && c.is_alphabetic() {
                    names.push(word(&list[at..]));
                    start = false;
                }
                depth += i32::from(c == '{') - i32::from(c == '}');
                start |= c == ',' && depth == 0;
            }
        } else {
            names.push(word(behind));
        }
    }
    names
}

#[test]
fn imports_point_one_way() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let floor = floor(&path);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == floor) else {
            panic!(
                "{} stands on no known floor: add it to the table",
                path.display()
            );
        };
        for name in used(&text) {
            if name != floor && !allowed.contains(&name.as_str()) {
                broken.push(format!("{} ({floor}) uses {name}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_table_has_no_cycle() {
    let place = |name: &str| {
        MAY_USE
            .iter()
            .position(|(floor, _)| *floor == name)
            .expect("a floor of the table")
    };
    for (floor, uses) in MAY_USE {
        for used in *uses {
            assert!(
                place(used) < place(floor),
                "{floor} uses {used}, which stands above it"
            );
        }
    }
}

#[test]
fn the_reader_of_paths_sees_what_is_in_braces() {
    let text = "use crate::model::x; use crate::{os, text, trace::{encode, decode}};";
    assert_eq!(used(text), ["model", "os", "text", "trace"]);
}

#[test]
fn the_system_is_asked_only_below_os_and_run() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let floor = floor(&path);
        if !matches!(floor.as_str(), "os" | "run") && text.contains("target_os") {
            broken.push(format!("{} asks for target_os", path.display()));
        }
        if floor != "os" && text.contains("unsafe ") && text.contains("unsafe {") {
            broken.push(format!("{} is unsafe", path.display()));
        }
        if matches!(
            floor.as_str(),
            "model" | "derive" | "language" | "words" | "narrate" | "privacy" | "app"
        ) {
            for word in [
                "std::fs",
                "std::net::Tcp",
                "std::io::std",
                "Instant::now",
                "SystemTime",
                "std::process",
                "std::env",
            ] {
                if text.contains(word) {
                    broken.push(format!(
                        "{} does I/O or asks the clock: {word}",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
