//! What both kernels say of a connection on the wire: state, timer, and when it is given up.

use super::Session;
use crate::engine::looks::same_time;
use crate::model::addr::Addr;
use crate::model::ids::Row;
use crate::model::record::{Answer, Look, WireEnd};
use crate::model::retransmit::{RetransmitLimits, RunningTimer};
use crate::model::target::WireTarget;
use crate::model::tcp::TcpState;
use crate::model::wire::ends::{EndState, TimerKind};
use crate::os::tcp;

/// Kernel timers go off late, never early.
const LATE_US: u64 = 400_000;

/// What is known of one side before it is asked again.
#[derive(Clone, Copy)]
struct KnownEnd {
    limits: Option<RetransmitLimits>,
    before: Answer<WireEnd>,
}

impl Session {
    /// The rows of the wire whose program has closed its socket, while a kernel may still know the connection.
    pub(in crate::engine) fn closed_on_the_wire(&self) -> Vec<Row> {
        let Some(lab) = &self.wire else {
            return Vec::new();
        };
        let known = |end: Answer<WireEnd>| end.answer().is_some();
        lab.rows
            .keys()
            .filter_map(|row| self.world.row(*row))
            .filter(|row| row.fd().is_none() && !row.removed)
            .filter(|row| known(row.look.client()) || known(row.look.server()))
            .map(|row| row.row)
            .collect()
    }

    /// When a kernel of the wire is said to give up next, with the time that its timer may be late.
    pub(in crate::engine) fn next_end_us(&self) -> Option<u64> {
        let now_us = self.now_us();
        self.ends_of_the_wire()
            .map(|at_us| at_us + LATE_US)
            .filter(|at_us| *at_us > now_us)
            .min()
    }

    /// Whether a kernel should have given up by now, as far as was foretold.
    pub(in crate::engine) fn an_end_has_come(&self) -> bool {
        let now_us = self.now_us();
        self.ends_of_the_wire().any(|at_us| at_us <= now_us)
    }

    fn ends_of_the_wire(&self) -> impl Iterator<Item = u64> {
        let rows = self.wire.iter().flat_map(|lab| lab.rows.keys());
        let known = rows
            .filter_map(|row| self.world.row(*row))
            .filter(|row| !row.removed);
        known.flat_map(|row| {
            let ends = [row.look.client(), row.look.server()];
            ends.into_iter().filter_map(|end| end.answer()?.gives_up_us)
        })
    }

    /// Asks both kernels about a row's connection.
    pub(in crate::engine) fn look_at_both_ends(&self, row: Row, look: &mut Look) {
        let Some(lab) = &self.wire else { return };
        let (Some(target), Some(state)) = (lab.rows.get(&row), self.world.row(row)) else {
            return;
        };
        let local = look.local.as_ref().or(state.look.local.as_ref());
        let port = local.and_then(Addr::port).filter(|port| *port != 0);
        let Some(port) = port else {
            let server = match target.server {
                true => Answer::NoAnswer,
                false => Answer::NotAsked,
            };
            *look = std::mem::take(look).with_ends(Answer::NotAsked, server);
            return;
        };
        let own = state.fd().and_then(|fd| self.descriptors.get(fd));
        let near = KnownEnd {
            limits: own.and_then(tcp::retransmit_limits),
            before: state.look.client(),
        };
        let client = self.end(*target, (port, target.port), near);
        if let (Answer::Says(tcp), Answer::Says(end)) = (&mut look.tcp, client)
            && tcp.state == TcpState::SynSent
        {
            (tcp.due_us, tcp.gives_up_us) = (end.due_us, end.gives_up_us);
        }
        let far = KnownEnd {
            limits: self.lab.retransmit_limits(row, &self.descriptors),
            before: state.look.server(),
        };
        let server = match target.server {
            true => self.end(*target, (target.port, port), far),
            false => Answer::NotAsked,
        };
        *look = std::mem::take(look).with_ends(client, server);
    }

    /// One end: the socket at `ports.0` whose other end is at `ports.1`.
    fn end(&self, target: WireTarget, ports: (u16, u16), side: KnownEnd) -> Answer<WireEnd> {
        let Some(lab) = &self.wire else {
            return Answer::NotAsked;
        };
        let Ok(ends) = lab.wire.states(target.version, ports.0) else {
            return Answer::NotAsked;
        };
        let ours = |end: &&EndState| end.remote.port() == ports.1 && end.state != TcpState::Listen;
        match ends.iter().find(ours) {
            Some(end) => Answer::Says(side.into_wire_end(end, self.now_us())),
            None => Answer::NoAnswer,
        }
    }
}

impl KnownEnd {
    /// What is written down of an end, so that the same timer read twice is no change.
    fn into_wire_end(self, end: &EndState, now_us: u64) -> WireEnd {
        let known = self.before.answer();
        let goes_off = end
            .timer
            .map(|timer| now_us + u64::from(timer.left_ms) * 1000);
        let kind = end.timer.map(|timer| timer.kind);
        let again = kind == Some(TimerKind::Again);
        let due_us = same_time(
            goes_off.filter(|_| again),
            known.and_then(|known| known.due_us),
        );
        let gives_up_us = match (kind, end.state) {
            (Some(TimerKind::Again), state) => due_us.and_then(|due_us| {
                let timer = RunningTimer {
                    due_us,
                    retransmits: u32::from(end.retransmits),
                };
                self.gives_up(state, timer)
            }),
            (Some(TimerKind::TimeWait), _) | (Some(TimerKind::KeepAlive), TcpState::FinWait2) => {
                goes_off
            }
            _ => None,
        };
        WireEnd {
            state: end.state,
            retransmits: u32::from(end.retransmits),
            due_us,
            gives_up_us: same_time(gives_up_us, known.and_then(|known| known.gives_up_us)),
        }
    }

    fn gives_up(self, state: TcpState, timer: RunningTimer) -> Option<u64> {
        let known = self.before.answer().and_then(|before| before.gives_up_us);
        match (state, self.limits) {
            (TcpState::SynSent, Some(limits)) => Some(limits.syn(timer)),
            (TcpState::SynRecv, Some(limits)) => Some(limits.syn_ack(timer)),
            (_, Some(limits)) => limits.data(timer, known),
            // A socket that its program has closed cannot be asked; what was counted before still holds.
            (_, None) => known.filter(|_| timer.retransmits > 0),
        }
    }
}
