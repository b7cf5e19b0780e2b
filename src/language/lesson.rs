//! Lessons: scripts with prose and questions. A choice of a question is a claim, so that the kernel says which one is right.

mod fault;
mod fits;
mod peers;
mod read;
#[cfg(test)]
mod tests;

pub use fault::{LessonError, LessonFault};
pub use fits::{TextLimit, limit, lines_needed};
pub use peers::{PeerExpectation, PeerExpectations};

use super::claim::pattern::Conjunction;
use super::keys;
use super::request::Request;
use super::rules::RuleChoice;
use super::script::ScriptLine;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::target::{Target, TargetPlace};
use std::sync::Arc;

/// A lesson file has at most so many bytes.
pub const MAX_LESSON_BYTES: usize = 64 * 1024;
/// A question brings its answer with at most so many lines.
pub const MAX_ANSWER_LINES: usize = 8;

/// What a machine must have for a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LessonNeed {
    /// The lab wire.
    Wire,
    /// Linux.
    Linux,
    /// A python3 in the PATH.
    Python,
}

/// A lesson, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    /// What it is about, in neutral words.
    pub topic: String,
    /// What it shows; told at the end only.
    pub name: Option<String>,
    /// What many believe and is false here; told at the end only.
    pub belief: Option<String>,
    /// Where that stands in the file.
    pub belief_line: usize,
    /// What this machine must have.
    pub needs: Vec<LessonNeed>,
    /// How it is recognised in any session: one line after the other.
    pub seen: Arc<[Conjunction]>,
    /// Where that stands in the file.
    pub seen_line: usize,
    /// Manual pages.
    pub see: Option<String>,
    /// What a program of the learner's must do at peers of the lab, in order.
    pub peers: Vec<PeerExpectations>,
    /// Which rules such a program is looked over by; `None`: nothing is said.
    pub rules: Option<RuleChoice>,
    /// What follows, in order.
    pub parts: Vec<LessonPart>,
}

/// A part of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonPart {
    /// Prose before the next line.
    Say {
        /// From 1.
        line: usize,
        /// What is said.
        text: String,
    },
    /// A line of the script.
    Line(ScriptLine),
    /// A question.
    Question(Question),
    /// Something that the learner does.
    Goal(LessonGoal),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// From 1.
    pub line: usize,
    /// What is asked.
    pub text: String,
    /// Two to four.
    pub choices: Vec<LessonChoice>,
    /// The lines that bring the answer; with none it is there already, under the cover.
    pub lines: Vec<ScriptLine>,
    /// What is so, and why.
    pub reveal: String,
}

/// One choice of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonChoice {
    /// `a` to `d`.
    pub letter: char,
    /// What it says.
    pub text: String,
    /// What must hold for it to be right; without a claim it is never right.
    pub claim: Option<Conjunction>,
    /// What is said to who chose it.
    pub answer: Option<String>,
}

/// A goal: what the learner does with keys of his own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonGoal {
    /// From 1.
    pub line: usize,
    /// What is to be done.
    pub text: String,
    /// What must hold, one line after the other, and where each stands.
    pub steps: Arc<[Conjunction]>,
    /// Where each of them stands.
    pub step_lines: Vec<usize>,
    /// Help.
    pub tip: Option<String>,
    /// Lines that reach it; never shown.
    pub solution: Vec<ScriptLine>,
}

/// Whether a file is a lesson: its first line of words begins with `lesson`.
pub fn is_lesson(text: &str) -> bool {
    text.lines()
        .map(|line| line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}'))
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .is_some_and(|line| line.split_whitespace().next() == Some("lesson"))
}

impl Lesson {
    /// Reads a whole file.
    ///
    /// # Errors
    /// Names the first wrong line, what is wrong, and what to write.
    pub fn parse(text: &str) -> Result<Lesson, LessonError> {
        // All kinds of white space are one, so that what is read is written, and read again, as the same.
        let is_other = |c: char| c.is_whitespace() && !matches!(c, '\n' | '\r');
        read::lesson(&text.replace(is_other, " "))
    }

    /// Its questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.parts.iter().filter_map(|part| match part {
            LessonPart::Question(question) => Some(question),
            _ => None,
        })
    }

    /// For each goal, how many questions stand before it.
    pub fn questions_before_goals(&self) -> Vec<u32> {
        let mut questions = 0;
        let mut before = Vec::new();
        for part in &self.parts {
            match part {
                LessonPart::Question(_) => questions += 1,
                LessonPart::Goal(_) => before.push(questions),
                LessonPart::Say { .. } | LessonPart::Line(_) => {}
            }
        }
        before
    }

    /// Its goals, in order.
    pub fn goals(&self) -> impl Iterator<Item = &LessonGoal> {
        self.parts.iter().filter_map(|part| match part {
            LessonPart::Goal(goal) => Some(goal),
            _ => None,
        })
    }

    /// Every line of the script, also of answers and solutions.
    pub fn script_lines(&self) -> impl Iterator<Item = &ScriptLine> {
        self.parts.iter().flat_map(|part| match part {
            LessonPart::Say { .. } => [].iter(),
            LessonPart::Line(line) => std::slice::from_ref(line).iter(),
            LessonPart::Question(question) => question.lines.iter(),
            LessonPart::Goal(goal) => goal.solution.iter(),
        })
    }

    /// The lesson as a script: prose as notes, questions passed over.
    pub fn script(&self) -> Vec<ScriptLine> {
        let mut lines = Vec::new();
        for part in &self.parts {
            match part {
                LessonPart::Say { line, text } => lines.push(ScriptLine {
                    number: *line,
                    text: format!("say {text}"),
                    request: Request::Act(Command::Note(keys::said(text))),
                }),
                LessonPart::Line(line) => lines.push(line.clone()),
                LessonPart::Question(question) => lines.extend(question.lines.iter().cloned()),
                LessonPart::Goal(goal) => lines.extend(goal.solution.iter().cloned()),
            }
        }
        lines
    }

    /// The first target that leads outside this machine, and its line.
    pub fn foreign_target(&self) -> Option<(usize, &Target)> {
        self.script_lines().find_map(|line| {
            let targets: &[Target] = match &line.request {
                Request::Act(Command::Add(targets)) => targets,
                Request::Act(Command::Modes(target)) => std::slice::from_ref(target),
                _ => &[],
            };
            let foreign = targets.iter().find(|target| !is_on_this_machine(target))?;
            Some((line.number, foreign))
        })
    }
}

/// A target of the lab, a loopback address, a unix socket, or a name that can be no host's.
fn is_on_this_machine(target: &Target) -> bool {
    match &target.place {
        TargetPlace::Lab(_) | TargetPlace::Wire(_) | TargetPlace::Shared { .. } => true,
        TargetPlace::At(addr) => addr.is_local(),
        TargetPlace::Name { host, .. } => {
            host == "localhost" || host.ends_with(".example") || host.ends_with(".invalid")
        }
        TargetPlace::Unresolved { .. } => false,
    }
}

impl Question {
    /// The rows that its choices name, each once.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .choices
            .iter()
            .filter_map(|choice| choice.claim.as_ref())
            .flat_map(Conjunction::rows)
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Whether it asks for what a poll reports, so that the lists belong to its picture.
    pub fn asks_for_lists(&self) -> bool {
        self.choices.iter().any(|choice| {
            let claim = choice.claim.as_ref().map(ToString::to_string);
            claim.is_some_and(|claim| claim.starts_with("new ") || claim.contains(" reported "))
        })
    }

    /// Whether its answer stands in the lists: in what a poll reports, or in what is true of a socket.
    pub fn is_about_lists(&self) -> bool {
        let claims = self
            .choices
            .iter()
            .filter_map(|choice| choice.claim.as_ref());
        let words = [" select ", " poll ", " epoll "];
        self.asks_for_lists()
            || claims
                .map(ToString::to_string)
                .any(|claim| words.iter().any(|word| claim.contains(word)))
    }

    /// Reads what [`Question::as_lines`] wrote.
    ///
    /// # Errors
    /// If it is not one question, and nothing else.
    pub fn from_lines(text: &str) -> Result<Question, LessonError> {
        let mut lesson = Lesson::parse(&format!("lesson -\n{text}"))?;
        match (lesson.parts.pop(), lesson.parts.is_empty()) {
            (Some(LessonPart::Question(question)), true) => Ok(question),
            _ => Err(LessonError {
                line: 1,
                fault: LessonFault::ChoiceOutside,
            }),
        }
    }

    /// Its lines as they stand in a file.
    pub fn as_lines(&self) -> String {
        let mut lines = vec![format!("ask {}", self.text)];
        for choice in &self.choices {
            lines.push(format!("{}) {}", choice.letter, choice.text));
            lines.extend(choice.claim.as_ref().map(|claim| format!("= {claim}")));
        }
        lines.extend(self.lines.iter().map(|line| line.text.clone()));
        lines.push(format!("reveal {}", self.reveal));
        let said = self.choices.iter();
        lines.extend(said.filter_map(|choice| {
            let answer = choice.answer.as_ref()?;
            Some(format!("if {} {answer}", choice.letter))
        }));
        lines.join("\n")
    }

    /// The same with the keys named that its texts ask for.
    #[must_use]
    pub fn with_keys(&self) -> Question {
        let choice = |choice: &LessonChoice| LessonChoice {
            text: keys::said(&choice.text),
            answer: choice.answer.as_deref().map(keys::said),
            ..choice.clone()
        };
        Question {
            text: keys::said(&self.text),
            choices: self.choices.iter().map(choice).collect(),
            reveal: keys::said(&self.reveal),
            ..self.clone()
        }
    }

    /// The choice with this letter.
    pub fn choice(&self, letter: char) -> Option<&LessonChoice> {
        self.choices.iter().find(|choice| choice.letter == letter)
    }
}
