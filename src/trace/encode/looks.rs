//! What the looks said into lines.

use crate::model::addr::Addr;
use crate::model::ids::Row;
use crate::model::readiness::names;
use crate::model::record::{AcceptQueue, Answer, Look, TcpFacts, WireEnd, WireEnds};
use crate::trace::line::{FileLine, LookLine, QueueLine, TcpLine, WireEndLine};
use crate::trace::text::Text;

pub(in crate::trace) fn look_line(row: Row, look: &Look) -> LookLine<'_> {
    #[expect(clippy::option_option, reason = "no field, and a field that is null")]
    fn answered<T: Copy, U>(answer: Answer<T>, show: impl Fn(T) -> U) -> Option<Option<U>> {
        match answer {
            Answer::NotAsked => None,
            Answer::NoAnswer | Answer::BadDescriptor => Some(None),
            Answer::Says(answer) => Some(Some(show(answer))),
        }
    }
    fn list<F: bitflags::Flags + Copy>(flags: F) -> Vec<Text<'static>> {
        names(&flags).into_iter().map(Text::from).collect()
    }
    let Look {
        poll,
        epoll,
        select,
        tcp,
        queue,
        ends,
        file,
        local,
        strangers,
    } = look;
    let WireEnds { client, server } = ends.as_deref().copied().unwrap_or_default();
    LookLine {
        socket: row.0,
        poll: answered(*poll, list),
        select: answered(*select, list),
        epoll: answered(*epoll, list),
        tcp: answered(*tcp, tcp_line),
        local: local.as_ref().map(Addr::to_string),
        queue: answered(*queue, |AcceptQueue { length, limit }| QueueLine {
            length,
            limit,
        }),
        client: answered(client, wire_end),
        server: answered(server, wire_end),
        select_errno: (*select == Answer::BadDescriptor).then(|| "EBADF".into()),
        strangers: strangers.answer(),
        file: file.as_deref().map(|facts| FileLine::from(*facts)),
    }
}

fn tcp_line(tcp: TcpFacts) -> TcpLine<'static> {
    let TcpFacts {
        state,
        retransmits,
        rto_us,
        rtt_us,
        unacked,
        sacked,
        due_us,
        gives_up_us,
    } = tcp;
    TcpLine {
        state: state.name().into(),
        retransmits,
        rto_us,
        rtt_us,
        unacked,
        sacked,
        due_us,
        gives_up_us,
    }
}

fn wire_end(end: WireEnd) -> WireEndLine<'static> {
    let WireEnd {
        state,
        retransmits,
        due_us,
        gives_up_us,
    } = end;
    WireEndLine {
        state: state.name().into(),
        retransmits,
        due_us,
        gives_up_us,
    }
}
