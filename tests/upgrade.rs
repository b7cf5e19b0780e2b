//! What an older version wrote is read by this one: recordings of each version of the format, a saved session, the progress, what is
//! remembered, and a configuration. The files in `upgrade/` are what that version wrote: they are never made anew.

mod support;

use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use support::pty::Pty;
use support::{SOCKSTEP, json_lines, run_bounded, stderr, stdout};

const LONGEST: Duration = Duration::from_secs(60);

/// The folders of the versions that have written something.
fn versions() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade");
    let mut all = files(&root);
    all.retain(|path| path.is_dir());
    assert!(!all.is_empty());
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut all: Vec<PathBuf> = entries.map(|it| it.expect("an entry").path()).collect();
    all.sort();
    all
}

/// A state directory with what a version left there, for its owner only, as it was.
fn state_of(version: &Path) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let ours = dir.path().join("sockstep");
    std::fs::create_dir(&ours).expect("a folder");
    std::fs::set_permissions(&ours, Permissions::from_mode(0o700)).expect("for its owner");
    for file in files(&version.join("state")) {
        let copy = ours.join(file.file_name().expect("a name"));
        std::fs::copy(&file, &copy).expect("copied");
        std::fs::set_permissions(&copy, Permissions::from_mode(0o600)).expect("for its owner");
    }
    dir
}

fn run(args: &[&str], state: &Path) -> Output {
    let mut command = Command::new(SOCKSTEP);
    command.args(args).env("XDG_STATE_HOME", state);
    run_bounded(&mut command, LONGEST)
}

/// Whether everything that was written is still there: fields may have come, and none may be gone or another.
fn holds(now: &Value, then: &Value) -> Result<(), String> {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => then.iter().try_for_each(|(name, then)| {
            let now = now.get(name).ok_or_else(|| format!("{name} is gone"))?;
            holds(now, then).map_err(|why| format!("{name}: {why}"))
        }),
        (Value::Array(now), Value::Array(then)) if now.len() == then.len() => now
            .iter()
            .zip(then)
            .try_for_each(|(now, then)| holds(now, then)),
        (now, then) if now == then => Ok(()),
        _ => Err(format!("{then} is {now} now")),
    }
}

#[test]
fn every_recording_is_read_and_says_what_it_said() {
    let mut read = 0;
    for version in versions() {
        let state = tempfile::tempdir().expect("a directory");
        for file in files(&version.join("recordings")) {
            let name = file.display().to_string();
            let then = json_lines(&std::fs::read_to_string(&file).expect("a recording"));
            let now = run(&["replay", &name, "--json"], state.path());
            assert!(now.status.success(), "{name}: {}", stderr(&now));
            let now = json_lines(&stdout(&now));
            assert_eq!(now.len(), then.len(), "{name}");
            for (now, then) in now.iter().zip(&then).skip(1) {
                // Since version 2 what a record has none of may be left out.
                let mut then = then.clone();
                // A word that was replaced is read, and written as it is now.
                if let Some(cause) = then.get_mut("cause") {
                    let words = cause.as_str().unwrap_or_default();
                    *cause = words.replace("lanes ", "modes ").into();
                }
                if let Value::Object(fields) = &mut then {
                    fields.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
                }
                assert_eq!(holds(now, &then), Ok(()), "{name}, record {}", then["n"]);
            }
            for face in ["--plain", "--tell"] {
                let told = run(&["replay", &name, face], state.path());
                assert!(told.status.success(), "{name} {face}: {}", stderr(&told));
                assert!(!stdout(&told).is_empty(), "{name} {face}");
            }
            read += 1;
        }
    }
    assert!(read >= 8, "{read}");
}

#[test]
fn the_saved_session_is_the_last_one() {
    for version in versions() {
        let state = state_of(&version);
        let told = run(&["replay", "--last", "--plain"], state.path());
        assert!(told.status.success(), "{}", stderr(&told));
        let told = stdout(&told);
        assert!(told.contains("socket 1 @open: connected"), "{told}");
        assert!(
            told.contains("socket 2 @refused: error ECONNREFUSED"),
            "{told}"
        );
    }
}

#[test]
fn the_progress_is_where_it_was_and_what_was_chosen_is_chosen() {
    for version in versions() {
        let state = state_of(&version);
        let state_dir = state.path().to_str().expect("a path in UTF-8");
        let env = [("XDG_STATE_HOME", state_dir)];
        let mut pty = Pty::start_with(80, 24, SOCKSTEP, &["@open"], &env);
        let first = pty.wait_for("TICK 0");
        assert!(
            first.contains("timeout 500 ms"),
            "what was remembered: {first}"
        );
        assert!(!first.contains("is not used"), "{first}");
        let list = pty.press_until("L", "LESSONS");
        let done = list.lines().any(|line| line.contains("05 = "));
        assert!(done, "lesson 05 is done: {list}");
        let guide = pty.press_until("\t", "GUIDE");
        assert!(guide.contains("seen 6 of"), "{guide}");
        pty.press("\x03");
        assert_eq!(pty.end().exit_code(), 130);
        let kept = std::fs::read_to_string(state.path().join("sockstep/progress"));
        let kept = kept.expect("the progress");
        assert!(
            kept.contains("05 2026-11-27 questions 1 first-right 1 goals 0 done"),
            "{kept}"
        );
    }
}

#[test]
fn the_configuration_says_what_it_said() {
    for version in versions() {
        let state = tempfile::tempdir().expect("a directory");
        let file = version.join("config/config.toml");
        let name = file.to_str().expect("a path in UTF-8");
        let now = run(&["config", "--config", name], state.path());
        assert!(now.status.success(), "{}", stderr(&now));
        let values = |text: &str| -> toml::Table { toml::from_str(text).expect("TOML") };
        let now = values(&stdout(&now));
        let then = values(&std::fs::read_to_string(&file).expect("a configuration"));
        for (name, value) in &then {
            match value.as_table() {
                Some(keys) => keys.iter().for_each(|(action, key)| {
                    assert_eq!(now[name].get(action), Some(key), "{action}");
                }),
                None => assert_eq!(now.get(name), Some(value), "{name}"),
            }
        }
    }
}
