//! What a press costs without the kernel: folding, planning, drawing.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use sockstep::app::model::{Model, Place, Theme};
use sockstep::app::update::{Msg, fit, update};
use sockstep::model::ids::Row;
use sockstep::model::readiness::Interest;
use sockstep::model::record::{Cause, Change, Header, Record};
use sockstep::model::world::{Scope, World};
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
            mode: Default::default(),
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
    let place = Place {
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
    let mut terminal = Terminal::new(TestBackend::new(160, 50)).expect("a screen in memory");
    bencher.bench_local(|| {
        terminal
            .draw(|frame| sockstep::view::draw(frame, &model))
            .map(|_| ())
    });
}
