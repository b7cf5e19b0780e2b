//! The two great moments of the default session: what the lists could not tell apart, and what only the kernel knows.

use super::{Importance, Narration};
use crate::model::call::Call;
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::world::{RowState, World};
use crate::narrate::kernel;
use crate::words::join::verb;
use crate::words::numbers;

/// The second great moment: two failures that the lists could not tell apart.
pub(super) fn distinctions(world: &World, record: &Record, narration: &mut Narration) {
    let failed: Vec<&RowState> = record
        .stages
        .iter()
        .filter(|change| change.stage == Stage::Error)
        .filter_map(|change| world.row(change.row))
        .filter(|row| {
            record
                .calls
                .iter()
                .any(|fact| fact.row == Some(row.row) && matches!(fact.call, Call::SoError { .. }))
        })
        .collect();
    let [first, rest @ ..] = failed.as_slice() else {
        return;
    };
    let differs = rest
        .iter()
        .any(|row| row.current().failure != first.current().failure);
    let same_lists = rest
        .iter()
        .all(|row| row.look_before().poll == first.look_before().poll);
    if differs && same_lists {
        narration.push(
            Importance::Distinction,
            "Both were in the SAME lists; only SO_ERROR tells them apart, and is empty now."
                .to_owned(),
        );
    }
}

/// The first great moment: to the program they look the same, the kernel knows more.
pub(super) fn kernel_knows_more(world: &World, record: &Record, narration: &mut Narration) {
    let fresh: Vec<Row> = record
        .stages
        .iter()
        .filter(|change| change.stage == Stage::Pending)
        .map(|c| c.row)
        .collect();
    let rows: Vec<&RowState> = fresh.iter().filter_map(|row| world.row(*row)).collect();
    let of = |wanted: &dyn Fn(&RowState) -> bool| -> Vec<Row> {
        rows.iter()
            .filter(|row| wanted(row))
            .map(|row| row.row)
            .collect()
    };
    let established = of(&|row| kernel::tcp_state(row) == Some(TcpState::Established));
    let failed = of(&|row| kernel::tcp_state(row) == Some(TcpState::Close));
    let syn_sent = of(&|row| kernel::tcp_state(row) == Some(TcpState::SynSent));
    let kinds = [&established, &failed, &syn_sent]
        .iter()
        .filter(|rows| !rows.is_empty())
        .count();
    if kinds < 2 {
        return;
    }
    let mut parts = Vec::new();
    if !established.is_empty() {
        parts.push(format!(
            "{} {} ESTABLISHED",
            numbers::in_words(&established),
            verb(established.len(), "is", "are")
        ));
    }
    if !failed.is_empty() {
        parts.push(format!(
            "{} {} failed",
            numbers::in_words(&failed),
            verb(failed.len(), "has", "have")
        ));
    }
    if !syn_sent.is_empty() {
        parts.push(format!(
            "{} still {}",
            numbers::in_words(&syn_sent),
            verb(syn_sent.len(), "sends SYNs", "send SYNs")
        ));
    }
    narration.push(
        Importance::KernelKnows,
        format!(
            "To your program they look the same: pending. The kernel knows more: {}.",
            parts.join(", ")
        ),
    );
}
