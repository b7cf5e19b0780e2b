//! The packets of the lab wire as a pcapng file, from the client's point of view: each copy a frame, with a comment that says what became
//! of it.

use super::ExportInput;
use crate::model::world::World;
use crate::trace::pcapng::file;
use crate::trace::pcapng::frames::CaptureFrames;

/// The file; `None` if the recording holds no packets.
pub fn pcapng(input: &ExportInput) -> Option<Vec<u8>> {
    let mut world = World::default();
    let mut frames = CaptureFrames::default();
    for record in &input.records {
        world.apply(record);
        for fact in &record.packets {
            frames.take_in(&fact.change, fact.bytes.as_deref(), world.tick);
        }
    }
    let began_us = input.header.started.saturating_mul(1_000_000);
    let captured = frames.captured(began_us);
    (!captured.is_empty()).then(|| file(&input.header.program, &captured))
}
