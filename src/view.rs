//! The screen: a function of the model. One file a pane, and each pane is `fn pane(frame, area, &Model)`.
//!
//! ```text
//!  80x24                         60x18                  160x50
//!  title                         title                  title
//!  SOCKETS                       SOCKETS                SOCKETS        | WHAT HAPPENED
//!  STAGES (one line)             LISTS                  STAGES         | KERNEL
//!  LISTS                         CALL                   LISTS          |
//!  CALLS                         WHAT HAPPENED          CALLS          |
//!  WHAT HAPPENED, NEXT           footer                 footer
//!  footer
//! ```

mod bytes;
mod calls;
mod card;
mod code;
pub mod compare;
mod cost;
mod footer;
mod frame;
mod help;
mod kernel;
pub mod layout;
mod lists;
mod looks;
mod paint;
mod prompt;
mod sockets;
mod start;
mod states;
mod story;
pub mod theme;
mod timeline;
mod title;
mod wire;

use crate::app::model::{Model, Pane};
use crate::app::overlay::Overlay;
pub use frame::Frame;
use layout::PaneLayout;
use ratatui::layout::Rect;

/// Draws the model, after telling it how large the screen is and how many rows fit.
pub fn fit_and_draw(frame: &mut Frame<'_>, model: &mut Model) {
    let area = frame.area();
    model.size = (area.width, area.height);
    if let Some(plan) = layout::plan(model, area) {
        crate::app::update::fit(model, plan.visible_rows());
        let body = plan.body(area);
        let most = match &model.overlay {
            Overlay::Help { search, .. } => help::most(body, search),
            Overlay::Cost { text, .. } => cost::most(body, text),
            _ => 0,
        };
        crate::app::update::fit_scroll(model, most);
    }
    draw(frame, model);
}

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, model: &Model) {
    let area = frame.area();
    let Some(plan) = layout::plan(model, area) else {
        return title::too_small(frame, area);
    };
    title::pane(frame, plan.title, model, plan.shape);
    match &model.overlay {
        Overlay::Help { search, scroll } => {
            help::pane(frame, plan.body(area), model, search, *scroll);
        }
        Overlay::Card { topics, at } => card::pane(frame, plan.body(area), model, topics, *at),
        Overlay::Cost { text, done, scroll } => {
            cost::pane(frame, plan.body(area), model, text, *done, *scroll);
        }
        _ => panes(frame, area, model, &plan),
    }
    footer::pane(frame, plan.footer, model, plan.shape);
    if let Overlay::Prompt(prompt) = &model.overlay {
        prompt::pane(frame, plan.body(area), model, prompt);
    }
}

fn panes(frame: &mut Frame<'_>, area: Rect, model: &Model, plan: &PaneLayout) {
    if model.zoom.is_some() {
        one_pane(frame, plan.body(area), model, model.pane);
        // A question or a message must be seen, whatever fills the screen; two panes show it themselves.
        let asks = matches!(model.overlay, Overlay::Confirm { .. });
        if model.pane != Pane::Story && (asks || model.pane != Pane::Wire) {
            story::message(frame, plan.body(area), model);
        }
        return;
    }
    sockets::pane(frame, plan.sockets, model);
    if let Some(states) = plan.states {
        states::pane(frame, states, model);
    }
    lists::pane(frame, plan.lists, model, plan.shape);
    if start::is_shown(model) {
        start::pane(frame, plan.calls, model);
    } else {
        calls::pane(frame, plan.calls, model, plan.shape);
    }
    story::pane(frame, plan.story, model);
    if let Some(kernel) = plan.kernel {
        kernel::pane(frame, kernel, model);
    }
    if let Some(code) = plan.code {
        code::pane(frame, code, model);
    }
}

fn one_pane(frame: &mut Frame<'_>, area: Rect, model: &Model, pane: Pane) {
    match pane {
        Pane::Sockets => sockets::pane(frame, area, model),
        Pane::States => states::pane(frame, area, model),
        Pane::Lists => lists::zoomed(frame, area, model),
        Pane::Calls => calls::whole_log(frame, area, model),
        Pane::Story => story::pane(frame, area, model),
        Pane::Looks => looks::pane(frame, area, model),
        Pane::Kernel => kernel::pane(frame, area, model),
        Pane::Code => code::pane(frame, area, model),
        Pane::Bytes => bytes::pane(frame, area, model),
        Pane::Wire => wire::pane(frame, area, model),
        Pane::Timeline => timeline::pane(frame, area, model),
    }
}
