//! WHAT HAPPENED: a record told in a few sentences, most important first. Sockets to which the same happened share a sentence.

use super::calls::Depth;
use super::{calls, errnos, kernel, numbers, packets, recognised};
use crate::pure::call::{By, Call, CallFact, Out};
use crate::pure::clean;
use crate::pure::command::Switch;
use crate::pure::errno::Errno;
use crate::pure::ids::Row;
use crate::pure::notation;
use crate::pure::readiness::{PollMask, Readiness};
use crate::pure::record::{Cause, Change, Event, Record, TcpState};
use crate::pure::socket::{Fact, Mode, Stage};
use crate::pure::world::{RowState, World};

/// Sentences with their weight: on a small screen the heavier ones are read first.
#[derive(Default)]
struct Telling(Vec<(Weight, String)>);

/// How much a sentence matters: the earlier, the more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Failure,
    ToldApart,
    Proof,
    News,
    Call,
    KernelKnows,
}

impl Telling {
    fn say(&mut self, weight: Weight, sentence: String) {
        self.0.push((weight, sentence));
    }
}

/// The sentences for a record, most important first; `world` is the state after it.
pub fn tell(world: &World, record: &Record, depth: Depth) -> Vec<String> {
    if let Some(note) = record.note() {
        return vec![format!("Note: {}", clean::text(note))];
    }
    if record.n == 0 {
        return vec![
            "Nothing has happened yet: there is no socket, and no call was made for your program."
                .to_owned(),
        ];
    }
    let mut telling = Telling::default();
    let several = world.count() > 1;
    events(record, &mut telling);
    for sentence in recognised::tell(world, record) {
        telling.say(Weight::News, sentence);
    }
    program_calls(world, record, several, depth, &mut telling);
    far_calls(world, record, &mut telling);
    impatient(record, &mut telling);
    changes(record, &mut telling);
    wire(world, record, &mut telling);
    told_apart(world, record, &mut telling);
    if several {
        kernel_knows_more(world, record, &mut telling);
    }
    if telling.0.is_empty() {
        return vec![quiet(record, world, depth)];
    }
    telling.0.sort_by_key(|(weight, _)| *weight);
    telling
        .0
        .into_iter()
        .map(|(_, sentence)| sentence)
        .collect()
}

/// The sockets a sentence is about: `1`, `2 and 4`, `All four`, or `It` if there is only one.
fn subject(rows: &[Row], world: &World) -> String {
    match (rows.len(), world.count()) {
        (1, 1) => "It".to_owned(),
        (2, 2) => "Both".to_owned(),
        (some, all) if some == all => format!("All {}", numbers::count_word(some)),
        _ => numbers::in_words(rows),
    }
}

fn events(record: &Record, telling: &mut Telling) {
    let mut groups: Vec<(Readiness, Vec<Row>)> = Vec::new();
    for event in record.events.iter().filter(|event| event.stale.is_none()) {
        match groups
            .iter_mut()
            .find(|(known, _)| notation::letters(*known) == notation::letters(event.readiness))
        {
            Some((_, rows)) => rows.push(event.row),
            None => groups.push((event.readiness, vec![event.row])),
        }
    }
    if groups.is_empty() {
        return;
    }
    let parts: Vec<String> = groups
        .iter()
        .map(|(told, rows)| format!("{} {}", numbers::in_words(rows), words(*told)))
        .collect();
    let told = format!(
        "epoll_wait told: {}. These are hints: where to look, not what happened.",
        parts.join("; ")
    );
    telling.say(Weight::News, told);
    let urgent = |(told, _): &(Readiness, Vec<Row>)| {
        told.contains(Readiness::PRIORITY | Readiness::READABLE)
    };
    if groups.iter().any(urgent) {
        telling.say(
            Weight::Call,
            "mio calls urgent data readable too; poll's IN tells whether ordinary data is there."
                .to_owned(),
        );
    }
}

fn words(readiness: Readiness) -> String {
    let names: Vec<&str> = [
        (Readiness::READABLE, "readable"),
        (Readiness::WRITABLE, "writable"),
        (Readiness::ERROR, "error"),
        (Readiness::PRIORITY, "urgent data"),
    ]
    .into_iter()
    .filter(|(flag, _)| readiness.contains(*flag))
    .map(|(_, name)| name)
    .collect();
    match names.as_slice() {
        [] => "hang-up".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn program_calls(
    world: &World,
    record: &Record,
    several: bool,
    depth: Depth,
    telling: &mut Telling,
) {
    let mut groups: Vec<(Weight, String, Vec<Row>)> = Vec::new();
    for fact in record
        .calls
        .iter()
        .filter(|fact| matches!(fact.by, By::Program | By::Library))
    {
        let Some(row) = fact.row else { continue };
        let text = match calls::deeper(fact, false, true, depth) {
            Some(deeper) => deeper.to_owned(),
            None => sentence(world, row, fact),
        };
        match groups.iter_mut().find(|(_, known, _)| *known == text) {
            Some((_, _, rows)) => rows.push(row),
            None => groups.push((weight(record, row), text, vec![row])),
        }
    }
    for (weight, text, rows) in groups {
        let who = subject(&rows, world);
        let is = if rows.len() == 1 { "is" } else { "are" };
        telling.say(
            weight,
            if text.contains("{who}") {
                text.replace("{who}", &who).replace("{is}", is)
            } else if several {
                format!("{who}: {text}")
            } else {
                capital(&text)
            },
        );
    }
}

fn capital(text: &str) -> String {
    // The name of a call is written as it is.
    if text
        .split(' ')
        .next()
        .is_some_and(|word| word.contains("()"))
    {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn weight(record: &Record, row: Row) -> Weight {
    let entered = |stage| {
        record
            .stages
            .iter()
            .any(|change| change.row == row && change.stage == stage)
    };
    if entered(Stage::Error) {
        Weight::Failure
    } else if entered(Stage::Connected) {
        Weight::Proof
    } else {
        Weight::Call
    }
}

fn sentence(world: &World, row: Row, fact: &CallFact) -> String {
    let text = calls::find(fact, false, true);
    let errno = fact.outcome.as_ref().and_then(|outcome| outcome.errno);
    if let Some(special) = world
        .row(row)
        .and_then(|state| by_stage(world, state, fact))
    {
        return special.to_owned();
    }
    if let (Call::Recv { .. }, Some(Out::Bytes(bytes))) = (
        &fact.call,
        fact.outcome
            .as_ref()
            .and_then(|outcome| outcome.out.as_ref()),
    ) && !bytes.is_empty()
    {
        let s = if bytes.len() == 1 { "" } else { "s" };
        return format!(
            "recv() took {} byte{s} out of the receive buffer: {}",
            bytes.len(),
            clean::excerpt(bytes, 60)
        );
    }
    if let Some(Out::Addrs(addrs)) = fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref())
    {
        let list: Vec<String> = addrs.iter().map(ToString::to_string).collect();
        let (s, order) = if addrs.len() == 1 {
            ("", "")
        } else {
            ("es", " They are tried in this order.")
        };
        return format!(
            "the name has {} address{s}: {}.{order}",
            addrs.len(),
            list.join(", ")
        );
    }
    if let Some(Out::Eai(eai)) = fact
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.out.as_ref())
    {
        let meaning = errnos::find(eai.name()).map_or("", |text| text.meaning.as_str());
        return format!("no address: {}. {}", eai.name(), first_sentence(meaning));
    }
    match errno.filter(|_| calls::is_general(fact, text)) {
        Some(errno) => {
            let meaning = errnos::find(&errno.name()).map_or("", |text| text.meaning.as_str());
            format!(
                "{} gave {errno}. {}",
                call_name(&fact.call),
                first_sentence(meaning)
            )
        }
        None => text.long.clone(),
    }
}

/// Outcomes that mean something else in another stage.
fn by_stage(world: &World, state: &RowState, fact: &CallFact) -> Option<&'static str> {
    let outcome = fact.outcome.as_ref()?;
    let known = &state.current().fact;
    Some(match (&fact.call, outcome.errno, &outcome.out) {
        (Call::Connect { .. }, None, _) if state.mode == Mode::Blocking => {
            "connect() came back with 0: it waited inside the call until the connection was there."
        }
        (Call::Connect { .. }, None, _) if *known == Some(Fact::ConnectedBefore) => {
            "connect() again returned 0: the attempt before is through, and this tells it once. The next one says EISCONN."
        }
        (Call::SoError { .. }, None, Some(Out::SoError(None))) => match state.stage() {
            Stage::Pending | Stage::ConnectAttempted if *known != Some(Fact::SoErrorZero) => {
                "SO_ERROR was 0: no error so far. The attempt still runs, so zero is not yes."
            }
            Stage::Error => "SO_ERROR was 0: the error was read before, and reading emptied it.",
            Stage::Connected => "SO_ERROR was 0: no error waits on this connection.",
            Stage::Created | Stage::NonBlocking => {
                "SO_ERROR was 0: nothing was tried yet, so nothing has failed."
            }
            _ => return None,
        },
        (Call::Send { .. }, Some(Errno::EAGAIN), _) if state.stage().is_under_way() => {
            "EAGAIN: it is not connected yet, so nothing can be sent. Nothing was lost."
        }
        (Call::Recv { .. }, Some(Errno::EAGAIN), _) if state.stage().is_under_way() => {
            "EAGAIN: it is not connected yet, so nothing can be read."
        }
        (Call::Getpeername { .. }, Some(Errno::ENOTCONN), _) => match state.stage() {
            Stage::Pending if *known == Some(Fact::Phantom) && state.marks.fact == world.n => {
                return None;
            }
            Stage::Pending | Stage::Writable | Stage::ConnectAttempted => {
                "ENOTCONN: there is no other end yet; the attempt still runs."
            }
            _ => "ENOTCONN: there is no other end.",
        },
        _ => return None,
    })
}

fn call_name(call: &Call) -> String {
    format!("{}()", call.name())
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

fn far_calls(world: &World, record: &Record, telling: &mut Telling) {
    if !matches!(&record.cause, Cause::Command(words) if words.starts_with("accept")) {
        return;
    }
    for fact in record.calls.iter().filter(|fact| fact.by == By::Peer) {
        telling.say(Weight::Call, calls::find(fact, false, true).long.clone());
        let (Some(row), Some(outcome)) = (fact.row.and_then(|row| world.row(row)), &fact.outcome)
        else {
            continue;
        };
        let Some(Out::Addr(from)) = &outcome.out else {
            continue;
        };
        if !row.is_at(from) {
            telling.say(
                Weight::Call,
                "It was one of the lab's own, which had filled the queue.".to_owned(),
            );
        }
        if kernel::tcp_state(row) == Some(TcpState::SynSent) {
            let number = row.row;
            telling.say(Weight::Call, format!("A place is free now: the kernel of {number} tries again with its next SYN, by itself."));
        }
    }
}

/// Options that this kernel lacks: without them a packet cannot be held as long, or its answer comes late.
fn impatient(record: &Record, telling: &mut Telling) {
    let mut said: Vec<&str> = Vec::new();
    for fact in record.calls.iter().filter(|fact| fact.by == By::Lab) {
        let failed = fact
            .outcome
            .as_ref()
            .is_some_and(|outcome| outcome.errno.is_some());
        let text = &calls::find(fact, false, true).long;
        if matches!(fact.call, Call::SetOption { .. }) && failed && !said.contains(&text.as_str()) {
            said.push(text);
            telling.say(Weight::Call, text.clone());
        }
    }
}

/// What happened to packets of the wire; of many, the last few.
fn wire(world: &World, record: &Record, telling: &mut Telling) {
    const MOST: usize = 4;
    let skip = record.packets.len().saturating_sub(MOST);
    for fact in &record.packets[skip..] {
        let Some(entry) = world.wire.get(fact.change.number) else {
            continue;
        };
        telling.say(Weight::Call, packets::sentence(&fact.change.what, entry));
    }
}

fn changes(record: &Record, telling: &mut Telling) {
    let mut added = Vec::new();
    for change in &record.changes {
        match change {
            Change::Added { row, .. } => added.push(*row),
            Change::Removed { row } => telling.say(
                Weight::Call,
                format!("{row} is gone, and its descriptors are closed."),
            ),
            Change::Restarted { row } => {
                telling.say(Weight::Call, format!("{row} begins again: its old descriptors are closed, the next tick makes a new socket."));
            }
            Change::Appeared { row, target, .. } => telling.say(
                Weight::Call,
                format!("{row} stands in the list now: {target}."),
            ),
            Change::Hand {
                row,
                switch: Switch::On,
            } => telling.say(
                Weight::Call,
                format!(
                    "The far end of {row} is in your hand: it does nothing but what you ask. The next tick registers it."
                ),
            ),
            Change::Hand { row, .. } => telling.say(
                Weight::Call,
                format!("The lab plays the far end of {row} again."),
            ),
            Change::Deadline { row, at_us: None } => {
                telling.say(Weight::Call, format!("{row} has no deadline any more."));
            }
            Change::Deadline { row, .. } => telling.say(
                Weight::Call,
                format!(
                    "{row} has a deadline: the first tick after it closes the socket, if it is not connected by then. The kernel knows nothing of it."
                ),
            ),
            Change::Autodrain(Switch::On) => telling.say(
                Weight::Call,
                "From now on a tick reads from a socket that was told to be readable, one recv() a tick, until EAGAIN.".to_owned(),
            ),
            Change::Autodrain(Switch::Off) => telling.say(
                Weight::Call,
                "No tick reads by itself any more.".to_owned(),
            ),
            Change::Interest { row, interest } => {
                telling.say(
                    Weight::Call,
                    format!(
                        "{row} will be watched for {} when it is registered.",
                        interest.words()
                    ),
                );
            }
        }
    }
    if !added.is_empty() && record.n > 0 {
        let is = if added.len() == 1 { "is" } else { "are" };
        telling.say(
            Weight::Call,
            format!(
                "{} {is} new: no socket yet, and no call was made.",
                numbers::in_words(&added)
            ),
        );
    }
}

/// The second great moment: two failures that the lists could not tell apart.
fn told_apart(world: &World, record: &Record, telling: &mut Telling) {
    let failed: Vec<&RowState> = record
        .stages
        .iter()
        .filter(|change| change.stage == Stage::Error)
        .filter_map(|change| world.row(change.row))
        .filter(|row| {
            record
                .calls
                .iter()
                .any(|fact| fact.row == Some(row.row) && matches!(fact.call, Call::SoError { .. }))
        })
        .collect();
    let [first, rest @ ..] = failed.as_slice() else {
        return;
    };
    let differs = rest
        .iter()
        .any(|row| row.current().failure != first.current().failure);
    let same_lists = rest
        .iter()
        .all(|row| row.look_before.poll == first.look_before.poll);
    if differs && same_lists {
        telling.say(
            Weight::ToldApart,
            "Both were in the SAME lists; only SO_ERROR told them apart, and is empty now."
                .to_owned(),
        );
    }
}

/// The first great moment: to the program they look the same, the kernel knows more.
fn kernel_knows_more(world: &World, record: &Record, telling: &mut Telling) {
    let fresh: Vec<Row> = record
        .stages
        .iter()
        .filter(|change| change.stage == Stage::Pending)
        .map(|c| c.row)
        .collect();
    let rows: Vec<&RowState> = fresh.iter().filter_map(|row| world.row(*row)).collect();
    let of = |wanted: &dyn Fn(&RowState) -> bool| -> Vec<Row> {
        rows.iter()
            .filter(|row| wanted(row))
            .map(|row| row.row)
            .collect()
    };
    let through = of(&|row| kernel::tcp_state(row) == Some(TcpState::Established));
    let failed = of(&|row| kernel::tcp_state(row) == Some(TcpState::Close));
    let knocking = of(&|row| kernel::tcp_state(row) == Some(TcpState::SynSent));
    let kinds = [&through, &failed, &knocking]
        .iter()
        .filter(|rows| !rows.is_empty())
        .count();
    if kinds < 2 {
        return;
    }
    let verb = |rows: &[Row], one: &str, many: &str| {
        if rows.len() == 1 {
            one.to_owned()
        } else {
            many.to_owned()
        }
    };
    let mut parts = Vec::new();
    if !through.is_empty() {
        parts.push(format!(
            "{} {} through",
            numbers::in_words(&through),
            verb(&through, "is", "are")
        ));
    }
    if !failed.is_empty() {
        parts.push(format!(
            "{} {} failed",
            numbers::in_words(&failed),
            verb(&failed, "has", "have")
        ));
    }
    if !knocking.is_empty() {
        parts.push(format!(
            "{} still {}",
            numbers::in_words(&knocking),
            verb(&knocking, "knocks", "knock")
        ));
    }
    telling.say(
        Weight::KernelKnows,
        format!(
            "To your program they look the same: pending. The kernel knows more: {}.",
            parts.join(", ")
        ),
    );
}

fn quiet(record: &Record, world: &World, depth: Depth) -> String {
    let changed: Vec<Row> = record.looks.iter().map(|(row, _)| *row).collect();
    if record.cause == Cause::Command("look".to_owned()) {
        return if changed.is_empty() {
            "Looked again: nothing is different. No call was made for your program.".to_owned()
        } else {
            format!(
                "Looked again: the kernel's facts differ for {}. No call was made for your program.",
                numbers::in_words(&changed)
            )
        };
    }
    if let Cause::Command(words) = &record.cause {
        let first = words.split(' ').next().unwrap_or("");
        match first {
            "reset" => return "SO_LINGER 0, then close(): what was not sent is thrown away, and the other end is told with RST.".to_owned(),
            "hold" | "pass" => return format!("On the wire, for packets that appear from now on: {}.", clean::text(words)),
            "capacity" => return format!("From now on one poll can tell so many events: {}.", clean::text(words)),
            _ => {}
        }
    }
    if let Some(again) = still_true(world, record).filter(|_| depth != Depth::Kernel) {
        return again;
    }
    let Some(fact) = record.calls.first() else {
        return "Nothing happened.".to_owned();
    };
    let watched = world.present().any(|row| row.asked().is_some());
    let told = told(&record.events);
    calls::deeper(fact, told, watched, depth)
        .unwrap_or(&calls::find(fact, told, watched).long)
        .to_owned()
}

/// The edge trap: true now, but nothing new.
fn still_true(world: &World, record: &Record) -> Option<String> {
    record.tick?;
    let readable = |row: &&RowState| {
        row.stage() == Stage::Connected
            && row.asked().is_some()
            && row
                .look
                .poll
                .answer()
                .is_some_and(|mask| mask.contains(PollMask::IN))
    };
    let rows: Vec<Row> = world
        .present()
        .filter(readable)
        .map(|row| row.row)
        .collect();
    let is = if rows.len() == 1 { "is" } else { "are" };
    (!rows.is_empty()).then(|| {
        format!(
            "No news, and yet {} {is} readable: without a new event an edge is not repeated. poll and select would tell it.",
            numbers::in_words(&rows)
        )
    })
}

fn told(events: &[Event]) -> bool {
    !events.is_empty()
}
