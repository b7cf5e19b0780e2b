//! The lists by their definition, in one walk over the rows: what the lists that the fold keeps are compared with.

use sockstep::derive::board;
use sockstep::derive::kinds::{KINDS, ReadinessKind, URGENT};
use sockstep::derive::lists::{self, Cell};
use sockstep::derive::looks::reported_now;
use sockstep::model::ids::Row;
use sockstep::model::readiness::{Interest, PollMask, Readiness, SelectSets};
use sockstep::model::record::{Answer, Look};
use sockstep::model::row_set::RowSet;
use sockstep::model::socket::Stage;
use sockstep::model::world::{BoardSide, ReadyList, RowState, World, within};

/// What the table needs of one row, gathered in one walk over the rows.
#[derive(Debug)]
struct Facts {
    /// Which.
    row: Row,
    /// What it is watched for.
    asked: Pair<Option<Interest>>,
    /// What the last tick reported.
    reported: Readiness,
    /// A level-triggered epoll, for what was asked.
    epoll: Pair<PollMask>,
    /// poll(2), for what was asked.
    poll: Pair<PollMask>,
    /// select(2), for what was asked.
    select: Pair<SelectSets>,
}

/// A value after this record, and before it.
#[derive(Debug)]
struct Pair<T> {
    /// After.
    now: T,
    /// Before.
    before: T,
}

/// The rows of which there is anything to show.
fn gather(world: &World) -> Vec<Facts> {
    let mut all = Vec::new();
    for row in world.present() {
        let reported = reported_now(world, row);
        let just = |mark: u64| mark == world.n && world.n > 0;
        let asked = Pair {
            now: row.asked(),
            before: if just(row.changed_at.asked) {
                row.asked_before
            } else {
                row.asked()
            },
        };
        if asked.now.is_none() && asked.before.is_none() && reported.is_empty() {
            continue;
        }
        let before = if just(row.changed_at.look) {
            row.look_before()
        } else {
            &row.look
        };
        let mask = |answer: fn(&Look) -> Answer<PollMask>| Pair {
            now: true_mask(asked.now, answer(&row.look)),
            before: true_mask(asked.before, answer(before)),
        };
        all.push(Facts {
            row: row.row,
            reported,
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
fn true_mask(asked: Option<Interest>, answer: Answer<PollMask>) -> PollMask {
    asked
        .and_then(|asked| answer.answer().map(|mask| within(mask, asked)))
        .unwrap_or_default()
}

fn true_sets(asked: Option<Interest>, answer: Answer<SelectSets>) -> SelectSets {
    let (Some(asked), Some(mut sets)) = (asked, answer.answer()) else {
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
fn asked_cell(facts: &[Facts], flag: Interest) -> Cell {
    let has = |asked: Option<Interest>| asked.is_some_and(|interest| interest.contains(flag));
    cell(facts, |f| has(f.asked.now), |f| has(f.asked.before))
}

/// Of whom the last tick reported this.
fn new_cell(facts: &[Facts], flag: Readiness) -> RowSet {
    facts
        .iter()
        .filter(|f| f.reported.contains(flag))
        .map(|f| f.row)
        .collect()
}

/// Of whom a look with poll's bits says this.
fn mask_cell(facts: &[Facts], flag: PollMask, of: impl Fn(&Facts) -> &Pair<PollMask>) -> Cell {
    cell(
        facts,
        |f| of(f).now.contains(flag),
        |f| of(f).before.contains(flag),
    )
}

/// Whom select(2) puts into this kind's set. Its third set is for errors and for urgent data alike; poll says which it is.
fn select_cell(facts: &[Facts], kind: &ReadinessKind) -> Option<Cell> {
    let flag = kind.sets?;
    let is = |sets: SelectSets, mask: PollMask| {
        sets.contains(flag)
            && (flag != SelectSets::X || *kind == URGENT || mask.contains(kind.mask))
    };
    Some(cell(
        facts,
        |f| is(f.select.now, f.poll.now),
        |f| is(f.select.before, f.poll.before),
    ))
}

/// Asserts that every list of this world is what its definition says.
pub fn compare(world: &World) {
    let facts = gather(world);
    for kind in &KINDS {
        let reported = format!("{} after record {}", kind.name, world.n);
        assert_eq!(
            lists::asked(world, kind),
            kind.asked.map(|flag| asked_cell(&facts, flag)),
            "asked {reported}"
        );
        assert_eq!(
            lists::reported(world, kind),
            new_cell(&facts, kind.new),
            "reported {reported}"
        );
        assert_eq!(
            lists::poll(world, kind),
            mask_cell(&facts, kind.mask, |f| &f.poll),
            "poll {reported}"
        );
        assert_eq!(
            lists::epoll(world, kind),
            mask_cell(&facts, kind.mask, |f| &f.epoll),
            "epoll {reported}"
        );
        assert_eq!(
            lists::select(world, kind),
            select_cell(&facts, kind),
            "select {reported}"
        );
    }
    let present = || world.present();
    assert_eq!(
        lists::is_anyone_watched(world),
        present().any(|row| row.asked().is_some())
    );
    assert_eq!(lists::is_anything_shown(world), !facts.is_empty());
    assert_eq!(
        world.stands_any(ReadyList::SelectCannot),
        present().any(|row| row.look.select == Answer::NoAnswer)
    );
    assert_eq!(
        world.stands_any(ReadyList::SelectFailed),
        present().any(|row| row.look.select == Answer::BadDescriptor)
    );
    let open = world
        .open_sockets()
        .map(|socket| (socket.row, socket.fd, socket.poll, socket.select));
    let walked =
        present().filter_map(|row| Some((row.row, row.fd()?, row.look.poll, row.look.select)));
    assert!(open.eq(walked), "the open sockets after record {}", world.n);
    let unasked = |list, says: &dyn Fn(&Look) -> bool| {
        let walked: RowSet = present()
            .filter(|row| says(&row.look))
            .map(|row| row.row)
            .collect();
        let [now, _] = world.standing_sets(&[list]);
        assert_eq!(now, walked, "{list:?}");
    };
    let by_poll = |flag: PollMask| {
        move |look: &Look| look.poll.answer().is_some_and(|mask| mask.contains(flag))
    };
    unasked(ReadyList::ReadableByPoll, &by_poll(PollMask::IN));
    unasked(ReadyList::UrgentByPoll, &by_poll(PollMask::PRI));
    unasked(ReadyList::UrgentBySelect, &|look| {
        look.select
            .answer()
            .is_some_and(|sets| sets.contains(SelectSets::X))
    });
    compare_board(world);
}

/// The same of the board.
fn compare_board(world: &World) {
    for stage in board::WALK
        .into_iter()
        .chain([Stage::Listening, Stage::Accepted])
    {
        for side in [BoardSide::Program, BoardSide::Peers] {
            let stands = |row: &&RowState| {
                let is_client = side == BoardSide::Program;
                row.stage() == stage && row.is_client() == is_client
            };
            let moved = |row: &RowState| row.changed_at.stage == world.n && world.n > 0;
            let walked: Vec<(Row, bool)> = world
                .present()
                .filter(stands)
                .map(|row| (row.row, moved(row)))
                .collect();
            let place = board::place(world, stage, side);
            let kept: Vec<(Row, bool)> = place
                .runs
                .iter()
                .flat_map(|run| (run.first.0..=run.last.0).map(|row| (Row(row), run.moved)))
                .collect();
            assert_eq!(
                place.count,
                walked.len(),
                "{stage:?} after record {}",
                world.n
            );
            assert_eq!(kept, walked, "{stage:?} after record {}", world.n);
        }
    }
}
