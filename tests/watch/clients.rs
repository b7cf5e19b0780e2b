//! The programs that are watched here, and how.

use crate::support::{SOCKSTEP, need, run_bounded, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The longest that a run may take.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);

/// A folder with programs, which goes away with it.
pub(crate) struct Clients {
    _folder: tempfile::TempDir,
}

impl Clients {
    /// Compiles one from C, and gives it back as a command line; `None` if there is no compiler.
    pub(crate) fn c(name: &str) -> Option<(Clients, Vec<String>)> {
        if !need("cc") {
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join(name);
        let output = Command::new("cc")
            .args(["-Wall", "-Wextra", "-Werror", "-pthread", "-o"])
            .arg(&program)
            .arg(source(&format!("{name}.c")))
            .output()
            .expect("cc runs");
        assert!(output.status.success(), "{}", stderr(&output));
        let program = program.to_string_lossy().into_owned();
        Some((Clients { _folder: folder }, vec![program]))
    }
}

fn source(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/watch/clients").join(name)
}

/// A Python program as a command line; `None` if there is no Python. The interpreter is asked for its own file, since the one on the path
/// may be a script that starts it.
pub(crate) fn python(name: &str) -> Option<Vec<String>> {
    if !need("python3") {
        return None;
    }
    let asked = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .expect("python3 runs");
    let python = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    let file = source(name).to_string_lossy().into_owned();
    Some(vec![python, "-I".to_owned(), file])
}

/// A watched run of a program, with a peer of the lab.
pub(crate) fn watch(options: &[&str], program: &[String]) -> Command {
    let mut command = Command::new(SOCKSTEP);
    command.arg("watch").args(options).arg("--").args(program);
    command.stdin(Stdio::null());
    command
}

/// The same, run until its end.
pub(crate) fn watched(options: &[&str], program: &[String]) -> Output {
    run_bounded(&mut watch(options, program), LONGEST)
}

/// A program with the places of the peer behind it.
pub(crate) fn with_places(program: &[String]) -> Vec<String> {
    let places = ["{host}", "{port}"].map(str::to_owned);
    program.iter().cloned().chain(places).collect()
}
