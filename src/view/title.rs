//! The first line: which moment this is.

use super::frame::Frame;
use super::held;
use super::layout::{LayoutKind, SMALLEST};
use super::paint::{cut, put};
use super::theme;
use crate::app::model::{Goal, Model};
use crate::app::overlay::Overlay;
use crate::language::keys::{self, Action};
use crate::model::clean;
use crate::model::task::Task;
use crate::model::world::ProgramDoes;
use crate::words::join::plural;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model, shape: LayoutKind) {
    let live = model.history.is_live() && model.recorded.is_none();
    let mut style = theme::text(model).add_modifier(Modifier::BOLD);
    if !live {
        style = style.add_modifier(Modifier::REVERSED);
        put(
            frame,
            area,
            0,
            0,
            &" ".repeat(usize::from(area.width)),
            style,
        );
    }
    // Where q closes something, the last line says so.
    let quits = model.zoom.is_none() && matches!(model.overlay, Overlay::None);
    let right = keys::said(if shape == LayoutKind::Narrow && quits {
        if model.lesson.is_some() {
            "{key help} help  {key quit} leave "
        } else {
            "{key help} help  {key quit} quit "
        }
    } else {
        "{key help} help "
    });
    let room = usize::from(area.width).saturating_sub(right.width() + 1);
    put(
        frame,
        area,
        0,
        0,
        &cut(&left(model, shape, room), room),
        style,
    );
    put(
        frame,
        area,
        area.width.saturating_sub(right.width() as u16),
        0,
        &right,
        style,
    );
}

fn left(model: &Model, shape: LayoutKind, room: usize) -> String {
    let world = model.world();
    let mut parts = Vec::new();
    if shape != LayoutKind::Narrow {
        parts.push("sockstep".to_owned());
    }
    if model.recorded.is_some() {
        return of_a_recording(model, shape, parts, room);
    }
    if !model.history.is_live() {
        return of_the_past(model, shape, parts);
    }
    if world.is_watched() {
        return of_a_program(model, parts, room);
    }
    parts.push(format!("TICK {}", world.tick));
    if let Some(lesson) = super::lesson_edges::title(model) {
        parts.push(lesson);
        parts.extend(super::guide::title(model));
        if shape != LayoutKind::Narrow {
            parts.push(plural(world.count(), "socket"));
        }
        return format!(" {}", parts.join("   "));
    }
    parts.push("LIVE".to_owned());
    if let Some(waiting) = waiting(model) {
        parts.push(waiting);
    }
    let held = world.wire.waiting().count();
    if held > 0 {
        parts.push(format!("WIRE {held} held"));
    }
    let (count, clients) = (world.count(), world.clients());
    parts.push(if model.filter.is_empty() && count > clients {
        let peers = plural(count - clients, "peer");
        format!("{} + {peers}", plural(clients, "socket"))
    } else if model.filter.is_empty() {
        plural(count, "socket")
    } else {
        format!(
            "{} of {count} sockets: /{}",
            model.listed_count(),
            model.filter
        )
    });
    parts.extend(super::guide::title(model));
    if shape != LayoutKind::Narrow {
        if !model.poll_timeout.is_zero() {
            parts.push(format!("timeout {} ms", model.poll_timeout.as_millis()));
        }
        if let Some(at) = world.looked_at_us.filter(|_| world.tick > 0) {
            parts.push(format!("looked at {}", model.clock(at)));
        }
        let with_system = |gap: &str| {
            let mut parts = parts.clone();
            parts.insert(4.min(parts.len()), system(model));
            format!(" {}", parts.join(gap))
        };
        for gap in ["   ", "  "] {
            if with_system(gap).width() <= room {
                return with_system(gap);
            }
        }
    }
    // What does not fit is left out whole, from the end: a cut time would say nothing.
    for last in (3..=parts.len()).rev() {
        for gap in ["   ", "  "] {
            let line = format!(" {}", parts[..last].join(gap));
            if line.width() <= room {
                return line;
            }
        }
    }
    format!(" {}", parts.join("  "))
}

/// The number that the moment has, and that of the last one.
fn moment(model: &Model) -> (&'static str, u64, u64) {
    let (world, live) = (model.world(), model.history.live());
    match live.is_watched() {
        true => ("STEP", world.step, live.step),
        false => ("TICK", world.tick, live.tick),
    }
}

/// `STEP 3   WATCH wmc 29063   STUCK 0:07   1 socket   looked at 22:05:10`
fn of_a_program(model: &Model, mut parts: Vec<String>, room: usize) -> String {
    let world = model.world();
    parts.push(format!("STEP {}", world.step));
    if let Some(state) = world.tasks().get(&Task::FIRST) {
        parts.push(format!("WATCH {} {}", clean::text(&state.name), state.pid));
    }
    parts.extend(match world.program_does() {
        ProgramDoes::IsStuck { since, .. } => Some(format!("STUCK {}", held::clock(model, since))),
        ProgramDoes::Waits(since) => Some(format!("WAITS {}", held::clock(model, since))),
        ProgramDoes::HasEnded => Some("ENDED".to_owned()),
        ProgramDoes::IsHeld | ProgramDoes::Runs => None,
    });
    parts.push(plural(world.count(), "socket"));
    if let Some(at) = world.looked_at_us {
        parts.push(format!("looked at {}", model.clock(at)));
    }
    for last in (2..=parts.len()).rev() {
        for gap in ["   ", "  "] {
            let line = format!(" {}", parts[..last].join(gap));
            if line.width() <= room {
                return line;
            }
        }
    }
    format!(" {}", parts.join("  "))
}

fn of_a_recording(model: &Model, shape: LayoutKind, mut parts: Vec<String>, room: usize) -> String {
    let (word, at, last) = moment(model);
    parts.push(match model.history.is_live() {
        true => format!("{word} {at}, the last"),
        false => format!("{word} {at} of {last}"),
    });
    parts.push(if model.history.is_live() {
        "RECORDING, its end".to_owned()
    } else if shape == LayoutKind::Narrow {
        keys::said("RECORDING: {key tick} goes on")
    } else {
        keys::said("RECORDING: {key tick} goes forward, {key back} back")
    });
    let short = format!(" {}", parts.join("   "));
    parts.push(system(model));
    let long = format!(" {}", parts.join("   "));
    if long.width() <= room { long } else { short }
}

fn of_the_past(model: &Model, shape: LayoutKind, mut parts: Vec<String>) -> String {
    let (word, at, last) = moment(model);
    parts.push(format!("{word} {at} of {last}"));
    parts.push(keys::said(if shape == LayoutKind::Narrow {
        "PAST: {key live} is live"
    } else {
        "PAST: {key tick} goes forward, {key live} is live"
    }));
    format!(" {}", parts.join("   "))
}

/// `Linux 6.18`
fn system(model: &Model) -> String {
    let header = &model.place.header;
    let mut os = header.os.clone();
    if let Some(first) = os.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    let release: Vec<&str> = header.kernel.split('.').take(2).collect();
    format!("{os} {}", release.join("."))
}

fn waiting(model: &Model) -> Option<String> {
    if let Some(until) = model.until {
        let until_change = keys::label(Action::UntilChange);
        return Some(match until.goal {
            Goal::Change => format!("{until_change}: {} ticks, any key stops", until.made),
            Goal::Count(count) => format!("{} of {count} ticks, any key stops", until.made),
        });
    }
    let in_flight = model.in_flight.as_ref()?;
    let passed = model.now.saturating_sub(in_flight.since).as_secs();
    let escape = keys::label(Action::Escape);
    (passed >= 1).then(|| format!("WAITING {passed} s, {escape} ends it"))
}

/// What a tiny screen says.
pub(super) fn too_small(frame: &mut Frame<'_>, area: Rect) {
    let (columns, rows) = SMALLEST;
    let text = format!(
        "sockstep needs {columns}x{rows}, this is {}x{}. {} quits",
        area.width,
        area.height,
        keys::label(Action::Quit)
    );
    put(frame, area, 0, 0, &text, Style::new());
}
