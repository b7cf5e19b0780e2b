//! A watched program on the screen: real C programs, one network call a key, and a terminal that is always given back.

use crate::clients::{Clients, with_places};
use crate::support::SOCKSTEP;
use crate::support::pty::{BOUND, Pty};
use std::path::Path;
use std::time::{Duration, Instant};

/// A second press so soon after the first is the keyboard's repetition.
const REPEAT: Duration = Duration::from_millis(500);

fn start((columns, rows): (u16, u16), options: &[&str], program: &[String]) -> Pty {
    let mut args = vec!["watch", "--no-save"];
    args.extend(options);
    args.push("--");
    args.extend(program.iter().map(String::as_str));
    let pty = Pty::start(columns, rows, SOCKSTEP, &args);
    pty.wait_for("STEP 0");
    pty
}

/// The pid that stands in the title.
fn pid(screen: &str) -> String {
    let title = screen.lines().next().unwrap_or_default();
    let (_, behind) = title.split_once("WATCH ").expect("a title");
    let pid = behind.split_whitespace().nth(1).expect("a pid");
    pid.to_owned()
}

/// Whether the program is gone, waiting a little for it.
fn is_gone(pid: &str) -> bool {
    let place = Path::new("/proc").join(pid);
    let until = Instant::now() + BOUND;
    while place.exists() {
        if Instant::now() > until {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

#[test]
fn a_client_goes_its_whole_way_by_space_at_three_sizes() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    for (columns, rows) in [(80, 24), (60, 18), (160, 50)] {
        let mut pty = start((columns, rows), &["--lab", "@echo"], &with_places(&program));
        pty.wait_for("is about to call  socket(");
        for (step, held) in [
            (1, "fcntl("),
            (2, "F_SETFL"),
            (3, "connect("),
            (4, "poll("),
            (5, "getsockopt("),
        ] {
            pty.press_until(" ", &format!("STEP {step} "));
            let screen = pty.wait("the next call is held", |screen| {
                let line = screen
                    .lines()
                    .find(|line| line.contains("is about to call"));
                line.is_some_and(|line| line.contains(held))
            });
            assert!(screen.contains("NEXT"), "{screen}");
        }
        let screen = pty.screen();
        let writable = screen.lines().find(|line| line.contains(" writable  "));
        assert!(
            writable.is_some_and(|line| line.matches('1').count() >= 3),
            "{screen}"
        );
        for _ in 0..30 {
            if pty.screen().contains("ENDED") {
                break;
            }
            pty.press(" ");
            pty.settle(Duration::from_millis(60), BOUND);
        }
        let screen = pty.wait_for("ENDED");
        assert!(screen.contains("has ended: exit 0"), "{screen}");
        // The past is there although the program is not.
        let screen = pty.press_until("\u{1b}[D", "PAST");
        assert!(!screen.contains("ENDED"), "{screen}");
        pty.press_until("O", "OUTPUT");
        assert!(pty.screen().contains("connected"), "{}", pty.screen());
        pty.press_until("q", "PAST");
        pty.press("q");
        assert_eq!(pty.end().exit_code(), 0);
        assert!(pty.is_restored());
    }
}

#[test]
fn a_blocked_call_counts_and_is_interrupted_by_a_key() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let mut pty = start((80, 24), &["--lab", "@pending"], &with_places(&program));
    pty.wait_for("is about to call  socket(");
    pty.press_until(" ", "is about to call  1 connect(");
    pty.press_until(" ", "STUCK 0:0");
    let screen = pty.wait_for("STUCK 0:01");
    assert!(screen.contains("has not returned: 0:0"), "{screen}");
    assert!(screen.contains("SYN-SENT"), "{screen}");
    let screen = pty.press_until(" ", "No call is held now");
    assert!(screen.contains("connect()"), "{screen}");
    let screen = pty.press_until("I", "= -1 EINTR");
    assert!(!screen.contains("STUCK"), "{screen}");
    pty.wait_for("says: connect: Interrupted");
    pty.wait_for("is about to call  1 close(");
    pty.press_until(" ", "has ended: exit 0");
    pty.press("q");
    pty.end();
    assert!(pty.is_restored());
}

#[test]
fn control_c_leaves_at_once_and_the_program_ends_with_it() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    for waits in [false, true] {
        let mut pty = start((80, 24), &["--lab", "@pending"], &with_places(&program));
        pty.wait_for("is about to call  socket(");
        if waits {
            pty.press_until(" ", "is about to call  1 connect(");
            pty.press_until(" ", "STUCK 0:0");
        }
        let pid = pid(&pty.screen());
        assert!(Path::new("/proc").join(&pid).exists(), "{pid}");
        pty.press("\u{3}");
        assert_eq!(pty.end().exit_code(), 130);
        assert!(pty.is_restored());
        assert!(is_gone(&pid), "{pid} lives on");
    }
}

#[test]
fn q_leaves_at_once_and_ends_the_program() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let mut pty = start((60, 18), &["--lab", "@pending"], &with_places(&program));
    let screen = pty.wait_for("is about to call  socket(");
    let pid = pid(&screen);
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
    assert!(pty.is_restored());
    assert!(is_gone(&pid), "{pid} lives on");
}

#[test]
fn a_second_press_ends_the_program_and_the_screen_stays() {
    let Some((_keep, program)) = Clients::c("block") else {
        return;
    };
    let mut pty = start((80, 24), &["--lab", "@pending"], &with_places(&program));
    pty.wait_for("is about to call  socket(");
    pty.press_until("X", "X once more ends the program");
    pty.settle(REPEAT, REPEAT);
    let screen = pty.press_until("X", "has ended: by SIGKILL");
    assert!(screen.contains("ENDED"), "{screen}");
    assert!(is_gone(&pid(&screen)));
    pty.press_until(" ", "The program has ended");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 137);
    assert!(pty.is_restored());
}

#[test]
fn a_typed_line_reaches_the_program_and_what_it_says_stands_among_the_calls() {
    let program = ["sh", "-c", "read line; echo \"heard $line\"; read more"].map(str::to_owned);
    let mut pty = start((80, 24), &[], &program);
    pty.press_until("t", "type");
    pty.press("good morning\r");
    pty.wait_for("says: heard good morning");
    let screen = pty.press_until(":int\r", "by SIGINT");
    assert!(
        screen.contains("no socket of the internet was made"),
        "{screen}"
    );
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 130);
    assert!(pty.is_restored());
}

#[test]
fn the_screen_follows_a_terminal_that_becomes_smaller_and_larger() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    let mut pty = start((160, 50), &["--lab", "@refused"], &with_places(&program));
    pty.wait_for("is about to call  socket(");
    for (columns, rows) in [(60, 18), (80, 24), (20, 5), (160, 50)] {
        pty.resize(columns, rows);
        match columns {
            20 => pty.wait_for("sockstep needs"),
            _ => pty.wait_for("is about to call  socket("),
        };
    }
    pty.press_until(" ", "STEP 1 ");
    pty.press("q");
    pty.end();
    assert!(pty.is_restored());
}

#[test]
fn a_program_that_ends_at_once_is_seen_to_have_ended() {
    for (script, words) in [
        ("exit 7", "has ended: exit 7"),
        ("kill -9 $$", "by SIGKILL"),
    ] {
        let program = ["sh", "-c", script].map(str::to_owned);
        let mut pty = start((80, 24), &[], &program);
        pty.wait_for(words);
        pty.press("q");
        pty.end();
        assert!(pty.is_restored());
    }
}

#[test]
fn a_program_that_cannot_be_run_leaves_the_terminal_alone() {
    let mut pty = Pty::start(
        80,
        24,
        SOCKSTEP,
        &["watch", "--no-save", "--", "/nonexistent/client"],
    );
    assert_eq!(pty.end().exit_code(), 2);
    assert!(pty.screen().contains("No such file"), "{}", pty.screen());
}

#[test]
fn where_no_socket_is_shown_it_is_said_why_and_only_a_held_call_is_let_go() {
    let Some((_keep, program)) = Clients::c("poll") else {
        return;
    };
    let mut pty = start((80, 24), &["--lab", "@echo"], &with_places(&program));
    pty.wait_for("is about to call  socket(");
    let screen = pty.wait_for("no socket yet");
    assert!(screen.contains("SPACE lets the program's next call go"));
    pty.press_until(" ", "STEP 1 ");
    let screen = pty.press_until("/xyz\r", "no socket passes the filter");
    assert!(!screen.contains("no socket yet"), "{screen}");
    let screen = pty.press_until("\u{1b}", "> 1 ");
    assert!(!screen.contains("no socket"), "{screen}");
    let screen = pty.press_until("\u{1b}[H", "no socket yet");
    assert!(!screen.contains("next call go"), "{screen}");
    pty.press("q");
    pty.press("q");
    // A program that makes none of the kind that is shown.
    let program = ["sh", "-c", "echo hello"].map(str::to_owned);
    let mut pty = start((60, 18), &[], &program);
    let screen = pty.wait_for("ENDED");
    assert!(screen.contains("watch --all"), "{screen}");
    assert!(!screen.contains("next call go"), "{screen}");
    pty.press("q");
    assert_eq!(pty.end().exit_code(), 0);
}
