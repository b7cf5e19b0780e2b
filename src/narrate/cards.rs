//! Cards: what a call, a flag, a stage, a state, a field or an option is, with its manual page; and every word that stands on the screen.

mod look_up;

pub use look_up::{FoundCard, all_names, found, topic, unknown, unknown_among};

use crate::model::errno::{Errno, ErrnoClass, Failure};
use crate::model::file::FileKind;
use crate::model::packet::segment::SegmentKind;
use crate::model::readiness::names;
use crate::model::record::{Answer, WireEnd};
use crate::model::socket::{ConnectionFact, Mode};
use crate::model::tcp::TcpState;
use crate::model::world::RowState;
use crate::narrate::{kernel, masks};
use crate::words::{assets, errnos};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One card.
#[derive(Debug, Deserialize)]
pub struct Card {
    /// `call`, `flag`, `set`, `stage`, `state`, `field`, `option`, `packet`, `word` or `sign`.
    pub kind: String,
    /// What it is, what it tells, and what not.
    pub meaning: String,
    /// Where it is seen in this program.
    pub look: Option<String>,
    /// The manual page or RFC; a word of this program has none.
    #[serde(default)]
    pub page: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

static CARDS: LazyLock<BTreeMap<String, Card>> = LazyLock::new(|| assets::read(assets::CARDS));

/// The card of this topic.
pub fn find(topic: &str) -> Option<&'static Card> {
    CARDS.get(topic)
}

/// The topics of a row now, the most telling first: the call that it waits in, its errno, its last call, its stage, the kernel's state, what poll's
/// mask means there, poll's flags.
pub fn topics_of(row: &RowState) -> Vec<String> {
    let mut topics = Vec::new();
    let mut add = |topic: &str| {
        let known =
            find(topic).is_some() || errnos::find(topic).is_some() || masks::is_topic(topic);
        if known && !topics.iter().any(|there| there == topic) {
            topics.push(topic.to_owned());
        }
    };
    // A call that waits is what is asked about first.
    if let Some(call) = row.running() {
        add(call);
        match row.current().mode {
            Mode::Timeout(_) => add("timeout mode"),
            Mode::Blocking => add("blocking"),
            Mode::NonBlocking | Mode::ConnectEx => {}
        }
    }
    match row.file() {
        None => {}
        Some(FileKind::Regular) => add("file"),
        Some(FileKind::PipeRead | FileKind::PipeWrite) => add("pipe2"),
        Some(FileKind::PtyMaster | FileKind::PtySlave) => add("terminal"),
    }
    match &row.current().fact {
        Some(ConnectionFact::Failed(failure)) => add(&failure.name()),
        Some(ConnectionFact::Connect(Some(errno)) | ConnectionFact::Noted(errno)) => {
            add(&errno.name());
        }
        Some(ConnectionFact::Phantom) => add("ENOTCONN"),
        Some(ConnectionFact::SoErrorZero) => add("SO_ERROR"),
        _ => {}
    }
    if let Some(call) = row.last_call {
        add(call);
    }
    add(row.stage().word());
    if let Some(state) = kernel::tcp_state(row) {
        add(state.name());
    }
    if let Some(whole) = masks::topic_of(row) {
        add(&whole);
    }
    if let Some(mask) = row.look.poll.answer() {
        names(&mask).into_iter().for_each(&mut add);
    }
    topics
}

/// A card as labels with their texts: what it is, what it means, what to do, its manual page.
pub fn blocks(topic: &str) -> Vec<(&'static str, String)> {
    match find(topic) {
        Some(card) => topic_blocks(card),
        None => errno_blocks(topic),
    }
}

fn topic_blocks(card: &Card) -> Vec<(&'static str, String)> {
    let mut blocks = vec![
        ("kind", kind(&card.kind).to_owned()),
        ("meaning", card.meaning.clone()),
    ];
    if let Some(look) = &card.look {
        blocks.push(("here", look.clone()));
    }
    if !card.aliases.is_empty() {
        blocks.push(("also", card.aliases.join(", ")));
    }
    if !card.page.is_empty() {
        blocks.push(("manual", card.page.clone()));
    }
    blocks
}

fn kind(word: &str) -> &'static str {
    match word {
        "call" => "a system call",
        "flag" => "a flag of poll and epoll",
        "set" => "a set of select",
        "stage" => "a stage: what your program may conclude",
        "state" => "a TCP state: what the kernel knows",
        "option" => "a socket option",
        "packet" => "a packet between two kernels",
        "word" => "a word of this program",
        "sign" => "a sign of this program",
        _ => "a field",
    }
}

/// What can be explained of a packet on the wire and of the two ends of its connection.
pub fn topics_on_the_wire(kind: Option<SegmentKind>, row: &RowState) -> Vec<String> {
    let state = |end: Answer<WireEnd>| end.answer().map(|end| end.state.name());
    let ends = [row.look.client(), row.look.server()].map(state);
    let tcp = kernel::tcp_state(row).map(TcpState::name);
    let mut topics: Vec<String> = Vec::new();
    let all = kind
        .map(packet_topic)
        .into_iter()
        .chain(ends.into_iter().flatten())
        .chain(tcp)
        .chain(["retransmission", "TCP_SYNCNT", "TCP_USER_TIMEOUT"]);
    for topic in all {
        if !topics.iter().any(|there| there == topic) {
            topics.push(topic.to_owned());
        }
    }
    topics
}

/// The card of a kind of packet.
fn packet_topic(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Syn => "SYN",
        SegmentKind::SynAck => "SYN+ACK",
        SegmentKind::Ack => "ACK",
        SegmentKind::Data => "data",
        SegmentKind::Fin => "FIN",
        SegmentKind::Rst => "RST",
        SegmentKind::Icmp { .. } => "ICMP",
        SegmentKind::Icmp6 { .. } => "ICMPv6",
    }
}

fn errno_blocks(name: &str) -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    if let Some(Failure::Errno(errno)) = Failure::from_name(name) {
        blocks.push(("class", class(errno)));
        blocks.push(("numbers", numbers(errno)));
    } else {
        blocks.push((
            "class",
            "a failed name lookup; that is no errno, getaddrinfo() has codes of its own".to_owned(),
        ));
    }
    if let Some(text) = errnos::find(name) {
        blocks.push(("meaning", text.meaning.clone()));
        blocks.push(("next", text.next.clone()));
        if let Some(elsewhere) = &text.elsewhere {
            blocks.push((
                "elsewhere",
                format!("{elsewhere} (documented, not measured)"),
            ));
        }
        blocks.push(("manual", text.page.clone()));
    } else {
        blocks.push((
            "meaning",
            "No socket call gives this one as a rule; see errno(3).".to_owned(),
        ));
    }
    blocks
}

fn class(errno: Errno) -> String {
    let means = match errno.class() {
        ErrnoClass::Retry => "nothing was done; the same call may be made again later",
        ErrnoClass::Pending => "the kernel goes on by itself; wait for an event",
        ErrnoClass::Error => "it failed; read below before you call again",
    };
    format!("{}: {means}", errno.class().word())
}

fn numbers(errno: Errno) -> String {
    let Some(entry) = errno.entry() else {
        return errno.to_string();
    };
    let macos = entry
        .macos
        .map_or("none".to_owned(), |number| number.to_string());
    let windows = entry.windows.map_or("none".to_owned(), |(name, number)| {
        format!("{name} {number}")
    });
    format!(
        "Linux {}; macOS {macos}, Windows {windows} (documented, not measured)",
        entry.linux
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::readiness::{PollMask, SelectSets};
    use crate::model::socket::Stage;

    #[test]
    fn every_call_flag_set_stage_and_state_has_a_card() {
        let calls = [
            "socket",
            "ioctl",
            "connect",
            "epoll_ctl",
            "epoll_wait",
            "getsockopt",
            "getpeername",
            "send",
            "recv",
            "openat",
            "pipe2",
            "read",
            "write",
            "shutdown",
            "close",
            "accept",
            "bind",
            "listen",
            "setsockopt",
            "getaddrinfo",
            "poll",
            "select",
        ];
        let stages = Stage::NAMED.map(Stage::word);
        let states = TcpState::ALL.map(TcpState::name);
        let (flags, sets) = (names(&PollMask::all()), names(&SelectSets::all()));
        for topic in calls
            .into_iter()
            .chain(stages)
            .chain(states)
            .chain(flags)
            .chain(sets)
        {
            assert!(find(topic).is_some(), "{topic} has no card");
        }
    }

    #[test]
    fn every_kind_of_packet_has_a_card() {
        let kinds = [
            SegmentKind::Syn,
            SegmentKind::SynAck,
            SegmentKind::Ack,
            SegmentKind::Data,
            SegmentKind::Fin,
            SegmentKind::Rst,
            SegmentKind::Icmp { kind: 3, code: 1 },
            SegmentKind::Icmp6 { kind: 1, code: 4 },
        ];
        for kind in kinds {
            assert!(find(packet_topic(kind)).is_some(), "{kind} has no card");
        }
    }

    #[test]
    fn every_card_names_its_manual_page() {
        for (topic, card) in CARDS.iter() {
            let is_ours = ["word", "sign"].contains(&card.kind.as_str());
            assert!(is_ours || !card.page.is_empty(), "{topic}");
            let least = if card.kind == "sign" { 20 } else { 40 };
            assert!(card.meaning.len() >= least, "{topic}");
        }
    }
}
