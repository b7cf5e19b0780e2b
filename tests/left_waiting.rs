//! Nothing is left of calls that wait: neither thread nor descriptor nor child nor socket, when their row is deleted or begins again, and
//! however the program ends. Real processes, seen from outside.

mod support;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};
use support::{SOCKSTEP, eventually};

/// A client, its listener and what that accepted, each in a call that waits; and a second client that waits in poll(2).
const WAITS: &str = "add @never-accept\nhand 1\ntick 8\naccept 2 blocking\nmode 1 blocking\nmode 2 blocking\nrecv 1 10\naccept 2\n\
    recv 3 10\nadd @never-accept\ntick 8\nmode 4 timeout 600s\nrecv 4 10\n";
const WAITING: usize = 4;

/// A conversation whose calls wait.
struct Waits {
    child: Child,
    input: Option<ChildStdin>,
    /// How many descriptors it had before there was a row.
    descriptors: usize,
}

impl Waits {
    fn start() -> Waits {
        let mut child = Command::new(SOCKSTEP)
            .args(["--plain", "--no-save", "@open"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take();
        let mut waits = Waits {
            child,
            input,
            descriptors: 0,
        };
        let has = |waits: &Waits, count: usize| (waits.sockets().len() == count).then_some(());
        eventually("its first row has a listener", || has(&waits, 1));
        waits.say("delete 1\n");
        eventually("its first row is gone", || has(&waits, 0));
        waits.descriptors = waits.count("fd");
        // The rows of every test have the same numbers: the next is 2.
        let script = renumbered(WAITS);
        waits.say(&script);
        eventually("all of them wait", || {
            (waits.threads() == WAITING).then_some(())
        });
        waits
    }

    fn say(&mut self, lines: &str) {
        let input = self.input.as_mut().expect("it is open");
        input.write_all(lines.as_bytes()).expect("it listens");
    }

    fn entries(&self, what: &str) -> Vec<std::path::PathBuf> {
        let folder = std::fs::read_dir(format!("/proc/{}/{what}", self.child.id()));
        let entries = folder.into_iter().flatten();
        entries.filter_map(|it| Some(it.ok()?.path())).collect()
    }

    fn count(&self, what: &str) -> usize {
        self.entries(what).len()
    }

    /// The threads that make calls which wait.
    fn threads(&self) -> usize {
        let tasks = self.entries("task").into_iter();
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.join("comm")).ok());
        names.filter(|name| name.trim() == "blocking").count()
    }

    /// Its TCP sockets, by the names that the kernel gives them.
    fn sockets(&self) -> BTreeSet<String> {
        let links = self.entries("fd").into_iter();
        let names = links.filter_map(|fd| std::fs::read_link(fd).ok());
        let names = names.map(|name| name.display().to_string());
        let inode = |name: String| {
            Some(
                name.strip_prefix("socket:[")?
                    .trim_end_matches(']')
                    .to_owned(),
            )
        };
        let own: BTreeSet<String> = names.filter_map(inode).collect();
        of_tcp().intersection(&own).cloned().collect()
    }

    fn children(&self) -> Vec<String> {
        let tasks = self.entries("task").into_iter();
        let children = tasks.filter_map(|task| std::fs::read_to_string(task.join("children")).ok());
        let children: Vec<String> = children.collect();
        children
            .join(" ")
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Row 1 was there before.
fn renumbered(script: &str) -> String {
    let word = |word: &str| match word.parse::<u32>() {
        Ok(row @ 1..=4) => (row + 1).to_string(),
        _ => word.to_owned(),
    };
    let line = |line: &str| {
        let mut words = line.split(' ');
        let verb = words.next().unwrap_or_default();
        let rest: Vec<String> = words
            .map(|it| {
                if verb == "tick" {
                    it.to_owned()
                } else {
                    word(it)
                }
            })
            .collect();
        format!("{verb} {}\n", rest.join(" "))
    };
    script.lines().map(line).collect()
}

/// The names of all TCP sockets that a process has.
fn of_tcp() -> BTreeSet<String> {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("procfs");
    let name = |line: &str| line.split_whitespace().nth(9).map(str::to_owned);
    table.lines().skip(1).filter_map(name).collect()
}

fn rounds() -> usize {
    if support::soak() { 20 } else { 2 }
}

#[test]
fn a_row_that_is_deleted_or_begins_again_while_its_call_waits_leaves_nothing() {
    for _ in 0..rounds() {
        let mut waits = Waits::start();
        waits.say("restart 2\n");
        eventually("its call is over", || {
            (waits.threads() < WAITING).then_some(())
        });
        waits.say("restart 5\n");
        eventually("and that of the timeout", || {
            (waits.threads() < WAITING - 1).then_some(())
        });
        // With the first the listener and what it accepted go, which wait as well.
        waits.say("delete 2\ndelete 5\n");
        eventually("nobody waits", || (waits.threads() == 0).then_some(()));
        eventually("every descriptor is back", || {
            (waits.count("fd") == waits.descriptors && waits.sockets().is_empty()).then_some(())
        });
    }
}

#[test]
fn however_the_program_ends_while_calls_wait_nothing_is_left() {
    // Four ways to end: twenty ends in a row.
    for _ in 0..rounds().div_ceil(4) {
        for end in ["quit", "end of file", "SIGTERM", "SIGKILL"] {
            let mut waits = Waits::start();
            // With a wire a helper lives beside it; where there can be none this line is refused.
            let before = waits.sockets().len();
            waits.say("add @wire-gone\nadd @open\n");
            eventually("what stands behind it was done", || {
                (waits.sockets().len() > before).then_some(())
            });
            let (sockets, children) = (waits.sockets(), waits.children());
            assert!(sockets.len() >= WAITING, "{end}: {sockets:?}");
            match end {
                "quit" => waits.say("quit\n"),
                "end of file" => drop(waits.input.take()),
                signal => {
                    let number = if signal == "SIGTERM" {
                        "-TERM"
                    } else {
                        "-KILL"
                    };
                    let id = waits.child.id().to_string();
                    let sent = Command::new("kill").args([number, &id]).status();
                    assert!(sent.expect("kill").success());
                }
            }
            eventually(end, || waits.child.try_wait().expect("it was started"));
            eventually("none of its sockets is left", || {
                of_tcp().is_disjoint(&sockets).then_some(())
            });
            eventually("no child is left", || {
                let lives = |id: &String| std::path::Path::new(&format!("/proc/{id}")).exists();
                (!children.iter().any(lives)).then_some(())
            });
        }
    }
}
