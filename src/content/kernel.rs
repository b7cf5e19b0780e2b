//! The kernel's TCP state in words, beside what the program may conclude.

use crate::pure::readiness::PollMask;
use crate::pure::record::{TcpFacts, TcpState, Witness};
use crate::pure::world::RowState;

/// What the kernel says of a row, in at most `width` characters: the longest form that fits. Empty if nothing is known.
pub fn state(row: &RowState, width: usize) -> String {
    let forms = forms(row);
    forms
        .iter()
        .find(|form| form.len() <= width)
        .or(forms.last())
        .cloned()
        .unwrap_or_default()
}

fn forms(row: &RowState) -> Vec<String> {
    if row.fd().is_none() {
        return Vec::new();
    }
    match row.look.tcp {
        Witness::NotAsked => Vec::new(),
        Witness::NoAnswer => vec!["not TCP".to_owned()],
        Witness::Says(tcp) => tcp_forms(row, &tcp),
    }
}

fn tcp_forms(row: &RowState, tcp: &TcpFacts) -> Vec<String> {
    let name = tcp.state.name();
    match tcp.state {
        TcpState::SynSent => {
            let sent = tcp.retransmits + 1;
            let s = if sent == 1 { "" } else { "s" };
            vec![
                format!("{name}, {sent} SYN{s} sent"),
                format!("{name}, {sent} SYN{s}"),
                name.to_owned(),
            ]
        }
        TcpState::Close if error_waits(row) => {
            vec![
                format!("{name}, error waiting"),
                format!("{name}, error"),
                name.to_owned(),
            ]
        }
        _ => vec![name.to_owned()],
    }
}

/// Whether poll(2) reports an error that nobody has read yet.
pub fn error_waits(row: &RowState) -> bool {
    row.look
        .poll
        .answer()
        .is_some_and(|mask| mask.contains(PollMask::ERR))
}

/// The kernel's TCP state, if it was asked and knows.
pub fn tcp_state(row: &RowState) -> Option<TcpState> {
    row.look.tcp.answer().map(|tcp| tcp.state)
}
