//! Which facts are covered while a question is open: what the kernel knows and what the peer did. What the program
//! was told is not.

use super::{Claim, Property, Subject};
use crate::model::world::RowCaller;

impl Claim {
    /// Whether what it speaks of stands under the cover while a question is open.
    pub fn is_covered(&self) -> bool {
        match &self.what {
            Subject::True(..) | Subject::Wire(_) | Subject::Says(..) => true,
            Subject::New(..) | Subject::Sockets(_) | Subject::Events(_) | Subject::Program(_) => {
                false
            }
            Subject::Of(_, of) => of.is_covered(),
        }
    }
}

impl Property {
    fn is_covered(&self) -> bool {
        match self {
            Property::Call(RowCaller::Peer, ..)
            | Property::Poll(_)
            | Property::Epoll(_)
            | Property::Select(_)
            | Property::SelectCannot(_)
            | Property::Kernel(_)
            | Property::Client(_)
            | Property::Server(_)
            | Property::Syns(_)
            | Property::Unacked(_)
            | Property::Queue(_)
            | Property::Fact(_) => true,
            Property::Stage(_)
            | Property::Failure(_)
            | Property::Call(RowCaller::Own, ..)
            | Property::Made(..)
            | Property::Deadlock(_)
            | Property::Reported(_)
            | Property::Asked(_)
            | Property::Bytes(_)
            | Property::SoError(_)
            | Property::Port
            | Property::Stuck(_)
            | Property::Partner(_) => false,
        }
    }
}
