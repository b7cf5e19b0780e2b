//! What stands above everything that happens: texts, and what the lesson needs.

use super::{LessonRead, LessonReader, Open, cut, text};
use crate::language::lesson::LessonNeed;
use crate::language::lesson::fault::LessonFault;
use crate::model::clean;

impl LessonReader {
    pub(super) fn head(&self, word: &str) -> LessonRead<()> {
        match self.open {
            Open::Head => Ok(()),
            _ => Err(LessonFault::HeadTooLate(word.to_owned())),
        }
    }

    pub(super) fn head_text(&mut self, number: usize, word: &str, rest: &str) -> LessonRead<()> {
        self.head(word)?;
        let (slot, form) = match word {
            "name" => (&mut self.lesson.name, "name TITLE"),
            "belief" => (&mut self.lesson.belief, "belief TEXT"),
            _ => (&mut self.lesson.see, "see TEXT"),
        };
        if slot.is_some() {
            return Err(LessonFault::Second(word.to_owned()));
        }
        *slot = Some(text(word, form, rest)?);
        if word == "belief" {
            self.lesson.belief_line = number;
        }
        Ok(())
    }

    pub(super) fn need(&mut self, rest: &str) -> LessonRead<()> {
        self.head("needs")?;
        let need = match rest {
            "wire" => LessonNeed::Wire,
            "linux" => LessonNeed::Linux,
            "python3" => LessonNeed::Python,
            other => return Err(LessonFault::UnknownNeed(clean::text(&cut(other)))),
        };
        if self.lesson.needs.contains(&need) {
            return Err(LessonFault::Second(format!("needs {rest}")));
        }
        self.lesson.needs.push(need);
        Ok(())
    }
}
