//! What is said of a configuration that cannot be used, word for word; and that nothing was begun.

use super::support::pty::Pty;
use super::support::{SOCKSTEP, stderr, stdout};
use std::path::Path;
use std::process::{Command, Output};

fn run(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(SOCKSTEP);
    command.args(args).current_dir(dir);
    command.output().expect("it runs")
}

/// What is said of a file, with exit code 2.
fn refused(text: &str) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("config.toml"), text).expect("a file");
    let output = run(dir.path(), &["config", "--config", "config.toml"]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert_eq!(stdout(&output), "");
    stderr(&output)
}

#[track_caller]
fn is_kept(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_key_that_two_actions_want_is_named_with_both_and_their_lines() {
    is_kept(
        "conflict",
        &refused(
            "# mine\n[keys]\nnote = \"f5\"\nadd = [\"a\", \"f5\"]\ntick = \":\"\nsend = \"D\"\ndrop-packet = \"D\"\nhelp = \"ctrl-c\"\n",
        ),
    );
}

#[test]
fn a_slip_of_the_fingers_is_named_with_its_line_and_what_was_meant() {
    is_kept(
        "slips",
        &refused(
            "tehme = \"light\"\ntheme = \"blue\"\nsave = 1\n[keys]\ntik = \"t\"\nhelp = \"spcae\"\nprompt = []\n",
        ),
    );
}

#[test]
fn what_is_no_toml_or_no_text_says_where() {
    is_kept("no-toml", &refused("theme = dark\n"));
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("bytes"), [0xff, 0xfe]).expect("a file");
    std::fs::write(dir.path().join("large"), "#".repeat(300_000)).expect("a file");
    for (name, part) in [
        ("bytes", "it is no text in UTF-8"),
        ("large", "it has more than 256 KiB"),
        ("nowhere", "No such file"),
        (".", "directory"),
    ] {
        let output = run(dir.path(), &["config", "--config", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    }
}

#[test]
fn with_a_broken_configuration_the_terminal_is_not_touched_and_nothing_is_begun() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("config.toml");
    std::fs::write(&file, "[keys]\ntick = \"f5\"\nadd = \"f5\"\n").expect("a file");
    let state = dir.path().join("state");
    let file = file.to_str().expect("a path in UTF-8");
    let env = [("XDG_STATE_HOME", state.to_str().expect("a path in UTF-8"))];
    for args in [
        &["--config", file, "@open"][..],
        &["lesson", "01", "--config", file],
        &["explain", "NEW", "--config", file],
        &["man", "--config", file],
    ] {
        let mut pty = Pty::start_with(200, 24, SOCKSTEP, args, &env);
        let screen = pty.wait_for("--config /dev/null");
        assert!(
            screen.contains("tick (line 2) and add (line 3)"),
            "{screen}"
        );
        assert_eq!(pty.end().exit_code(), 2, "{args:?}");
        assert!(!pty.raw().contains(&0x1b), "no sequence was sent");
    }
    assert!(!state.exists(), "nothing was saved");
    // Scripts and pipes do not depend on what somebody likes.
    let config = dir.path().join("sockstep");
    std::fs::create_dir(&config).expect("a folder");
    std::fs::write(config.join("config.toml"), "nonsense = 1\n").expect("a file");
    let mut command = Command::new(SOCKSTEP);
    command.env("XDG_CONFIG_HOME", dir.path());
    let output = command.args(["run", "--plain", "@open"]).output();
    assert!(output.expect("it runs").status.success());
}
