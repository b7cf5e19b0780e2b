//! The kernel's own story of the shown sockets beside what the program may conclude: TCP_INFO and sock_diag, looked at after the
//! record's calls.

use super::paint::{cut, heading, put, wrap};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::content::kernel;
use crate::pure::record::{TcpFacts, TcpState, Witness};
use crate::pure::world::RowState;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Where the kernel's column begins, behind the stage. In a side pane the stage is left out: the socket list beside it has it.
const BEHIND_STAGE: u16 = 31;
const SIDE: u16 = 13;
/// Where the stage stands.
const STAGE: u16 = 13;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let with_stage = area.width >= 80;
    let column = if with_stage { BEHIND_STAGE } else { SIDE };
    let mut parts = vec![(3, "KERNEL"), (column, "TCP_INFO, sock_diag")];
    if with_stage {
        parts.push((STAGE, "your program"));
    }
    heading(frame, area, model, Some(Pane::Kernel), &parts);
    let room = usize::from(area.height.saturating_sub(1));
    let width = usize::from(area.width);
    let plain = theme::text(model);
    let (mut y, foot) = (1, 2);
    for row in model.listed().skip(model.first).take(64) {
        let facts = facts(model, row);
        let lines: Vec<String> = facts
            .iter()
            .flat_map(|fact| wrap(fact, width - usize::from(column) - 2))
            .collect();
        if usize::from(y) + lines.len() + foot > room + 1 {
            put(frame, area, 1, y, "... (U shows more)", plain);
            break;
        }
        put(
            frame,
            area,
            1,
            y,
            &cut(&format!("{:>3} {}", row.row, row.target), 11),
            plain,
        );
        if with_stage {
            let style = theme::stage(model, row.stage());
            put(
                frame,
                area,
                STAGE,
                y,
                &cut(row.stage().word(), usize::from(column - STAGE) - 1),
                style,
            );
        }
        let changed =
            row.marks.look == model.world().n && model.world().n > 0 && kernel::state_changed(row);
        for (index, text) in lines.iter().enumerate() {
            let first = changed && index == 0;
            let (star, style) = if first {
                (" *", theme::changed(plain))
            } else {
                ("", plain)
            };
            put(frame, area, column, y, &format!("{text}{star}"), style);
            y += 1;
        }
    }
    if let Some(at) = model
        .world()
        .looked_at_us
        .filter(|_| model.world().tick > 0)
    {
        let rest = match model.recorded {
            Some(_) => ", when it was recorded.",
            None => "; it goes on without you. o looks again.",
        };
        let text = format!("Looked at {}{rest}", model.clock(at));
        put(
            frame,
            area,
            1,
            area.height.saturating_sub(1),
            &cut(&text, width - 1),
            plain,
        );
    }
}

fn facts(model: &Model, row: &RowState) -> Vec<String> {
    let Some(fd) = row.fd() else {
        return vec!["no descriptor, so nothing in the kernel".to_owned()];
    };
    let mut lines = match row.look.tcp {
        Witness::NotAsked => vec!["not looked at".to_owned()],
        Witness::NoAnswer | Witness::BadDescriptor => vec!["not a TCP socket".to_owned()],
        Witness::Says(tcp) => tcp_lines(model, row, &tcp, fd.0),
    };
    if let Some(why) = kernel::contrast(row) {
        lines.push(why.to_owned());
    }
    if let Some(due) = row.deadline_us.filter(|_| !row.is_settled()) {
        lines.push(format!(
            "your program gives up at {}; the kernel does not know",
            model.clock(due)
        ));
    }
    if let Witness::Says(queue) = row.look.queue {
        let full = if queue.length > queue.limit {
            ": full"
        } else {
            ""
        };
        lines.push(format!(
            "far end: {} in the accept queue, limit {}{full}",
            queue.length, queue.limit
        ));
    }
    lines
}

fn tcp_lines(model: &Model, row: &RowState, tcp: &TcpFacts, fd: i32) -> Vec<String> {
    let state = kernel::state(row, 24);
    match tcp.state {
        TcpState::Close => vec![format!("{state} (TCP state; fd {fd} is open)")],
        TcpState::SynSent => {
            let pause = format!("RTO {:.1} s", f64::from(tcp.rto_us) / 1e6);
            let due = tcp.due_us.map_or(String::new(), |due| {
                format!(", the next at {}", model.clock(due))
            });
            vec![format!("{state}, {pause}{due}")]
        }
        _ => vec![format!(
            "{state}, RTT {} us, {} unacknowledged",
            tcp.rtt_us, tcp.unacked
        )],
    }
}
