//! The kernel's own story of the shown sockets beside what the program may conclude: TCP_INFO and sock_diag, looked at after the
//! record's calls.

use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::{Model, Pane};
use crate::content::kernel;
use crate::pure::record::{TcpFacts, TcpState, Witness};
use crate::pure::world::RowState;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Where the kernel's column begins.
const KERNEL: u16 = 31;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let parts = [
        (3, "KERNEL"),
        (12, "your program"),
        (KERNEL, "the kernel (TCP_INFO, sock_diag)"),
    ];
    heading(frame, area, model, Some(Pane::Kernel), &parts);
    let room = usize::from(area.height.saturating_sub(1));
    let width = usize::from(area.width);
    let plain = theme::text(model);
    let mut y = 1;
    let foot = 2;
    for row in model.listed().skip(model.first).take(64) {
        let lines = facts(model, row);
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
        put(
            frame,
            area,
            13,
            y,
            &cut(row.stage().word(), usize::from(KERNEL) - 14),
            theme::stage(model, row.stage()),
        );
        let changed =
            row.marks.look == model.world().n && model.world().n > 0 && kernel::state_changed(row);
        for (index, text) in lines.iter().enumerate() {
            let star = if changed && index == 0 { " *" } else { "" };
            let style = if changed && index == 0 {
                theme::changed(plain)
            } else {
                plain
            };
            put(
                frame,
                area,
                KERNEL,
                y,
                &cut(&format!("{text}{star}"), width - usize::from(KERNEL)),
                style,
            );
            y += 1;
        }
    }
    if let Some(at) = model
        .world()
        .looked_at_us
        .filter(|_| model.world().tick > 0)
    {
        let text = format!(
            "Looked at {}. It goes on without you: o looks again, and calls nothing.",
            model.clock(at)
        );
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
        Witness::NoAnswer => vec!["not a TCP socket".to_owned()],
        Witness::Says(tcp) => tcp_lines(model, row, &tcp, fd.0),
    };
    if let Some(why) = kernel::contrast(row) {
        lines.push(why.to_owned());
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
