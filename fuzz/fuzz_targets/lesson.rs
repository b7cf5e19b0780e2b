//! Any text is a lesson or a message with a line; a question is read again from what is written of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockstep::language::lesson::{Lesson, Question, is_lesson};
use sockstep::model::clean::is_hostile;

fuzz_target!(|text: &str| {
    let clean = |shown: &str| assert!(!shown.chars().any(|c| c != '\n' && is_hostile(c)), "{shown:?}");
    let lesson = match Lesson::parse(text) {
        Ok(lesson) => lesson,
        Err(error) => {
            assert!(error.line >= 1);
            return clean(&error.to_string());
        }
    };
    assert!(is_lesson(text));
    clean(&lesson.topic);
    for question in lesson.questions() {
        let lines = question.as_lines();
        clean(&lines);
        let again = Question::from_lines(&lines).expect("a question");
        assert_eq!(again.as_lines(), lines);
    }
});
