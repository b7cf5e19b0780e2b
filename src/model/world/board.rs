//! Who stands at which stage, and who moved there in the last record: a bit for each row and stage, kept by the fold, so that nobody has
//! to walk over thousands of rows to draw them.

use super::World;
use super::bits::rows;
use crate::model::ids::Row;
use crate::model::socket::Stage;

/// So many stages there are.
const STAGES: usize = Stage::Accepted as usize + 1;

/// Whose sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardSide {
    /// The program's.
    Program,
    /// Those of its peers.
    Peers,
}

/// Rows side by side that stand at one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageRun {
    /// The first of them.
    pub first: Row,
    /// The last.
    pub last: Row,
    /// They came there in the last record.
    pub moved: bool,
}

impl StageRun {
    /// How many rows it is.
    pub fn count(self) -> usize {
        (self.last.0 - self.first.0 + 1) as usize
    }
}

/// Where 64 rows stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StageTable {
    /// For each stage a bit for each row.
    at: [u64; STAGES],
    /// Who is a peer.
    peers: u64,
    /// Who came to its stage in the last record that touched one of these rows.
    pub(super) moved: u64,
}

impl StageTable {
    /// Writes down where a row stands; a deleted one stands nowhere.
    pub(super) fn set(&mut self, row: usize, stage: Option<Stage>, is_peer: bool, moved: bool) {
        let bit = 1 << row;
        let put = |word: &mut u64, is_in: bool| {
            *word = if is_in { *word | bit } else { *word & !bit };
        };
        for (at, word) in self.at.iter_mut().enumerate() {
            put(word, stage.is_some_and(|stage| stage as usize == at));
        }
        put(&mut self.peers, is_peer);
        put(&mut self.moved, moved && stage.is_some());
    }

    fn word(&self, stage: Stage, side: BoardSide) -> u64 {
        let at = self.at[stage as usize];
        match side {
            BoardSide::Program => at & !self.peers,
            BoardSide::Peers => at & self.peers,
        }
    }
}

impl World {
    /// How many rows stand at a stage.
    pub fn count_at(&self, stage: Stage, side: BoardSide) -> usize {
        let words = self
            .blocks
            .iter()
            .map(|block| block.stages().word(stage, side));
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// The rows that stand at a stage, in order, those side by side together; at most so many runs.
    pub fn runs_at(&self, stage: Stage, side: BoardSide, most: usize) -> Vec<StageRun> {
        let mut runs: Vec<StageRun> = Vec::new();
        for (word, block) in self.blocks.iter().enumerate() {
            let (table, n) = (block.stages(), block.n());
            let moved = if n == self.n && n > 0 { table.moved } else { 0 };
            let mut at = table.word(stage, side);
            while at != 0 {
                let from = at.trailing_zeros();
                let has_moved = moved >> from & 1 == 1;
                let alike = at & if has_moved { moved } else { !moved };
                let length = (alike >> from).trailing_ones();
                at &= !(u64::MAX.checked_shr(64 - length).unwrap_or(0) << from);
                let mut ends = rows(word, 1 << from | 1 << (from + length - 1));
                let Some(first) = ends.next() else { break };
                let last = ends.next().unwrap_or(first);
                let is_full = runs.len() == most;
                match runs.last_mut() {
                    Some(run) if run.last.0 + 1 == first.0 && run.moved == has_moved => {
                        run.last = last;
                    }
                    _ if is_full => return runs,
                    _ => runs.push(StageRun {
                        first,
                        last,
                        moved: has_moved,
                    }),
                }
            }
        }
        runs
    }
}
