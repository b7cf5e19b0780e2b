//! A class votes on the open question: by hands, in at most two rounds, with counts or without.

use super::turn::{LessonTurn, mark};
use super::{LessonRun, LessonStep, UnderWay};
use crate::language::request::Request;
use crate::model::lesson_mark::LessonMark;

/// A class votes so often: alone, and after talking to a neighbour.
pub(super) const MOST_ROUNDS: usize = 2;
/// No class is larger.
pub(super) const MOST_VOTES: u32 = 9999;

/// What a class has voted on the question that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassVote {
    /// Its rounds: a count for each choice, or nothing if hands were only looked at.
    pub rounds: Vec<Vec<u32>>,
    /// It fills the screen.
    pub is_shown: bool,
    /// So many rounds are in the recording.
    written: usize,
}

impl ClassVote {
    /// The votes in one line: `first a 12, b 91; second a 3, b 100`; `None` if nothing was counted.
    pub fn counted(&self) -> Option<String> {
        let names = ["first", "second"];
        let rounds: Vec<String> = names
            .iter()
            .zip(&self.rounds)
            .filter(|(_, counts)| !counts.is_empty())
            .map(|(name, counts)| {
                let counts: Vec<String> = ('a'..)
                    .zip(counts)
                    .map(|(letter, count)| format!("{letter} {count}"))
                    .collect();
                format!("{name} {}", counts.join(", "))
            })
            .collect();
        (!rounds.is_empty()).then(|| rounds.join("; "))
    }
}

impl LessonRun {
    /// Begins a vote, shows it again, or begins its second round.
    pub fn vote(&mut self) -> LessonTurn {
        let LessonStep::Asked { question, .. } = self.step else {
            return LessonTurn::saying(match self.step {
                LessonStep::Revealed { .. } => "The kernel has answered: a vote comes before.",
                _ => "No question is open: there is nothing to vote on.",
            });
        };
        if !self.vote.is_shown {
            self.vote.is_shown = true;
            if self.vote.rounds.is_empty() {
                self.vote.rounds.push(Vec::new());
            }
            return LessonTurn::default();
        }
        if self.vote.rounds.len() >= MOST_ROUNDS {
            return LessonTurn::saying("Both votes are here. {key tick} lets the kernel answer.");
        }
        let requests = self.unwritten_votes(question);
        self.vote.rounds.push(Vec::new());
        self.busy_with(UnderWay::Mark, requests)
    }

    /// The counts of the round that is being voted; without any: hands were only looked at.
    ///
    /// # Errors
    /// In words: no question is open, or there are not as many counts as choices.
    pub fn count_votes(&mut self, counts: Vec<u32>) -> Result<(), String> {
        let LessonStep::Asked { question, .. } = self.step else {
            return Err("no question is open, so there is nothing to vote on".to_owned());
        };
        let choices = self
            .question(question)
            .map_or(0, |asked| asked.choices.len());
        if !counts.is_empty() && counts.len() != choices {
            return Err(format!(
                "this question has {choices} choices: write {choices} counts, or none"
            ));
        }
        if counts.iter().any(|count| *count > MOST_VOTES) {
            return Err(format!("a count is a number from 0 to {MOST_VOTES}"));
        }
        self.vote.is_shown = true;
        match self.vote.rounds.last_mut() {
            Some(round) => *round = counts,
            None => self.vote.rounds.push(counts),
        }
        Ok(())
    }

    /// A whole round in one line, in a conversation.
    ///
    /// # Errors
    /// As of [`LessonRun::count_votes`], and if there were two rounds already.
    pub fn vote_in_a_line(&mut self, counts: Vec<u32>) -> Result<LessonTurn, String> {
        let LessonStep::Asked { question, .. } = self.step else {
            return Err("no question is open, so there is nothing to vote on".to_owned());
        };
        if self.vote.rounds.len() >= MOST_ROUNDS {
            return Err("there were two votes already".to_owned());
        }
        self.vote.rounds.push(Vec::new());
        let counted = self.count_votes(counts);
        self.vote.is_shown = false;
        if let Err(why) = counted {
            self.vote.rounds.pop();
            return Err(why);
        }
        let requests = self.unwritten_votes(question);
        Ok(self.busy_with(UnderWay::Mark, requests))
    }

    /// The rounds that are over and stand in no record yet.
    pub(super) fn unwritten_votes(&mut self, question: usize) -> Vec<Request> {
        let number = question as u32 + 1;
        let rounds = self.vote.rounds.iter().skip(self.vote.written);
        let marks = rounds.map(|counts| mark(LessonMark::Voted(number, counts.clone())));
        let marks = marks.collect();
        self.vote.written = self.vote.rounds.len();
        marks
    }
}
