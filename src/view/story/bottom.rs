//! The last lines below the words.

use super::super::start;
use crate::app::model::Model;
use crate::app::overlay::{Confirm, Overlay};
use crate::narrate::next;
use crate::words::prose;

/// The last lines: a question, or what comes next.
#[derive(Debug)]
pub(super) struct Bottom {
    /// The room that it is for.
    pub(super) width: usize,
    whole: String,
    /// The same in fewer words, where the whole would need more than a line.
    brief: Option<String>,
    /// It must stand out.
    pub(super) asks: bool,
}

impl Bottom {
    /// In one line of this width, if it can be.
    pub(super) fn of(model: &Model, width: usize) -> Bottom {
        let (whole, asks) = whole(model);
        let brief = (whole.len() > width).then(|| brief(model)).flatten();
        Bottom {
            width,
            whole,
            brief,
            asks,
        }
    }

    /// In as many words as it takes, or in few.
    pub(super) fn text(&self, roomy: bool) -> &str {
        match &self.brief {
            Some(brief) if !roomy => brief,
            _ => &self.whole,
        }
    }
}

/// What the next key does is said, and not a question or a word on the past.
fn says_next(model: &Model) -> bool {
    !matches!(model.overlay, Overlay::Confirm { .. })
        && model.recorded.is_none()
        && model.history.is_live()
        && !model.is_watched()
}

fn brief(model: &Model) -> Option<String> {
    let is_brief = says_next(model) && !start::is_shown(model);
    is_brief.then(|| format!("NEXT  {}", next::short(model.history.live())))
}

/// In as many words as it takes. The flag says that it must stand out.
fn whole(model: &Model) -> (String, bool) {
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
    (format!("{head}{}", next::sentence(world)), false)
}
