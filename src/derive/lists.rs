//! select()'s own picture as data: who asks, of whom the last tick reported, of whom each look says what. Never an invented union.

use super::kinds::{ERROR, READABLE, ReadinessKind, URGENT, WRITABLE};
use crate::model::ids::Row;
use crate::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use crate::model::row_set::RowSet;
use crate::model::world::{Moment, ReadyList, RowState, World, within};

/// One cell: who is in the list, who was in it before, and whether that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Who is in it after this record.
    pub now: RowSet,
    /// Who was in it before.
    pub before: RowSet,
}

impl Cell {
    /// Whether this record changed it.
    pub fn is_changed(&self) -> bool {
        self.now != self.before
    }
}

/// The lists of one row in one line, the longest form first: `LISTS of 1   asked: readable and writable   NEW: none   TRUE: writable`.
pub fn in_one_line(world: &World, row: &RowState) -> Vec<String> {
    let reported = world.reported(row);
    let new = [
        (reported.contains(Readiness::READABLE), "readable"),
        (reported.contains(Readiness::WRITABLE), "writable"),
        (reported.contains(Readiness::ERROR), "error"),
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

fn cell(world: &World, lists: &[ReadyList]) -> Cell {
    let [now, before] = world.standing_sets(lists);
    Cell { now, before }
}

/// Who asks for this; `None` if it is always reported.
pub fn asked(world: &World, kind: &ReadinessKind) -> Option<Cell> {
    let flag = kind.asked?;
    let all = cell(world, &[ReadyList::Asked(flag)]);
    // mio asks for it whenever it asks for what is readable; whoever wrote a program that is watched may not.
    let asks = |row: &Row| {
        let asked = world.row(*row).and_then(RowState::asked);
        asked.is_some_and(Interest::asks_for_the_end)
    };
    let is_end = kind.mask == PollMask::RDHUP && world.is_watched();
    Some(match is_end {
        true => Cell {
            now: all.now.iter().filter(asks).collect(),
            before: all.before.iter().filter(asks).collect(),
        },
        false => all,
    })
}

/// Of whom the last tick reported this.
pub fn reported(world: &World, kind: &ReadinessKind) -> RowSet {
    let [now, _] = world.standing_sets(&[ReadyList::Reported(kind.new)]);
    now
}

/// Of whom poll(2) says this, if it was asked for.
pub fn poll(world: &World, kind: &ReadinessKind) -> Cell {
    cell(world, &[ReadyList::Poll(kind.mask)])
}

/// Of whom a level-triggered epoll says this, if it was asked for.
pub fn epoll(world: &World, kind: &ReadinessKind) -> Cell {
    cell(world, &[ReadyList::Epoll(kind.mask)])
}

/// Whom select(2) puts into this kind's set, if it was asked for; `None` if it has no such set. Its third set is for errors and for urgent
/// data alike; poll says which it is.
pub fn select(world: &World, kind: &ReadinessKind) -> Option<Cell> {
    let set = ReadyList::Select(kind.sets?);
    Some(match kind.sets {
        // Its third set is shown as it is.
        Some(SelectSets::X) if *kind == URGENT => cell(world, &[set]),
        Some(SelectSets::X) => cell(world, &[set, ReadyList::Poll(kind.mask)]),
        _ => cell(world, &[set]),
    })
}

/// The rows of the table where there is little room: select()'s three lists, and urgent data as soon as it is asked for or waits.
pub fn shown(world: &World) -> &'static [ReadinessKind] {
    static SHOWN: [ReadinessKind; 4] = [READABLE, WRITABLE, ERROR, URGENT];
    if is_urgent_shown(world) {
        &SHOWN
    } else {
        &SHOWN[..3]
    }
}

/// Whether anybody asks for urgent data, or any urgent data waits.
pub fn is_urgent_shown(world: &World) -> bool {
    let lists = [
        ReadyList::Asked(Interest::PRIORITY),
        ReadyList::UrgentByPoll,
        ReadyList::UrgentBySelect,
    ];
    lists.into_iter().any(|list| world.stands_any(list))
}

/// Of whom urgent data is true without being asked for: by poll(2), and by select(2), which has been asked all the same.
pub fn urgent_unasked(world: &World) -> [RowSet; 2] {
    let of = |list| {
        let [now, _] = world.standing_sets(&[list]);
        now
    };
    let asked = of(ReadyList::Asked(Interest::PRIORITY));
    [ReadyList::UrgentByPoll, ReadyList::UrgentBySelect].map(|list| of(list).without(&asked))
}

/// So many rows are looked through for one that epoll refuses.
const FIRST: usize = 64;

/// Whether something that is asked for is asked for by poll(2) and select(2) alone, since epoll refuses it; of the first few rows.
pub fn is_any_refused(world: &World) -> bool {
    let mut first = world.present().take(FIRST);
    first.any(|row| row.current().is_refused_by_epoll())
}

/// Whether anything is asked for.
pub fn is_anyone_watched(world: &World) -> bool {
    world.stands_any(ReadyList::Watched)
}

/// Whether there is anything to show: somebody is watched, was so before this record, or had something reported in the last tick.
pub fn is_anything_shown(world: &World) -> bool {
    let stands = |list, moment| world.standing(&[list], moment).next().is_some();
    let reported = Readiness::all().iter();
    stands(ReadyList::Watched, Moment::Now)
        || stands(ReadyList::Watched, Moment::Before)
        || reported
            .map(ReadyList::Reported)
            .any(|list| stands(list, Moment::Now))
}
