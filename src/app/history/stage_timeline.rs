//! When each row entered which stage: enough to draw the timeline without folding anything again.

use crate::model::ids::Row;
use crate::model::record::{Change, Record};
use crate::model::socket::Stage;

/// For each row the places of the records in which its stage changed, in order.
#[derive(Debug, Default)]
pub(super) struct StageTimeline {
    rows: Vec<Vec<(u32, Stage)>>,
}

impl StageTimeline {
    /// Takes in the record at this place.
    pub(super) fn note(&mut self, at: usize, record: &Record) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        for change in &record.changes {
            if let Change::Added { row, .. } | Change::Restarted { row } = change {
                self.enter(*row, at, Stage::New);
            }
        }
        for change in &record.stages {
            self.enter(change.row, at, change.stage);
        }
    }

    fn enter(&mut self, row: Row, at: u32, stage: Stage) {
        let index = row.index();
        // A foreign recording may name any number; rows come one by one.
        if index > self.rows.len() {
            return;
        }
        if index == self.rows.len() {
            self.rows.push(Vec::new());
        }
        let steps = &mut self.rows[index];
        match steps.last_mut() {
            // Of several stages in one record the last one counts.
            Some((last, known)) if *last == at => *known = stage,
            _ => steps.push((at, stage)),
        }
    }

    pub(super) fn stage_at(&self, row: Row, at: usize) -> Option<Stage> {
        let steps = self.rows.get(row.index())?;
        let behind = steps.partition_point(|(entered, _)| *entered as usize <= at);
        behind.checked_sub(1).map(|index| steps[index].1)
    }
}
