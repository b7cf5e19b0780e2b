//! The packets of the lab wire as a pcapng file, from the client's point of view: each copy a frame, with a comment that says what became
//! of it.

use super::Material;
use crate::model::world::World;
use crate::trace::pcapng::file;
use crate::trace::pcapng::frames::Frames;

/// The file; `None` if the recording holds no packets.
pub fn pcapng(material: &Material) -> Option<Vec<u8>> {
    let mut world = World::default();
    let mut frames = Frames::default();
    for record in &material.records {
        world.apply(record);
        for fact in &record.packets {
            frames.take_in(&fact.change, fact.bytes.as_deref(), world.tick);
        }
    }
    let began_us = material.header.started.saturating_mul(1_000_000);
    let captured = frames.captured(began_us);
    (!captured.is_empty()).then(|| file(&material.header.program, &captured))
}
