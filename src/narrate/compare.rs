//! Two recordings side by side: what each says of the same step, fact by fact. Times, descriptors and ports are left out, since they
//! differ in every run; what is left and differs is worth a question.

mod facts;
mod packets;

use crate::language::title;
use crate::model::record::{Cause, Record};
use crate::model::world::World;
use facts::facts;
use std::collections::BTreeMap;

/// One thing that can be said of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFact {
    /// What it is about: `socket 2 connect()`.
    pub subject: String,
    /// What is said: `EINPROGRESS`.
    pub value: String,
}

/// What the two recordings say of one thing; `None` if one says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactPair {
    /// What it is about.
    pub subject: String,
    /// What the first says.
    pub a: Option<String>,
    /// What the second says.
    pub b: Option<String>,
}

impl FactPair {
    /// Whether they say different things.
    pub fn differs(&self) -> bool {
        self.a != self.b
    }
}

/// The same step of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPair {
    /// The record's number.
    pub n: u64,
    /// What was done; if the two differ here, that of the first that has one.
    pub title: String,
    /// Fact by fact.
    pub pairs: Vec<FactPair>,
}

impl StepPair {
    /// Whether anything differs.
    pub fn differs(&self) -> bool {
        self.pairs.iter().any(FactPair::differs)
    }
}

/// Both recordings, step by step, until the longer one ends.
pub fn all(a: &[Record], b: &[Record]) -> Vec<StepPair> {
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
        steps.push(StepPair {
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
fn pair(a: Option<Vec<StepFact>>, b: Option<Vec<StepFact>>) -> Vec<FactPair> {
    let missing = |side: &str| FactPair {
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
        pairs.push(FactPair {
            b: left.get_mut(&fact.subject).and_then(Vec::pop),
            subject: fact.subject,
            a: Some(fact.value),
        });
    }
    // What only the second says, in its own order.
    for fact in b {
        if let Some(value) = left.get_mut(&fact.subject).and_then(Vec::pop) {
            pairs.push(FactPair {
                subject: fact.subject,
                a: None,
                b: Some(value),
            });
        }
    }
    pairs
}
