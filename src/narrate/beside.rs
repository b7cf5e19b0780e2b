//! Two recordings side by side: what each says of the same step, fact by fact. Times, descriptors and ports are left out, since they
//! differ in every run; what is left and differs is worth a question.

use crate::derive::kinds::{KINDS, Kind};
use crate::derive::lists::{self, Cell};
use crate::language::title;
use crate::model::addr::Addr;
use crate::model::call::{By, Call, CallFact, Out};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::record::{Cause, Change, Record, Witness};
use crate::model::world::World;
use crate::words::numbers;
use std::collections::BTreeMap;

/// So wide a list of numbers may be.
const NUMBERS: usize = 40;

/// One thing that can be said of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about: `socket 2 connect()`.
    pub subject: String,
    /// What is said: `EINPROGRESS`.
    pub value: String,
}

/// What the two recordings say of one thing; `None` if one says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What it is about.
    pub subject: String,
    /// What the first says.
    pub a: Option<String>,
    /// What the second says.
    pub b: Option<String>,
}

impl Pair {
    /// Whether they say different things.
    pub fn differs(&self) -> bool {
        self.a != self.b
    }
}

/// The same step of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Both {
    /// The record's number.
    pub n: u64,
    /// What was done; if the two differ here, that of the first that has one.
    pub title: String,
    /// Fact by fact.
    pub pairs: Vec<Pair>,
}

impl Both {
    /// Whether anything differs.
    pub fn differs(&self) -> bool {
        self.pairs.iter().any(Pair::differs)
    }
}

/// Both recordings, step by step, until the longer one ends.
pub fn all(a: &[Record], b: &[Record]) -> Vec<Both> {
    let (mut world_a, mut world_b) = (World::default(), World::default());
    let mut steps = Vec::new();
    for index in 0..a.len().max(b.len()) {
        let said = |record: Option<&Record>, world: &mut World| {
            record.map(|record| {
                world.apply(record);
                facts(world, record)
            })
        };
        let (one, other) = (a.get(index), b.get(index));
        let pairs = pair(said(one, &mut world_a), said(other, &mut world_b));
        let title = one.or(other).map(title).unwrap_or_default();
        steps.push(Both {
            n: index as u64,
            title,
            pairs,
        });
    }
    steps
}

/// `tick 4`, the words of a command, or `an answer`.
fn title(record: &Record) -> String {
    match record.cause {
        Cause::Answer if record.tick.is_none() => "an answer".to_owned(),
        _ => title::when(record, 60),
    }
}

/// Puts together what is about the same thing, in the order of the first.
fn pair(a: Option<Vec<Fact>>, b: Option<Vec<Fact>>) -> Vec<Pair> {
    let missing = |side: &str| Pair {
        subject: "the recording".to_owned(),
        a: Some(if side == "a" { "has ended" } else { "goes on" }.to_owned()),
        b: Some(if side == "b" { "has ended" } else { "goes on" }.to_owned()),
    };
    let mut pairs = match (&a, &b) {
        (None, _) => vec![missing("a")],
        (_, None) => vec![missing("b")],
        _ => Vec::new(),
    };
    let mut left: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let b = b.unwrap_or_default();
    for fact in b.iter().rev() {
        left.entry(fact.subject.clone())
            .or_default()
            .push(fact.value.clone());
    }
    for fact in a.unwrap_or_default() {
        pairs.push(Pair {
            b: left.get_mut(&fact.subject).and_then(Vec::pop),
            subject: fact.subject,
            a: Some(fact.value),
        });
    }
    // What only the second says, in its own order.
    for fact in b {
        if let Some(value) = left.get_mut(&fact.subject).and_then(Vec::pop) {
            pairs.push(Pair {
                subject: fact.subject,
                a: None,
                b: Some(value),
            });
        }
    }
    pairs
}

fn facts(world: &World, record: &Record) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut say = |subject: String, value: String| facts.push(Fact { subject, value });
    let what = match &record.cause {
        Cause::Answer => "an answer came".to_owned(),
        Cause::Command(Command::Add(_)) => "add".to_owned(),
        Cause::Command(_) if record.n == 0 => "add".to_owned(),
        Cause::Command(command) => command.to_string(),
        Cause::Unknown(words) => words.clone(),
    };
    say("cause".to_owned(), what);
    for change in &record.changes {
        let (row, value) = said_of_change(change);
        let subject = row.map_or_else(|| "session".to_owned(), |row| format!("socket {row}"));
        say(subject, value);
    }
    for event in record.events.iter().filter(|event| event.stale.is_none()) {
        let told = notation::letters(event.readiness);
        say(format!("socket {} epoll_wait told", event.row), told);
    }
    for fact in &record.calls {
        if !matches!(fact.by, By::Program | By::Library)
            || matches!(fact.call, Call::EpollWait { .. })
        {
            continue;
        }
        if let Some(value) = came_back(fact) {
            let who = fact
                .row
                .map_or_else(String::new, |row| format!("socket {row} "));
            say(format!("{who}{}()", fact.call.name()), value);
        }
    }
    for change in &record.stages {
        let failure = change
            .failure
            .map_or_else(String::new, |failure| format!(" {}", failure.name()));
        let value = format!("{}{failure}", change.stage.word());
        say(format!("socket {} stage", change.row), value);
    }
    // The looks are compared as lists and states, whether or not they are news in this record.
    if record.looked {
        for (subject, value) in lists(world) {
            say(subject, value);
        }
        for row in world.present().filter(|row| row.fd().is_some()) {
            if let Witness::Says(tcp) = row.look.tcp {
                say(
                    format!("socket {} kernel TCP", row.row),
                    tcp.state.name().to_owned(),
                );
            }
        }
    }
    facts
}

fn said_of_change(change: &Change) -> (Option<Row>, String) {
    match change {
        Change::Added {
            row,
            target,
            addresses,
            ..
        } => {
            let place = match (target.place.name(), addresses.first()) {
                _ if target.place.is_lab() => target.text.clone(),
                (Some((host, _)), _) => host.to_owned(),
                (None, Some(addr)) => without_port(addr),
                (None, None) => target.text.clone(),
            };
            (Some(*row), format!("added, {place}"))
        }
        Change::Appeared { row, target, .. } => (Some(*row), format!("appeared, {target}")),
        Change::Hand { row, switch } => (Some(*row), format!("far end by hand {}", switch.word())),
        Change::Deadline { row, at_us } => {
            let word = if at_us.is_some() { "set" } else { "off" };
            (Some(*row), format!("deadline {word}"))
        }
        Change::Autodrain(switch) => (None, format!("autodrain {}", switch.word())),
        Change::Removed { row } => (Some(*row), "removed".to_owned()),
        Change::Restarted { row } => (Some(*row), "begins again".to_owned()),
        Change::Interest { row, interest } => {
            (Some(*row), format!("watched for {}", interest.letters()))
        }
    }
}

/// What a call returned and wrote back. `None` while it runs.
fn came_back(fact: &CallFact) -> Option<String> {
    let outcome = fact.outcome.as_ref()?;
    if let Some(errno) = outcome.errno {
        return Some(errno.name().into_owned());
    }
    Some(match (&fact.call, &outcome.out) {
        (_, Some(Out::SoError(None))) => "0".to_owned(),
        (_, Some(Out::SoError(Some(errno)))) => errno.name().into_owned(),
        (_, Some(Out::Addr(addr))) => without_port(addr),
        (_, Some(Out::Addrs(addrs))) => {
            let list: Vec<String> = addrs.iter().map(without_port).collect();
            list.join(" ")
        }
        (_, Some(Out::Eai(eai))) => eai.name().to_owned(),
        (_, Some(Out::Bytes(bytes))) => {
            format!("{} {}", outcome.ret, clean::excerpt(bytes, 60))
        }
        // The number that socket() and accept() return is a descriptor.
        (Call::Socket { .. } | Call::Accept { .. }, None) => "a descriptor".to_owned(),
        _ => outcome.ret.to_string(),
    })
}

fn without_port(addr: &Addr) -> String {
    match addr {
        Addr::V4(v4) => v4.ip().to_string(),
        Addr::V6(v6) => v6.ip().to_string(),
        unix => unix.to_string(),
    }
}

/// Which watched sockets are ready for what was asked, by each witness.
fn lists(world: &World) -> impl Iterator<Item = (String, String)> {
    let line = |kind: &Kind, by: &str, cell: Cell| {
        let subject = format!("{} ({by})", kind.name);
        (subject, numbers::fitted(&cell.now, NUMBERS))
    };
    let by_poll = KINDS[..3]
        .iter()
        .map(move |kind| line(kind, "poll", lists::poll(world, kind)));
    let by_select = KINDS[..2]
        .iter()
        .filter_map(move |kind| Some(line(kind, "select", lists::select(world, kind)?)));
    by_poll.chain(by_select)
}
