//! Words of lessons, and the cover.

use super::Verb;
use super::args::{Arg, ArgValue as V};
use crate::language::request::{Frontend, LessonWord, Request};

const NOT_IN_A_SCRIPT: &[(Frontend, &str)] = &[(
    Frontend::Script,
    "this is for whoever types. A file that begins with 'lesson TOPIC' is a lesson",
)];

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "lesson",
        usage: "lesson NUMBER [on], such as: lesson 01",
        help: "Begins a lesson, or goes on with one that was left; this session is kept.",
        args: &[Arg::Text],
        examples: &["lesson 01", "lesson A2", "lesson 01 on"],
        elsewhere: NOT_IN_A_SCRIPT,
        parse: |values| match values {
            [V::Text(name)] => Some(Request::Lesson(LessonWord::Begin(name.clone()))),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "later",
        usage: "later",
        help: "Passes the open question of a lesson, its goal, or what it waits for.",
        examples: &["later"],
        elsewhere: NOT_IN_A_SCRIPT,
        parse: |_| Some(Request::Lesson(LessonWord::Later)),
        ..Verb::PLAIN
    },
    Verb {
        name: "tip",
        usage: "tip",
        help: "Help for the goal of a lesson.",
        examples: &["tip"],
        elsewhere: NOT_IN_A_SCRIPT,
        parse: |_| Some(Request::Lesson(LessonWord::Tip)),
        ..Verb::PLAIN
    },
    Verb {
        name: "guide",
        usage: "guide",
        help: "What the lessons show, recognised in your sessions, whoever caused it.",
        examples: &["guide"],
        elsewhere: NOT_IN_A_SCRIPT,
        parse: |_| Some(Request::Lesson(LessonWord::Guide)),
        ..Verb::PLAIN
    },
    Verb {
        name: "vote",
        usage: "vote [COUNT COUNT ...], one for each choice",
        help: "Takes the votes of a class on the open question; without counts hands were only seen.",
        args: &[Arg::Text],
        optional: 1,
        examples: &["vote 12 91 40", "vote"],
        elsewhere: NOT_IN_A_SCRIPT,
        parse: |values| match values {
            [V::Text(counts)] => {
                let counts: Option<Vec<u32>> = counts
                    .split_whitespace()
                    .map(|count| count.parse().ok())
                    .collect();
                Some(Request::Lesson(LessonWord::Vote(counts?)))
            }
            [] => Some(Request::Lesson(LessonWord::Vote(Vec::new()))),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "cover",
        usage: "cover",
        help: "Covers what the kernel knows, or uncovers it.",
        examples: &["cover"],
        elsewhere: NOT_IN_A_SCRIPT,
        parse: |_| Some(Request::Lesson(LessonWord::Cover)),
        ..Verb::PLAIN
    },
];
