//! Where the panes stand at each size. From the first screen to the last nothing jumps, but that the words of a record take lines which
//! its calls do not need: a sentence is never cut while there is room for it.

use super::{held, start};
use crate::app::model::{Model, Pane};
use crate::derive::lists;
use ratatui::layout::Rect;

/// The smallest screen that shows the panes.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Which of the three layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutKind {
    /// A projector with a huge font.
    Narrow,
    /// 80x24 and more.
    Usual,
    /// 160x50 and more.
    Rich,
}

impl LayoutKind {
    /// The layout for a screen of this size.
    pub fn of(area: Rect) -> LayoutKind {
        match (area.width, area.height) {
            (140.., 40..) => LayoutKind::Rich,
            (80.., 24..) => LayoutKind::Usual,
            _ => LayoutKind::Narrow,
        }
    }
}

/// The places of all panes.
#[derive(Clone, Copy, Debug)]
pub struct PaneLayout {
    /// Which layout.
    pub shape: LayoutKind,
    /// The first line.
    pub title: Rect,
    /// The socket list with its heading.
    pub sockets: Rect,
    /// The state diagram.
    pub states: Option<Rect>,
    /// The lists.
    pub lists: Rect,
    /// The call log.
    pub calls: Rect,
    /// Which call of a watched program is held.
    pub held: Option<Rect>,
    /// The words.
    pub story: Rect,
    /// The kernel's facts.
    pub kernel: Option<Rect>,
    /// A program to compare with.
    pub code: Option<Rect>,
    /// The last line.
    pub footer: Rect,
}

impl PaneLayout {
    /// Everything between title and footer.
    pub fn body(&self, area: Rect) -> Rect {
        Rect {
            y: area.y + 1,
            height: area.height.saturating_sub(2),
            ..area
        }
    }

    /// How many rows the socket list shows.
    pub fn visible_rows(&self) -> usize {
        usize::from(self.sockets.height.saturating_sub(1))
    }
}

/// Cuts lines off the top of an area.
struct Cutter(Rect);

impl Cutter {
    fn take(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        let taken = Rect { height, ..self.0 };
        self.0 = Rect {
            y: self.0.y + height,
            height: self.0.height - height,
            ..self.0
        };
        taken
    }
}

/// How many lines the words and the calls of a record want, each with its heading.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinesWanted {
    /// The words, and what comes next.
    pub story: u16,
    /// The same with what is said only where there is room for it.
    pub with_aside: u16,
    /// The calls.
    pub calls: u16,
}

impl LinesWanted {
    /// The lines of the words, of those that they share with the calls: never fewer than `usual`, and the calls keep `at_least`.
    fn of_story(self, all: u16, usual: u16, at_least: u16) -> u16 {
        let most = all.saturating_sub(at_least.min(self.calls));
        let story = usual.max(self.story.min(most));
        if self.with_aside <= all.saturating_sub(self.calls) {
            story.max(self.with_aside)
        } else {
            story
        }
    }
}

/// How wide the words are on a screen of this size.
pub fn story_width(area: Rect) -> u16 {
    match LayoutKind::of(area) {
        LayoutKind::Rich => right(area),
        LayoutKind::Narrow | LayoutKind::Usual => area.width,
    }
}

/// The width of the right column of the large screen.
fn right(area: Rect) -> u16 {
    (area.width * 2 / 5).clamp(58, 80)
}

/// The places for this screen, as far as they depend on nothing that a record says; `None` if it is too small.
pub fn plan(model: &Model, area: Rect) -> Option<PaneLayout> {
    plan_for(model, area, LinesWanted::default())
}

/// The places for this screen; `None` if it is too small.
pub fn plan_for(model: &Model, area: Rect, wanted: LinesWanted) -> Option<PaneLayout> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return None;
    }
    let shape = LayoutKind::of(area);
    let mut cutter = Cutter(area);
    let title = cutter.take(1);
    let footer = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    cutter.0.height -= 1;
    let urgent = u16::from(lists::is_urgent_shown(model.world()));
    let rows = u16::try_from(model.listed_count().max(1)).unwrap_or(u16::MAX);
    let mut plan = match shape {
        LayoutKind::Narrow if model.is_watched() => {
            narrow_watched(&mut cutter, rows, urgent, wanted)
        }
        LayoutKind::Narrow => narrow(&mut cutter, rows, urgent, wanted),
        LayoutKind::Usual => usual(model, &mut cutter, rows, urgent, wanted),
        LayoutKind::Rich => rich(model, &mut cutter, rows, wanted),
    };
    (plan.shape, plan.title, plan.footer) = (shape, title, footer);
    if model.zoom.is_some() && model.pane == Pane::Sockets {
        plan.sockets = plan.body(area);
    }
    Some(plan)
}

fn empty(shape: LayoutKind) -> PaneLayout {
    let none = Rect::default();
    PaneLayout {
        shape,
        title: none,
        sockets: none,
        states: None,
        lists: none,
        calls: none,
        held: None,
        story: none,
        kernel: None,
        code: None,
        footer: none,
    }
}

fn narrow(cutter: &mut Cutter, rows: u16, urgent: u16, wanted: LinesWanted) -> PaneLayout {
    let spare = cutter.0.height - 14;
    let sockets =
        1 + 4.min(2 + spare).max(1) + rows.saturating_sub(4).min(spare.saturating_sub(2) / 2);
    let mut plan = empty(LayoutKind::Narrow);
    plan.sockets = cutter.take(sockets);
    plan.lists = cutter.take(4 + urgent);
    // One call is always there, without a heading if it must be, or as the heading of the words.
    let room = cutter.0.height;
    let at_least = u16::from(wanted.story < room);
    let story = wanted.of_story(room, 5.min(room.saturating_sub(2)), at_least);
    plan.calls = cutter.take(cutter.0.height - story);
    plan.story = cutter.0;
    plan
}

/// A watched program on a small screen: the last two calls, and the held one, without headings.
fn narrow_watched(cutter: &mut Cutter, rows: u16, urgent: u16, wanted: LinesWanted) -> PaneLayout {
    let mut plan = empty(LayoutKind::Narrow);
    let spare = cutter.0.height - 14;
    plan.sockets = cutter.take(1 + rows.min(1 + spare / 2));
    plan.lists = cutter.take(4 + urgent);
    let room = cutter.0.height - 1;
    let story = wanted.of_story(room, 5.min(room.saturating_sub(2)), 2);
    plan.calls = cutter.take(room - story);
    plan.held = Some(cutter.take(1));
    plan.story = cutter.0;
    plan
}

fn usual(
    model: &Model,
    cutter: &mut Cutter,
    rows: u16,
    urgent: u16,
    wanted: LinesWanted,
) -> PaneLayout {
    let spare = cutter.0.height - 22;
    // More than four sockets take up to two lines from the calls, of which the chosen socket's come first.
    let list = match model.is_watched() {
        true => rows.min(3 + spare / 2),
        false => 4 + rows.saturating_sub(4).min(2 + spare / 2),
    };
    // What is said on the very first screen stands where the calls will be.
    let usual = 4 + (spare / 4).min(4) - u16::from(start::is_shown(model));
    let mut plan = empty(LayoutKind::Usual);
    plan.sockets = cutter.take(1 + list);
    plan.states = Some(cutter.take(3));
    plan.lists = cutter.take(5 + urgent);
    let held = match model.is_watched() {
        true => 1 + held::wanted(model),
        false => 0,
    };
    let story = wanted.of_story(cutter.0.height - held, usual, 3);
    plan.calls = cutter.take(cutter.0.height - held - story);
    plan.held = (held > 0).then(|| cutter.take(held));
    plan.story = cutter.0;
    plan
}

fn rich(model: &Model, cutter: &mut Cutter, rows: u16, wanted: LinesWanted) -> PaneLayout {
    let area = cutter.0;
    let right = right(area);
    let left = Rect {
        width: area.width - right - 1,
        ..area
    };
    let side = Rect {
        x: left.right() + 1,
        width: right,
        ..area
    };
    let mut cutter = Cutter(left);
    let mut plan = empty(LayoutKind::Rich);
    plan.sockets = cutter.take(1 + rows.clamp(4, area.height / 3));
    plan.states = Some(cutter.take(9));
    plan.lists = cutter.take(10);
    if model.is_watched() {
        plan.held = Some(cutter.take(1 + held::wanted(model)));
    }
    plan.calls = cutter.0;
    let mut cutter = Cutter(side);
    let most = area.height / 2;
    plan.story = cutter.take((area.height / 4).max(wanted.with_aside.min(most)));
    plan.kernel = Some(cutter.take(area.height / 4));
    plan.code = Some(cutter.0);
    plan
}
