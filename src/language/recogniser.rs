//! How a lesson's fact is recognised in any session: the same claims as a [`Matcher`](super::matcher::Matcher) takes in, for a price that
//! does not grow with the rows that nothing happened to. Of each claim about one row alone it is kept where it holds, and after a record
//! only the rows are asked that are not as they were.

use super::claim::SaidSentence;
use super::claim::pattern::{Conjunction, Pattern, RowBinding, RowVariable};
use super::matcher::{MAX_MATCHED_ROWS, MatchFound};
use crate::model::ids::Row;
use crate::model::world::{RowState, World};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where two rows are left open, so many can stand for each.
const MAX_PAIRED_ROWS: usize = 48;

/// What the sentences of a record are asked by.
pub type SaidBy<'a> = &'a dyn Fn() -> Vec<SaidSentence>;

/// A bit for each row that can stand for a variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct MatchedRows([u64; MAX_MATCHED_ROWS / 64]);

impl MatchedRows {
    /// The first so many rows.
    fn first(count: usize) -> MatchedRows {
        let mut all = MatchedRows::default();
        for (word, bits) in all.0.iter_mut().enumerate() {
            let inside = count.saturating_sub(word * 64).min(64);
            *bits = u64::MAX.checked_shr(64 - inside as u32).unwrap_or(0);
        }
        all
    }

    fn set(&mut self, row: Row, is: bool) {
        if let Some(word) = self.0.get_mut(row.index() / 64) {
            let bit = 1 << (row.index() % 64);
            *word = if is { *word | bit } else { *word & !bit };
        }
    }

    fn has(self, row: Row) -> bool {
        let word = self.0.get(row.index() / 64);
        word.is_some_and(|word| word >> (row.index() % 64) & 1 == 1)
    }

    fn and(self, other: MatchedRows) -> MatchedRows {
        MatchedRows(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    fn is_empty(self) -> bool {
        self.0 == [0; MAX_MATCHED_ROWS / 64]
    }

    fn rows(self) -> impl Iterator<Item = Row> {
        let words = (0_u32..).zip(self.0);
        words.flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                let at = (bits != 0).then(|| bits.trailing_zeros())?;
                bits &= bits - 1;
                Some(Row(word * 64 + at + 1))
            })
        })
    }
}

/// The rows of a world as they were when they were looked at last.
#[derive(Debug, Default)]
pub struct RowsSeen(Vec<Arc<RowState>>);

impl RowsSeen {
    /// The rows that can stand for a variable and are not as they were; from now on they are.
    pub fn changed(&mut self, world: &World) -> Vec<Row> {
        let mut changed = Vec::new();
        for (at, state) in world.shared_rows().take(MAX_MATCHED_ROWS).enumerate() {
            match self.0.get_mut(at) {
                Some(seen) if Arc::ptr_eq(seen, state) => continue,
                Some(seen) => seen.clone_from(state),
                None => self.0.push(Arc::clone(state)),
            }
            changed.push(state.row);
        }
        changed
    }
}

/// Lines of claims, how far they have come true, and of which rows each claim holds.
#[derive(Debug)]
pub struct Recogniser {
    steps: Arc<[Conjunction]>,
    /// For each claim of each line: where it holds, as far as it is about one row alone.
    holds: Vec<Vec<MatchedRows>>,
    /// For whom more than the first line is waited for.
    begun: BTreeMap<RowBinding, usize>,
    found: Option<MatchFound>,
    opens: [bool; 2],
}

/// The rows that can stand for each variable in one line now.
type LineRows = [MatchedRows; 2];

impl Recogniser {
    /// Lines of which none has held.
    pub fn new(steps: Arc<[Conjunction]>) -> Recogniser {
        let nowhere = |step: &Conjunction| vec![MatchedRows::default(); step.claims().len()];
        let opens = |variable| steps.iter().any(|step| step.leaves_open(variable));
        Recogniser {
            holds: steps.iter().map(nowhere).collect(),
            opens: [opens(RowVariable::Some), opens(RowVariable::Other)],
            begun: BTreeMap::new(),
            found: None,
            steps,
        }
    }

    /// Where all lines have held.
    pub fn found(&self) -> Option<&MatchFound> {
        self.found.as_ref()
    }

    /// Takes in the world after a record, in which these rows are not as they were. Whether the last line held now for the first time.
    pub fn take(&mut self, world: &World, changed: &[Row], said: SaidBy<'_>) -> bool {
        if self.found.is_some() || self.steps.is_empty() {
            return false;
        }
        self.ask_again(world, changed, said);
        let mut lines: Vec<Option<LineRows>> = vec![None; self.steps.len()];
        let mut best: Option<RowBinding> = None;
        let waiting: Vec<(RowBinding, usize)> =
            self.begun.iter().map(|(rows, at)| (*rows, *at)).collect();
        for (binding, at) in waiting {
            if self.go_on(binding, at, &mut lines, (world, said)) {
                best = best.into_iter().chain([binding]).min();
            }
        }
        let begins = self.begins(&mut lines, (world, said));
        for binding in begins {
            if best.is_some_and(|best| best < binding) {
                break;
            }
            if !self.begun.contains_key(&binding)
                && self.go_on(binding, 0, &mut lines, (world, said))
            {
                best = Some(binding);
                break;
            }
        }
        self.found = best.map(|binding| MatchFound {
            binding,
            at: (world.n, world.tick),
        });
        best.is_some()
    }

    /// Asks each claim about one row alone of the rows that are not as they were.
    fn ask_again(&mut self, world: &World, changed: &[Row], said: SaidBy<'_>) {
        for (step, holds) in self.steps.iter().zip(&mut self.holds) {
            for (claim, holds) in step.claims().iter().zip(holds) {
                if claim.is_about_its_row_alone() {
                    for row in changed {
                        holds.set(*row, claim.holds(*row, world, said));
                    }
                }
            }
        }
    }

    /// The choices of rows for which the first line holds, in order.
    fn begins(
        &self,
        lines: &mut [Option<LineRows>],
        so: (&World, SaidBy<'_>),
    ) -> impl Iterator<Item = RowBinding> + use<> {
        let [some, other] = self.line(0, lines, so);
        let opens = self.opens;
        let one = move |rows: MatchedRows, opens: bool| {
            let nobody = (!opens && !rows.is_empty()).then_some(Row(0));
            let rows = rows.rows().filter(move |_| opens);
            nobody.into_iter().chain(rows)
        };
        one(some, opens[0]).flat_map(move |some| {
            let others = one(other, opens[1]).filter(move |other| *other != some || other.0 == 0);
            others.map(move |other| RowBinding { some, other })
        })
    }

    /// Goes on from this line as far as the lines hold. Whether that is to the end.
    fn go_on(
        &mut self,
        binding: RowBinding,
        from: usize,
        lines: &mut [Option<LineRows>],
        so: (&World, SaidBy<'_>),
    ) -> bool {
        let mut at = from;
        while at < self.steps.len() {
            let [some, other] = self.line(at, lines, so);
            let has = |rows: MatchedRows, row: Row| match row {
                Row(0) => !rows.is_empty(),
                row => rows.has(row),
            };
            if !has(some, binding.some) || !has(other, binding.other) {
                break;
            }
            at += 1;
        }
        if at > from {
            self.begun.insert(binding, at);
        }
        at == self.steps.len()
    }

    /// Which rows can stand for the variables in this line now. Where nobody need stand for one, every row can, and one more.
    fn line(
        &self,
        at: usize,
        lines: &mut [Option<LineRows>],
        (world, said): (&World, SaidBy<'_>),
    ) -> LineRows {
        if let Some(rows) = lines[at] {
            return rows;
        }
        let most = match self.opens[1] {
            true => MAX_PAIRED_ROWS,
            false => MAX_MATCHED_ROWS,
        };
        let all = MatchedRows::first(world.rows_ever().min(most));
        let mut rows = self.opens.map(|opens| match opens {
            true => all,
            false => MatchedRows::first(1),
        });
        let place = |claim: &Pattern| match claim.variable() {
            Some(RowVariable::Some) => Some(0),
            Some(RowVariable::Other) => Some(1),
            None => None,
        };
        let claims = || self.steps[at].claims().iter().zip(&self.holds[at]);
        // What is known already leaves few to be asked of the rest.
        for (claim, holds) in claims().filter(|(claim, _)| claim.is_about_its_row_alone()) {
            if let Some(place) = place(claim) {
                rows[place] = rows[place].and(*holds);
            }
        }
        for (claim, _) in claims().filter(|(claim, _)| !claim.is_about_its_row_alone()) {
            if rows.iter().any(|rows| rows.is_empty()) {
                break;
            }
            match place(claim) {
                Some(place) => {
                    for row in rows[place].rows() {
                        if !claim.holds(row, world, said) {
                            rows[place].set(row, false);
                        }
                    }
                }
                None if !claim.holds(Row(0), world, said) => rows = LineRows::default(),
                None => {}
            }
        }
        lines[at] = Some(rows);
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_so_many_bits_and_are_listed_in_order() {
        for count in [0, 1, 63, 64, 65, 200, 256] {
            let rows: Vec<u32> = MatchedRows::first(count).rows().map(|row| row.0).collect();
            let wanted: Vec<u32> = (1..=count as u32).collect();
            assert_eq!(rows, wanted);
        }
        let mut some = MatchedRows::default();
        some.set(Row(70), true);
        assert!(some.has(Row(70)) && !some.has(Row(6)) && !some.is_empty());
        some.set(Row(70), false);
        assert!(some.is_empty());
    }
}
