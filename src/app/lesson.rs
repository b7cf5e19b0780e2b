//! A lesson that is gone through: its place, the open question, what was answered, and what the next press does. Pure: it asks for
//! requests, and is told what came of them.

mod answer;
mod next;
mod path;
mod turn;
mod vote;

pub use path::LessonPlace;
pub use turn::{LessonTurn, LineEnd};
pub use vote::ClassVote;

use crate::language::claim::SaidSentence;
use crate::language::claim::pattern::Conjunction;
use crate::language::keys::Key;
use crate::language::lesson::{Lesson, LessonPart, Question};
use crate::language::matcher::Matcher;
use crate::language::request::Request;
use crate::model::world::World;
use crate::narrate::decided;
use std::sync::Arc;

/// What the kernel says of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KernelAnswer {
    /// One choice holds, and no other.
    Is {
        /// It.
        letter: char,
        /// What was seen that decides it, in the words of the panes.
        seen: String,
    },
    /// None holds: what is so instead.
    NoneOf(String),
    /// Several hold, so the question is faulty here.
    Several(Vec<char>),
    /// Nothing: what the lesson waited for did not come, and was passed over.
    PassedOver,
}

impl KernelAnswer {
    /// The one choice that holds.
    pub fn right(&self) -> Option<char> {
        match self {
            KernelAnswer::Is { letter, .. } => Some(*letter),
            KernelAnswer::NoneOf(_) | KernelAnswer::Several(_) | KernelAnswer::PassedOver => None,
        }
    }
}

/// Where a lesson stands.
#[derive(Clone, Debug)]
pub enum LessonStep {
    /// The next press makes the next line.
    Walking,
    /// A line that the lesson waits for has not come true.
    NotYet,
    /// A question is open.
    Asked {
        /// Its number, from 0.
        question: usize,
        /// The letter that was chosen.
        letter: Option<char>,
        /// That nothing was chosen was said.
        warned: bool,
    },
    /// The lines are being carried out that bring the answer.
    Answering {
        /// Its number, from 0.
        question: usize,
        /// The letter that was chosen; `None`: passed over.
        letter: Option<char>,
        /// The line that comes next.
        line: usize,
    },
    /// The answer is there.
    Revealed {
        /// Its number, from 0.
        question: usize,
        /// The letter that was chosen.
        letter: Option<char>,
        /// What the kernel says.
        kernel: KernelAnswer,
    },
    /// A goal is worked for.
    Working {
        /// Its number, from 0.
        goal: usize,
        /// How far it has come.
        matcher: Matcher,
    },
    /// All is done.
    Over,
}

/// How a question went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerKept {
    /// The first answer was right.
    pub first_right: bool,
    /// It was answered.
    pub answered: bool,
    /// It was answered right at last.
    pub right: bool,
    /// What was said to it last; `None`: it was passed over, or is not behind.
    pub letter: Option<char>,
}

/// A lesson that is gone through.
#[derive(Clone, Debug)]
pub struct LessonRun {
    /// Its number in the course, or its file.
    pub name: String,
    /// The lesson.
    pub lesson: Arc<Lesson>,
    /// It comes with the program.
    pub is_ours: bool,
    /// Where it stands.
    pub step: LessonStep,
    /// The prose that is shown.
    pub said: Option<String>,
    /// The prose before it, as long as the lines are made that it speaks of: a screen still shows it.
    pub said_before: Option<String>,
    /// What was said of the situation that the open question is about.
    pub premise: Option<String>,
    /// How each question went.
    pub answers: Vec<AnswerKept>,
    /// Which goals were reached.
    pub reached: Vec<bool>,
    /// What a class has voted on the open question.
    pub vote: ClassVote,
    /// What is being carried out.
    under_way: UnderWay,
    /// A question or a reveal has not been drawn yet: what is typed is thrown away.
    pub is_fresh: bool,
    /// A key that was pressed after what it is meant for was seen, and before the mark of that was written.
    pub early: Option<Key>,
    /// The part that comes next.
    at: usize,
    /// Questions are asked; else their lines are made like others.
    asks: bool,
    /// Only these questions are asked, since they were not right: once more.
    pub only: Option<Vec<usize>>,
    /// What stands on the screen only if there is room for it is asked for.
    pub shows_more: bool,
    /// Something that the lesson waited for did not come and was passed over: what is asked now is not about what is there.
    pub(super) has_passed: bool,
    /// Whether own keys have changed the session, and what of its own lines is made again.
    path: path::LessonPath,
}

/// What is being carried out for a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnderWay {
    Nothing,
    /// A mark, or lines that are passed over; then the lesson goes on.
    Passing,
    /// A mark behind which the lesson waits for a press.
    Mark,
    /// The part that comes next.
    Line,
    /// A line of an answer.
    Answer,
    /// The lesson's own lines, up to where it stands.
    Staging,
}

impl LessonRun {
    /// From its beginning.
    pub fn new(name: &str, lesson: Lesson, is_ours: bool, asks: bool) -> LessonRun {
        LessonRun {
            name: name.to_owned(),
            answers: vec![AnswerKept::default(); lesson.questions().count()],
            reached: vec![false; lesson.goals().count()],
            lesson: Arc::new(lesson),
            is_ours,
            step: LessonStep::Walking,
            said: None,
            said_before: None,
            premise: None,
            vote: ClassVote::default(),
            under_way: UnderWay::Nothing,
            is_fresh: false,
            early: None,
            at: 0,
            asks,
            only: None,
            shows_more: false,
            has_passed: false,
            path: path::LessonPath::default(),
        }
    }

    /// The same lesson staged afresh, for the questions that were not right.
    pub fn once_more(&self) -> Option<LessonRun> {
        let wrong: Vec<usize> = (0..self.answers.len())
            .filter(|index| self.answers[*index].answered && !self.answers[*index].right)
            .collect();
        if wrong.is_empty() || !self.asks {
            return None;
        }
        let mut again = LessonRun::new(&self.name, (*self.lesson).clone(), self.is_ours, true);
        again.answers.clone_from(&self.answers);
        again.reached.clone_from(&self.reached);
        again.only = Some(wrong);
        Some(again)
    }

    /// The question with this number, from 0.
    pub fn question(&self, number: usize) -> Option<&Question> {
        self.lesson.questions().nth(number)
    }

    /// Whether something is being carried out.
    pub fn is_busy(&self) -> bool {
        self.under_way != UnderWay::Nothing
    }

    /// Whether a question or its answer can be seen, and only their mark is still being written.
    pub fn writes_mark(&self) -> bool {
        self.under_way == UnderWay::Mark && !self.is_fresh && self.takes_letters()
    }

    /// Whether a question is open.
    pub fn is_open(&self) -> bool {
        matches!(
            self.step,
            LessonStep::Asked { .. } | LessonStep::Answering { .. }
        )
    }

    /// Whether all is done.
    pub fn is_over(&self) -> bool {
        matches!(self.step, LessonStep::Over)
    }

    /// Whether a letter is an answer now: while a question is open, and until the press after its reveal.
    pub fn takes_letters(&self) -> bool {
        self.is_open() || matches!(self.step, LessonStep::Revealed { .. })
    }

    /// Whether a letter is too early: a question comes, and what is done until then is not the learner's own work.
    pub fn waits_for_question(&self) -> bool {
        self.asks_later() && !self.takes_letters()
    }

    /// Whether a question follows and no goal is worked for: what is done by hand now may change its answer.
    pub fn asks_later(&self) -> bool {
        self.covers_what_follows()
            && !self.is_open()
            && !matches!(self.step, LessonStep::Working { .. })
    }

    /// The last letter that answers the open question.
    pub fn last_letter(&self) -> char {
        let (LessonStep::Asked { question, .. }
        | LessonStep::Answering { question, .. }
        | LessonStep::Revealed { question, .. }) = &self.step
        else {
            return 'd';
        };
        let last = self
            .question(*question)
            .and_then(|asked| asked.choices.last());
        last.map_or('d', |choice| choice.letter)
    }

    /// Whether a question follows, so that what is made now is covered.
    pub fn covers_what_follows(&self) -> bool {
        self.asks
            && (self.is_open()
                || self.lesson.parts[self.at.min(self.lesson.parts.len())..]
                    .iter()
                    .any(|part| matches!(part, LessonPart::Question(_))))
    }

    /// How many lines were made of how many: the part that comes next, and all.
    pub fn progress(&self) -> (usize, usize) {
        (
            self.at.min(self.lesson.parts.len()),
            self.lesson.parts.len(),
        )
    }

    /// The help for the goal that is worked for.
    pub fn tip(&self) -> Option<&str> {
        let LessonStep::Working { goal, .. } = &self.step else {
            return None;
        };
        self.lesson.goals().nth(*goal)?.tip.as_deref()
    }

    /// Whether a question is asked in this run.
    fn asks_question(&self, number: usize) -> bool {
        self.asks && self.only.as_ref().is_none_or(|only| only.contains(&number))
    }

    fn count_before(&self, is: impl Fn(&LessonPart) -> bool) -> usize {
        let parts = &self.lesson.parts[..self.at.min(self.lesson.parts.len())];
        parts.iter().filter(|part| is(part)).count()
    }

    /// What the kernel says of a question now.
    fn kernel_says(
        &self,
        number: usize,
        world: &World,
        said: &dyn Fn() -> Vec<SaidSentence>,
    ) -> KernelAnswer {
        let Some(question) = self.question(number) else {
            return KernelAnswer::NoneOf(String::new());
        };
        let mut instead = Vec::new();
        let mut right = Vec::new();
        for choice in &question.choices {
            let check = |claim: &Conjunction| {
                claim
                    .check(world, said)
                    .map_err(|(claim, why)| format!("{claim}: {why}"))
            };
            match choice.claim.as_ref().map(check) {
                Some(Ok(())) => right.push(choice),
                Some(Err(why)) => instead.push(format!("{}) {why}", choice.letter)),
                None => {}
            }
        }
        match right.as_slice() {
            [only] => KernelAnswer::Is {
                letter: only.letter,
                seen: only
                    .claim
                    .as_ref()
                    .map_or_else(String::new, |claim| decided::sentence(claim, world)),
            },
            [] => KernelAnswer::NoneOf(instead.join("; ")),
            several => KernelAnswer::Several(several.iter().map(|choice| choice.letter).collect()),
        }
    }
}

/// Whether a line only waits for a claim, or expects it: it is made without a press.
fn is_quiet(request: &Request) -> bool {
    matches!(request, Request::Check(_) | Request::Await { .. })
}
