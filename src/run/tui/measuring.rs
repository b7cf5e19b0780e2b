//! Measures what asking costs, on a thread of its own, and tells main after each measurement.

use super::AppEvent;
use crate::app::update::Msg;
use crate::os::signals::blocked_for_new_threads;
use crate::run::cost;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

/// Begins and ends the measuring.
pub(super) struct Measuring {
    app_events: Sender<AppEvent>,
    stop: Arc<AtomicBool>,
}

impl Measuring {
    pub(super) fn new(app_events: Sender<AppEvent>) -> Measuring {
        Measuring {
            app_events,
            stop: Arc::default(),
        }
    }

    pub(super) fn begin(&self) {
        let (app_events, stop) = (self.app_events.clone(), Arc::clone(&self.stop));
        stop.store(false, Ordering::SeqCst);
        let work = move || {
            let progress = |measured: &cost::Measured, all: usize| {
                let (text, done) = (cost::report(measured), (measured.done(), all));
                // If main is gone nobody wants to know.
                let _ = app_events.send(AppEvent::App(Msg::Measured { text, done }));
            };
            cost::measure_all(progress, &stop);
        };
        let started = blocked_for_new_threads(|| {
            std::thread::Builder::new()
                .name("measuring".to_owned())
                .spawn(work)
        });
        if let Err(error) = started {
            let text = format!("The system gives no thread for it: {error}.");
            let _ = self.app_events.send(AppEvent::App(Msg::Notice(text)));
        }
    }

    pub(super) fn end(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}
