//! Who may use whom. Imports point down; these tests read every `crate::`, `super::` and `self::` path, and name the file that breaks
//! the rule. No two modules use each other, however long the way round.

use std::collections::{BTreeMap, BTreeSet};
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

/// Every path that a file names, made absolute: `model::call::Call`. Paths in braces are taken apart; `super` and `self` are followed,
/// also from a module inside of the file.
fn used(text: &str, module: &str) -> Vec<String> {
    let mut names = Vec::new();
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in text.match_indices(root) {
            let before = text[..at].chars().next_back();
            // The middle of a longer path, such as `super::super::`, was met at its beginning.
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let here = if inside_of_a_module(text, at) {
                format!("{module}::inside")
            } else {
                module.to_owned()
            };
            for path in taken_apart(&text[at..]) {
                names.extend(absolute(&path, &here));
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Whether a place stands in a module that is written inside of its file: such a module is indented.
fn inside_of_a_module(text: &str, at: usize) -> bool {
    let opened = text[..at].rfind("\nmod ").map(|start| &text[start + 1..at]);
    opened.is_some_and(|inside| {
        let head = inside.lines().next().unwrap_or("");
        head.ends_with('{') && !inside.contains("\n}")
    })
}

/// The paths that begin here: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn taken_apart(text: &str) -> Vec<String> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let end = text.find(|c| !part(c)).unwrap_or(text.len());
    let head = &text[..end];
    let Some(inside) = text[end..]
        .strip_prefix('{')
        .filter(|_| head.ends_with("::"))
    else {
        return vec![head.trim_end_matches(':').to_owned()];
    };
    let mut depth = 0;
    let mut pieces = vec![String::new()];
    for c in inside.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => {
                pieces.push(String::new());
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
        .iter()
        .map(|piece| piece.trim())
        .filter(|piece| !piece.is_empty())
        .flat_map(taken_apart)
        .map(|rest| format!("{head}{rest}"))
        .collect()
}

/// A path from the crate's root; `None` if it leads out of it.
fn absolute(path: &str, module: &str) -> Option<String> {
    let mut base: Vec<&str> = module.split("::").collect();
    let mut rest: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    match *rest.first()? {
        "crate" => {
            base.clear();
            rest.remove(0);
        }
        "self" => {
            rest.remove(0);
        }
        _ => {
            while rest.first() == Some(&"super") {
                base.pop()?;
                rest.remove(0);
            }
        }
    }
    base.extend(rest.into_iter().filter(|part| *part != "self"));
    Some(base.join("::"))
}

/// The module that a file is: `model::call`.
fn module(path: &Path) -> String {
    let inside = path
        .strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .expect("below src");
    let text = inside.with_extension("").to_string_lossy().into_owned();
    text.replace('/', "::")
}

/// Without comments, and without the tests at the end of a file: a test may use whatever it likes.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..end]
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Which file's module uses which: `model::call` uses `model::ids`. That a module uses one of its own children is no arrow; that a child
/// uses the module it belongs to is one, and so is a sibling.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let files: Vec<(String, String)> = sources()
        .into_iter()
        .map(|(path, text)| (module(&path), code(&text)))
        .filter(|(module, _)| !module.ends_with("tests"))
        .collect();
    let known: BTreeSet<String> = files.iter().map(|(module, _)| module.clone()).collect();
    let owner = |path: &str| {
        let mut path = path;
        loop {
            if known.contains(path) {
                return Some(path.to_owned());
            }
            path = path.rsplit_once("::")?.0;
        }
    };
    files
        .iter()
        .map(|(module, text)| {
            let own = format!("{module}::");
            let uses = used(text, module)
                .iter()
                .filter_map(|path| owner(path))
                .filter(|other| other != module && !other.starts_with(&own))
                .collect();
            (module.clone(), uses)
        })
        .collect()
}

/// The circles among these arrows: sets of modules that reach each other.
fn circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reach = |from: &String| {
        let mut seen = BTreeSet::new();
        let mut next = vec![from.clone()];
        while let Some(at) = next.pop() {
            for to in arrows.get(&at).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> = arrows
        .keys()
        .map(|module| (module, reach(module)))
        .collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (module, there) in &reached {
        if !there.contains(*module) {
            continue;
        }
        let circle: BTreeSet<String> = there
            .iter()
            .filter(|other| {
                reached
                    .get(other)
                    .is_some_and(|back| back.contains(*module))
            })
            .cloned()
            .collect();
        if !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let found = circles(&arrows());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_circle_is_found_and_what_belongs_to_a_module_is_none() {
    let arrows = |list: &[(&str, &[&str])]| {
        list.iter()
            .map(|(from, to)| {
                let to = to.iter().map(|name| (*name).to_owned()).collect();
                ((*from).to_owned(), to)
            })
            .collect()
    };
    let straight = arrows(&[("a", &["b"]), ("a::x", &["a"]), ("b", &[])]);
    assert!(circles(&straight).is_empty());
    let round = arrows(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"]), ("d", &["a"])]);
    let circle: BTreeSet<String> = ["a", "b", "c"].map(str::to_owned).into();
    assert_eq!(circles(&round), [circle]);
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
        for used in used(&text, &module(&path)) {
            let name = used.split("::").next().unwrap_or("");
            if name != floor && !allowed.contains(&name) {
                broken.push(format!("{} ({floor}) uses {used}", path.display()));
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
fn the_reader_of_paths_sees_what_is_in_braces_and_where_super_leads() {
    let text = "use crate::model::x; use crate::{os, text, trace::{encode, decode::{self, Fault}}};\n\
        use super::y; fn f() { super::super::z::g() }\nmod inner {\n    use super::v;\n}\n";
    assert_eq!(
        used(text, "a::b"),
        [
            "a::b::v",
            "a::y",
            "model::x",
            "os",
            "text",
            "trace::decode",
            "trace::decode::Fault",
            "trace::encode",
            "z::g"
        ]
    );
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
