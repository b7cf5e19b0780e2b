//! A question beside the panes: open, under way, and answered.

use super::{LessonLine, LessonText, MoreText};
use crate::app::lesson::{KernelAnswer, LessonRun, LessonStep};
use crate::language::keys;
use crate::language::lesson::Question;
use crate::view::paint::wrap;

fn choices(text: &mut LessonText, question: &Question, chosen: Option<char>, width: usize) {
    for choice in &question.choices {
        let is_chosen = chosen == Some(choice.letter);
        let sign = if is_chosen { '>' } else { ' ' };
        let line = format!("{sign} {}  {}", choice.letter, choice.text);
        text.line(&line, width, is_chosen);
    }
}

/// The question and its choices.
fn question(run: &LessonRun, number: usize, letter: Option<char>, width: usize) -> LessonText {
    let again = if run.only.is_some() {
        ", once more"
    } else {
        ""
    };
    let heading = format!("QUESTION {} of {}{again}", number + 1, run.answers.len());
    let mut text = LessonText::new(heading);
    if let Some(question) = run.question(number) {
        text.say(&question.text, width);
        choices(&mut text, question, letter, width);
    }
    text
}

pub(super) fn asked(
    run: &LessonRun,
    number: usize,
    letter: Option<char>,
    more: MoreText,
    width: usize,
) -> LessonText {
    let mut text = question(run, number, letter, width);
    let said = run.premise.as_deref();
    if let (Some(said), MoreText::Shown) = (said, more) {
        let mut lines: Vec<LessonLine> = Vec::new();
        lines.extend(
            wrap(&keys::in_prose(said), width)
                .into_iter()
                .map(|line| (line, false)),
        );
        lines.append(&mut text.lines);
        text.lines = lines;
    }
    let last = run.last_letter();
    let you = match letter {
        Some(letter) => format!("You say {letter}. a to {last} change it."),
        None => format!("What do you say? a to {last} answer."),
    };
    text.line(&you, width, false);
    let next = match (said, more) {
        (Some(_), MoreText::BehindAKey) => {
            "NEXT  {key tick}: the kernel answers. {key tick-only}: what was said."
        }
        _ => "NEXT  {key tick} lets the kernel answer.",
    };
    text.line(next, width, false);
    text
}

pub(super) fn answering(
    run: &LessonRun,
    number: usize,
    letter: Option<char>,
    width: usize,
) -> LessonText {
    let mut text = question(run, number, letter, width);
    let you = match letter {
        Some(letter) => format!("You said {letter}."),
        None => "Passed over.".to_owned(),
    };
    text.line(&you, width, false);
    text.line("The kernel answers ...", width, false);
    text
}

/// What was said before the question that is open; the question, if its answer is there.
pub(super) fn before(run: &LessonRun, number: usize, width: usize) -> LessonText {
    let is_answered = matches!(run.step, LessonStep::Revealed { .. });
    let letter = run.answers.get(number).and_then(|kept| kept.letter);
    let mut text = if is_answered {
        question(run, number, letter, width)
    } else {
        let mut said = LessonText::new(format!("BEFORE QUESTION {}", number + 1));
        said.say(run.premise.as_deref().unwrap_or_default(), width);
        said
    };
    let next = if is_answered {
        "NEXT  {key tick-only} shows the answer again. {key tick} goes on."
    } else {
        "NEXT  {key tick-only} shows the question again."
    };
    text.line(next, width, false);
    text
}

/// What is said of a question that nothing has answered. Its reveal would speak of what is not there.
const PASSED_OVER: &str = "What this question is about did not come, and was passed over: nothing has answered it, and it does not count.";

pub(super) fn revealed(
    run: &LessonRun,
    (number, letter): (usize, Option<char>),
    kernel: &KernelAnswer,
    more: MoreText,
    width: usize,
) -> LessonText {
    let you = match letter {
        Some(letter) => format!("you said {letter}"),
        None if !run.vote.rounds.is_empty() => "the class voted".to_owned(),
        None => "you gave no answer".to_owned(),
    };
    let says = match kernel {
        KernelAnswer::Is { letter, .. } => format!("the kernel says {letter}"),
        KernelAnswer::NoneOf(_) => "none of these here".to_owned(),
        KernelAnswer::Several(_) => "the question is faulty here".to_owned(),
        KernelAnswer::PassedOver => "passed over".to_owned(),
    };
    let mut text = LessonText::new(format!("QUESTION {}: {you}, {says}", number + 1));
    let Some(question) = run.question(number) else {
        return text;
    };
    let right = kernel.right();
    let yours = letter.and_then(|letter| question.choice(letter));
    if let Some(choice) = yours.filter(|choice| Some(choice.letter) != right) {
        text.line(
            &format!("  {}  {}", choice.letter, choice.text),
            width,
            false,
        );
    }
    match kernel {
        KernelAnswer::Is { letter, seen } => {
            if let Some(choice) = question.choice(*letter) {
                text.line(&format!("= {letter}  {}", choice.text), width, true);
            }
            text.say(seen, width);
        }
        KernelAnswer::NoneOf(instead) => {
            text.say_within(&format!("None of these: {instead}"), width, 3);
        }
        KernelAnswer::Several(letters) => {
            let letters: Vec<String> = letters.iter().map(char::to_string).collect();
            let fits = format!(
                "The kernel's answer fits {}: this question is faulty here, and does not count.",
                letters.join(" and ")
            );
            text.say(&fits, width);
        }
        KernelAnswer::PassedOver => {
            text.say(PASSED_OVER, width);
            text.line("NEXT  {key tick} goes on.", width, false);
            return text;
        }
    }
    if let Some(votes) = run.vote.counted() {
        text.say(&format!("Votes: {votes}."), width);
    }
    text.say(&question.reveal, width);
    if let Some(choice) = yours.filter(|choice| Some(choice.letter) != right)
        && let Some(answer) = &choice.answer
    {
        text.say(&format!("{}: {answer}", choice.letter), width);
    }
    let next = match more {
        MoreText::Shown => {
            text.say(&format!("Say it aloud: {}", question.text), width);
            "NEXT  {key tick} goes on."
        }
        MoreText::BehindAKey => {
            "NEXT  Say it aloud. {key tick-only}: the question. {key tick} goes on."
        }
    };
    text.line(next, width, false);
    text
}
