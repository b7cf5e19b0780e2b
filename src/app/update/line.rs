//! A line that is asked for: it is opened, and told what is wrong with it.

use crate::app::model::Model;
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use tui_input::Input;

/// Opens a prompt; what stands in it already is a proposal, except in the filter.
pub(super) fn open(model: &mut Model, asks: PromptKind, text: String) {
    let proposed = !text.is_empty() && asks != PromptKind::Filter;
    model.overlay = Overlay::Prompt(Prompt {
        asks,
        input: Input::new(text),
        error: None,
        candidates: Vec::new(),
        proposed,
    });
}

/// Says in the prompt what is wrong with its line.
pub(super) fn complain(model: &mut Model, error: String) {
    if let Overlay::Prompt(prompt) = &mut model.overlay {
        prompt.error = Some(error);
    }
}
