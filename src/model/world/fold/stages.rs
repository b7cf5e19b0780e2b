//! That a row entered a stage: noted in the row, and told.

use crate::model::errno::Failure;
use crate::model::record::StageChange;
use crate::model::socket::Stage;
use crate::model::world::RowState;

pub(super) fn stage_change(
    state: &RowState,
    stage: Stage,
    failure: Option<Failure>,
) -> StageChange {
    StageChange {
        row: state.row,
        target: state.short_target(),
        stage,
        failure,
    }
}

pub(super) fn note_stage(
    state: &mut RowState,
    before: Stage,
    n: u64,
    entered: &mut Vec<StageChange>,
) {
    let now = state.stage();
    if now == before || now == Stage::New {
        return;
    }
    state.changed_at.stage = n;
    let failure = if now == Stage::Error {
        state.current().failure
    } else {
        None
    };
    entered.push(stage_change(state, now, failure));
}
