//! The lines of a question and of a goal: choices, claims, reveal, what is said to each choice, and help.

use super::{LessonRead, LessonReader, MAX_STEPS, Open, claims, cut, text};
use crate::language::claim::pattern::RowVariable;
use crate::language::lesson::fault::LessonFault;
use crate::language::lesson::{LessonChoice, Question};
use crate::model::clean;

impl LessonReader {
    pub(super) fn ask(&mut self, number: usize, rest: &str) -> LessonRead<()> {
        let text = text("ask", "ask TEXT", rest)?;
        self.close("ask")?;
        self.open = Open::Asked(Question {
            line: number,
            text,
            choices: Vec::new(),
            lines: Vec::new(),
            reveal: String::new(),
        });
        Ok(())
    }

    pub(super) fn choice(&mut self, letter: char, rest: &str) -> LessonRead<()> {
        let Open::Asked(question) = &mut self.open else {
            return Err(LessonFault::ChoiceOutside);
        };
        if !question.lines.is_empty() {
            return Err(LessonFault::ChoiceTooLate);
        }
        let Some(wanted) = ['a', 'b', 'c', 'd'].get(question.choices.len()).copied() else {
            return Err(LessonFault::TooManyChoices);
        };
        if letter != wanted {
            return Err(LessonFault::ChoiceOrder {
                found: letter,
                wanted,
            });
        }
        let said = text("choice", "a) TEXT", rest)?;
        if let Some(same) = question.choices.iter().find(|other| other.text == said) {
            return Err(LessonFault::SameText(same.letter, letter));
        }
        question.choices.push(LessonChoice {
            letter,
            text: said,
            claim: None,
            answer: None,
        });
        Ok(())
    }

    pub(super) fn claim(&mut self, number: usize, rest: &str) -> LessonRead<()> {
        if rest.is_empty() {
            return Err(LessonFault::NoClaim);
        }
        match &mut self.open {
            Open::Asked(question) if question.lines.is_empty() => {
                let Some(choice) = question.choices.last_mut() else {
                    return Err(LessonFault::ClaimOutside);
                };
                if choice.claim.is_some() {
                    return Err(LessonFault::SecondClaim(choice.letter));
                }
                let claim = claims(rest)?;
                if claim.leaves_open(RowVariable::Some) || claim.leaves_open(RowVariable::Other) {
                    return Err(LessonFault::OpenRow("a choice's claim"));
                }
                let letter = choice.letter;
                choice.claim = Some(claim.clone());
                let same = |other: &&LessonChoice| {
                    other.letter != letter && other.claim.as_ref() == Some(&claim)
                };
                match question.choices.iter().find(same) {
                    Some(other) => Err(LessonFault::SameClaim(other.letter, letter)),
                    None => Ok(()),
                }
            }
            Open::Worked(goal) if goal.solution.is_empty() => {
                if self.steps.len() >= MAX_STEPS {
                    return Err(LessonFault::TooMany(MAX_STEPS, "="));
                }
                self.steps.push(claims(rest)?);
                goal.step_lines.push(number);
                Ok(())
            }
            _ => Err(LessonFault::ClaimOutside),
        }
    }

    pub(super) fn reveal(&mut self, rest: &str) -> LessonRead<()> {
        if !matches!(self.open, Open::Asked(_)) {
            return Err(LessonFault::RevealOutside);
        }
        let reveal = text("reveal", "reveal TEXT", rest)?;
        let Open::Asked(mut question) = std::mem::replace(&mut self.open, Open::Body) else {
            return Err(LessonFault::RevealOutside);
        };
        match question.choices.len() {
            0 => return Err(LessonFault::TooFewChoices("no choice")),
            1 => return Err(LessonFault::TooFewChoices("one choice")),
            _ => {}
        }
        if question.choices.iter().all(|choice| choice.claim.is_none()) {
            return Err(LessonFault::NoChoiceHasAClaim);
        }
        question.reveal = reveal;
        self.open = Open::Revealed(question);
        Ok(())
    }

    pub(super) fn answer(&mut self, rest: &str) -> LessonRead<()> {
        let Open::Revealed(question) = &mut self.open else {
            return Err(LessonFault::IfOutside);
        };
        let (letter, said) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let mut choices = question.choices.iter_mut();
        let Some(choice) = choices.find(|choice| letter.chars().eq([choice.letter])) else {
            return Err(LessonFault::IfUnknown(clean::text(&cut(letter))));
        };
        if choice.answer.is_some() {
            return Err(LessonFault::SecondIf(choice.letter));
        }
        choice.answer = Some(text("if", "if a TEXT", said.trim())?);
        Ok(())
    }

    pub(super) fn tip(&mut self, rest: &str) -> LessonRead<()> {
        let Open::Worked(goal) = &mut self.open else {
            return Err(LessonFault::TipOutside);
        };
        if goal.tip.is_some() {
            return Err(LessonFault::Second("tip".to_owned()));
        }
        if self.steps.is_empty() {
            return Err(LessonFault::GoalWithoutClaim(goal.line));
        }
        goal.tip = Some(text("tip", "tip TEXT", rest)?);
        Ok(())
    }
}
