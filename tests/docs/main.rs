//! The book in `docs/`: its reference is made from the tables of the program, its links lead somewhere, and each of its commands, and of the
//! README's, is run.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod links;
mod reference;

use std::path::{Path, PathBuf};

/// A file of the repository.
fn in_the_house(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// The pages of the book, with the README, by their paths in the repository.
fn pages() -> Vec<(PathBuf, String)> {
    let mut files = vec![in_the_house("README.md")];
    for folder in ["docs/src", "docs/src/reference"] {
        let entries = std::fs::read_dir(in_the_house(folder)).expect("the book");
        let found = entries.map(|entry| entry.expect("an entry").path());
        files.extend(found.filter(|path| path.extension().is_some_and(|it| it == "md")));
    }
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a page");
        (path, text)
    };
    files.into_iter().map(read).collect()
}
