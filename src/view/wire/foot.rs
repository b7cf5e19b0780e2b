//! Under the ladder: what each side knows, what is held, the lists, what happened and what to think about.

use super::super::frame::Frame;
use super::super::paint::{cells, cut, heading, put, wrap};
use super::super::story::{self, StoryText};
use super::super::theme;
use super::{PacketColumns, bars};
use crate::app::model::Model;
use crate::derive::lists;
use crate::model::command::Command;
use crate::model::record::{Answer, WireEnd};
use crate::model::tcp::TcpState;
use crate::model::wire::PacketEntry;
use crate::model::world::RowState;
use crate::narrate::{packets, timers};
use crate::words::prose;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// How the lines under the ladder are shared out; the packets and the lists have a heading each.
#[derive(Clone, Copy, Debug)]
pub(super) struct FootLayout {
    /// Lines of what each side knows.
    knows: u16,
    /// Held packets.
    held: u16,
    /// Whether the words have a heading of their own.
    named: bool,
    /// Lines of words.
    words: u16,
}

impl FootLayout {
    /// The words take lines that the ladder does not need.
    pub(super) fn of(area: Rect, model: &Model, row: &RowState, story: &StoryText) -> FootLayout {
        let waiting = model.world().wire.waiting().count();
        let waiting = u16::try_from(waiting).unwrap_or(u16::MAX).max(1);
        let (most, words) = match area.height {
            ..20 => (1, 4),
            20..30 => (3, 5),
            _ => (8, 8),
        };
        let mut plan = FootLayout {
            knows: if area.width < 80 { 2 } else { 1 },
            held: waiting.min(most),
            named: area.height >= 20,
            words,
        };
        let width = usize::from(area.width).saturating_sub(2);
        let wanted = wrap(&story.sentences().join(" "), width).len();
        let wanted = wanted + last_lines(model, row, story, width).len();
        let ladder = model.history.ladder(row.row).map_or(0, |rows| rows.len());
        let spare =
            usize::from(area.height.saturating_sub(2 + plan.height())).saturating_sub(ladder);
        let more = wanted.saturating_sub(usize::from(words)).min(spare);
        plan.words += more as u16;
        plan
    }

    pub(super) fn height(self) -> u16 {
        self.knows + 1 + self.held + 1 + u16::from(self.named) + self.words
    }
}

/// Draws it.
pub(super) fn lines(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    (row, story): (&RowState, &StoryText),
    (columns, plan): (PacketColumns, FootLayout),
) {
    let below = |y: u16| Rect {
        y: area.y + y.min(area.height),
        height: area.height.saturating_sub(y),
        ..area
    };
    knows(frame, area, model, row, (columns, plan.knows));
    held(frame, below(plan.knows), model, usize::from(plan.held));
    let y = plan.knows + 1 + plan.held;
    let width = usize::from(area.width).saturating_sub(2);
    let forms = lists::in_one_line(model.world(), row);
    let fits = forms.iter().find(|form| form.len() + 4 <= width);
    let words = fits.unwrap_or(&forms[forms.len() - 1]);
    heading(frame, below(y), model, None, &[(3, words)]);
    let mut words = below(y + 1);
    if plan.named {
        heading(frame, words, model, None, &[(3, "WHAT HAPPENED")]);
        words = below(y + 2);
    }
    happened(frame, words, model, row, story);
}

/// What the program, its kernel, the server's kernel and the server know.
fn knows(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    row: &RowState,
    (columns, lines): (PacketColumns, u16),
) {
    let bold = theme::text(model).add_modifier(Modifier::BOLD);
    let sides = packets::sides(row);
    let accepted = model.world().accepted(row);
    let accepted = match (accepted, row.look.server()) {
        (Some(far), _) if far.fd().is_none() => vec![format!("closed: {}", far.row)],
        (Some(far), _) => vec![
            format!("accepted: {}", far.row),
            format!("socket {}", far.row),
        ],
        (None, Answer::Says(end)) => {
            // Only what is finished stands in the accept queue.
            let short = if end.state == TcpState::SynRecv {
                "waits"
            } else {
                "queued"
            };
            vec!["not accepted".to_owned(), short.to_owned()]
        }
        _ if row.look.queue.answer().is_none() => vec!["nobody".to_owned()],
        _ => vec!["waits".to_owned()],
    };
    for y in 0..lines {
        bars(frame, area, model, columns, y);
    }
    let second = lines - 1;
    let (at, width) = columns.left;
    let client = cut(sides.client, width - 1);
    let room = if second > 0 {
        width - 1
    } else {
        width - 3 - cells(&client)
    };
    let program = if sides.program.len() <= room {
        sides.program
    } else {
        sides.program.rsplit(' ').next().unwrap_or("")
    };
    put(frame, area, at + 1, 0, &cut(program, room), bold);
    let begin = at + (width - 1 - cells(&client)) as u16;
    put(frame, area, begin, second, &client, bold);
    let (at, width) = columns.wire;
    let text = match width {
        ..20 => "each side knows",
        _ => "what each side knows",
    };
    let begin = at + (width - text.len()) as u16 / 2;
    put(frame, area, begin, 0, text, theme::text(model));
    let (at, width) = columns.right;
    put(frame, area, at + 1, 0, &cut(sides.server, width - 1), bold);
    let taken = if second > 0 {
        0
    } else {
        sides.server.len() + 1
    };
    let fits = accepted.iter().find(|form| form.len() + taken < width);
    if let Some(accepted) = fits {
        let begin = at + (width - accepted.len()) as u16;
        put(frame, area, begin, second, accepted, bold);
    }
}

/// The packets held, in the order in which they would be let go, and the rules.
fn held(frame: &mut Frame<'_>, area: Rect, model: &Model, room: usize) {
    let waiting: Vec<&PacketEntry> = model.world().wire.waiting().collect();
    let plain = theme::text(model);
    let width = usize::from(area.width).saturating_sub(2);
    let title = title(model, waiting.len(), room);
    let title = cut(&title, width.saturating_sub(4));
    heading(frame, area, model, None, &[(3, &title)]);
    if waiting.is_empty() {
        put(
            frame,
            area,
            1,
            1,
            &cut(prose::say("held nothing"), width),
            plain,
        );
        return;
    }
    let chosen = waiting
        .iter()
        .position(|entry| Some(entry.number) == model.packet())
        .unwrap_or(0);
    let first = (chosen + 1).saturating_sub(room);
    let on_wire = |row: &&RowState| row.wire().is_some();
    let several = model.world().present().filter(on_wire).count() > 1;
    for (y, (index, entry)) in (1..).zip(waiting.iter().enumerate().skip(first).take(room)) {
        let is_chosen = index == chosen;
        let style = if is_chosen {
            plain.add_modifier(Modifier::BOLD)
        } else {
            plain
        };
        let mark = if is_chosen { ">" } else { " " };
        let clock = |at_us| model.clock(at_us);
        let of = packets::row_of(model.world(), entry).filter(|_| several);
        let forms = packets::held_forms(entry, of.map(|row| row.row), &clock);
        let text = forms
            .iter()
            .find(|form| form.len() + 2 <= width)
            .unwrap_or(&forms[forms.len() - 1]);
        put(
            frame,
            area,
            0,
            y,
            &cut(&format!("{mark} {text}"), width + 1),
            style,
        );
    }
}

fn title(model: &Model, count: usize, room: usize) -> String {
    let rules = model.world().wire.rules.list();
    let rules: Vec<String> = rules
        .iter()
        .map(|rule| Command::Rule(*rule).to_string())
        .collect();
    let order = match count {
        0 | 1 => String::new(),
        count if count > room => format!(", {room} shown"),
        _ => ", let go from the top".to_owned(),
    };
    if rules.is_empty() {
        format!("HELD {count}{order}")
    } else {
        format!("HELD {count}{order}   rules: {}", rules.join(", "))
    }
}

/// The story of the record, what is to be thought about, and when the kernels go on by themselves.
fn happened(frame: &mut Frame<'_>, area: Rect, model: &Model, row: &RowState, story: &StoryText) {
    let plain = theme::text(model);
    let width = usize::from(area.width).saturating_sub(2);
    let room = usize::from(area.height);
    let mut below = last_lines(model, row, story, width);
    below.truncate(room);
    let for_words = room - below.len();
    let words = if for_words == 0 {
        Vec::new()
    } else {
        story::whole_sentences(story.sentences(), width, for_words, " ...")
    };
    for (y, line) in (0..).zip(words.iter().take(for_words)) {
        put(frame, area, 1, y, line, plain);
    }
    let first = (room - below.len()) as u16;
    for (y, line) in (first..).zip(&below) {
        put(frame, area, 1, y, line, plain);
        for word in ["THINK", "NEXT", "TIMER"] {
            if line.starts_with(word) {
                put(frame, area, 1, y, word, plain.add_modifier(Modifier::BOLD));
            }
        }
    }
}

/// What came by itself, what is to be thought about, and when the kernels go on by themselves.
fn last_lines(model: &Model, row: &RowState, story: &StoryText, width: usize) -> Vec<String> {
    let chosen = model
        .packet()
        .and_then(|number| model.world().wire.get(number));
    let think = chosen.map(|entry| format!("THINK  {}", packets::think(model.world(), entry).text));
    let next = match think {
        Some(think) if model.history.is_live() => think,
        _ => story::next(model),
    };
    // A message stands above what comes next, and what came by itself between them.
    let notice = model.notice.as_deref();
    let mut lines = notice.map_or_else(Vec::new, |notice| wrap(notice, width));
    lines.extend(story.meanwhile().map(|text| cut(text, width).into_owned()));
    lines.extend(wrap(&next, width));
    lines.extend(again(model, row, width));
    lines
}

/// What both kernels do if nothing comes, a line each.
fn again(model: &Model, row: &RowState, width: usize) -> Vec<String> {
    let clock = |at_us| model.clock(at_us);
    let timer = |end: Answer<WireEnd>| Some(timers::of_end(&end.answer()?, &clock)?.text);
    let ends = [("client", row.look.client()), ("server", row.look.server())];
    ends.into_iter()
        .filter_map(|(whose, end)| Some((whose, timer(end)?)))
        .enumerate()
        .map(|(index, (whose, timer))| {
            let head = if index == 0 { "TIMER" } else { "     " };
            let forms = [
                format!("{head}  the {whose}'s kernel {timer}"),
                format!("{head} {whose} {timer}"),
                format!(
                    "{head} {whose} {}",
                    timer.replace("sends again at", "again")
                ),
            ];
            let fits = forms.iter().find(|form| form.len() <= width);
            fits.cloned()
                .unwrap_or_else(|| cut(&forms[2], width).into_owned())
        })
        .collect()
}
