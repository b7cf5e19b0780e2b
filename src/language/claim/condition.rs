//! The conditions under which a sentence is true: claims about a call, about a socket around it or now, and about a packet.

use super::facts::FactClaim;
use super::wire::PacketClaim;
use super::words::split;
use crate::model::call::{Call, CallFact, CalledBy, Out, SocketOption};
use crate::model::errno::Errno;
use crate::model::tcp::TcpState;
use crate::model::wire::PacketEntry;
use crate::model::world::{AroundCall, Facts};

/// What a condition may ask about. Of what is not there nothing holds, neither a claim nor its opposite.
#[derive(Clone, Copy, Debug, Default)]
pub struct Situation<'a> {
    /// A call.
    pub call: Option<&'a CallFact>,
    /// The socket before that call, and after it with what the looks said after the record. `None` for a call that is about no row, or
    /// taught its row nothing: then no claim about its row is so.
    pub around: Option<&'a AroundCall>,
    /// The record has events.
    pub reported: bool,
    /// A socket now.
    pub row: Option<&'a Facts>,
    /// The TCP state of one end of a connection on the lab wire, or of an attempt.
    pub end: Option<TcpState>,
    /// A packet of the lab wire.
    pub packet: Option<&'a PacketEntry>,
    /// Nobody has asked for the record: a kernel, a timer or another thread made it.
    pub alone: bool,
}

impl<'a> From<&'a CallFact> for Situation<'a> {
    fn from(fact: &'a CallFact) -> Situation<'a> {
        Situation {
            call: Some(fact),
            ..Situation::default()
        }
    }
}

impl<'a> From<&'a Facts> for Situation<'a> {
    fn from(facts: &'a Facts) -> Situation<'a> {
        Situation {
            row: Some(facts),
            ..Situation::default()
        }
    }
}

impl From<TcpState> for Situation<'_> {
    fn from(end: TcpState) -> Self {
        Situation {
            end: Some(end),
            ..Situation::default()
        }
    }
}

impl<'a> From<&'a PacketEntry> for Situation<'a> {
    fn from(packet: &'a PacketEntry) -> Situation<'a> {
        Situation {
            packet: Some(packet),
            ..Situation::default()
        }
    }
}

/// What one alternative of a condition asks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asks {
    /// Of the socket before the call.
    Before(FactClaim),
    /// Of the socket after it, or now.
    Now(FactClaim),
    /// Who made it.
    By(CalledBy),
    /// Which option it set, and perhaps to what.
    Option(SocketOption, Option<u32>),
    /// Its errno, or the error that it read.
    Errno(Errno),
    /// Its record has events.
    Reported,
    /// Of the packet.
    Packet(PacketClaim),
    /// Nobody has asked for the record.
    Alone,
}

/// One line of `when`: alternatives, of which one must hold, each perhaps turned round by `not`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(Vec<(bool, Asks)>);

impl Condition {
    /// Reads a line such as `before stage pending or not watched`. `None` if a word is not known.
    pub fn parse(text: &str) -> Option<Condition> {
        let alternatives = text.split(" or ").map(|part| {
            let (not, part) = match part.trim().strip_prefix("not ") {
                Some(rest) => (true, rest),
                None => (false, part.trim()),
            };
            let (first, rest) = split(part);
            let asks = match first {
                "before" => Asks::Before(FactClaim::read_any(rest)?),
                "by" => Asks::By(rest.parse().ok()?),
                "option" => {
                    let (name, value) = split(rest);
                    let value = match value {
                        "" => None,
                        value => Some(value.parse().ok()?),
                    };
                    Asks::Option(name.parse().ok()?, value)
                }
                "errno" => Asks::Errno(Errno::from_name(rest)?),
                "reported" if rest.is_empty() => Asks::Reported,
                "packet" => Asks::Packet(PacketClaim::read(rest)?),
                "alone" if rest.is_empty() => Asks::Alone,
                _ => Asks::Now(FactClaim::read_any(part)?),
            };
            Some((not, asks))
        });
        alternatives.collect::<Option<Vec<_>>>().map(Condition)
    }

    /// Whether it holds there.
    pub fn holds(&self, there: Situation<'_>) -> bool {
        self.0.iter().any(|(not, asks)| {
            let is_so = asks.holds(there);
            is_so.is_some_and(|is_so| is_so != *not)
        })
    }
}

impl Asks {
    /// `None` if there is nobody to ask about.
    fn holds(&self, there: Situation<'_>) -> Option<bool> {
        let of_row = |claim: &FactClaim, facts: Option<&Facts>| match facts {
            Some(facts) => Some(claim.holds(facts)),
            None => there.call.map(|_| false),
        };
        match self {
            Asks::Before(claim) => of_row(claim, there.around.map(|around| &around.before)),
            Asks::Now(claim) => match (claim, there.end) {
                (FactClaim::Kernel(state), Some(end)) => Some(end == *state),
                _ => of_row(
                    claim,
                    there.row.or(there.around.map(|around| &around.after)),
                ),
            },
            Asks::By(by) => Some(there.call?.by == *by),
            Asks::Option(wanted, at) => Some(match &there.call?.call {
                Call::SetOption { option, value, .. } => {
                    option == wanted && at.is_none_or(|at| at == *value)
                }
                _ => false,
            }),
            Asks::Errno(errno) => Some(there.call?.outcome.as_ref().is_some_and(|outcome| {
                outcome.errno == Some(*errno) || outcome.out == Some(Out::SoError(Some(*errno)))
            })),
            Asks::Reported => there.call.map(|_| there.reported),
            Asks::Packet(claim) => Some(claim.is_so(there.packet?)),
            Asks::Alone => Some(there.alone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_before_not_and_alternatives() {
        for text in [
            "family unix",
            "not before watched",
            "before stage pending or before stage writable",
            "by program",
            "option linger 0",
            "has IN|HUP",
            "taken recv ECONNRESET",
            "packet SYN or packet from client",
            "not packet held",
            "alone",
        ] {
            assert!(Condition::parse(text).is_some(), "{text}");
        }
        for text in [
            "family x",
            "before",
            "watched now",
            "stage ended",
            "by me",
            "taken foo",
            "packet from router",
        ] {
            assert!(Condition::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn of_what_is_not_there_neither_a_claim_nor_its_opposite_holds() {
        let somewhere = Situation::from(TcpState::SynSent);
        for text in [
            "by program",
            "packet SYN",
            "before watched",
            "stage pending",
            "reported",
        ] {
            for text in [text.to_owned(), format!("not {text}")] {
                let condition = Condition::parse(&text).expect("it is understood");
                assert!(!condition.holds(somewhere), "{text}");
            }
        }
        let holds = |text: &str| Condition::parse(text).is_some_and(|it| it.holds(somewhere));
        assert!(holds("kernel SYN-SENT") && holds("by program or not kernel CLOSE"));
    }
}
