//! The kernel's TCP state in words, beside what the program may conclude.

use super::timers::{self, Clock};
use crate::model::file::{FileFacts, FileKind};
use crate::model::readiness::PollMask;
use crate::model::record::{AcceptQueue, Answer, Look, TcpFacts};
use crate::model::socket::Stage;
use crate::model::tcp::TcpState;
use crate::model::world::{IsSo, RowState};
use crate::words::join::plural;
use crate::words::prose::{self, Prose, Told};

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

/// The same in the fewest words: no number that was counted.
pub fn state_alone(row: &RowState) -> String {
    state(row, 0)
}

fn forms(row: &RowState) -> Vec<String> {
    let Some(prose) = state_said(row) else {
        let file = row.fd().and(row.file()).zip(row.look.file.as_deref());
        return file.map_or_else(Vec::new, |(kind, facts)| file_forms(kind, facts));
    };
    let tcp = row.look.tcp.answer();
    let syns = tcp.map_or(0, |tcp| tcp.retransmits.saturating_add(1));
    let values = [
        ("{state}", tcp.map_or("", |tcp| tcp.state.name())),
        ("{syns}", &*plural(syns as usize, "SYN")),
    ];
    let forms = std::iter::once(&prose.text).chain(&prose.shorter);
    forms.map(|form| prose::fill(form, &values)).collect()
}

/// What the kernel says of a row in a few words; `None` if nothing is known.
pub fn state_said(row: &RowState) -> Option<&'static Prose> {
    row.fd()?;
    let facts = row.facts();
    prose::find("state number", &facts).or_else(|| match row.look.tcp {
        _ if row.file().is_some() => None,
        Answer::NotAsked => None,
        Answer::NoAnswer | Answer::BadDescriptor => Some(prose::text("state not-tcp")),
        Answer::Says(_) => Some(prose::chosen("state", &facts)),
    })
}

/// What is behind a descriptor that is no socket: `file, 5 bytes`.
fn file_forms(kind: FileKind, facts: &FileFacts) -> Vec<String> {
    let name = match kind {
        FileKind::Regular => "file",
        FileKind::PipeRead | FileKind::PipeWrite => "pipe",
        FileKind::PtyMaster | FileKind::PtySlave => "pty",
    };
    let bytes = facts.size.or(facts.waiting.map(u64::from));
    let bytes = bytes.map(|bytes| format!("{name}, {}", counted(bytes)));
    bytes.into_iter().chain([name.to_owned()]).collect()
}

fn counted(bytes: u64) -> String {
    plural(usize::try_from(bytes).unwrap_or(usize::MAX), "byte")
}

/// The same with everything that is known.
fn file_line(row: &RowState, facts: &FileFacts) -> Option<Told> {
    let flag = match (facts.nonblocking, row.file()) {
        (true, Some(FileKind::Regular)) => "O_NONBLOCK without effect",
        (true, _) => "O_NONBLOCK",
        (false, _) => "blocking",
    };
    let line = match facts.canonical {
        Some(false) => "every byte at once",
        _ if row.file() == Some(FileKind::PtyMaster) => "its slave: lines (ICANON)",
        _ => "whole lines only (ICANON)",
    };
    let number = |number: Option<u64>| number.map_or("?".to_owned(), |number| number.to_string());
    let bytes = |bytes: Option<u64>| bytes.map_or("?".to_owned(), counted);
    let values = [
        ("{size}", &*bytes(facts.size)),
        ("{position}", &number(facts.position)),
        ("{waiting}", &bytes(facts.waiting.map(u64::from))),
        ("{capacity}", &number(facts.capacity.map(u64::from))),
        ("{flag}", flag),
        ("{line}", line),
    ];
    Some(prose::find("kernel file", &row.facts())?.told(&[row.row], &values))
}

/// Whether poll(2) reports an error that nobody has read yet.
pub fn error_waits(row: &RowState) -> bool {
    row.facts().is.contains(IsSo::ERROR_WAITS)
}

/// Whether what [`state`] says differs from before the last change of the looks.
pub fn state_changed(row: &RowState) -> bool {
    if let (Some(now), Some(before)) = (&row.look.file, &row.look_before().file) {
        return now != before;
    }
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
pub fn contrast(row: &RowState) -> Option<&'static Prose> {
    let facts = row.facts();
    match row.stage() {
        stage if stage.is_under_way() => prose::find("contrast attempt", &facts),
        Stage::Connected | Stage::Accepted => prose::find("contrast connected", &facts),
        Stage::Error => prose::find("contrast error", &facts),
        _ => None,
    }
}

/// The kernel's TCP state, if it was asked and knows.
pub fn tcp_state(row: &RowState) -> Option<TcpState> {
    row.look.tcp.answer().map(|tcp| tcp.state)
}

/// What TCP_INFO, sock_diag and the peer's queue say of a row, a line each, and why the program cannot know it yet. `clock` writes a
/// moment of the session as a time of day.
pub fn facts(row: &RowState, clock: Clock<'_>) -> Vec<String> {
    let lines = told(row, clock).into_iter();
    lines.map(|line| line.text).collect()
}

/// The same with the keys of the texts.
pub fn told(row: &RowState, clock: Clock<'_>) -> Vec<Told> {
    let facts = row.facts();
    let rows = [row.row];
    let number = row.fd().map_or_else(String::new, |fd| fd.to_string());
    if let Some(nothing) = prose::find("kernel nothing", &facts) {
        return vec![nothing.told(&rows, &[("{fd}", &number)])];
    }
    if row.file().is_some() {
        let line = row
            .look
            .file
            .as_deref()
            .and_then(|file| file_line(row, file));
        let mut lines =
            vec![line.unwrap_or_else(|| prose::text("kernel not-asked").told(&rows, &[]))];
        lines.extend(contrast(row).map(|why| why.told(&rows, &[])));
        return lines;
    }
    let mut lines = vec![match row.look.tcp {
        Answer::NotAsked => prose::text("kernel not-asked").told(&rows, &[]),
        Answer::NoAnswer | Answer::BadDescriptor => prose::text("kernel not-tcp").told(&rows, &[]),
        Answer::Says(tcp) => tcp_line(row, &tcp, &number, clock),
    }];
    lines.extend(contrast(row).map(|why| why.told(&rows, &[])));
    let more = prose::of("kernel more").iter();
    let more = more.filter(|prose| prose.is_true(&facts));
    lines.extend(more.map(|prose| prose.told(&rows, &[])));
    if let Some(due) = row.deadline_us.filter(|_| !row.is_settled()) {
        lines.push(prose::text("kernel deadline").told(&rows, &[("{at}", &clock(due))]));
    }
    lines.extend(queue(row));
    lines.extend(ends(row, clock));
    lines
}

/// What both kernels say of the connection on the lab wire, and what their timers will do.
fn ends(row: &RowState, clock: Clock<'_>) -> Vec<Told> {
    let mut lines = Vec::new();
    let rows = [row.row];
    // In SYN-SENT the line of TCP_INFO has the timer already.
    let reported = tcp_state(row) == Some(TcpState::SynSent);
    for (whose, end) in [("client", row.look.client()), ("server", row.look.server())] {
        match end {
            Answer::Says(end) => {
                let timer = timers::of_end(&end, clock).filter(|_| whose != "client" || !reported);
                let timer = timer.map_or_else(String::new, |timer| format!(", {}", timer.text));
                let state = end.state.name();
                if whose == "server" || !timer.is_empty() {
                    let values = [("{whose}", whose), ("{state}", state), ("{timer}", &timer)];
                    lines.push(prose::text("kernel end").told(&rows, &values));
                }
            }
            Answer::NoAnswer if whose == "server" => {
                lines.push(prose::text("kernel end nothing").told(&rows, &[]));
            }
            _ => {}
        }
    }
    lines
}

/// The accept queue at the peer, if that is a listener of the lab. A listener's own stands in its own line.
pub fn queue(row: &RowState) -> Option<Told> {
    // Of a socket that is gone nobody asks any more.
    let is_asked = row.is_client() && row.fd().is_some() && !row.current().bad_fd;
    let AcceptQueue { length, limit } = row.look.queue.answer().filter(|_| is_asked)?;
    let values = [
        ("{length}", &*length.to_string()),
        ("{limit}", &limit.to_string()),
    ];
    let text = prose::find("kernel queue", &row.facts())?;
    Some(text.told(&[row.row], &values))
}

/// What the timers of a row's kernels will do, a text each.
pub fn timers(row: &RowState, clock: Clock<'_>) -> Vec<Told> {
    let connect = row.look.tcp.answer();
    let connect = connect.filter(|tcp| tcp.state == TcpState::SynSent);
    let connect = connect.map(|tcp| timers::connect_parts(&tcp, clock));
    let ends = [row.look.client(), row.look.server()];
    let ends = ends.iter().filter_map(|end| end.answer());
    let ends = ends.map(|end| timers::end_parts(&end, clock));
    connect.into_iter().chain(ends).flatten().collect()
}

fn tcp_line(row: &RowState, tcp: &TcpFacts, fd: &str, clock: Clock<'_>) -> Told {
    let timer = timers::of_connect(tcp, clock).filter(|_| tcp.state == TcpState::SynSent);
    // A listener has no round trips; two of its fields are its accept queue.
    let full = if tcp.unacked > tcp.sacked {
        ": full"
    } else {
        ""
    };
    let values = [
        ("{state}", state(row, 24)),
        ("{fd}", fd.to_owned()),
        ("{rto}", format!("{:.1}", f64::from(tcp.rto_us) / 1e6)),
        (
            "{timer}",
            timer.map_or_else(String::new, |timer| format!(", {}", timer.text)),
        ),
        ("{unacked}", tcp.unacked.to_string()),
        ("{limit}", tcp.sacked.to_string()),
        ("{full}", full.to_owned()),
        ("{rtt}", tcp.rtt_us.to_string()),
    ];
    prose::chosen("kernel tcp", &row.facts()).told(&[row.row], &prose::lent(&values))
}
