//! One language: every word of the table is said at the `:` prompt, in the conversation of `--plain` and in a script, and each of them
//! understands it or answers with the word's own reason.

mod support;

use sockstep::app::model::{Model, Pane};
use sockstep::app::overlay::Overlay;
use sockstep::app::update::{Effect, Msg, update};
use sockstep::language;
use sockstep::language::keys::Key;
use sockstep::language::request::{Frontend, LessonWord, Request};
use sockstep::language::speech::Part;
use sockstep::language::verbs;
use sockstep::model::command::Command as Act;
use sockstep::model::record::Record;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use support::recordings::{golden_text, model, read};
use support::{SOCKSTEP, run_bounded, stderr, stdout};

/// No answer takes longer; the measuring of the costs takes a few seconds.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// Every example finds a socket; none of them is connected or has a call that could wait.
const TARGETS: [&str; 3] = ["@refused", "@refused", "@refused"];

/// Every example with its word.
fn examples() -> impl Iterator<Item = (&'static verbs::Verb, &'static str)> {
    verbs::all().flat_map(|verb| {
        assert!(!verb.examples.is_empty(), "{} has no example", verb.name);
        verb.examples.iter().map(move |example| (verb, *example))
    })
}

/// Records of a session, the first of which is there before anything was asked.
fn records() -> Vec<Arc<Record>> {
    let (_, records) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    assert!(records.len() > 7, "seven ticks and the beginning");
    records
}

/// A screen on live sockets, at the beginning.
fn screen() -> Model {
    let (header, _) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    let mut model = model(&header, &records()[..1], (100, 30));
    model.recorded = None;
    model
}

fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    update(model, Msg::Key(key), Duration::ZERO)
}

/// Types a line at the `:` prompt.
fn type_line(model: &mut Model, line: &str) -> Vec<Effect> {
    assert!(press(model, Key::Char(':')).is_empty());
    for c in line.chars() {
        assert!(press(model, Key::Char(c)).is_empty(), "{line}");
    }
    press(model, Key::Enter)
}

/// What the prompt complains about, if it is open.
fn complaint(model: &Model) -> Option<&str> {
    match &model.overlay {
        Overlay::Prompt(prompt) => prompt.error.as_deref(),
        _ => None,
    }
}

#[test]
fn the_screen_understands_every_word_or_says_why_not() {
    for (verb, line) in examples() {
        let mut model = screen();
        let effects = type_line(&mut model, line);
        if let Some(why) = verb.why_not(Frontend::Screen) {
            assert_eq!(complaint(&model), Some(why), "{line}");
            assert!(effects.is_empty(), "{line}");
            continue;
        }
        let request = language::parse(line, Frontend::Screen).expect(line);
        if !matches!(
            request,
            Request::Check(_) | Request::Program(_) | Request::Act(Act::Add(_)) | Request::Quit
        ) {
            let is_open = matches!(model.overlay, Overlay::Prompt(_));
            assert!(!is_open, "{line}: {:?}", complaint(&model));
        }
        match request {
            Request::Act(command) => assert_eq!(effects, [Effect::Perform(command)], "{line}"),
            Request::Ticks(_) => assert_eq!(effects, [Effect::Perform(Act::TICK)], "{line}"),
            Request::Quit => assert_eq!(effects, [Effect::Quit], "{line}"),
            Request::Cost => {
                assert_eq!(effects, [Effect::Measure], "{line}");
                assert!(matches!(model.overlay, Overlay::Cost { .. }), "{line}");
            }
            // At the beginning there is nowhere to go, which is said; but the two ends are there.
            Request::Move(_) => assert!(
                model.notice.is_some() || ["first", "live", "goto 0"].contains(&line),
                "{line}"
            ),
            Request::Check(_) => assert!(
                model
                    .notice
                    .as_ref()
                    .is_some_and(|said| said.starts_with("Yes: "))
                    || complaint(&model).is_some_and(|said| said.starts_with("No: ")),
                "{line}"
            ),
            Request::PollTimeout(duration) => assert_eq!(model.poll_timeout, duration),
            Request::Explain(_) => assert!(matches!(model.overlay, Overlay::Card { .. }), "{line}"),
            Request::Depth(depth) => assert_eq!(model.depth, depth, "{line}"),
            Request::Tell => assert_eq!((model.pane, model.zoom), (Pane::Story, Some(0))),
            Request::Part(part) => {
                let pane = match part {
                    Part::More => Pane::Story,
                    Part::Lists => Pane::Lists,
                    Part::Kernel => Pane::Kernel,
                    Part::Calls => Pane::Calls,
                };
                assert_eq!((model.pane, model.zoom), (pane, Some(0)), "{line}");
            }
            Request::Help(about) => match &model.overlay {
                Overlay::Help { search, .. } => {
                    assert_eq!(search.value(), about.unwrap_or_default());
                }
                other => panic!("{line}: {other:?}"),
            },
            Request::Lesson(LessonWord::Begin(name)) => {
                assert_eq!(effects, [Effect::BeginLesson(name)], "{line}");
            }
            Request::Lesson(_) => assert!(model.notice.is_some(), "{line}"),
            Request::Program(_) => assert!(complaint(&model).is_some(), "{line}"),
            Request::Theme(name) => assert_eq!(model.theme.name(), name, "{line}"),
            Request::Await { .. } | Request::Say(_) | Request::Watch(..) => {
                panic!("{line}: it has no place here, and no reason")
            }
        }
    }
}

/// What the plain face says to a line.
fn plainly(line: &str) -> String {
    let mut child = Command::new(SOCKSTEP)
        .args(["--plain", "--no-save"])
        .args(TARGETS)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("piped");
    // The note parts the beginning from the answer.
    writeln!(input, "note here it begins\n{line}").expect("it listens");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let said = stdout(&output);
    let (_, behind) = said
        .split_once("note: here it begins\n")
        .expect("the note is told");
    let (next, behind) = behind.split_once('\n').expect("the end of the note");
    assert!(next.starts_with("next: "), "{next}");
    behind.to_owned()
}

#[test]
fn the_conversation_understands_every_word_or_says_why_not() {
    for (verb, line) in examples() {
        let said = plainly(line);
        if let Some(why) = verb.why_not(Frontend::Plain) {
            assert_eq!(said, format!("not understood: {why}.\n"), "{line}");
        } else {
            assert!(!said.contains("not understood"), "{line}: {said}");
            assert_eq!(said.is_empty(), verb.name == "quit", "{line}: {said}");
        }
    }
}

/// Runs a script of this text.
fn script(dir: &Path, text: &str) -> (Option<i32>, String) {
    let file = dir.join("words.script");
    std::fs::write(&file, text).expect("written");
    let mut command = Command::new(SOCKSTEP);
    command.args(["run", "--script"]).arg(&file).args(TARGETS);
    let output = run_bounded(&mut command, TIME_LIMIT);
    (output.status.code(), stderr(&output))
}

#[test]
fn a_script_understands_every_word_or_says_why_not_and_in_which_line() {
    let dir = tempfile::tempdir().expect("a directory");
    for (verb, line) in examples() {
        // A file that begins with this word is a lesson.
        let first = match verb.name {
            "lesson" => "tick",
            _ => "# a comment",
        };
        let (code, said) = script(dir.path(), &format!("{first}\n{line}\n"));
        match verb.why_not(Frontend::Script) {
            Some(why) => {
                assert_eq!(code, Some(2), "{line}: {said}");
                assert!(said.contains(&format!("line 2: {why}")), "{line}: {said}");
            }
            // A command may be refused, and an expectation may fail: then the line was understood.
            None => match code {
                Some(0) => assert_eq!(said, "", "{line}"),
                Some(1) => assert!(
                    said.contains(&format!("line 2: {line}: ")),
                    "{line}: {said}"
                ),
                other => panic!("{line}: {other:?} {said}"),
            },
        }
    }
}

#[test]
fn a_script_ends_at_quit() {
    let dir = tempfile::tempdir().expect("a directory");
    let (code, said) = script(dir.path(), "tick\nquit\nexpect sockets 99\n");
    assert_eq!((code, said.as_str()), (Some(0), ""));
}

/// Lets the ticks that the screen asks for be made; how many there were.
fn let_them_be_made(model: &mut Model, mut effects: Vec<Effect>, most: usize) -> usize {
    let records = records();
    let ticks = records.iter().filter(|record| record.tick.is_some());
    let mut count = 0;
    for record in ticks.take(most) {
        if effects.is_empty() {
            effects = update(model, Msg::Clock, Duration::ZERO);
        }
        if effects.is_empty() {
            break;
        }
        assert_eq!(effects, [Effect::Perform(Act::TICK)]);
        let mut world = model.history.live().clone();
        world.apply(record);
        let made = Msg::Made {
            record: Arc::clone(record),
            world: Box::new(world),
        };
        effects = update(model, made, Duration::ZERO);
        count += 1;
    }
    count
}

#[test]
fn so_many_ticks_are_made_one_after_another_on_the_screen() {
    let mut model = screen();
    let effects = type_line(&mut model, "tick 5");
    assert_eq!(let_them_be_made(&mut model, effects, 7), 5);
    assert!(model.until.is_none() && model.world().tick == 5);
}

#[test]
fn esc_and_a_refusal_end_several_ticks() {
    let mut model = screen();
    let effects = type_line(&mut model, "tick 5");
    assert_eq!(let_them_be_made(&mut model, effects, 2), 2);
    assert!(press(&mut model, Key::Esc).is_empty());
    assert_eq!(model.notice.as_deref(), Some("Stopped after 2 ticks."));
    assert!(update(&mut model, Msg::Clock, Duration::from_secs(9)).is_empty());

    let mut model = screen();
    type_line(&mut model, "tick 5");
    update(&mut model, Msg::Refused("no".to_owned()), Duration::ZERO);
    assert!(update(&mut model, Msg::Clock, Duration::from_secs(9)).is_empty());
    assert_eq!(model.notice.as_deref(), Some("no"));
}

#[test]
fn a_word_and_its_argument_are_not_one_word() {
    let mut model = screen();
    assert!(type_line(&mut model, "explainHUP").is_empty());
    let said = complaint(&model).expect("the prompt stays");
    assert!(
        said.starts_with("'explainHUP' is not a command. Commands: add, "),
        "{said}"
    );
}

#[test]
fn what_acts_is_refused_in_the_past_and_what_only_asks_is_not() {
    for (_, line) in examples() {
        let mut model = screen();
        for record in &records()[1..3] {
            let mut world = model.history.live().clone();
            world.apply(record);
            model.history.push(Arc::clone(record), world);
        }
        press(&mut model, Key::Left);
        assert!(!model.history.is_live());
        let Ok(request) = language::parse(line, Frontend::Screen) else {
            continue;
        };
        let effects = type_line(&mut model, line);
        if matches!(
            request,
            Request::Act(_) | Request::Ticks(_) | Request::Program(_)
        ) {
            assert!(effects.is_empty(), "{line}");
            let said = complaint(&model).expect(line);
            assert!(said.starts_with("This is the past"), "{line}: {said}");
        } else if !matches!(request, Request::Check(_)) {
            assert_eq!(complaint(&model), None, "{line}");
        }
    }
}

#[test]
fn the_help_of_both_faces_lists_every_word() {
    let said = plainly("help");
    for verb in verbs::of(Frontend::Plain) {
        let line = format!("{}. {}\n", verb.usage, verb.help);
        assert!(said.contains(&line), "{line}");
    }
    for verb in verbs::of(Frontend::Screen) {
        let mut model = screen();
        type_line(&mut model, &format!("help {}", verb.name));
        model.size = (200, 60);
        let buffer = support::recordings::screen(&mut model);
        let all: String = buffer
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert!(all.contains(verb.help), "{}", verb.name);
    }
}
