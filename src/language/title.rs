//! What a record is called in a few words: its tick, the words of its command, or that an answer came.

use crate::model::record::{Cause, Record};
use std::fmt::Write;

/// The first line of what is written, as long as it may be; then the writer is told to stop.
struct FirstLine {
    text: String,
    /// So many characters may still come.
    left: usize,
}

impl Write for FirstLine {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for c in text.chars() {
            if c == '\n' || self.left == 0 {
                return Err(std::fmt::Error);
            }
            self.text.push(c);
            self.left -= 1;
        }
        Ok(())
    }
}

/// The words of the command, or those that this program does not speak; at most so many characters. `None` for an answer.
pub fn words(record: &Record, most: usize) -> Option<String> {
    let words = match &record.cause {
        // A question has more lines, and the last ones answer it.
        Cause::Command(command) => {
            let mut line = FirstLine {
                text: String::new(),
                left: most,
            };
            // Of thousands of targets only the first are written out.
            let _ = write!(line, "{command}");
            line.text
        }
        Cause::Unknown(words) => words.clone(),
        Cause::Step(task) => format!("step {task}"),
        Cause::Program => "program".to_owned(),
        Cause::Answer => return None,
    };
    Some(match words.char_indices().nth(most) {
        Some((end, _)) => words[..end].to_owned(),
        None => words,
    })
}

/// `tick 4`, the words of the command, or `answer`.
pub fn when(record: &Record, most: usize) -> String {
    match record.tick {
        Some(tick) => format!("tick {tick}"),
        None => words(record, most).unwrap_or_else(|| "answer".to_owned()),
    }
}
