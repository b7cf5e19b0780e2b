//! Any text is a line, a claim, a script, or a message; a command is read again from what is written of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockstep::language::claim::Claim;
use sockstep::language::request::{Frontend, Request};
use sockstep::language::{complete, parse, script};
use sockstep::model::clean::is_hostile;
use sockstep::model::command::Command;
use sockstep::model::ids::Row;
use sockstep::model::target::Target;

fuzz_target!(|text: &str| {
    let clean = |error: String| assert!(!error.chars().any(is_hostile), "{error:?}");
    for face in Frontend::ALL {
        match parse(text, *face) {
            Ok(Request::Act(command)) => {
                let written = command.to_string();
                assert_eq!(Command::parse(&written).as_ref(), Ok(&command), "{written:?}");
            }
            Ok(_) => {}
            Err(error) => clean(error.to_string()),
        }
        let rows = [Row(1), Row(12)];
        complete(text, *face, &rows, &["@open".to_owned(), "@wire:80".to_owned()]);
    }
    if let Err(error) = script::parse(text) {
        clean(error.to_string());
    }
    if let Err(error) = Target::parse(text) {
        clean(error.to_string());
    }
    // A claim that cannot be read names a word of the line, and whoever shows it cleans it.
    let _ = Claim::parse(text);
});
