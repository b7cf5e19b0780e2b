//! Changes into lines.

use crate::model::addr::Addr;
use crate::model::ids::Row;
use crate::model::record::{Change, Role};
use crate::model::socket::Mode;
use crate::trace::line::ChangeLine;

pub(in crate::trace) fn change(change: &Change) -> ChangeLine<'_> {
    match change {
        Change::Added {
            row,
            target,
            addresses,
            interest,
            mode,
        } => ChangeLine {
            target: Some((*target.text).into()),
            addresses: addresses.iter().map(Addr::to_string).collect(),
            host: target.place.name().map(|(host, _)| host.into()),
            port: target.place.name().map(|(_, port)| port),
            interest: Some(interest.letters().into()),
            ..with_mode(of_row("added", *row), *mode)
        },
        Change::Appeared {
            row,
            target,
            role,
            fd,
            stage,
            addr,
            interest,
            mode,
        } => ChangeLine {
            target: Some((**target).into()),
            role: Some(role_word(*role).into()),
            of: role.of().map(|of| of.0),
            fd: Some(fd.0),
            stage: Some(stage.word().into()),
            addresses: addr.iter().map(Addr::to_string).collect(),
            interest: Some(interest.letters().into()),
            ..with_mode(of_row("appeared", *row), *mode)
        },
        Change::Mode { row, mode } => with_mode(of_row("mode", *row), *mode),
        Change::ByHand { row, switch } => ChangeLine {
            switch: Some(switch.word().into()),
            ..of_row("hand", *row)
        },
        Change::Deadline { row, at_us } => ChangeLine {
            deadline_us: *at_us,
            ..of_row("deadline", *row)
        },
        Change::Autodrain(switch) => ChangeLine {
            change: "autodrain".into(),
            switch: Some(switch.word().into()),
            ..ChangeLine::default()
        },
        Change::Removed { row } => of_row("removed", *row),
        Change::Restarted { row } => of_row("restarted", *row),
        Change::Interest { row, interest } => ChangeLine {
            interest: Some(interest.letters().into()),
            ..of_row("interest", *row)
        },
        Change::Race { .. } | Change::Races { .. } | Change::Due { .. } => of_a_race(change),
        Change::Named { .. } | Change::Asked { .. } | Change::Names { .. } => {
            of_the_watched(change)
        }
    }
}

/// A change of one row.
fn of_row(word: &'static str, row: Row) -> ChangeLine<'static> {
    ChangeLine {
        change: word.into(),
        socket: Some(row.0),
        ..ChangeLine::default()
    }
}

/// A change of a race; of any other nothing is written.
fn of_a_race(change: &Change) -> ChangeLine<'_> {
    match change {
        Change::Race { row, delay } => ChangeLine {
            delay_us: delay.and_then(|delay| u64::try_from(delay.as_micros()).ok()),
            ..of_row("race", *row)
        },
        Change::Races { row, of } => ChangeLine {
            of: Some(of.0),
            ..of_row("races", *row)
        },
        Change::Due { row, at_us } => ChangeLine {
            due_us: Some(*at_us),
            ..of_row("due", *row)
        },
        _ => ChangeLine::default(),
    }
}

/// A change of a socket of a watched program; of any other nothing is written.
fn of_the_watched(change: &Change) -> ChangeLine<'_> {
    match change {
        Change::Named { row, target, addr } => ChangeLine {
            target: Some((**target).into()),
            addresses: vec![addr.to_string()],
            ..of_row("named", *row)
        },
        Change::Asked { row, interest } => ChangeLine {
            interest: interest.map(|interest| interest.trace_letters().into()),
            ..of_row("asked", *row)
        },
        Change::Names { row, names } => ChangeLine {
            names: Some(
                names
                    .iter()
                    .map(|(process, fd)| format!("{process}:{fd}").into())
                    .collect(),
            ),
            ..of_row("names", *row)
        },
        _ => ChangeLine::default(),
    }
}

/// How calls wait. What is usual is not written.
fn with_mode(line: ChangeLine<'_>, mode: Mode) -> ChangeLine<'_> {
    ChangeLine {
        mode: match mode {
            Mode::NonBlocking => None,
            Mode::ConnectEx => Some("connect_ex".into()),
            Mode::Blocking => Some("blocking".into()),
            Mode::Timeout(_) => Some("timeout".into()),
        },
        timeout_ms: match mode {
            Mode::Timeout(after) => u64::try_from(after.as_millis()).ok(),
            _ => None,
        },
        ..line
    }
}

/// The word for a role in a trace.
fn role_word(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Peer { .. } => "peer",
        Role::Accepted { .. } => "accepted",
    }
}
