//! The conditions under which a sentence is true: claims about a socket around a call, and about the call.

use super::facts::FactClaim;
use super::words::split;
use crate::model::call::{Call, CallFact, CalledBy, SocketOption};
use crate::model::errno::Errno;
use crate::model::world::{AroundCall, Facts};

/// A socket around one call, and the call: what a condition asks.
#[derive(Clone, Copy, Debug)]
pub struct CallContext<'a> {
    /// The call.
    pub fact: &'a CallFact,
    /// The socket before it, and after it with what the looks said after the record. `None` for a call that is about no row, or taught
    /// its row nothing.
    pub around: Option<&'a AroundCall>,
    /// Its record has events.
    pub reported: bool,
}

/// What one alternative of a condition asks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asks {
    /// Of the socket before the call.
    Before(FactClaim),
    /// Of the socket after it.
    After(FactClaim),
    /// Who made it.
    By(CalledBy),
    /// Which option it set, and perhaps to what.
    Option(SocketOption, Option<u32>),
    /// Its errno, or the error that it read.
    Errno(Errno),
    /// Its record has events.
    Reported,
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
                _ => Asks::After(FactClaim::read_any(part)?),
            };
            Some((not, asks))
        });
        alternatives.collect::<Option<Vec<_>>>().map(Condition)
    }

    /// The same of a row, where no call is there to be asked about.
    pub fn parse_of_row(text: &str) -> Option<Condition> {
        let is_of_row = |(_, asks): &(bool, Asks)| matches!(asks, Asks::After(_));
        Condition::parse(text).filter(|condition| condition.0.iter().all(is_of_row))
    }

    /// Whether it is so of a row; what asks about a call is not.
    pub fn is_so(&self, facts: &Facts) -> bool {
        self.0.iter().any(|(not, asks)| match asks {
            Asks::After(claim) => claim.holds(facts) != *not,
            _ => false,
        })
    }

    /// Whether it holds around this call.
    pub fn holds(&self, context: CallContext<'_>) -> bool {
        self.0.iter().any(|(not, asks)| asks.holds(context) != *not)
    }
}

impl Asks {
    fn holds(&self, context: CallContext<'_>) -> bool {
        let fact = context.fact;
        match self {
            Asks::Before(claim) => context
                .around
                .is_some_and(|around| claim.holds(&around.before)),
            Asks::After(claim) => context
                .around
                .is_some_and(|around| claim.holds(&around.after)),
            Asks::By(by) => fact.by == *by,
            Asks::Option(wanted, at) => match &fact.call {
                Call::SetOption { option, value, .. } => {
                    option == wanted && at.is_none_or(|at| at == *value)
                }
                _ => false,
            },
            Asks::Errno(errno) => {
                let outcome = fact.outcome.as_ref();
                outcome.is_some_and(|outcome| {
                    outcome.errno == Some(*errno)
                        || matches!(&outcome.out, Some(crate::model::call::Out::SoError(Some(found))) if found == errno)
                })
            }
            Asks::Reported => context.reported,
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
        ] {
            assert!(Condition::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn of_a_row_nothing_is_asked_about_a_call() {
        for text in [
            "stage pending or not has HUP",
            "failure timed out",
            "stuck connect",
            "port",
        ] {
            assert!(Condition::parse_of_row(text).is_some(), "{text}");
        }
        for text in [
            "before watched",
            "by program",
            "stage pending or errno EPIPE",
            "reported",
        ] {
            assert!(Condition::parse_of_row(text).is_none(), "{text}");
        }
    }
}
