//! What was seen: looks, packets, rules and stages of a line into those of the model.

use super::fault::{Read, bad, unknown};
use super::field::{addr, one_of, row, text};
use super::line::{LookLine, PacketLine, StageLine, TcpLine, WireEndLine};
use super::text::Text;
use crate::model::command::Command;
use crate::model::errno::Failure;
use crate::model::ids::Row;
use crate::model::readiness::from_names;
use crate::model::record::{AcceptQueue, Answer, Look, PacketFact, StageChange, TcpFacts, WireEnd};
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::wire::rule::Rule;
use crate::model::wire::{self, PacketEvent};

pub(super) fn look(line: &LookLine<'_>) -> Read<(Row, Look)> {
    fn answer<T, U>(asked: Option<&Option<T>>, read: impl Fn(&T) -> Read<U>) -> Read<Answer<U>> {
        Ok(match asked {
            None => Answer::NotAsked,
            Some(None) => Answer::NoAnswer,
            Some(Some(value)) => Answer::Says(read(value)?),
        })
    }
    fn flags<F: bitflags::Flags>(names: &[Text<'_>]) -> Read<F> {
        from_names(names).ok_or_else(|| {
            let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            unknown("looks", &names.join("|"))
        })
    }
    let look = Look {
        poll: answer(line.poll.as_ref(), |names| flags(names))?,
        select: match line.select_errno.as_deref() {
            None => answer(line.select.as_ref(), |names| flags(names))?,
            Some("EBADF") => Answer::BadDescriptor,
            Some(other) => return Err(unknown("select_errno", other)),
        },
        epoll: answer(line.epoll.as_ref(), |names| flags(names))?,
        tcp: answer(line.tcp.as_ref(), tcp)?,
        queue: answer(line.queue.as_ref(), |queue| {
            Ok(AcceptQueue {
                length: queue.length,
                limit: queue.limit,
            })
        })?,
        ends: None,
        file: line.file.map(|file| Box::new(file.into())),
        local: line
            .local
            .as_deref()
            .map(|value| addr("local", value))
            .transpose()?,
        strangers: line.strangers.map_or(Answer::NotAsked, Answer::Says),
    };
    let client = answer(line.client.as_ref(), wire_end)?;
    let server = answer(line.server.as_ref(), wire_end)?;
    Ok((row(line.socket)?, look.with_ends(client, server)))
}

fn tcp_state(word: &str) -> Read<TcpState> {
    one_of("state", word, |word| word.parse().ok())
}

fn wire_end(line: &WireEndLine<'_>) -> Read<WireEnd> {
    Ok(WireEnd {
        state: tcp_state(&line.state)?,
        retransmits: line.retransmits,
        due_us: line.due_us,
        gives_up_us: line.gives_up_us,
    })
}

fn tcp(line: &TcpLine<'_>) -> Read<TcpFacts> {
    Ok(TcpFacts {
        state: tcp_state(&line.state)?,
        retransmits: line.retransmits,
        rto_us: line.rto_us,
        rtt_us: line.rtt_us,
        unacked: line.unacked,
        sacked: line.sacked,
        due_us: line.due_us,
        gives_up_us: line.gives_up_us,
    })
}

pub(super) fn rule(words: &str) -> Read<Rule> {
    match Command::parse(words) {
        Ok(Command::Rule(rule)) => Ok(rule),
        _ => Err(unknown("rules", words)),
    }
}

pub(super) fn packet(line: &PacketLine) -> Read<PacketFact> {
    let mut what = line.what.clone();
    if let PacketEvent::Appeared { segment, .. } = &mut what {
        segment.excerpt = text("excerpt", &segment.excerpt)?;
    }
    let bytes = line
        .raw
        .as_deref()
        .map(|hex| unhex(hex).ok_or_else(|| bad("raw", hex)));
    Ok(PacketFact {
        change: wire::PacketChange {
            number: line.number,
            at_us: line.at_us,
            what,
        },
        bytes: bytes.transpose()?,
    })
}

/// The longest packet in hex.
const MAX_HEX_CHARS: usize = 2 * 65_536;

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() > MAX_HEX_CHARS || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

pub(super) fn stage(line: &StageLine<'_>) -> Read<StageChange> {
    Ok(StageChange {
        row: row(line.socket)?,
        target: text("target", &line.target)?.into(),
        stage: one_of("stage", &line.stage, Stage::from_word)?,
        failure: line
            .errno
            .as_deref()
            .map(|name| one_of("errno", name, Failure::from_name))
            .transpose()?,
    })
}
