//! What is measured: each figure in the same minutes as its floor.

use crate::Options;
use crate::figures::{Point, Table};
use crate::terminal::Terminal;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub(crate) const OURS: &str = env!("CARGO_BIN_EXE_sockstep");

fn this() -> String {
    let path = std::env::current_exe().expect("this program");
    path.display().to_string()
}

/// Listeners in a process of their own; they end with this.
pub(crate) struct Sink {
    child: Child,
    ports: Vec<String>,
}

impl Sink {
    pub(crate) fn new() -> Sink {
        let mut command = Command::new(this());
        command.args(["--floor", "sink"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("listeners");
        let mut line = String::new();
        let output = child.stdout.take().expect("their ports");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("their ports");
        let ports = line.split_whitespace().map(str::to_owned).collect();
        Sink { child, ports }
    }

    /// A file of so many targets.
    pub(crate) fn targets(&self, count: usize) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let ports = self.ports.iter().cycle().take(count);
        let lines: Vec<String> = ports.map(|port| format!("127.0.0.1:{port}")).collect();
        std::fs::write(file.path(), lines.join("\n")).expect("written");
        file
    }

    /// The number that a floor prints.
    fn floor(&self, name: &str, count: usize) -> (f64, Duration) {
        let mut command = Command::new(this());
        command
            .args(["--floor", name, &count.to_string()])
            .args(&self.ports);
        let (output, cpu) = cpu_of(&mut command);
        (output.trim().parse().expect("a number"), cpu)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program prints, and the CPU time that it took.
fn cpu_of(command: &mut Command) -> (String, Duration) {
    let before = cpu_of_children();
    let output = command.stderr(Stdio::inherit()).output().expect("it runs");
    assert!(output.status.success(), "{command:?}: {}", output.status);
    let cpu = cpu_of_children().saturating_sub(before);
    (String::from_utf8_lossy(&output.stdout).into_owned(), cpu)
}

#[expect(unsafe_code, reason = "no safe call has getrusage(2)")]
fn cpu_of_children() -> Duration {
    // SAFETY: all zeros is a valid rusage, and the kernel writes one.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        usage
    };
    let time = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn ours(args: &[&str], state: &Path) -> Terminal {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    Terminal::start(OURS, &args, state)
}

fn screen(state: &Path) -> Terminal {
    Terminal::start(&this(), &["--floor".to_owned(), "screen".to_owned()], state)
}

/// A key at a time, by turns.
fn side_by_side(left: &mut Terminal, right: &mut Terminal, rounds: usize) -> (f64, f64) {
    let (mut lefts, mut rights) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        lefts.extend(left.key(" ").map(ms));
        rights.extend(right.key(" ").map(ms));
    }
    (median(lefts), median(rights))
}

/// A session of so many sockets that have settled, beside the ratatui program; what a key costs in each, and the memory of ours: what it
/// takes, and the most that it has taken.
fn settled(count: usize, looks: &str, rounds: usize) -> (f64, f64, [f64; 2]) {
    let (sink, state) = (Sink::new(), tempfile::tempdir().expect("a directory"));
    let targets = sink.targets(count);
    let path = targets.path().display().to_string();
    let mut ours = ours(&["--looks", looks, "--targets", &path], state.path());
    let mut screen = screen(state.path());
    ours.first_frame();
    screen.first_frame();
    for _ in 0..9 {
        ours.key(" ");
    }
    let (key, floor) = side_by_side(&mut ours, &mut screen, rounds);
    (key, floor, [ours.resident_kib(), ours.peak_kib()])
}

fn bare(count: usize) -> f64 {
    Sink::new().floor("looks", count).0
}

/// A key with few sockets and with many.
pub(crate) fn keys(table: &mut Table, options: &Options) {
    let state = tempfile::tempdir().expect("a directory");
    let mut session = ours(&[], state.path());
    let mut floor = screen(state.path());
    session.first_frame();
    floor.first_frame();
    for _ in 0..9 {
        session.key(" ");
    }
    let pair = side_by_side(&mut session, &mut floor, options.rounds);
    table.ratio("key, default session", "ms", pair, 1.1);
    let few = [session.resident_kib(), session.peak_kib()];
    drop(session);
    for count in [1_000, 9_000] {
        let (key, screen, memory) = settled(count, "on", options.rounds);
        let what = format!("key, {count} sockets; floor: ratatui + bare looks");
        table.ratio(&what, "ms", (key, screen + bare(count)), 1.25);
        if count == 9_000 {
            let a_socket = |at: usize| (memory[at] - few[at]) / count as f64;
            table.value("memory a socket, 9000 settled", "KiB", a_socket(0), 2.0);
            // A record of all is made and written while the one before is still shown.
            table.told("... at its peak, while they connect", "KiB", a_socket(1));
        }
    }
    let (key, screen, _) = settled(9_000, "off", options.rounds);
    table.ratio("key, 9000 sockets, --looks off", "ms", (key, screen), 1.3);
}

/// From the start to the first frame.
pub(crate) fn first_frames(table: &mut Table, options: &Options) {
    let sink = Sink::new();
    let targets = sink.targets(1_000);
    let path = targets.path().display().to_string();
    let cases: [(&str, &[&str], f64); 2] = [
        ("first frame, default session", &[], 1.5),
        ("first frame, 1000 targets", &["--targets", &path], 2.0),
    ];
    for (what, args, budget) in cases {
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds / 4 {
            let state = tempfile::tempdir().expect("a directory");
            lefts.push(ms(ours(args, state.path()).first_frame()));
            rights.push(ms(screen(state.path()).first_frame()));
        }
        table.ratio(what, "ms", (median(lefts), median(rights)), budget);
    }
}

/// 8,000 connects without a terminal: CPU beside the bare loop's.
pub(crate) fn connects(table: &mut Table, options: &Options) {
    let count = 8_000;
    let mut costs: [Vec<f64>; 3] = Default::default();
    for _ in 0..(options.rounds / 12).max(1) {
        let sink = Sink::new();
        costs[0].push(ms(sink.floor("connects", count).1));
        drop(sink);
        for (cost, form) in [(1, "--plain"), (2, "--json")] {
            let sink = Sink::new();
            let targets = sink.targets(count);
            let mut command = Command::new(OURS);
            command.args([
                "run",
                "--looks",
                "off",
                "--until-settled",
                form,
                "--targets",
            ]);
            let (_, cpu) = cpu_of(command.arg(targets.path()));
            costs[cost].push(ms(cpu));
        }
    }
    let [floor, plain, json] = costs.map(median);
    table.ratio(
        "CPU of 8000 connects, run --looks off --plain",
        "ms",
        (plain, floor),
        1.15,
    );
    table.ratio(
        "CPU of 8000 connects, run --looks off --json",
        "ms",
        (json, floor),
        1.3,
    );
}

/// 100,000 records read, folded and said.
pub(crate) fn replay(table: &mut Table) {
    let files = tempfile::tempdir().expect("a directory");
    let (script, recording) = (
        files.path().join("script"),
        files.path().join("recording.jsonl"),
    );
    std::fs::write(&script, "tick 100000\n").expect("written");
    let mut command = Command::new(OURS);
    command.args(["run", "--looks", "off", "--json", "@open", "--script"]);
    let (lines, made) = cpu_of(command.arg(&script));
    std::fs::write(&recording, lines).expect("written");
    let (_, read) = cpu_of(
        Command::new(OURS)
            .args(["replay", "--plain"])
            .arg(&recording),
    );
    table.ratio(
        "CPU of the replay of 100000 records; floor: making them",
        "ms",
        (ms(read), ms(made)),
        1.0,
    );
}

/// Nobody presses a key.
pub(crate) fn rest(table: &mut Table) {
    let state = tempfile::tempdir().expect("a directory");
    let mut session = ours(&[], state.path());
    session.first_frame();
    for _ in 0..9 {
        session.key(" ");
    }
    let before = session.wake_ups();
    std::thread::sleep(Duration::from_secs(3));
    let a_second = (session.wake_ups() - before) / 3.0;
    table.value("wake-ups a second at rest", "", a_second, 0.0);
}

/// What a key costs as sockets become more.
pub(crate) fn curve(table: &mut Table, options: &Options) -> Vec<Point> {
    let rounds = options.rounds / 2;
    let points = [10, 100, 1_000, 10_000].map(|sockets| {
        let (looks, screen, [memory_kib, _]) = settled(sockets, "on", rounds);
        let (no_looks, ..) = settled(sockets, "off", rounds);
        Point {
            sockets,
            looks,
            no_looks,
            screen,
            bare: bare(sockets),
            memory_kib,
        }
    });
    let [first, .., last] = &points;
    table.ratio(
        "key, --looks off, 10000 beside 10 sockets",
        "ms",
        (last.no_looks, first.no_looks),
        1.2,
    );
    points.into()
}
