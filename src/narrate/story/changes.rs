//! What a command changed without a call of its own.

use super::{Importance, Narration};
use crate::model::command::OnOff;
use crate::model::ids::Row;
use crate::model::record::{Change, Record, Role};
use crate::model::socket::Mode;
use crate::model::world::World;
use crate::words::join::group_by;
use crate::words::prose::{self, Told};

/// Narrates it.
pub(super) fn changes(world: &World, record: &Record, narration: &mut Narration) {
    let is_added = |change: &&Change| matches!(change, Change::Added { .. });
    for change in record.changes.iter().filter(|change| !is_added(change)) {
        if !speaks_for_itself(change, record) {
            narration.push(Importance::Call, told(world, change));
        }
    }
    races(record, narration);
    let races: Vec<Row> = attempts(record).map(|(row, _)| row).collect();
    let added = record.changes.iter().filter(is_added);
    let added = added.filter_map(about).filter(|row| !races.contains(row));
    let added: Vec<Row> = added.collect();
    if !added.is_empty() && record.n > 0 {
        let told = prose::text("change added").told(&added, &[]);
        narration.push(Importance::Call, told);
    }
}

/// The rows that race for others, each with whom.
fn attempts(record: &Record) -> impl Iterator<Item = (Row, Row)> {
    record.changes.iter().filter_map(|change| match change {
        Change::Races { row, of } => Some((*row, *of)),
        _ => None,
    })
}

/// Which rows race for which.
fn races(record: &Record, narration: &mut Narration) {
    for (rows, of) in group_by(attempts(record)) {
        let of = [("{of}", &*of.to_string())];
        narration.push(
            Importance::Call,
            prose::text("change races").told(&rows, &of),
        );
    }
}

/// A mode that was set by a call is told by that call; only the time of a library is not.
fn speaks_for_itself(change: &Change, record: &Record) -> bool {
    // What a watched program asks about and by which numbers stands in its calls.
    let is_told = matches!(
        change,
        Change::Asked { .. } | Change::Names { .. } | Change::Races { .. }
    );
    if is_told {
        return true;
    }
    let Change::Mode { row, mode } = change else {
        return false;
    };
    let is_made = record.calls.iter().any(|fact| fact.row == Some(*row));
    is_made && !matches!(mode, Mode::Timeout(_) | Mode::ConnectEx)
}

/// The row that it is about.
fn about(change: &Change) -> Option<Row> {
    Some(match change {
        Change::Added { row, .. }
        | Change::Removed { row }
        | Change::Restarted { row }
        | Change::Appeared { row, .. }
        | Change::Mode { row, .. }
        | Change::ByHand { row, .. }
        | Change::Deadline { row, .. }
        | Change::Race { row, .. }
        | Change::Races { row, .. }
        | Change::Due { row, .. }
        | Change::Named { row, .. }
        | Change::Asked { row, .. }
        | Change::Names { row, .. }
        | Change::Interest { row, .. } => *row,
        Change::Autodrain(_) => return None,
    })
}

fn told(world: &World, change: &Change) -> Told {
    let prose = match change {
        Change::Added { .. } => prose::text("change added"),
        Change::Removed { .. } => prose::text("change removed"),
        Change::Restarted { .. } => prose::text("change restarted"),
        Change::Appeared { role, .. } => match role {
            Role::Client => prose::text("change appeared"),
            Role::Peer { .. } => prose::text("change appeared peer"),
            Role::Accepted { .. } => prose::text("change appeared accepted"),
        },
        Change::Mode { mode, .. } => match mode {
            Mode::Timeout(_) => prose::text("change mode timeout"),
            Mode::Blocking => prose::text("change mode blocking"),
            Mode::ConnectEx => prose::text("change mode connect_ex"),
            Mode::NonBlocking => prose::text("change mode non-blocking"),
        },
        Change::ByHand {
            switch: OnOff::On, ..
        } => prose::text("change hand on"),
        Change::ByHand { .. } => prose::text("change hand off"),
        Change::Deadline { at_us: None, .. } => prose::text("change no-deadline"),
        Change::Deadline { .. } => prose::text("change deadline"),
        Change::Race { delay: None, .. } => prose::text("change race off"),
        Change::Race { .. } => prose::text("change race"),
        Change::Races { .. } => prose::text("change races"),
        Change::Due { .. } => prose::text("change due"),
        Change::Autodrain(OnOff::On) => prose::text("change autodrain on"),
        Change::Autodrain(OnOff::Off) => prose::text("change autodrain off"),
        Change::Named { .. } => prose::text("change named"),
        Change::Asked { .. } | Change::Names { .. } | Change::Interest { .. } => {
            prose::text("change interest")
        }
    };
    let (mut target, mut interest) = (String::new(), String::new());
    let mut time = String::new();
    match change {
        Change::Appeared {
            target: name, role, ..
        } => {
            target = match role {
                Role::Client => name.to_string(),
                Role::Peer { of } | Role::Accepted { of } => of.to_string(),
            };
        }
        Change::Named { target: name, .. } => target = name.to_string(),
        Change::Race {
            delay: Some(delay), ..
        } => time = delay.as_millis().to_string(),
        Change::Due { row, .. } => {
            let race = world.row(*row).and_then(|state| state.race.as_ref());
            time = race.map_or_else(String::new, |race| race.delay.as_millis().to_string());
        }
        Change::Interest { interest: new, .. } => interest = new.words(),
        Change::Mode {
            mode: Mode::Timeout(after),
            ..
        } => time = after.as_millis().to_string(),
        _ => {}
    }
    let rows: Vec<Row> = about(change).into_iter().collect();
    let values = [
        ("{target}", target.as_str()),
        ("{interest}", &interest),
        ("{time}", &time),
        ("{ms}", &time),
    ];
    prose.told(&rows, &values)
}
