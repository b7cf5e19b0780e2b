//! A race of the addresses of one name, as RFC 8305 (happy eyeballs) runs it: each attempt is a row of its own, with a descriptor of its own.

use super::addr::{Addr, Family};
use super::ids::Row;
use std::time::Duration;

/// An attempt begins at least so long after the one before it: RFC 8305, section 5.
pub const SHORTEST_DELAY: Duration = Duration::from_millis(10);

/// What a row is in a race.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Race {
    /// The row of the name: its attempt is the first one.
    pub leader: Row,
    /// So long after an attempt called connect() the next one begins, if nothing came before: the Connection Attempt Delay of RFC 8305.
    pub delay: Duration,
    /// The attempt before this one; `None` of the first.
    pub after: Option<Row>,
    /// The attempt behind this one, if there is one.
    pub next: Option<Row>,
    /// How far it is.
    pub turn: RaceTurn,
}

/// How far an attempt is in its race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RaceTurn {
    /// It has not begun. It is due at this moment, in microseconds since the session began; `None`: the attempt before it has not called
    /// connect() yet.
    Waits {
        /// When.
        due_us: Option<u64>,
    },
    /// The attempt before it has failed, so it may begin at once.
    AtOnce,
    /// It has begun, or is the first.
    Runs,
    /// It was proved connected before every other.
    Won,
    /// This one was.
    Lost {
        /// Which.
        to: Row,
    },
}

impl Race {
    /// The first attempt, as long as it is alone.
    pub fn first(leader: Row, delay: Duration) -> Race {
        Race {
            leader,
            delay,
            after: None,
            next: None,
            turn: RaceTurn::Runs,
        }
    }

    /// Whether somebody was proved connected.
    pub fn is_decided(&self) -> bool {
        matches!(self.turn, RaceTurn::Won | RaceTurn::Lost { .. })
    }

    /// Whether its attempt has not begun.
    pub fn waits(&self) -> bool {
        matches!(self.turn, RaceTurn::Waits { .. } | RaceTurn::AtOnce)
    }

    /// Whether its attempt has not begun, and may not begin at this moment of the session.
    pub fn is_held(&self, now_us: u64) -> bool {
        matches!(self.turn, RaceTurn::Waits { due_us } if due_us.is_none_or(|due| due > now_us))
    }

    /// When its attempt is due, if that is known and it waits.
    pub fn due_us(&self) -> Option<u64> {
        match self.turn {
            RaceTurn::Waits { due_us } => due_us,
            _ => None,
        }
    }

    /// Which one was proved connected before it.
    pub fn lost_to(&self) -> Option<Row> {
        match self.turn {
            RaceTurn::Lost { to } => Some(to),
            _ => None,
        }
    }
}

/// The order in which the addresses of a name are tried: as the resolver gave them, but with the families in turn, the first one's first.
/// Source: RFC 8305, section 4, with a First Address Family Count of 1.
pub fn order(addrs: &[Addr]) -> Vec<Addr> {
    let Some(first) = addrs.first().map(Addr::family) else {
        return Vec::new();
    };
    let is_first = |addr: &&Addr| (addr.family() == Family::Inet6) == (first == Family::Inet6);
    let (mut ours, mut others) = (
        addrs.iter().filter(is_first),
        addrs.iter().filter(|addr| !is_first(addr)),
    );
    let mut ordered = Vec::with_capacity(addrs.len());
    while ordered.len() < addrs.len() {
        ordered.extend(ours.next().into_iter().chain(others.next()).cloned());
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(addrs: &str) -> String {
        let addrs: Vec<Addr> = addrs
            .split(' ')
            .filter_map(|text| text.parse().ok())
            .collect();
        let ordered: Vec<String> = order(&addrs).iter().map(Addr::to_string).collect();
        ordered.join(" ")
    }

    #[test]
    fn the_families_take_turns_and_the_first_one_begins() {
        let cases = [
            (
                "[::1]:1 [::2]:1 [::3]:1 1.1.1.1:1 2.2.2.2:1",
                "[::1]:1 1.1.1.1:1 [::2]:1 2.2.2.2:1 [::3]:1",
            ),
            ("1.1.1.1:1 [::1]:1 [::2]:1", "1.1.1.1:1 [::1]:1 [::2]:1"),
            ("1.1.1.1:1 2.2.2.2:1 [::1]:1", "1.1.1.1:1 [::1]:1 2.2.2.2:1"),
            ("[::2]:1 [::1]:1", "[::2]:1 [::1]:1"),
            ("1.1.1.1:1", "1.1.1.1:1"),
        ];
        for (given, tried) in cases {
            assert_eq!(ordered(given), tried);
        }
        assert_eq!(ordered(""), "");
    }
}
