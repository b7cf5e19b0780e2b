//! The real program with a configuration, in a terminal.

use super::REBOUND;
use super::support::SOCKSTEP;
use super::support::pty::Pty;
use std::path::Path;

fn start(dir: &Path, args: &[&str]) -> Pty {
    let dir = dir.to_str().expect("a path in UTF-8");
    let env = [("XDG_CONFIG_HOME", dir), ("XDG_STATE_HOME", dir)];
    Pty::start_with(80, 24, SOCKSTEP, args, &env)
}

fn configured(text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let folder = dir.path().join("sockstep");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("config.toml"), text).expect("a file");
    dir
}

#[test]
fn the_program_is_gone_through_with_other_keys() {
    let dir = configured(REBOUND);
    let mut pty = start(dir.path(), &["@open"]);
    let first = pty.wait_for("TICK 0");
    assert!(
        first.contains("t tick") && first.contains("Q quit"),
        "{first}"
    );
    pty.press_until("t", "TICK 1");
    pty.press_until("u", "PAST: t goes forward, Z is live");
    pty.press_until("Z", "LIVE");
    pty.press_until("\x1bOP", "HELP 1-");
    pty.press("\x1b");
    pty.wait("the help is closed", |screen| {
        !screen.contains("HELP 1-") && screen.contains("TICK 1")
    });
    pty.press_until(" ", "SPACE: no key.");
    pty.press_until("&", "ENTER does it");
    pty.press("quit\r");
    assert_eq!(pty.end().exit_code(), 0);
}

#[test]
fn a_value_of_the_file_holds_until_the_command_line_says_another() {
    let dir = configured("poll_timeout = \"2s\"\nsave = false\ndepth = \"kernel\"\n");
    let plain = |args: &[&str]| {
        let mut command = std::process::Command::new(SOCKSTEP);
        command.args(["--plain", "@open"]).args(args);
        command.env("XDG_CONFIG_HOME", dir.path());
        command.env("XDG_STATE_HOME", dir.path().join("state"));
        let output = super::support::run_bounded(&mut command, std::time::Duration::from_secs(20));
        assert!(
            output.status.success(),
            "{}",
            super::support::stderr(&output)
        );
    };
    plain(&[]);
    assert!(!dir.path().join("state").exists(), "nothing is saved");
    plain(&["--save"]);
    let saved = std::fs::read_dir(dir.path().join("state/sockstep")).expect("a folder");
    assert!(saved.count() > 0, "the command line wins");
}
