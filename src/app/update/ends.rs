//! What is said at the end of a recording.

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
