//! Each command line of the README and of the book is run as it stands there, in a directory that has the files which it names.

use super::support::pty::Pty;
use super::support::{SOCKSTEP, run_bounded};
use super::{in_the_house, pages};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(60);

/// Those that stand for what is tested elsewhere as a whole, and take long.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "sockstep lesson check",
        "tests/lessons.rs checks the course",
    ),
    ("cargo test", "it is what runs this test"),
];

/// The command lines in the listings of all pages, without what is said about them.
fn commands() -> Vec<String> {
    let mut all = Vec::new();
    for (_, text) in pages() {
        let listings = text.split("```sh\n").skip(1);
        let lines = listings.filter_map(|rest| rest.split("```").next());
        for line in lines.flat_map(str::lines) {
            let command = line.split(" #").next().unwrap_or_default();
            all.extend(command.split("; ").map(|it| it.trim().to_owned()));
        }
    }
    all.sort();
    all.dedup();
    all.retain(|command| !command.is_empty());
    all
}

/// The files that the commands name.
fn furnish(dir: &Path) {
    for name in ["lesson", "alice", "bob", "mine", "yours"] {
        let file = format!("{name}.jsonl");
        let args = ["run", "--record", &file, "@open", "@refused"];
        let made = Command::new(SOCKSTEP).args(args).current_dir(dir).output();
        assert!(made.expect("a recording").status.success());
    }
    let script = "add @open\ntick 7\nexpect 1 stage connected\n";
    for name in ["lesson.script", "partial.script"] {
        std::fs::write(dir.join(name), script).expect("a script");
    }
    // A program to be watched.
    std::os::unix::fs::symlink("/bin/true", dir.join("client")).expect("a program");
    // Homework to be marked.
    let lesson = "lesson L\npeer @open: exit 0\npeer @refused: exit not 0\n";
    std::fs::write(dir.join("client.lesson"), lesson).expect("a lesson");
    for who in ["anna", "ben"] {
        let dir = dir.join("homework").join(who);
        std::fs::create_dir_all(&dir).expect("a directory");
        std::os::unix::fs::symlink("/bin/true", dir.join("client")).expect("a program");
    }
    // Something for --last.
    let state = dir.join("state");
    let mut pty = start(&["@open"], &state);
    pty.wait_for("TICK 0");
    pty.press_until(" ", "TICK 1");
    pty.press("\x03");
    pty.end();
}

fn start(args: &[&str], state: &Path) -> Pty {
    let state = state.to_str().expect("a path in UTF-8");
    Pty::start_with(80, 24, SOCKSTEP, args, &[("XDG_STATE_HOME", state)])
}

/// Whether it draws a screen, or serves until it is ended.
fn stays(args: &[&str]) -> bool {
    let words = [
        "--plain", "--json", "--source", "--mended", "--tell", "--help",
    ];
    let is_quiet = args.iter().any(|arg| words.contains(arg));
    match args.first().copied() {
        Some("lab") => true,
        Some("replay" | "broken") if is_quiet => false,
        Some("broken") => args.contains(&"--step"),
        Some("replay") => true,
        Some("lesson") => !matches!(args.get(1), Some(&"list" | &"check" | &"new")) && !is_quiet,
        Some(
            "run" | "watch" | "export" | "mark" | "explain" | "cost" | "doctor" | "completions"
            | "man" | "config",
        ) => false,
        _ => !is_quiet,
    }
}

/// Runs one; what went wrong, if something did.
fn run(command: &str, dir: &Path) -> Result<(), String> {
    let words = shell_words::split(command).map_err(|error| error.to_string())?;
    let args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    if stays(&args) {
        let dir = dir.to_str().expect("a path in UTF-8");
        let inside = format!("cd {dir} && exec {SOCKSTEP} {}", args.join(" "));
        let state = format!("{dir}/state");
        let env = [("XDG_STATE_HOME", state.as_str())];
        let mut pty = Pty::start_with(80, 24, "sh", &["-c", &inside], &env);
        let screen = pty.wait("something on the screen", |screen| {
            screen.lines().any(|line| !line.trim().is_empty())
        });
        pty.press("\x03");
        let end = pty.end();
        return match end.exit_code() {
            0 | 130 => Ok(()),
            code => Err(format!("{command}: exit code {code}\n{screen}")),
        };
    }
    let mut child = Command::new(SOCKSTEP);
    child
        .args(&args)
        .current_dir(dir)
        .env("XDG_STATE_HOME", dir.join("state"));
    let output = run_bounded(&mut child, LONGEST);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        // 1: a target failed, a goal was not reached, two recordings differ.
        Some(0 | 1) => Ok(()),
        code => Err(format!("{command}: exit code {code:?}\n{said}")),
    }
}

#[test]
fn every_command_line_of_the_readme_and_of_the_book_can_be_run() {
    let dir = tempfile::tempdir().expect("a directory");
    furnish(dir.path());
    let mut ran = 0;
    let mut wrong = Vec::new();
    for command in commands() {
        if ELSEWHERE.iter().any(|(there, _)| *there == command) || command.starts_with("cargo ") {
            continue;
        }
        assert!(
            command.starts_with("sockstep"),
            "{command}: what is it? Only the program and cargo are called"
        );
        // A recording is never written over another.
        let place = if command.contains("--record ") {
            dir.path().join(format!("fresh-{ran}"))
        } else {
            dir.path().to_owned()
        };
        std::fs::create_dir_all(&place).expect("a directory");
        wrong.extend(run(&command, &place).err());
        ran += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran >= 30, "{ran}");
}

#[test]
fn what_stands_for_others_is_still_there() {
    let all = commands();
    for (command, why) in ELSEWHERE {
        assert!(all.iter().any(|it| it == command), "{command}: {why}");
    }
    assert!(in_the_house("tests/lessons.rs").exists());
}
