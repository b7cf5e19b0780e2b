//! When a kernel sends again and when it gives up, in words.

use crate::model::record::{TcpFacts, WireEnd};
use crate::model::tcp::TcpState;

/// What lies further ahead is not told by the clock.
const FAR_US: u64 = 3600 * 1_000_000;
/// Two moments that lie no further apart are the same timer.
const SAME_US: u64 = 100_000;

/// Writes a moment of the session as a time of day.
pub type Clock<'a> = &'a dyn Fn(u64) -> String;

/// `sends again at 14:03:05, gives up at 14:13:41`, of one end of a wire; `None` if no timer runs.
pub fn of_end(end: &WireEnd, clock: Clock<'_>) -> Option<String> {
    let (over, long) = match end.state {
        TcpState::TimeWait | TcpState::FinWait2 | TcpState::SynRecv => ("forgets it", "keeps it"),
        _ => ("gives up", "goes on"),
    };
    words(end.due_us, end.gives_up_us, (over, long), clock)
}

/// The same of a connect whose SYN waits for an answer.
pub fn of_connect(tcp: &TcpFacts, clock: Clock<'_>) -> Option<String> {
    words(tcp.due_us, tcp.gives_up_us, ("gives up", "goes on"), clock)
}

fn words(
    due: Option<u64>,
    ends: Option<u64>,
    (over, long): (&str, &str),
    clock: Clock<'_>,
) -> Option<String> {
    // The last timer sends nothing any more: when it goes off it is over.
    let sends = |due: &u64| ends.is_none_or(|ends| ends > due.saturating_add(SAME_US));
    let again = due.filter(sends);
    let again = again.map(|due| format!("sends again at {}", clock(due)));
    let last = ends.map(|ends| match due {
        Some(due) if ends.saturating_sub(due) > FAR_US => format!("{long} for over an hour"),
        // What is counted forward from other timers comes a little later: a kernel's timers are late, never early.
        Some(_) => format!("{over} about {}", clock(ends)),
        None => format!("{over} at {}", clock(ends)),
    });
    let parts: Vec<String> = again.into_iter().chain(last).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
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
            assert_eq!(of_end(&end, &clock).as_deref(), Some(wanted));
        }
        assert_eq!(
            of_end(&end(TcpState::Established, None, None), &clock),
            None
        );
    }
}
