//! An answer is given, and the kernel answers.

use super::turn::{LessonTurn, Said, mark};
use super::{KernelAnswer, LessonRun, LessonStep, UnderWay};
use crate::model::lesson_mark::LessonMark;
use crate::model::world::World;

impl LessonRun {
    /// Shows a question of a recording: open, or with what the recorded kernel says.
    pub fn show(
        &mut self,
        question: usize,
        letter: Option<char>,
        is_revealed: bool,
        world: &World,
        said: Said<'_>,
    ) {
        self.step = if is_revealed {
            LessonStep::Revealed {
                question,
                letter,
                kernel: match self.has_passed {
                    true => KernelAnswer::PassedOver,
                    false => self.kernel_says(question, world, said),
                },
            }
        } else {
            LessonStep::Asked {
                question,
                letter,
                warned: false,
            }
        };
    }

    /// Passes an open question, a goal, or a line that does not come true.
    pub fn later(&mut self, world: &World, said: Said<'_>) -> LessonTurn {
        if self.is_busy() {
            return LessonTurn::default();
        }
        match self.step.clone() {
            LessonStep::Asked { question, .. } => self.answered(question, None, world, said),
            LessonStep::Answering { question, line, .. } => {
                self.passed_over(question, line, world, said)
            }
            LessonStep::NotYet => {
                self.has_passed = true;
                self.step = LessonStep::Walking;
                self.at += 1;
                self.settle()
            }
            LessonStep::Working { .. } => {
                self.step = LessonStep::Walking;
                self.leave_path();
                self.settle()
            }
            LessonStep::Walking | LessonStep::Revealed { .. } | LessonStep::Over => {
                LessonTurn::saying("No question is open. {key tick} goes on.")
            }
        }
    }

    /// The answer is given: it is written down before the kernel answers.
    pub(super) fn answered(
        &mut self,
        question: usize,
        letter: Option<char>,
        world: &World,
        said: Said<'_>,
    ) -> LessonTurn {
        let number = question as u32 + 1;
        let given = match letter {
            Some(letter) => Some(LessonMark::Answered(number, letter)),
            // A class that has voted has not passed the question over.
            None if !self.vote.rounds.is_empty() => None,
            None => Some(LessonMark::Later(number)),
        };
        let mut requests = self.unwritten_votes(question);
        requests.extend(given.map(mark));
        if self.has_passed {
            requests.push(mark(LessonMark::Later(number)));
        }
        self.vote.is_shown = false;
        let written = LessonTurn {
            requests,
            ..LessonTurn::default()
        };
        let brought = self.bring(question, letter, 0, world, said);
        if brought.requests.is_empty() {
            // The answer is there already: it is shown as soon as this is written down.
            self.under_way = UnderWay::Mark;
        }
        written.then(brought)
    }

    /// Another key than SPACE was pressed: the next SPACE is the first one again.
    pub fn forget_warning(&mut self) {
        if let LessonStep::Asked { warned, .. } = &mut self.step {
            *warned = false;
        }
    }

    /// What brings the answer has not come, and is not waited for: its other lines are made, for what follows, and nothing is counted.
    pub(super) fn passed_over(
        &mut self,
        question: usize,
        line: usize,
        world: &World,
        said: Said<'_>,
    ) -> LessonTurn {
        self.has_passed = true;
        let written = LessonTurn {
            requests: vec![mark(LessonMark::Later(question as u32 + 1))],
            ..LessonTurn::default()
        };
        let brought = self.bring(question, None, line + 1, world, said);
        if brought.requests.is_empty() {
            self.under_way = UnderWay::Mark;
        }
        written.then(brought)
    }

    /// Makes the next line of an answer; after the last one it is revealed.
    pub(super) fn bring(
        &mut self,
        question: usize,
        letter: Option<char>,
        line: usize,
        world: &World,
        said: Said<'_>,
    ) -> LessonTurn {
        let lines = self
            .question(question)
            .map_or(&[][..], |asked| &asked.lines);
        if let Some(next) = lines.get(line) {
            let request = next.request.clone();
            self.step = LessonStep::Answering {
                question,
                letter,
                line,
            };
            return self.busy_with(UnderWay::Answer, vec![request]);
        }
        self.reveal(question, letter, world, said)
    }

    fn reveal(
        &mut self,
        question: usize,
        letter: Option<char>,
        world: &World,
        said: Said<'_>,
    ) -> LessonTurn {
        let kernel = match self.has_passed {
            true => KernelAnswer::PassedOver,
            false => self.kernel_says(question, world, said),
        };
        if let Some(kept) = self.answers.get_mut(question) {
            kept.letter = letter;
        }
        self.path.is_seen = false;
        self.shows_more = false;
        // It was said of what is over now.
        self.said = None;
        self.premise = None;
        if let (Some(letter), Some(kept)) = (letter, self.answers.get_mut(question))
            && let Some(right) = kernel.right()
        {
            let right = right == letter;
            kept.first_right |= right && !kept.answered;
            kept.right |= right;
            kept.answered = true;
        }
        self.is_fresh = true;
        self.step = LessonStep::Revealed {
            question,
            letter,
            kernel,
        };
        LessonTurn {
            uncovers: true,
            ..LessonTurn::default()
        }
    }
}
