//! What the texts say from which this program was made, sentence by sentence and in words of our own: a question on its FAQ about a
//! connect() that does not wait, a tutorial about such sockets, and a how-to about sockets. Each sentence has what shows it live: scripts
//! and lessons, which other tests run on the real kernel, and tests.

use std::path::Path;

/// A line of the table.
struct Sentence {
    /// Of which text it is.
    text: &'static str,
    said: &'static str,
    /// What shows it.
    shown: Vec<&'static str>,
}

fn sentences() -> Vec<Sentence> {
    let lines = include_str!("sources.md").lines();
    let rows = lines.filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = rows.map(|row| row.split(" | ").collect::<Vec<_>>());
    cells
        .skip(1)
        .map(|cells| {
            let [text, said, shown] = cells[..] else {
                panic!("three cells: {cells:?}");
            };
            let shown = shown.split(", ").collect();
            Sentence { text, said, shown }
        })
        .collect()
}

/// Whether a script, a lesson of the course or a test of this name is there.
fn is_there(shown: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (place, name) = shown.split_once('/').expect("a place and a name");
    match place {
        "scripts" => root.join(format!("tests/scripts/{name}.script")).exists(),
        "lessons" => sockstep::words::course::all()
            .any(|lesson| name == format!("{}-{}", lesson.number, lesson.slug)),
        _ => {
            let (file, test) = shown.split_once(' ').expect("a file and a test");
            let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
            text.contains(&format!("#[test]\n    fn {test}()"))
                || text.contains(&format!("#[test]\nfn {test}()"))
        }
    }
}

#[test]
fn every_sentence_of_the_texts_is_shown_by_something_that_is_there() {
    let mut missing = Vec::new();
    let sentences = sentences();
    assert!(sentences.len() >= 40, "{}", sentences.len());
    for Sentence { text, said, shown } in sentences {
        assert!(["FAQ", "tutorial", "how-to"].contains(&text), "{said}");
        assert!(said.ends_with('.') && !shown.is_empty(), "{said}");
        let lost = shown.iter().filter(|shown| !is_there(shown));
        missing.extend(lost.map(|shown| format!("{said} {shown}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_shows_how_calls_wait_stands_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let files = std::fs::read_dir(folder).expect("the scripts");
    let names = files.map(|file| file.expect("a script").file_name());
    let shown_all: Vec<&str> = sentences().into_iter().flat_map(|it| it.shown).collect();
    for name in names.map(|name| name.to_string_lossy().into_owned()) {
        let is_about = ["deadlock-", "wire-gone", "keepalive-", "done-"];
        let shown = format!("scripts/{}", name.trim_end_matches(".script"));
        let is_about = is_about.iter().any(|beginning| name.starts_with(beginning));
        assert!(!is_about || shown_all.contains(&&*shown), "{name}");
    }
}
