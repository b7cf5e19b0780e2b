//! Words that ask the program something, and the one that ends it.

use super::Verb;
use super::args::{Arg, ArgValue as V};
use crate::language::request::{Frontend, Request};
use crate::language::speech::Part;

const SPOKEN: &str =
    "a script's records are printed as they are made. run --tell says each in full";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "explain",
        usage: "explain WORD, such as: explain EINPROGRESS",
        help: "What a word of the screen is: a call, an errno, a flag, a stage, a TCP state, NEW, tick.",
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
        name: "say",
        usage: "say all, or say brief",
        help: "How much is said of each tick: every fact, or what changed and what comes next.",
        args: &[Arg::OneOf(&["all", "brief"])],
        examples: &["say all", "say brief"],
        elsewhere: &[
            (
                Frontend::Screen,
                "say is for sockstep --plain. Here the panes show every fact",
            ),
            (Frontend::Script, SPOKEN),
        ],
        parse: |values| match values {
            [V::Word(word)] => word.parse().ok().map(Request::Say),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "more",
        usage: "more",
        help: "All that changed and happened, and each socket.",
        examples: &["more"],
        elsewhere: &[(Frontend::Script, SPOKEN)],
        parse: |_| Some(Request::Part(Part::More)),
        ..Verb::PLAIN
    },
    Verb {
        name: "lists",
        usage: "lists",
        help: "The lists, and what each look says.",
        examples: &["lists"],
        elsewhere: &[(Frontend::Script, SPOKEN)],
        parse: |_| Some(Request::Part(Part::Lists)),
        ..Verb::PLAIN
    },
    Verb {
        name: "kernel",
        usage: "kernel",
        help: "What the kernel says of each socket.",
        examples: &["kernel"],
        elsewhere: &[(Frontend::Script, SPOKEN)],
        parse: |_| Some(Request::Part(Part::Kernel)),
        ..Verb::PLAIN
    },
    Verb {
        name: "calls",
        usage: "calls",
        help: "The calls, and what they read.",
        examples: &["calls"],
        elsewhere: &[(Frontend::Script, SPOKEN)],
        parse: |_| Some(Request::Part(Part::Calls)),
        ..Verb::PLAIN
    },
    Verb {
        name: "help",
        aliases: &["?"],
        usage: "help, or help WORD, such as: help send",
        help: "All words, or one: a command, a key, or whatever stands on the screen.",
        args: &[Arg::Topic],
        optional: 1,
        examples: &["help", "help send", "help NEW"],
        elsewhere: &[(
            Frontend::Script,
            "help is for whoever types: the : prompt and sockstep --plain answer it",
        )],
        parse: |values| match values {
            [] => Some(Request::Help(None)),
            [V::Text(words)] => Some(Request::Help(Some(words.clone()))),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "theme",
        usage: "theme mono, dark, light or high-contrast, such as: theme light",
        help: "The colours of the screen.",
        args: &[Arg::OneOf(&["mono", "dark", "light", "high-contrast"])],
        examples: &["theme light"],
        elsewhere: &[
            (Frontend::Plain, "only the screen has colours"),
            (Frontend::Script, "only the screen has colours"),
        ],
        parse: |values| match values {
            [V::Word(word)] => Some(Request::Theme(word)),
            _ => None,
        },
        ..Verb::PLAIN
    },
    Verb {
        name: "quit",
        aliases: &["exit", "q"],
        usage: "quit",
        help: "Ends the program; a script ends there.",
        examples: &["quit"],
        parse: |_| Some(Request::Quit),
        ..Verb::PLAIN
    },
];
