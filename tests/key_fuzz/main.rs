//! Any keys at any moment, in the real program behind a real terminal: words of the grammar, pastes, sequences that are cut, other sizes.
//! Nothing panics, the terminal is given back, and neither descriptors nor memory are left behind.

#![expect(clippy::print_stderr, reason = "how much was typed is worth a line")]

#[path = "../support/mod.rs"]
mod support;

mod keys;

use keys::Keys;
use std::path::Path;
use std::time::{Duration, Instant};
use support::pty::Pty;
use support::{SOCKSTEP, skip};

/// Where the keys begin: what is behind the program's name.
const BEGINNINGS: [&str; 7] = [
    "--no-save",
    "--no-save --modes @echo",
    "--no-save @wire:80 @open",
    "lesson --no-save 40",
    "lesson --no-save 1",
    "replay GOLDEN/wire-talk.jsonl",
    "replay GOLDEN/three-modes.jsonl --beside GOLDEN/seven-ticks.jsonl",
];
/// So many keys one program is given, and then it is looked at: in an ordinary run, and with `SOCKSTEP_SOAK=1`.
const EACH: [usize; 2] = [1_000, 5_000];
/// So many all of them.
const ALL: [usize; 2] = [20_000, 1_000_000];
/// The longest that this may take. An ordinary run types fewer keys on a busy machine; the long one does not.
const LONGEST: [Duration; 2] = [Duration::from_secs(30), Duration::from_secs(3_600)];
/// A program takes no more memory than this, in KiB, whatever was typed.
const MOST_MEMORY: u64 = 512 * 1024;
/// So many descriptors the program has for itself when every socket was deleted, beside those that it began with: the lab wire has its
/// helper, its device and its sockets as long as the session is there.
const SPARE: usize = 12;

/// The program in a network of its own, where nobody else can be reached, and in a folder of its own.
fn start(folder: &Path, beginning: &str) -> Pty {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let line = format!(
        "ip link set lo up; cd {}; exec {SOCKSTEP} {}",
        folder.display(),
        beginning.replace("GOLDEN", golden)
    );
    let state = folder.join("state");
    let state = state.to_str().expect("a path");
    let homes = [("XDG_STATE_HOME", state), ("XDG_CONFIG_HOME", state)];
    let pty = Pty::start_with(80, 24, "unshare", &["-Urn", "sh", "-c", &line], &homes);
    pty.wait(beginning, |screen| {
        screen.contains("sockstep") || screen.contains("LESSON")
    });
    pty
}

fn descriptors(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

/// Resident memory in KiB.
fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or(0)
}

/// What one program was given, and how it ended.
struct Told {
    seed: u64,
    beginning: &'static str,
    keys: usize,
    memory: u64,
}

/// Gives keys to one program, and looks at it.
fn one(folder: &Path, seed: u64) -> Told {
    let beginning = BEGINNINGS[seed as usize % BEGINNINGS.len()];
    let mut keys = Keys::new(seed);
    let mut pty = start(folder, beginning);
    let pid = pty.pid();
    let at_first = descriptors(pid);
    let mut given = 0;
    let mut most = 0;
    while given < EACH[usize::from(support::soak())] && !pty.has_ended() {
        let mut some = 0;
        while some < 50 {
            let (press, count) = keys.next();
            match press {
                keys::Press::Bytes(bytes) => pty.press_bytes(&bytes),
                keys::Press::Size(columns, rows) => pty.claim(columns, rows),
            }
            some += count;
        }
        given += some;
        pty.settle(Duration::from_millis(5), Duration::from_secs(2));
        most = most.max(memory(pid));
    }
    let name = format!("seed {seed}, {beginning:?}");
    let told = Told {
        seed,
        beginning,
        keys: given,
        memory: most,
    };
    if !pty.has_ended() {
        end(&mut pty, pid, at_first, &name);
    }
    let status = pty.end();
    let raw = pty.raw();
    let said = String::from_utf8_lossy(&raw).into_owned();
    let panic = said.find("panicked at").unwrap_or(said.len());
    let tail: String = said[panic..].chars().take(600).collect();
    assert!(
        status.signal().is_none() && [0, 1, 129, 130, 143].contains(&status.exit_code()),
        "{name}: {status:?}\n{tail}"
    );
    assert!(tail.is_empty(), "{name}: {tail}");
    assert!(pty.is_restored(), "{name}: the terminal is given back");
    assert!(most < MOST_MEMORY, "{name}: {most} KiB");
    told
}

/// Deletes every socket and counts what is left.
fn end(pty: &mut Pty, pid: u32, at_first: usize, name: &str) {
    // Out of whatever was begun: a paste, a sequence, a prompt, a lesson's question.
    // A report of the mouse ends with m, others with what stands behind it; until then every key is a part of it.
    let ends = ["m", "\x1b[201~", "\x1b\\", "~", "R", "\x07"];
    for end in ends.into_iter().chain(["\x1b"; 6]) {
        pty.press_bytes(end.as_bytes());
        pty.settle(Duration::from_millis(60), Duration::from_secs(2));
    }
    pty.claim(80, 24);
    // Whoever waits in a call throws keys away: it is said again until it was heard.
    let until = Instant::now() + Duration::from_secs(60);
    let is_over = |pty: &Pty| pty.has_ended() || descriptors(pid) <= at_first + SPARE;
    while Instant::now() < until && !is_over(pty) {
        // In a lesson a question may stand in the way; q leaves it for the list of lessons, and ESC that for the session before.
        if pty.screen().contains("LESSON ") {
            for key in ["\x1b", "q", "\x1b"] {
                pty.press_bytes(key.as_bytes());
                pty.settle(Duration::from_millis(150), Duration::from_secs(2));
            }
            continue;
        }
        // To the end of the history: in the past nothing is deleted.
        pty.press_bytes(b"\x1b[F");
        // What can be seen, one after the other: what is typed while one is deleted is thrown away.
        let screen = pty.screen();
        let row = |line: &str| {
            let line = line.trim_start_matches(['>', ' ']);
            line.split(' ').next()?.parse::<u32>().ok()
        };
        let shown: Vec<u32> = screen.lines().filter_map(row).collect();
        let all: Vec<u32> = (1..=60).collect();
        for row in if shown.is_empty() { all } else { shown } {
            if is_over(pty) {
                break;
            }
            pty.press_bytes(format!(":delete {row}\r\x1b").as_bytes());
            pty.settle(Duration::from_millis(4), Duration::from_millis(500));
        }
    }
    let left = descriptors(pid);
    assert!(
        pty.has_ended() || left <= at_first + SPARE,
        "{name}: {left} descriptors, {at_first} at first\n{}",
        pty.screen()
    );
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).expect("a pid"));
    let _ = rustix::process::kill_process(pid.expect("a pid"), rustix::process::Signal::TERM);
}

#[test]
fn any_keys_at_any_moment_are_survived_and_leave_nothing_behind() {
    let can = std::process::Command::new("unshare")
        .args(["-Urn", "ip", "link", "set", "lo", "up"])
        .status();
    if !can.is_ok_and(|status| status.success()) {
        return skip("no network of its own can be made here: whatever is typed could be reached");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let soak = usize::from(support::soak());
    let (wanted, bound) = (ALL[soak], LONGEST[soak]);
    let from = std::env::var("SOCKSTEP_SEED");
    let from = from.ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let began = Instant::now();
    let seeds = std::sync::atomic::AtomicU64::new(from);
    let given = std::sync::atomic::AtomicUsize::new(0);
    let all: Vec<Told> = std::thread::scope(|scope| {
        let work = || {
            let mut told = Vec::new();
            let order = std::sync::atomic::Ordering::SeqCst;
            while given.load(order) < wanted && began.elapsed() < bound {
                let one = one(folder.path(), seeds.fetch_add(1, order));
                given.fetch_add(one.keys, order);
                told.push(one);
            }
            told
        };
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        let told = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        told.flat_map(|told| told.expect("a program that survives"))
            .collect()
    });
    let keys: usize = all.iter().map(|told| told.keys).sum();
    let most = all.iter().max_by_key(|told| told.memory);
    let most = most.expect("one program at least");
    eprintln!(
        "{keys} keys in {:?}, {} programs; the most memory is {} KiB, seed {}, {:?}",
        began.elapsed(),
        all.len(),
        most.memory,
        most.seed,
        most.beginning
    );
    // A busy machine takes fewer in that time, and every beginning all the same.
    assert!(all.len() >= BEGINNINGS.len(), "{} programs", all.len());
    assert!(soak == 0 || keys >= wanted, "only {keys} keys");
}
