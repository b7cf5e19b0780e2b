//! One line of the socket list.

use super::columns::{SocketColumns, new_width};
use super::texts::{clock_has_left_the_look, fact_text, moment, name_text, stage_text};
use crate::app::model::Model;
use crate::model::socket::Stage;
use crate::model::world::RowState;
use crate::narrate::{facts, kernel};
use crate::view::cover;
use crate::view::frame::Frame;
use crate::view::paint::{cells, cut, put, put_within};
use crate::view::theme;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Where the line is drawn, and what of.
pub(super) struct Line<'a, 'f> {
    pub(super) frame: &'a mut Frame<'f>,
    pub(super) area: Rect,
    /// The line of the area.
    pub(super) y: u16,
    pub(super) model: &'a Model,
    pub(super) row: &'a RowState,
    pub(super) columns: &'a SocketColumns,
}

impl Line<'_, '_> {
    /// Draws it, from left to right.
    pub(super) fn draw(&mut self) {
        self.name();
        let mut at = self.columns.stage_at();
        self.stage(at);
        if self.row.stage() == Stage::New && self.row.fd().is_none() {
            return self.leads_to(at + new_width(self.area));
        }
        at += self.columns.stage;
        if self.columns.fact > 0 {
            self.fact(at);
            at += self.columns.fact;
        }
        let rest = usize::from(self.area.width).saturating_sub(at);
        self.kernel(at, self.columns.kernel.min(rest + 1));
        at += self.columns.kernel;
        if self.columns.fd > 0 {
            let fd = self.row.fd().map(|fd| fd.to_string());
            self.flush_right(at, self.columns.fd, fd);
        }
        at += self.columns.fd;
        if self.columns.port > 0 {
            let port = facts::local_port(self.row).map(|port| port.to_string());
            self.flush_right(at, self.columns.port, port);
        }
        at += self.columns.port;
        if self.columns.so_error > 0 {
            self.put(at + 3, &facts::so_error(self.row), self.plain());
        }
    }

    fn put(&mut self, at: usize, text: &str, style: Style) {
        put(self.frame, self.area, at as u16, self.y, text, style);
    }

    fn put_within(&mut self, at: usize, width: usize, text: &str, style: Style) {
        let at = at as u16;
        put_within(self.frame, self.area, at, self.y, width, text, style);
    }

    fn plain(&self) -> Style {
        theme::text(self.model)
    }

    /// Whether its stage is news of the record that is shown.
    fn stage_is_new(&self) -> bool {
        let n = self.model.world().n;
        self.row.changed_at.stage == n && n > 0
    }

    fn name(&mut self) {
        let chosen = self.row.row == self.model.chosen;
        let style = if chosen {
            self.plain().add_modifier(Modifier::BOLD)
        } else {
            self.plain()
        };
        let (sign, width) = (if chosen { '>' } else { ' ' }, self.columns.number);
        self.put(0, &format!("{sign} {:>width$}", self.row.row), style);
        let target = name_text(self.row, self.columns.target);
        self.put(2 + width + 1, &target, style);
    }

    fn stage(&mut self, at: usize) {
        let changed = self.stage_is_new();
        let style = marked(theme::stage(self.model, self.row.stage()), changed);
        let text = stage_text(self.model, self.row, self.columns, changed);
        self.put_within(at, self.columns.stage, &text, style);
    }

    /// A row without a socket says where it will lead.
    fn leads_to(&mut self, at: usize) {
        let port_word = if self.area.width < 80 { ":" } else { "port " };
        let text = facts::leads_to(self.row, port_word, moment(self.model));
        let room = usize::from(self.area.width) - at;
        let after_port = text.split_once(": ").map(|(_, words)| words);
        let text = match after_port {
            // What it is matters more than its number.
            Some(words) if cells(&text) > room => words,
            _ => &text,
        };
        let text = cut(text, room);
        self.put(at, &text, self.plain());
    }

    fn fact(&mut self, at: usize) {
        let changed = self.row.changed_at.fact == self.model.world().n && !self.stage_is_new();
        let style = marked(self.plain(), changed);
        let text = fact_text(self.model, self.row);
        self.put_within(at, self.columns.fact - 1, &text, style);
        if changed && text.len() < self.columns.fact - 2 {
            self.put(at + text.len() + 1, "*", style);
        }
    }

    fn kernel(&mut self, at: usize, width: usize) {
        let (n, row) = (self.model.world().n, self.row);
        if self.model.history.is_covered() {
            return self.put_within(at, width, cover::CELL, self.plain());
        }
        let text = match clock_has_left_the_look(self.model, row) {
            true => kernel::state_alone(row),
            false => kernel::state(row, width.saturating_sub(1)),
        };
        let changed = row.changed_at.look == n
            && n > 0
            && kernel::state_changed(row)
            && !text.is_empty()
            && row.changed_at.stage != n;
        let style = marked(self.plain(), changed);
        self.put_within(at, width, &text, style);
        if changed && text.len() + 2 < width {
            self.put(at + text.len() + 1, "*", style);
        }
    }

    fn flush_right(&mut self, at: usize, width: usize, text: Option<String>) {
        let text = text.unwrap_or_else(|| "-".to_owned());
        self.put(at, &format!("{text:>width$}"), self.plain());
    }
}

fn marked(style: Style, changed: bool) -> Style {
    if changed {
        theme::changed(style)
    } else {
        style
    }
}
