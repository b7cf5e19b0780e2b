//! The guide: the list of what can be discovered, and the card of what was. What was not seen yet has no name: it would answer a question.

use super::frame::Frame;
use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::guide::{Guide, GuideTopic, as_seen, topics};
use crate::app::model::Model;
use crate::language::keys::{self, Action};
use crate::narrate::next;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// What stands in the title when something was recognised: only when nothing more happens, and no question is open.
pub(super) fn title(model: &Model) -> Option<String> {
    let guide = model.guide.as_ref()?;
    let count = guide.count_new();
    if count == 0 || model.history.is_covered() {
        return None;
    }
    let is_time = match &model.lesson {
        Some(run) => run.is_over(),
        None => next::is_settled(model.history.live()),
    };
    is_time.then(|| format!("guide +{count}"))
}

/// Draws the list.
pub(super) fn list(frame: &mut Frame<'_>, area: Rect, model: &Model, chosen: usize) {
    let Some(guide) = &model.guide else {
        return;
    };
    let all = topics();
    let new = match guide.count_new() {
        0 => String::new(),
        new => format!(", {new} new"),
    };
    let title = format!("GUIDE   seen {} of {}{new}", guide.count_seen(), all.len());
    heading(frame, area, model, None, &[(3, &title)]);
    let plain = theme::text(model);
    let width = usize::from(area.width).saturating_sub(2);
    let legend = model.notice.clone().unwrap_or_else(|| {
        keys::said("* new  x seen  . not yet: {key tick-only} says how to meet it")
    });
    let below = wrap(&legend, width);
    let room = usize::from(area.height).saturating_sub(1 + below.len());
    let first = chosen
        .saturating_sub(room / 2)
        .min(all.len().saturating_sub(room));
    for (y, (index, topic)) in (1..).zip(all.iter().enumerate().skip(first).take(room)) {
        let (sign, style) = match index == chosen {
            true => ('>', plain.add_modifier(Modifier::BOLD)),
            false => (' ', plain),
        };
        let line = format!("{sign} {}", line(guide, topic, width.saturating_sub(2)));
        put(frame, area, 1, y, &line, style);
    }
    let from = area.height.saturating_sub(below.len() as u16);
    for (y, text) in (from..).zip(&below) {
        put(frame, area, 1, y, text, plain);
    }
}

fn line(guide: &Guide, topic: &GuideTopic, width: usize) -> String {
    let number = topic.number;
    let (mark, when) = match (guide.sighting(number), guide.before.get(number)) {
        (Some(seen), _) if seen.is_new => ('*', format!("tick {}", seen.at.1)),
        (Some(seen), _) => ('x', format!("tick {}", seen.at.1)),
        (None, Some(day)) => ('x', day.clone()),
        (None, None) => return format!("{number} . ?"),
    };
    let name_width = width.saturating_sub(18).min(46);
    format!(
        "{number} {mark} {:<name_width$} {when}",
        cut(topic.name(), name_width)
    )
}

/// The lines of a card: a label, and a line of text.
fn card_lines(guide: &Guide, topic: &GuideTopic, width: usize) -> Vec<(&'static str, String)> {
    let lesson = &topic.lesson;
    let mut blocks: Vec<(&'static str, String)> = Vec::new();
    if let Some(belief) = &lesson.belief {
        blocks.push(("belief", belief.clone()));
    }
    match (guide.sighting(topic.number), guide.before.get(topic.number)) {
        (Some(seen), _) => {
            let steps = lesson.seen.iter().map(|step| as_seen(step, seen.rows));
            let steps: Vec<String> = steps.collect();
            blocks.push((
                "seen",
                format!("tick {}: {}", seen.at.1, steps.join(", then ")),
            ));
        }
        (None, Some(day)) => blocks.push(("seen", day.clone())),
        (None, None) => {}
    }
    blocks.extend(
        lesson
            .questions()
            .map(|question| ("so", question.reveal.clone())),
    );
    if let Some(see) = &lesson.see {
        blocks.push(("manual", see.clone()));
    }
    let mut lines = Vec::new();
    for (label, text) in blocks {
        let mut label = label;
        for line in wrap(&keys::in_prose(&text), width) {
            lines.push((std::mem::take(&mut label), line));
        }
        lines.push(("", String::new()));
    }
    let shows = match guide.sighting(topic.number) {
        Some(_) => format!("{} shows that tick. ", keys::label(Action::SeenTick)),
        None => String::new(),
    };
    lines.push((
        "",
        format!(
            "{shows}{} begins lesson {}.",
            keys::label(Action::TickOnly),
            topic.number
        ),
    ));
    lines
}

const LABEL: usize = 10;

/// How far a card can be scrolled.
pub(super) fn most(area: Rect, model: &Model, chosen: usize) -> usize {
    let (Some(guide), Some(topic)) = (&model.guide, topics().get(chosen)) else {
        return 0;
    };
    let width = usize::from(area.width).saturating_sub(LABEL + 2);
    let room = usize::from(area.height.saturating_sub(1));
    card_lines(guide, topic, width).len().saturating_sub(room)
}

/// Draws a card.
pub(super) fn card(frame: &mut Frame<'_>, area: Rect, model: &Model, chosen: usize, scroll: usize) {
    let (Some(guide), Some(topic)) = (&model.guide, topics().get(chosen)) else {
        return;
    };
    let title = format!("GUIDE {}  {}", topic.number, topic.name());
    heading(frame, area, model, None, &[(3, &title)]);
    let plain = theme::text(model);
    let width = usize::from(area.width).saturating_sub(LABEL + 2);
    let room = usize::from(area.height.saturating_sub(1));
    let lines = card_lines(guide, topic, width);
    for (y, (label, text)) in (1..).zip(lines.iter().skip(scroll).take(room)) {
        put(frame, area, 1, y, label, plain.add_modifier(Modifier::BOLD));
        put(frame, area, LABEL as u16, y, text, plain);
    }
    if let Some(notice) = &model.notice {
        put(frame, area, 1, area.height.saturating_sub(1), notice, plain);
    }
}
