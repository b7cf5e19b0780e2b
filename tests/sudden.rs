//! Ends that nobody expects: the terminal is given back all the same, and what is said before the end can be read.

mod support;

use std::process::Command;
use std::time::{Duration, Instant};
use support::pty::Pty;
use support::{SOCKSTEP, recordings};

fn start() -> Pty {
    let pty = Pty::start(80, 24, SOCKSTEP, &["--no-save"]);
    pty.wait_for("TICK 0");
    pty
}

fn send(pty: &Pty, signal: i32) {
    let kill = format!("kill -{signal} {}", pty.pid());
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{kill}");
}

fn is_given_back(pty: &Pty, why: &str) {
    support::eventually(&format!("{why}: the terminal is given back"), || {
        (pty.is_restored() && pty.is_cooked()).then_some(())
    });
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let last = |what: &str| raw.rfind(what);
    assert!(
        last("\u{1b}[?2004l") > last("\u{1b}[?2004h"),
        "{why}: bracketed paste"
    );
    assert!(
        last("\u{1b}[?25h") > last("\u{1b}[?25l"),
        "{why}: the cursor"
    );
}

#[test]
fn every_signal_that_ends_a_program_gives_the_terminal_back() {
    // USR1, USR2, ALRM, VTALRM, PROF, IO, XCPU, and two of real time.
    for signal in [10, 12, 14, 26, 27, 29, 24, 34, 64] {
        let mut pty = start();
        assert!(!pty.is_cooked() && !pty.is_restored());
        send(&pty, signal);
        let ended = pty.end();
        assert_eq!(ended.exit_code(), 128 + signal.unsigned_abs(), "{signal}");
        is_given_back(&pty, &format!("signal {signal}"));
    }
}

#[test]
fn a_signal_of_a_fault_gives_the_terminal_back_and_ends_the_program_by_itself() {
    // ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS.
    for signal in [4, 5, 6, 7, 8, 11, 31] {
        let mut pty = start();
        send(&pty, signal);
        let ended = pty.end();
        assert!(ended.signal().is_some(), "{signal}: {ended:?}");
        is_given_back(&pty, &format!("signal {signal}"));
    }
}

#[test]
fn a_terminal_is_given_back_when_there_is_no_memory_any_more() {
    let mut pty = start();
    let status = std::fs::read_to_string(format!("/proc/{}/status", pty.pid()));
    let status = status.expect("it runs");
    let has = status.lines().find_map(|line| {
        let kilobytes = line.strip_prefix("VmSize:")?.trim().strip_suffix(" kB")?;
        kilobytes.parse::<u64>().ok()
    });
    // What it has it keeps, and a little more.
    let most = (has.expect("a size") + 1024) * 1024;
    let limit = rustix::process::Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    let pid = i32::try_from(pty.pid()).ok();
    let pid = pid.and_then(rustix::process::Pid::from_raw);
    rustix::process::prlimit(pid, rustix::process::Resource::As, limit).expect("a limit");
    pty.claim(1000, 500);
    let ended = pty.end();
    is_given_back(&pty, "no memory");
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    // Rust aborts where it cannot have memory; what asks the system itself fails with words; a thread without room for its stack with
    // EAGAIN (pthread_create(3)).
    let words = [
        "memory allocation of",
        "Cannot allocate memory",
        "Resource temporarily unavailable",
    ];
    assert!(!ended.success(), "{ended:?}");
    // A stack that cannot grow has no room for words: the signal is the reason.
    let is_said = words.iter().any(|words| raw.contains(words));
    let end = raw.rsplit('\u{1b}').next().unwrap_or_default();
    assert!(is_said || ended.signal().is_some(), "{ended:?}: {end}");
}

#[test]
fn a_terminal_that_says_that_it_is_huge_is_used_in_part_and_given_back() {
    let mut pty = start();
    for (columns, rows) in [(65535, 1), (1, 65535), (65535, 65535)] {
        pty.claim(columns, rows);
    }
    // The last of the lines that are drawn.
    support::eventually("something large is drawn", || {
        String::from_utf8_lossy(&pty.raw())
            .contains("\u{1b}[500;")
            .then_some(())
    });
    send(&pty, 15);
    assert_eq!(pty.end().exit_code(), 128 + 15);
    is_given_back(&pty, "a huge terminal");
}

/// What stands behind `TICK` on the screen.
fn tick_of(screen: &str) -> Option<u64> {
    let behind = screen.split_once("TICK ")?.1;
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[test]
fn whenever_it_is_killed_the_file_is_good_and_at_most_the_record_on_the_screen_is_missing() {
    let rounds = if support::soak() { 100 } else { 20 };
    let dir = tempfile::tempdir().expect("a directory");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005);
        chance = chance.wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    for round in 0..rounds {
        let path = dir.path().join(format!("{round}.jsonl"));
        let file = path.to_str().expect("a name in UTF-8");
        let mut args = vec!["--no-save", "--record", file];
        // A long record takes longer to be written than to be drawn.
        let many = if round % 2 == 0 { 0 } else { 400 };
        args.extend(std::iter::repeat_n(target.as_str(), many));
        let mut pty = Pty::start(80, 24, SOCKSTEP, &args);
        pty.wait_for("TICK 0");
        let ticks = random(12);
        for tick in 1..=ticks {
            pty.press_until(" ", &format!("TICK {tick} "));
        }
        // A moment while the next record is made, drawn and written.
        pty.press(" ");
        let moment = Duration::from_micros(random(if many == 0 { 3_000 } else { 60_000 }));
        let begin = Instant::now();
        while begin.elapsed() < moment {
            std::hint::spin_loop();
        }
        let pid = i32::try_from(pty.pid()).ok();
        let pid = pid.and_then(rustix::process::Pid::from_raw);
        let pid = pid.expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it runs");
        pty.end();
        let drawn = tick_of(&pty.screen()).expect("a tick is on the screen");
        // The file is made with the first record, which may be the one that is missing.
        if drawn == 0 && !path.exists() {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("the file");
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let (_, records) = recordings::read(whole.as_bytes()).expect("a recording");
        let numbers = records.iter().map(|record| record.n);
        assert!(numbers.eq(0..records.len() as u64), "round {round}");
        let written = records.iter().rev().find_map(|record| record.tick);
        let missing = drawn.saturating_sub(written.unwrap_or(0));
        assert!(
            missing <= 1,
            "round {round}: tick {drawn} was drawn, {written:?} is in the file"
        );
    }
}
