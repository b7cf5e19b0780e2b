//! Any keys at any moment, in the real program behind a real terminal: words of the grammar, pastes, sequences that are cut, other sizes.
//! Nothing panics, the terminal is given back, and neither descriptors nor memory are left behind.

#![expect(clippy::print_stderr, reason = "how much was typed is worth a line")]

#[path = "../support/mod.rs"]
mod support;

mod keys;
mod known_state;

use keys::Keys;
use known_state::Known;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};
use support::pty::Pty;
use support::{SOCKSTEP, skip};

/// Where the keys begin: what is behind the program's name.
const BEGINNINGS: [&str; 7] = [
    "--no-save --record RECORDING",
    "--no-save --modes @echo",
    "--no-save @wire:80 @open --record RECORDING",
    "lesson --no-save 40",
    "lesson --no-save --record RECORDING 1",
    "replay GOLDEN/wire-talk.jsonl",
    "replay GOLDEN/three-modes.jsonl --beside GOLDEN/seven-ticks.jsonl",
];
/// So many keys one program is given, and then it is looked at: in an ordinary run, and with `SOCKSTEP_SOAK=1`.
const EACH: [usize; 2] = [2_000, 20_000];
/// So many all of them.
const ALL: [usize; 2] = [20_000, 1_000_000];
/// The longest that this may take. An ordinary run types fewer keys on a busy machine; the long one does not.
const LONGEST: [Duration; 2] = [Duration::from_secs(120), Duration::from_secs(3_600)];
/// So long nothing is drawn before somebody who is patient types on.
const PATIENCE: Duration = Duration::from_millis(4);
/// So many programs at once.
const WORKERS: usize = 4;
/// A program takes no more memory than this, in KiB, whatever was typed.
const MOST_MEMORY: u64 = 128 * 1024;

/// The program in a network of its own, where nobody else can be reached, and in a folder of its own.
fn start(folder: &Path, beginning: &str, recording: &Path) -> Pty {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let line = format!(
        "ip link set lo up; cd {}; exec {SOCKSTEP} {}",
        folder.display(),
        beginning
            .replace("GOLDEN", golden)
            .replace("RECORDING", &recording.display().to_string())
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

/// From here on lie those that looks keep from one time to the next: at most three a session, and at most six sessions are open at once.
const KEPT_FROM: u32 = 4096;
const MOST_KEPT: usize = 3 * 6;

/// How many there are, without those that looks keep.
fn descriptors(pid: u32) -> usize {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd"));
    let entries = entries.into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let (kept, own): (Vec<u32>, Vec<u32>) = numbers.partition(|number| *number >= KEPT_FROM);
    assert!(kept.len() <= MOST_KEPT, "looks keep {kept:?}");
    own.len()
}

/// What each of them is.
fn open_files(pid: u32) -> Vec<String> {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd"));
    let links = entries.into_iter().flatten().flatten();
    let shown = links.map(|entry| std::fs::read_link(entry.path()));
    shown
        .flatten()
        .map(|path| path.display().to_string())
        .collect()
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
    /// So many records were written, if it was recorded.
    records: usize,
    memory: u64,
    /// It came to the known state, and its descriptors were counted there.
    reached: bool,
}

/// So many descriptors a program has in the known state to which nothing was typed before.
fn untouched(folder: &Path, beginning: &'static str) -> usize {
    let own = tempfile::tempdir_in(folder).expect("a folder");
    let recording = own.path().join("untouched.jsonl");
    let mut pty = start(folder, beginning, &recording);
    let reached = Known::new(&mut pty, beginning, beginning).reach();
    assert!(reached.is_ok(), "{beginning:?} has ended");
    let count = fewest_descriptors(pty.pid(), 0);
    terminate(&pty);
    pty.end();
    count
}

/// Waits until the program has at most so many descriptors, but not for long: a name that is looked up and a thread that ends have some
/// for a while.
fn fewest_descriptors(pid: u32, wanted: usize) -> usize {
    let until = Instant::now() + Duration::from_secs(2);
    let mut fewest = usize::MAX;
    while fewest > wanted && Instant::now() < until {
        fewest = fewest.min(descriptors(pid));
        std::thread::yield_now();
    }
    fewest
}

/// How many records a recording has: each of its lines is good. It is taken away.
fn good_records(recording: &Path, name: &str) -> usize {
    let bytes = std::fs::read(recording).expect("it was begun");
    let (_, records) = support::recordings::read(&bytes).expect("a header");
    let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
    assert_eq!(records.len() + 1, lines, "{name}: each line is a record");
    assert_eq!(bytes.last(), Some(&b'\n'), "{name}: its last line is whole");
    std::fs::remove_file(recording).expect("it is ours");
    records.len()
}

fn terminate(pty: &Pty) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pty.pid()).expect("a pid"));
    let _ = rustix::process::kill_process(pid.expect("a pid"), rustix::process::Signal::TERM);
}

/// The screen's first line.
fn title(pty: &Pty) -> String {
    pty.screen().lines().next().unwrap_or_default().to_owned()
}

/// Types keys until there are enough, or one of them has ended the program. How many, and the most memory that it had meanwhile.
fn typed(pty: &mut Pty, seed: u64, each: usize) -> (usize, u64) {
    let longest = Duration::from_secs(2);
    let mut keys = Keys::new(seed);
    let is_session = BEGINNINGS[seed as usize % BEGINNINGS.len()].starts_with("--");
    let (mut given, mut most) = (0, 0);
    while given < each && !pty.has_ended() {
        let is_patient = keys.some_are_patient();
        if let Some(size) = keys.now_and_then_begins_anew() {
            pty.claim(size.0, size.1);
            // Out of a lesson, now and then: else all keys go to the first that is begun.
            let is_left = is_session && keys.some_are_patient() && title(pty).contains(" LESSON ");
            let leaving: &[&str] = if is_left { &["q", "\u{1b}"] } else { &[] };
            for end in keys::ENDS.iter().chain(leaving) {
                pty.press_bytes(end.as_bytes());
                pty.settle(PATIENCE, longest);
            }
        }
        let enough = given + 25;
        while given < enough {
            let (press, count) = keys.next();
            match press {
                keys::Press::Bytes(bytes) => pty.press_bytes(&bytes),
                keys::Press::Size(columns, rows) => pty.claim(columns, rows),
            }
            if is_patient {
                pty.settle(PATIENCE, longest);
            }
            given += count;
        }
        pty.settle(PATIENCE, longest);
        most = most.max(memory(pty.pid()));
    }
    (given, most)
}

/// It ended as it was asked to, and gave the terminal back.
fn ended_well(pty: &mut Pty, name: &str) {
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
}

/// Gives keys to one program, and looks at it.
fn one(folder: &Path, seed: u64, each: usize, known: &[OnceLock<usize>]) -> Told {
    let place = seed as usize % BEGINNINGS.len();
    let beginning = BEGINNINGS[place];
    let began = Instant::now();
    let recording = folder.join(format!("{seed}.jsonl"));
    let mut pty = start(folder, beginning, &recording);
    let pid = pty.pid();
    let (keys, mut most) = typed(&mut pty, seed, each);
    let name = format!("seed {seed}, {beginning:?}, {keys} keys");
    let reached = !pty.has_ended() && Known::new(&mut pty, beginning, &name).reach().is_ok();
    if reached {
        let wanted = *known[place].get_or_init(|| untouched(folder, beginning));
        let left = fewest_descriptors(pid, wanted);
        assert!(
            left <= wanted,
            "{name}: {left} descriptors, {wanted} where nothing was typed\n{:?}\n{}",
            open_files(pid),
            pty.screen()
        );
        most = most.max(memory(pid));
        terminate(&pty);
    }
    ended_well(&mut pty, &name);
    assert!(most < MOST_MEMORY, "{name}: {most} KiB");
    let records = match beginning.contains("RECORDING") {
        true => good_records(&recording, &name),
        false => 0,
    };
    if support::soak() {
        let took = began.elapsed();
        eprintln!("{name}: {records} records, {most} KiB, {took:?}");
    }
    Told {
        seed,
        beginning,
        keys,
        records,
        memory: most,
        reached,
    }
}

/// A number that whoever starts it has chosen.
fn from_environment(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
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
    let bound = LONGEST[soak];
    let wanted = from_environment("SOCKSTEP_KEYS").unwrap_or(ALL[soak]);
    let each = EACH[soak].min(wanted);
    let seeds = AtomicUsize::new(from_environment("SOCKSTEP_SEED").unwrap_or(0));
    let untouched = [const { OnceLock::new() }; BEGINNINGS.len()];
    let began = Instant::now();
    let given = AtomicUsize::new(0);
    let work = || {
        let mut told = Vec::new();
        while given.load(SeqCst) < wanted && began.elapsed() < bound {
            let seed = seeds.fetch_add(1, SeqCst) as u64;
            // What is wrong is said at once, and the others go on: one long run finds more than one fault.
            let one = std::panic::catch_unwind(|| one(folder.path(), seed, each, &untouched));
            given.fetch_add(one.as_ref().map_or(each, |one| one.keys), SeqCst);
            told.push(one.map_err(|_| seed));
        }
        told
    };
    let (all, wrong): (Vec<_>, Vec<_>) = std::thread::scope(|scope| {
        let workers = if wanted > each { WORKERS } else { 1 };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let told = workers.into_iter().map(std::thread::ScopedJoinHandle::join);
        let told = told.flat_map(|told| told.expect("every program is looked at"));
        told.partition(Result::is_ok)
    });
    let all: Vec<Told> = all.into_iter().flatten().collect();
    let wrong: Vec<u64> = wrong.into_iter().filter_map(Result::err).collect();
    let keys: usize = all.iter().map(|told| told.keys).sum();
    let reached = all.iter().filter(|told| told.reached).count();
    let records: usize = all.iter().map(|told| told.records).sum();
    if let Some(most) = all.iter().max_by_key(|told| told.memory) {
        eprintln!(
            "{keys} keys in {:?}, {} programs, of which {reached} were counted at their end; {records} records; the most memory is {} KiB, seed {}, {:?}",
            began.elapsed(),
            all.len(),
            most.memory,
            most.seed,
            most.beginning
        );
    }
    assert!(wrong.is_empty(), "wrong: the seeds {wrong:?}");
    // A busy machine takes fewer in that time, and every beginning all the same.
    let programs = all.len();
    assert!(
        wanted <= each || programs >= BEGINNINGS.len(),
        "{programs} programs"
    );
    assert!(soak == 0 || keys >= wanted, "only {keys} keys");
}
