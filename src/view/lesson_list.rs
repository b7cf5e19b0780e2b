//! The list of lessons, with how far one has come. It shows topics alone: a name would answer the questions.

use super::frame::Frame;
use super::paint::{heading, put};
use super::theme;
use crate::app::model::Model;
use crate::language::keys;
use crate::words::course;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// A line of the list: a group's title, or a lesson with its place among all.
enum ListLine {
    Group(String),
    Lesson(usize, String),
}

fn lines(model: &Model) -> Vec<ListLine> {
    let mut lines = Vec::new();
    let mut index = 0;
    for group in course::GROUPS {
        lines.push(ListLine::Group(format!(
            "{}  {}",
            group.letter, group.title
        )));
        for (place, of) in (1..).zip(group.lessons) {
            let mark = model.progress.get(of.number).copied().unwrap_or('.');
            let place = format!("{}{place}", group.letter);
            let line = format!("{place:<4} {} {mark} {}", of.number, of.topic());
            lines.push(ListLine::Lesson(index, line));
            index += 1;
        }
    }
    lines
}

/// Whether this machine cannot stage the lesson that is chosen.
fn is_not_here(model: &Model, chosen: usize) -> bool {
    let of = course::all().nth(chosen);
    of.is_some_and(|of| model.progress.get(of.number) == Some(&'-'))
}

/// Draws it over the panes.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, chosen: usize) {
    let all = course::all().count();
    let marked = |mark: char| model.progress.values().filter(|is| **is == mark).count();
    let title = format!(
        "LESSONS   done {} of {all}, begun {}",
        marked('='),
        marked('~')
    );
    heading(frame, area, model, None, &[(3, &title)]);
    let plain = theme::text(model);
    let room = usize::from(area.height.saturating_sub(3));
    let lines = lines(model);
    let at = lines
        .iter()
        .position(|line| matches!(line, ListLine::Lesson(index, _) if *index == chosen));
    let first = at
        .unwrap_or(0)
        .saturating_sub(room / 2)
        .min(lines.len().saturating_sub(room));
    for (y, line) in (1..).zip(lines.iter().skip(first).take(room)) {
        match line {
            ListLine::Group(title) => {
                let bold = plain.add_modifier(Modifier::BOLD);
                put(frame, area, 1, y, title, bold);
            }
            ListLine::Lesson(index, text) => {
                let is_chosen = *index == chosen;
                let sign = if is_chosen { '>' } else { ' ' };
                let style = if is_chosen {
                    plain.add_modifier(Modifier::BOLD)
                } else {
                    plain
                };
                put(frame, area, 1, y, &format!("{sign} {text}"), style);
            }
        }
    }
    let legend = [
        ". not begun  ~ begun, or once wrong  = done".to_owned(),
        match &model.notice {
            Some(notice) => notice.clone(),
            None if is_not_here(model, chosen) => {
                "- This one needs python3, and there is none in the PATH.".to_owned()
            }
            None => keys::said(
                "{key tick-only} begins it; :lesson 15 on goes on in 15. {key quit} leaves the list.",
            ),
        },
    ];
    for (y, text) in (area.height.saturating_sub(2)..).zip(&legend) {
        put(frame, area, 1, y, text, plain);
    }
}
