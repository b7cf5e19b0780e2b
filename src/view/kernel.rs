//! The kernel's own story of the shown sockets: TCP_INFO, looked at after the record's calls.

use super::paint::{cut, heading, put};
use super::theme;
use crate::app::model::Model;
use crate::content::kernel;
use crate::pure::record::{TcpState, Witness};
use crate::pure::world::RowState;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws it.
pub(super) fn pane(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    heading(
        frame,
        area,
        model,
        None,
        &[(3, "KERNEL  (TCP_INFO, looked at after the calls)")],
    );
    let room = usize::from(area.height.saturating_sub(1));
    let mut lines: Vec<String> = Vec::new();
    for row in model.listed().skip(model.first).take(model.room) {
        lines.push(facts(row));
    }
    if let Some(at) = model
        .world()
        .looked_at_us
        .filter(|_| model.world().tick > 0)
    {
        lines.push(String::new());
        lines.push(format!(
            "These facts are from {}. They go on without you:",
            model.clock(at)
        ));
        lines.push("o looks again and makes no call for your program.".to_owned());
    }
    for (line, text) in (1..).zip(lines.iter().take(room)) {
        put(
            frame,
            area,
            1,
            line,
            &cut(text, usize::from(area.width) - 1),
            theme::text(model),
        );
    }
}

fn facts(row: &RowState) -> String {
    let number = format!("{:>3}", row.row);
    let Some(fd) = row.fd() else {
        return format!("{number}  no descriptor");
    };
    match row.look.tcp {
        Witness::NotAsked => format!("{number}  not looked at"),
        Witness::NoAnswer => format!("{number}  not a TCP socket"),
        Witness::Says(tcp) => match tcp.state {
            TcpState::Close => format!(
                "{number}  {} (TCP state; fd {fd} is open)",
                kernel::state(row, 22)
            ),
            TcpState::SynSent => format!(
                "{number}  {}, RTO {} ms",
                kernel::state(row, 24),
                tcp.rto_us / 1000
            ),
            _ => format!(
                "{number}  {}  RTT {} us, unacknowledged {}",
                tcp.state.name(),
                tcp.rtt_us,
                tcp.unacked
            ),
        },
    }
}
