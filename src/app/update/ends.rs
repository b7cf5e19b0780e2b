//! Where a session goes on no further by itself: in the past, and at the end of a recording.

use crate::app::model::Model;
use crate::language::keys;

/// What stands at the end of a recording.
pub(super) fn recorded_end(model: &Model) -> String {
    let broken = model
        .recorded
        .as_ref()
        .and_then(|recorded| recorded.broken.clone());
    broken.unwrap_or_else(|| {
        keys::said("This is the end of the recording. {key first} goes to its beginning.")
    })
}

/// In the past and in a recording a key that goes on only goes forward: whether it was so.
pub(super) fn goes_forward(model: &mut Model) -> bool {
    let is_recorded = model.recorded.is_some();
    let goes = is_recorded || !model.history.is_live();
    if goes && !model.history.forward() && is_recorded {
        model.notice = Some(recorded_end(model));
    }
    goes
}
