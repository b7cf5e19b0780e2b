//! The worksheet of a lesson: what it says and does, its questions with a box for each choice, and what the kernel answered on a page
//! of its own. What follows a question begins a page, since it may give the answer away.

use super::super::ExportInput;
use super::super::escape::{code, markdown as text};
use super::super::room::Room;
use super::super::step::{self, StepCall};
use super::NEW_PAGE;
use crate::model::command::Command;
use crate::model::record::{Cause, Record};
use crate::narrate::answered::{self, AnsweredQuestion};
use crate::words::prose;
use std::fmt::Write;

/// So many calls of the program are written between two questions; earlier ones are counted.
const MAX_CALLS: usize = 16;

/// What follows the questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetAnswers {
    /// They follow on a page of their own.
    Follow,
    /// There are none.
    LeftOut,
}

/// Whether these records ask something.
pub(super) fn asks(input: &ExportInput) -> bool {
    !answered::questions(&input.records).is_empty()
}

/// What is written so far, and what has to stand above what comes next.
#[derive(Default)]
struct SheetParts {
    calls: Vec<StepCall>,
    /// The number of the question that was asked last: what comes next may give its answer away, and begins a part of its own.
    asked: Option<u32>,
    /// The letters of events are explained.
    has_legend: bool,
}

/// The sheet.
pub(super) fn write(out: &mut String, input: &ExportInput, room: &Room, answers: SheetAnswers) {
    let mut questions = answered::questions(&input.records);
    questions.retain(|question| question.asked < room.steps);
    out.push_str(
        "For each question mark one choice. The calls of your program that lead to it stand above it, with the number of their socket.\n",
    );
    let last = questions.last().map_or(0, |question| question.asked);
    let mut parts = SheetParts::default();
    // What brings an answer is no part of the sheet.
    let mut until = None;
    for (place, (record, step)) in input
        .records
        .iter()
        .zip(step::steps(input, room))
        .enumerate()
    {
        if let Some(question) = questions.iter().find(|question| question.asked == place) {
            parts.told(out);
            parts.begin(out);
            ask(out, question);
            parts.asked = Some(question.number);
            let brought = question.kernel.as_ref();
            until = Some(brought.map_or(usize::MAX, |kernel| kernel.at));
        } else {
            until = until.filter(|end| place <= *end);
        }
        if let Some(Command::Note(note)) = record.command() {
            parts.told(out);
            parts.begin(out);
            let _ = writeln!(out, "\n{}", text(note));
        }
        // Calls behind the last question would only give answers away.
        if until.is_none() && place < last {
            parts.done(out, record);
            let calls = step.calls.into_iter();
            parts.calls.extend(calls.filter(StepCall::is_the_programs));
        }
    }
    if answers == SheetAnswers::LeftOut || questions.is_empty() {
        return;
    }
    out.push_str(NEW_PAGE);
    out.push_str("# What the kernel answered\n");
    for question in &questions {
        answer(out, question);
    }
}

impl SheetParts {
    /// Begins a part behind a question: what follows was said and done when its answer was there.
    fn begin(&mut self, out: &mut String) {
        if let Some(number) = self.asked.take() {
            let turn = prose::fill(
                prose::say("paper turn"),
                &[("{number}", &number.to_string())],
            );
            let _ = writeln!(out, "\n{}", text(&turn));
            out.push_str(NEW_PAGE);
        }
    }

    /// A command that puts sockets there: a reader must know whom they call.
    fn done(&mut self, out: &mut String, record: &Record) {
        if let Cause::Command(command @ (Command::Add(_) | Command::Modes(_))) = &record.cause {
            self.told(out);
            self.begin(out);
            let _ = writeln!(out, "\nSockets: {}", code(&command.to_string()));
        }
    }

    /// What the program has called since the last question.
    fn told(&mut self, out: &mut String) {
        let calls = std::mem::take(&mut self.calls);
        if calls.is_empty() {
            return;
        }
        self.begin(out);
        out.push('\n');
        let skipped = calls.len().saturating_sub(MAX_CALLS);
        if skipped > 0 {
            let _ = writeln!(out, "- {skipped} calls before these");
        }
        for call in &calls[skipped..] {
            let row = call.row.map_or_else(String::new, |row| format!("{row}: "));
            let _ = writeln!(out, "- {row}{}", code(&call.line));
        }
        if !self.has_legend && calls[skipped..].iter().any(has_letters) {
            self.has_legend = true;
            let _ = writeln!(out, "\n{}", text(prose::say("paper letters")));
        }
    }
}

/// Whether events stand in it, in letters.
fn has_letters(call: &StepCall) -> bool {
    call.line.starts_with("epoll_wait(") && call.line.contains("[{")
}

fn ask(out: &mut String, asked: &AnsweredQuestion) {
    let _ = writeln!(
        out,
        "\n**Question {}.** {}\n",
        asked.number,
        text(&asked.question.text)
    );
    for choice in &asked.question.choices {
        let _ = writeln!(out, "- ☐ {}) {}", choice.letter, text(&choice.text));
    }
}

fn answer(out: &mut String, asked: &AnsweredQuestion) {
    let question = &asked.question;
    let _ = write!(out, "\n**Question {}.** ", asked.number);
    let brought = asked.kernel.as_ref();
    match brought.and_then(|brought| Some((brought, question.choice(brought.letter)?))) {
        Some((brought, choice)) => {
            let _ = writeln!(out, "{}) {}", choice.letter, text(&choice.text));
            let _ = writeln!(out, "\n{}", text(&brought.seen));
        }
        None if asked.is_passed_over => {
            out.push_str("Passed over: what should have brought the answer did not come.\n");
            return;
        }
        None => out.push_str("None of the choices alone was so in this run.\n"),
    }
    let _ = writeln!(out, "\n{}", text(&question.reveal));
    for choice in &question.choices {
        if let Some(said) = &choice.answer {
            let _ = writeln!(out, "\nIf you said {}: {}", choice.letter, text(said));
        }
    }
}
