//! The reference is made from the tables that the program reads. `INSTA_UPDATE=always cargo test --test docs` keeps what they say today.

use super::in_the_house;
use sockstep::language::claim::facts::{HAPPENED, IS};
use sockstep::language::claim::{FORMS, OTHER_FORMS};
use sockstep::language::keys::{self, Action, Binding, KeyGroup};
use sockstep::language::request::Frontend;
use sockstep::language::verbs;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The first line of each page.
const MADE: &str =
    "<!-- Made from the program's own tables: INSTA_UPDATE=always cargo test --test docs -->\n\n";

/// A text in a cell of a table, or in prose: nothing of it is markup.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        if matches!(c, '|' | '*' | '_' | '<' | '[' | ']' | '\\' | '`' | '#') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// A word of the program; a bar would end the cell of a table.
fn code(text: &str) -> String {
    match text {
        "`" => "`` ` ``".to_owned(),
        _ => format!("`{}`", text.replace('|', "\\|")),
    }
}

/// A word of the program outside of a table.
fn word(text: &str) -> String {
    format!("`{text}`")
}

/// A form of the language, without its examples, and these.
fn form_and_examples(form: &str) -> (&str, Vec<&str>) {
    let (form, examples) = form.split_once("such as: ").unwrap_or((form, ""));
    let examples = examples.split(", or: ").filter(|it| !it.is_empty());
    (form.trim_end_matches([',', ';', ' ']), examples.collect())
}

/// Compares a page with what is so today, or keeps that.
#[track_caller]
fn is_today(page: &str, body: &str) {
    let path = in_the_house("docs/src/reference").join(page);
    let today = format!("{MADE}{}\n", body.trim_end());
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(&path, &today).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == today,
        "{page} is not what the tables say today: INSTA_UPDATE=always cargo test --test docs keeps it"
    );
}

#[test]
fn the_page_of_keys_is_the_key_table() {
    let mut page =
        "# Keys\n\n`?` shows them in the program, and finds them by what you type. [All can be bound otherwise](../config.md), by the names of the last\ncolumn; the program then names yours everywhere.\n".to_owned();
    let line = |binding: &Binding| {
        let place = match binding.on.note() {
            "" => String::new(),
            note => format!(" {note}"),
        };
        let name = match binding.action {
            Action::Digit(_) => "-".to_owned(),
            action => code(action.name()),
        };
        format!(
            "| {} | {}{place} | {name} |\n",
            code(binding.label),
            plain(binding.help)
        )
    };
    for group in KeyGroup::ALL {
        let _ = write!(
            page,
            "\n## {}\n\n| key | what it does | name |\n|---|---|---|\n",
            group.title()
        );
        let of_group = keys::all().iter().filter(|binding| binding.group == *group);
        page.extend(of_group.map(line));
    }
    is_today("keys.md", &page);
}

#[test]
fn the_page_of_words_is_the_table_of_words() {
    let mut page = "# Words of the prompt and of scripts\n\nThey are typed behind `:` in the program, are the lines of `sockstep --plain`, and of scripts. TAB completes them.\n".to_owned();
    for verb in verbs::all() {
        let _ = write!(
            page,
            "\n## {}\n\n{}. {}\n",
            verb.name,
            word(form_and_examples(verb.usage).0),
            plain(verb.help)
        );
        if !verb.aliases.is_empty() {
            let also: Vec<String> = verb.aliases.iter().map(|word| code(word)).collect();
            let _ = write!(page, "\nAlso: {}.\n", also.join(", "));
        }
        let _ = write!(page, "\n```text\n{}\n```\n", verb.examples.join("\n"));
        for (frontend, why) in verb.elsewhere {
            let place = match frontend {
                Frontend::Screen => "On the screen",
                Frontend::Plain => "In the conversation",
                Frontend::Script => "In a script",
            };
            let _ = write!(page, "\n{place}: {}.\n", plain(why.trim_end_matches('.')));
        }
    }
    is_today("words.md", &page);
}

#[test]
fn the_page_of_claims_is_the_table_of_claims() {
    let mut page = "# Claims\n\nA claim says what is so. `expect CLAIM` and `await CLAIM within 2s` test one in a script and at the prompt; a lesson's choices and goals are claims; and claims choose the sentences of the screen.\n\n## About one row\n\nThe number of the row stands before it.\n\n".to_owned();
    let form = |(_, form): &(&str, &str)| {
        let (form, examples) = form_and_examples(form);
        let (form, about) = form.split_once(", ").unwrap_or((form, ""));
        let about = match about {
            "" => String::new(),
            about => format!(", {}", plain(about)),
        };
        let examples: Vec<String> = examples.into_iter().map(word).collect();
        let examples = match examples.is_empty() {
            true => String::new(),
            false => format!(": {}", examples.join(", or ")),
        };
        format!("- {}{about}{examples}\n", word(form))
    };
    page.extend(FORMS.iter().map(form));
    page.push_str("\n## About all\n\n");
    page.extend(OTHER_FORMS.iter().map(form));
    page.push_str("\n## What a row is\n\nSuch as `expect 1 watched`; `not` in front denies it.\n\n| word | it is so when |\n|---|---|\n");
    page.extend(
        IS.iter()
            .map(|(word, _, when)| format!("| {} | {} |\n", code(word), plain(when))),
    );
    page.push_str("\n## What has happened to a row\n\n| word | it is so when |\n|---|---|\n");
    page.extend(
        HAPPENED
            .iter()
            .map(|(word, _, when)| format!("| {} | {} |\n", code(word), plain(when))),
    );
    is_today("claims.md", &page);
}

/// A file of texts, entry by entry.
fn texts(file: &str) -> BTreeMap<String, toml::Table> {
    let path = in_the_house("assets/text").join(file);
    let text = std::fs::read_to_string(path).expect("the texts");
    toml::from_str(&keys::said_in_toml(&text)).expect("TOML")
}

fn paragraph(page: &mut String, entry: &toml::Table, key: &str, label: &str) {
    if let Some(text) = entry.get(key).and_then(toml::Value::as_str)
        && !text.is_empty()
    {
        let _ = write!(page, "\n{label}{}\n", plain(text));
    }
}

#[test]
fn the_page_of_cards_is_the_cards() {
    let mut page = "# Cards\n\n`K` opens the cards of the chosen socket, `:explain WORD` and `sockstep explain WORD` any of them.\n".to_owned();
    for (topic, card) in texts("cards.toml") {
        let _ = write!(page, "\n## {}\n", plain(&topic));
        paragraph(&mut page, &card, "meaning", "");
        paragraph(&mut page, &card, "look", "To see it: ");
        paragraph(&mut page, &card, "page", "Manual: ");
    }
    is_today("cards.md", &page);
}

#[test]
fn the_page_of_errnos_is_their_cards() {
    let mut page = "# Errnos\n\nWhat each errno means for a socket, and what a program does next. What is said of other systems is documented, not measured.\n".to_owned();
    for (name, card) in texts("errno.toml") {
        let _ = write!(page, "\n## {name}\n");
        paragraph(&mut page, &card, "meaning", "");
        paragraph(&mut page, &card, "next", "Next: ");
        paragraph(&mut page, &card, "elsewhere", "Elsewhere: ");
        paragraph(&mut page, &card, "page", "Manual: ");
    }
    is_today("errnos.md", &page);
}

#[test]
fn the_page_of_the_command_line_is_the_help() {
    let help = |words: &[&str]| {
        let args: Vec<&str> = words.iter().copied().chain(["--help"]).collect();
        super::support::stdout(&super::support::sockstep(&args))
    };
    let top = help(&[]);
    let mut page = format!(
        "# The command line\n\nExit codes: 0 done; 1 a target failed (with `--check`), an expectation did not hold, or a recording breaks off; 2 wrong use; 128 + a signal's number.\n\n```text\n{}\n```\n",
        top.trim_end()
    );
    let names = top
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next());
    for name in names.filter(|name| *name != "help") {
        let _ = write!(
            page,
            "\n## sockstep {name}\n\n```text\n{}\n```\n",
            help(&[name]).trim_end()
        );
    }
    is_today("command-line.md", &page);
}
