//! The NEXT line: what Space will do, from the plan; and what to try when nothing is left to do.

use super::{kernel, numbers};
use crate::pure::ids::Row;
use crate::pure::readiness::PollMask;
use crate::pure::record::TcpState;
use crate::pure::socket::{Stage, Step};
use crate::pure::world::{Outlook, RowState, Scope, World};

/// The call of a step as a reader knows it.
pub fn step_name(step: Step) -> &'static str {
    match step {
        Step::Resolve => "getaddrinfo()",
        Step::Socket => "socket()",
        Step::SetNonblocking => "ioctl(FIONBIO)",
        Step::Connect => "connect()",
        Step::Register => "epoll_ctl(ADD)",
        Step::SoError => "getsockopt(SO_ERROR)",
        Step::Getpeername => "getpeername()",
        Step::Poll => "poll()",
        Step::Recv => "recv()",
        Step::GiveUp => "close()",
    }
}

/// The same in as few words as possible, for a small screen.
pub fn short(world: &World) -> String {
    let groups = groups(world);
    if groups.is_empty() {
        return settled(world).unwrap_or_else(|| "SPACE asks epoll_wait for news.".to_owned());
    }
    let calls: Vec<String> = groups
        .iter()
        .map(|(step, rows)| format!("{} for {}", step_name(*step), numbers::in_words(rows)))
        .collect();
    format!("SPACE asks for news, then {}.", calls.join(", "))
}

/// What Space will do, in one sentence or two.
pub fn sentence(world: &World) -> String {
    if world.present().next().is_none() {
        return "Add a target: press a, then type host:port or @open.".to_owned();
    }
    let groups = groups(world);
    let watched = world.present().any(|row| row.asked().is_some());
    let news = match (watched, world.unsettled().next().is_none()) {
        (false, _) => "SPACE asks for news (nobody is watched yet)",
        (true, _) => "SPACE asks epoll_wait for news",
    };
    if let [(step, rows)] = groups.as_slice()
        && rows.len() > 1
        && rows.len() == world.count()
    {
        return format!(
            "{news}, then calls {} {}.",
            step_name(*step),
            times(rows.len())
        );
    }
    let calls: Vec<String> = groups
        .iter()
        .map(|(step, rows)| format!("{} for {}", step_name(*step), numbers::in_words(rows)))
        .collect();
    if !calls.is_empty() {
        return format!("{news}, then calls {}.", calls.join(", "));
    }
    if let Some(settled) = settled(world) {
        return settled;
    }
    let mut text = format!("{news}. No socket has a call to make yet.");
    if let Some(why) = world.present().find_map(|row| reason(world, row.row)) {
        text = format!("{news}. {why}");
    }
    text
}

fn times(count: usize) -> String {
    match count {
        2 => "twice".to_owned(),
        count => format!("{} times", numbers::count_word(count)),
    }
}

fn groups(world: &World) -> Vec<(Step, Vec<Row>)> {
    let mut groups: Vec<(Step, Vec<Row>)> = Vec::new();
    for (row, step) in world.plan(&[], Scope::All, world.at_us) {
        match groups.iter_mut().find(|(known, _)| *known == step) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((step, vec![row])),
        }
    }
    groups
}

/// Why a row waits for something else than news.
fn reason(world: &World, row: Row) -> Option<String> {
    match world.outlook(row) {
        Outlook::WaitsForName => Some(format!("{row} waits for its name to be looked up.")),
        Outlook::MustRetry => Some(format!(
            "{row} has no call to make: only connect() again (c) can help."
        )),
        Outlook::Stuck(call) => Some(format!(
            "{row} is stuck in {call}(): it comes back when the kernel is done, or when :interrupt {row} ends it."
        )),
        Outlook::HeldBack => Some(format!(
            "{row} is held back: at most {} connects to other machines may be pending.",
            crate::pure::world::MOST_REMOTE_PENDING
        )),
        _ => None,
    }
}

/// So many sockets are looked through for a suggestion.
const FIRST: usize = 64;

/// When only waiting is left: what to try.
fn settled(world: &World) -> Option<String> {
    let open: Vec<&RowState> = world.unsettled().collect();
    let knocks = |row: &RowState| {
        row.stage() == Stage::Pending && kernel::tcp_state(row) == Some(TcpState::SynSent)
    };
    if open.len() == world.count() || !open.iter().all(|row| knocks(row)) {
        return None;
    }
    // Suggestions come from the first sockets; nobody looks through thousands for one.
    let first = || world.present().take(FIRST);
    // A number chooses the socket, the key behind it acts.
    let mut tries = Vec::new();
    let waiting = |row: &&RowState| {
        let mask = row.look.poll.answer();
        row.stage() == Stage::Listening && mask.is_some_and(|mask| mask.contains(PollMask::IN))
    };
    if let Some(row) = first().find(waiting) {
        tries.push(format!("{} A accept", row.row));
    }
    if let Some(row) = open.iter().find(|row| row.peer() == Some("pending")) {
        tries.push(format!("{} A accept there", row.row));
    }
    if let Some(row) =
        first().find(|row| row.stage() == Stage::Connected && kernel::error_waits(row))
    {
        tries.push(format!("{} e read its error", row.row));
    } else if let Some(row) = first().find(|row| row.stage() == Stage::Connected) {
        tries.push(format!("{} v receive", row.row));
    }
    if let Some(row) = first().find(|row| row.stage() == Stage::Error && row.fd().is_some()) {
        tries.push(format!("{} e ask again", row.row));
        tries.push(format!("{} c connect again", row.row));
    }
    tries.push("a add".to_owned());
    tries.truncate(3);
    let rows: Vec<Row> = open.iter().map(|row| row.row).collect();
    let nobody = world.present().all(|row| row.asked().is_none());
    let head = match (open.is_empty(), nobody) {
        (true, true) => "All settled, and nobody is watched.".to_owned(),
        (true, false) => "All settled.".to_owned(),
        _ => format!("All settled but {}.", numbers::in_words(&rows)),
    };
    Some(format!("{head} Try:  {}", tries.join("   ")))
}
