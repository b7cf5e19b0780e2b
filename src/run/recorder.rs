//! Writes a session into a file as it goes: one write a record, so that a crash loses at most the last.

use super::files::{self, FileError};
use crate::model::clean;
use crate::model::record::{Header, Record};
use crate::trace::encode;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// One file that takes the records. After a failed write it takes no more: a gap would make everything behind it false.
#[derive(Debug)]
struct Sink {
    name: String,
    file: File,
    good: u64,
    broken: bool,
}

impl Sink {
    fn put(&mut self, text: &str) -> Result<(), String> {
        if self.broken {
            return Ok(());
        }
        match self.file.write_all(text.as_bytes()) {
            Ok(()) => {
                self.good += text.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.broken = true;
                // Half a line would only puzzle a reader. If it cannot be taken back, the reader says what it is.
                let _ = self.file.set_len(self.good);
                Err(format!(
                    "{} is not written any more: {error}. The session goes on.",
                    self.name
                ))
            }
        }
    }
}

/// All files that a session is written to: none, the one that was asked for, the saved session.
#[derive(Debug, Default)]
pub struct Recorder {
    sinks: Vec<Sink>,
    failed: bool,
}

impl Recorder {
    /// Takes a file that was opened for this.
    pub fn add(&mut self, path: &Path, file: File) {
        self.sinks.push(Sink {
            name: clean::text(&path.display().to_string()),
            file,
            good: 0,
            broken: false,
        });
    }

    /// Creates a file that the user named.
    ///
    /// # Errors
    /// If it exists and may not be overwritten, or cannot be made.
    pub fn create(&mut self, path: &Path, overwrite: files::Overwrite) -> Result<(), FileError> {
        let file = files::create_in_place(path, overwrite)?;
        self.add(path, file);
        Ok(())
    }

    /// Whether a write has failed.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Writes the first line. Says what went wrong, once for each file.
    pub fn header(&mut self, header: &Header) -> Option<String> {
        if self.sinks.is_empty() {
            return None;
        }
        self.put(&encode::header(header))
    }

    /// Writes one record. Says what went wrong, once for each file.
    pub fn record(&mut self, record: &Record) -> Option<String> {
        if self.sinks.iter().all(|sink| sink.broken) {
            return None;
        }
        self.put(&encode::record(record))
    }

    fn put(&mut self, text: &str) -> Option<String> {
        let faults: Vec<String> = self
            .sinks
            .iter_mut()
            .filter_map(|sink| sink.put(text).err())
            .collect();
        self.failed |= !faults.is_empty();
        (!faults.is_empty()).then(|| faults.join(" "))
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
        recorder.add(Path::new("/dev/full"), full);
        recorder
            .create(&path, files::Overwrite::Never)
            .expect("a new file");
        let record = |n| Record::new(n, Cause::parse("tick"), n);
        let told = recorder.record(&record(0)).expect("the disk is full");
        assert!(told.contains("/dev/full is not written any more"), "{told}");
        assert!(told.contains("No space left"), "{told}");
        assert_eq!(recorder.record(&record(1)), None, "it is told once");
        assert!(recorder.has_failed());
        let text = std::fs::read_to_string(&path).expect("the other file");
        assert_eq!(text.lines().count(), 2, "the other file goes on");
    }
}
