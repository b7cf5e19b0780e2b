//! The ledger of one socket: which calls read, emptied or armed something. Asking is not always free.

use crate::language::title;
use crate::model::call::{Call, CallFact, CalledBy, CtlOp, Out};
use crate::model::errno::Errno;
use crate::model::ids::Row;
use crate::model::record::Record;
use std::sync::Arc;

/// The entries of a row, oldest first: when, and what was changed by asking.
pub fn entries(records: &[Arc<Record>], row: Row) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    for record in records {
        let own = record
            .calls
            .iter()
            .filter(|fact| fact.by == CalledBy::Program && fact.row == Some(row));
        for text in own.filter_map(effect) {
            entries.push((title::when(record, 12), text));
        }
    }
    entries
}

/// What a call read, emptied or armed, if anything.
pub fn effect(fact: &CallFact) -> Option<String> {
    let outcome = fact.outcome.as_ref()?;
    let reported = matches!(
        outcome.errno,
        Some(
            Errno::ECONNREFUSED
                | Errno::ECONNRESET
                | Errno::ETIMEDOUT
                | Errno::EHOSTUNREACH
                | Errno::ENETUNREACH
        )
    );
    Some(match &fact.call {
        Call::SoError { .. } => match outcome.out {
            Some(Out::SoError(None)) => {
                "getsockopt read SO_ERROR: no error was pending (0)".to_owned()
            }
            Some(Out::SoError(Some(errno))) => {
                format!("getsockopt read {errno} and emptied SO_ERROR")
            }
            _ => return None,
        },
        Call::Connect { .. } if outcome.errno == Some(Errno::ECONNABORTED) => {
            "connect cleared the old attempt away".to_owned()
        }
        Call::Connect { .. } if reported => {
            let errno = outcome.errno?;
            format!("connect gave {errno}; if the error had waited, it is emptied")
        }
        Call::Connect { .. } => "connect cleared all hints".to_owned(),
        Call::EpollCtl { op: CtlOp::Add, .. } => "epoll_ctl armed the edges".to_owned(),
        Call::EpollCtl {
            op: CtlOp::Modify, ..
        } => "epoll_ctl armed every edge again".to_owned(),
        Call::Send { .. } | Call::Recv { .. } if reported => {
            let errno = outcome.errno?;
            format!("{} gave {errno}, which emptied SO_ERROR", fact.call.name())
        }
        Call::Recv { .. } if outcome.ret > 0 => {
            format!("recv took {} bytes out of the receive buffer", outcome.ret)
        }
        Call::Recv { .. } if outcome.ret == 0 => "recv gave the end of file".to_owned(),
        Call::Send { .. } if outcome.ret > 0 => {
            format!("send put {} bytes into the send buffer", outcome.ret)
        }
        Call::Shutdown { how, .. } if outcome.errno.is_none() => {
            format!("shutdown closed a direction ({})", how.name())
        }
        Call::Close { .. } => {
            "close gave the descriptor back, and whatever error waited".to_owned()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::Outcome;
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
        record.calls = vec![
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
