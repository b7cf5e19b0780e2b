//! The panes with the looks and the code beside a socket. Whether the looks tell the truth is for `truth.rs`.

mod support;

use std::io::Write;
use std::net::{Shutdown, TcpListener};
use support::SOCKSTEP;
use support::pty::Pty;

#[test]
fn after_two_of_five_bytes_nothing_is_new_and_readable_is_true() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let mut pty = Pty::start(80, 24, SOCKSTEP, &[&target]);
    pty.wait_for("TICK 0");
    for tick in 1..=7 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let (mut peer, _) = listener.accept().expect("the connection");
    peer.write_all(b"hello").expect("sent");
    pty.press_until(" ", "TICK 8 ");
    pty.wait("the news has come", |screen| screen.contains("{1 RW}"));
    pty.press_until("v", "receive:");
    pty.press("2\r");
    pty.wait_for("recv(");
    for tick in 9..=11 {
        let screen = pty.press_until(" ", &format!("TICK {tick} "));
        let readable = screen
            .lines()
            .find(|line| line.starts_with("  readable"))
            .expect("the list")
            .to_owned();
        let cells: Vec<&str> = readable.split_whitespace().collect();
        assert_eq!(
            cells,
            ["readable", "1", "-", "differs:", "W", "1", "1"],
            "asked, not NEW, TRUE by poll and by select"
        );
        assert!(screen.contains("an edge is not"), "{screen}");
    }
    let screen = pty.press_until("W", "LOOKS at 1");
    assert!(
        screen.contains("this edge was reported already"),
        "{screen}"
    );
    // One more byte makes a new edge.
    peer.write_all(b"!").expect("sent");
    pty.press("W");
    let screen = pty.press_until(" ", "TICK 12 ");
    assert!(screen.contains("{1 RW}"), "{screen}");
    peer.shutdown(Shutdown::Both).expect("closed");
}

#[test]
fn the_code_pane_marks_what_ran_and_what_runs_next() {
    let mut pty = Pty::start(80, 24, SOCKSTEP, &["@open"]);
    pty.wait_for("TICK 0");
    for tick in 1..=6 {
        pty.press_until(" ", &format!("TICK {tick} "));
    }
    let marked = |screen: &str, word: &str| -> String {
        screen
            .lines()
            .find(|line| line.starts_with(&format!(" {word} ")))
            .unwrap_or_default()
            .to_owned()
    };
    let screen = pty.press_until("B", "Rust, mio");
    assert!(screen.contains("a listing to compare with, not running"));
    assert!(marked(&screen, "ran").contains("socket_error"), "{screen}");
    assert!(marked(&screen, "next").contains("getpeername"), "{screen}");
    for (name, ran) in [
        ("Python, select", "SO_ERROR"),
        ("C, poll", "SO_ERROR"),
        ("Python, asyncio", ""),
        ("Rust, tokio", ""),
    ] {
        let screen = pty.press_until("B", name);
        assert!(
            marked(&screen, "ran").contains(ran) || marked(&screen, "again").contains(ran),
            "{name}:\n{screen}"
        );
    }
    pty.press_until("B", "STAGES of 1");
}

#[test]
fn the_mask_has_a_card_and_a_sentence_beside_the_looks() {
    for (columns, rows) in [(80, 24), (60, 18), (160, 50)] {
        let mut pty = Pty::start(columns, rows, SOCKSTEP, &["@refused"]);
        pty.wait_for("TICK 0");
        for tick in 1..=5 {
            pty.press_until(" ", &format!("TICK {tick} "));
        }
        let mut screen = pty.press_until("K", "(1 of ");
        for card in 2..=8 {
            if screen.contains("poll says IN|OUT|ERR|HUP|RDHUP  (") {
                break;
            }
            screen = pty.press_until("\t", &format!("({card} of "));
        }
        for words in [
            "poll says IN|OUT|ERR|HUP|RDHUP  (",
            "The attempt is over",
            "refused, timed",
            "(documented, not",
            "Read SO_ERROR once",
        ] {
            assert!(
                screen.contains(words),
                "{columns}x{rows} {words}:\n{screen}"
            );
        }
        pty.press_until("\x1b", "TICK 5 ");
        let screen = pty.press_until("W", "LOOKS at 1");
        if rows >= 24 {
            assert!(screen.contains("The attempt is over"), "{screen}");
        }
        assert!(screen.contains("differs: "), "{screen}");
    }
}
