//! The peer of the lab that a program was given, and what is done there while the program is watched.

use super::Watched;
use crate::model::call::CallFact;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::record::{Cause, Change, Record};
use crate::model::refusal::Refusal;

/// What came of an act at a peer: the calls that it took, and why it was refused or failed.
pub type ActedAtPeer = (Vec<CallFact>, Result<(), Refusal>);

/// A peer that is served beside the program.
pub trait GivenPeer: Send {
    /// Lets it do what is to be done now.
    fn settle(&mut self);

    /// Does there what a command asks for that names a row which leads to it; `None` if it is not there any more.
    fn act(&mut self, named: Row, command: &Command) -> Option<ActedAtPeer>;
}

impl Watched {
    /// Lets the peer do what is to be done after a step.
    pub(super) fn settle(&mut self) {
        if let Some(peer) = &mut self.peer {
            peer.settle();
        }
    }

    /// Does something at the peer of the lab to which a row leads: accepts, listens, fills or frees its queue, or takes it in hand; or says
    /// why that is refused, and nothing was done then. What failed is told, and what was done before it stands in the record. `None` if the
    /// command is for something else.
    pub fn at_the_peer(&mut self, command: &Command) -> Option<Result<Record, Refusal>> {
        let row = command.at_peer_of()?;
        Some(self.acts_at_peer_of(row, command))
    }

    fn acts_at_peer_of(&mut self, row: Row, command: &Command) -> Result<Record, Refusal> {
        self.world.may(command)?;
        let acted = self.peer.as_mut().and_then(|peer| peer.act(row, command));
        let (calls, result) = acted.ok_or(Refusal::NotOurs(row))?;
        if calls.is_empty() {
            result?;
        }
        let mut record = self.new_record(Cause::Command(command.clone()));
        record.calls = calls.into();
        if let Command::ByHand(row, switch) = command {
            let (row, switch) = (*row, *switch);
            record.changes.push(Change::ByHand { row, switch });
        }
        if self.options.looks {
            self.look_at_all(&mut record);
        }
        Ok(self.commit(record))
    }
}
