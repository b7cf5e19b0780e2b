//! What a press costs without the kernel: folding, the snapshot that is handed on, planning, drawing.

use ratatui::layout::Rect;
use sockstep::app::model::{Model, Surroundings, Theme};
use sockstep::app::update::{Msg, fit, update};
use sockstep::model::call::{Call, CallFact, CalledBy, Outcome};
use sockstep::model::ids::{Fd, Row};
use sockstep::model::readiness::{Interest, PollMask};
use sockstep::model::record::{Answer, Cause, Change, Header, Look, Record};
use sockstep::model::world::{Scope, World};
use sockstep::view::{Frame, Picture};
use std::sync::Arc;
use std::time::Duration;

fn main() {
    divan::main();
}

fn rows(count: u32) -> Record {
    let mut record = Record::new(0, Cause::parse("add"), 0);
    for row in 1..=count {
        record.changes.push(Change::Added {
            row: Row(row),
            target: sockstep::model::target::Target::parse(&format!(
                "127.0.0.1:{}",
                1000 + row % 4
            ))
            .expect("a target"),
            addresses: vec!["127.0.0.1:80".parse().expect("a valid address")],
            interest: Interest::default(),
            mode: sockstep::model::socket::Mode::default(),
        });
    }
    record
}

fn tick() -> Record {
    Record {
        tick: Some(1),
        ..Record::new(1, Cause::parse("tick"), 1)
    }
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn plan(bencher: divan::Bencher<'_, '_>, count: u32) {
    let mut world = World::default();
    world.apply(&rows(count));
    bencher.bench_local(|| world.plan(&[], Scope::All, 0));
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn fold_a_quiet_tick(bencher: divan::Bencher<'_, '_>, count: u32) {
    let mut world = World::default();
    world.apply(&rows(count));
    let tick = tick();
    bencher.bench_local(|| world.apply(&tick));
}

/// The snapshot that travels with each record.
#[divan::bench(args = [10, 1_000, 10_000])]
fn snapshot(bencher: divan::Bencher<'_, '_>, count: u32) {
    let mut world = World::default();
    world.apply(&rows(count));
    bencher.bench_local(|| world.clone());
}

/// A tick in which so many of so many rows make their call, while the screen holds the world before it.
#[divan::bench(args = [(10, 1), (10, 10), (1_000, 1), (1_000, 10), (1_000, 1_000), (10_000, 1), (10_000, 10), (10_000, 1_000), (10_000, 10_000)])]
fn fold_with_a_snapshot_held(bencher: divan::Bencher<'_, '_>, (count, changed): (u32, u32)) {
    fold(bencher, count, changed, true);
}

/// The same while nobody holds a snapshot.
#[divan::bench(args = [(10, 1), (1_000, 10), (10_000, 1), (10_000, 10_000)])]
fn fold_alone(bencher: divan::Bencher<'_, '_>, (count, changed): (u32, u32)) {
    fold(bencher, count, changed, false);
}

fn fold(bencher: divan::Bencher<'_, '_>, count: u32, changed: u32, held: bool) {
    let mut world = World::default();
    world.apply(&rows(count));
    let mut tick = tick();
    for place in 0..changed {
        // Spread evenly, so that as many chunks as possible are touched.
        let row = Row(place * (count / changed) + 1);
        let fd = Fd(row.0 as i32 + 10);
        let call = Call::Recv { fd, size: 5 };
        let fact = CallFact::done(row, CalledBy::Program, call, Outcome::ok(5));
        tick.calls.push(fact);
        let poll = Answer::Says(PollMask::OUT);
        let look = Look {
            poll,
            ..Look::default()
        };
        tick.looks.push((row, look));
    }
    let mut snapshot = held.then(|| world.clone());
    bencher.bench_local(|| {
        world.apply(&tick);
        if held {
            snapshot = Some(world.clone());
        }
    });
    drop(snapshot);
}

#[divan::bench(args = [4, 1_000, 10_000])]
fn draw_160x50(bencher: divan::Bencher<'_, '_>, count: u32) {
    let header = Header {
        version: Header::NEWEST,
        unknown: Vec::new(),
        os: "linux".to_owned(),
        kernel: "6.18.0".to_owned(),
        program: "sockstep".to_owned(),
        started: 0,
        sysctl: Vec::new(),
    };
    let place = Surroundings {
        header,
        local_offset: 0,
        unicode: true,
        true_colour: true,
    };
    let mut model = Model::new(place, Theme::Dark, Duration::ZERO, (160, 50));
    let mut world = World::default();
    for record in [rows(count), tick()] {
        world.apply(&record);
        let made = Msg::Made {
            record: Arc::new(record),
            world: Box::new(world.clone()),
        };
        update(&mut model, made, Duration::ZERO);
    }
    fit(&mut model, 16);
    let area = Rect::new(0, 0, 160, 50);
    let mut picture = Picture::new(area);
    bencher.bench_local(|| {
        picture.begin(area);
        sockstep::view::draw(&mut Frame::new(&mut picture), &model);
        picture.cells()
    });
}
