//! Why a file is no lesson: the line, what is wrong there, and what to write instead.

use super::{MAX_ANSWER_LINES, MAX_LESSON_BYTES};
use crate::language::claim::BadClaim;
use crate::language::line::BadLine;
use thiserror::Error;

/// Why a file is no lesson.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {fault}")]
pub struct LessonError {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub fault: LessonFault,
}

/// What can be wrong in a line of a lesson.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say what each is")]
pub enum LessonFault {
    #[error("the file is empty. A lesson begins so: lesson TOPIC")]
    Empty,
    #[error("the file has more than {MAX_LESSON_BYTES} bytes. Make two lessons of it")]
    TooLarge,
    #[error("the file has more than {0} lines. Make two lessons of it")]
    TooManyLines(usize),
    #[error("a lesson begins with its topic. Write first: lesson TOPIC")]
    NoLesson,
    #[error(
        "there is a second 'lesson'. A file is one lesson: take this line away, or make a second file"
    )]
    SecondLesson,
    #[error("nothing stands behind '{0}'. Write it so: {1}")]
    NoText(String, &'static str),
    #[error(
        "'{word}' needs {needs} lines of {width} cells, and has room for {most}. Say it shorter"
    )]
    TooLong {
        word: String,
        needs: usize,
        width: usize,
        most: usize,
    },
    #[error(
        "'{0}' stands too late. It belongs above the first 'say', 'ask', 'goal' and line of the script"
    )]
    HeadTooLate(String),
    #[error("there is a second '{0}'. Take one of them away")]
    Second(String),
    #[error(
        "'{0}' is nothing that a lesson can need. Write it so: needs wire, needs linux, or needs python3"
    )]
    UnknownNeed(String),
    #[error("'{word}' cannot stand there. Write it so: {form}")]
    Claim { word: String, form: &'static str },
    #[error("a claim is not finished. Write it so: {0}")]
    UnfinishedClaim(&'static str),
    #[error("nothing stands behind '='. Write it so: = 1 stage connected")]
    NoClaim,
    #[error(
        "'{0}' needs a row that can be named: here a row is a number. 'some' and 'other' are for seen and goal"
    )]
    OpenRow(&'static str),
    #[error("'other' is another row than 'some', and there is no 'some'. Write some in its place")]
    OtherWithoutSome,
    #[error("a choice stands outside a question. Write the question above it: ask TEXT")]
    ChoiceOutside,
    #[error(
        "the choice {found}) stands where {wanted}) is due. Choices are a, b, c and d, in this order"
    )]
    ChoiceOrder { found: char, wanted: char },
    #[error("there is a fifth choice. A question has two to four")]
    TooManyChoices,
    #[error("the question has {0}. Write two to four: a) TEXT")]
    TooFewChoices(&'static str),
    #[error("the choices {0} and {1} say the same. Take one away")]
    SameText(char, char),
    #[error(
        "the choices {0} and {1} claim the same, so both would be right. Take one away, or claim more"
    )]
    SameClaim(char, char),
    #[error(
        "a choice stands behind a line of the script. Choices stand directly below their question"
    )]
    ChoiceTooLate,
    #[error("'=' stands where no claim is due. It belongs below a choice or a goal")]
    ClaimOutside,
    #[error("the choice {0} has a claim already. Join both: = CLAIM and CLAIM")]
    SecondClaim(char),
    #[error("no choice has a claim, so none could be right. Write below one: = CLAIM")]
    NoChoiceHasAClaim,
    #[error("the question of line {0} has no reveal. Write it before this line: reveal TEXT")]
    NoReveal(usize),
    #[error("'reveal' stands outside a question. Write the question above it: ask TEXT")]
    RevealOutside,
    #[error("'{0}' stands inside a question. Close the question first: reveal TEXT")]
    InsideQuestion(String),
    #[error("'if' stands outside a reveal. It belongs below it: if a TEXT")]
    IfOutside,
    #[error("'if {0}' speaks of no choice. Write one of the question's letters: if a TEXT")]
    IfUnknown(String),
    #[error("there is a second 'if {0}'. Take one of them away")]
    SecondIf(char),
    #[error(
        "a question has at most {MAX_ANSWER_LINES} lines that bring its answer. Move some above the question"
    )]
    TooManyAnswerLines,
    #[error("the goal of line {0} has no claim. Write below it: = CLAIM")]
    GoalWithoutClaim(usize),
    #[error(
        "the goal of line {0} has no lines that reach it. Write below it what one would do, such as: tick 7"
    )]
    GoalWithoutSolution(usize),
    #[error("'tip' stands outside a goal. It belongs below its claims: tip TEXT")]
    TipOutside,
    #[error("a lesson's help is called 'tip'. Write it so: tip TEXT")]
    HintIsTip,
    #[error("a lesson has at most {0} of '{1}'. Make two lessons of it")]
    TooMany(usize, &'static str),
    #[error("nothing follows the topic. Write a line of the script, such as: add @open")]
    NothingInIt,
    #[error("'quit' would end the learner's session. Take it away: a lesson ends with its file")]
    Quit,
    #[error("'{0}' is no peer of the lab. Write one that has a port, such as: peer @open: exit 0")]
    NoPeer(String),
    #[error("'{0}' is no rule. Write it so: rules all, or: rules all -stuck; the names: {1}")]
    NoRule(String, String),
    #[error("'{0}' is no client of the lessons. Write it so: watch client-a @open; the names: {1}")]
    NoClient(String, String),
    #[error(
        "'watch' stands too late. A lesson that watches a client has nothing but prose above it"
    )]
    WatchTooLate,
    #[error("{0}. A lesson's own words: {WORDS}")]
    Line(BadLine),
}

/// The lesson's own words.
pub(super) const WORDS: &str = "lesson, name, belief, needs, seen, see, say, ask, a) to d), =, reveal, if, goal, tip, watch, peer, rules";

impl From<BadClaim> for LessonFault {
    fn from(bad: BadClaim) -> LessonFault {
        if bad.word.is_empty() {
            LessonFault::UnfinishedClaim(bad.form)
        } else {
            LessonFault::Claim {
                word: bad.word.chars().take(40).collect(),
                form: bad.form,
            }
        }
    }
}
