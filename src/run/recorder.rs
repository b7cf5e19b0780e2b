//! Writes a session into a file as it goes: one write a record, so that a crash loses at most the last.

use super::files::{self, FileError, Growing};
use super::outputs::Output;
use crate::model::clean;
use crate::model::record::{Header, Record};
use crate::model::world::World;
use crate::trace::encode;
use std::io::{Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// One file that takes the records. After a failed write it takes no more: a gap would make everything behind it false.
#[derive(Debug)]
struct RecordFile {
    name: String,
    file: Growing,
    good: u64,
    /// At most so many bytes, if nobody asked for the file.
    budget: Option<u64>,
    /// What is done once, when the first line is written.
    on_begin: Option<fn(&Path)>,
    /// The tick after the last record in it. `None`: it holds no record.
    tick: Option<u64>,
    broken: bool,
}

impl RecordFile {
    fn put(&mut self, text: &str, tick: Option<u64>) -> Result<(), String> {
        if self.broken {
            return Ok(());
        }
        let wanted = self.good.saturating_add(text.len() as u64);
        if let Some(budget) = self.budget.filter(|budget| wanted > *budget) {
            self.broken = true;
            return Err(format!(
                "{} is full: a session that is saved unasked takes at most {} MiB. It {}. The session goes on; --record FILE has no such limit.",
                self.name,
                budget >> 20,
                self.kept()
            ));
        }
        match self.write(text) {
            Ok(()) => {
                self.good += text.len() as u64;
                self.tick = tick;
                Ok(())
            }
            Err(error) => {
                self.broken = true;
                Err(format!(
                    "{} is not written any more: {error}. It {}. The session goes on.",
                    self.name,
                    self.kept()
                ))
            }
        }
    }

    fn write(&mut self, text: &str) -> Result<(), String> {
        self.file.place().map_err(|error| error.to_string())?;
        if let Some(on_begin) = self.on_begin.take() {
            on_begin(self.file.path());
        }
        let file = self.file.file();
        file.write_all(text.as_bytes()).map_err(|error| {
            // Half a line would only puzzle a reader. If it cannot be taken back, the reader says what it is.
            let _ = file.set_len(self.good);
            error.to_string()
        })
    }

    fn kept(&self) -> String {
        match self.tick {
            Some(tick) => format!("holds the session up to tick {tick}"),
            None => "holds nothing of the session".to_owned(),
        }
    }
}

/// A session that is saved unasked takes at most so many bytes.
pub const UNASKED_BUDGET: u64 = 256 << 20;

/// Called once for each file that takes no more.
pub type OnFileError = Box<dyn FnMut(&str) + Send>;

/// All files that a session is written to: none, the one that was asked for, the saved session. A file that fails is no fault of the
/// session: it is told, and the session goes on.
#[derive(Default)]
pub struct Recorder {
    sinks: Vec<RecordFile>,
    faults: FileFaults,
    complain: Option<OnFileError>,
    /// The first line. It is written with the first record: a session that is refused at its start leaves no file.
    head: String,
}

/// What was said about files that take no more; every copy sees what is said later.
#[derive(Clone, Debug, Default)]
pub struct FileFaults(Arc<Mutex<Vec<String>>>);

impl FileFaults {
    /// All of it so far.
    pub fn all(&self) -> Vec<String> {
        self.0
            .lock()
            .map_or_else(|held| held.into_inner().clone(), |held| held.clone())
    }

    fn add(&self, faults: &[String]) {
        if let Ok(mut all) = self.0.lock() {
            all.extend_from_slice(faults);
        }
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder")
            .field("sinks", &self.sinks)
            .finish_non_exhaustive()
    }
}

impl Output for Recorder {
    fn header(&mut self, header: &Header) -> std::io::Result<()> {
        if !self.sinks.is_empty() {
            self.head = encode::header(header);
        }
        Ok(())
    }

    fn record(&mut self, record: &Record, world: &World) -> std::io::Result<()> {
        if self.sinks.iter().any(|sink| !sink.broken) {
            let mut text = std::mem::take(&mut self.head);
            encode::record_behind(record, &mut text);
            self.put(&text, Some(world.tick));
        }
        Ok(())
    }
}

impl Recorder {
    /// Takes a file that nobody asked for: it does not grow above [`UNASKED_BUDGET`]. `on_begin` is called with its
    /// path when its first line is about to be written.
    pub fn add_unasked(&mut self, file: Growing, on_begin: fn(&Path)) {
        self.take(file, Some(UNASKED_BUDGET));
        if let Some(sink) = self.sinks.last_mut() {
            sink.on_begin = Some(on_begin);
        }
    }

    fn take(&mut self, file: Growing, budget: Option<u64>) {
        self.sinks.push(RecordFile {
            on_begin: None,
            name: clean::text(&file.path().display().to_string()),
            file,
            good: 0,
            budget,
            tick: None,
            broken: false,
        });
    }

    /// Creates a file that the user named.
    ///
    /// # Errors
    /// If it exists and may not be overwritten, or cannot be made.
    pub fn create(&mut self, path: &Path, overwrite: files::Overwrite) -> Result<(), FileError> {
        let file = files::create_in_place(path, overwrite)?;
        self.take(file, None);
        Ok(())
    }

    /// The files that the user named hold another session from now on, from its first line; those that nobody asked for are closed.
    ///
    /// # Errors
    /// If a file cannot be emptied; it keeps what it holds.
    pub fn begin_again(&mut self, header: &Header) -> std::io::Result<()> {
        self.sinks.retain(|sink| sink.budget.is_none());
        for sink in self.sinks.iter_mut().filter(|sink| !sink.broken) {
            let file = sink.file.file();
            file.set_len(0)?;
            file.rewind()?;
            sink.good = 0;
            sink.tick = None;
        }
        self.head.clear();
        self.header(header)
    }

    /// Whether a write has failed.
    pub fn has_failed(&self) -> bool {
        !self.faults.all().is_empty()
    }

    /// What is said about files that take no more, also when the recorder itself has gone to another thread.
    pub fn faults(&self) -> FileFaults {
        self.faults.clone()
    }

    /// Says who hears of a file that takes no more.
    pub fn complain_to(&mut self, complain: OnFileError) {
        self.complain = Some(complain);
    }

    fn put(&mut self, text: &str, tick: Option<u64>) {
        let faults: Vec<String> = self
            .sinks
            .iter_mut()
            .filter_map(|sink| sink.put(text, tick).err())
            .collect();
        self.faults.add(&faults);
        if let Some(complain) = self.complain.as_mut().filter(|_| !faults.is_empty()) {
            complain(&faults.join(" "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::Cause;

    #[test]
    fn a_full_disk_is_told_once_and_nothing_is_written_behind_the_gap() {
        let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
            return;
        };
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("whole");
        let mut recorder = Recorder::default();
        recorder.take(Growing::of(Path::new("/dev/full"), full), None);
        recorder
            .create(&path, files::Overwrite::Never)
            .expect("a new file");
        let (sender, receiver) = std::sync::mpsc::channel();
        recorder.complain_to(Box::new(move |fault| {
            sender.send(fault.to_owned()).expect("somebody listens");
        }));
        for n in 0..2 {
            let record = Record::new(n, Cause::parse("tick"), n);
            recorder
                .record(&record, &World::default())
                .expect("the session goes on");
        }
        let faults: Vec<String> = receiver.try_iter().collect();
        let [fault] = faults.as_slice() else {
            panic!("it is told once: {faults:?}");
        };
        assert!(
            fault.contains("/dev/full is not written any more"),
            "{fault}"
        );
        assert!(fault.contains("No space left"), "{fault}");
        assert!(fault.contains("It holds nothing of the session"), "{fault}");
        assert_eq!(recorder.faults().all(), faults);
        assert!(recorder.has_failed());
        let text = std::fs::read_to_string(&path).expect("the other file");
        assert_eq!(text.lines().count(), 2, "the other file goes on");
    }

    #[test]
    fn a_file_that_nobody_asked_for_has_a_budget_and_says_where_it_ends() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("saved");
        let mut recorder = Recorder::default();
        let file = files::create_in_place(&path, files::Overwrite::Never).expect("a new file");
        recorder.take(file, Some(1 << 20));
        let mut world = World::default();
        for n in 0..20_000 {
            world.tick = n;
            let record = Record::new(n, Cause::parse("tick"), n);
            recorder
                .record(&record, &world)
                .expect("the session goes on");
        }
        let faults = recorder.faults().all();
        let [fault] = faults.as_slice() else {
            panic!("it is said once: {faults:?}");
        };
        assert!(fault.contains("takes at most 1 MiB"), "{fault}");
        let text = std::fs::read_to_string(&path).expect("the file");
        assert!(text.len() <= 1 << 20 && text.ends_with('\n'));
        let last = text.lines().count() - 1;
        assert!(fault.contains(&format!("up to tick {last}")), "{fault}");
    }
}
