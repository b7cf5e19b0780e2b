//! select()'s own picture as data: who asks, of whom the last tick told, of whom each witness says what. Never an invented union.

use super::kinds::Kind;
use super::witnesses::told_now;
use crate::model::ids::Row;
use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::record::{Look, Witness};
use crate::model::world::{RowState, World, within};

/// One cell: who is in the list, who was in it before, and whether that differs.
#[derive(Debug)]
pub struct Cell {
    /// Who is in it after this record.
    pub now: Vec<Row>,
    /// Who was in it before.
    pub before: Vec<Row>,
}

impl Cell {
    /// Whether this record changed it.
    pub fn is_changed(&self) -> bool {
        self.now != self.before
    }
}

/// What the table needs of one row, gathered in one walk over the rows.
#[derive(Debug)]
pub struct Facts {
    /// Which.
    pub row: Row,
    /// What it is watched for.
    pub asked: Pair<Option<Interest>>,
    /// What the last tick told.
    pub told: Readiness,
    /// A level-triggered epoll, for what was asked.
    pub epoll: Pair<PollMask>,
    /// poll(2), for what was asked.
    pub poll: Pair<PollMask>,
    /// select(2), for what was asked.
    pub select: Pair<SelectSets>,
}

/// A value after this record, and before it.
#[derive(Debug)]
pub struct Pair<T> {
    /// After.
    pub now: T,
    /// Before.
    pub before: T,
}

/// The lists of one row in one line, the longest form first: `LISTS of 1   asked: readable and writable   NEW: none   TRUE: writable`.
pub fn in_one_line(world: &World, row: &RowState) -> Vec<String> {
    let told = told_now(world, row);
    let new = [
        (told.contains(Readiness::READABLE), "readable"),
        (told.contains(Readiness::WRITABLE), "writable"),
        (told.contains(Readiness::ERROR), "error"),
    ];
    let asked = row.asked();
    let mask = asked.and_then(|asked| Some(within(row.look.poll.answer()?, asked)));
    let mask = mask.unwrap_or(PollMask::empty());
    let is = [
        (mask.contains(PollMask::IN), "readable"),
        (mask.contains(PollMask::OUT), "writable"),
        (mask.contains(PollMask::ERR), "error"),
    ];
    let words = |list: [(bool, &'static str); 3]| {
        let words: Vec<&str> = list
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, word)| word)
            .collect();
        match words.is_empty() {
            true => "none".to_owned(),
            false => words.join(" "),
        }
    };
    // R W E, as everywhere in notes of events.
    let few = |words: &str| match words {
        "none" => "-".to_owned(),
        words => words
            .split(' ')
            .filter_map(|word| word.chars().next())
            .map(|first| first.to_ascii_uppercase())
            .collect::<String>(),
    };
    let letters = asked.map_or("-".to_owned(), |asked| asked.letters().to_owned());
    let asked = asked.map_or_else(|| "nothing".to_owned(), Interest::words);
    let (number, new, is) = (row.row, words(new), words(is));
    vec![
        format!("LISTS of {number}   asked: {asked}   NEW: {new}   TRUE: {is}"),
        format!("LISTS of {number}  asked: {letters}  NEW: {new}  TRUE: {is}"),
        format!(
            "LISTS of {number}  asked: {letters}  NEW: {}  TRUE: {}",
            few(&new),
            few(&is)
        ),
    ]
}

/// The rows of which there is anything to show.
pub fn gather(world: &World) -> Vec<Facts> {
    let mut all = Vec::new();
    for row in world.present() {
        let told = told_now(world, row);
        let just = |mark: u64| mark == world.n && world.n > 0;
        let asked = Pair {
            now: row.asked(),
            before: if just(row.marks.asked) {
                row.asked_before
            } else {
                row.asked()
            },
        };
        if asked.now.is_none() && asked.before.is_none() && told.is_empty() {
            continue;
        }
        let before = if just(row.marks.look) {
            &row.look_before
        } else {
            &row.look
        };
        let mask = |witness: fn(&Look) -> Witness<PollMask>| Pair {
            now: true_mask(asked.now, witness(&row.look)),
            before: true_mask(asked.before, witness(before)),
        };
        all.push(Facts {
            row: row.row,
            told,
            epoll: mask(|look| look.epoll),
            poll: mask(|look| look.poll),
            select: Pair {
                now: true_sets(asked.now, row.look.select),
                before: true_sets(asked.before, before.select),
            },
            asked,
        });
    }
    all
}

/// TRUE is shown only for what was asked for.
fn true_mask(asked: Option<Interest>, witness: Witness<PollMask>) -> PollMask {
    asked
        .and_then(|asked| witness.answer().map(|mask| within(mask, asked)))
        .unwrap_or_default()
}

fn true_sets(asked: Option<Interest>, witness: Witness<SelectSets>) -> SelectSets {
    let (Some(asked), Some(mut sets)) = (asked, witness.answer()) else {
        return SelectSets::empty();
    };
    if !asked.contains(Interest::READABLE) {
        sets.remove(SelectSets::R);
    }
    if !asked.contains(Interest::WRITABLE) {
        sets.remove(SelectSets::W);
    }
    if !asked.contains(Interest::PRIORITY) {
        sets.remove(SelectSets::X);
    }
    sets
}

/// The rows that are in a list now, and those that were.
fn cell(facts: &[Facts], now: impl Fn(&Facts) -> bool, before: impl Fn(&Facts) -> bool) -> Cell {
    let rows = |wanted: &dyn Fn(&Facts) -> bool| {
        facts.iter().filter(|f| wanted(f)).map(|f| f.row).collect()
    };
    Cell {
        now: rows(&now),
        before: rows(&before),
    }
}

/// Who asks for this.
pub fn asked_cell(facts: &[Facts], flag: Interest) -> Cell {
    let has = |asked: Option<Interest>| asked.is_some_and(|interest| interest.contains(flag));
    cell(facts, |f| has(f.asked.now), |f| has(f.asked.before))
}

/// Of whom the last tick told this.
pub fn new_cell(facts: &[Facts], flag: Readiness) -> Vec<Row> {
    facts
        .iter()
        .filter(|f| f.told.contains(flag))
        .map(|f| f.row)
        .collect()
}

/// Of whom a witness with poll's bits says this.
pub fn mask_cell(facts: &[Facts], flag: PollMask, of: impl Fn(&Facts) -> &Pair<PollMask>) -> Cell {
    cell(
        facts,
        |f| of(f).now.contains(flag),
        |f| of(f).before.contains(flag),
    )
}

/// Whom select(2) puts into this kind's set. Its third set is for errors and for urgent data alike; poll tells which it is.
pub fn select_cell(facts: &[Facts], kind: &Kind) -> Option<Cell> {
    let flag = kind.sets?;
    let is = |sets: SelectSets, mask: PollMask| {
        sets.contains(flag) && (flag != SelectSets::X || mask.contains(kind.mask))
    };
    Some(cell(
        facts,
        |f| is(f.select.now, f.poll.now),
        |f| is(f.select.before, f.poll.before),
    ))
}
