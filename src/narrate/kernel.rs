//! The kernel's TCP state in words, beside what the program may conclude.

use super::timers::{self, Clock};
use crate::model::errno::Failure;
use crate::model::readiness::PollMask;
use crate::model::record::{AcceptQueue, Answer, Look, TcpFacts};
use crate::model::socket::{ConnectionFact, Happened, SoErrorState, Stage};
use crate::model::tcp::TcpState;
use crate::model::world::{IsSo, RowState};
use crate::words::join::plural;

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
    if row.look.strangers == Answer::Says(true) {
        return vec!["a stranger's number".to_owned()];
    }
    if row.current().bad_fd {
        return vec!["number closed".to_owned()];
    }
    match row.look.tcp {
        Answer::NotAsked => Vec::new(),
        Answer::NoAnswer | Answer::BadDescriptor => vec!["not TCP".to_owned()],
        Answer::Says(tcp) => tcp_forms(row, &tcp),
    }
}

fn tcp_forms(row: &RowState, tcp: &TcpFacts) -> Vec<String> {
    let name = tcp.state.name();
    match tcp.state {
        TcpState::SynSent => {
            let sent = plural(tcp.retransmits.saturating_add(1) as usize, "SYN");
            vec![
                format!("{name}, {sent} sent"),
                format!("{name}, {sent}"),
                name.to_owned(),
            ]
        }
        // The descriptor is done with; the connection lives on without it.
        TcpState::Close if lives_on(row) => vec![
            format!("{name}, TIME-WAIT lives on"),
            format!("{name}, TIME-WAIT"),
            name.to_owned(),
        ],
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

/// Whether the connection is in TIME-WAIT, which only sock_diag(7) knows: to TCP_INFO the descriptor is in CLOSE.
fn lives_on(row: &RowState) -> bool {
    let end = row.look.client().answer();
    end.is_some_and(|end| end.state == TcpState::TimeWait)
}

/// Whether poll(2) reports an error that nobody has read yet.
pub fn error_waits(row: &RowState) -> bool {
    says_err(row) && !is_not_so_error(row)
}

fn says_err(row: &RowState) -> bool {
    let mask = row.look.poll.answer();
    mask.is_some_and(|mask| mask.contains(PollMask::ERR))
}

/// Whether ERR stood before the pending error was read or taken and stayed: then it speaks of something else.
fn is_not_so_error(row: &RowState) -> bool {
    let attempt = row.current();
    let before = |n: u64| row.changed_at.err <= n;
    matches!(attempt.so_error, SoErrorState::Read { n, .. } if before(n))
        || attempt.taken_at.is_some_and(|at| before(at.n))
}

fn happened(row: &RowState, what: Happened) -> bool {
    row.current().past.happened.contains(what)
}

/// Whether the last thing that a call told is an error that ended nothing by itself.
fn is_noted(row: &RowState) -> bool {
    matches!(row.current().fact, Some(ConnectionFact::Noted(_)))
}

/// What poll's ERR can mean when it is not SO_ERROR.
fn error_queue(row: &RowState) -> Option<&'static str> {
    let found = row.current().taken_at.is_some()
        || matches!(
            row.current().so_error,
            SoErrorState::Read { found: Some(_), .. }
        );
    (found && says_err(row) && is_not_so_error(row)).then_some(
        "SO_ERROR is empty and poll still says ERR: the ICMP message itself lies in the socket's error queue (MSG_ERRQUEUE, ip(7))",
    )
}

/// Whether what [`state`] says differs from before the last change of the looks.
pub fn state_changed(row: &RowState) -> bool {
    let said = |look: &Look| {
        let error = look
            .poll
            .answer()
            .is_some_and(|mask| mask.contains(PollMask::ERR));
        look.tcp.answer().map(|tcp| {
            (
                tcp.state,
                tcp.retransmits,
                error && tcp.state == TcpState::Close,
            )
        })
    };
    said(row.look_before()).is_some() && said(&row.look) != said(row.look_before())
}

/// Why the kernel's state and the program's stage differ, if they do.
pub fn contrast(row: &RowState) -> Option<&'static str> {
    let state = tcp_state(row)?;
    let stage = row.stage();
    if stage == Stage::ConnectAttempted && row.current().must_retry {
        return None;
    }
    Some(match (stage, state) {
        (stage, TcpState::Established) if stage.is_under_way() => {
            "it is ESTABLISHED; your program has no proof"
        }
        (stage, TcpState::Close) if stage.is_under_way() && happened(row, Happened::CANCELLED) => {
            "shutdown() ended it before it was connected"
        }
        (stage, TcpState::Close) if stage.is_under_way() && says_err(row) => {
            "it has failed; the pending error says why"
        }
        (stage, TcpState::Close) if stage.is_under_way() => {
            "nothing runs any more, and no error waits; your program does not know it yet"
        }
        (stage, TcpState::SynSent) if stage.is_under_way() && is_noted(row) => {
            "the error that was read did not end it: TCP goes on sending SYNs"
        }
        (stage, TcpState::CloseWait) if stage.is_under_way() => {
            "it was ESTABLISHED, and the peer has closed already"
        }
        (Stage::Connected, TcpState::CloseWait) => {
            "the peer sends no more; recv() says so when all is read"
        }
        (Stage::Connected | Stage::Accepted, TcpState::Close) => {
            "the connection is over; send() says so, and recv() when all is read"
        }
        (Stage::Connected | Stage::Accepted, _) if is_noted(row) => {
            "the error that was read did not end it: TCP has noted it and goes on (RFC 1122 4.2.3.9)"
        }
        (Stage::Error, TcpState::SynSent) if row.current().failure == Some(Failure::TimedOut) => {
            "the kernel still tries; your program has stopped waiting"
        }
        (Stage::Error, TcpState::SynSent) => {
            "the attempt still runs: the error that your program read did not end it"
        }
        (Stage::Error, TcpState::Established | TcpState::CloseWait)
            if row.current().failure == Some(Failure::TimedOut) =>
        {
            "it is connected now; your program has stopped waiting"
        }
        (Stage::Error, TcpState::Established | TcpState::CloseWait) => {
            "the connection lives: the error that your program read did not end it (RFC 1122 4.2.3.9)"
        }
        _ => return None,
    })
}

/// The kernel's TCP state, if it was asked and knows.
pub fn tcp_state(row: &RowState) -> Option<TcpState> {
    row.look.tcp.answer().map(|tcp| tcp.state)
}

/// What TCP_INFO, sock_diag and the peer's queue say of a row, a line each, and why the program cannot know it yet. `clock` writes a
/// moment of the session as a time of day.
pub fn facts(row: &RowState, clock: Clock<'_>) -> Vec<String> {
    let Some(fd) = row.fd() else {
        return vec!["no descriptor, so nothing in the kernel".to_owned()];
    };
    if row.look.strangers == Answer::Says(true) {
        return vec![format!(
            "number {fd} was closed behind the program's back and is open again: another socket or file has it now"
        )];
    }
    if row.current().bad_fd {
        return vec![format!(
            "number {fd} was closed behind the program's back: the kernel knows no socket of that number"
        )];
    }
    let mut lines = match row.look.tcp {
        Answer::NotAsked => vec!["not looked at".to_owned()],
        Answer::NoAnswer | Answer::BadDescriptor => vec!["not a TCP socket".to_owned()],
        Answer::Says(tcp) => tcp_lines(row, &tcp, fd.0, clock),
    };
    if let Some(why) = contrast(row) {
        lines.push(why.to_owned());
    }
    if row.facts().is.contains(IsSo::SELF) {
        lines.push("connected to itself: its own address is its peer's".to_owned());
    }
    lines.extend(error_queue(row).map(str::to_owned));
    if let Some(due) = row.deadline_us.filter(|_| !row.is_settled()) {
        let at = clock(due);
        lines.push(format!(
            "your program gives up at {at}; the kernel does not know"
        ));
    }
    lines.extend(queue(row));
    lines.extend(ends(row, clock));
    lines
}

/// What both kernels say of the connection on the lab wire, and what their timers will do.
fn ends(row: &RowState, clock: Clock<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    // In SYN-SENT the line of TCP_INFO has the timer already.
    let reported = tcp_state(row) == Some(TcpState::SynSent);
    for (whose, end) in [("client", row.look.client()), ("server", row.look.server())] {
        match end {
            Answer::Says(end) => {
                let timer = timers::of_end(&end, clock).filter(|_| whose != "client" || !reported);
                let timer = timer.map_or_else(String::new, |timer| format!(", {timer}"));
                let state = end.state.name();
                if whose == "server" || !timer.is_empty() {
                    lines.push(format!("{whose}'s kernel: {state}{timer} (sock_diag)"));
                }
            }
            Answer::NoAnswer if whose == "server" => {
                lines.push("server's kernel: knows nothing of it (sock_diag)".to_owned());
            }
            _ => {}
        }
    }
    lines
}

/// The accept queue at the peer, if that is a listener of the lab. A listener's own stands in its own line.
pub fn queue(row: &RowState) -> Option<String> {
    // Of a socket that is gone nobody asks any more.
    let is_asked = row.is_client() && row.fd().is_some() && !row.current().bad_fd;
    let AcceptQueue { length, limit } = row.look.queue.answer().filter(|_| is_asked)?;
    let full = if length > limit { ": full" } else { "" };
    Some(format!(
        "peer: {length} in the accept queue, limit {limit}{full}"
    ))
}

fn tcp_lines(row: &RowState, tcp: &TcpFacts, fd: i32, clock: Clock<'_>) -> Vec<String> {
    let state = state(row, 24);
    match tcp.state {
        TcpState::Close => vec![format!("{state} (TCP state; fd {fd} is open)")],
        TcpState::SynSent => {
            let pause = format!("RTO {:.1} s", f64::from(tcp.rto_us) / 1e6);
            let timer = timers::of_connect(tcp, clock);
            let timer = timer.map_or_else(String::new, |timer| format!(", {timer}"));
            vec![format!("{state}, {pause}{timer}")]
        }
        // A listener has no round trips; these two fields are its accept queue.
        TcpState::Listen => {
            let (length, limit) = (tcp.unacked, tcp.sacked);
            let full = if length > limit { ": full" } else { "" };
            vec![format!(
                "{state}, {length} in its accept queue, limit {limit}{full}"
            )]
        }
        _ if tcp.rtt_us == 0 => vec![format!(
            "{state}, no RTT measured yet, {} unacknowledged",
            tcp.unacked
        )],
        _ => vec![format!(
            "{state}, RTT {} us, {} unacknowledged",
            tcp.rtt_us, tcp.unacked
        )],
    }
}
