//! The golden recordings: small real sessions, kept as they were written.

use std::path::PathBuf;
use std::sync::Arc;

use sockstep::app::model::{Model, ReplayInfo, Surroundings, Theme};
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

/// Those of programs that were watched.
pub const WATCHED: [&str; 12] = [
    "watch-asyncio-refused",
    "watch-half-close",
    "watch-echo",
    "watch-refused",
    "watch-pending",
    "watch-asyncio",
    "watch-calls",
    "watch-ends",
    "watch-stuck",
    "watch-datagrams",
    "watch-two",
    "watch-forks",
];

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
    let place = Surroundings {
        header: header.clone(),
        local_offset: 0,
        unicode: true,
        true_colour: true,
    };
    let mut model = Model::new(place, Theme::Dark, Duration::ZERO, size);
    model.recorded = Some(ReplayInfo {
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
    let area = ratatui::layout::Rect::new(0, 0, columns, rows);
    let mut picture = sockstep::view::Picture::new(area);
    sockstep::view::fit_and_draw(&mut sockstep::view::Frame::new(&mut picture), model);
    picture.cells()
}
