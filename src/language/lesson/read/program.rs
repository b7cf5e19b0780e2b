//! The lines about a program of the learner's: what it must do at which peer, and which rules it is looked over by.

use super::{LessonRead, LessonReader, cut};
use crate::language::lesson::fault::LessonFault;
use crate::language::lesson::peers;
use crate::language::rules::{RuleChoice, WatchRule};
use crate::model::clean;

/// So many peers may be named.
const MOST_PEERS: usize = 32;

impl LessonReader {
    pub(super) fn peer(&mut self, number: usize, rest: &str) -> LessonRead<()> {
        self.close("peer")?;
        let read = peers::read(number, rest)?;
        if self
            .lesson
            .peers
            .iter()
            .any(|known| known.peer == read.peer)
        {
            return Err(LessonFault::Second(format!("peer @{}", read.peer)));
        }
        if self.lesson.peers.len() >= MOST_PEERS {
            return Err(LessonFault::TooMany(MOST_PEERS, "peer"));
        }
        self.lesson.peers.push(read);
        Ok(())
    }

    pub(super) fn rules(&mut self, rest: &str) -> LessonRead<()> {
        self.close("rules")?;
        if rest.is_empty() {
            return Err(LessonFault::NoText("rules".to_owned(), "rules all"));
        }
        let rules = self.lesson.rules.get_or_insert_with(RuleChoice::none);
        rules.add(rest).map_err(|word| {
            let names: Vec<&str> = WatchRule::all().map(WatchRule::name).collect();
            LessonFault::NoRule(clean::text(&cut(&word)), names.join(", "))
        })
    }
}
