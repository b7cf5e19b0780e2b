//! select()'s own picture as data: who asks, of whom the last tick told, of whom each witness says what. Never an invented union.

use super::kinds::Kind;
use crate::model::ids::Row;
use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::world::{List, Moment, RowState, World, within};

/// One cell: who is in the list, who was in it before, and whether that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// The lists of one row in one line, the longest form first: `LISTS of 1   asked: readable and writable   NEW: none   TRUE: writable`.
pub fn in_one_line(world: &World, row: &RowState) -> Vec<String> {
    let told = world.told(row);
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
    let letters = asked.map_or("-".to_owned(), Interest::letters);
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

fn cell(world: &World, lists: &[List]) -> Cell {
    Cell {
        now: world.standing(lists, Moment::Now).collect(),
        before: world.standing(lists, Moment::Before).collect(),
    }
}

/// Who asks for this; `None` if it is always told.
pub fn asked(world: &World, kind: &Kind) -> Option<Cell> {
    let flag = kind.asked?;
    Some(cell(world, &[List::Asked(flag)]))
}

/// Of whom the last tick told this.
pub fn told(world: &World, kind: &Kind) -> Vec<Row> {
    let lists = [List::Told(kind.new)];
    world.standing(&lists, Moment::Now).collect()
}

/// Of whom poll(2) says this, if it was asked for.
pub fn poll(world: &World, kind: &Kind) -> Cell {
    cell(world, &[List::Poll(kind.mask)])
}

/// Of whom a level-triggered epoll says this, if it was asked for.
pub fn epoll(world: &World, kind: &Kind) -> Cell {
    cell(world, &[List::Epoll(kind.mask)])
}

/// Whom select(2) puts into this kind's set, if it was asked for; `None` if it has no such set. Its third set is for errors and for urgent
/// data alike; poll tells which it is.
pub fn select(world: &World, kind: &Kind) -> Option<Cell> {
    let set = List::Select(kind.sets?);
    Some(match kind.sets {
        Some(SelectSets::X) => cell(world, &[set, List::Poll(kind.mask)]),
        _ => cell(world, &[set]),
    })
}

/// Whether anything is asked for.
pub fn is_anyone_watched(world: &World) -> bool {
    world.stands_any(List::Watched)
}

/// Whether there is anything to show: somebody is watched, was so before this record, or was told something in the last tick.
pub fn is_anything_shown(world: &World) -> bool {
    let stands = |list, moment| world.standing(&[list], moment).next().is_some();
    let told = Readiness::all().iter();
    stands(List::Watched, Moment::Now)
        || stands(List::Watched, Moment::Before)
        || told.map(List::Told).any(|list| stands(list, Moment::Now))
}
