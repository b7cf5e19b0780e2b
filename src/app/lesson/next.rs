//! What the next press makes, in words that give no answer away.

use super::{LessonRun, LessonStep, is_quiet};
use crate::language::lesson::LessonPart;
use crate::language::request::Request;
use crate::language::script::ScriptLine;
use crate::language::verbs;
use crate::language::verbs::args::Arg;
use crate::words::join::plural;

impl LessonRun {
    /// What the next press makes; `None` where it makes no line. Ticks are told as they are counted, all else as it could be typed. Of the
    /// line behind which a question opens only the word and its row are told: what else stands there may be what is asked.
    pub fn next_in_words(&self) -> Option<String> {
        let (LessonStep::Walking | LessonStep::Revealed { .. }, Some(LessonPart::Line(line))) =
            (&self.step, self.lesson.parts.get(self.at))
        else {
            return None;
        };
        let text = &line.text;
        let count = text
            .strip_prefix("tick ")
            .and_then(|count| count.parse().ok());
        let one = if self.steps_a_client() {
            "call"
        } else {
            "tick"
        };
        Some(match (text.as_str(), count) {
            ("tick", _) => format!("a {one}"),
            (_, Some(count)) => plural(count, one),
            _ if self.opens_a_question() => short(line),
            _ => text.clone(),
        })
    }

    /// Whether its session is that of a client, of which each tick makes one call.
    fn steps_a_client(&self) -> bool {
        let mut lines = self.lesson.script_lines();
        lines.any(|line| matches!(line.request, Request::Watch(..)))
    }

    /// Whether a question opens behind the line that comes next, without another press.
    fn opens_a_question(&self) -> bool {
        let behind = self.lesson.parts.get(self.at + 1..).unwrap_or_default();
        let stops = |part: &&LessonPart| match part {
            LessonPart::Say { .. } => false,
            LessonPart::Line(line) => !is_quiet(&line.request),
            LessonPart::Question(_) | LessonPart::Goal(_) => true,
        };
        matches!(behind.iter().find(stops), Some(LessonPart::Question(_)))
    }

    /// Once more: what leads to the question is made without a press.
    pub(super) fn goes_on_alone(&self) -> bool {
        let Some(only) = &self.only else {
            return false;
        };
        let asked = self.count_before(|part| matches!(part, LessonPart::Question(_)));
        only.iter().any(|number| *number >= asked)
    }

    pub(super) fn lines_of(&self, number: usize) -> Vec<Request> {
        let lines = self.question(number).map_or(&[][..], |asked| &asked.lines);
        lines.iter().map(|line| line.request.clone()).collect()
    }
}

/// The word of a line, and the row that it is about; the whole line, if it is about no row.
fn short(line: &ScriptLine) -> String {
    let mut words = line.text.split_whitespace();
    let (word, row) = (words.next().unwrap_or_default(), words.next());
    let is_about_a_row =
        verbs::find(word).is_some_and(|verb| matches!(verb.args.first(), Some(Arg::Row)));
    match row.filter(|_| is_about_a_row) {
        Some(row) => format!("{word} {row}"),
        None => line.text.clone(),
    }
}
