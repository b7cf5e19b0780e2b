//! Main beside a driver that is about to answer.

use super::AppEvent;
use super::sessions::TuiSessions;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

/// So long main stays awake for an answer: most are there by then, and to be woken takes about as long.
const AWAKE: Duration = Duration::from_micros(200);

/// The answer to what was sent just now, if it comes so soon that to sleep until then would take longer.
pub(super) fn answer(
    sessions: &mut TuiSessions,
    app_events: &Receiver<AppEvent>,
) -> Option<AppEvent> {
    if !sessions.just_sent() {
        return None;
    }
    let until = Instant::now() + AWAKE;
    while Instant::now() < until {
        match app_events.try_recv() {
            Ok(event) => return Some(event),
            Err(TryRecvError::Empty) => std::hint::spin_loop(),
            Err(TryRecvError::Disconnected) => return None,
        }
    }
    None
}
