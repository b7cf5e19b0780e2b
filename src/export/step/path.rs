//! The path of a socket through its stages, as far as it has come.

use crate::model::socket::{Mode, Stage};
use crate::model::world::RowState;

/// A stage on the path of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPlace {
    /// Its word; of the end that is not reached yet, both that there can be.
    pub word: &'static str,
    /// Whether the socket has come there.
    pub lit: PathLight,
}

/// Whether a socket has come to a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathLight {
    /// It stands there.
    Here,
    /// It was there.
    Walked,
    /// Not yet, and perhaps never.
    Ahead,
}

const TO_THE_END: [Stage; 6] = [
    Stage::Resolving,
    Stage::Created,
    Stage::NonBlocking,
    Stage::ConnectAttempted,
    Stage::Pending,
    Stage::Writable,
];
const ENDS: [Stage; 3] = [Stage::Connected, Stage::Error, Stage::Closed];
const OF_A_LISTENER: [Stage; 2] = [Stage::Created, Stage::Listening];

/// The path of this row.
pub fn path(row: &RowState) -> Vec<PathPlace> {
    let attempt = row.current();
    let place = |stage: Stage| PathPlace {
        word: stage.word(),
        lit: if attempt.stage == stage {
            PathLight::Here
        } else if attempt.walked.contains(stage) {
            PathLight::Walked
        } else {
            PathLight::Ahead
        },
    };
    let is_over = ENDS.contains(&attempt.stage);
    let expected = |stage: &Stage| -> bool {
        let is_lit = place(*stage).lit != PathLight::Ahead;
        let is_usual = match (row.mode, stage) {
            (_, Stage::Resolving) => row.name().is_some(),
            (Mode::Blocking, Stage::NonBlocking | Stage::Pending)
            | (Mode::Timeout(_), Stage::Pending) => false,
            _ => true,
        };
        is_lit || is_usual && !is_over
    };
    let reached = ENDS.map(place).into_iter();
    let reached = reached.filter(|place| place.lit != PathLight::Ahead);
    if !row.is_client() {
        let own = match attempt.stage {
            Stage::Accepted => vec![place(Stage::Accepted)],
            _ if attempt.walked.contains(Stage::Accepted) => vec![place(Stage::Accepted)],
            _ => OF_A_LISTENER.map(place).to_vec(),
        };
        return own.into_iter().chain(reached).collect();
    }
    let mut all: Vec<PathPlace> = TO_THE_END
        .iter()
        .filter(|stage| expected(stage))
        .map(|stage| place(*stage))
        .collect();
    all.extend(reached);
    if !is_over
        && !all
            .iter()
            .any(|place| place.word == Stage::Connected.word())
    {
        all.push(PathPlace {
            word: "connected or error",
            lit: PathLight::Ahead,
        });
    }
    all
}
