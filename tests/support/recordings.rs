//! The golden recordings: small real sessions, kept as they were written.

use std::path::PathBuf;
use std::sync::Arc;

use sockstep::app::model::{Model, Place, Recorded, Theme};
use sockstep::model::record::{Header, Record};
use sockstep::trace::reader::Reader;
use std::time::Duration;

/// All of version 1.
pub const GOLDEN: [&str; 5] = [
    "default-lab",
    "hostile-peer",
    "name-and-closed-port",
    "unix",
    "wire-talk",
];

/// One of version 2 with a word and a field of every kind that this program does not understand, put into the last of those.
pub const VERSION_2: &str = "version-2";

/// The file of one.
pub fn golden(name: &str) -> PathBuf {
    PathBuf::from(format!(
        "{}/tests/golden/{name}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    ))
}

/// Its text.
pub fn golden_text(name: &str) -> String {
    std::fs::read_to_string(golden(name)).expect("a golden recording")
}

/// The good part of a trace.
pub fn read(bytes: &[u8]) -> Option<(Header, Vec<Arc<Record>>)> {
    let mut reader = Reader::new(bytes).ok()?;
    let header = reader.header().clone();
    let records = reader
        .by_ref()
        .map_while(Result::ok)
        .map(Arc::new)
        .collect();
    Some((header, records))
}

/// A model that has taken in these records.
pub fn model(header: &Header, records: &[Arc<Record>], size: (u16, u16)) -> Model {
    let place = Place {
        header: header.clone(),
        local_offset: 0,
        unicode: true,
        true_colour: true,
    };
    let mut model = Model::new(place, Theme::Dark, Duration::ZERO, size);
    model.recorded = Some(Recorded {
        name: "golden".to_owned(),
        broken: None,
    });
    for record in records {
        model.history.push_folding(Arc::clone(record));
    }
    model
}

/// The screen of a model, cell by cell.
pub fn screen(model: &mut Model) -> ratatui::buffer::Buffer {
    let (columns, rows) = model.size;
    let backend = ratatui::backend::TestBackend::new(columns, rows);
    let mut terminal = ratatui::Terminal::new(backend).expect("a terminal in memory");
    terminal
        .draw(|frame| {
            if let Some(plan) = sockstep::view::layout::plan(model, frame.area()) {
                sockstep::app::update::fit(model, plan.room());
            }
            sockstep::view::draw(frame, model);
        })
        .expect("it is drawn");
    terminal.backend().buffer().clone()
}
