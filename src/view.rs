//! The screen: a function of the model. One file a pane, and each pane is `fn pane(frame, area, &Model)`.
//!
//! ```text
//!  80x24                         60x18                  160x50
//!  title                         title                  title
//!  SOCKETS                       SOCKETS                SOCKETS        | WHAT HAPPENED
//!  STAGES (two lines)            LISTS                  STAGES         | KERNEL
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
mod cover;
mod footer;
mod frame;
mod guide;
mod held;
mod help;
mod kernel;
pub mod layout;
mod lesson;
mod lesson_edges;
mod lesson_list;
mod lists;
mod looks;
mod output;
mod paint;
mod picture;
mod prompt;
mod sockets;
mod start;
mod states;
mod story;
pub mod theme;
mod timeline;
mod title;
mod vote;
mod wire;

use crate::app::model::{Model, Pane};
use crate::app::overlay::Overlay;
pub use frame::Frame;
use layout::{LinesWanted, PaneLayout};
pub use picture::{LineSpan, Picture};
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the model, after telling it how large the screen is and how many rows fit.
pub fn fit_and_draw(frame: &mut Frame<'_>, model: &mut Model) {
    let area = frame.area();
    model.size = (area.width, area.height);
    if let Some(plan) = plan(model, area, LinesWanted::default()) {
        crate::app::update::fit(model, plan.visible_rows());
        let body = plan.body(area);
        let most = match &model.overlay {
            Overlay::Help { search, .. } => help::most(body, model, search),
            Overlay::Cost { text, .. } => cost::most(body, text),
            Overlay::Guide {
                chosen,
                card: Some(_),
            } => guide::most(body, model, *chosen),
            _ => 0,
        };
        crate::app::update::fit_scroll(model, most);
    }
    let story = story::StoryText::of(model, area);
    model.story_is_cut = draw_story(frame, model, &story) == WholeText::Cut;
    crate::app::update::drawn(model);
}

/// Where everything stands, with room for a lesson; `None` if the screen is too small.
fn plan(model: &Model, area: Rect, wanted: LinesWanted) -> Option<PaneLayout> {
    let mut plan = layout::plan_for(model, area, wanted)?;
    if model.zoom.is_none() {
        lesson::make_room(&mut plan, model);
    }
    Some(plan)
}

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, model: &Model) {
    let story = story::StoryText::of(model, frame.area());
    draw_story(frame, model, &story);
}

/// Whether all words of the record stand on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WholeText {
    Whole,
    Cut,
}

fn draw_story(frame: &mut Frame<'_>, model: &Model, story: &story::StoryText) -> WholeText {
    frame.is_ascii = !model.place.unicode;
    let area = frame.area();
    if theme::text(model) != Style::new() {
        frame.restyle(area, theme::text(model));
    }
    let wanted = story.wanted(model, calls::wanted(model));
    let Some(plan) = plan(model, area, wanted) else {
        title::too_small(frame, area);
        return WholeText::Whole;
    };
    let mut whole = WholeText::Whole;
    title::pane(frame, plan.title, model, plan.shape);
    match &model.overlay {
        Overlay::Help { search, scroll } => {
            help::pane(frame, plan.body(area), model, search, *scroll);
        }
        Overlay::Card { topics, at, .. } => card::pane(frame, plan.body(area), model, topics, *at),
        Overlay::Cost { text, done, scroll } => {
            cost::pane(frame, plan.body(area), model, text, *done, *scroll);
        }
        Overlay::Guide { chosen, card } => match card {
            Some(scroll) => guide::card(frame, plan.body(area), model, *chosen, *scroll),
            None => guide::list(frame, plan.body(area), model, *chosen),
        },
        Overlay::Lessons { chosen } => {
            lesson_list::pane(frame, plan.body(area), model, *chosen);
        }
        _ => match vote::shown(model) {
            Some((run, number)) => vote::pane(frame, plan.body(area), model, run, number),
            None => whole = panes(frame, area, model, &plan, story),
        },
    }
    footer::pane(frame, plan.footer, model, plan.shape);
    if let Overlay::Prompt(prompt) = &model.overlay {
        prompt::pane(frame, plan.body(area), model, prompt);
    }
    whole
}

fn panes(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    plan: &PaneLayout,
    story: &story::StoryText,
) -> WholeText {
    if model.zoom.is_some() {
        one_pane(frame, plan.body(area), model, model.pane, story);
        // A question or a message must be seen, whatever fills the screen; two panes show it themselves.
        let asks = matches!(model.overlay, Overlay::Confirm { .. });
        if model.pane != Pane::Story && (asks || model.pane != Pane::Wire) {
            story::message(frame, plan.body(area), model);
        }
        return WholeText::Whole;
    }
    sockets::pane(frame, plan.sockets, model);
    if let Some(states) = plan.states {
        states::pane(frame, states, model);
    }
    if plan.lists.height > 0 {
        lists::pane(frame, plan.lists, model, plan.shape);
    }
    if plan.calls.height == 0 {
        // A lesson has taken its place.
    } else if model.is_watched() {
        calls::program::pane(frame, plan.calls, model, plan.shape);
    } else if start::is_shown(model) {
        start::pane(frame, plan.calls, model);
    } else {
        calls::pane(frame, plan.calls, model, plan.shape);
    }
    if let Some(held) = plan.held {
        held::pane(frame, held, model);
    }
    let call = match plan.calls.height {
        0 => calls::in_one_line(model, plan.shape),
        _ => None,
    };
    let whole = words(frame, plan.story, model, story, call.as_deref());
    if let Some(kernel) = plan.kernel {
        one_pane(frame, kernel, model, Pane::Kernel, story);
    }
    if let Some(code) = plan.code {
        let pane = if model.is_watched() {
            Pane::Output
        } else {
            Pane::Code
        };
        one_pane(frame, code, model, pane, story);
    }
    whole
}

/// What happened in words; in a lesson its own words.
fn words(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    story: &story::StoryText,
    call: Option<&str>,
) -> WholeText {
    match &model.lesson {
        Some(run) => {
            lesson::pane(frame, area, model, run);
            WholeText::Whole
        }
        None => story::pane(frame, area, model, story, call),
    }
}

fn one_pane(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    pane: Pane,
    story: &story::StoryText,
) {
    if cover::hides(model, pane) && (pane != Pane::Story || model.lesson.is_none()) {
        return cover::pane(frame, area, model, pane);
    }
    match pane {
        Pane::Sockets => sockets::pane(frame, area, model),
        Pane::States => states::pane(frame, area, model),
        Pane::Lists => lists::zoomed(frame, area, model),
        Pane::Calls => calls::whole_log(frame, area, model),
        Pane::Story => {
            words(frame, area, model, story, None);
        }
        Pane::Looks => looks::pane(frame, area, model),
        Pane::Kernel => kernel::pane(frame, area, model),
        Pane::Code => code::pane(frame, area, model),
        Pane::Bytes => bytes::pane(frame, area, model),
        Pane::Wire => wire::pane(frame, area, model, story),
        Pane::Timeline => timeline::pane(frame, area, model),
        Pane::Output => output::pane(frame, area, model),
    }
}
