//! A terminal recording for asciinema: every step one full screen, with a marker, at its own time; long pauses are shortened.

use super::ExportInput;
use super::frames::{CellStyle, ScreenFrames, runs};
use super::room::Room;
use crate::app::model::Theme;
use std::fmt::Write;

/// The longest pause between two steps, in microseconds.
const MAX_PAUSE: u64 = 2_000_000;
/// The shortest, so that every screen can be seen.
const MIN_PAUSE: u64 = 200_000;

/// Which form of the file: docs.asciinema.org/manual/asciicast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CastVersion {
    /// Times since the beginning.
    V2,
    /// Times since the event before.
    V3,
}

/// As much of a recording as there is room for.
///
/// # Errors
/// If it cannot be written.
pub fn cast(
    input: &ExportInput,
    room: &Room,
    version: CastVersion,
    size: (u16, u16),
    to: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let mut out = header(input, version, size);
    let mut frames = ScreenFrames::new(input, room.steps, Theme::Dark, size);
    let mut clock = 0;
    let mut before = 0;
    for (index, record) in input.records.iter().take(room.steps).enumerate() {
        let pause = if index == 0 {
            0
        } else {
            frames.forward();
            let passed = record.at_us.saturating_sub(before);
            passed.clamp(MIN_PAUSE, MAX_PAUSE)
        };
        before = record.at_us;
        clock += pause;
        let (at, then) = match version {
            CastVersion::V2 => (clock, clock),
            CastVersion::V3 => (pause, 0),
        };
        let title = super::step::title(record);
        event(&mut out, at, "o", &screen(&mut frames, size));
        event(&mut out, then, "m", &title);
        to.write_all(out.as_bytes())?;
        out.clear();
    }
    // The last screen stands for a moment.
    let end = match version {
        CastVersion::V2 => clock + MAX_PAUSE,
        CastVersion::V3 => MAX_PAUSE,
    };
    event(&mut out, end, "o", "\u{1b}[0m\u{1b}[?25h\r\n");
    to.write_all(out.as_bytes())
}

fn header(input: &ExportInput, version: CastVersion, (columns, rows): (u16, u16)) -> String {
    let title = format!("sockstep: {}", input.name);
    let header = match version {
        CastVersion::V2 => serde_json::json!({
            "version": 2, "width": columns, "height": rows, "timestamp": input.header.started, "title": title,
        }),
        CastVersion::V3 => serde_json::json!({
            "version": 3, "term": {"cols": columns, "rows": rows}, "timestamp": input.header.started, "title": title,
        }),
    };
    format!("{header}\n")
}

fn event(out: &mut String, at_us: u64, kind: &str, data: &str) {
    let data = serde_json::Value::from(data);
    let _ = writeln!(
        out,
        "[{}.{:06}, \"{kind}\", {data}]",
        at_us / 1_000_000,
        at_us % 1_000_000
    );
}

/// The screen as a terminal is told to draw it: line by line over the one before, so that nothing has to be cleared.
fn screen(frames: &mut ScreenFrames, (_, rows): (u16, u16)) -> String {
    let buffer = &frames.draw();
    let mut out = String::from("\u{1b}[?25l");
    for line in 0..rows {
        let _ = write!(out, "\u{1b}[{};1H", line + 1);
        for run in runs(buffer, line) {
            out.push_str(&style(run.look));
            out.push_str(&run.text);
        }
    }
    out.push_str("\u{1b}[0m");
    out
}

fn style(look: CellStyle) -> String {
    let mut codes = String::from("\u{1b}[0");
    for (on, code) in [(look.bold, 1), (look.underlined, 4), (look.reversed, 7)] {
        if on {
            let _ = write!(codes, ";{code}");
        }
    }
    for (colour, code) in [(look.fg, 38), (look.bg, 48)] {
        if let Some((r, g, b)) = colour {
            let _ = write!(codes, ";{code};2;{r};{g};{b}");
        }
    }
    codes.push('m');
    codes
}
