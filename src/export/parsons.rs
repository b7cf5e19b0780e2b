//! A Parsons sheet: what the program called on one socket, in shuffled order, to be put right with a pencil; the order that it had is on
//! a page of its own. The same seed shuffles in the same way.

use super::ExportInput;
use super::escape::{code, markdown as text};
use super::markdown::NEW_PAGE;
use super::room::Room;
use super::step::steps;
use crate::model::ids::Row;
use std::fmt::Write;

/// So many calls are a puzzle; of more the first are taken.
const MAX_CALLS: usize = 20;

/// The sheet of this socket, or of the first one that the program called on; `None` if there are not two calls to be put in order.
pub fn parsons(input: &ExportInput, room: &Room, row: Option<Row>, seed: u64) -> Option<String> {
    let (row, target, calls, more) = calls_of(input, room, row)?;
    if calls.len() < 2 {
        return None;
    }
    let order = shuffled(calls.len(), seed);
    let mut out = format!("# sockstep: {}\n\n", text(&input.name));
    let _ = writeln!(
        out,
        "Recorded on {}. Every call was really made.\n\nWhat the program called on socket {row} {}, in shuffled order. Which call came first? Write a number before each.\n",
        text(&input.origin()),
        text(&target)
    );
    for place in &order {
        let _ = writeln!(out, "- \\_\\_\\_\\_ {}", code(&calls[*place]));
    }
    if more > 0 {
        let _ = writeln!(out, "\nThe {more} calls after these are left out.");
    }
    let _ = writeln!(out, "\nShuffled with --seed {seed}.");
    out.push_str(NEW_PAGE);
    out.push_str("# The order that it had\n\n");
    for (place, call) in calls.iter().enumerate() {
        let _ = writeln!(out, "{}. {}", place + 1, code(call));
    }
    out.push_str("\nOf lines that read the same either may come first.\n");
    Some(out)
}

type CallsOfRow = (Row, String, Vec<String>, usize);

/// The program's calls on a row, with each poll that reported it; a call that is repeated at once stands once. And how many more.
fn calls_of(input: &ExportInput, room: &Room, wanted: Option<Row>) -> Option<CallsOfRow> {
    let mut found: Option<(Row, String)> = None;
    let mut calls: Vec<String> = Vec::new();
    let mut more = 0;
    for (record, step) in input.records.iter().zip(steps(input, room)) {
        for call in step.calls.iter().filter(|call| call.is_the_programs()) {
            if found.is_none()
                && let Some(row) = call
                    .row
                    .filter(|row| wanted.is_none_or(|wanted| wanted == *row))
            {
                let target = step.rows.iter().find(|known| known.row == row);
                found = Some((
                    row,
                    target.map_or_else(String::new, |row| row.target.clone()),
                ));
            }
            let Some((row, _)) = &found else {
                continue;
            };
            let reports = call.row.is_none() && record.events.iter().any(|event| event.row == *row);
            if call.row != Some(*row) && !reports {
                continue;
            }
            if calls.last() == Some(&call.line) {
                continue;
            }
            if calls.len() < MAX_CALLS {
                calls.push(call.line.clone());
            } else {
                more += 1;
            }
        }
    }
    found.map(|(row, target)| (row, target, calls, more))
}

/// The places from 0 in an order that follows from the seed, and is not the one that they had.
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for last in (1..count).rev() {
        order.swap(last, (next(&mut state) % (last as u64 + 1)) as usize);
    }
    if order.is_sorted() {
        order.rotate_left(1);
    }
    order
}

/// SplitMix64, by Sebastiano Vigna.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_gives_each_place_once_and_never_the_order_that_it_had() {
        for seed in 0..300 {
            for count in 2..9 {
                let order = shuffled(count, seed);
                assert!(!order.is_sorted(), "{seed} {count}");
                assert_eq!(order, shuffled(count, seed));
                let mut places = order;
                places.sort_unstable();
                assert_eq!(places, (0..count).collect::<Vec<_>>());
            }
        }
    }
}
