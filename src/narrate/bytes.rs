//! What one socket sent and received, from its calls: as text, and in hex.

use crate::language::title;
use crate::model::call::{Call, CalledBy, Out};
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::words::join::plural;
use std::sync::Arc;

/// So many transfers are looked for; older ones are in the calls.
const MAX_TRANSFERS: usize = 200;

/// One call that moved bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// `tick 9`, or the first words of the command.
    pub when: String,
    /// `sent 5 of 8 bytes`, `received 12 bytes`.
    pub what: String,
    /// The first bytes of it.
    pub head: Vec<u8>,
    /// How many there were.
    pub count: usize,
}

/// The transfers of a row, newest first.
pub fn transfers(records: &[Arc<Record>], row: Row) -> Vec<Transfer> {
    let mut all = Vec::new();
    for record in records.iter().rev() {
        for fact in record.calls.stream().rev() {
            if fact.row != Some(row) || fact.by == CalledBy::Lab {
                continue;
            }
            let Some(outcome) = fact.outcome.as_ref() else {
                continue;
            };
            let Some(count) = usize::try_from(outcome.ret).ok().filter(|count| *count > 0) else {
                continue;
            };
            let whose = if fact.by == CalledBy::Peer {
                "peer "
            } else {
                ""
            };
            let (what, head) = match (&fact.call, &outcome.out) {
                (Call::Send { data, .. }, _) if count < data.size() => (
                    format!("{whose}sent {count} of {}", plural(data.size(), "byte")),
                    data.head(count),
                ),
                (Call::Send { data, .. }, _) => (
                    format!("{whose}sent {}", plural(count, "byte")),
                    data.head(count),
                ),
                (Call::SendUrgent { byte, .. }, _) => {
                    (format!("{whose}sent 1 urgent byte"), vec![*byte])
                }
                (Call::Recv { .. }, Some(Out::Bytes(head))) => (
                    format!("{whose}received {}", plural(count, "byte")),
                    head.clone(),
                ),
                _ => continue,
            };
            all.push(Transfer {
                when: title::when(record, 12),
                what,
                head,
                count,
            });
            if all.len() == MAX_TRANSFERS {
                return all;
            }
        }
    }
    all
}

/// Lines of a hex dump with `per_line` bytes each: offset, hex, and what can be printed; a dot stands for the rest.
pub fn dump(bytes: &[u8], per_line: usize) -> Vec<String> {
    let per_line = per_line.max(1);
    let line = |(index, part): (usize, &[u8])| {
        let hex: Vec<String> = part.iter().map(|byte| format!("{byte:02x}")).collect();
        let text: String = part
            .iter()
            .map(|byte| match byte {
                0x20..=0x7e => char::from(*byte),
                _ => '.',
            })
            .collect();
        format!(
            "{:04x}  {:<width$}  |{text}|",
            index * per_line,
            hex.join(" "),
            width = per_line * 3 - 1
        )
    };
    bytes.chunks(per_line).enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_shows_bytes_twice_and_nothing_that_steers_a_terminal() {
        let lines = dump(b"hello\n\x1b[2J", 8);
        assert_eq!(
            lines,
            [
                "0000  68 65 6c 6c 6f 0a 1b 5b  |hello..[|",
                "0008  32 4a                    |2J|"
            ]
        );
    }
}
