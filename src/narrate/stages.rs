//! What each stage means.

use crate::model::socket::Stage;
use crate::model::world::RowState;
use crate::words::prose::{self, Prose};

/// The key of what a stage means.
fn key(stage: Stage) -> &'static str {
    match stage {
        Stage::New => "stage new",                            // prose
        Stage::Resolving => "stage resolving",                // prose
        Stage::Created => "stage created",                    // prose
        Stage::NonBlocking => "stage non-blocking",           // prose
        Stage::ConnectAttempted => "stage connect-attempted", // prose
        Stage::Pending => "stage pending",                    // prose
        Stage::Writable => "stage writable",                  // prose
        Stage::Connected => "stage connected",                // prose
        Stage::Error => "stage error",                        // prose
        Stage::Closed => "stage closed",                      // prose
        Stage::Listening => "stage listening",                // prose
        Stage::Accepted => "stage accepted",                  // prose
    }
}

/// What the stage means for this row.
pub fn meaning(row: &RowState) -> &'static Prose {
    let key = key(row.stage());
    prose::chosen(key, &row.facts())
}

/// A stage in three letters, for the timeline; the two verdicts in capitals.
pub fn code(stage: Stage) -> &'static str {
    match stage {
        Stage::New => ".",
        Stage::Resolving => "res",
        Stage::Created => "cre",
        Stage::NonBlocking => "nbl",
        Stage::ConnectAttempted => "att",
        Stage::Pending => "pen",
        Stage::Writable => "wri",
        Stage::Connected => "CON",
        Stage::Error => "ERR",
        Stage::Closed => "clo",
        Stage::Listening => "lis",
        Stage::Accepted => "acc",
    }
}

/// What the three letters mean.
pub fn legend() -> String {
    let all = [Stage::New].into_iter().chain(Stage::NAMED);
    let parts: Vec<String> = all
        .map(|stage| format!("{} {}", code(stage), stage.word()))
        .collect();
    parts.join(", ")
}
