//! A recording with the questions of a lesson: one that is open tells nobody its answer, in no form, and those that were answered are asked
//! again, with what the kernel knows covered until then.

mod support;

use sockstep::app::lesson::{KernelAnswer, LessonRun, LessonStep};
use sockstep::app::model::{Model, Pane};
use sockstep::app::update::{Msg, ask_again, update};
use sockstep::engine::{AskKernel, Options};
use sockstep::language::keys::Key;
use sockstep::language::lesson::{LessonNeed, LessonPart};
use sockstep::language::request::Request;
use sockstep::model::readiness::{Interest, PollMask};
use sockstep::model::record::{Answer, Record};
use sockstep::model::tcp::TcpState;
use sockstep::narrate::answered;
use sockstep::run::lesson::find::{FoundLesson, course};
use sockstep::run::lesson::walk::walk;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use support::recordings::{self, model, read};
use support::{SOCKSTEP, run_bounded, stdout};

const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A lesson gone through in lines, and recorded.
fn recorded(folder: &Path, name: &str, lesson: &str, lines: &str) -> PathBuf {
    let file = folder.join(name);
    let mut child = Command::new(SOCKSTEP)
        .args(["lesson", lesson, "--plain", "--no-save", "--record"])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, lines.as_bytes()).expect("written");
    drop(stdin);
    assert!(child.wait().expect("ended").success());
    file
}

fn sockstep(args: &[&str], file: &Path) -> Output {
    run_bounded(Command::new(SOCKSTEP).args(args).arg(file), TIME_LIMIT)
}

const FORMS: [&[&str]; 11] = [
    &["export", "--to", "html"],
    &["export", "--to", "markdown"],
    &["export", "--to", "markdown", "--blank"],
    &["export", "--to", "mermaid"],
    &["export", "--to", "python"],
    &["export", "--to", "svg"],
    &["export", "--to", "svg", "--board"],
    &["export", "--to", "cast"],
    &["replay", "--tell"],
    &["replay", "--calls"],
    &["replay", "--json"],
];

#[test]
fn an_open_question_of_a_recording_tells_nobody_its_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    // Its first question is open; or the first one is answered, and the second is open.
    let first = recorded(folder.path(), "first.jsonl", "01", "\n\n\n");
    let second = recorded(folder.path(), "second.jsonl", "01", "\n\n\nc\n\n\n");
    for (file, hidden) in [
        (
            &first,
            &["call getpeername", "CLOSE, error", "There is no peer"][..],
        ),
        (&second, &["The pending error was", "call getsockopt"][..]),
    ] {
        let text = std::fs::read_to_string(file).expect("a recording");
        assert!(
            text.contains("asked ") && text.contains("ESTABLISHED"),
            "{text}"
        );
        for form in FORMS {
            let output = sockstep(form, file);
            let told = stdout(&output);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{form:?}: {said}");
            assert!(
                said.contains("a question of a lesson is open in it"),
                "{form:?}: {said}"
            );
            for hidden in hidden {
                assert!(!told.contains(hidden), "{form:?} tells {hidden}:\n{told}");
            }
        }
    }
    // What is answered is told.
    let whole = recorded(folder.path(), "whole.jsonl", "01", "\n\n\nc\n\n\nc\n\n");
    for form in FORMS {
        let output = sockstep(form, &whole);
        assert_eq!(output.status.code(), Some(0), "{form:?}");
        assert!(output.stderr.is_empty(), "{form:?}");
    }
    assert!(stdout(&sockstep(FORMS[8], &whole)).contains("ESTABLISHED"));
}

/// The same record with another kernel behind it.
fn of_another_kernel(record: &Record) -> Record {
    let mut record = record.clone();
    for (_, look) in &mut record.looks {
        look.poll = Answer::Says(PollMask::PRI);
        if let Answer::Says(tcp) = &mut look.tcp {
            tcp.state = TcpState::LastAck;
        }
    }
    record
}

fn watched(file: &Path, change: impl Fn(&Record) -> Record) -> Model {
    let bytes = std::fs::read(file).expect("a recording");
    let (header, records) = read(&bytes[..]).expect("a recording");
    let records: Vec<Arc<Record>> = records
        .iter()
        .map(|record| Arc::new(change(record)))
        .collect();
    let mut model = model(&header, &records, (80, 24));
    ask_again(&mut model);
    model
}

fn press(model: &mut Model, key: Key) {
    let asked = update(model, Msg::Key(key), Duration::ZERO);
    assert!(
        asked.is_empty(),
        "{key:?} in a recording asks for {asked:?}"
    );
}

fn screen(model: &mut Model, size: (u16, u16)) -> String {
    model.size = size;
    let buffer = recordings::screen(model);
    let symbols = buffer.content().iter().map(ratatui::buffer::Cell::symbol);
    let cells: Vec<&str> = symbols.collect();
    let lines = cells.chunks(usize::from(size.0)).map(<[&str]>::concat);
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_questions_of_a_recording_are_asked_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = recorded(folder.path(), "whole.jsonl", "01", "\n\n\nc\n\n\na\n\n");
    let mut model = watched(&file, Record::clone);
    assert!(screen(&mut model, (80, 24)).contains("This recording has questions"));
    // Without the cover it is a recording like any other.
    press(&mut model, Key::End);
    assert!(screen(&mut model, (80, 24)).contains("ESTABLISHED"));
    press(&mut model, Key::Home);
    press(&mut model, Key::Char('.'));
    let go_to = |model: &mut Model, words: &str| {
        for _ in 0..20 {
            let shown = screen(model, (80, 24));
            if shown.contains(words) {
                return shown;
            }
            assert!(!shown.contains("ESTABLISHED"), "{shown}");
            press(model, Key::Char(' '));
        }
        panic!("{words} is not reached");
    };
    let shown = go_to(&mut model, "QUESTION 1 of 2");
    assert!(
        shown.contains("a-c answer") && shown.contains("? covered"),
        "{shown}"
    );
    press(&mut model, Key::Char(' '));
    assert!(screen(&mut model, (80, 24)).contains("No answer yet"));
    press(&mut model, Key::Char('b'));
    press(&mut model, Key::Char('V'));
    assert!(screen(&mut model, (60, 18)).contains("FIRST VOTE"));
    press(&mut model, Key::Char('V'));
    assert!(screen(&mut model, (60, 18)).contains("SECOND VOTE"));
    press(&mut model, Key::Esc);
    press(&mut model, Key::Char(' '));
    let shown = screen(&mut model, (80, 24));
    for words in [
        "you said b, the kernel says c",
        "There is no peer",
        "ESTABLISHED",
    ] {
        assert!(shown.contains(words), "{words}:\n{shown}");
    }
    press(&mut model, Key::Char(' '));
    go_to(&mut model, "QUESTION 2 of 2");
    press(&mut model, Key::Char('C'));
    press(&mut model, Key::PageDown);
    let shown = screen(&mut model, (80, 24));
    assert!(shown.contains("you said c, the kernel says c"), "{shown}");
    press(&mut model, Key::Left);
    assert!(screen(&mut model, (80, 24)).contains("You say c"));
}

#[test]
fn no_cell_of_a_recording_that_asks_again_depends_on_what_is_covered() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = recorded(folder.path(), "whole.jsonl", "01", "\n\n\nc\n\n\na\n\n");
    let open = recorded(folder.path(), "open.jsonl", "01", "\n\n\n");
    let mut compared = 0;
    for (file, keys) in [(&file, "."), (&open, "."), (&open, "")] {
        let mut pair = [
            watched(file, Record::clone),
            watched(file, of_another_kernel),
        ];
        for model in &mut pair {
            keys.chars().for_each(|key| press(model, Key::Char(key)));
        }
        loop {
            let covered = pair[0].history.is_covered();
            for size in [(60, 18), (80, 24), (160, 50)] {
                for pane in [None]
                    .into_iter()
                    .chain(Pane::ALL.iter().copied().map(Some))
                {
                    let [one, two] = pair.each_mut().map(|model| {
                        model.zoom = pane.map(|_| 0);
                        model.pane = pane.unwrap_or(Pane::Sockets);
                        screen(model, size)
                    });
                    if covered {
                        let differ = one.lines().zip(two.lines()).find(|(one, two)| one != two);
                        assert_eq!(differ, None, "{pane:?}, {size:?}");
                        compared += 1;
                    }
                }
            }
            let mut moved = false;
            for model in &mut pair {
                (model.zoom, model.pane) = (None, Pane::Sockets);
                let before = model.history.at();
                press(model, Key::Right);
                moved = model.history.at() > before;
            }
            if !moved {
                break;
            }
        }
    }
    assert!(compared >= 300, "{compared}");
}

/// The words of a screen, whatever lines they stand on.
fn words_of(model: &mut Model) -> String {
    let width = usize::from(model.size.0);
    let buffer = recordings::screen(model);
    let cells: Vec<&str> = buffer
        .content()
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    let lines: Vec<String> = cells.chunks(width).map(<[&str]>::concat).collect();
    let words: Vec<&str> = lines
        .iter()
        .flat_map(|line| line.split_whitespace())
        .collect();
    words.join(" ")
}

/// How many reveals of this lesson were looked at, each at two sizes and with each wrong choice; `None` if it cannot be shown here.
fn reveals_that_show_their_fact(found: &FoundLesson) -> Option<usize> {
    // The wire's helper and the clients are the program itself, started again, and this test is another one: `lesson check` walks these.
    let starts = |part: &LessonPart| matches!(part, LessonPart::Line(line) if matches!(line.request, Request::Watch(..)));
    if found.lesson.needs.contains(&LessonNeed::Wire) || found.lesson.parts.iter().any(starts) {
        return None;
    }
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        seed: 1,
        race: None,
    };
    let staged = || walk(found, options).expect("a session");
    // Another program of this machine may have the port that a lesson wants: once.
    let walked = staged().or_else(|_| staged());
    let walked = match walked {
        Ok(walked) => walked,
        Err(why) => {
            support::skip(&why);
            return None;
        }
    };
    let records: Vec<Arc<Record>> = walked.records.into_iter().map(Arc::new).collect();
    let mut looked_at = 0;
    for (number, asked) in answered::questions(&records).into_iter().enumerate() {
        let brought = asked.kernel.expect("an answer");
        for size in [(80, 24), (60, 18)] {
            for choice in &asked.question.choices {
                let mut model = model(&walked.header, &records[..=brought.at], size);
                model.recorded = None;
                let mut run = LessonRun::new(&found.name, found.lesson.clone(), false, true);
                run.step = LessonStep::Revealed {
                    question: number,
                    letter: Some(choice.letter),
                    kernel: KernelAnswer::Is {
                        letter: brought.letter,
                        seen: brought.seen.clone(),
                    },
                };
                model.lesson = Some(Box::new(run));
                let screen = words_of(&mut model);
                let heading = format!(
                    "you said {}, the kernel says {}",
                    choice.letter, brought.letter
                );
                for shown in [
                    &heading,
                    &brought.seen,
                    &asked.question.reveal,
                    &choice.text,
                ] {
                    let name = &found.name;
                    assert!(
                        screen.contains(shown.as_str()),
                        "{name} at {size:?} lacks {shown}: {screen}"
                    );
                }
                looked_at += 1;
            }
        }
    }
    Some(looked_at)
}

#[test]
fn at_every_reveal_of_the_course_the_fact_that_decides_is_on_the_screen() {
    let course = course();
    let looked_at: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let some = course.iter().skip(worker).step_by(4);
                scope.spawn(move || some.filter_map(reveals_that_show_their_fact).sum::<usize>())
            })
            .collect();
        let each = workers
            .into_iter()
            .map(|worker| worker.join().expect("all are shown"));
        each.sum()
    });
    assert!(looked_at >= 300, "{looked_at}");
}
