//! The first rows of a session with a person before it: a lab wire that cannot be had here is left out with a word, and the rest begins.

use crate::engine::{Refusal, Session};
use crate::model::command::Command;
use crate::model::record::Record;
use crate::model::target::{Place, Target};

/// Adds the targets, and says what was left out and why.
///
/// # Errors
/// If one of them cannot be added, or nothing would be left.
pub(super) fn rows(
    session: &mut Session,
    targets: &[Target],
) -> Result<(Record, Option<String>), Refusal> {
    let refused = match add(session, targets) {
        Err(refused @ Refusal::NoWire(_)) => refused,
        added => return added.map(|record| (record, None)),
    };
    let (without, left): (Vec<Target>, Vec<Target>) = targets
        .iter()
        .cloned()
        .partition(|target| matches!(target.place, Place::Wire(_)));
    if left.is_empty() {
        return Err(refused);
    }
    let names: Vec<&str> = without.iter().map(|target| target.text.as_str()).collect();
    let notice = format!("{} left out: {refused}", names.join(" "));
    Ok((add(session, &left)?, Some(notice)))
}

fn add(session: &mut Session, targets: &[Target]) -> Result<Record, Refusal> {
    session.add(targets, Command::Add(targets.to_vec()), &[])
}
