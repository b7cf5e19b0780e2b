//! The NEXT line: what Space will do, from the plan; and what to try when nothing is left to do.

use crate::model::ids::Row;
use crate::model::readiness::PollMask;
use crate::model::record::Record;
use crate::model::socket::{Happened, NextCall, Stage};
use crate::model::tcp::TcpState;
use crate::model::world::{Outlook, RowState, Scope, World};
use crate::narrate::kernel;
use crate::words::join::group_by;
use crate::words::numbers;

/// What is said before the first tick.
pub const NOTHING_YET: &str =
    "Nothing has happened yet: your program has no socket, and has made no call.";

/// For whom it is said: what makes the next tick, and how anything else is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Of the screen: keys.
    Screen,
    /// Of the prompt: words, and Enter.
    Prompt,
    /// Of the prompt, in the past.
    Past,
    /// Of a log: nobody can ask for anything.
    Log,
}

impl Audience {
    /// Who asks for events.
    fn asker(self) -> &'static str {
        match self {
            Audience::Screen => "SPACE",
            Audience::Prompt | Audience::Past => "Enter",
            Audience::Log => "the next tick",
        }
    }
}

/// The call of a step as a reader knows it.
pub fn step_name(step: NextCall) -> &'static str {
    match step {
        NextCall::Resolve => "getaddrinfo()",
        NextCall::Socket => "socket()",
        NextCall::SetNonblocking => "ioctl(FIONBIO)",
        NextCall::Connect => "connect()",
        NextCall::Register => "epoll_ctl(ADD)",
        NextCall::SoError => "getsockopt(SO_ERROR)",
        NextCall::Getpeername => "getpeername()",
        NextCall::Poll => "poll()",
        NextCall::Recv => "recv()",
        NextCall::GiveUp => "close()",
    }
}

/// The same in as few words as possible, for a small screen.
pub fn short(world: &World) -> String {
    let groups = groups(world);
    if groups.is_empty() {
        if world.wire.waiting().next().is_some() {
            return "SPACE asks for events. A packet is in your hand: N, then g.".to_owned();
        }
        return settled(world, Audience::Screen)
            .unwrap_or_else(|| "SPACE asks epoll_wait for events.".to_owned());
    }
    let calls: Vec<String> = groups
        .iter()
        .map(|(rows, step)| format!("{} for {}", step_name(*step), numbers::in_words(rows)))
        .collect();
    format!("SPACE asks for events, then {}.", calls.join(", "))
}

/// What Space will do, in one sentence or two.
pub fn sentence(world: &World) -> String {
    sentence_for(world, Audience::Screen)
}

/// What the next tick will do, in one sentence or two.
pub fn sentence_for(world: &World, reader: Audience) -> String {
    if reader == Audience::Past {
        return "this is the past. Enter goes one record forward and stops at live.".to_owned();
    }
    if world.present().next().is_none() {
        return match reader {
            Audience::Screen => "Add a target: press a, then type host:port or @open.",
            Audience::Prompt | Audience::Past => {
                "add a target, such as: add localhost:80 or: add @open"
            }
            Audience::Log => "there is no socket.",
        }
        .to_owned();
    }
    let groups = groups(world);
    let who = reader.asker();
    let asked = if world.present().any(|row| row.asked().is_some()) {
        format!("{who} asks epoll_wait for events")
    } else {
        format!("{who} asks for events (nobody is watched yet)")
    };
    if let [(rows, step)] = groups.as_slice()
        && rows.len() > 1
        && rows.len() == world.count()
    {
        return format!(
            "{asked}, then calls {} {}.",
            step_name(*step),
            times(rows.len())
        );
    }
    let calls: Vec<String> = groups
        .iter()
        .map(|(rows, step)| format!("{} for {}", step_name(*step), numbers::in_words(rows)))
        .collect();
    if !calls.is_empty() {
        return format!("{asked}, then calls {}.", calls.join(", "));
    }
    if let Some(held) = world.wire.waiting().next() {
        let (number, kind) = (held.number, held.segment.kind);
        let how = match reader {
            Audience::Screen => ": N shows it, g lets it go".to_owned(),
            Audience::Prompt | Audience::Past => format!(": release {number} lets it go"),
            Audience::Log => String::new(),
        };
        return format!("{asked}. Packet {number}, {kind}, is in your hand{how}.");
    }
    if let Some(settled) = settled(world, reader) {
        return settled;
    }
    match world
        .present()
        .find_map(|row| reason(world, row.row, reader))
    {
        Some(why) => format!("{asked}. {why}"),
        None => format!("{asked}. No socket has a call to make yet."),
    }
}

/// Why a row made no call in this tick; `None` if it did, is settled, or could have.
pub fn no_call(world: &World, record: &Record, row: Row) -> Option<&'static str> {
    let reported = record
        .events
        .iter()
        .any(|event| event.row == row && event.stale.is_none());
    Some(match world.outlook(row) {
        _ if reported => "no call: it has just heard its event",
        Outlook::WaitsForEvent => "no call: waits for an event",
        Outlook::Stuck(_) => "no call: the one before has not returned",
        Outlook::WaitsForName => "no call: its name is being looked up",
        Outlook::HeldBack => "no call: held back, too many are pending",
        Outlook::MustRetry => "no call: only connect() again can help",
        Outlook::Makes(_) | Outlook::Settled => return None,
    })
}

fn times(count: usize) -> String {
    match count {
        2 => "twice".to_owned(),
        count => format!("{} times", numbers::count_word(count)),
    }
}

fn groups(world: &World) -> Vec<(Vec<Row>, NextCall)> {
    group_by(world.plan(&[], Scope::All, world.at_us))
}

/// Why a row waits for something else than an event.
fn reason(world: &World, row: Row, reader: Audience) -> Option<String> {
    let (again, ends) = match reader {
        Audience::Screen => (" (c)".to_owned(), format!("when :interrupt {row} ends it")),
        Audience::Prompt | Audience::Past => (
            format!(" (connect {row})"),
            format!("when interrupt {row} ends it"),
        ),
        Audience::Log => (String::new(), "when a signal ends it".to_owned()),
    };
    match world.outlook(row) {
        Outlook::WaitsForName => Some(format!("{row} waits for its name to be looked up.")),
        Outlook::MustRetry => Some(format!(
            "{row} has no call to make: only connect() again{again} can help."
        )),
        Outlook::Stuck(call) => Some(format!(
            "{row} is stuck in {call}(): it comes back when the kernel is done, or {ends}."
        )),
        Outlook::HeldBack => Some(format!(
            "{row} is held back: at most {} connects to other machines may be pending.",
            crate::model::world::MAX_REMOTE_PENDING
        )),
        _ => None,
    }
}

/// So many sockets are looked through for a suggestion.
const FIRST: usize = 64;

/// When only waiting is left: what to try.
fn settled(world: &World, reader: Audience) -> Option<String> {
    let open: Vec<&RowState> = world.unsettled().collect();
    let sends_syns = |row: &RowState| {
        row.stage() == Stage::Pending && kernel::tcp_state(row) == Some(TcpState::SynSent)
    };
    if open.len() == world.count() || !open.iter().all(|row| sends_syns(row)) {
        return None;
    }
    // A kernel that waits for an answer on the wire has not settled anything.
    let goes_on = |row: &RowState| {
        let ends = [row.look.client(), row.look.server()];
        ends.iter()
            .filter_map(|end| end.answer())
            .any(|end| end.due_us.is_some())
    };
    if world.present().take(FIRST).any(goes_on) {
        return None;
    }
    let tries = tries(world, &open, reader);
    let rows: Vec<Row> = open.iter().map(|row| row.row).collect();
    let nobody = world.present().all(|row| row.asked().is_none());
    let head = match (open.is_empty(), nobody) {
        (true, true) => "All settled, and nobody is watched.".to_owned(),
        (true, false) => "All settled.".to_owned(),
        _ => format!("All settled but {}.", numbers::in_words(&rows)),
    };
    Some(match reader {
        Audience::Screen => format!("{head} Try:  {}", tries.join("   ")),
        Audience::Prompt | Audience::Past => format!("{head} try: {}.", tries.join(", or ")),
        Audience::Log => head,
    })
}

/// What can be tried, at most three things. They come from the first sockets; nobody looks through thousands for one.
fn tries(world: &World, open: &[&RowState], reader: Audience) -> Vec<String> {
    let first = || world.present().take(FIRST);
    // On the screen a number chooses the socket and the key behind it acts; in the prompt a word does.
    let mut tries: Vec<String> = Vec::new();
    let ask = |row: Row, keys: &str, word: &str| match reader {
        Audience::Screen => format!("{row} {keys}"),
        Audience::Prompt | Audience::Past | Audience::Log => format!("{word} {row}"),
    };
    let waiting = |row: &&RowState| {
        let mask = row.look.poll.answer();
        row.stage() == Stage::Listening && mask.is_some_and(|mask| mask.contains(PollMask::IN))
    };
    let connected = |row: &&RowState| row.stage() == Stage::Connected && !row.current().bad_fd;
    let may_send = |row: &&RowState| {
        let state = kernel::tcp_state(row);
        let shut = !matches!(
            state,
            None | Some(TcpState::Established | TcpState::CloseWait)
        );
        connected(row) && !shut
    };
    if first().any(|row| row.current().bad_fd) {
        tries.push(match reader {
            Audience::Screen => "u probe for the bad number".to_owned(),
            Audience::Prompt | Audience::Past | Audience::Log => "probe".to_owned(),
        });
    }
    if let Some(row) = first().find(waiting) {
        tries.push(ask(row.row, "A accept", "accept"));
    }
    let queued = |row: &&RowState| {
        let queue = row.look.queue.answer();
        row.wire().is_some() && queue.is_some_and(|queue| queue.length > 0)
    };
    if let Some(row) = first().find(queued) {
        tries.push(ask(row.row, "A accept there", "accept"));
    }
    let waits = |row: &&RowState| {
        let mask = row.look.poll.answer();
        row.stage() == Stage::Accepted && mask.is_some_and(|mask| mask.contains(PollMask::IN))
    };
    if let Some(row) = first().find(waits) {
        tries.push(ask(row.row, "v receive", "recv"));
    }
    if let Some(row) = open
        .iter()
        .find(|row| row.peer().as_deref() == Some("pending"))
    {
        tries.push(ask(row.row, "A accept there", "accept"));
    }
    if let Some(row) =
        first().find(|row| row.stage() == Stage::Connected && kernel::error_waits(row))
    {
        tries.push(ask(row.row, "e read its error", "so_error"));
    } else if first().any(|row| connected(&row)) {
        let readable = |row: &&RowState| {
            let mask = row.look.poll.answer();
            connected(row) && mask.is_some_and(|mask| mask.contains(PollMask::IN))
        };
        match first().find(readable) {
            Some(row) => tries.push(ask(row.row, "v receive", "recv")),
            None => tries.extend(first().find(may_send).map(|row| match reader {
                Audience::Screen => format!("{} s send", row.row),
                _ => format!("send {} hello", row.row),
            })),
        }
    }
    if let Some(row) = first().find(|row| row.stage() == Stage::Error && row.fd().is_some()) {
        tries.push(ask(row.row, "e ask again", "so_error"));
        // What was connected once does not connect again: EISCONN.
        if !row.facts().past.happened.contains(Happened::CONNECTED) {
            tries.push(ask(row.row, "c connect again", "connect"));
        }
    }
    tries.push(match reader {
        Audience::Screen => "a add".to_owned(),
        Audience::Prompt | Audience::Past | Audience::Log => "add @open".to_owned(),
    });
    tries.truncate(3);
    tries
}
