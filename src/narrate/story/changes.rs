//! What a command changed without a call of its own.

use super::{Importance, Narration};
use crate::model::command::OnOff;
use crate::model::ids::Row;
use crate::model::record::{Change, Record};
use crate::model::socket::Mode;
use crate::words::join::verb;
use crate::words::numbers;

/// Narrates it.
pub(super) fn changes(record: &Record, narration: &mut Narration) {
    let mut added = Vec::new();
    for change in &record.changes {
        match change {
            Change::Added { row, .. } => added.push(*row),
            Change::Removed { row } => narration.push(
                Importance::Call,
                format!("{row} is gone, and its descriptors are closed."),
            ),
            Change::Restarted { row } => {
                narration.push(Importance::Call, format!("{row} begins again: its old descriptors are closed, the next tick makes a new socket."));
            }
            Change::Appeared { row, target, .. } => narration.push(
                Importance::Call,
                format!("{row} stands in the list now: {target}."),
            ),
            Change::Mode { row, mode } => mode_changed(*row, *mode, record, narration),
            Change::ByHand {
                row,
                switch: OnOff::On,
            } => narration.push(
                Importance::Call,
                format!(
                    "The peer of {row} is in your hand: it does nothing but what you ask."
                ),
            ),
            Change::ByHand { row, .. } => narration.push(
                Importance::Call,
                format!("The lab plays the peer of {row} again."),
            ),
            Change::Deadline { row, at_us: None } => {
                narration.push(Importance::Call, format!("{row} has no deadline any more."));
            }
            Change::Deadline { row, .. } => narration.push(
                Importance::Call,
                format!(
                    "{row} has a deadline: the first tick after it closes the socket, if it is not connected by then. The kernel knows nothing of it."
                ),
            ),
            Change::Autodrain(OnOff::On) => narration.push(
                Importance::Call,
                "From now on a tick reads from a socket that was reported readable, one recv() a tick, until EAGAIN.".to_owned(),
            ),
            Change::Autodrain(OnOff::Off) => narration.push(
                Importance::Call,
                "No tick reads by itself any more.".to_owned(),
            ),
            Change::Interest { row, interest } => {
                narration.push(
                    Importance::Call,
                    format!(
                        "{row} will be watched for {} when it is registered.",
                        interest.words()
                    ),
                );
            }
        }
    }
    if !added.is_empty() && record.n > 0 {
        let is = verb(added.len(), "is", "are");
        narration.push(
            Importance::Call,
            format!(
                "{} {is} new: no socket yet, and no call was made.",
                numbers::in_words(&added)
            ),
        );
    }
}

/// The call speaks for itself, if there was a socket to make it on; the time is the library's alone.
fn mode_changed(row: Row, mode: Mode, record: &Record, narration: &mut Narration) {
    let is_made = record.calls.iter().any(|fact| fact.row == Some(row));
    let sentence = match mode {
        Mode::Timeout(after) => format!(
            "The library keeps {} ms for {row}: so long it waits in poll(2) before recv(), send() or accept(), and behind connect(). The kernel knows no such time.",
            after.as_millis()
        ),
        _ if is_made => return,
        Mode::Blocking => format!("{row} will be blocking: its connect() will wait."),
        Mode::ConnectEx => format!("{row} will ask by connect() itself, at every tick."),
        Mode::NonBlocking => {
            format!("{row} will be non-blocking: the call after socket() sees to that.")
        }
    };
    narration.push(Importance::Call, sentence);
}
