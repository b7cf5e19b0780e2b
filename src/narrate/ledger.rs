//! The ledger of one socket: which calls read, emptied or armed something. Asking is not always free.

use crate::language::title;
use crate::model::call::{Call, CallFact, CalledBy, CtlOp, Out, ShutdownHow};
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::words::join::plural;
use crate::words::prose::{self, Prose};
use std::sync::Arc;

/// The entries of a row, oldest first: when, and what was changed by asking.
pub fn entries(records: &[Arc<Record>], row: Row) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    for record in records {
        let own = record
            .calls
            .stream()
            .filter(|fact| fact.by == CalledBy::Program && fact.row == Some(row));
        for text in own.filter_map(|fact| effect(&fact)) {
            entries.push((title::when(record, 12), text));
        }
    }
    entries
}

/// The text of what a call read, emptied or armed, if anything.
pub fn text(fact: &CallFact) -> Option<&'static Prose> {
    let outcome = fact.outcome.as_ref()?;
    let (failed, ret) = (outcome.errno.is_some(), outcome.ret);
    let key = match &fact.call {
        Call::SoError { .. } => match outcome.out {
            Some(Out::SoError(None)) => "ledger getsockopt 0", // prose
            Some(Out::SoError(Some(_))) => "ledger getsockopt error", // prose
            _ => return None,
        },
        // What a watched program keeps of its hints is its own affair.
        Call::Connect { .. } if fact.made.is_some() => return None,
        Call::Connect { .. } => "ledger connect", // prose
        Call::Send { .. } | Call::Recv { .. } if failed => "ledger data fails", // prose
        _ if failed => return None,
        Call::EpollCtl { op: CtlOp::Add, .. } => "ledger epoll_ctl add", // prose
        Call::EpollCtl {
            op: CtlOp::Modify, ..
        } => "ledger epoll_ctl modify", // prose
        Call::Recv { .. } if ret > 0 => "ledger recv ok",                // prose
        Call::Recv { size: 1.., .. } => "ledger recv end",               // prose
        Call::Send { .. } if ret > 0 => "ledger send ok",                // prose
        Call::Shutdown {
            how: ShutdownHow::Both,
            ..
        } => "ledger shutdown both", // prose
        Call::Shutdown { .. } => "ledger shutdown",                      // prose
        Call::Close { .. } => "ledger close",                            // prose
        _ => return None,
    };
    prose::find(key, fact)
}

/// What a call read, emptied or armed, if anything.
pub fn effect(fact: &CallFact) -> Option<String> {
    let text = text(fact)?;
    let outcome = fact.outcome.as_ref()?;
    let errno = match outcome.out {
        Some(Out::SoError(found)) => found,
        _ => outcome.errno,
    };
    let how = match &fact.call {
        Call::Shutdown { how, .. } => how.name(),
        _ => "",
    };
    let errno = errno.map_or_else(String::new, |errno| errno.to_string());
    let bytes = plural(usize::try_from(outcome.ret).unwrap_or(0), "byte");
    let values = [
        ("{errno}", errno.as_str()),
        ("{bytes}", &bytes),
        ("{how}", how),
        ("{call}", fact.call.name()),
    ];
    Some(prose::fill(&text.text, &values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::Outcome;
    use crate::model::errno::Errno;
    use crate::model::ids::Fd;

    #[test]
    fn reading_so_error_and_being_told_an_error_are_written_down() {
        let fact = |call, outcome| CallFact::done(Row(1), CalledBy::Program, call, outcome);
        let read = Outcome {
            ret: 0,
            errno: None,
            out: Some(Out::SoError(Some(Errno::ECONNREFUSED))),
        };
        let mut record = Record::new(1, crate::model::record::Cause::parse("tick"), 0);
        record.tick = Some(6);
        *record.calls = vec![
            fact(Call::SoError { fd: Fd(4) }, read),
            fact(
                Call::Recv { fd: Fd(4), size: 9 },
                Outcome::failed(Errno::ECONNRESET),
            ),
            fact(
                Call::Getpeername { fd: Fd(4) },
                Outcome::failed(Errno::ENOTCONN),
            ),
        ];
        let entries = entries(&[Arc::new(record)], Row(1));
        let texts: Vec<&str> = entries.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "getsockopt read ECONNREFUSED and emptied SO_ERROR",
                "recv gave ECONNRESET, which emptied SO_ERROR"
            ]
        );
        assert_eq!(entries[0].0, "tick 6");
    }
}
