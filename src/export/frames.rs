//! The screens of a recording, cell by cell, drawn by the view as in the terminal.

use super::ExportInput;
use crate::app::model::{Model, ReplayInfo, Surroundings, Theme};
use crate::view::{self, Picture};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// A screen that steps through a recording.
pub(super) struct ScreenFrames {
    model: Model,
    picture: Picture,
}

impl ScreenFrames {
    /// The first screen of so many.
    pub(super) fn new(
        input: &ExportInput,
        records: usize,
        theme: Theme,
        size: (u16, u16),
    ) -> ScreenFrames {
        let place = Surroundings {
            header: input.header.clone(),
            local_offset: input.local_offset,
            unicode: true,
            true_colour: true,
        };
        let mut model = Model::new(place, theme, Duration::ZERO, size);
        model.recorded = Some(ReplayInfo {
            name: input.name.clone(),
            broken: input.broken.clone(),
        });
        for record in input.records.iter().take(records) {
            model.history.push_folding(record.clone());
        }
        model.history.cover_from(input.covered_from);
        model.history.home();
        let picture = Picture::new(Rect::new(0, 0, size.0, size.1));
        ScreenFrames { model, picture }
    }

    /// The screen as it is.
    pub(super) fn draw(&mut self) -> Buffer {
        self.picture.begin(self.picture.area());
        view::fit_and_draw(&mut view::Frame::new(&mut self.picture), &mut self.model);
        self.picture.cells()
    }

    /// To the next record. False at the end.
    pub(super) fn forward(&mut self) -> bool {
        self.model.history.forward()
    }
}

/// What makes two cells look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellStyle {
    pub(super) fg: Option<(u8, u8, u8)>,
    pub(super) bg: Option<(u8, u8, u8)>,
    pub(super) bold: bool,
    pub(super) underlined: bool,
    pub(super) reversed: bool,
}

/// Cells side by side that look alike.
#[derive(Clone, Debug)]
pub(super) struct CellRun {
    pub(super) column: u16,
    pub(super) width: u16,
    pub(super) text: String,
    pub(super) look: CellStyle,
}

/// One line of a screen, as runs from left to right.
pub(super) fn runs(buffer: &Buffer, line: u16) -> Vec<CellRun> {
    let mut runs: Vec<CellRun> = Vec::new();
    let mut column = 0;
    while column < buffer.area.width {
        let Some(cell) = buffer.cell((column, line)) else {
            break;
        };
        let symbol = crate::model::clean::text(cell.symbol());
        // A cell behind a wide character is empty and belongs to it.
        let width = (symbol.width().max(1) as u16).min(buffer.area.width - column);
        let look = CellStyle {
            fg: rgb(cell.fg),
            bg: rgb(cell.bg),
            bold: cell.modifier.contains(Modifier::BOLD),
            underlined: cell.modifier.contains(Modifier::UNDERLINED),
            reversed: cell.modifier.contains(Modifier::REVERSED),
        };
        match runs.last_mut() {
            Some(last) if last.look == look => {
                last.text.push_str(&symbol);
                last.width += width;
            }
            _ => runs.push(CellRun {
                column,
                width,
                text: symbol,
                look,
            }),
        }
        column += width;
    }
    runs
}

fn rgb(colour: Color) -> Option<(u8, u8, u8)> {
    match colour {
        Color::Rgb(r, g, b) => Some((r, g, b)),
        // The two that the high-contrast theme takes from xterm's table.
        Color::Indexed(16) => Some((0, 0, 0)),
        Color::Indexed(231) => Some((255, 255, 255)),
        _ => None,
    }
}
