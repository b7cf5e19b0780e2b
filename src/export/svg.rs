//! One moment as a picture: exact cells and colours on a grid that never drifts, whatever the font.

use super::ExportInput;
use super::escape::xml;
use super::frames::{CellRun, CellStyle, ScreenFrames, runs};
use crate::app::model::Theme;
use std::fmt::Write;

/// Hundredths of a pixel: a cell is 8.4 by 17.
const CELL: (u32, u32) = (840, 1700);
const MARGIN: u32 = 1000;

/// The screen after tick `tick`, or the last one. `None` if there is no such tick.
pub fn svg(input: &ExportInput, tick: Option<u64>, size: (u16, u16)) -> Option<String> {
    let wanted = record_of(input, tick)?;
    let mut frames = ScreenFrames::new(input, input.records.len(), Theme::Light, size);
    for _ in 0..wanted {
        frames.forward();
    }
    let buffer = &frames.draw();
    let (width, height) = (
        pixels(u32::from(size.0) * CELL.0 + 2 * MARGIN),
        pixels(u32::from(size.1) * CELL.1 + 2 * MARGIN),
    );
    let title = xml(&super::step::title(&input.records[wanted]));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <title>sockstep, {title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    for line in 0..size.1 {
        for run in runs(buffer, line) {
            put(&mut out, line, &run);
        }
    }
    out.push_str("</svg>\n");
    Some(out)
}

/// The place of the record of a tick, or of the last record.
pub(super) fn record_of(input: &ExportInput, tick: Option<u64>) -> Option<usize> {
    match tick {
        None => input.records.len().checked_sub(1),
        Some(0) => Some(0),
        Some(tick) => input
            .records
            .iter()
            .rposition(|record| record.tick == Some(tick)),
    }
}

fn put(out: &mut String, line: u16, run: &CellRun) {
    let (fill, behind) = colours(run.look);
    let x = MARGIN + u32::from(run.column) * CELL.0;
    let y = MARGIN + u32::from(line) * CELL.1;
    let width = pixels(u32::from(run.width) * CELL.0);
    if let Some(behind) = behind {
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{}\" fill=\"{behind}\"/>",
            pixels(x),
            pixels(y),
            pixels(CELL.1)
        );
    }
    if run.text.trim().is_empty() {
        return;
    }
    let bold = if run.look.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let under = if run.look.underlined {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{fill}\"{bold}{under} \
         xml:space=\"preserve\">{}</text>",
        pixels(x),
        pixels(y + 1300),
        xml(&run.text)
    );
}

/// The colour of the letters, and of what is behind them if that is not the page.
fn colours(look: CellStyle) -> (String, Option<String>) {
    let hex = |(r, g, b): (u8, u8, u8)| format!("#{r:02x}{g:02x}{b:02x}");
    let fg = look.fg.map_or_else(|| "#000000".to_owned(), hex);
    let bg = look.bg.map(hex);
    if look.reversed {
        (bg.unwrap_or_else(|| "#ffffff".to_owned()), Some(fg))
    } else {
        (fg, bg)
    }
}

/// Hundredths of a pixel as a number of SVG.
fn pixels(hundredths: u32) -> String {
    let (pixels, part) = (hundredths / 100, hundredths % 100);
    if part == 0 {
        pixels.to_string()
    } else {
        format!("{pixels}.{part:02}")
    }
}
