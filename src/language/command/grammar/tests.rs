//! The table read, written, explained and completed.

use super::*;

#[test]
fn every_command_reads_back_as_it_was_written() {
    let lines = [
        "add @open localhost:80",
        "lanes @pending",
        "delete 2",
        "restart 1",
        "tick",
        "tick wait",
        "tick only 3",
        "tick only 3 wait",
        "look",
        "interest 1 rwp",
        "connect 1",
        "register 1",
        "so_error 1",
        "getpeername 1",
        "send 1 hello\\n",
        "send 1 two words",
        "bulk 1 100000",
        "fill 1",
        "urgent 1 !",
        "urgent 1 \\x00",
        "recv 1 5",
        "drain 1",
        "autodrain on",
        "shutdown 1 wr",
        "close 1",
        "reset 1",
        "set 1 user_timeout 1500",
        "deadline 1 2s",
        "deadline 1 off",
        "interrupt 1",
        "spoil 2",
        "hunt",
        "accept 3",
        "accept 3 reset",
        "listen 2 5",
        "hand 1 on",
        "queue 1 full",
        "capacity 2",
        "capacity off",
        "release 2",
        "release all",
        "drop 2",
        "repeat 2",
        "reorder 3 before 2",
        "hold syn+ack",
        "pass all 500ms",
        "pass data 2ticks",
        "pass all",
        "inject icmp 3 1",
        "inject icmp 3 1 about 2",
        "inject rst to-client valid",
        "inject rst to-server wrong of 3",
        "note what a day",
    ];
    for line in lines {
        let command = Command::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(command.to_string(), line);
    }
    for word in names() {
        assert!(
            lines
                .iter()
                .any(|line| line.split(' ').next() == Some(word)),
            "{word} has no line here"
        );
    }
}

#[test]
fn a_wrong_line_is_told_its_right_form() {
    let cases = [
        ("", "is not a command"),
        ("jump 1", "'jump' is not a command"),
        ("add", "add TARGET"),
        ("delete", "delete ROW"),
        ("delete 0", "'0' cannot stand there"),
        ("delete 1 2", "'2' cannot stand there"),
        ("tick on 3", "tick only ROW"),
        ("tick only", "tick only ROW"),
        ("interest 1 x", "letters of r, w, p"),
        ("send 1", "send ROW TEXT"),
        ("send 1 \\q", "send ROW TEXT"),
        ("recv 1 0", "recv ROW BYTES"),
        ("recv 1 99999999", "recv ROW BYTES"),
        ("shutdown 1 up", "rd, wr or rdwr"),
        ("urgent 1 ab", "urgent ROW BYTE"),
        ("deadline 1 soon", "deadline ROW DURATION"),
        ("look 1", "'1' cannot stand there"),
    ];
    for (line, part) in cases {
        let error = Command::parse(line).expect_err(line).to_string();
        assert!(error.contains(part), "{line:?} gave: {error}");
    }
}

#[test]
fn the_last_word_is_completed_by_what_can_stand_there() {
    let rows = [Row(1), Row(12)];
    let targets = ["@open".to_owned(), "@echo".to_owned()];
    let cases: [(&str, &[&str]); 7] = [
        ("sh", &["shutdown"]),
        ("close ", &["1", "12"]),
        ("close 1", &["12"]),
        ("shutdown 1 ", &["rd", "wr", "rdwr"]),
        ("add @o", &["@open"]),
        ("add @open @", &["@open", "@echo"]),
        ("nonsense ", &[]),
    ];
    for (line, expected) in cases {
        assert_eq!(complete(line, &rows, &targets), expected, "{line:?}");
    }
}
