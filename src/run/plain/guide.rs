//! The guide in the conversation: it takes in every record, and its word tells what was seen.

use super::Repl;
use crate::app::guide::{Guide, topics};
use crate::app::lesson::LessonRun;
use crate::narrate::story;
use crate::os;
use crate::run::lesson::LessonStart;
use crate::run::lesson::progress;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

/// What watches for what the lessons show.
pub(super) fn begin(lessons: &LessonStart) -> Option<Guide> {
    let before = match lessons.saves {
        true => progress::seen(),
        false => BTreeMap::new(),
    };
    lessons.guides.then(|| Guide::new(before))
}

impl<W: Write> Repl<'_, W> {
    /// Whether a lesson may still ask what the guide would answer.
    fn guide_waits(&self) -> bool {
        let run = self.lesson.as_ref();
        run.is_some_and(LessonRun::covers_what_follows)
    }

    /// A record was made, or a question is answered: what was recognised is kept, and nothing is said.
    pub(super) fn recognise(&mut self) -> anyhow::Result<()> {
        let Some(guide) = &mut self.guide else {
            return Ok(());
        };
        let world = self.history.uncovered_live();
        let record = self.history.uncovered_record();
        let said = || record.map_or_else(Vec::new, |record| story::said(world, record));
        guide.take(world, &said);
        if self.guide_waits() {
            return Ok(());
        }
        let seen = self.guide.as_mut().map_or(Vec::new(), Guide::to_keep);
        if seen.is_empty() || !self.lessons.saves {
            return Ok(());
        }
        match progress::keep_seen(&seen, os::system::header().started) {
            Ok(()) => Ok(()),
            Err(why) => self.put(&format!("what was recognised is not kept: {why}.\n")),
        }
    }

    /// What was seen, by number. What was not has no name here: it would answer a question.
    pub(super) fn tell_guide(&mut self) -> anyhow::Result<()> {
        if self.guide_waits() {
            return self.put("refused: the guide waits until the questions are answered.\n");
        }
        let Some(guide) = &mut self.guide else {
            return self.put("the guide is off: this was begun with --no-guide.\n");
        };
        let mut text = format!(
            "guide: seen {} of {}.\n",
            guide.count_seen(),
            topics().len()
        );
        for topic in topics() {
            let when = match (guide.sighting(topic.number), guide.before.get(topic.number)) {
                (Some(seen), _) => format!("tick {}", seen.at.1),
                (None, Some(day)) => day.clone(),
                (None, None) => continue,
            };
            let _ = writeln!(text, "{}: {}, {when}.", topic.number, topic.name());
        }
        guide.looked_at();
        self.put(&text)
    }
}
