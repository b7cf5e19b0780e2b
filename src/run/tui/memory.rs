//! What was chosen in this session is remembered for the next one, as soon as it is chosen.

use crate::app::model::{Model, Theme};
use crate::run::settings::{self, Settings};
use std::time::Duration;

/// What was there when something was remembered last.
#[derive(Debug)]
pub(super) struct Memory {
    theme: Theme,
    poll_timeout: Duration,
}

impl Memory {
    /// What stands in the model now was not chosen in this session.
    pub(super) fn of(model: &Model) -> Memory {
        Memory {
            theme: model.theme,
            poll_timeout: model.poll_timeout,
        }
    }

    /// Keeps what was chosen since then. What was remembered of the rest stays.
    pub(super) fn keep(&mut self, model: &mut Model) {
        let theme = (model.theme != self.theme).then_some(model.theme);
        let poll_timeout = (model.poll_timeout != self.poll_timeout).then_some(model.poll_timeout);
        if theme.is_none() && poll_timeout.is_none() {
            return;
        }
        *self = Memory::of(model);
        let (before, _) = settings::load();
        let kept = settings::save(Settings {
            theme: theme.or(before.theme),
            poll_timeout: poll_timeout.or(before.poll_timeout),
        });
        if let Err(why) = kept {
            let said = model.notice.take().unwrap_or_default();
            model.notice = Some(
                format!("{said} It is not remembered: {why}.")
                    .trim()
                    .to_owned(),
            );
        }
    }
}

/// The terminal has answered: where nobody has chosen colours since, those are taken that can be read on its background.
pub(super) fn take_background(model: &mut Model, memory: Option<&mut Memory>, is_dark: bool) {
    if model.theme != Theme::Terminal {
        return;
    }
    model.theme = if is_dark { Theme::Dark } else { Theme::Light };
    if let Some(memory) = memory {
        memory.theme = model.theme;
    }
}
