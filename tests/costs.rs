//! What a file costs is bounded by its size, whatever it says: the time, the memory, and what is made of it.

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use support::{SOCKSTEP, run_bounded, stderr};

const HEADER: &str = "{\"format\":\"sockstep-trace\",\"version\":1,\"os\":\"linux\",\"kernel\":\"6.18\",\
    \"program\":\"sockstep 0.1.0\",\"started\":\"2026-11-22T00:26:37Z\",\"sysctl\":{}}\n";

/// Everything that a recording can become.
const FORMS: [&[&str]; 12] = [
    &["replay", "--json"],
    &["replay", "--plain"],
    &["replay", "--calls"],
    &["replay", "--tell"],
    &["export", "--to", "html"],
    &["export", "--to", "svg"],
    &["export", "--to", "svg", "--board"],
    &["export", "--to", "markdown"],
    &["export", "--to", "markdown", "--blank"],
    &["export", "--to", "python"],
    &["export", "--to", "mermaid"],
    &["export", "--to", "cast"],
];

/// A recording of so many sockets that lead to `target`, and of so many ticks in which nothing happens.
fn recording(dir: &Path, target: &str, sockets: u32, ticks: u32) -> PathBuf {
    let added: Vec<String> = (1..=sockets)
        .map(|socket| {
            format!(
                "{{\"change\":\"added\",\"socket\":{socket},\"target\":\"{target}\",\"addresses\":[\"127.0.0.1:80\"],\"interest\":\"rw\"}}"
            )
        })
        .collect();
    let mut text = format!(
        "{HEADER}{{\"n\":0,\"cause\":\"add a:1\",\"at_us\":0,\"looked\":true,\"changes\":[{}],\"calls\":[],\"events\":[],\"looks\":[],\
         \"packets\":[],\"stages\":[]}}\n",
        added.join(",")
    );
    for tick in 1..=ticks {
        let _ = writeln!(
            text,
            "{{\"n\":{tick},\"tick\":{tick},\"cause\":\"tick\",\"at_us\":{tick},\"looked\":false,\"calls\":[],\"events\":[],\
             \"looks\":[],\"packets\":[],\"stages\":[]}}"
        );
    }
    let file = dir.join("file.jsonl");
    std::fs::write(&file, text).expect("written");
    file
}

/// Makes a form of it within half a gigabyte and a minute.
fn made(form: &[&str], file: &Path) -> Output {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "ulimit -v 524288; exec \"$0\" \"$@\"",
        SOCKSTEP,
        form[0],
    ]);
    command.arg(file).args(&form[1..]);
    let output = run_bounded(&mut command, Duration::from_secs(60));
    let code = output.status.code();
    let is_cut = stderr(&output).contains("There is room for the first");
    assert_eq!(
        code,
        Some(i32::from(is_cut)),
        "{form:?}: {}",
        stderr(&output)
    );
    output
}

#[test]
fn many_small_records_make_a_page_of_which_the_end_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = recording(dir.path(), "127.0.0.1:80", 1, 8_000);
    for form in FORMS {
        let output = made(form, &file);
        let bytes = output.stdout.len();
        assert!(bytes < 25 << 20, "{form:?}: {bytes}");
        let steps = match form {
            [_, _, "html" | "markdown", ..] => "first 5000 of 8001 steps",
            [_, _, "cast"] => "first 4001 of 8001 steps",
            _ => "",
        };
        assert!(
            stderr(&output).contains(steps),
            "{form:?}: {}",
            stderr(&output)
        );
        let shown = String::from_utf8_lossy(&output.stdout);
        if form.contains(&"html") || form == ["export", "--to", "markdown"] {
            assert!(shown.contains(steps), "{form:?} says it itself");
        }
    }
}

#[test]
fn many_sockets_in_many_records_are_not_told_again_and_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = recording(dir.path(), "127.0.0.1:80", 3_000, 3_000);
    for form in FORMS {
        let bytes = made(form, &file).stdout.len();
        assert!(bytes < 60 << 20, "{form:?}: {bytes}");
    }
    let told = made(&["replay", "--tell"], &file);
    let told = String::from_utf8_lossy(&told.stdout);
    let few = "these are too many to tell of all of them each time.\n";
    assert!(told.matches(few).count() > 2_000);
}

#[test]
fn a_name_that_no_target_has_is_cut_wherever_it_would_be_said_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let name = format!("{}.example:80", "n".repeat(60_000));
    let file = recording(dir.path(), &name, 3, 400);
    for form in FORMS {
        let output = made(form, &file);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.len() < 12 << 20, "{form:?}: {}", text.len());
        // As a whole where it is added, and nowhere else.
        let whole = text.matches(&name[..10_000]).count();
        assert!(whole <= 3 * 6, "{form:?}: {whole} times");
    }
}

#[test]
fn a_message_about_a_damaged_line_quotes_only_its_beginning() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("file.jsonl");
    let long = "n".repeat(60_000);
    for field in [
        format!("\"by\":\"{long}\""),
        format!("\"{long}\":1"),
        format!("\"call\":\"{long}\""),
        format!("\"socket\":\"{long}\""),
    ] {
        let line = format!(
            "{{\"n\":0,\"cause\":\"tick\",\"at_us\":0,\"looked\":false,\"calls\":[{{{field}}}],\"events\":[],\"looks\":[],\"packets\":[],\"stages\":[]}}\n"
        );
        std::fs::write(&file, format!("{HEADER}{line}")).expect("written");
        let mut command = Command::new(SOCKSTEP);
        command.args(["replay", "--plain"]).arg(&file);
        let output = run_bounded(&mut command, Duration::from_secs(60));
        let said = stderr(&output);
        assert!(said.len() < 1000, "{} bytes: {:.300}", said.len(), said);
    }
}
