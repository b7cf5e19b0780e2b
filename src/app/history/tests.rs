use super::*;
use crate::model::ids::Row;
use crate::model::readiness::Interest;
use crate::model::record::{Cause, Change};

fn record(n: u64) -> Arc<Record> {
    let mut record = Record::new(n, Cause::parse("add x"), n);
    record.changes.push(Change::Added {
        row: Row(n as u32 + 1),
        target: crate::model::target::Target::parse("x:1").expect("a target"),
        addresses: Vec::new(),
        interest: Interest::default(),
        mode: crate::model::socket::Mode::default(),
    });
    Arc::new(record)
}

#[test]
fn every_place_in_the_past_is_as_it_was() {
    let mut history = History::new();
    for n in 0..500 {
        history.push_folding(record(n));
    }
    assert!(history.is_live());
    for n in (0..499).rev() {
        assert!(history.back());
        assert_eq!(history.world().rows_ever(), n + 1, "going back to {n}");
        assert_eq!(history.record().map(|r| r.n), Some(n as u64));
    }
    assert!(!history.back(), "there is nothing before the first record");
    for n in 1..499 {
        assert!(history.forward());
        assert_eq!(history.world().rows_ever(), n + 1, "going forward to {n}");
    }
    assert!(history.forward());
    assert!(history.is_live());
    assert!(!history.forward(), "forward never makes a new tick");
    assert!(history.home());
    assert_eq!(history.world().rows_ever(), 1);
}

#[test]
fn the_oldest_records_are_dropped_and_the_rest_stays_true() {
    let mut small = History::within(700_000);
    let mut whole = History::new();
    for n in 0..500 {
        small.push_folding(record(n));
        whole.push_folding(record(n));
        assert!(small.heap_size() <= 700_000, "{} bytes", small.heap_size());
    }
    let dropped = small.dropped();
    assert!(dropped > 0 && dropped < 499, "{dropped} were dropped");
    assert_eq!(small.count(), 500);
    assert_eq!(small.live(), whole.live());
    while small.back() {
        assert!(whole.back());
        assert_eq!(small.world(), whole.world());
    }
    assert_eq!(small.record().map(|r| r.n), Some(dropped as u64));
    assert_eq!(
        small.seek(crate::language::seek::Seek::Back),
        Err(SeekError::Dropped(dropped))
    );
    // What is looked at is not dropped under the eyes.
    for n in 500..700 {
        small.push_folding(record(n));
    }
    assert_eq!(small.record().map(|r| r.n), Some(dropped as u64));
    small.end();
    small.push_folding(record(700));
    assert!(small.dropped() > dropped);
    assert_eq!(small.world().rows_ever(), 701);
}

#[test]
fn moves_find_ticks_and_the_changes_of_one_socket() {
    use crate::language::seek::Seek;
    let mut history = History::new();
    for n in 0..40 {
        let mut one = Record::new(n, Cause::parse("tick"), n);
        one.tick = Some(n).filter(|n| *n > 0);
        if n % 10 == 0 {
            one.changes = record(n / 10).changes.clone();
        }
        history.push_folding(Arc::new(one));
    }
    assert_eq!(history.seek(Seek::Goto(12)), Ok(()));
    assert_eq!(history.world().tick, 12);
    assert_eq!(history.seek(Seek::Next(Row(3))), Ok(()));
    assert_eq!(history.world().tick, 20);
    assert_eq!(
        history.seek(Seek::Next(Row(3))),
        Err(SeekError::NoLater(Row(3)))
    );
    assert_eq!(history.world().tick, 20, "it stays where it was");
    assert_eq!(history.seek(Seek::Previous(Row(2))), Ok(()));
    assert_eq!(history.world().tick, 10);
    assert_eq!(
        history.seek(Seek::Previous(Row(2))),
        Err(SeekError::NoEarlier(Row(2)))
    );
    let wrong = SeekError::NoSuchTick {
        asked: 40,
        last: 39,
    };
    assert_eq!(history.seek(Seek::Goto(40)), Err(wrong));
    assert_eq!(history.seek(Seek::Goto(0)), Ok(()));
    assert_eq!(history.at(), 0);
    assert_eq!(history.stage_at(Row(2), 9), None);
    assert_eq!(history.stage_at(Row(2), 10), Some(Stage::New));
}
