//! The story of a record for somebody who has chosen a socket.

use super::{edges, narration};
use crate::language::depth::Depth;
use crate::model::ids::Row;
use crate::model::record::Record;
use crate::model::world::World;
use crate::words::prose::Told;

/// What is told of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordStory {
    /// The sentences, most important first.
    pub sentences: Vec<String>,
    /// One more, where there is room for it: why NEW and TRUE differ.
    pub aside: Option<String>,
}

/// The sentences for a record, most important first; `world` is the state after it.
pub fn narrate(world: &World, record: &Record, depth: Depth) -> Vec<String> {
    let story = tell(world, record, depth, None);
    story.sentences.into_iter().chain(story.aside).collect()
}

/// The sentences for a record; `world` is the state after it. What is said of the chosen socket comes before everything else.
pub fn tell(world: &World, record: &Record, depth: Depth, chosen: Option<Row>) -> RecordStory {
    let mut told = narration(world, record, depth).told;
    let is_about = |told: &Told| chosen.is_some_and(|chosen| told.rows.contains(&chosen));
    told.sort_by_key(|(_, told)| !is_about(told));
    RecordStory {
        sentences: told.into_iter().map(|(_, told)| told.text).collect(),
        aside: edges::still_true(world, record).map(|told| told.text),
    }
}
