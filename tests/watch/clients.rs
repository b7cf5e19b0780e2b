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

/// Homeworks: a directory each, with a program called `client` in it.
pub(crate) struct Homeworks {
    pub(crate) folder: tempfile::TempDir,
}

impl Homeworks {
    pub(crate) fn new() -> Homeworks {
        Homeworks {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn dir(&self, who: &str) -> PathBuf {
        let dir = self.folder.path().join(who);
        std::fs::create_dir_all(&dir).expect("room");
        dir
    }

    /// One that is a script.
    pub(crate) fn script(&self, who: &str, text: &str) {
        self.file(who, "client", text, 0o755);
    }

    /// A file of one.
    pub(crate) fn file(&self, who: &str, name: &str, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        let file = self.dir(who).join(name);
        std::fs::write(&file, text).expect("room");
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&file, mode).expect("its own file");
    }

    /// One that is compiled from this file of the project.
    pub(crate) fn compiled(&self, who: &str, source: &str) {
        let output = Command::new("cc")
            .args(["-Wall", "-Wextra", "-o"])
            .arg(self.dir(who).join("client"))
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(source))
            .output()
            .expect("cc runs");
        assert!(output.status.success(), "{}", stderr(&output));
    }

    /// Marks all of them by this lesson.
    pub(crate) fn mark(&self, lesson: &str, run: &str, options: &[&str]) -> Output {
        let file = self.folder.path().join("own.lesson");
        std::fs::write(&file, lesson).expect("room");
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        let mut dirs: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.is_dir())
            .collect();
        dirs.sort();
        let mut command = Command::new(SOCKSTEP);
        command
            .arg("mark")
            .arg(&file)
            .args(["--run", run])
            .args(options);
        command.args(dirs).stdin(Stdio::null());
        run_bounded(&mut command, Duration::from_secs(240))
    }
}

/// The lines of a CSV with these fields in front: who, peer, exit, steps, rule.
pub(crate) fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let head = text.lines().next().unwrap_or_default();
    assert_eq!(head, "who,peer,exit,steps,rule,step,call,recording");
    let rows = text.lines().skip(1);
    rows.map(|row| row.split(',').map(str::to_owned).collect())
        .collect()
}
