//! What is said of a record, by its keys.

use super::{edges, narration};
use crate::language::claim::SaidSentence;
use crate::language::depth::Depth;
use crate::model::record::Record;
use crate::model::socket::Stage;
use crate::model::world::World;
use crate::narrate::next::{self, Audience};
use crate::narrate::{facts, kernel, ledger, masks, packets, spoken, stages};
use crate::words::calls::Chooser;
use crate::words::looks;
use crate::words::prose::Told;

/// All that is said of a record, and of each row and the next tick after it, by its keys: what `expect says` asks.
pub fn said(world: &World, record: &Record) -> Vec<SaidSentence> {
    let mut said = said_of_calls(world, record);
    let narration = narration(world, record, Depth::Program);
    let mut told: Vec<Told> = narration.told.into_iter().map(|(_, told)| told).collect();
    told.extend(narration.parts);
    told.extend(next::told(world, Audience::Screen));
    let clock = |us: u64| us.to_string();
    for row in world.present() {
        told.push(stages::meaning(row).told(&[row.row], &[]));
        told.extend(kernel::told(row, &clock));
        let mask = masks::of(row).map(|mask| SaidSentence {
            row: Some(row.row),
            key: mask.key.clone(),
        });
        said.extend(mask);
        let differs = looks::differs(world, row).into_iter();
        told.extend(differs.map(|difference| looks::sentence(&difference, &[row.row])));
        let state = kernel::state_said(row);
        told.extend(state.map(|state| state.told(&[row.row], &[])));
        told.extend(kernel::timers(row, &clock));
        told.extend(facts::told_word(world, row));
        told.extend(facts::told_so_error(row));
        if row.stage() == Stage::New {
            told.extend(facts::told_leads_to(row, "", world.at_us));
        }
        if record.tick.is_some() {
            let why = next::no_call(world, record, row.row);
            told.extend(why.map(|why| why.told(&[row.row], &[])));
        }
    }
    told.extend(edges::still_true(world, record));
    let calls = record.calls.iter();
    told.extend(calls.flat_map(|fact| spoken::parts(fact, None)));
    let packets = record.packets.iter();
    told.extend(packets.map(|fact| packets::happened(&fact.change)));
    told.extend(packets::sent_again(world, record));
    for entry in world.wire.waiting() {
        told.extend(packets::held(entry, &clock));
        told.push(packets::think(world, entry));
    }
    let effects = record.calls.iter().filter_map(|fact| {
        Some(SaidSentence {
            row: fact.row,
            key: ledger::text(fact)?.key.clone(),
        })
    });
    said.extend(effects);
    for told in told {
        let Some(key) = told.key else {
            continue;
        };
        let rows = told.rows.iter().copied().map(Some);
        let none = told.rows.is_empty().then_some(None);
        said.extend(rows.chain(none).map(|row| SaidSentence {
            row,
            key: key.to_owned(),
        }));
    }
    said
}

/// The sentences that explain the calls of a record, one each.
pub fn said_of_calls(world: &World, record: &Record) -> Vec<SaidSentence> {
    let chooser = Chooser::new(world, record);
    let calls = record.calls.iter().enumerate();
    calls
        .filter_map(|(place, fact)| {
            Some(SaidSentence {
                row: fact.row,
                key: chooser.sentence(place)?.key.clone(),
            })
        })
        .collect()
}
