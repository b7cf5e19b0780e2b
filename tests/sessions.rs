//! Sessions side by side: each has a file of its own, and none touches the file of one that still runs.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use support::{SOCKSTEP, stderr, stdout};

/// A conversation that is saved below a state directory.
struct Saved {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Saved {
    /// Starts it, and waits for its first tick: its file holds something then.
    fn start(state: &Path, target: &str) -> Saved {
        let mut child = Command::new(SOCKSTEP)
            .args(["--plain", target])
            .env("XDG_STATE_HOME", state)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let mut saved = Saved {
            child,
            input,
            output,
        };
        saved.input.write_all(b"tick\n").expect("it listens");
        let mut line = String::new();
        while !line.starts_with("tick 1") {
            line.clear();
            let count = saved.output.read_line(&mut line).expect("it is UTF-8");
            assert!(count > 0, "it ended before its first tick");
        }
        saved
    }

    /// Its file, by the number of its process.
    fn file(&self, state: &Path) -> PathBuf {
        let end = format!("-{}.jsonl", self.child.id());
        let mut own = files(state)
            .into_iter()
            .filter(|path| path.to_string_lossy().ends_with(&end));
        let file = own.next().expect("its file");
        assert_eq!(own.next(), None);
        file
    }

    /// Ends it, and returns what the shell is told.
    fn quit(mut self) -> String {
        self.input.write_all(b"quit\n").expect("it listens");
        let mut rest = Vec::new();
        self.output.read_to_end(&mut rest).expect("its output");
        let output = self.child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    }
}

fn files(state: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(state.join("sockstep"))
        .expect("the state directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    files.sort();
    files
}

fn last(state: &Path) -> Output {
    Command::new(SOCKSTEP)
        .args(["replay", "--last", "--plain"])
        .env("XDG_STATE_HOME", state)
        .output()
        .expect("the program starts")
}

#[test]
fn two_sessions_at_once_have_two_files_and_each_names_its_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let state = dir.path();
    let one = Saved::start(state, "@open");
    let (file_of_one, two) = (one.file(state), Saved::start(state, "@refused"));
    let file_of_two = two.file(state);
    assert_ne!(file_of_one, file_of_two);

    let none = last(state);
    assert_eq!(none.status.code(), Some(2), "{}", stderr(&none));
    for file in [&file_of_one, &file_of_two] {
        let said = stderr(&none);
        assert!(said.contains(&*file.to_string_lossy()), "{said}");
    }

    let hint = format!("sockstep replay {}\n", file_of_one.display());
    let said = one.quit();
    assert!(said.ends_with(&hint), "{said}");
    let ended = last(state);
    assert!(ended.status.success());
    assert!(stdout(&ended).contains("@open"), "{}", stdout(&ended));
    let said = stderr(&ended);
    assert!(said.contains(&*file_of_two.to_string_lossy()), "{said}");

    let hint = format!("sockstep replay {}\n", file_of_two.display());
    let said = two.quit();
    assert!(said.ends_with(&hint), "{said}");
    let ended = last(state);
    assert!(stdout(&ended).contains("@refused"), "{}", stdout(&ended));
    assert_eq!(stderr(&ended), "", "nobody runs any more");
}

#[test]
fn the_file_of_a_session_that_runs_is_not_taken_away_by_later_ones() {
    let dir = tempfile::tempdir().expect("a directory");
    let state = dir.path();
    let running = Saved::start(state, "@open");
    let file = running.file(state);
    for _ in 0..6 {
        Saved::start(state, "@refused").quit();
    }
    assert!(file.exists(), "{:?}", files(state));
    running.quit();
    Saved::start(state, "@refused").quit();
    assert_eq!(files(state).len(), 5, "one that has ended is an old one");
}

#[test]
fn a_recording_that_another_session_writes_is_not_replaced() {
    let dir = tempfile::tempdir().expect("a directory");
    let running = Saved::start(dir.path(), "@open");
    let file = running.file(dir.path());
    let before = std::fs::read(&file).expect("its file");
    let output = Command::new(SOCKSTEP)
        .args(["run", "--force", "--ticks", "1", "@refused", "--record"])
        .arg(&file)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("a session that still runs"), "{said}");
    assert_eq!(std::fs::read(&file).expect("its file"), before);
    running.quit();
}

/// Runs the program with so few descriptors that the lab cannot stage anything, or nearly nothing.
fn with_descriptors(count: u32, dir: &Path, line: &str) -> Output {
    let script = format!("ulimit -n {count}; {line}");
    Command::new("sh")
        .args(["-c", &script, "sh", SOCKSTEP])
        .current_dir(dir)
        .env("XDG_STATE_HOME", dir.join("state"))
        .stdin(Stdio::null())
        .output()
        .expect("the shell starts")
}

#[test]
fn a_start_that_is_refused_leaves_no_file_and_leaves_the_old_one_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    let line = "\"$1\" run @open --ticks 3 --record new.jsonl";
    let refused = with_descriptors(8, dir.path(), line);
    assert_ne!(refused.status.code(), Some(0));
    assert!(stderr(&refused).contains("EMFILE"), "{}", stderr(&refused));
    std::fs::write(dir.path().join("old.jsonl"), b"old").expect("written");
    let line = "\"$1\" run @open --ticks 3 --record old.jsonl --force";
    assert_ne!(with_descriptors(8, dir.path(), line).status.code(), Some(0));
    let line = "\"$1\" --plain @open";
    assert_ne!(with_descriptors(8, dir.path(), line).status.code(), Some(0));
    let old = std::fs::read(dir.path().join("old.jsonl")).expect("still there");
    assert_eq!(old, b"old");
    let mut left: Vec<_> = std::fs::read_dir(dir.path())
        .expect("the directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["old.jsonl", "state"], "nothing else was left");
    assert_eq!(files(&dir.path().join("state")), Vec::<PathBuf>::new());
}

#[test]
fn a_target_that_cannot_be_staged_is_left_out_with_a_word_and_the_others_begin() {
    let dir = tempfile::tempdir().expect("a directory");
    let line = "\"$1\" --plain --no-save @two 127.0.0.1:9";
    let mut left_out = 0;
    for count in 6..16 {
        let output = with_descriptors(count, dir.path(), line);
        let said = stdout(&output);
        if stderr(&output).contains("@two left out: ") {
            left_out += 1;
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            assert!(said.contains("127.0.0.1:9, is new"), "{said}");
        }
    }
    assert!(left_out > 0, "no limit left room for one and not for both");
}
