//! What is said of one step of a recording: everything in it that does not differ in every run. A field that is added does not compile
//! until somebody has thought about whether it is compared.

use super::StepFact;
use super::packets::describe_packet;
use crate::derive::kinds::{KINDS, ReadinessKind};
use crate::derive::lists::{self, Cell};
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, Out, Outcome};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::readiness::Interest;
use crate::model::record::{
    AcceptQueue, Answer, Cause, Change, Event, Look, Record, StageChange, WireEnds,
};
use crate::model::socket::Mode;
use crate::model::world::{RowState, World};
use crate::words::{self, numbers};

/// So wide a list of numbers may be.
const NUMBERS: usize = 40;

/// Every fact of a record, after which the world is as it is given.
pub(super) fn facts(world: &World, record: &Record) -> Vec<StepFact> {
    let Record {
        n,
        // Causes tell which records are ticks, and so their count.
        tick: _,
        cause,
        at_us: _,
        changes,
        calls,
        events,
        rules,
        packets,
        tasks: _,
        said,
        // They are compared as lists and states, whether or not they are new in this record.
        looks: _,
        looked,
        stages,
        unknown,
    } = record;
    let mut facts = Vec::new();
    let mut add = |subject: String, value: String| facts.push(StepFact { subject, value });
    add("cause".to_owned(), describe_cause(*n, cause));
    for change in changes {
        let (row, value) = describe_change(change);
        let subject = row.map_or_else(|| "session".to_owned(), |row| format!("socket {row}"));
        add(subject, value);
    }
    for event in events {
        let (subject, value) = describe_event(event);
        add(subject, value);
    }
    for fact in calls {
        if let Some((subject, value)) = describe_call(fact) {
            add(subject, value);
        }
    }
    for rule in rules {
        add("rule".to_owned(), Command::Rule(*rule).to_string());
    }
    for packet in packets {
        let (subject, value) = describe_packet(packet);
        add(subject, value);
    }
    for StageChange {
        row,
        target: _,
        stage,
        failure,
    } in stages
    {
        let failure = failure.map_or_else(String::new, |failure| format!(" {}", failure.name()));
        add(
            format!("socket {row} stage"),
            format!("{}{failure}", stage.word()),
        );
    }
    for said in said {
        add(
            format!("process {} says", said.process),
            clean::excerpt(&said.bytes, 60),
        );
    }
    for unknown in unknown {
        add(words::unknown::LABEL.to_owned(), unknown.shown.clone());
    }
    if *looked {
        for (subject, value) in lists(world) {
            add(subject, value);
        }
        for row in world.present() {
            for (what, value) in describe_look(row) {
                add(format!("socket {} {what}", row.row), value);
            }
        }
    }
    facts
}

fn describe_cause(n: u64, cause: &Cause) -> String {
    match cause {
        Cause::Answer => "an answer came".to_owned(),
        Cause::Program => "the program went on".to_owned(),
        Cause::Step(task) => format!("step {task}"),
        Cause::Command(Command::Add(_)) => "add".to_owned(),
        Cause::Command(_) if n == 0 => "add".to_owned(),
        Cause::Command(command) => command.to_string(),
        Cause::Unknown(words) => words.clone(),
    }
}

fn describe_change(change: &Change) -> (Option<Row>, String) {
    match change {
        Change::Added {
            row,
            target,
            addresses,
            interest,
            mode,
        } => {
            let place = match (target.place.name(), addresses.first()) {
                _ if target.place.is_lab() => target.text.to_string(),
                (Some((host, _)), _) => host.to_owned(),
                (None, Some(addr)) => without_port(addr),
                (None, None) => target.text.to_string(),
            };
            // What is usual is not told.
            let mode = match mode {
                Mode::NonBlocking => String::new(),
                mode => format!(", {}", mode.words()),
            };
            let watched = match interest {
                usual if *usual == Interest::default() => String::new(),
                other => format!(", watched for {}", other.letters()),
            };
            (Some(*row), format!("added, {place}{mode}{watched}"))
        }
        Change::Appeared {
            row,
            target,
            // What it is called tells which end it is, and its stage is a fact of its own.
            role: _,
            fd: _,
            stage: _,
            addr: _,
            interest,
            // The call that gave it says so.
            mode: _,
        } => {
            let watched = match interest {
                usual if *usual == Interest::default() => String::new(),
                other => format!(", watched for {}", other.letters()),
            };
            (Some(*row), format!("appeared, {target}{watched}"))
        }
        Change::Mode { row, mode } => (Some(*row), mode.words()),
        Change::ByHand { row, switch } => (Some(*row), format!("peer by hand {}", switch.word())),
        Change::Deadline { row, at_us } => {
            let word = if at_us.is_some() { "set" } else { "off" };
            (Some(*row), format!("deadline {word}"))
        }
        Change::Race { row, delay } => {
            let word = delay.map_or("off".to_owned(), |delay| {
                format!("{} ms", delay.as_millis())
            });
            (Some(*row), format!("race {word}"))
        }
        Change::Races { row, of } => (Some(*row), format!("races for {of}")),
        Change::Due { row, at_us: _ } => (Some(*row), "its turn is known".to_owned()),
        Change::Autodrain(switch) => (None, format!("autodrain {}", switch.word())),
        Change::Removed { row } => (Some(*row), "removed".to_owned()),
        Change::Restarted { row } => (Some(*row), "begins again".to_owned()),
        Change::Interest { row, interest } => {
            (Some(*row), format!("watched for {}", interest.letters()))
        }
        Change::Named {
            row,
            target: _,
            addr,
        } => (Some(*row), format!("leads to {}", without_port(addr))),
        Change::Asked {
            row,
            interest: None,
        } => (Some(*row), "not watched".to_owned()),
        Change::Asked {
            row,
            interest: Some(interest),
        } => (Some(*row), format!("watched for {}", interest.letters())),
        // Descriptors differ in every run; how many there are does not.
        Change::Names { row, names } => (Some(*row), format!("{} names", names.len())),
    }
}

fn describe_event(event: &Event) -> (String, String) {
    let Event {
        row,
        stale,
        readiness,
    } = event;
    let nobody = match stale {
        // Which attempt it was is a count, as descriptors are.
        Some(_) => " of an attempt that is over",
        None => "",
    };
    (
        format!("socket {row} epoll_wait reported{nobody}"),
        notation::letters(*readiness),
    )
}

fn describe_call(fact: &CallFact) -> Option<(String, String)> {
    let CallFact {
        row,
        id: _,
        call,
        by,
        outcome,
        woken: _,
        made: _,
    } = fact;
    let is_compared = match by {
        CalledBy::Program | CalledBy::Library => !matches!(call, Call::EpollWait { .. }),
        // What the peer does comes when it comes.
        CalledBy::Peer | CalledBy::Lab => false,
    };
    let value = outcome
        .as_ref()
        .filter(|_| is_compared)
        .map(|outcome| describe_outcome(call, outcome))?;
    let who = row.map_or_else(String::new, |row| format!("socket {row} "));
    Some((format!("{who}{}()", call.name()), value))
}

/// What a call returned and wrote back.
fn describe_outcome(call: &Call, outcome: &Outcome) -> String {
    let Outcome { ret, errno, out } = outcome;
    if let Some(errno) = errno {
        return errno.name().into_owned();
    }
    match out {
        Some(Out::SoError(None)) => "0".to_owned(),
        Some(Out::SoError(Some(errno))) => errno.name().into_owned(),
        Some(Out::Addr(addr)) => without_port(addr),
        Some(Out::Addrs(addrs)) => {
            let list: Vec<String> = addrs.iter().map(without_port).collect();
            list.join(" ")
        }
        Some(Out::Eai(eai)) => eai.name().to_owned(),
        Some(Out::Bytes(bytes)) => format!("{ret} {}", clean::excerpt(bytes, 60)),
        Some(Out::Sets(_)) => ret.to_string(),
        Some(Out::Fds(..)) => "two descriptors".to_owned(),
        // The number that socket(), accept() and dup() return is a descriptor.
        None if matches!(
            call,
            Call::Socket { .. } | Call::Accept { .. } | Call::Dup { .. }
        ) =>
        {
            "a descriptor".to_owned()
        }
        None => ret.to_string(),
    }
}

/// The states that the looks gave, without times and counts of times.
fn describe_look(row: &RowState) -> Vec<(&'static str, String)> {
    let Look {
        // They are told as lists.
        poll: _,
        epoll: _,
        select: _,
        tcp,
        queue,
        ends,
        // How much there is to read stands among the lists.
        file: _,
        // Its port differs in every run.
        local: _,
        // Who has a number is chance.
        strangers: _,
    } = &row.look;
    let mut said = Vec::new();
    if let (Answer::Says(tcp), Some(_)) = (tcp, row.fd()) {
        said.push(("kernel TCP", tcp.state.name().to_owned()));
    }
    if let Answer::Says(AcceptQueue { length, limit }) = queue {
        said.push(("accept queue", format!("{length} of {limit}")));
    }
    if let Some(WireEnds { client, server }) = ends.as_deref() {
        for (what, end) in [("client's kernel", client), ("server's kernel", server)] {
            match end {
                Answer::Says(end) => said.push((what, end.state.name().to_owned())),
                Answer::NoAnswer | Answer::BadDescriptor => {
                    said.push((what, "knows nothing of it".to_owned()));
                }
                Answer::NotAsked => {}
            }
        }
    }
    said
}

fn without_port(addr: &Addr) -> String {
    match addr {
        Addr::V4(v4) => v4.ip().to_string(),
        Addr::V6(v6) => v6.ip().to_string(),
        unix => unix.to_string(),
    }
}

fn lists(world: &World) -> impl Iterator<Item = (String, String)> {
    let line = |kind: &ReadinessKind, by: &str, cell: Cell| {
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
