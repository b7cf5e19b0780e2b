//! The packets of the lab wire as a pcapng file, from the client's point of view, each with a comment that says what became of it.

use super::Material;
use crate::pure::pcapng::{Captured, comment, file};
use crate::pure::wire::{Number, What};
use crate::pure::world::World;
use std::collections::HashMap;

/// The file; `None` if the recording holds no packets.
pub fn pcapng(material: &Material) -> Option<Vec<u8>> {
    let mut world = World::default();
    let mut decided: HashMap<Number, u64> = HashMap::new();
    for record in &material.records {
        world.apply(record);
        for fact in &record.packets {
            if matches!(fact.change.what, What::LetGo(_) | What::Dropped) {
                decided.insert(fact.change.number, world.tick);
            }
        }
    }
    let began = material.header.started.saturating_mul(1_000_000);
    let facts = material.records.iter().flat_map(|record| &record.packets);
    let captured: Vec<Captured> = facts
        .filter_map(|fact| {
            let entry = world.wire.get(fact.change.number)?;
            Some(Captured {
                at_us: began.saturating_add(fact.change.at_us),
                bytes: fact.bytes.clone()?,
                comment: comment(entry, decided.get(&entry.number).copied()),
            })
        })
        .collect();
    (!captured.is_empty()).then(|| file(&material.header.program, &captured))
}
