//! The program in a real terminal: the default session, every size, and a terminal that is always given back.

mod support;

use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;
use support::SOCKSTEP;
use support::pty::Pty;

fn start(columns: u16, rows: u16) -> Pty {
    let pty = Pty::start(columns, rows, SOCKSTEP, &[]);
    pty.wait_for("TICK 0");
    pty
}

/// The part of a socket's line behind its name.
fn line(screen: &str, name: &str) -> String {
    screen
        .lines()
        .find(|line| line.contains(&format!(" {name} ")))
        .unwrap_or_default()
        .to_owned()
}

/// The text behind a list's name.
fn list(screen: &str, name: &str) -> String {
    screen
        .lines()
        .find(|line| line.trim_start().starts_with(&format!("{name}  ")))
        .unwrap_or_default()
        .to_owned()
}

fn kill(pty: &Pty, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pty.pid()).expect("a pid")).expect("a pid");
    kill_process(pid, signal).expect("the signal is sent");
}

#[test]
fn the_default_session_by_space_only_at_three_sizes() {
    for (columns, rows) in [(80, 24), (60, 18), (160, 50)] {
        let mut pty = start(columns, rows);
        let first = pty.screen();
        for words in ["Nothing has happened yet", "nobody listens", "? help"] {
            assert!(
                first.contains(words),
                "{columns}x{rows} lacks {words:?}:\n{first}"
            );
        }
        for (tick, stage) in [
            (1, "o created"),
            (2, "o non-blocking"),
            (3, "o connect attempted"),
            (4, "~ pending"),
        ] {
            let screen = pty.press_until(" ", &format!("TICK {tick} "));
            for name in ["@open", "@refused", "@pending", "@reset"] {
                assert!(
                    line(&screen, name).contains(stage),
                    "{columns}x{rows} tick {tick} {name}:\n{screen}"
                );
            }
        }
        let screen = pty.screen();
        for (name, kernel) in [
            ("@open", "ESTABLISHED"),
            ("@refused", "CLOSE"),
            ("@pending", "SYN-SENT"),
            ("@reset", "CLOSE"),
        ] {
            assert!(
                line(&screen, name).contains(kernel),
                "{columns}x{rows} {name} {kernel}:\n{screen}"
            );
        }
        assert!(screen.contains("To your program they look the"), "{screen}");

        let screen = pty.press_until(" ", "TICK 5 ");
        assert!(list(&screen, "readable").contains("2 4"), "{screen}");
        assert!(list(&screen, "writable").contains("1 2 4"), "{screen}");
        assert!(list(&screen, "error").contains("2 4"), "{screen}");
        assert!(line(&screen, "@open").contains("? writable"), "{screen}");

        let screen = pty.press_until(" ", "TICK 6 ");
        assert!(
            line(&screen, "@refused").contains("ECONNREFUSED"),
            "{screen}"
        );
        assert!(line(&screen, "@reset").contains("ECONNRESET"), "{screen}");
        assert!(line(&screen, "@open").contains("? writable"), "{screen}");
        assert!(list(&screen, "error").contains("was 2 4"), "{screen}");

        let screen = pty.press_until(" ", "TICK 7 ");
        assert!(line(&screen, "@open").contains("= connected"), "{screen}");
        assert!(line(&screen, "@pending").contains("~ pending"), "{screen}");
        assert!(screen.contains("Try:"), "{screen}");
        pty.press("q");
        assert_eq!(pty.end().exit_code(), 0);
        assert!(pty.is_restored());
    }
}

#[test]
fn accept_lets_the_pending_one_through_at_its_next_syn() {
    let mut pty = start(80, 24);
    // Tick 8 hears the greeting of @open.
    for tick in 1..=8 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    pty.press_until("3", "STAGES of 3 @pending");
    pty.press_until("A", "peer accept(");
    pty.press("w");
    // The kernel's next SYN is due within a second or two; the waiting tick ends by itself.
    let deadline = std::time::Instant::now() + support::BOUND;
    while !line(&pty.screen(), "@pending").contains("? writable") {
        assert!(std::time::Instant::now() < deadline, "{}", pty.screen());
        pty.bytes_within(Duration::from_millis(50));
    }
    pty.press_until(" ", "SO_ERROR was 0");
    pty.press(" ");
    pty.wait("3 is connected", |screen| {
        line(screen, "@pending").contains("= connected")
    });
}

#[test]
fn a_wait_is_ended_by_esc_and_swallows_impatient_keys() {
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["@pending"]);
    pty.wait_for("TICK 0");
    for tick in 1..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    pty.press("w");
    pty.wait_for("WAITING");
    pty.press("   ");
    pty.press("\u{1b}");
    let screen = pty.wait_for("TICK 5 ");
    assert!(screen.contains("wake-up"), "{screen}");
    pty.bytes_within(Duration::from_millis(100));
    assert!(
        pty.screen().contains("TICK 5 "),
        "the presses made during the wait were thrown away"
    );
}

#[test]
fn an_unknown_key_of_any_kind_changes_nothing() {
    let mut pty = start(80, 24);
    let before = pty.screen();
    pty.press("\u{1b}[15~\u{1b}OPQERVJ!@#$%^&*()");
    // The last of them has said what is near, and nothing else is different.
    let after = pty.wait_for("): no key. ? shows every key.");
    let panes = |screen: &str| -> Vec<String> {
        let lines = screen.lines().take_while(|line| !line.contains(" NEXT "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(panes(&after), panes(&before));
    assert_eq!(after.lines().last(), before.lines().last());
}

#[test]
fn the_terminal_is_given_back_after_every_signal() {
    let cases = [
        (Signal::TERM, 143),
        (Signal::INT, 130),
        (Signal::HUP, 129),
        (Signal::QUIT, 131),
    ];
    for (signal, code) in cases {
        let mut pty = start(80, 24);
        kill(&pty, signal);
        assert_eq!(pty.end().exit_code(), code, "{signal:?}");
        support::eventually("the terminal is given back", || {
            pty.is_restored().then_some(())
        });
    }
}

#[test]
fn ctrl_c_quits_also_while_a_text_is_typed() {
    let mut pty = start(80, 24);
    pty.press("a\u{3}");
    assert_eq!(pty.end().exit_code(), 130);
}

/// The beginnings of sequences whose ends never come: a report of the terminal's, one of the mouse's, half of another, a paste.
const UNFINISHED: [&str; 4] = ["\u{1b}[?", "\u{1b}[<", "\u{1b}[M!", "\u{1b}[200~q q q"];

#[test]
fn ctrl_c_ends_the_program_also_inside_of_a_sequence_that_never_ends() {
    for unfinished in UNFINISHED {
        let mut pty = start(80, 24);
        pty.press(unfinished);
        pty.bytes_within(Duration::from_millis(100));
        let pressed = std::time::Instant::now();
        pty.press("\u{3}");
        assert_eq!(pty.end().exit_code(), 130, "{unfinished:?}");
        assert!(
            pressed.elapsed() < Duration::from_secs(10),
            "{unfinished:?}: {:?}",
            pressed.elapsed()
        );
        assert!(pty.is_restored(), "{unfinished:?}");
    }
}

#[test]
fn another_size_is_drawn_also_inside_of_a_sequence_that_never_ends() {
    for unfinished in UNFINISHED {
        let mut pty = start(80, 24);
        pty.press(unfinished);
        pty.bytes_within(Duration::from_millis(100));
        pty.resize(160, 50);
        pty.wait_for("KERNEL");
        pty.press("\u{3}");
        assert_eq!(pty.end().exit_code(), 130, "{unfinished:?}");
    }
}

#[test]
fn a_suspended_program_gives_the_terminal_back_and_takes_it_again() {
    // In a shell with job control, as a person does it.
    let mut pty = Pty::start(80, 24, "bash", &["--norc", "-i"]);
    pty.press(&format!("PS1='ready> '; {SOCKSTEP}\r"));
    pty.wait_for("TICK 0");
    pty.press("\u{1a}");
    pty.wait("the shell is back", |screen| {
        screen.contains("Stopped") && screen.contains("ready>")
    });
    assert!(pty.is_restored());
    pty.press("stty -a | grep -o ' echo '; fg\r");
    pty.wait_for("TICK 0");
    pty.press_until(" ", "TICK 1 ");
    pty.press("q");
    pty.wait_for("ready>");
    pty.press("exit\r");
}

#[test]
fn a_vanished_terminal_ends_the_program() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::io::Read;
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
        .expect("a pseudo-terminal");
    grantpt(&master)
        .and_then(|()| unlockpt(&master))
        .expect("it can be opened");
    let name = ptsname(&master, Vec::new())
        .expect("its name")
        .into_string()
        .expect("UTF-8");
    let size = rustix::termios::Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    rustix::termios::tcsetwinsize(&master, size).expect("its size");
    let open = || {
        std::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(&name)
            .expect("the other end")
    };
    // A session of its own, with this terminal as its controlling one.
    let mut child = std::process::Command::new("setsid")
        .args(["--ctty", "sh", "-c", &format!("exec {SOCKSTEP}")])
        .env("TERM", "xterm-256color")
        .stdin(open())
        .stdout(open())
        .stderr(open())
        .spawn()
        .expect("setsid runs");
    let mut master = std::fs::File::from(master);
    let mut seen = Vec::new();
    let mut buffer = [0_u8; 4096];
    while !String::from_utf8_lossy(&seen).contains("TICK 0") {
        let mut fds = [rustix::event::PollFd::new(
            &master,
            rustix::event::PollFlags::IN,
        )];
        let bound = rustix::event::Timespec {
            tv_sec: 60,
            tv_nsec: 0,
        };
        let ready = rustix::event::poll(&mut fds, Some(&bound)).expect("the terminal can be asked");
        assert!(ready > 0, "no first screen");
        let count = master.read(&mut buffer).expect("the first screen");
        seen.extend_from_slice(&buffer[..count]);
    }
    drop(master);
    let began = std::time::Instant::now();
    let status = support::eventually("the program ends", || child.try_wait().expect("its state"));
    assert_eq!(status.code(), Some(129), "{status:?}");
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "it took {:?}",
        began.elapsed()
    );
}

#[test]
fn every_size_is_survived() {
    let mut pty = start(80, 24);
    for (columns, rows) in [
        (1, 1),
        (0, 0),
        (59, 15),
        (20, 5),
        (500, 3),
        (3, 200),
        (300, 100),
        (60, 16),
        (80, 24),
    ] {
        pty.resize(columns, rows);
        pty.press(" ");
    }
    pty.resize(40, 10);
    pty.wait_for("sockstep needs 60x16, this is 40x10");
    pty.resize(80, 24);
    pty.wait_for("? help");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
}

#[test]
fn at_rest_nothing_is_written_and_nobody_wakes_up() {
    let mut pty = start(80, 24);
    for tick in 1..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    comes_to_rest(&pty);
}

/// From some moment on nothing is written and nobody wakes up, two seconds long.
fn comes_to_rest(pty: &Pty) {
    support::eventually("nothing is written and nobody wakes up at rest", || {
        let before = switches(pty.pid());
        let bytes = pty.bytes_within(Duration::from_secs(2));
        (bytes == 0 && switches(pty.pid()) == before).then_some(())
    });
}

/// How often all threads of a process were woken so far.
fn switches(pid: u32) -> u64 {
    switches_of(pid, |_| true)
}

/// How often the threads of these names were woken so far.
fn switches_of(pid: u32, wanted: impl Fn(&str) -> bool) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("its threads");
    let of = |entry: std::io::Result<std::fs::DirEntry>| {
        // One that has ended meanwhile is not woken any more.
        let status = entry.and_then(|entry| std::fs::read_to_string(entry.path().join("status")));
        let Ok(status) = status else { return 0 };
        let name = status.lines().next().expect("the name").to_owned();
        if !wanted(name.trim_start_matches("Name:").trim()) {
            return 0;
        }
        let line = status
            .lines()
            .find(|line| line.starts_with("voluntary_ctxt_switches"))
            .expect("the count");
        line.split_whitespace()
            .last()
            .and_then(|count| count.parse::<u64>().ok())
            .expect("a number")
    };
    tasks.map(of).sum()
}

#[test]
fn hostile_bytes_of_a_peer_never_reach_the_terminal() {
    use std::io::Write;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let mut pty = Pty::start(80, 24, SOCKSTEP, &[&target]);
    pty.wait_for("TICK 0");
    for tick in 1..=7 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let (mut peer, _) = listener.accept().expect("the connection");
    peer.write_all("\u{1b}]52;c;aGk=\u{7}\u{1b}[2J\u{9b}31m\u{202e}x".as_bytes())
        .expect("sent");
    pty.press("v");
    pty.wait_for("receive:");
    pty.press("\r");
    pty.wait_for("\\x1b]52");
    pty.press("q");
    pty.end();
    let raw = pty.raw();
    for hostile in [&b"\x1b]52"[..], "\u{9b}".as_bytes(), "\u{202e}".as_bytes()] {
        assert!(
            !raw.windows(hostile.len()).any(|window| window == hostile),
            "{hostile:?} reached the terminal"
        );
    }
}

#[test]
fn no_color_has_no_colour_and_keeps_bold() {
    let mut pty = Pty::start(80, 24, "env", &["NO_COLOR=1", "COLORFGBG=15;0", SOCKSTEP]);
    pty.wait_for("TICK 0");
    pty.press_until(" ", "TICK 1 ");
    pty.press("q");
    pty.end();
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    assert!(!raw.contains("\u{1b}[38;"), "no foreground colour");
    assert!(raw.contains("\u{1b}[1m"), "bold is kept");
}

#[test]
fn a_thousand_targets_are_listed_filtered_and_counted() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let many = vec![target.as_str(); 300];
    let mut pty = Pty::start(80, 24, SOCKSTEP, &many);
    pty.wait_for("300 sockets");
    for tick in 1..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let screen = pty.press_until(" ", "TICK 5 ");
    assert!(
        list(&screen, "writable").contains("1-300"),
        "every ready socket is shown or counted:\n{screen}"
    );
    pty.press_until("/", "filter:");
    let screen = pty.press_until("nothing-like-this", "0 of 300");
    assert!(screen.contains("no socket passes the filter"), "{screen}");
}

#[test]
fn a_panic_in_any_thread_gives_the_terminal_back_and_ends_the_program() {
    let here = std::env::current_exe().expect("this test's own path");
    let example = here
        .parent()
        .and_then(std::path::Path::parent)
        .expect("target/debug")
        .join("examples/panic_in_a_thread");
    if !example.exists() {
        return support::skip(
            "its example is not built: cargo build --examples, which a plain cargo test does",
        );
    }
    let mut pty = Pty::start(80, 24, &example.display().to_string(), &[]);
    assert_eq!(pty.end().exit_code(), 101);
    let (left, message) =
        support::eventually("it says what happened on the ordinary screen", || {
            let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
            Some((
                raw.find("\u{1b}[?1049l")?,
                raw.find("a worker thread has panicked")?,
            ))
        });
    assert!(left < message, "the message comes where it can be read");
}

#[test]
fn a_slow_name_freezes_nothing() {
    // In a network and mount namespace of its own, with a name server that never answers.
    let script = format!(
        "ip link set lo up && printf 'nameserver 127.0.0.1\\n' > $0 && mount --bind $0 /etc/resolv.conf && \
         python3 -c 'import socket,os,sys; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind((\"127.0.0.1\",53)); \
         s.set_inheritable(True); os.execv(sys.argv[1],sys.argv[1:])' {SOCKSTEP} slow.example:80 @refused"
    );
    let can = std::process::Command::new("unshare")
        .args(["-mn", "ip", "link", "set", "lo", "up"])
        .output();
    if !can.is_ok_and(|output| output.status.success()) {
        return support::skip(
            "no new network namespace can be made here (needs root, unshare and ip)",
        );
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    let path = file.path().display().to_string();
    let mut pty = Pty::start(80, 24, "unshare", &["-mn", "sh", "-c", &script, &path]);
    pty.wait_for("TICK 0");
    for tick in 1..=6 {
        let screen = pty.press_until(" ", &format!("TICK {tick} "));
        assert!(screen.contains("o resolving"), "{screen}");
    }
    assert!(
        line(&pty.screen(), "@refused").contains("ECONNREFUSED"),
        "{}",
        pty.screen()
    );
    pty.press_until("?", "HELP");
    pty.press_until("\u{1b}", "o resolving");
    pty.press_until("w", "WAITING");
    pty.press("\u{1b}");
    pty.wait_for("TICK 7 ");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
}

#[test]
fn the_words_depend_on_the_stage() {
    let mut pty = start(80, 24);
    for tick in 1..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    // 3 is pending and not connected: nothing is full, nothing is a phantom, and zero is not yes.
    pty.press_until("3", "STAGES of 3");
    pty.press_until("p", "there is no peer yet");
    pty.press_until("e", "The attempt still runs, so zero is not");
    pty.press_until("s", "send:");
    pty.press_until("\r", "it is not connected yet");
    // 1 is through: connect() again tells it once, then EISCONN.
    pty.press_until("1", "STAGES of 1");
    pty.press_until("c", "the attempt before has connected");
    pty.press_until("c", "EISCONN: it is connected already");
    // What is typed replaces the proposal.
    pty.press_until("v", "receive: 1024");
    pty.press_until("5", "receive: 5");
    pty.press_until("\u{1b}", "STAGES of 1");
}

/// Three truths of one moment: the program has a hint at most, its kernel is through, the server has not seen the ACK.
#[test]
fn a_packet_in_the_hand_keeps_the_two_kernels_apart() {
    for (columns, rows) in [(80, 24), (60, 18), (160, 50)] {
        let Some(mut pty) = Pty::on_the_wire(columns, rows) else {
            return;
        };
        let screen = pty.press_until("N", "[1 SYN seq 0]=>HELD");
        for words in ["THINK", "TIMER", "gives up about ", "LISTEN", "SYN-SENT"] {
            assert!(
                screen.contains(words),
                "{columns}x{rows} {words}:\n{screen}"
            );
        }
        pty.press_until("g", "HELD<=[2 SYN+ACK");
        let screen = pty.press_until("g", "[3 ACK");
        assert!(screen.contains("]=>HELD"), "{screen}");
        for words in ["pending", "ESTABLISHED", "SYN-RECV", "not accepted"] {
            assert!(
                screen.contains(words),
                "{columns}x{rows} {words}:\n{screen}"
            );
        }
        // What nobody answers is sent again, without a key, and the copy is held too.
        pty.wait("another copy", |screen| screen.contains("HELD 2"));
        pty.press("g");
        pty.wait("the ACK arrives, further down than it left", |screen| {
            screen.contains("=>below") && screen.contains("-->") && screen.contains("HELD 1")
        });
        // A rule stands where the packets are, as long as it holds.
        pty.press_until(":", "WHAT CAN BE DONE NOW");
        pty.press("hold data\r");
        pty.wait_for("rules: hold data");
        // q closes what is open first.
        let screen = pty.press_until("q", "SOCKETS");
        assert!(screen.contains("@wire:80"), "{screen}");
        pty.press("q");
        pty.end();
    }
}

#[test]
fn a_kernel_that_gives_up_is_seen_without_a_key() {
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["--no-save", "@wire:80"]);
    let first = pty.wait("the program or its refusal", |screen| {
        screen.contains("TICK 0") || screen.contains("there is no lab wire here")
    });
    if first.contains("there is no lab wire here") {
        return support::skip(&first);
    }
    pty.press_until(" ", "TICK 1 ");
    pty.press_until(" ", "TICK 2 ");
    pty.press_until(":", "TAB completes");
    pty.press("set 1 user_timeout 1500\r");
    pty.wait("the prompt is closed", |screen| {
        !screen.contains("ESC back")
    });
    pty.press_until(" ", "TICK 3 ");
    pty.press_until(" ", "TICK 4 ");
    pty.press_until("N", "=>HELD");
    let screen = pty.wait_for("has given up in SYN-SENT");
    assert!(screen.contains("CLOSE"), "{screen}");
}

#[test]
fn on_the_wire_a_packet_wakes_once_and_nothing_else_does() {
    let Some(mut pty) = Pty::on_the_wire(80, 24) else {
        return;
    };
    pty.press_until("N", "[1 SYN seq 0]=>HELD");
    // SYNs go out a second apart; no key is pressed.
    let sent = |screen: &str| -> Option<u64> {
        let (_, behind) = screen.split_once("sent ")?;
        behind.split_once(" times")?.0.parse().ok()
    };
    // What was sent, how often the thread of the wire woke up, and all of them: of one moment between two packets.
    let count = |pty: &Pty| {
        support::eventually("a moment between two packets", || {
            let before = sent(&pty.wait_for(" times"))?;
            let wire = switches_of(pty.pid(), |name| name == "wire");
            let all = switches(pty.pid());
            pty.bytes_within(Duration::from_millis(100));
            (sent(&pty.screen()) == Some(before)).then_some((before, wire, all))
        })
    };
    pty.wait_for("sent 2 times");
    let before = count(&pty);
    pty.wait("two more", |screen| {
        sent(screen).is_some_and(|sent| sent >= before.0 + 2)
    });
    let after = count(&pty);
    let packets = after.0 - before.0;
    assert_eq!(
        after.1 - before.1,
        packets,
        "the thread of the wire wakes once a packet"
    );
    assert!(
        after.2 - before.2 <= packets * 6,
        "three threads hand {packets} packets on: {} wake-ups",
        after.2 - before.2
    );
    pty.press_until("g", "HELD<=[2 SYN+ACK");
    pty.press_until("g", "[3 ACK seq 1 ack 1]=>HELD");
    pty.press_until("g", "HELD 0");
    comes_to_rest(&pty);
}

#[test]
fn three_hundred_ready_sockets_are_all_shown() {
    let targets = vec!["@never-accept"; 300];
    let mut pty = Pty::start(
        80,
        24,
        SOCKSTEP,
        &[&["--no-save"], targets.as_slice()].concat(),
    );
    pty.wait_for("TICK 0");
    for tick in 1..=4 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let screen = pty.press_until(" ", "TICK 5 ");
    assert!(list(&screen, "writable").contains("1-300"), "{screen}");
}

#[test]
fn a_peer_is_played_by_hand_and_a_blocked_call_is_interrupted() {
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["--no-save", "@open"]);
    pty.wait_for("TICK 0");
    pty.press_until("f", "peer 1 ");
    for tick in 1..=8 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    pty.press_until("2", "STAGES of 2");
    pty.press_until("A", "= accepted");
    pty.press_until("3", "STAGES of 3");
    pty.press_until("s", "send:");
    pty.press("hi there\r");
    pty.wait_for("\"hi there\"");
    let screen = pty.press_until("b", "BYTES of 3");
    assert!(screen.contains("68 69 20 74 68 65 72 65"), "{screen}");
    pty.press_until("b", "SOCKETS");
    pty.press_until(":", "TAB completes");
    pty.press("modes @pending\r");
    pty.wait_for("@pending blocking");
    pty.press_until(" ", "TICK 9 ");
    pty.press_until(" ", "TICK 10 ");
    pty.press_until("4", "STAGES of 4");
    pty.wait("the clock of the stuck call", |screen| {
        screen.contains("connect() 1 s")
    });
    pty.press_until("I", "EINTR");
}

#[test]
fn the_cost_of_asking_is_measured_on_the_screen_and_esc_goes_back() {
    let mut pty = start(80, 24);
    pty.press_until(":", "TAB completes");
    pty.press("cost\r");
    pty.wait_for("COST");
    pty.wait_for("descriptors (log)");
    pty.press_until("\u{1b}", "START HERE");
}
