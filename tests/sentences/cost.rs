//! What choosing costs beside drawing.

use crate::support::recordings::{golden_text, read};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use sockstep::app::model::{Model, Surroundings, Theme};
use sockstep::model::call::{Call, CallFact, CalledBy, Out, Outcome};
use sockstep::model::ids::{Fd, Row};
use sockstep::model::readiness::Interest;
use sockstep::model::record::{Cause, Change, Record};
use sockstep::model::socket::Mode;
use sockstep::view::Frame;
use sockstep::words::calls::Chooser;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROWS: u32 = 9_000;

fn records() -> [Record; 2] {
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
            out: Some(Out::SoError(None)),
        };
        let call = Call::SoError { fd };
        tick.calls
            .push(CallFact::done(row, CalledBy::Program, call, outcome));
    }
    [first, tick]
}

/// The best of some.
fn best(mut run: impl FnMut()) -> Duration {
    let times = (0..7).map(|_| {
        let begun = Instant::now();
        run();
        begun.elapsed()
    });
    times.min().unwrap_or_default()
}

/// Measures, so it wants the machine for itself: `cargo test --release --test sentences -- --ignored --nocapture`.
#[test]
#[ignore = "it measures"]
fn choosing_costs_a_tenth_of_drawing_at_most() {
    let (header, _) = read(golden_text("default-lab").as_bytes()).expect("a recording");
    let place = Surroundings {
        header,
        local_offset: 0,
        unicode: true,
        true_colour: true,
    };
    let mut model = Model::new(place, Theme::Dark, Duration::ZERO, (160, 50));
    for record in records() {
        model.history.push_folding(Arc::new(record));
    }
    let area = Rect::new(0, 0, 160, 50);
    let mut cells = Buffer::empty(area);
    let drawing = best(|| {
        cells.reset();
        sockstep::view::fit_and_draw(&mut Frame::new(&mut cells), &mut model);
    });
    let (world, record) = (model.world(), model.history.record().expect("a record"));
    let choosing = best(|| {
        let chooser = Chooser::new(world, record);
        let said = (0..record.calls.len()).filter_map(|place| chooser.sentence(place));
        assert_eq!(said.count(), ROWS as usize);
    });
    println!("drawing {drawing:?}, choosing {choosing:?} for {ROWS} calls");
    assert!(choosing * 10 <= drawing, "{choosing:?} of {drawing:?}");
}
