//! One meaning, one word: nothing that a user reads has a word that was replaced. The words are the table from which old lines are read.

mod support;

use sockstep::language::claim::facts::{HAPPENED, IS};
use sockstep::language::claim::{FORMS, OTHER_FORMS};
use sockstep::language::keys;
use sockstep::language::request::Frontend;
use sockstep::language::vocabulary::REPLACED;
use sockstep::language::{self, verbs};
use sockstep::words::assets;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::recordings::golden;
use support::{SOCKSTEP, sockstep, stderr, stdout};

/// Lines in which an old word has its ordinary meaning, with the reason.
const ORDINARY: &[(&str, &str)] = &[
    (
        "at the other end of the wire",
        "the wire's end, where no socket is",
    ),
    ("no-verdict", "the name of a rule"),
];

fn is_part_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether these words stand in the text, as whole words, in whatever case and with whatever spaces between them.
fn has(text: &str, words: &str) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find(words) {
        let (start, end) = (from + at, from + at + words.len());
        let before = text[..start].chars().next_back();
        let behind = text[end..].chars().next();
        if !before.is_some_and(is_part_of_a_word) && !behind.is_some_and(is_part_of_a_word) {
            return true;
        }
        from = end;
    }
    false
}

/// The faults of a text: where, the old word, and the word of today. A line's end is a space.
fn faults(place: &str, text: &str) -> Vec<String> {
    let ordinary = |line: &&str| !ORDINARY.iter().any(|(known, _)| line.contains(known));
    let lines: Vec<&str> = text.lines().filter(ordinary).collect();
    let text = lines.join(" ").to_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = REPLACED.iter().filter(|(old, ..)| has(&text, old));
    let fault = |(old, new, _): &(&str, &str, _)| {
        let line = lines.iter().find(|line| has(&line.to_lowercase(), old));
        format!(
            "{place}: '{old}' is '{new}' now: {}",
            line.unwrap_or(&"").trim()
        )
    };
    found.map(fault).collect()
}

fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Every file below this folder of the repository with this ending.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|it| it == ending) => found.push(path),
                false => {}
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no .{ending}");
    found.sort();
    found
}

fn in_files(folder: &str, ending: &str, of: impl Fn(&str) -> String) -> Vec<String> {
    let files = files(folder, ending).into_iter();
    files
        .flat_map(|file| {
            let text = std::fs::read_to_string(&file).expect("a text");
            faults(&file.display().to_string(), &of(&text))
        })
        .collect()
}

/// What stands between quotes in a Rust file, without its tests, comments, and the names that are put in.
fn literals(source: &str) -> String {
    let source = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or("");
    let mut out = String::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let behind = &rest[at + 1..];
        rest = match rest.as_bytes()[at] {
            b'/' if behind.starts_with('/') => behind.split_once('\n').map_or("", |(_, rest)| rest),
            b'\'' if behind.starts_with("\"'") => &behind[2..],
            b'\'' if behind.starts_with("\\\"'") => &behind[3..],
            b'"' => {
                let mut escaped = false;
                let end = behind.find(|c| {
                    let ends = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                });
                let (literal, behind) = behind.split_at(end.unwrap_or(behind.len()));
                out.extend(literal.split(['{', '}']).step_by(2));
                out.push('\n');
                behind.strip_prefix('"').unwrap_or("")
            }
            _ => behind,
        };
    }
    out
}

#[test]
fn a_replaced_word_is_found_as_a_whole_word_in_any_case_and_over_the_end_of_a_line() {
    for text in [
        "He Told me.",
        "told",
        "an error\nis TOLD: once",
        "the far\n  end",
    ] {
        assert_eq!(faults("here", text).len(), 1, "{text}");
    }
    for text in ["retold", "letters", "newsroom", "told_apart", "far ending"] {
        assert_none(&faults("here", text));
    }
    let source = "let told = '\"'; // \"told\"\nf(\"a {told} b \\\" c\");\n#[cfg(test)]\nmod tests { \"told\" }";
    assert_eq!(literals(source), "a  b \\\" c\n");
}

#[test]
fn no_text_of_the_assets_has_a_replaced_word() {
    let mut found = Vec::new();
    for ending in ["toml", "c", "py", "script", "rs", "css", "js"] {
        found.extend(in_files("assets", ending, str::to_owned));
    }
    assert_none(&found);
}

#[test]
fn no_text_in_the_source_has_a_replaced_word() {
    let is_prose = |path: &str| !path.ends_with("tests.rs") && !path.ends_with("vocabulary.rs");
    let mut found = in_files("src", "rs", literals);
    found.retain(|fault| is_prose(fault.split(": '").next().unwrap_or("")));
    assert_none(&found);
}

#[test]
fn no_golden_screen_no_script_and_no_paper_has_a_replaced_word() {
    let mut found = in_files("tests/screens/snapshots", "snap", str::to_owned);
    found.extend(in_files("tests/scripts", "script", str::to_owned));
    found.extend(in_files("docs/src", "md", str::to_owned));
    for (name, text) in [
        ("README.md", include_str!("../README.md")),
        ("CONTRIBUTING.md", include_str!("../CONTRIBUTING.md")),
        ("ARCHITECTURE.md", include_str!("../ARCHITECTURE.md")),
    ] {
        found.extend(faults(name, text));
    }
    for file in files("tests/scripts", "script") {
        let name = file
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name");
        found.extend(faults("the name of a script", &name.replace('-', " ")));
    }
    assert_none(&found);
}

#[test]
fn no_key_no_word_and_no_completion_has_a_replaced_word() {
    let mut found = Vec::new();
    for binding in keys::all() {
        found.extend(faults("a key's word", binding.word));
        found.extend(faults(binding.label, binding.help));
    }
    for verb in verbs::all() {
        let elsewhere = verb.elsewhere.iter().map(|(_, why)| *why);
        let texts = [verb.name, verb.usage, verb.help]
            .into_iter()
            .chain(elsewhere);
        let texts = texts.chain(verb.examples.iter().copied());
        found.extend(texts.flat_map(|text| faults(verb.name, text)));
    }
    let forms = FORMS.iter().chain(OTHER_FORMS);
    found.extend(forms.flat_map(|(word, form)| faults(word, form)));
    let is = IS.iter().map(|(word, _, meaning)| (*word, *meaning));
    let happened = HAPPENED.iter().map(|(word, _, meaning)| (*word, *meaning));
    for (word, meaning) in is.chain(happened) {
        found.extend(faults(word, &format!("{word}: {meaning}")));
    }
    for frontend in Frontend::ALL {
        for typed in ["", "expect ", "expect 1 ", "await ", "expect wire 1 "] {
            let all = language::complete(typed, *frontend, &[], &[]).join("\n");
            found.extend(faults("completion", &all));
        }
    }
    assert_none(&found);
}

/// Everything that a run says.
fn said(args: &[&str]) -> String {
    let output = sockstep(args);
    stdout(&output) + &stderr(&output)
}

#[test]
fn no_help_no_manual_page_and_no_shell_completion_has_a_replaced_word() {
    let mut runs: Vec<Vec<&str>> = vec![vec!["--help"], vec!["-h"], vec!["man"], vec!["broken"]];
    for command in [
        "run",
        "replay",
        "export",
        "broken",
        "cost",
        "lab",
        "doctor",
        "completions",
    ] {
        runs.push(vec![command, "--help"]);
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        runs.push(vec!["completions", shell]);
    }
    for broken in &assets::BROKEN {
        runs.push(vec!["broken", broken.name, "--source", "c"]);
        runs.push(vec!["broken", broken.name, "--source", "python"]);
    }
    let found: Vec<String> = runs
        .iter()
        .flat_map(|args| {
            let text = said(args);
            assert!(text.len() > 40, "{args:?} says {text}");
            faults(&args.join(" "), &text)
        })
        .collect();
    assert_none(&found);
}

/// What the conversation says to these lines.
fn conversation(targets: &[&str], lines: &str) -> String {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(lines.as_bytes()).expect("written");
    std::io::Seek::rewind(&mut file).expect("a file");
    let mut command = Command::new(SOCKSTEP);
    command.args(["--plain", "--no-save"]).args(targets);
    command.stdin(Stdio::from(file));
    let output = command.output().expect("it ends with its input");
    stdout(&output) + &stderr(&output)
}

#[test]
fn the_conversation_says_no_replaced_word() {
    let seven = "\n".repeat(7);
    let mut lines = format!("help\n{seven}tell\ndepth kernel\ntell\ndepth readiness\ntell\n");
    for verb in verbs::of(Frontend::Plain).filter(|verb| !["quit", "cost"].contains(&verb.name)) {
        lines.extend(["help ", verb.name, "\n"]);
    }
    let rows = "recv 1\nsend 1 hello\nshutdown 1 rd\nhand 1\nbadfd 1\nprobe\nlook\nso_error 2\nconnect 2\n";
    lines.push_str(rows);
    lines.push_str("tick\nmodes @open\ntick 4\nreset 3\nclose 4\nquit\n");
    let all = conversation(&[], &lines);
    assert!(all.contains("tick 7.") && all.contains("next: "), "{all}");
    assert_none(&faults("--plain", &all));
}

/// What cannot be done, or cannot be read.
const WRONG: &[&str] = &[
    "nonsense",
    "tick 0",
    "tick only",
    "tick only 9",
    "expect",
    "expect 1",
    "expect 1 reported WHAT",
    "expect 1 poll",
    "expect 1 stage connected",
    "expect 1 early",
    "expect 1 badfd",
    "expect wire 1 what",
    "await 1 stage connected",
    "add nowhere",
    "add @nope",
    "modes",
    "interest 1 x",
    "capacity 0",
    "timeout soon",
    "deadline 1 soon",
    "send 1",
    "recv 9",
    "accept 1",
    "listen 1",
    "fill 9",
    "probe",
    "badfd 9",
    "interrupt 1",
    "release 1",
    "drop 1",
    "inject rst",
    "hold what",
    "goto 99",
    "next 9",
    "explain nothing-at-all",
    "depth what",
];

#[test]
fn no_message_about_what_is_wrong_has_a_replaced_word() {
    let lines: String = WRONG.iter().flat_map(|line| [line, "\n"]).collect();
    let mut found = faults("--plain", &conversation(&["@refused"], &lines));
    for line in WRONG {
        for frontend in Frontend::ALL {
            if let Err(bad) = language::parse(line, *frontend) {
                found.extend(faults(line, &bad.to_string()));
            }
        }
    }
    let long = "a".repeat(300) + ":80";
    let targets = [
        "host",
        "host:",
        ":80",
        "[::1",
        "@nope",
        "10.0.0.0/8:80",
        &long,
        "/a",
        "b\u{fc}cher:80",
    ];
    for target in targets {
        found.extend(faults(target, &said(&["run", target])));
    }
    for args in [
        &["replay", "/nowhere"][..],
        &["export", "/nowhere", "--to", "html"],
        &["export", "/nowhere", "--to", "what"],
        &["run", "--interest", "x", "@open"],
        &["run", "--script", "/nowhere"],
        &["broken", "what"],
        &["lab", "what"],
        &["--what"],
    ] {
        let text = said(args);
        assert!(!text.is_empty(), "{args:?}");
        found.extend(faults(&args.join(" "), &text));
    }
    assert_none(&found);
}

#[test]
fn no_export_and_no_replay_has_a_replaced_word() {
    let mut found = Vec::new();
    for recording in ["default-lab", "wire-talk", "unix", "name-and-closed-port"] {
        let file = golden(recording);
        let file = file.to_str().expect("a path");
        for form in ["html", "svg", "cast", "mermaid", "markdown", "python"] {
            let text = said(&["export", file, "--to", form]);
            found.extend(faults(&format!("{recording} as {form}"), &text));
        }
        let blank = said(&["export", file, "--to", "markdown", "--blank"]);
        found.extend(faults("a blank sheet", &blank));
        for how in ["--plain", "--tell"] {
            let text = said(&["replay", file, how]);
            found.extend(faults(&format!("{recording}, {how}"), &text));
        }
        let beside = said(&[
            "replay",
            file,
            "--beside",
            golden("default-lab").to_str().expect("a path"),
            "--plain",
        ]);
        found.extend(faults("beside", &beside));
    }
    assert_none(&found);
}

#[test]
fn a_recording_with_old_words_is_understood() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str| dir.path().join(name).display().to_string();
    let (script, new, old) = (file("a.script"), file("new.jsonl"), file("old.jsonl"));
    let lines = "add @open\ntick 7\nspoil 1\nhunt\nlanes @open\n";
    std::fs::write(&script, lines).expect("written");
    let run = sockstep(&["run", "--script", &script, "--record", &new]);
    assert!(run.status.success(), "{}", stderr(&run));
    let text = std::fs::read_to_string(&new).expect("recorded");
    let before = text
        .replace("\"badfd 1\"", "\"spoil 1\"")
        .replace("\"probe\"", "\"hunt\"")
        .replace("\"modes @open\"", "\"lanes @open\"");
    assert_ne!(before, text);
    std::fs::write(&old, before).expect("written");
    for how in ["--tell", "--json", "--plain"] {
        let output = sockstep(&["replay", &old, how]);
        assert!(!stderr(&output).contains("not understood"), "{how}");
        assert_eq!(
            stdout(&output),
            stdout(&sockstep(&["replay", &new, how])),
            "{how}"
        );
    }
}
