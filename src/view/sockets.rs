//! The socket list: what the program may conclude, beside what the kernel says. Only the visible rows are drawn.

use super::frame::Frame;
use super::paint::{cut, heading, put, put_within};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::model::socket::Stage;
use crate::model::world::RowState;
use crate::narrate::{facts, kernel};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

/// The longest stage word with its sign and star: `o connect attempted*`.
const STAGE: usize = 20;
/// `ECONNREFUSED`, `SO_ERROR was 0`, with a space.
const FACT: usize = 15;
/// `SYN-SENT, 4 SYNs sent`, with a space.
const KERNEL: usize = 22;
const FD: usize = 4;
const PORT: usize = 6;
const ENVELOPE: usize = 15;

/// Where each column begins, and how wide it is; 0 is left out.
struct Columns {
    number: usize,
    target: usize,
    stage: usize,
    fact: usize,
    kernel: usize,
    fd: usize,
    port: usize,
    envelope: usize,
}

impl Columns {
    fn of(model: &Model, width: usize) -> Columns {
        let number = model.world().rows_ever().to_string().len();
        let longest = model.world().longest_target;
        let mut columns = Columns {
            number,
            target: longest.clamp(8, 40),
            stage: STAGE,
            fact: FACT,
            kernel: KERNEL,
            fd: FD,
            port: PORT,
            envelope: ENVELOPE,
        };
        // What is least needed goes first.
        let drops: [fn(&mut Columns); 8] = [
            |c| c.envelope = 0,
            |c| c.target = c.target.min(24),
            |c| c.target = c.target.min(15),
            |c| c.port = 0,
            |c| c.fd = 0,
            |c| (c.fact, c.stage) = (0, STAGE + 4),
            |c| c.kernel = KERNEL - 6,
            |c| c.target = c.target.min(11),
        ];
        for drop in drops {
            if columns.total() <= width {
                break;
            }
            drop(&mut columns);
        }
        // What is left over goes to the target.
        columns.target += width
            .saturating_sub(columns.total())
            .min(longest.saturating_sub(columns.target));
        columns
    }

    fn stage_at(&self) -> usize {
        2 + self.number + 1 + self.target + 1
    }

    fn total(&self) -> usize {
        self.stage_at() + self.stage + self.fact + self.kernel + self.fd + self.port + self.envelope
    }
}

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let columns = Columns::of(model, usize::from(area.width));
    let fresh = super::start::is_shown(model);
    head(frame, area, model, &columns, fresh);
    let room = usize::from(area.height.saturating_sub(1));
    let list: Vec<&RowState> = model.listed().skip(model.first).take(room).collect();
    if list.is_empty() {
        let text = if model.filter.is_empty() {
            "no sockets: a adds one"
        } else {
            "no socket passes the filter: Esc takes it off"
        };
        put(frame, area, 2, 1, text, theme::text(model));
    }
    for (line, row) in (1..).zip(&list) {
        one(frame, area, line, model, row, &columns);
        if row.row == model.chosen {
            frame.set_cursor_position(Position {
                x: area.x,
                y: area.y + line,
            });
        }
    }
}

fn head(frame: &mut Frame<'_>, area: Rect, model: &Model, columns: &Columns, fresh: bool) {
    let listed = model.listed_count();
    let room = usize::from(area.height.saturating_sub(1));
    let below = listed.saturating_sub(model.first + room);
    let mut title = "SOCKETS".to_owned();
    if model.first > 0 || below > 0 {
        title = format!(
            "SOCKETS {}-{} of {listed}",
            model.first + 1,
            (model.first + room).min(listed)
        );
    }
    let stage_at = columns.stage_at();
    let mut at = stage_at + columns.stage + columns.fact;
    let mut parts: Vec<(u16, &str)> = vec![(3, &title)];
    let program_at = stage_at.max(3 + title.len() + 2);
    let far_end = if model.recorded.is_some() {
        "far end"
    } else if area.width < 80 {
        "far end (this machine)"
    } else {
        "far end (all on this machine)"
    };
    if fresh {
        parts.push((program_at as u16, "your program"));
        parts.push(((stage_at + new_width(area)) as u16, far_end));
    } else {
        parts.push((program_at as u16, "your program"));
        parts.push((at as u16, "kernel TCP"));
        at += columns.kernel;
        at += columns.fd + columns.port;
        match (columns.fd > 0, columns.port > 0) {
            (true, true) => parts.push(((at - "fd my port".len()) as u16, "fd my port")),
            (true, false) => parts.push(((at - "fd".len()) as u16, "fd")),
            _ => {}
        }
        if columns.envelope > 0 {
            parts.push(((at + 3) as u16, "SO_ERROR"));
        }
    }
    heading(frame, area, model, Some(Pane::Sockets), &parts);
}

fn one(
    frame: &mut Frame<'_>,
    area: Rect,
    line: u16,
    model: &Model,
    row: &RowState,
    columns: &Columns,
) {
    let world = model.world();
    let n = world.n;
    let plain = theme::text(model);
    let chosen = row.row == model.chosen;
    let target_style = if chosen {
        plain.add_modifier(Modifier::BOLD)
    } else {
        plain
    };
    let number = format!(
        "{} {:>width$}",
        if chosen { '>' } else { ' ' },
        row.row,
        width = columns.number
    );
    put(frame, area, 0, line, &number, target_style);
    let target_at = 2 + columns.number + 1;
    put(
        frame,
        area,
        target_at as u16,
        line,
        &cut_target(&row.label(), columns.target),
        target_style,
    );

    let mut at = columns.stage_at();
    let changed = row.marks.stage == n && n > 0;
    let mut style = theme::stage(model, row.stage());
    if changed {
        style = theme::changed(style);
    }
    put_within(
        frame,
        area,
        at as u16,
        line,
        columns.stage,
        &stage_text(row, columns, changed),
        style,
    );
    if row.stage() == Stage::New && row.fd().is_none() {
        at += new_width(area);
        let port_word = if area.width < 80 { ":" } else { "port " };
        put(
            frame,
            area,
            at as u16,
            line,
            &cut(
                &facts::leads_to(row, port_word),
                usize::from(area.width) - at,
            ),
            plain,
        );
        return;
    }
    at += columns.stage;
    if columns.fact > 0 {
        let changed = row.marks.fact == n && !changed;
        put_within(
            frame,
            area,
            at as u16,
            line,
            columns.fact - 1,
            &fact_text(model, row),
            marked(plain, changed),
        );
        if changed && fact_text(model, row).len() < columns.fact - 2 {
            put(
                frame,
                area,
                (at + fact_text(model, row).len() + 1) as u16,
                line,
                "*",
                marked(plain, true),
            );
        }
        at += columns.fact;
    }
    let rest = usize::from(area.width).saturating_sub(at);
    kernel_cell(
        frame,
        area,
        line,
        at,
        model,
        row,
        columns.kernel.min(rest + 1),
    );
    at += columns.kernel;
    if columns.fd > 0 {
        let fd = row.fd().map_or_else(|| "-".to_owned(), |fd| fd.to_string());
        put(
            frame,
            area,
            at as u16,
            line,
            &format!("{fd:>width$}", width = columns.fd),
            plain,
        );
    }
    at += columns.fd;
    if columns.port > 0 {
        let port = facts::local_port(row).map_or_else(|| "-".to_owned(), |port| port.to_string());
        put(
            frame,
            area,
            at as u16,
            line,
            &format!("{port:>width$}", width = columns.port),
            plain,
        );
    }
    at += columns.port;
    if columns.envelope > 0 {
        put(
            frame,
            area,
            (at + 3) as u16,
            line,
            &facts::envelope(row),
            plain,
        );
    }
}

fn marked(style: Style, changed: bool) -> Style {
    if changed {
        theme::changed(style)
    } else {
        style
    }
}

fn stage_text(row: &RowState, columns: &Columns, changed: bool) -> String {
    let stage = row.stage();
    let mut word = stage.word().to_owned();
    // Without a column of its own the errno stands in the stage's place: it is the verdict.
    if columns.fact == 0
        && stage == Stage::Error
        && let Some(failure) = row.current().failure
    {
        word = format!("error {}", failure.name());
    }
    let text = format!("{} {word}", stage.sign());
    match changed {
        true if text.width() + 2 <= columns.stage => format!("{text} *"),
        true => format!("{text}*"),
        false => text,
    }
}

/// The call that has not returned, and for how long.
fn running_text(model: &Model, row: &RowState) -> Option<String> {
    let call = row.running()?;
    let word = match call {
        "getaddrinfo" => "lookup".to_owned(),
        call => format!("{call}()"),
    };
    if !model.history.is_live() {
        return Some(format!("in {word}"));
    }
    let now = u64::try_from(model.now.as_micros()).unwrap_or(u64::MAX);
    let seconds = now.saturating_sub(row.waits_since_us) / 1_000_000;
    Some(format!("{word} {seconds} s"))
}

fn fact_text(model: &Model, row: &RowState) -> String {
    running_text(model, row).unwrap_or_else(|| facts::word(model.world(), row))
}

fn kernel_cell(
    frame: &mut Frame<'_>,
    area: Rect,
    line: u16,
    at: usize,
    model: &Model,
    row: &RowState,
    width: usize,
) {
    let n = model.world().n;
    let text = kernel::state(row, width.saturating_sub(1));
    let state_changed = row.marks.look == n
        && n > 0
        && kernel::state_changed(row)
        && !text.is_empty()
        && row.marks.stage != n;
    let style = marked(theme::text(model), state_changed);
    put_within(frame, area, at as u16, line, width, &text, style);
    if state_changed && text.len() + 2 < width {
        put(frame, area, (at + text.len() + 1) as u16, line, "*", style);
    }
}

/// A target that is too long loses its beginning: what tells two of them apart is mostly the port.
fn cut_target(target: &str, width: usize) -> String {
    let count = target.chars().count();
    if target.width() <= width || target.width() != count {
        return cut(target, width);
    }
    let tail: String = target.chars().skip(count + 1 - width.max(1)).collect();
    format!("~{tail}")
}

/// The room of `. no socket yet`, after which it says where the row will lead.
fn new_width(area: Rect) -> usize {
    if area.width < 80 { 16 } else { STAGE }
}
