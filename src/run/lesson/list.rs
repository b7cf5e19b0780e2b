//! All lessons, as lines or as JSON.

use super::find::{self, FoundLesson};
use crate::language::lesson::{Lesson, LessonNeed};
use crate::words::course;
use std::fmt::Write;

/// What is told of each lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedNames {
    /// Its topic alone.
    Topics,
    /// Its name and the belief too, which answer its questions.
    Names,
}

/// `2 questions, 1 goal`.
fn contents(lesson: &Lesson) -> String {
    let (questions, goals) = (lesson.questions().count(), lesson.goals().count());
    let count = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        more => Some(format!("{more} {word}s")),
    };
    let parts: Vec<String> = [count(questions, "question"), count(goals, "goal")]
        .into_iter()
        .flatten()
        .collect();
    match parts.is_empty() {
        true => "to watch".to_owned(),
        false => parts.join(", "),
    }
}

/// What the learner does: predict, or do, too.
pub fn level(lesson: &Lesson) -> u8 {
    if lesson.goals().any(|goal| goal.tip.is_none()) {
        3
    } else if lesson.goals().next().is_some() {
        2
    } else {
        1
    }
}

/// As lines, group by group.
pub fn lines(names: ListedNames) -> String {
    let mut out = String::new();
    for group in course::GROUPS {
        let _ = writeln!(out, "{}  {}", group.letter, group.title);
        for (place, of) in (1..).zip(group.lessons) {
            let lesson = of.lesson();
            let place = format!("{}{place}", group.letter);
            let _ = writeln!(
                out,
                "  {place:<4} {}  {:<44} {}",
                of.number,
                lesson.topic,
                contents(&lesson)
            );
            if names == ListedNames::Names {
                for (word, text) in [("name", &lesson.name), ("belief", &lesson.belief)] {
                    if let Some(text) = text {
                        let _ = writeln!(out, "           {word:<7} {text}");
                    }
                }
            }
        }
    }
    out
}

/// As a JSON array, one object a lesson.
pub fn json(names: ListedNames) -> String {
    let all = find::course();
    let objects: Vec<serde_json::Value> = all.iter().map(|found| object(found, names)).collect();
    let mut text = serde_json::Value::Array(objects).to_string();
    text.push('\n');
    text
}

fn object(found: &FoundLesson, names: ListedNames) -> serde_json::Value {
    let lesson = &found.lesson;
    let needs: Vec<&str> = lesson
        .needs
        .iter()
        .map(|need| match need {
            LessonNeed::Wire => "wire",
            LessonNeed::Linux => "linux",
            LessonNeed::Python => "python3",
        })
        .collect();
    let mut object = serde_json::json!({
        "lesson": found.name,
        "topic": lesson.topic,
        "questions": lesson.questions().count(),
        "goals": lesson.goals().count(),
        "level": level(lesson),
        "needs": needs,
    });
    if let (ListedNames::Names, Some(fields)) = (names, object.as_object_mut()) {
        fields.insert("name".to_owned(), lesson.name.clone().into());
        fields.insert("belief".to_owned(), lesson.belief.clone().into());
    }
    object
}
