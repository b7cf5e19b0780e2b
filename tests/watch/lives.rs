//! Nothing is left of a program that was watched, and watching many takes no more than watching a few.

use crate::clients::{watch, watched};
use crate::support::{eventually, soak};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Stdio};

/// Starts to watch, with lines that can be typed and read.
fn begun(program: &[String]) -> (Child, BufReader<ChildStdout>) {
    let mut command = watch(&["--plain"], program);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let out = BufReader::new(child.stdout.take().expect("a pipe"));
    (child, out)
}

/// Reads up to a line with this, and gives the line back.
fn line_with(out: &mut BufReader<ChildStdout>, words: &str) -> String {
    eventually(words, || {
        let mut line = String::new();
        let read = out.read_line(&mut line).expect("text");
        assert!(read > 0, "the output ended before {words}");
        line.contains(words).then_some(line)
    })
}

fn has_ended(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
    status.map_or(true, |status| status.contains("State:\tZ"))
}

#[test]
fn with_us_the_program_ends_and_all_that_it_has_started() {
    let script = "sleep 100 & a=$!; (sleep 100 & echo pids $$ $a $!; wait)";
    let (mut child, mut out) = begun(&["sh", "-c", script].map(str::to_owned));
    let line = line_with(&mut out, "says: pids ");
    let pids: Vec<&str> = line.split_whitespace().skip(3).collect();
    assert_eq!(pids.len(), 3, "{line}");
    child.kill().expect("it runs");
    child.wait().expect("its end");
    for pid in pids {
        eventually("it has ended", || has_ended(pid).then_some(()));
    }
}

/// How many descriptors a process has, and how many KiB of memory.
fn takes(pid: u32) -> (usize, u64) {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs");
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    (open.count(), size.expect("a size"))
}

#[test]
fn a_thousand_processes_leave_descriptors_and_memory_where_they_were() {
    let count = if soak() { 1000 } else { 100 };
    let round = format!("i=0; while [ $i -lt {count} ]; do (exit 3); i=$((i+1)); done");
    let script = format!("{round}; echo first; read x; {round}; echo second; read x");
    let (mut child, mut out) = begun(&["sh".to_owned(), "-c".to_owned(), script]);
    line_with(&mut out, "says: first");
    let before = takes(child.id());
    let input = child.stdin.as_mut().expect("a pipe");
    input.write_all(b"type go\n").expect("it reads");
    line_with(&mut out, "says: second");
    let after = takes(child.id());
    assert_eq!(before.0, after.0);
    // A process that has ended keeps a line in the record of the program: less than a page.
    let most = before.1 + 1024 + 4 * count;
    assert!(after.1 < most, "{before:?} {after:?}");
    child.kill().expect("it runs");
    child.wait().expect("its end");
}

#[test]
fn many_runs_leave_no_terminal_behind() {
    let count = if soak() { 1000 } else { 10 };
    for _ in 0..count {
        let output = watched(&["--auto"], &["true".to_owned()]);
        assert_eq!(output.status.code(), Some(0));
    }
    let own = std::process::id();
    let children = std::fs::read_to_string(format!("/proc/{own}/task/{own}/children"));
    let zombie = |pid: &&str| {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        name.trim() == "true"
    };
    let left = children.unwrap_or_default();
    assert_eq!(left.split_whitespace().filter(zombie).count(), 0);
}
