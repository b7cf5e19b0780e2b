//! How long a kernel goes on sending again before it gives up: what the options of tcp(7) say, counted forward as Linux counts
//! (`tcp_write_timeout` and `reqsk_timer_handler` in net/ipv4). Times are of the session, in microseconds.

const SECOND_US: u64 = 1_000_000;
/// The first pause after a SYN or SYN+ACK: RFC 6298, 2.1.
const FIRST_PAUSE_US: u64 = SECOND_US;
/// The longest pause unless `TCP_RTO_MAX_MS` says less; SYN+ACKs do not heed that (measured on Linux 6.18).
const MAX_PAUSE_US: u64 = 120 * SECOND_US;
/// More tries than any kernel makes.
const MAX_TRIES: u32 = 1_000;

/// What decides how long a socket tries, as getsockopt(2) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetransmitLimits {
    /// `TCP_SYNCNT`: so often a SYN is sent again; of a listener, a SYN+ACK.
    pub syn_count: u32,
    /// `tcp_syn_linear_timeouts`: so many SYNs more are sent before the pauses begin to double. 0 before Linux 6.5.
    pub linear: u32,
    /// `TCP_RTO_MAX_MS`, in milliseconds. `None`: this kernel does not know it (it came with Linux 6.15).
    pub rto_max_ms: Option<u32>,
    /// `TCP_USER_TIMEOUT`, in milliseconds; 0 is the kernel's own count.
    pub user_timeout_ms: u32,
}

/// A retransmission timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningTimer {
    /// When it goes off.
    pub due_us: u64,
    /// So often it went off before.
    pub retransmits: u32,
}

impl RetransmitLimits {
    fn rto_max_us(self) -> u64 {
        self.rto_max_ms
            .map_or(MAX_PAUSE_US, |ms| u64::from(ms) * 1000)
    }

    fn user_timeout_us(self) -> Option<u64> {
        (self.user_timeout_ms > 0).then(|| u64::from(self.user_timeout_ms) * 1000)
    }

    /// The pause behind the SYN that was sent after so many others.
    fn pause_us(self, after: u32) -> u64 {
        let doubled = after.saturating_sub(self.linear);
        doubled_us(doubled, self.rto_max_us())
    }

    /// What `tcp_syn_retries` tries take without linear timeouts; no SYN is sent after that either.
    fn model_us(self) -> u64 {
        (0..=self.syn_count.min(MAX_TRIES))
            .map(|after| doubled_us(after, self.rto_max_us()))
            .sum()
    }

    /// When a connect is given up whose SYN nobody answers.
    pub fn syn(self, timer: RunningTimer) -> u64 {
        let passed = (0..=timer.retransmits.min(MAX_TRIES)).map(|after| self.pause_us(after));
        // What has passed when the timer goes off, by the kernel's own measure: timers are late, never early.
        let mut passed_us: u64 = passed.sum();
        let (mut at_us, mut tries) = (timer.due_us, timer.retransmits);
        let most = self.syn_count.saturating_add(self.linear).min(MAX_TRIES);
        let limit_us = self.user_timeout_us().unwrap_or_else(|| self.model_us());
        while tries < most && (tries == 0 || passed_us < limit_us) {
            tries += 1;
            let mut pause_us = self.pause_us(tries);
            if self.user_timeout_us().is_some() {
                // The last pause is cut so that it ends with the time.
                pause_us = pause_us.min(limit_us.saturating_sub(passed_us));
            }
            passed_us = passed_us.saturating_add(pause_us);
            at_us = at_us.saturating_add(pause_us);
        }
        at_us
    }

    /// When a half-open connection of this listener is forgotten, if its SYN+ACK stays without an answer.
    pub fn syn_ack(self, timer: RunningTimer) -> u64 {
        let left = self.syn_count.min(MAX_TRIES);
        (timer.retransmits.saturating_add(1)..=left)
            .map(|after| doubled_us(after, MAX_PAUSE_US))
            .fold(timer.due_us, u64::saturating_add)
    }

    /// When data or a FIN that nobody acknowledges ends the connection; `known` is what this said when it was asked before. `None` if it
    /// cannot be told: without `TCP_USER_TIMEOUT`, or if the first look came after the first retransmission, from which the time counts.
    pub fn data(self, timer: RunningTimer, known: Option<u64>) -> Option<u64> {
        let limit = self.user_timeout_us()?;
        match timer.retransmits {
            0 => Some(timer.due_us + limit),
            _ => known,
        }
    }
}

/// A pause that doubled so often, from one second to a limit.
fn doubled_us(times: u32, most_us: u64) -> u64 {
    let factor = 1_u64.checked_shl(times).unwrap_or(u64::MAX);
    FIRST_PAUSE_US.saturating_mul(factor).min(most_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: RetransmitLimits = RetransmitLimits {
        syn_count: 6,
        linear: 4,
        rto_max_ms: Some(120_000),
        user_timeout_ms: 0,
    };

    fn seconds(us: u64) -> u64 {
        us / SECOND_US
    }

    /// The moments at which a connect sends its SYNs and the end, if the first was sent at 0, by asking after each of them.
    fn ends_after_each(limits: RetransmitLimits) -> Vec<u64> {
        let mut due_us = limits.pause_us(0);
        let mut ends_us_each = Vec::new();
        for retransmits in 0.. {
            let ends = limits.syn(RunningTimer {
                due_us,
                retransmits,
            });
            ends_us_each.push(seconds(ends));
            if ends <= due_us {
                return ends_us_each;
            }
            due_us += limits.pause_us(retransmits + 1);
        }
        ends_us_each
    }

    #[test]
    fn whenever_it_is_asked_the_end_of_a_connect_is_the_same() {
        let ends_us_each = ends_after_each(DEFAULTS);
        assert!(
            ends_us_each.iter().all(|end| *end == 131),
            "{ends_us_each:?}"
        );
        let once = RetransmitLimits {
            syn_count: 1,
            ..DEFAULTS
        };
        let ends_us_each = ends_after_each(once);
        assert!(ends_us_each.iter().all(|end| *end == 3), "{ends_us_each:?}");
        let patient = RetransmitLimits {
            syn_count: 127,
            rto_max_ms: Some(5000),
            user_timeout_ms: 900_000,
            ..DEFAULTS
        };
        let ends_us_each = ends_after_each(patient);
        assert!(
            ends_us_each.iter().all(|end| *end == 636),
            "{ends_us_each:?}"
        );
    }

    #[test]
    fn an_older_kernel_has_no_linear_timeouts_and_no_shorter_pauses() {
        let older = RetransmitLimits {
            linear: 0,
            rto_max_ms: None,
            ..DEFAULTS
        };
        let ends_us_each = ends_after_each(older);
        assert!(
            ends_us_each.iter().all(|end| *end == 127),
            "{ends_us_each:?}"
        );
    }

    #[test]
    fn a_user_timeout_ends_it_before_the_count_does() {
        let hurried = RetransmitLimits {
            user_timeout_ms: 1500,
            ..DEFAULTS
        };
        let first = RunningTimer {
            due_us: SECOND_US,
            retransmits: 0,
        };
        assert_eq!(hurried.syn(first), 1_500_000);
    }

    #[test]
    fn a_half_open_connection_is_forgotten_after_its_pauses() {
        let listener = RetransmitLimits {
            syn_count: 2,
            ..DEFAULTS
        };
        let first = RunningTimer {
            due_us: SECOND_US,
            retransmits: 0,
        };
        // 1 + 2 + 4
        assert_eq!(seconds(listener.syn_ack(first)), 7);
        let last = RunningTimer {
            due_us: 7 * SECOND_US,
            retransmits: 2,
        };
        assert_eq!(seconds(listener.syn_ack(last)), 7);
    }

    #[test]
    fn the_time_of_data_counts_from_the_first_retransmission() {
        let limits = RetransmitLimits {
            user_timeout_ms: 3000,
            ..DEFAULTS
        };
        let first = RunningTimer {
            due_us: 200_000,
            retransmits: 0,
        };
        let known = limits.data(first, None);
        assert_eq!(known, Some(3_200_000));
        let later = RunningTimer {
            due_us: 800_000,
            retransmits: 2,
        };
        assert_eq!(limits.data(later, known), known);
        assert_eq!(limits.data(later, None), None);
        assert_eq!(DEFAULTS.data(first, None), None);
    }

    #[test]
    fn no_setting_makes_it_run_for_ever() {
        let extreme = RetransmitLimits {
            syn_count: u32::MAX / 2,
            linear: u32::MAX / 2,
            rto_max_ms: Some(u32::MAX),
            user_timeout_ms: u32::MAX,
        };
        let timer = RunningTimer {
            due_us: u64::MAX / 4,
            retransmits: u32::MAX,
        };
        let _ = (extreme.syn(timer), extreme.syn_ack(timer));
    }
}
