//! Links lead somewhere: to a file of the repository, and to a heading that is there.

use super::{in_the_house, pages};
use std::path::Path;

/// The targets of the links of a page, listings left out.
fn links(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let behind = prose.split("](").skip(1);
    behind
        .filter_map(|rest| rest.split(')').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_link_of_the_book_leads_to_a_file_that_is_there() {
    let mut checked = 0;
    for (page, text) in pages() {
        for link in links(&text) {
            assert!(
                !link.starts_with("http"),
                "{}: {link}: a room without a network cannot follow it",
                page.display()
            );
            let file = link.split('#').next().unwrap_or_default();
            let there = page.parent().expect("a folder").join(file);
            assert!(there.exists(), "{}: {link}", page.display());
            checked += 1;
        }
    }
    assert!(checked >= 15, "{checked}");
}

#[test]
fn every_page_of_the_book_stands_in_its_summary() {
    let summary = std::fs::read_to_string(in_the_house("docs/src/SUMMARY.md")).expect("it");
    let book = in_the_house("docs/src");
    for (page, _) in pages() {
        let Ok(name) = page.strip_prefix(&book) else {
            continue;
        };
        let is_summary = name == Path::new("SUMMARY.md");
        let named = summary.contains(&format!("]({})", name.display()));
        assert!(is_summary || named, "{}", name.display());
    }
}
