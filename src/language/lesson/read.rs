//! A lesson read line by line: what is open decides what may follow.

mod head;
mod program;
mod question;

use super::fault::{LessonError, LessonFault};
use super::{
    Lesson, LessonGoal, LessonPart, MAX_ANSWER_LINES, MAX_LESSON_BYTES, Question, fits, peers,
};
use crate::language::claim::pattern::{Conjunction, RowVariable};
use crate::language::keys;
use crate::language::line;
use crate::language::request::{Frontend, Request};
use crate::language::script::ScriptLine;
use crate::model::clean;
use crate::model::client::LessonClient;
use std::sync::Arc;

const MAX_LINES: usize = 2000;
const MAX_PARTS: usize = 200;
const MAX_SEEN: usize = 8;
const MAX_STEPS: usize = 16;

type LessonRead<T> = Result<T, LessonFault>;

/// What is being read.
enum Open {
    /// What stands above everything that happens.
    Head,
    /// Lines and prose.
    Body,
    /// A question; its choices are done as soon as a line follows.
    Asked(Question),
    /// A question that has its reveal.
    Revealed(Question),
    /// A goal.
    Worked(LessonGoal),
}

struct LessonReader {
    lesson: Lesson,
    seen: Vec<Conjunction>,
    steps: Vec<Conjunction>,
    open: Open,
    begun: bool,
}

/// Reads a whole file.
pub(super) fn lesson(text: &str) -> Result<Lesson, LessonError> {
    let at = |line: usize, fault: LessonFault| LessonError { line, fault };
    if text.len() > MAX_LESSON_BYTES {
        return Err(at(1, LessonFault::TooLarge));
    }
    let mut reader = LessonReader {
        lesson: Lesson::default(),
        seen: Vec::new(),
        steps: Vec::new(),
        open: Open::Head,
        begun: false,
    };
    let mut last = 1;
    for (index, raw) in text.lines().enumerate() {
        let number = index + 1;
        if number > MAX_LINES {
            return Err(at(number, LessonFault::TooManyLines(MAX_LINES)));
        }
        let line = raw.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        last = number;
        reader
            .line(number, line.trim_end())
            .map_err(|fault| at(number, fault))?;
    }
    reader.end().map_err(|fault| at(last, fault))
}

impl LessonReader {
    fn line(&mut self, number: usize, line: &str) -> LessonRead<()> {
        if let Some((letter, text)) = choice(line) {
            return self.needs_begin().and_then(|()| self.choice(letter, text));
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        if word != "lesson" {
            self.needs_begin()?;
        }
        match word {
            "lesson" if self.begun => Err(LessonFault::SecondLesson),
            "lesson" => {
                self.begun = true;
                self.lesson.topic = text(word, "lesson TOPIC", rest)?;
                Ok(())
            }
            "name" | "belief" | "see" => self.head_text(number, word, rest),
            "needs" => self.need(rest),
            "seen" => {
                self.head(word)?;
                self.lesson.seen_line = if self.seen.is_empty() {
                    number
                } else {
                    self.lesson.seen_line
                };
                if self.seen.len() >= MAX_SEEN {
                    return Err(LessonFault::TooMany(MAX_SEEN, "seen"));
                }
                self.seen.push(claims(rest)?);
                Ok(())
            }
            "say" => {
                let text = text(word, "say TEXT", rest)?;
                self.close(word)?;
                self.part(LessonPart::Say { line: number, text })
            }
            "ask" => self.ask(number, rest),
            "=" => self.claim(number, rest),
            "reveal" => self.reveal(rest),
            "if" => self.answer(rest),
            "goal" => {
                let text = text(word, "goal TEXT", rest)?;
                self.close(word)?;
                self.open = Open::Worked(LessonGoal {
                    line: number,
                    text,
                    steps: Arc::from([]),
                    step_lines: Vec::new(),
                    tip: None,
                    solution: Vec::new(),
                });
                Ok(())
            }
            "watch" => self.watch(number, line, rest),
            "peer" => self.peer(number, rest),
            "rules" => self.rules(rest),
            "tip" => self.tip(rest),
            "hint" => Err(LessonFault::HintIsTip),
            _ => self.script_line(number, line),
        }
    }

    fn needs_begin(&self) -> LessonRead<()> {
        if self.begun {
            Ok(())
        } else {
            Err(LessonFault::NoLesson)
        }
    }

    /// A client of the lessons: never a program of somebody else's.
    fn watch(&mut self, number: usize, words: &str, rest: &str) -> LessonRead<()> {
        if self.has_lines() {
            return Err(LessonFault::WatchTooLate);
        }
        let (name, peer) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let Some(client) = LessonClient::find(name) else {
            let known = LessonClient::names().join(", ");
            return Err(LessonFault::NoClient(clean::text(&cut(name)), known));
        };
        let peer = peers::peer(peer.trim())?;
        self.is_line(number, words, Request::Watch(client, peer))
    }

    /// Whether a line of the script stands above.
    fn has_lines(&self) -> bool {
        let acts = |part: &LessonPart| !matches!(part, LessonPart::Say { .. });
        !matches!(self.open, Open::Head | Open::Body) || self.lesson.parts.iter().any(acts)
    }

    fn script_line(&mut self, number: usize, words: &str) -> LessonRead<()> {
        let request = line::parse(words, Frontend::Script).map_err(LessonFault::Line)?;
        self.is_line(number, words, request)
    }

    fn is_line(&mut self, number: usize, words: &str, request: Request) -> LessonRead<()> {
        if request == Request::Quit {
            return Err(LessonFault::Quit);
        }
        let line = ScriptLine {
            number,
            text: clean::text(words),
            request,
        };
        match &mut self.open {
            Open::Head | Open::Body => {
                self.open = Open::Body;
                self.part(LessonPart::Line(line))
            }
            Open::Asked(question) => {
                let acting = question.lines.iter().filter(|line| acts(line)).count();
                if acting >= MAX_ANSWER_LINES && acts(&line) {
                    return Err(LessonFault::TooManyAnswerLines);
                }
                question.lines.push(line);
                Ok(())
            }
            Open::Revealed(_) => {
                self.close("a line of the script")?;
                self.part(LessonPart::Line(line))
            }
            Open::Worked(goal) => {
                if self.steps.is_empty() {
                    return Err(LessonFault::GoalWithoutClaim(goal.line));
                }
                goal.solution.push(line);
                Ok(())
            }
        }
    }

    /// Closes what is open, since something of another kind follows.
    fn close(&mut self, word: &str) -> LessonRead<()> {
        match std::mem::replace(&mut self.open, Open::Body) {
            Open::Head | Open::Body => Ok(()),
            Open::Asked(question) if matches!(word, "say" | "goal") => {
                let line = question.line;
                self.open = Open::Asked(question);
                match word {
                    "say" => Err(LessonFault::InsideQuestion(word.to_owned())),
                    _ => Err(LessonFault::NoReveal(line)),
                }
            }
            Open::Asked(question) => Err(LessonFault::NoReveal(question.line)),
            Open::Revealed(question) => self.part(LessonPart::Question(question)),
            Open::Worked(mut goal) => {
                let steps = std::mem::take(&mut self.steps);
                if steps.is_empty() {
                    return Err(LessonFault::GoalWithoutClaim(goal.line));
                }
                if goal.solution.is_empty() {
                    return Err(LessonFault::GoalWithoutSolution(goal.line));
                }
                some_before_other(&steps)?;
                goal.steps = Arc::from(steps);
                self.part(LessonPart::Goal(goal))
            }
        }
    }

    fn part(&mut self, part: LessonPart) -> LessonRead<()> {
        if self.lesson.parts.len() >= MAX_PARTS {
            return Err(LessonFault::TooMany(MAX_PARTS, "parts"));
        }
        self.lesson.parts.push(part);
        Ok(())
    }

    fn end(mut self) -> LessonRead<Lesson> {
        if !self.begun {
            return Err(LessonFault::Empty);
        }
        self.close("the end")?;
        if self.lesson.parts.is_empty() && self.lesson.peers.is_empty() {
            return Err(LessonFault::NothingInIt);
        }
        some_before_other(&self.seen)?;
        self.lesson.seen = Arc::from(self.seen);
        Ok(self.lesson)
    }
}

/// Whether a line does something, as against a claim that it only waits for or expects.
fn acts(line: &ScriptLine) -> bool {
    !matches!(line.request, Request::Check(_) | Request::Await { .. })
}

fn some_before_other(all: &[Conjunction]) -> LessonRead<()> {
    let opens = |variable| all.iter().any(|claims| claims.leaves_open(variable));
    if opens(RowVariable::Other) && !opens(RowVariable::Some) {
        return Err(LessonFault::OtherWithoutSome);
    }
    Ok(())
}

fn claims(text: &str) -> LessonRead<Conjunction> {
    if text.is_empty() {
        return Err(LessonFault::NoClaim);
    }
    Ok(Conjunction::parse(text)?)
}

/// A letter with a bracket, and what follows.
fn choice(line: &str) -> Option<(char, &str)> {
    let (letter, rest) = line.split_once(')')?;
    let mut letters = letter.chars();
    let letter = letters.next().filter(char::is_ascii_lowercase)?;
    letters.next().is_none().then_some((letter, rest.trim()))
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A text for the screen, cleaned, which must have room.
fn text(word: &str, form: &'static str, rest: &str) -> LessonRead<String> {
    if rest.is_empty() {
        return Err(LessonFault::NoText(word.to_owned(), form));
    }
    let text = clean::text(rest);
    let Some(limit) = fits::limit(word) else {
        return Ok(text);
    };
    let needs = fits::lines_needed(&keys::as_shipped(&text), limit.width);
    if needs > limit.most {
        return Err(LessonFault::TooLong {
            word: word.to_owned(),
            needs,
            width: limit.width,
            most: limit.most,
        });
    }
    Ok(text)
}
