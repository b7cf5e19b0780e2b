//! Claims that must hold one after the other while records come: homework's goals, and what came nearest to them.

use super::claim::SaidSentence;
use super::claim::pattern::{Conjunction, RowBinding, RowVariable};
use crate::model::ids::Row;
use crate::model::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many rows can stand for a variable; a session with more is matched by its first ones.
pub const MAX_MATCHED_ROWS: usize = 256;

/// That all lines held, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchFound {
    /// The rows that the variables stood for.
    pub binding: RowBinding,
    /// The number of the record after which the last line held, and its tick.
    pub at: (u64, u64),
}

/// What came nearest to a line that never held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// Which line, from 0.
    pub step: usize,
    /// How many of its claims held.
    held: usize,
    /// What is so instead says something.
    tells: bool,
    /// The row.
    pub row: Option<Row>,
    /// What was claimed of it.
    pub claim: String,
    /// What was so instead.
    pub instead: String,
    /// In which tick.
    pub tick: u64,
}

/// Lines of claims, and how far they have come true.
#[derive(Clone, Debug)]
pub struct Matcher {
    steps: Arc<[Conjunction]>,
    /// How many lines have held for these rows; those that are not here: none.
    begun: BTreeMap<RowBinding, usize>,
    found: Option<MatchFound>,
    nearest: Option<NearMiss>,
}

/// What is known of each claim of each line after one record, asked at most once for each row.
struct Truths<'a> {
    world: &'a World,
    said: &'a dyn Fn() -> Vec<SaidSentence>,
    known: BTreeMap<(usize, usize, Row), Result<(), String>>,
}

impl Truths<'_> {
    fn of(
        &mut self,
        step: usize,
        index: usize,
        all: &Conjunction,
        binding: RowBinding,
    ) -> &Result<(), String> {
        let claim = &all.claims()[index];
        let row = match claim.variable() {
            Some(RowVariable::Some) => binding.some,
            Some(RowVariable::Other) => binding.other,
            None => Row(0),
        };
        self.known
            .entry((step, index, row))
            .or_insert_with(|| claim.check(row, self.world, self.said))
    }

    fn all_hold(&mut self, step: usize, all: &Conjunction, binding: RowBinding) -> bool {
        (0..all.claims().len()).all(|index| self.of(step, index, all, binding).is_ok())
    }
}

impl Matcher {
    /// Lines of which none has held.
    pub fn new(steps: Arc<[Conjunction]>) -> Matcher {
        Matcher {
            steps,
            begun: BTreeMap::new(),
            found: None,
            nearest: None,
        }
    }

    /// Where all lines have held.
    pub fn found(&self) -> Option<&MatchFound> {
        self.found.as_ref()
    }

    /// How many lines have held, at best.
    pub fn lines_held(&self) -> usize {
        match self.found {
            Some(_) => self.steps.len(),
            None => self.begun.values().copied().max().unwrap_or(0),
        }
    }

    /// The first line that never held.
    pub fn missing(&self) -> Option<&Conjunction> {
        self.steps.get(self.lines_held())
    }

    /// What came nearest to it.
    pub fn nearest(&self) -> Option<&NearMiss> {
        self.nearest
            .as_ref()
            .filter(|near| near.step == self.lines_held())
    }

    /// Takes in the world after a record; `said` are the sentences that explained it. Whether the last line held now for the first time.
    pub fn take(&mut self, world: &World, said: &dyn Fn() -> Vec<SaidSentence>) -> bool {
        if self.found.is_some() || self.steps.is_empty() {
            return false;
        }
        let steps = Arc::clone(&self.steps);
        let mut truths = Truths {
            world,
            said,
            known: BTreeMap::new(),
        };
        let bindings = self.bindings(world);
        for binding in &bindings {
            let before = self.begun.get(binding).copied().unwrap_or(0);
            let mut at = before;
            while at < steps.len() && truths.all_hold(at, &steps[at], *binding) {
                at += 1;
            }
            if at == steps.len() {
                self.found = Some(MatchFound {
                    binding: *binding,
                    at: (world.n, world.tick),
                });
                return true;
            }
            if at > before {
                self.begun.insert(*binding, at);
            }
        }
        let best = self.lines_held();
        for binding in bindings {
            if self.begun.get(&binding).copied().unwrap_or(0) == best {
                self.came_near(best, binding, &mut truths);
            }
        }
        false
    }

    /// Every choice of rows for the variables.
    fn bindings(&self, world: &World) -> Vec<RowBinding> {
        let uses = |variable| self.steps.iter().any(|step| step.leaves_open(variable));
        let rows = || world.rows().map(|row| row.row).take(MAX_MATCHED_ROWS);
        let nobody = || std::iter::once(Row(0));
        let some: Vec<Row> = match uses(RowVariable::Some) {
            true => rows().collect(),
            false => nobody().collect(),
        };
        let other: Vec<Row> = match uses(RowVariable::Other) {
            true => rows().collect(),
            false => nobody().collect(),
        };
        let pairs = some.iter().flat_map(|some| {
            let others = other
                .iter()
                .filter(move |other| *other != some || other.0 == 0);
            others.map(move |other| RowBinding {
                some: *some,
                other: *other,
            })
        });
        pairs.collect()
    }

    fn came_near(&mut self, step: usize, binding: RowBinding, truths: &mut Truths<'_>) {
        let all = &self.steps[step];
        let count = all.claims().len();
        let held = (0..count)
            .filter(|index| truths.of(step, *index, all, binding).is_ok())
            .count();
        let missed = (0..count).find_map(|index| {
            let instead = truths.of(step, index, all, binding).clone().err()?;
            Some((&all.claims()[index], instead))
        });
        let Some((claim, instead)) = missed else {
            return;
        };
        let instead = instead
            .strip_prefix("it is ")
            .unwrap_or(&instead)
            .to_owned();
        let tells = !["not so", "not there", "not looked", "not known"]
            .iter()
            .any(|nothing| instead.starts_with(nothing));
        let near = NearMiss {
            step,
            held,
            tells,
            row: claim.row(binding),
            claim: claim.words().to_owned(),
            instead,
            tick: truths.world.tick,
        };
        let rank = |near: &NearMiss| (near.step, near.tells, near.held);
        if self
            .nearest
            .as_ref()
            .is_none_or(|best| rank(&near) >= rank(best))
        {
            self.nearest = Some(near);
        }
    }
}
