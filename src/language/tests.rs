//! The laws of the language, over the whole table.

use super::request::{Frontend, Request};
use super::verbs;
use super::{BadLine, complete, parse};
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::Cause;

fn read(line: &str, frontend: Frontend) -> Request {
    parse(line, frontend).unwrap_or_else(|error| panic!("{line}: {error}"))
}

#[test]
fn every_word_has_a_form_a_sentence_and_an_example() {
    for verb in verbs::all() {
        let name = verb.name;
        assert!(!verb.examples.is_empty(), "{name} has no example");
        assert!(verb.usage.starts_with(name), "{name}: {}", verb.usage);
        assert!(verb.help.ends_with('.'), "{name}: {}", verb.help);
        assert!(verb.help.len() <= 90, "{name}: {}", verb.help);
        for example in verb.examples {
            assert_eq!(example.split(' ').next(), Some(name), "{example}");
        }
        if let Some(shown) = verb.usage.split("such as: ").nth(1) {
            let first = shown.split(',').next().unwrap_or(shown);
            let understood = |frontend: &Frontend| parse(first, *frontend).is_ok();
            assert!(Frontend::ALL.iter().any(understood), "{first}");
        }
    }
}

#[test]
fn no_word_means_two_things() {
    let mut known = Vec::new();
    for verb in verbs::all() {
        for word in [verb.name].iter().chain(verb.aliases) {
            assert!(!known.contains(word), "{word} stands twice in the table");
            known.push(word);
        }
    }
}

#[test]
fn every_example_is_understood_or_answered_with_the_words_own_reason() {
    for verb in verbs::all() {
        for &frontend in Frontend::ALL {
            for example in verb.examples {
                match verb.why_not(frontend) {
                    None => {
                        read(example, frontend);
                    }
                    Some(why) => assert_eq!(
                        parse(example, frontend),
                        Err(BadLine::Elsewhere(why)),
                        "{example}"
                    ),
                }
            }
        }
        let mut places = Frontend::ALL.iter();
        assert!(
            places.any(|place| verb.why_not(*place).is_none()),
            "{} has no place at all",
            verb.name
        );
    }
}

/// What acts is written as it was read, so that a recording keeps it; what does not act is no cause of a record.
#[test]
fn every_command_reads_back_as_it_was_written() {
    for example in verbs::all().flat_map(|verb| verb.examples) {
        let request = Frontend::ALL
            .iter()
            .find_map(|frontend| parse(example, *frontend).ok());
        let cause = match request.expect("it is understood somewhere") {
            Request::Act(command) => {
                assert_eq!(command.to_string(), *example);
                Cause::Command(command)
            }
            // Words of a lesson act on no socket; some of them are marks in a recording.
            Request::Lesson(_) => match Cause::parse(example) {
                Cause::Command(Command::Lesson(mark)) => {
                    assert_eq!(mark.to_string(), *example);
                    continue;
                }
                _ => Cause::Unknown((*example).to_owned()),
            },
            _ => Cause::Unknown((*example).to_owned()),
        };
        assert_eq!(Cause::parse(example), cause);
    }
}

#[test]
fn a_call_on_a_row_is_written_by_one_word() {
    for example in verbs::all().flat_map(|verb| verb.examples) {
        if let Ok(Command::Make(_, make)) = Command::parse(example) {
            let by = verbs::all().filter(|verb| {
                verb.writes
                    .is_some_and(|writes| writes(make.call()).is_some())
            });
            assert_eq!(by.count(), 1, "{example}");
        }
    }
}

#[test]
fn a_row_without_more_means_the_usual() {
    let cases = [
        ("recv 1", "recv 1 1024"),
        ("shutdown 1", "shutdown 1 wr"),
        ("listen 2", "listen 2 4096"),
        ("hand 1", "hand 1 on"),
        ("exit", "quit"),
        ("?", "help"),
    ];
    for (short, long) in cases {
        assert_eq!(read(short, Frontend::Plain), read(long, Frontend::Plain));
    }
}

#[test]
fn a_wrong_line_is_told_its_right_form() {
    let cases = [
        ("", "is not a command"),
        ("jump 1", "'jump' is not a command. Commands: add, "),
        ("explainHUP", "'explainHUP' is not a command"),
        ("sned 1 x", "'sned' is not a command. Did you mean send?"),
        ("add", "add TARGET"),
        ("add nowhere", "'nowhere' has no port"),
        ("delete", "something is missing. Write it so: delete ROW"),
        ("delete 0", "'0' cannot stand there"),
        ("delete 1 2", "'2' cannot stand there"),
        ("tick on 3", "tick only ROW"),
        ("tick only", "tick only ROW"),
        ("tick wait 3", "'3' cannot stand there"),
        ("tick 100001", "at most 100000"),
        ("interest 1 x", "letters of r, w, p"),
        ("send 1", "send ROW TEXT"),
        ("send 1 \\q", "send ROW TEXT"),
        ("recv 1 0", "recv ROW BYTES"),
        ("recv 1 99999999", "recv ROW BYTES"),
        ("shutdown 1 up", "rd, wr or rdwr"),
        ("urgent 1 ab", "urgent ROW BYTE"),
        ("bind 1 here", "bind ROW ADDRESS"),
        ("deadline 1 soon", "deadline ROW DURATION"),
        ("look 1", "'1' cannot stand there"),
        ("inject rst", "something is missing. Write it so: inject"),
        ("inject icmp 3 1 of 2", "'2' cannot stand there"),
        ("expect", "something is missing. Write it so: expect"),
        ("expect 1 stage conected", "'conected' cannot stand there"),
        ("goto", "goto TICK"),
        ("goto x", "'x' cannot stand there"),
        ("goto 99999999999999999999", "goto TICK"),
        ("next 0", "next ROW"),
        ("back 2", "'2' cannot stand there"),
        (
            "depth soil",
            "depth program, depth readiness or depth kernel",
        ),
        ("explain", "explain WORD"),
        ("quit now", "'now' cannot stand there"),
    ];
    for (line, part) in cases {
        let error = parse(line, Frontend::Plain).expect_err(line).to_string();
        assert!(error.contains(part), "{line:?} gave: {error}");
    }
}

#[test]
fn the_words_that_are_listed_are_those_that_have_a_place() {
    let unknown = |frontend| parse("jump", frontend).expect_err("no word").to_string();
    assert!(unknown(Frontend::Script).contains("await"));
    assert!(!unknown(Frontend::Screen).contains("await"));
    assert!(unknown(Frontend::Screen).contains("explain"));
    assert!(!unknown(Frontend::Script).contains("explain"));
}

#[test]
fn the_last_word_is_completed_by_what_can_stand_there() {
    let rows = [Row(1), Row(12)];
    let targets = ["@open".to_owned(), "@echo".to_owned()];
    let cases: [(&str, &[&str]); 20] = [
        ("sh", &["shutdown"]),
        ("close ", &["1", "12"]),
        ("close 1", &["12"]),
        ("shutdown 1 ", &["rd", "wr", "rdwr"]),
        ("add @o", &["@open"]),
        ("add @open @", &["@open", "@echo"]),
        ("nonsense ", &[]),
        ("tick ", &["wait", "only"]),
        ("tick only ", &["1", "12"]),
        ("tick only 1 ", &["wait"]),
        ("inject rst to-client i", &["in-window"]),
        ("depth k", &["kernel"]),
        ("help exp", &["explain", "expect"]),
        ("goto ", &[]),
        ("expe", &["expect"]),
        ("expect 1 st", &["stage", "stranger", "stuck"]),
        ("expect 1 stage wr", &["writable"]),
        ("expect not new re", &["readable"]),
        ("expect 1", &["12"]),
        ("await 1 ", &[]),
    ];
    for (line, expected) in cases {
        let mut found = complete(line, Frontend::Plain, &rows, &targets);
        found.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{line:?}");
    }
}

/// Whether the line can be made one that is understood.
fn leads_somewhere(
    line: &str,
    frontend: Frontend,
    rows: &[Row],
    targets: &[String],
    more: u8,
) -> bool {
    const FILLERS: [&str; 10] = [
        "1",
        "x",
        "2s",
        "rw",
        "-",
        "client",
        "within 2s",
        "127.0.0.1:1",
        "EBADF",
        "ESTABLISHED",
    ];
    if parse(line, frontend).is_ok() {
        return true;
    }
    if more == 0 {
        return false;
    }
    let fillers = FILLERS.map(str::to_owned).into_iter();
    let next = fillers.chain(complete(&format!("{line} "), frontend, rows, targets));
    next.into_iter()
        .any(|word| leads_somewhere(&format!("{line} {word}"), frontend, rows, targets, more - 1))
}

#[test]
fn completion_proposes_only_what_is_taken() {
    let (rows, targets) = ([Row(1)], ["@open".to_owned()]);
    for &frontend in Frontend::ALL {
        let mut proposals = 0;
        let mut beginnings = vec![String::new()];
        for example in verbs::of(frontend).flat_map(|verb| verb.examples) {
            let words: Vec<&str> = example.split(' ').collect();
            beginnings.extend((1..=words.len()).map(|count| words[..count].join(" ") + " "));
        }
        for claim in ["", "1 ", "1 stage ", "not ", "wire ", "wire 1 ", "new "] {
            beginnings.push(format!("expect {claim}"));
        }
        for line in beginnings {
            for word in complete(&line, frontend, &rows, &targets) {
                proposals += 1;
                let line = format!("{line}{word}");
                assert!(
                    leads_somewhere(&line, frontend, &rows, &targets, 3),
                    "{line}"
                );
            }
        }
        assert!(proposals > 150, "{frontend:?}: {proposals}");
    }
}

/// Whoever takes what is proposed, word by word, and says something himself where nothing is, comes to a line that is understood.
#[test]
fn whatever_is_proposed_step_by_step_leads_to_a_line_that_is_understood() {
    let (rows, targets) = ([Row(1)], ["@open".to_owned()]);
    for &frontend in Frontend::ALL {
        let mut lines = vec![String::new()];
        let mut taken = 0;
        for _ in 0..6 {
            let mut longer = Vec::new();
            for line in &lines {
                let mut words = complete(line, frontend, &rows, &targets);
                taken += words.len();
                let is_claim = line.starts_with("expect ");
                if words.is_empty() && is_claim && parse(line, frontend).is_err() {
                    // A number is not proposed; behind it there may be words again.
                    words.push("3".to_owned());
                }
                for word in words {
                    let line = format!("{line}{word}");
                    // A call of the peer takes a word more than every other claim.
                    let more = if line.ends_with(" peer") { 4 } else { 3 };
                    let is_understood = leads_somewhere(&line, frontend, &rows, &targets, more);
                    assert!(is_understood || line.ends_with('3'), "{frontend:?}: {line}");
                    if is_understood && !line.starts_with("add ") {
                        longer.push(format!("{line} "));
                    }
                }
            }
            lines = longer;
        }
        assert!(taken > 300, "{frontend:?}: {taken}");
    }
}
