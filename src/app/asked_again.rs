//! A recording's questions, asked again: where one stands, its question is open, and what answers it is covered until one goes to the
//! record after which the answer is there.

use super::lesson::{LessonRun, LessonStep};
use crate::language::asked::RecordedQuestion;
use crate::language::claim::SaidSentence;
use crate::language::lesson::{Lesson, LessonPart};
use crate::model::world::World;
use std::ops::Range;

/// The questions of a recording.
#[derive(Debug)]
pub struct AskedAgain {
    questions: Vec<RecordedQuestion>,
    /// What was said to each.
    letters: Vec<Option<char>>,
    /// They are asked; else only one that was never answered stays covered.
    pub is_on: bool,
    /// The one that is shown, and whether its answer is.
    shown: Option<(usize, bool)>,
    run: LessonRun,
}

impl AskedAgain {
    /// Of a recording that has questions.
    pub fn new(name: &str, questions: Vec<RecordedQuestion>) -> Option<AskedAgain> {
        let parts: Vec<LessonPart> = questions
            .iter()
            .filter_map(|asked| asked.question.clone())
            .map(LessonPart::Question)
            .collect();
        if questions.is_empty() {
            return None;
        }
        let lesson = Lesson {
            topic: String::new(),
            name: None,
            belief: None,
            belief_line: 0,
            needs: Vec::new(),
            seen: Vec::new().into(),
            seen_line: 0,
            see: None,
            peers: Vec::new(),
            rules: None,
            parts,
        };
        Some(AskedAgain {
            letters: vec![None; questions.len()],
            is_on: false,
            shown: None,
            run: LessonRun::new(name, lesson, false, true),
            questions,
        })
    }

    /// The records that are covered now.
    pub fn covered(&self) -> Vec<Range<usize>> {
        self.questions
            .iter()
            .filter(|asked| self.is_on || asked.revealed.is_none())
            .map(RecordedQuestion::covered)
            .collect()
    }

    /// Where the answer to the question is that is open at this place; `None`: the recording ends before it.
    pub fn answer_at(&self, at: usize) -> Option<usize> {
        let open = |asked: &&RecordedQuestion| asked.asked <= at && asked.covered().contains(&at);
        self.questions.iter().find(open)?.revealed
    }

    /// What is asked at this place; `kept` is the question as it was shown last, with what was said to it.
    pub fn at(
        &mut self,
        at: usize,
        kept: Option<Box<LessonRun>>,
        world: &World,
        said: &dyn Fn() -> Vec<SaidSentence>,
    ) -> Option<Box<LessonRun>> {
        if let (Some((index, _)), Some(run)) = (self.shown, &kept)
            && let LessonStep::Asked { letter, .. } = run.step
        {
            self.letters[index] = letter;
        }
        let is_here = |asked: &RecordedQuestion| {
            let is_revealed = asked.revealed == Some(at);
            let shows = asked.asked <= at && (self.is_on || asked.revealed.is_none());
            shows && (is_revealed || asked.covered().contains(&at))
        };
        let index = self.questions.iter().position(is_here);
        let shows = index.map(|index| (index, self.questions[index].revealed == Some(at)));
        if shows == self.shown {
            return kept.filter(|_| shows.is_some());
        }
        self.shown = shows;
        let (index, is_revealed) = shows?;
        self.questions[index].question.as_ref()?;
        let before = self.questions[..index].iter();
        let number = before.filter(|asked| asked.question.is_some()).count();
        let mut run = self.run.clone();
        run.has_passed = self.questions[index].is_passed_over;
        run.show(number, self.letters[index], is_revealed, world, said);
        Some(Box::new(run))
    }
}
