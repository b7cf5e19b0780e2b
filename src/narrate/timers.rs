//! When a kernel sends again and when it gives up, in words.

use crate::model::record::{TcpFacts, WireEnd};
use crate::model::tcp::TcpState;
use crate::words::prose::{self, Told};

/// What lies further ahead is not told by the clock.
const FAR_US: u64 = 3600 * 1_000_000;
/// Two moments that lie no further apart are the same timer.
const SAME_US: u64 = 100_000;

/// Writes a moment of the session as a time of day.
pub type Clock<'a> = &'a dyn Fn(u64) -> String;

/// `sends again at 14:03:05, gives up at 14:13:41`, of one end of a wire; `None` if no timer runs.
pub fn of_end(end: &WireEnd, clock: Clock<'_>) -> Option<Told> {
    joined(&end_parts(end, clock))
}

/// The same of a connect whose SYN waits for an answer.
pub fn of_connect(tcp: &TcpFacts, clock: Clock<'_>) -> Option<Told> {
    joined(&connect_parts(tcp, clock))
}

/// The same, a text each.
pub fn end_parts(end: &WireEnd, clock: Clock<'_>) -> Vec<Told> {
    parts(end.state, end.due_us, end.gives_up_us, clock)
}

/// The same, a text each.
pub fn connect_parts(tcp: &TcpFacts, clock: Clock<'_>) -> Vec<Told> {
    parts(tcp.state, tcp.due_us, tcp.gives_up_us, clock)
}

fn joined(parts: &[Told]) -> Option<Told> {
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join(", ").into())
}

fn parts(state: TcpState, due: Option<u64>, ends: Option<u64>, clock: Clock<'_>) -> Vec<Told> {
    // The last timer sends nothing any more: when it goes off it is over.
    let sends = |due: &u64| ends.is_none_or(|ends| ends > due.saturating_add(SAME_US));
    let again = due
        .filter(sends)
        .map(|due| (prose::text("timer again"), due));
    let last = ends.map(|ends| {
        let prose = match due {
            Some(due) if ends.saturating_sub(due) > FAR_US => prose::chosen("timer far", state),
            // What is counted forward from other timers comes a little later: a kernel's timers are late, never early.
            Some(_) => prose::chosen("timer over about", state),
            None => prose::text("timer over"),
        };
        (prose, ends)
    });
    let parts = again.into_iter().chain(last);
    parts
        .map(|(prose, at)| prose.told(&[], &[("{at}", &clock(at))]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_told_with_what_it_ends() {
        let clock = |us: u64| format!("{} s", us / 1_000_000);
        let end = |state, due_us, gives_up_us| WireEnd {
            state,
            retransmits: 0,
            due_us,
            gives_up_us,
        };
        let second = |s: u64| Some(s * 1_000_000);
        let cases = [
            (
                end(TcpState::SynSent, second(1), second(600)),
                "sends again at 1 s, gives up about 600 s",
            ),
            (
                end(TcpState::SynSent, second(600), second(600)),
                "gives up about 600 s",
            ),
            (
                end(TcpState::SynRecv, second(1), second(14_000)),
                "sends again at 1 s, keeps it for over an hour",
            ),
            (
                end(TcpState::Established, second(1), None),
                "sends again at 1 s",
            ),
            (
                end(TcpState::TimeWait, None, second(60)),
                "forgets it at 60 s",
            ),
        ];
        for (end, wanted) in cases {
            assert_eq!(
                of_end(&end, &clock).map(|told| told.text),
                Some(wanted.to_owned())
            );
        }
        assert_eq!(
            of_end(&end(TcpState::Established, None, None), &clock),
            None
        );
    }
}
