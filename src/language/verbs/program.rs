//! Words of a watched program.

use super::Verb;
use super::args::{Arg, ArgValue as V};
use crate::language::request::{Frontend, ProgramWord, Request};
use crate::model::task::Task;

const ON_THE_SCREEN: &[(Frontend, &str)] = &[
    (
        Frontend::Plain,
        "it is for a watched program: sockstep watch",
    ),
    (
        Frontend::Script,
        "it is for a watched program: sockstep watch",
    ),
];

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "int",
        usage: "int",
        help: "Types Control-C at the terminal of a watched program: it gets SIGINT.",
        examples: &["int"],
        elsewhere: ON_THE_SCREEN,
        parse: |_| Some(Request::Program(ProgramWord::Int)),
        ..Verb::PLAIN
    },
    Verb {
        name: "thread",
        usage: "thread NUMBER, or PROCESS.THREAD, such as: thread 2",
        help: "Chooses the thread of a watched program whose held call the next press lets go.",
        args: &[Arg::Text],
        examples: &["thread 2"],
        elsewhere: ON_THE_SCREEN,
        parse: |values| match values {
            [V::Text(text)] => Some(Request::Program(ProgramWord::Thread(task(text)?))),
            _ => None,
        },
        ..Verb::PLAIN
    },
];

/// `2` is thread 2 of the first process, `3.2` that of the third.
fn task(text: &str) -> Option<Task> {
    let first = || format!("1.{}", text.trim());
    Task::parse(text.trim()).or_else(|| Task::parse(&first()))
}
