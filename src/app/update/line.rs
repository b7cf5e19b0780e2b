//! A line that is asked for: it is opened, edited, and told what is wrong with it.

use crate::app::model::Model;
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use crate::language::keys::Key;
use crate::model::clean;
use tui_input::{Input, InputRequest};

/// Opens a prompt; what stands in it already is a proposal, except in the filter.
pub(super) fn open(model: &mut Model, asks: PromptKind, text: String) {
    let proposed = !text.is_empty() && asks != PromptKind::Filter;
    model.overlay = Overlay::Prompt(Prompt {
        asks,
        input: Input::new(text),
        error: None,
        candidates: Vec::new(),
        proposed,
        chosen: None,
    });
}

/// Says in the prompt what is wrong with its line.
pub(super) fn complain(model: &mut Model, error: String) {
    if let Overlay::Prompt(prompt) = &mut model.overlay {
        prompt.error = Some(error);
    }
}

/// The most characters in a line.
const MAX_LINE_CHARS: usize = 4096;

fn request(key: Key) -> Option<InputRequest> {
    Some(match key {
        Key::Char(c) if !clean::is_hostile(c) => InputRequest::InsertChar(c),
        Key::Backspace => InputRequest::DeletePrevChar,
        Key::Delete => InputRequest::DeleteNextChar,
        Key::Left => InputRequest::GoToPrevChar,
        Key::Right => InputRequest::GoToNextChar,
        Key::Home | Key::Ctrl('a') => InputRequest::GoToStart,
        Key::End | Key::Ctrl('e') => InputRequest::GoToEnd,
        Key::Ctrl('w') => InputRequest::DeletePrevWord,
        Key::Ctrl('u') => InputRequest::DeleteLine,
        _ => return None,
    })
}

/// Changes a line as a key says.
pub(super) fn edit(input: &mut Input, key: Key) {
    let grows = matches!(key, Key::Char(_));
    if let Some(request) =
        request(key).filter(|_| !grows || input.value().chars().count() < MAX_LINE_CHARS)
    {
        input.handle(request);
    }
}
