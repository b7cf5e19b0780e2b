//! A broken client on the screen, stepped as a recording that was made a moment ago.

use super::{Appearance, recorded};
use crate::app::model::Model;
use crate::language::keys;
use crate::model::ids::Row;
use crate::run::broken::is_before_the_fault;
use crate::run::recording::LoadedRecording;

/// Shows it, first at the moment before it goes wrong, until the user quits; returns the exit code.
///
/// # Errors
/// If the terminal cannot be set up.
pub fn run(loaded: LoadedRecording, terminal: Appearance) -> anyhow::Result<u8> {
    recorded::run_at(loaded, terminal, stop_before_the_fault)
}

/// Goes forward to the question before it goes wrong, and chooses the socket that it names first.
pub fn stop_before_the_fault(model: &mut Model) {
    let question = loop {
        let note = model.history.record().and_then(|record| record.note());
        if let Some(note) = note.filter(|note| is_before_the_fault(note)) {
            break note.to_owned();
        }
        if !model.history.forward() {
            model.history.home();
            return;
        }
    };
    let mut words = question.split(|c: char| !c.is_ascii_digit());
    let named = words.find_map(|word| word.parse().ok().map(Row));
    if let Some(row) = named.filter(|row| model.history.world().row(*row).is_some()) {
        model.chosen = row;
    }
    model.notice = Some(keys::said(
        "{key tick} shows how it goes wrong; {key back} and {key first}, how it came here.",
    ));
}
