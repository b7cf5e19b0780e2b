//! The plain face: the same facts as the screen's, as lines of text; a conversation on a terminal and in a pipe.

mod support;

use sockstep::model::clean;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use support::pty::Pty;
use support::recordings::{golden, model, read, screen};
use support::{SOCKSTEP, sockstep, stderr, stdout};

/// A conversation through pipes.
struct Talk {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Talk {
    fn start(args: &[&str]) -> Talk {
        let mut child = Command::new(SOCKSTEP)
            .args(["--plain", "--no-save"])
            .args(args)
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Talk {
            child,
            input,
            output,
        }
    }

    fn say(&mut self, lines: &str) {
        self.input.write_all(lines.as_bytes()).expect("it listens");
    }

    /// Reads up to a line with this beginning.
    fn hear(&mut self, beginning: &str) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            let count = self.output.read_line(&mut line).expect("it is UTF-8");
            assert!(count > 0, "it ended before {beginning:?} came:\n{all}");
            all.push_str(&line);
            if line.starts_with(beginning) {
                return all;
            }
        }
    }

    fn end(self) -> Output {
        let Talk {
            mut child,
            input,
            mut output,
        } = self;
        drop(input);
        let mut rest = Vec::new();
        std::io::Read::read_to_end(&mut output, &mut rest).expect("it can be read");
        Output {
            status: child.wait().expect("it was started"),
            stdout: rest,
            stderr: Vec::new(),
        }
    }
}

fn talk(args: &[&str], lines: &str) -> (String, Option<i32>) {
    let mut talk = Talk::start(args);
    talk.say(lines);
    let output = talk.end();
    (stdout(&output), output.status.code())
}

/// Nothing but lines of printable text, and no line drawing.
fn assert_plain(text: &str) {
    for c in text.chars().filter(|c| *c != '\n') {
        let drawn = matches!(c, '\u{2500}'..='\u{259f}');
        assert!(!clean::is_hostile(c) && !drawn, "{c:?} in the telling");
    }
}

/// The telling cut into its records.
fn records(told: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in told.lines() {
        let begins = line.starts_with("start. ")
            || line
                .strip_prefix("tick ")
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if begins || all.is_empty() {
            all.push(String::new());
        }
        let record = all.last_mut().expect("one was pushed");
        record.push_str(line);
        record.push('\n');
    }
    all
}

/// What stands behind this label.
fn said<'a>(record: &'a str, label: &str) -> Option<&'a str> {
    record.lines().find_map(|line| {
        let rest = line.strip_prefix(label)?;
        rest.strip_prefix(": ")
            .or_else(|| rest.split_once(": ").map(|(_, text)| text))
    })
}

/// `1, 2 and 4`, `none`
fn rows(words: &str) -> BTreeSet<u32> {
    words
        .split([',', ' '])
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// What the telling says of one kind of readiness: by poll, by select.
fn truth(record: &str, label: &str, kind: &str) -> [BTreeSet<u32>; 2] {
    let line = said(record, label).unwrap_or("");
    let sentence = line
        .split(". ")
        .map(|sentence| sentence.trim_end_matches('.'))
        .find_map(|sentence| {
            let rest = sentence.strip_prefix(kind)?;
            rest.starts_with(' ').then_some(rest)
        });
    match sentence.and_then(|sentence| sentence.split_once(" by poll,")) {
        Some((poll, select)) => [rows(poll), rows(select)],
        None => [rows(sentence.unwrap_or("")), rows(sentence.unwrap_or(""))],
    }
}

/// Whom the news tells of a kind.
fn news(record: &str, kind: &str) -> BTreeSet<u32> {
    said(record, "events from epoll_wait")
        .unwrap_or("")
        .split(". ")
        .filter(|sentence| {
            let words = sentence.trim_end_matches('.').replace(" and ", ", ");
            words.split(", ").any(|part| {
                part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ') == kind
            })
        })
        .flat_map(rows)
        .collect()
}

/// The lines of one pane: from its heading to the next.
fn pane<'a>(lines: &'a [String], name: &str) -> &'a [String] {
    let is_heading = |line: &String| line.starts_with('\u{2500}');
    let at = lines
        .iter()
        .position(|line| is_heading(line) && line.contains(name))
        .unwrap_or_else(|| panic!("no pane {name}:\n{}", lines.join("\n")));
    let end = lines[at + 1..]
        .iter()
        .position(is_heading)
        .map_or(lines.len(), |offset| at + 1 + offset);
    &lines[at + 1..end]
}

/// Words without stars and the signs of the stages.
fn words(text: &str) -> Vec<String> {
    text.split([' ', '\n', '*'])
        .filter(|word| !word.is_empty())
        .filter(|word| !matches!(*word, "*" | ">" | "." | "o" | "~" | "?" | "=" | "x" | "-"))
        .map(|word| word.trim_end_matches([',', '.', ';', '*']).to_owned())
        .collect()
}

fn assert_has_words(what: &str, wanted: &str, told: &str) {
    let known: BTreeSet<String> = words(told).into_iter().collect();
    for word in words(wanted) {
        assert!(
            known.contains(&word),
            "{what}: {word:?} of {wanted:?} is not told in:\n{told}"
        );
    }
}

/// The lines of a record that speak of this socket under one of these labels.
fn of_socket(record: &str, label: &str, row: u32) -> String {
    let with = |line: &&str| {
        line.strip_prefix(label).is_some_and(|rest| {
            let number = rest.trim_start_matches(": ");
            number.starts_with(&format!("{row} ")) || number.starts_with(&format!("{row},"))
        })
    };
    record.lines().filter(with).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_fact_of_the_large_screen_is_in_the_telling() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("session.jsonl");
    let path = file.to_str().expect("a path in UTF-8");
    let lines = format!("say all\ntell\n{}", "\n".repeat(7));
    let (told, code) = talk(&["--record", path], &lines);
    assert_eq!(code, Some(0));
    assert_plain(&told);
    let (_, told) = told.split_once("said in full.\n").expect("an answer");
    let told = records(told);
    assert_eq!(told.len(), 8, "the start and seven ticks");
    let bytes = std::fs::read(&file).expect("the recording");
    let (header, all) = read(&bytes).expect("a recording");
    assert_eq!(all.len(), 8);
    for (n, record) in told.iter().enumerate() {
        let mut model = model(&header, &all[..=n], (160, 50));
        model.recorded = None;
        let buffer = screen(&mut model);
        let side = 160 - 64;
        let text = |from: u16, to: u16| -> Vec<String> {
            (0..50)
                .map(|y| (from..to).map(|x| buffer[(x, y)].symbol()).collect())
                .collect()
        };
        let (left, right) = (text(0, side - 1), text(side, 160));
        compare_sockets(n, &left, record);
        if n > 0 {
            compare_lists(n, &left, record);
            compare_calls(n, &left, record);
        }
        compare_kernel(&right, record);
        compare_words(n, &left, &right, record, &told[..=n].concat());
    }
}

fn compare_sockets(n: usize, left: &[String], record: &str) {
    let list: Vec<&String> = pane(left, "SOCKETS")
        .iter()
        .filter(|line| !line.trim().is_empty())
        .collect();
    assert_eq!(list.len(), 4, "tick {n}");
    for (row, line) in (1..).zip(list) {
        let told = format!(
            "{}\n{}",
            of_socket(record, "socket", row),
            of_socket(record, "kernel", row)
        );
        assert_has_words(&format!("tick {n}, socket {row}"), line, &told);
    }
}

fn compare_lists(n: usize, left: &[String], record: &str) {
    let table = pane(left, "LISTS");
    let mut filled = 0;
    for kind in [
        "readable",
        "writable",
        "error",
        "read closed",
        "write closed",
        "urgent",
    ] {
        let line = table
            .iter()
            .find(|line| line.starts_with(&format!("  {kind} ")))
            .expect("its row");
        let cell = |i: usize| -> String { line.chars().skip(15 + 16 * i).take(16).collect() };
        let shown = |i: usize| {
            let cell = cell(i);
            rows(cell.split("was").next().unwrap_or(""))
        };
        let [poll, select] = truth(record, "true after tick", kind);
        let asked = truth(record, "asked for", kind)[0].clone();
        let level = match said(record, "true by level-triggered epoll") {
            Some("the same as by poll.") => poll.clone(),
            Some(_) => truth(record, "true by level-triggered epoll", kind)[0].clone(),
            None => BTreeSet::new(),
        };
        let what = format!("tick {n}, {kind}");
        if cell(0).contains("always") {
            let line = said(record, "asked for").expect("a line");
            assert!(
                line.contains("errors and hang-ups are always reported"),
                "{line}"
            );
        } else {
            assert_eq!(shown(0), asked, "{what}: asked for");
        }
        assert_eq!(shown(1), news(record, kind), "{what}: NEW in\n{record}");
        assert_eq!(shown(2), level, "{what}: epoll level");
        assert_eq!(shown(3), poll, "{what}: poll in\n{record}");
        if !cell(4).contains("has no such") {
            assert_eq!(shown(4), select, "{what}: select in\n{record}");
        }
        filled += shown(1).len() + shown(3).len();
    }
    assert!(n < 4 || filled > 0, "tick {n} has something in its lists");
}

fn compare_calls(n: usize, left: &[String], record: &str) {
    let calls: Vec<&str> = record
        .lines()
        .filter(|line| line.starts_with("call: "))
        .collect();
    let mut count = 0;
    for line in pane(left, "CALLS") {
        let Some((head, result)) = line.split_once(") = ") else {
            continue;
        };
        count += 1;
        let (before, arguments) = head.split_once('(').expect("a call has brackets");
        let mut before: Vec<&str> = before.split_whitespace().collect();
        let name = before.pop().expect("a name");
        let mut wanted: Vec<String> = before.iter().map(ToString::to_string).collect();
        wanted.push(name.to_owned());
        let mut results = result.split_whitespace();
        wanted.push(format!("returned {}", results.next().expect("a result")));
        wanted.extend(
            results
                .next()
                .filter(|word| word.starts_with('E') && !word.contains(char::is_lowercase))
                .map(str::to_owned),
        );
        // What the errno asks of the program, where there was room for it.
        let classes = ["Retry", "Pending", "Error"].into_iter();
        wanted.extend(
            classes
                .filter(|class| result.contains(class))
                .map(str::to_owned),
        );
        let first: String = arguments.chars().take_while(char::is_ascii_digit).collect();
        if !first.is_empty() {
            wanted.push(first);
        }
        let has = |call: &&&str| wanted.iter().all(|word| call.contains(word.as_str()));
        assert!(
            calls.iter().any(|call| has(&call)),
            "tick {n}: {line:?} is not told in:\n{}",
            calls.join("\n")
        );
    }
    assert!(count > 0, "tick {n} has calls on the screen");
    for line in pane(left, "CALLS")
        .iter()
        .filter(|line| line.contains("no call: "))
    {
        let why = line.split("no call: ").nth(1).expect("a reason").trim();
        assert!(record.contains(why), "tick {n}: {why:?} is not told");
    }
}

fn compare_kernel(right: &[String], record: &str) {
    let mut row = 0;
    for line in pane(right, "KERNEL")
        .iter()
        .filter(|line| !line.trim().is_empty())
    {
        if let Some(time) = line.trim().strip_prefix("Looked at ") {
            let time = time.split(';').next().expect("a time");
            assert!(record.contains(&format!("looked at {time}")), "{time}");
            continue;
        }
        if line.contains("(U shows more)") {
            continue;
        }
        let (name, facts) = line.split_at(13);
        if let Some(number) = name.split_whitespace().next() {
            row = number.parse().expect("a socket's number");
        }
        if facts.contains("no descriptor") {
            continue;
        }
        assert_has_words("KERNEL", facts, &of_socket(record, "kernel", row));
    }
}

fn compare_words(n: usize, left: &[String], right: &[String], record: &str, so_far: &str) {
    let joined = |lines: &[String]| -> String {
        let words: Vec<&str> = lines
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect();
        words.join(" ")
    };
    // What the stage means was told when it was entered.
    let states = pane(left, "STAGES");
    let meaning = joined(&states[3.min(states.len())..]);
    if n > 0 {
        assert!(
            so_far.contains(&meaning),
            "tick {n}: {meaning:?} is not told"
        );
    }
    let name = if n == 0 { "NEXT" } else { "WHAT HAPPENED" };
    let all = joined(pane(right, name));
    let (happened, next) = if n == 0 {
        ("", all.split(" Stuck?").next().unwrap_or(""))
    } else {
        all.split_once("NEXT ").expect("a NEXT line")
    };
    let story: Vec<&str> = record
        .lines()
        .filter_map(|line| line.strip_prefix("what happened: "))
        .collect();
    assert!(
        story
            .join(" ")
            .contains(happened.trim().trim_end_matches(" ...")),
        "tick {n}: {happened:?} is not told in {story:?}"
    );
    let next = next
        .split(" Try:")
        .next()
        .unwrap_or("")
        .replace("SPACE", "Enter");
    let told = said(record, "next").expect("a next line");
    // The first screen says more before it.
    assert!(
        told.contains(next.trim()) || n == 0 && next.contains(told),
        "tick {n}: {next:?} is not {told:?}"
    );
}

#[test]
fn nothing_but_printable_lines_comes_out_whatever_a_peer_sends() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    let target = listener.local_addr().expect("its address").to_string();
    let mut talk = Talk::start(&[&target]);
    talk.say(&format!("say all\n{}", "\n".repeat(7)));
    let mut all = talk.hear("tick 7.");
    let (mut peer, _) = listener.accept().expect("the connection");
    peer.write_all("\u{1b}]52;c;aGk=\u{7}\u{1b}[2J\u{9b}31m\u{202e}x\r\n".as_bytes())
        .expect("sent");
    // The bytes travel over loopback; until they are there recv says EAGAIN.
    let received = support::eventually("the bytes are received", || {
        talk.say("recv 1\n");
        all += &talk.hear("recv 1 1024.");
        let record = talk.hear("next: ");
        all += &record;
        record.contains("aGk").then_some(record)
    });
    assert!(received.contains("\\x1b]52;c;aGk=\\x07"), "{received}");
    talk.say("\u{1b}[2J\u{202e} 1\nexplain \u{9b}\nnote \u{1b}]0;x\u{7}\nexpect 1 stage \u{1b}\n");
    let rest = stdout(&talk.end());
    assert!(rest.contains("note: \\x1b]0;x\\x07"), "{rest}");
    assert_plain(&format!("{all}{rest}"));
    let file = golden("hostile-peer");
    let output = sockstep(&["replay", file.to_str().expect("UTF-8"), "--tell"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).len() > 1000);
    assert_plain(&stdout(&output));
}

#[test]
fn a_told_run_is_told_the_same_when_it_is_replayed() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("session.jsonl");
    let path = file.to_str().expect("a path in UTF-8");
    let output = sockstep(&[
        "run", "--tell", "--ticks", "7", "--record", path, "@open", "@refused",
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let told = stdout(&output);
    assert!(told.contains("changed: 1, connected.\n"), "{told}");
    assert!(!told.contains("Enter"), "nobody sits there to press it");
    let again = sockstep(&["replay", path, "--tell"]);
    assert_eq!(stdout(&again), told);
}

#[test]
fn a_pipe_moves_in_the_past_and_nothing_acts_there() {
    let lines = "\n\n\nback\nsend 1 x\n\nback\nlive\ngoto 1\ngoto 0\nback\ngoto 9\nlive\nforward\nprevious 1\n\n\n";
    let (told, code) = talk(&["@refused"], lines);
    assert_eq!(code, Some(0));
    for part in [
        "past: tick 2 of 3.",
        "refused: this is the past, it cannot be changed.",
        "next: this is the past. Enter goes one record forward",
        "past: tick 1 of 3.",
        "past: tick 0 of 3.",
        "This is the beginning: nothing happened before.",
        "There is no tick 9: the last one is 3.",
        "this is live. Enter makes a new tick.",
    ] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    // previous: tick 2; Enter: forward to live; Enter: a new tick.
    assert_eq!(told.matches("tick 4.").count(), 1);
}

#[test]
fn an_expectation_is_answered_with_yes_or_with_what_is_so_instead() {
    let (told, code) = talk(&["@refused"], "tick 6\nexpect 1 stage error\n");
    assert!(told.contains("yes: expect 1 stage error.\n"), "{told}");
    assert_eq!(code, Some(0));
    let (told, code) = talk(&["@refused"], "tick 3\nexpect 1 stage error\nnonsense\n");
    assert!(told.contains("\nno: "), "{told}");
    assert!(told.contains("connect attempted"), "{told}");
    assert!(
        told.contains("not understood: 'nonsense' is not a command"),
        "{told}"
    );
    assert_eq!(code, Some(1), "a pipe cannot read the answer");
    let (told, _) = talk(
        &["@open"],
        "help\nexplain EINPROGRESS\nexplain foo\nquit\n\n",
    );
    assert!(
        told.contains("goto TICK") && told.contains("recv ROW"),
        "{told}"
    );
    assert!(
        told.contains("class: Pending") && told.contains("manual: "),
        "{told}"
    );
    assert!(told.contains("nothing is called 'foo' here"), "{told}");
    assert!(!told.contains("tick 1."), "quit ends it");
}

fn on_a_terminal(args: &[&str]) -> Pty {
    let mut all = vec!["--plain", "--no-save"];
    all.extend_from_slice(args);
    Pty::start(200, 60, SOCKSTEP, &all)
}

#[test]
fn on_a_terminal_enter_ends_a_wait_and_ctrl_c_the_program() {
    let mut pty = on_a_terminal(&["@pending"]);
    pty.wait_for("tick 0>");
    for tick in 1..=4 {
        pty.press_until("\r", &format!("tick {tick}>"));
    }
    pty.press_until("tick wait\r", "Enter ends the wait.");
    pty.press_until("\r", "tick 5>");
    pty.press("tick wait\r");
    pty.wait("it waits again", |screen| {
        screen.matches("Enter ends the wait.").count() >= 1
            && screen.trim_end().ends_with("Enter ends the wait.")
    });
    pty.press("\u{3}");
    let status = pty.end();
    assert_eq!(status.exit_code(), 130);
    assert!(!pty.raw().contains(&0x1b), "no escape sequence at all");
}

#[test]
fn ctrl_c_at_the_prompt_ends_with_130_and_end_of_file_with_0() {
    let mut pty = on_a_terminal(&["@open"]);
    pty.wait_for("tick 0>");
    pty.press("\u{3}");
    assert_eq!(pty.end().exit_code(), 130);
    let mut pty = on_a_terminal(&["@open"]);
    pty.wait_for("tick 0>");
    pty.press("\u{4}");
    assert_eq!(pty.end().exit_code(), 0);
}

#[test]
fn a_call_that_ran_is_told_when_it_returns() {
    let mut talk = Talk::start(&["localhost:9"]);
    talk.hear("next: ");
    talk.say("say all\n\n");
    let told = talk.hear("next: ");
    assert!(
        told.contains("getaddrinfo, localhost, port 9, has not returned yet."),
        "{told}"
    );
    let answer = talk.hear("an answer: a call has returned.") + &talk.hear("next: ");
    assert!(
        answer.contains("call: 1, C library, getaddrinfo"),
        "{answer}"
    );
    assert_eq!(talk.end().status.code(), Some(0));
}

/// What one part says of the shown record, up to a mark that stands behind it.
fn part(talk: &mut Talk, word: &str) -> String {
    talk.say(&format!("{word}\nexplain a-mark\n"));
    let said = talk.hear("not understood: nothing is called 'a-mark'");
    let mark = said.rfind("not understood: ").expect("the mark");
    said[..mark].to_owned()
}

fn count_words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Each of the seven ticks is heard in less than half a minute; and whatever the full speech says can be asked for.
#[test]
fn a_tick_is_said_in_at_most_sixty_words_and_the_rest_on_demand() {
    let mut talk = Talk::start(&[]);
    talk.hear("next: ");
    for tick in 1..=7 {
        let brief = part(&mut talk, "");
        assert!(brief.starts_with(&format!("tick {tick}.")), "{brief}");
        let next = brief.lines().last().expect("a line");
        assert!(next.starts_with("next: "), "{brief}");
        assert!(
            !brief.contains("more says the rest."),
            "tick {tick} leaves nothing out:\n{brief}"
        );
        let parts: String = ["more", "lists", "kernel", "calls"]
            .map(|word| part(&mut talk, word))
            .concat();
        assert!(part(&mut talk, "say all").contains("in full"));
        let full = part(&mut talk, "tell");
        assert!(part(&mut talk, "say brief").contains("briefly"));
        assert_eq!(part(&mut talk, "tell"), brief, "it is said as before");
        for line in full.lines() {
            assert!(
                parts.lines().chain(brief.lines()).any(|said| said == line),
                "tick {tick}: {line:?} cannot be asked for"
            );
        }
        let (few, all) = (count_words(&brief), count_words(&full));
        assert!(few <= 60, "tick {tick} is said in {few} words:\n{brief}");
        assert!(all > 5 * few, "tick {tick}: {few} words, {all} in full");
    }
    assert_eq!(talk.end().status.code(), Some(0));
}

#[test]
fn many_changes_are_said_briefly_too_and_nothing_is_lost() {
    let targets: Vec<String> = (1..=40).map(|port| format!("127.0.0.1:{port}")).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let mut talk = Talk::start(&targets);
    let start = talk.hear("next: ");
    assert!(count_words(&start) <= 60, "{start}");
    assert!(start.contains("more says the rest.\n"), "{start}");
    let more = part(&mut talk, "more");
    assert!(more.contains("changed: 40 127.0.0.1:40, is new."), "{more}");
    talk.say("q\n\n");
    let rest = stdout(&talk.end());
    assert!(!rest.contains("tick 1."), "q ends it: {rest}");
}

#[test]
fn the_words_for_the_rest_speak_of_the_past_too() {
    let mut talk = Talk::start(&["@refused"]);
    talk.say("tick 6\nback\nback\n");
    talk.hear("past: tick 4 of 6.");
    talk.hear("next: ");
    let calls = part(&mut talk, "calls");
    assert!(calls.contains("call: 1, epoll_ctl add"), "{calls}");
    let kernel = part(&mut talk, "kernel");
    assert!(kernel.starts_with("kernel: 1, CLOSE"), "{kernel}");
    talk.end();
}
