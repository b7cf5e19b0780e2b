//! The last lines below the words.

use super::super::start;
use crate::app::model::Model;
use crate::app::overlay::{Confirm, Overlay};
use crate::narrate::next;
use crate::words::prose;

/// The last lines: a question, or what comes next. The flag says that it must stand out.
pub(super) fn bottom(model: &Model, width: usize, roomy: bool) -> (String, bool) {
    if let Overlay::Confirm {
        what: Confirm::EndProgram,
        ..
    } = &model.overlay
    {
        return (prose::say("watch confirm-end").to_owned(), true);
    }
    if let Overlay::Confirm { what, .. } = &model.overlay {
        let row = model.chosen;
        let (key, does) = match what {
            Confirm::Delete => ("d", "deletes"),
            Confirm::Restart => ("r", "restarts"),
            Confirm::Close | Confirm::EndProgram => ("X", "closes"),
        };
        return (
            format!("{key} once more {does} {row}; this cannot be undone. Any other key: no."),
            true,
        );
    }
    if let Some(recorded) = &model.recorded {
        let head = if start::is_shown(model) { "" } else { "NEXT  " };
        let words = match (model.history.is_live(), &recorded.broken) {
            (false, _) => format!("{head}{}", prose::say("next recording")),
            (true, None) => format!("{head}{}", prose::say("next recording ends")),
            (true, Some(broken)) => {
                prose::fill(prose::say("next recording breaks"), &[("{broken}", broken)])
            }
        };
        return (words, false);
    }
    let world = model.history.live();
    if !model.history.is_live() {
        return (format!("NEXT  {}", prose::say("next past")), false);
    }
    if model.is_watched() {
        let press = next::press(world, model.task());
        return (format!("NEXT  {press}"), false);
    }
    let head = if start::is_shown(model) { "" } else { "NEXT  " };
    let long = format!("{head}{}", next::sentence(world));
    let words = if long.len() <= width || roomy || start::is_shown(model) {
        long
    } else {
        format!("{head}{}", next::short(world))
    };
    (words, false)
}
