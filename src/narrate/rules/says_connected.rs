//! The program's words claim a connection of which no call has told it.

use super::told::ToldOfSuccess;
use super::{Cited, RuleAtWork, RuleMoment};
use crate::language::rules::WatchRule;
use crate::model::clean;
use crate::model::socket::Happened;
use crate::model::world::RowState;
use crate::words::rules;

/// The word, where the lesson names none.
const CONNECTED: &str = "connected";
/// What turns it round when it stands before it.
const NOT: [&str; 4] = ["not", "never", "nobody", "isn't"];
/// So much of the program's words is cited.
const CITED: usize = 40;

#[derive(Debug, Default)]
pub(super) struct SaysConnected {
    told: ToldOfSuccess,
}

impl RuleAtWork for SaysConnected {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited> {
        self.told.learns(at);
        let said = at.record.said.iter().flat_map(|words| &words.bytes);
        let said: Vec<u8> = said.copied().collect();
        let said = String::from_utf8_lossy(&said);
        let claims = |line: &&str| match &at.choice.claim {
            Some(claim) => line.to_lowercase().contains(claim),
            None => claims_connected(line),
        };
        let line = said.lines().find(claims)?;
        // One proof is enough: of which socket a program speaks nobody knows.
        let tried = |state: &&RowState| {
            let past = state.current().past.happened;
            past.intersects(Happened::BEGUN | Happened::FAILED_AT_ONCE | Happened::CONNECTED)
        };
        let mut tried = at.world.rows().filter(tried).peekable();
        let row = tried.peek()?.row;
        let no_proof = |state: &RowState| {
            !self.told.has(state.row)
                && rules::find(WatchRule::SaysConnected, &state.facts()).is_some()
        };
        tried.all(no_proof).then(|| Cited {
            row: Some(row),
            step: at.step,
            task: None,
            call: format!("write(1, {})", clean::excerpt(line.as_bytes(), CITED)),
            errno: None,
            said: clean::excerpt(line.as_bytes(), CITED),
        })
    }
}

/// Whether the word stands in a line and is not turned round by the word before it.
fn claims_connected(line: &str) -> bool {
    let line = line.to_lowercase();
    let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let mut before = "";
    words.any(|word| {
        let claims = word == CONNECTED && !NOT.contains(&before);
        before = word;
        claims
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_found_where_it_stands_alone_and_is_meant() {
        for line in ["connected", "1: Connected to host", "we are connected!"] {
            assert!(claims_connected(line), "{line}");
        }
        for line in [
            "disconnected",
            "Transport endpoint is not connected",
            "connecting",
            "never connected",
        ] {
            assert!(!claims_connected(line), "{line}");
        }
    }
}
