//! Any bytes are a recording or a message; what was read folds, and is read again from what is written of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sockstep::model::clean::is_hostile;
use sockstep::model::world::World;
use sockstep::trace::reader::Reader;
use sockstep::trace::{decode, encode};

fuzz_target!(|bytes: &[u8]| {
    let mut reader = match Reader::new(bytes) {
        Ok(reader) => reader,
        Err(fault) => return assert!(!fault.to_string().chars().any(is_hostile)),
    };
    let version = reader.header().version;
    let mut world = World::default();
    for record in &mut reader {
        let record = match record {
            Ok(record) => record,
            Err(fault) => return assert!(!fault.to_string().chars().any(is_hostile)),
        };
        world.apply(&record);
        let line = encode::record(&record);
        assert!(!line.trim_end().chars().any(is_hostile));
        assert_eq!(decode::record(version, &line), Ok(record));
    }
});
