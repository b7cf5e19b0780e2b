//! `sockstep config`: what it prints is itself a configuration, and says where each value is from.

use super::REBOUND;
use super::support::{SOCKSTEP, stderr, stdout};
use std::path::Path;
use std::process::Command;

/// What is printed of a file, with these options.
fn printed(dir: &Path, args: &[&str]) -> String {
    let mut command = Command::new(SOCKSTEP);
    command.arg("config").args(args).current_dir(dir);
    let output = command
        .env("XDG_CONFIG_HOME", dir)
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// The values, without where they are from.
fn values(text: &str) -> toml::Table {
    toml::from_str(text).expect("it is TOML")
}

#[test]
fn what_is_printed_says_the_same_when_it_is_the_configuration() {
    let dir = tempfile::tempdir().expect("a directory");
    let shipped = printed(dir.path(), &[]);
    assert!(shipped.contains("It is not there"), "{shipped}");
    assert!(!shipped.contains("config.toml:"), "{shipped}");
    let mine = format!("theme = \"mono\"\ndepth = \"kernel\"\nhistory = \"64MiB\"\n{REBOUND}");
    for text in [&shipped, &mine] {
        let folder = dir.path().join("sockstep");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("config.toml"), text).expect("a file");
        let once = printed(dir.path(), &[]);
        std::fs::write(dir.path().join("again.toml"), &once).expect("a file");
        let again = printed(dir.path(), &["--config", "again.toml"]);
        assert_eq!(values(&again), values(&once));
    }
}

#[test]
fn each_value_says_whether_it_is_the_default_or_in_which_line_it_stands_or_an_option() {
    let dir = tempfile::tempdir().expect("a directory");
    let text = "theme = \"light\"\nsave = true\n\n[keys]\ntick = \"t\"\n";
    std::fs::write(dir.path().join("mine.toml"), text).expect("a file");
    let all = printed(
        dir.path(),
        &["--config", "mine.toml", "--theme", "dark", "--no-save"],
    );
    for line in [
        "# The configuration of sockstep: mine.toml",
        "theme = \"dark\"  # command line",
        "save = false  # command line",
        "color = \"auto\"  # default",
        "tick = \"t\"  # mine.toml:5",
        "connect = \"c\"  # default",
    ] {
        assert!(all.lines().any(|it| it == line), "{line}: {all}");
    }
    // An empty file, and one whose end is missing, are configurations too.
    assert!(
        printed(dir.path(), &["--config", "/dev/null"]).contains("theme = \"auto\"  # default")
    );
}
