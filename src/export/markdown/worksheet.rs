//! The worksheet of a lesson: what it says and does, its questions with a box for each choice, and what the kernel answered on a page
//! of its own.

use super::super::ExportInput;
use super::super::escape::{code, markdown as text};
use super::super::room::Room;
use super::super::step::{self, StepCall};
use super::NEW_PAGE;
use crate::model::command::Command;
use crate::model::record::{Cause, Record};
use crate::narrate::answered::{self, AnsweredQuestion};
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

/// The sheet.
pub(super) fn write(out: &mut String, input: &ExportInput, room: &Room, answers: SheetAnswers) {
    let mut questions = answered::questions(&input.records);
    questions.retain(|question| question.asked < room.steps);
    out.push_str(
        "For each question mark one choice. The calls of your program that lead to it stand above it, with the number of their socket.\n",
    );
    let last = questions.last().map_or(0, |question| question.asked);
    let mut calls: Vec<StepCall> = Vec::new();
    // What brings an answer is no part of the sheet.
    let mut until = None;
    for (place, (record, step)) in input
        .records
        .iter()
        .zip(step::steps(input, room))
        .enumerate()
    {
        if let Some(question) = questions.iter().find(|question| question.asked == place) {
            told(out, &mut calls);
            ask(out, question);
            until = Some(question.kernel.map_or(usize::MAX, |(end, _)| end));
        } else {
            until = until.filter(|end| place <= *end);
        }
        if let Some(Command::Note(note)) = record.command() {
            told(out, &mut calls);
            let _ = writeln!(out, "\n{}", text(note));
        }
        // Calls behind the last question would only give answers away.
        if until.is_none() && place < last {
            done(out, record, &mut calls);
            calls.extend(step.calls.into_iter().filter(StepCall::is_the_programs));
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

/// A command that puts sockets there: a reader must know whom they call.
fn done(out: &mut String, record: &Record, calls: &mut Vec<StepCall>) {
    if let Cause::Command(command @ (Command::Add(_) | Command::Modes(_))) = &record.cause {
        told(out, calls);
        let _ = writeln!(out, "\nSockets: {}", code(&command.to_string()));
    }
}

/// What the program has called since the last question.
fn told(out: &mut String, calls: &mut Vec<StepCall>) {
    let calls = std::mem::take(calls);
    if calls.is_empty() {
        return;
    }
    out.push('\n');
    let skipped = calls.len().saturating_sub(MAX_CALLS);
    if skipped > 0 {
        let _ = writeln!(out, "- {skipped} calls before these");
    }
    for call in &calls[skipped..] {
        let row = call.row.map_or_else(String::new, |row| format!("{row}: "));
        let _ = writeln!(out, "- {row}{}", code(&call.line));
    }
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
    let right = asked.kernel.and_then(|(_, letter)| question.choice(letter));
    match right {
        Some(choice) => {
            let _ = writeln!(out, "{}) {}", choice.letter, text(&choice.text));
            if let Some(claim) = &choice.claim {
                let _ = writeln!(out, "\nIt was so: {}", code(&claim.to_string()));
            }
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
