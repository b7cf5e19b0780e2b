//! Words that ask the program something, and the one that ends it.

use super::Verb;
use super::args::{Arg, ArgValue as V};
use crate::language::request::{Frontend, Request};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "explain",
        usage: "explain WORD, such as: explain EINPROGRESS",
        help: "What a call, an errno, a flag, a stage or a TCP state is.",
        args: &[Arg::Text],
        examples: &["explain HUP"],
        elsewhere: &[(
            Frontend::Script,
            "explain is for whoever types: the : prompt and sockstep --plain answer it",
        )],
        parse: |values| match values {
            [V::Text(words)] => Some(Request::Explain(words.clone())),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "cost",
        usage: "cost",
        help: "Measures what select, poll, epoll and mio cost on this machine.",
        examples: &["cost"],
        elsewhere: &[(
            Frontend::Script,
            "a script measures nothing. sockstep cost does",
        )],
        parse: |_| Some(Request::Cost),
        ..Verb::PLAIN
    },
    Verb {
        name: "depth",
        usage: "depth program, depth readiness or depth kernel",
        help: "The language of what happened.",
        args: &[Arg::OneOf(&["program", "readiness", "kernel"])],
        examples: &["depth kernel", "depth readiness", "depth program"],
        elsewhere: &[(
            Frontend::Script,
            "a script's records are described in one language. The : prompt and sockstep --plain have others",
        )],
        parse: |values| match values {
            [V::Word(word)] => word.parse().ok().map(Request::Depth),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "tell",
        usage: "tell",
        help: "Tells once more what happened.",
        examples: &["tell"],
        elsewhere: &[(
            Frontend::Script,
            "a script's records are printed as they are made. run --tell tells each in full",
        )],
        parse: |_| Some(Request::Tell),
        ..Verb::PLAIN
    },
    Verb {
        name: "help",
        aliases: &["?"],
        usage: "help, or help WORD, such as: help send",
        help: "All words, or one.",
        args: &[Arg::Verb],
        optional: 1,
        examples: &["help", "help send"],
        elsewhere: &[(
            Frontend::Script,
            "help is for whoever types: the : prompt and sockstep --plain answer it",
        )],
        parse: |values| match values {
            [] => Some(Request::Help(None)),
            [V::Verb(verb)] => Some(Request::Help(Some(verb.name))),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "quit",
        aliases: &["exit"],
        usage: "quit",
        help: "Ends the program; a script ends there.",
        examples: &["quit"],
        parse: |_| Some(Request::Quit),
        ..Verb::PLAIN
    },
];
