//! A question of a lesson on the page, and what the kernel answered. Without script both stand where they came; with it what follows is
//! covered until somebody has chosen.

use crate::export::escape::xml;
use crate::narrate::answered::AnsweredQuestion;
use std::fmt::Write;

/// The question, with a button for each choice; `end` is the record that brought the answer.
pub(super) fn ask(out: &mut String, asked: &AnsweredQuestion, end: u64) {
    let number = asked.number;
    let right = asked
        .kernel
        .as_ref()
        .map_or_else(String::new, |kernel| kernel.letter.to_string());
    let _ = writeln!(
        out,
        "<fieldset class=\"question\" data-number=\"{number}\" data-end=\"step-{end}\" data-right=\"{right}\">\n<legend>Question {number}. {}</legend>",
        xml(&asked.question.text)
    );
    for choice in &asked.question.choices {
        let letter = choice.letter;
        let _ = writeln!(
            out,
            "<label><input type=\"radio\" name=\"{}-{number}\" value=\"{letter}\"> {letter}) {}</label>",
            asked.asked,
            xml(&choice.text)
        );
    }
    out.push_str(
        "<button type=\"button\" class=\"ask-kernel\">The kernel answers</button>\n</fieldset>\n",
    );
}

/// What is said of a question that nothing has answered.
const PASSED_OVER: &str = "Passed over: what should have brought the answer did not come.";

/// What the kernel answered, and why.
pub(super) fn answer(out: &mut String, asked: &AnsweredQuestion) {
    let _ = writeln!(
        out,
        "<details class=\"kernel\" data-number=\"{}\">\n<summary>What the kernel answered to question {}</summary>\n<p class=\"yours\"></p>",
        asked.number, asked.number
    );
    let brought = asked.kernel.as_ref();
    match brought.and_then(|brought| Some((brought, asked.question.choice(brought.letter)?))) {
        Some((brought, choice)) => {
            let _ = writeln!(
                out,
                "<p><strong>{}) {}</strong></p>\n<p class=\"seen\">{}</p>",
                choice.letter,
                xml(&choice.text),
                xml(&brought.seen)
            );
        }
        None if asked.is_passed_over => {
            let _ = writeln!(out, "<p>{PASSED_OVER}</p>\n</details>");
            return;
        }
        None => out.push_str("<p>None of the choices alone was so in this recording.</p>\n"),
    }
    let _ = writeln!(out, "<p>{}</p>", xml(&asked.question.reveal));
    for choice in &asked.question.choices {
        if let Some(said) = &choice.answer {
            let _ = writeln!(
                out,
                "<p class=\"if\" data-choice=\"{}\">If you said {}: {}</p>",
                choice.letter,
                choice.letter,
                xml(said)
            );
        }
    }
    out.push_str("</details>\n");
}
