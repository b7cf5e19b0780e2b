//! How many keys may wait for main. A terminal can send megabytes at once, as an answer or as a paste without marks: what is too much stays in
//! the terminal, so that neither memory nor the way of a signal grows with it.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// So many keys wait at most: more than anybody types while one picture is drawn.
const MOST: usize = 512;

/// The places for keys that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyRoom {
    shared: Arc<(Mutex<usize>, Condvar)>,
}

/// The place of a key that waits. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct KeyPlace {
    room: KeyRoom,
}

impl KeyRoom {
    /// Waits for a free place, and takes it.
    pub(super) fn place(&self) -> KeyPlace {
        let (taken, bell) = &*self.shared;
        let taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let free = bell.wait_while(taken, |taken| *taken >= MOST);
        *free.unwrap_or_else(PoisonError::into_inner) += 1;
        KeyPlace { room: self.clone() }
    }
}

impl Drop for KeyPlace {
    fn drop(&mut self) {
        let (taken, bell) = &*self.room.shared;
        *taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        bell.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn whoever_finds_no_place_waits_until_one_is_free() {
        let room = KeyRoom::default();
        let mut places: Vec<KeyPlace> = (0..MOST).map(|_| room.place()).collect();
        let (sender, receiver) = channel();
        std::thread::scope(|scope| {
            scope.spawn(|| sender.send(room.place()));
            assert!(receiver.try_recv().is_err(), "all are taken");
            places.pop();
            assert!(receiver.recv().is_ok());
        });
        drop(places);
        assert_eq!(*room.shared.0.lock().expect("nobody panicked"), 0);
    }
}
