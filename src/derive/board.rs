//! The board: which sockets stand at each stage, and who moved there in the last record.

use crate::model::socket::Stage;
use crate::model::world::{BoardSide, StageRun, World};

/// The stages of a socket that connects, in the order in which it walks through them.
pub const WALK: [Stage; 9] = [
    Stage::Resolving,
    Stage::Created,
    Stage::NonBlocking,
    Stage::ConnectAttempted,
    Stage::Pending,
    Stage::Writable,
    Stage::Connected,
    Stage::Error,
    Stage::Closed,
];

/// So many runs of numbers are looked up for one stage: no place of the board shows more.
const MAX_RUNS: usize = 48;

/// One stage with the sockets that stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardPlace {
    /// The stage.
    pub stage: Stage,
    /// How many stand there.
    pub count: usize,
    /// Who, in order, as far as anybody can show them.
    pub runs: Vec<StageRun>,
}

impl BoardPlace {
    /// Whether anybody came here in the last record, as far as they are shown.
    pub fn has_moved(&self) -> bool {
        self.runs.iter().any(|run| run.moved)
    }
}

/// Who stands at a stage.
pub fn place(world: &World, stage: Stage, side: BoardSide) -> BoardPlace {
    BoardPlace {
        stage,
        count: world.count_at(stage, side),
        runs: world.runs_at(stage, side, MAX_RUNS),
    }
}

/// The whole walk, for the program's sockets.
pub fn walk(world: &World) -> Vec<BoardPlace> {
    WALK.map(|stage| place(world, stage, BoardSide::Program))
        .into()
}
