//! What choosing costs beside drawing.

use crate::support::recordings::{golden_text, model, read};
use ratatui::layout::Rect;
use sockstep::model::call::{Call, CallFact, CalledBy, Out, Outcome};
use sockstep::model::errno::Errno;
use sockstep::model::ids::{Fd, Row};
use sockstep::model::readiness::Interest;
use sockstep::model::record::{Cause, Change, Record};
use sockstep::model::socket::Mode;
use sockstep::view::{Frame, Picture};
use sockstep::words::calls::Chooser;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROWS: u32 = 9_000;

/// What SO_ERROR says.
const ANSWERS: [Option<Errno>; 4] = [
    None,
    Some(Errno::ECONNREFUSED),
    Some(Errno::ETIMEDOUT),
    Some(Errno::ENETUNREACH),
];

/// `kinds`: how many different answers the sockets get.
fn records(kinds: u32) -> [Record; 2] {
    let mut first = Record::new(0, Cause::parse("add"), 0);
    let mut tick = Record::new(1, Cause::parse("tick"), 1);
    tick.tick = Some(1);
    for row in (1..=ROWS).map(Row) {
        let target = sockstep::model::target::Target::parse("127.0.0.1:80").expect("a target");
        first.changes.push(Change::Added {
            row,
            target,
            addresses: vec!["127.0.0.1:80".parse().expect("an address")],
            interest: Interest::default(),
            mode: Mode::NonBlocking,
        });
        let fd = Fd(row.0 as i32 + 10);
        let outcome = Outcome {
            ret: 0,
            errno: None,
            out: Some(Out::SoError(ANSWERS[(row.0 % kinds) as usize])),
        };
        let call = Call::SoError { fd };
        tick.calls
            .push(CallFact::done(row, CalledBy::Program, call, outcome));
    }
    [first, tick]
}

fn time(run: &mut dyn FnMut()) -> Duration {
    let begun = Instant::now();
    run();
    begun.elapsed()
}

/// The best of some rounds of both, side by side: what else this machine does slows down either.
fn best(one: &mut dyn FnMut(), other: &mut dyn FnMut()) -> (Duration, Duration) {
    let rounds = (0..15).map(|_| (time(one), time(other)));
    rounds.fold((Duration::MAX, Duration::MAX), |best, round| {
        (best.0.min(round.0), best.1.min(round.1))
    })
}

/// It costs one part of so many of a drawing, at most: the program as it is shipped, and as tests are built otherwise.
const SHARE: u32 = if cfg!(debug_assertions) { 5 } else { 10 };

#[test]
fn choosing_costs_a_tenth_of_drawing_at_most_where_both_are_optimised() {
    for kinds in [1, 4] {
        let (header, _) = read(golden_text("default-lab").as_bytes()).expect("a recording");
        let mut model = model(&header, &[], (160, 50));
        model.recorded = None;
        for record in records(kinds) {
            model.history.push_folding(Arc::new(record));
        }
        let area = Rect::new(0, 0, 160, 50);
        let mut picture = Picture::new(area);
        let world = model.world().clone();
        let record = Arc::clone(model.history.record().expect("a record"));
        let (drawing, choosing) = best(
            &mut || {
                picture.begin(area);
                sockstep::view::fit_and_draw(&mut Frame::new(&mut picture), &mut model);
                std::hint::black_box(picture.cells());
            },
            &mut || {
                let chooser = Chooser::new(&world, &record);
                let said = (0..record.calls.len()).filter_map(|place| chooser.sentence(place));
                assert_eq!(said.count(), ROWS as usize);
            },
        );
        println!("drawing {drawing:?}, choosing {choosing:?} for {ROWS} calls of {kinds} kinds");
        assert!(choosing * SHARE <= drawing, "{choosing:?} of {drawing:?}");
    }
}
