//! What a command changed without a call of its own.

use super::{Importance, Narration};
use crate::model::command::OnOff;
use crate::model::record::{Change, Record};
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
