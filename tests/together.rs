//! Recordings under force: many programs in one state directory, programs that are killed while they write, disks that are full.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use support::recordings::read;
use support::{SOCKSTEP, need, run_bounded, skip, stderr};

/// The files of a directory, also those that are hidden.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// How many records a file holds; each of its lines but an unfinished last one is good.
fn good_records(file: &Path) -> usize {
    let bytes = std::fs::read(file).expect("it is there");
    let whole = bytes.iter().rposition(|byte| *byte == b'\n');
    let whole = &bytes[..whole.map_or(0, |end| end + 1)];
    if whole.is_empty() {
        return 0;
    }
    let (_, records) = read(whole).expect("a header");
    let lines = whole.split(|byte| *byte == b'\n').count() - 1;
    assert_eq!(records.len() + 1, lines, "{}", file.display());
    records.len()
}

/// A conversation that is saved in this state directory.
fn conversation(state: &Path) -> Child {
    Command::new(SOCKSTEP)
        .args(["--plain", "@open", "@refused"])
        .env("XDG_STATE_HOME", state)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

#[test]
fn two_six_and_eight_programs_at_once_do_not_touch_each_others_sessions() {
    for count in [2_usize, 6, 8] {
        let home = tempfile::tempdir().expect("a directory");
        let folder = home.path().join("sockstep");
        let mut running: Vec<Child> = (0..count).map(|_| conversation(home.path())).collect();
        let mut outputs = Vec::new();
        for child in &mut running {
            let input = child.stdin.as_mut().expect("piped");
            input.write_all(b"tick 7\n").expect("it listens");
            outputs.push(BufReader::new(child.stdout.take().expect("piped")));
        }
        for output in &mut outputs {
            let mut lines = output.lines().map_while(Result::ok);
            assert!(lines.any(|line| line.contains("tick 7")), "{count}");
        }
        for child in &running {
            let own = format!("-{}.jsonl", child.id());
            let own = |path: &&PathBuf| path.to_string_lossy().ends_with(&own);
            let all = files(&folder);
            let mine: Vec<&PathBuf> = all.iter().filter(own).collect();
            assert_eq!(mine.len(), 1, "{count} programs: {all:?}");
            assert_eq!(good_records(mine[0]), 8, "{count} programs");
        }
        for child in &mut running {
            let input = child.stdin.as_mut().expect("piped");
            input.write_all(b"quit\n").expect("it listens");
        }
        for child in running {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{count}: {}", stderr(&output));
        }
        let sessions = || -> Vec<PathBuf> {
            let all = files(&folder).into_iter();
            all.filter(|path| !path.ends_with("progress")).collect()
        };
        let left = sessions();
        assert_eq!(left.len(), count, "nothing but the sessions: {left:?}");
        // The next one makes room.
        let mut next = conversation(home.path());
        let input = next.stdin.as_mut().expect("piped");
        input.write_all(b"tick\nquit\n").expect("it listens");
        let output = next.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(sessions().len(), 5.min(count + 1));
    }
}

#[test]
fn a_recording_whose_program_is_killed_is_good_up_to_its_last_whole_line() {
    let folder = tempfile::tempdir().expect("a directory");
    let script = folder.path().join("script");
    std::fs::write(&script, "add @open @refused @drip\ntick 3000\n").expect("written");
    // splitmix64
    let mut state = 19_u64;
    let mut dice = move |end: u64| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (z ^ (z >> 27)) % end
    };
    let rounds = if support::soak() { 1_000 } else { 100 };
    let (mut begun, mut most) = (0, 0);
    for round in 0..rounds {
        let file = folder.path().join(format!("{round}.jsonl"));
        let mut child = Command::new(SOCKSTEP)
            .args(["run", "--script"])
            .arg(&script)
            .arg("--record")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // A moment anywhere in its life, which is what is looked for.
        let moment = Duration::from_micros(dice(120_000));
        let _ = child.wait_timeout(moment);
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        if file.exists() {
            let records = good_records(&file);
            begun += usize::from(records > 0);
            most = most.max(records);
        }
    }
    assert!(begun > rounds / 4, "only {begun} had begun");
    assert!(most > 10, "none came further than {most} records");
}

/// Waits for a process, but not longer.
trait WaitTimeout {
    fn wait_timeout(&mut self, longest: Duration) -> Option<()>;
}

impl WaitTimeout for Child {
    fn wait_timeout(&mut self, longest: Duration) -> Option<()> {
        let until = std::time::Instant::now() + longest;
        while std::time::Instant::now() < until {
            if self.try_wait().ok()?.is_some() {
                return Some(());
            }
            std::thread::yield_now();
        }
        None
    }
}

/// Records a short session where no file may grow above so many bytes.
fn limited(bytes: u64, args: &[&str]) -> Output {
    let mut command = Command::new("prlimit");
    command.arg(format!("--fsize={bytes}")).arg(SOCKSTEP);
    run_bounded(command.args(args), Duration::from_secs(60))
}

#[test]
fn a_disk_that_is_full_at_any_write_leaves_whole_lines_and_a_word() {
    if !need("prlimit") {
        return;
    }
    let folder = tempfile::tempdir().expect("a directory");
    let whole = folder.path().join("whole.jsonl");
    let record = |file: &Path, bytes: u64| {
        let file = file.to_str().expect("a path");
        limited(bytes, &["run", "@open", "@refused", "--record", file])
    };
    assert!(record(&whole, 1 << 20).status.success());
    let lines = std::fs::read_to_string(&whole).expect("it is there");
    // Full at the first byte, in the middle and at the last byte of each line.
    let mut ends = vec![0];
    let mut end = 0;
    for line in lines.lines() {
        let length = line.len() as u64 + 1;
        ends.extend([end + 1, end + length / 2, end + length - 1]);
        end += length;
    }
    for (round, bytes) in ends.into_iter().enumerate() {
        let file = folder.path().join(format!("{round}.jsonl"));
        let output = record(&file, bytes);
        let said = stderr(&output);
        // Ports and times are as long as they are: what was the last byte may be the one before.
        if output.status.success() {
            continue;
        }
        assert_eq!(output.status.code(), Some(1), "{bytes} bytes: {said}");
        assert!(
            said.contains("is not written any more"),
            "{bytes} bytes: {said}"
        );
        let text = std::fs::read_to_string(&file).expect("it was begun");
        assert!(text.is_empty() || text.ends_with('\n'), "{bytes} bytes");
        let kept = good_records(&file);
        let held = match kept {
            0 => "holds nothing of the session".to_owned(),
            records => format!("up to tick {}", records - 1),
        };
        assert!(
            said.contains(&held),
            "{bytes} bytes, {kept} records: {said}"
        );
    }
    let page = folder.path().join("page.html");
    let args = [
        "export",
        whole.to_str().expect("a path"),
        "--to",
        "html",
        "-o",
        page.to_str().expect("a path"),
    ];
    let before = files(folder.path());
    for bytes in [0, 1, 10_000] {
        let output = limited(bytes, &args);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("cannot write"));
        assert_eq!(files(folder.path()), before, "nothing is left of it");
    }
}

#[test]
fn a_file_system_that_is_full_is_told_and_the_session_goes_on() {
    let folder = tempfile::tempdir().expect("a directory");
    let small = folder.path().to_str().expect("a path");
    // Two pages are left for the recording.
    let line = format!(
        "mount -t tmpfs -o size=24k none {small} && head -c 12000 /dev/zero > {small}/filler && \
         printf 'add @open @refused @drip\\ntick 60\\n' > {small}/s; {SOCKSTEP} run --script {small}/s --record {small}/a.jsonl; code=$?; \
         {SOCKSTEP} replay {small}/a.jsonl --plain | tail -n 1; exit $code"
    );
    let mut command = Command::new("unshare");
    let output = run_bounded(
        command.args(["-Urm", "sh", "-c", &line]),
        Duration::from_secs(60),
    );
    if stderr(&output).contains("unshare") || stderr(&output).contains("mount:") {
        return skip("no mount namespace can be made here");
    }
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("No space left on device"),
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("holds the session up to tick"));
    assert!(!stderr(&output).contains("breaks off"), "whole lines alone");
}

/// Runs a command of the shell in which `"$0"` is the program, and lets the n-th write(2) of each of its threads fail. `None`: it makes no
/// such write.
fn failing(line: &str, write: u32, folder: &Path) -> Option<Output> {
    let log = folder.join("strace");
    let inject = format!("inject=write:error=ENOSPC:when={write}");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", "trace=write", "-e", &inject, "-o"]);
    command.arg(&log).args(["sh", "-c", line, SOCKSTEP]);
    command
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"));
    let output = run_bounded(&mut command, Duration::from_secs(60));
    let log = std::fs::read_to_string(&log).expect("a log");
    log.contains("(INJECTED)").then_some(output)
}

#[test]
fn whichever_write_fails_the_program_ends_in_words_and_its_files_are_whole() {
    if !need("strace") {
        return;
    }
    let cases = [
        "printf 'add @open @refused\\ntick 4\\n' > s; exec \"$0\" run --script s --record a.jsonl",
        "printf 'tick 3\\ntheme light\\nguide\\nquit\\n' > s; exec \"$0\" --plain @open < s",
        "printf 'later\\nlater\\nlater\\nquit\\n' > s; exec \"$0\" lesson 01 --plain --record a.jsonl < s",
        "exec \"$0\" export ../whole.jsonl --to html -o page.html",
    ];
    let folder = tempfile::tempdir().expect("a directory");
    let whole = folder.path().join("whole.jsonl");
    let golden = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/default-lab.jsonl"
    );
    std::fs::copy(golden, whole).expect("copied");
    for line in cases {
        let mut failed = 0;
        for write in 1..200 {
            let own = tempfile::tempdir_in(folder.path()).expect("a directory");
            let own = own.path();
            let Some(output) = failing(line, write, own) else {
                break;
            };
            failed = write;
            let said = stderr(&output);
            let code = output.status.code();
            assert!(
                matches!(code, Some(0..=2)) && !said.contains("panicked"),
                "{line}, write {write}: {code:?} {said}"
            );
            for file in files(own)
                .into_iter()
                .chain(files(&own.join("state/sockstep")))
            {
                let name = file.display();
                assert!(
                    !file.to_string_lossy().ends_with(".part"),
                    "{line}, write {write}: {name}"
                );
                if file.extension().is_some_and(|end| end == "jsonl") {
                    let bytes = std::fs::read(&file).expect("it is there");
                    assert!(
                        bytes.last().is_none_or(|end| *end == b'\n'),
                        "{line}: {name}"
                    );
                    good_records(&file);
                }
            }
        }
        assert!(failed > 2, "{line}: only {failed} writes");
    }
}
