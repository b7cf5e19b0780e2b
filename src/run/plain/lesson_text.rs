//! What a lesson says in the conversation, and what a telling keeps while the kernel's side is covered.

use crate::app::lesson::{KernelAnswer, LessonRun, LessonStep};
use crate::language::keys;
use std::fmt::Write;

/// What the lesson says now.
pub(super) fn text(run: &LessonRun) -> String {
    let mut out = String::new();
    let is_heard = matches!(
        run.step,
        LessonStep::Asked {
            letter: Some(_),
            ..
        }
    );
    if let Some(said) = run.said.as_ref().filter(|_| !is_heard) {
        let _ = writeln!(out, "lesson: {said}");
    }
    match &run.step {
        LessonStep::Walking | LessonStep::NotYet => {
            let _ = match run.next_in_words() {
                _ if run.is_off_path() => writeln!(
                    out,
                    "off the path: Enter stages the lesson afresh, up to here."
                ),
                Some(line) => writeln!(out, "next: Enter makes: {line}"),
                None => writeln!(out, "next: Enter goes on."),
            };
        }
        LessonStep::Asked {
            question, letter, ..
        } => {
            if let Some(votes) = run.vote.counted() {
                let _ = writeln!(out, "votes: {votes}.");
            }
            if let Some(letter) = letter {
                let _ = writeln!(out, "you say {letter}. Enter lets the kernel answer.");
            } else if let Some(asked) = run.question(*question) {
                let _ = writeln!(
                    out,
                    "question {} of {}: {}",
                    question + 1,
                    run.answers.len(),
                    asked.text
                );
                for choice in &asked.choices {
                    let _ = writeln!(out, "{}: {}", choice.letter, choice.text);
                }
                let _ = writeln!(
                    out,
                    "answer with a to {}, then Enter alone.",
                    run.last_letter()
                );
            }
        }
        LessonStep::Answering { .. } => {}
        LessonStep::Revealed {
            question,
            letter,
            kernel,
        } => revealed(&mut out, run, *question, *letter, kernel),
        LessonStep::Working { goal, .. } => {
            if let Some(goal) = run.lesson.goals().nth(*goal) {
                let _ = writeln!(
                    out,
                    "goal: {}\nall your words work. tip helps, later passes.",
                    goal.text
                );
            }
        }
        LessonStep::Over => over(&mut out, run),
    }
    keys::in_lines(&out)
}

fn over(out: &mut String, run: &LessonRun) {
    if let Some(name) = &run.lesson.name {
        let _ = writeln!(out, "this was: {name}.");
    }
    if let Some(belief) = &run.lesson.belief {
        let _ = writeln!(out, "many believe: {belief} here it was not so.");
    }
    if let Some(see) = &run.lesson.see {
        let _ = writeln!(out, "see: {see}.");
    }
    let again = run.once_more().and_then(|again| again.only);
    let _ = match again.as_ref().and_then(|only| only.first()) {
        Some(first) => writeln!(
            out,
            "next: Enter asks question {} once more, staged afresh.",
            first + 1
        ),
        None => writeln!(out, "the lesson is over. quit leaves it."),
    };
}

/// What is said of a question that nothing has answered.
const PASSED_OVER: &str = "passed over: what this question is about did not come. nothing has answered it, and it does not count.\nnext: Enter goes on.\n";

fn revealed(
    out: &mut String,
    run: &LessonRun,
    number: usize,
    letter: Option<char>,
    kernel: &KernelAnswer,
) {
    let Some(question) = run.question(number) else {
        return;
    };
    let you = letter.map_or("you passed".to_owned(), |letter| {
        format!("you said {letter}")
    });
    let _ = match kernel {
        KernelAnswer::Is {
            letter: right,
            seen,
        } => {
            let choice = question.choice(*right);
            let said = choice.map_or("", |choice| &choice.text);
            writeln!(out, "{you}. the kernel says {right}: {said}\n{seen}")
        }
        KernelAnswer::NoneOf(instead) => writeln!(out, "{you}. none of these here: {instead}"),
        KernelAnswer::Several(letters) => {
            let letters: Vec<String> = letters.iter().map(char::to_string).collect();
            writeln!(
                out,
                "{you}. the kernel's answer fits {}: this question is faulty here, and does not count.",
                letters.join(" and ")
            )
        }
        KernelAnswer::PassedOver => {
            out.push_str(PASSED_OVER);
            return;
        }
    };
    let _ = writeln!(out, "why: {}", question.reveal);
    let _ = writeln!(out, "say it aloud: {}", question.text);
    let wrong = letter.filter(|letter| kernel.right() != Some(*letter));
    let answer = wrong.and_then(|letter| question.choice(letter)?.answer.as_ref());
    if let (Some(letter), Some(answer)) = (letter, answer) {
        let _ = writeln!(out, "{letter}: {answer}");
    }
    out.push_str("next: Enter goes on.\n");
}

/// The lines of a telling that may be told: what the program did and was told, if the rest is covered; a lesson says itself what is next.
pub(super) fn told(text: &str, covered: bool, in_a_lesson: bool) -> String {
    let open = [
        "call:",
        "changed:",
        "asked for:",
        "new in",
        "next:",
        "events",
        "refused",
    ];
    let mut kept = String::new();
    for (index, line) in text.lines().enumerate() {
        let peers =
            line.starts_with("call:") && (line.contains(", peer,") || line.contains(", lab,"));
        let is_open = index == 0
            || line.is_empty()
            || !peers && open.iter().any(|head| line.starts_with(head));
        if (is_open || !covered) && !(in_a_lesson && line.starts_with("next:")) {
            let _ = writeln!(kept, "{line}");
        }
    }
    kept
}
