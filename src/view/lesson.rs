//! A lesson beside the panes: prose, the open question, what the kernel answered, a goal.

mod questions;

use super::frame::Frame;
use super::layout::{LayoutKind, PaneLayout};
use super::paint::{cut, heading, put, wrap};
use super::{story, theme};
use crate::app::lesson::{LessonRun, LessonStep};
use crate::app::model::{Model, Pane};
use crate::app::overlay::Overlay;
use crate::language::keys;
use questions::{answering, asked, before, revealed};
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// A line of the pane, and whether it stands out.
type LessonLine = (String, bool);

/// What the pane shows: its heading and its lines.
struct LessonText {
    heading: String,
    lines: Vec<LessonLine>,
}

impl LessonText {
    fn new(heading: String) -> LessonText {
        LessonText {
            heading,
            lines: Vec::new(),
        }
    }

    fn say(&mut self, text: &str, width: usize) {
        let lines = wrap(&keys::in_prose(text), width).into_iter();
        self.lines.extend(lines.map(|line| (line, false)));
    }

    /// The same in at most so many lines.
    fn say_within(&mut self, text: &str, width: usize, most: usize) {
        let mut lines = wrap(&keys::in_prose(text), width);
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last = format!("{} ...", cut(last, width.saturating_sub(4)).trim_end());
            }
        }
        self.lines
            .extend(lines.into_iter().map(|line| (line, false)));
    }

    fn line(&mut self, text: &str, width: usize, bold: bool) {
        self.lines
            .push((cut(&keys::in_prose(text), width).into_owned(), bold));
    }
}

/// What belongs to a question or an answer, and has no room on every screen: what was said before, and the question again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MoreText {
    /// It stands there.
    Shown,
    /// A key is named that shows it.
    BehindAKey,
}

/// The first line that the pane may take for more than it must show: the rows that a question names stay, and so do the lists that it asks
/// for.
fn first_free(plan: &PaneLayout, model: &Model, run: &LessonRun) -> u16 {
    let number = match run.step {
        LessonStep::Asked { question, .. }
        | LessonStep::Answering { question, .. }
        | LessonStep::Revealed { question, .. } => Some(question),
        _ => None,
    };
    match number.and_then(|number| run.question(number)) {
        Some(question) if !question.is_about_lists() => {
            let rows = question.rows().len().max(2) as u16;
            plan.sockets.y + 1 + rows.min(plan.sockets.height.saturating_sub(1))
        }
        _ => plan.lists.bottom() - empty_rows(plan, model),
    }
}

/// The lines of the socket list that no socket needs.
fn empty_rows(plan: &PaneLayout, model: &Model) -> u16 {
    let rows = u16::try_from(model.listed_count().max(1)).unwrap_or(u16::MAX);
    plan.sockets.height.saturating_sub(1).saturating_sub(rows)
}

/// What stands below the socket list goes up into lines that no socket needs, so that the lists stay.
fn close_up(plan: &mut PaneLayout, model: &Model, top: u16) {
    let up = plan.lists.bottom().saturating_sub(top);
    let up = up.min(empty_rows(plan, model));
    plan.sockets.height -= up;
    plan.lists.y -= up;
    if let Some(states) = &mut plan.states {
        states.y -= up;
    }
}

/// Makes room for the pane: at the bottom, from the calls and the words, then from the lists, then from the sockets.
pub(super) fn make_room(plan: &mut PaneLayout, model: &Model) {
    let Some(run) = &model.lesson else {
        return;
    };
    if plan.shape == LayoutKind::Rich {
        return;
    }
    let width = usize::from(plan.footer.width).saturating_sub(2);
    let lines = |more| text(model, run, width, more).lines.len() as u16 + 1;
    let is_there_room =
        plan.footer.y.saturating_sub(lines(MoreText::Shown)) >= first_free(plan, model, run);
    let wanted = lines(if is_there_room {
        MoreText::Shown
    } else {
        MoreText::BehindAKey
    });
    let bottom = plan.footer.y;
    let highest = plan.sockets.y + 2;
    let top = bottom.saturating_sub(wanted).max(highest).min(plan.story.y);
    close_up(plan, model, top);
    plan.story = Rect {
        y: top,
        height: bottom - top,
        ..plan.story
    };
    if plan.calls.bottom() > top {
        plan.calls.height = top.saturating_sub(plan.calls.y);
    }
    if plan.calls.height < 2 {
        plan.calls.height = 0;
    }
    if plan.held.is_some_and(|held| held.bottom() > top) {
        plan.held = None;
    }
    if plan.lists.bottom() > top {
        plan.lists.height = 0;
    }
    if plan.states.is_some_and(|states| states.bottom() > top) {
        plan.states = None;
    }
    if plan.sockets.bottom() > top {
        plan.sockets.height = top - plan.sockets.y;
    }
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, run: &LessonRun) {
    let width = usize::from(area.width).saturating_sub(2);
    let room = usize::from(area.height.saturating_sub(1));
    let mut text = text(model, run, width, MoreText::Shown);
    if text.lines.len() > room {
        text = self::text(model, run, width, MoreText::BehindAKey);
    }
    heading(frame, area, model, Some(Pane::Story), &[(3, &text.heading)]);
    let plain = theme::text(model);
    let skip = text.lines.len().saturating_sub(room);
    for (y, (line, bold)) in (1..).zip(text.lines.iter().skip(skip)) {
        let style = if *bold {
            plain.add_modifier(Modifier::BOLD)
        } else {
            plain
        };
        put(frame, area, 1, y, line, style);
    }
}

fn text(model: &Model, run: &LessonRun, width: usize, more: MoreText) -> LessonText {
    let mut text = match &run.step {
        LessonStep::Walking | LessonStep::NotYet => walking(run, width),
        LessonStep::Asked {
            question, letter, ..
        } if run.shows_more && more == MoreText::BehindAKey => before(run, *question, width),
        LessonStep::Asked {
            question, letter, ..
        } => asked(run, *question, *letter, more, width),
        LessonStep::Answering {
            question, letter, ..
        } => answering(run, *question, *letter, width),
        LessonStep::Revealed { question, .. } if run.shows_more && more == MoreText::BehindAKey => {
            before(run, *question, width)
        }
        LessonStep::Revealed {
            question,
            letter,
            kernel,
        } => revealed(run, (*question, *letter), kernel, more, width),
        LessonStep::Working { goal, matcher } => {
            working(run, *goal, matcher.found().is_some(), width)
        }
        LessonStep::Over => over(run, width),
    };
    if run.is_being_staged() {
        text.lines.pop();
        text.line("The lesson is staged afresh ...", width, false);
    } else if run.is_off_path() {
        text.lines.pop();
        text.line(
            "OFF THE PATH by your own keys, which all work.",
            width,
            true,
        );
        text.line(
            "NEXT  {key tick} stages the lesson afresh, up to here.",
            width,
            false,
        );
    }
    let asks = matches!(model.overlay, Overlay::Confirm { .. });
    let is_past = !model.history.is_live() && model.recorded.is_none();
    if asks || model.notice.is_some() || is_past {
        text.lines.pop();
        let said = model.notice.as_ref().filter(|_| !asks);
        let lines = wrap(&said.cloned().unwrap_or_else(|| story::next(model)), width);
        text.lines
            .extend(lines.into_iter().map(|line| (line, true)));
    }
    text
}

fn head(run: &LessonRun) -> String {
    format!("LESSON {} {}", cut(&run.name, 20), run.lesson.topic)
}

fn walking(run: &LessonRun, width: usize) -> LessonText {
    let mut text = LessonText::new(head(run));
    if let Some(said) = run.said.as_ref().or(run.said_before.as_ref()) {
        text.say(said, width);
    }
    if let Some(only) = run.only.as_ref().and_then(|only| only.first()) {
        text.line(&format!("Once more: question {}.", only + 1), width, false);
    }
    let next = match run.next_in_words() {
        Some(_) if run.is_busy() => "The lesson goes on ...".to_owned(),
        Some(line) => format!("NEXT  {{key tick}}: {line}"),
        None if matches!(run.step, LessonStep::NotYet) => {
            "NEXT  Not yet: {key tick} waits again, :later passes.".to_owned()
        }
        None => "NEXT  {key tick} goes on.".to_owned(),
    };
    text.line(&next, width, false);
    text
}

fn working(run: &LessonRun, number: usize, is_reached: bool, width: usize) -> LessonText {
    let mut text = LessonText::new(format!("GOAL {} of {}", number + 1, run.reached.len()));
    if let Some(goal) = run.lesson.goals().nth(number) {
        text.say(&goal.text, width);
    }
    let next = if is_reached {
        "Reached. NEXT  {key tick} goes on."
    } else {
        "All your own keys work. :tip helps, :later passes."
    };
    text.line(next, width, is_reached);
    text
}

fn over(run: &LessonRun, width: usize) -> LessonText {
    let mut text = LessonText::new(head(run));
    if let Some(name) = &run.lesson.name {
        let end = if name.ends_with(['.', '?', '!']) {
            ""
        } else {
            "."
        };
        text.line(&format!("This was: {name}{end}"), width, true);
    }
    if let Some(belief) = &run.lesson.belief {
        text.say(
            &format!("Many believe: {belief} Here it was not so."),
            width,
        );
    }
    if let Some(see) = &run.lesson.see {
        text.say(&format!("See {see}."), width);
    }
    let wrong = run.once_more().and_then(|again| again.only);
    let next = match wrong.as_ref().and_then(|wrong| wrong.first()) {
        Some(first) => format!(
            "NEXT  {{key tick}} asks question {} once more, staged afresh.",
            first + 1
        ),
        None => "NEXT  {key quit} leaves the lesson, {key lessons} lists all.".to_owned(),
    };
    text.line(&next, width, false);
    text
}
