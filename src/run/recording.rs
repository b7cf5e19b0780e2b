//! A recording that is read from a file: opened carefully, folded again, its first fault named.

use crate::language::asked;
use crate::model::clean;
use crate::model::lesson_mark::LessonMark;
use crate::model::record::{Header, Record};
use crate::model::world::World;
use crate::privacy::Mask;
use crate::trace::reader::{Reader, TraceFault};
use crate::words::unknown;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use thiserror::Error;

/// Why a file cannot be watched at all.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The system does not give it.
    #[error("cannot open the recording {file}: {why}")]
    Unreadable {
        /// Its name.
        file: String,
        /// Why, and what to do.
        why: String,
    },
    /// It has no header that this program knows.
    #[error("{file}, {fault}")]
    Header {
        /// Its name.
        file: String,
        /// What is wrong.
        fault: TraceFault,
    },
}

/// A recording from which records can be taken.
#[derive(Debug)]
pub struct Recording {
    /// The file's path, fit to be printed.
    pub name: String,
    title: String,
    reader: Reader<BufReader<File>>,
    world: World,
    /// The first record, read before it was wanted.
    ahead: Option<Result<Record, TraceFault>>,
    /// The lines whose stages do not follow from their calls.
    pub doubtful: Vec<u64>,
    /// So many things so far are not understood.
    not_understood: usize,
}

impl Recording {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// Says what the file is instead of a recording.
    pub fn open(path: &Path) -> Result<Recording, OpenError> {
        let name = clean::text(&path.display().to_string());
        let unreadable = |why: String| OpenError::Unreadable {
            file: name.clone(),
            why,
        };
        let place = if path == Path::new("-") {
            Path::new("/dev/stdin")
        } else {
            path
        };
        let file = File::open(place).map_err(|error| unreadable(error.to_string()))?;
        let kind = file
            .metadata()
            .map_err(|error| unreadable(error.to_string()))?;
        if kind.is_dir() {
            return Err(unreadable(
                "it is a directory. Name a file in it".to_owned(),
            ));
        }
        match Reader::new(BufReader::with_capacity(1 << 16, file)) {
            Ok(reader) => Ok(Recording {
                not_understood: reader.header().unknown.len(),
                title: path
                    .file_name()
                    .map_or_else(|| name.clone(), |file| clean::text(&file.to_string_lossy())),
                name,
                reader,
                world: World::default(),
                ahead: None,
                doubtful: Vec::new(),
            }),
            Err(fault) => Err(OpenError::Header { file: name, fault }),
        }
    }

    /// Where and when it was made.
    pub fn header(&self) -> &Header {
        self.reader.header()
    }

    /// The state after the last record that was taken.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Whether it is a lesson's: then its first record says which. It is read, and taken as the next one all the same.
    pub fn is_of_a_lesson(&mut self) -> bool {
        if self.ahead.is_none() {
            self.ahead = self.reader.next();
        }
        let first = self.ahead.as_ref().and_then(|first| first.as_ref().ok());
        let mark = first.and_then(Record::lesson_mark);
        matches!(mark, Some(LessonMark::Begun(_)))
    }

    /// The next record, its stages as its own calls say. After a fault there is none.
    pub fn take(&mut self) -> Option<Result<Record, TraceFault>> {
        let next = self.ahead.take().or_else(|| self.reader.next());
        let mut record = match next? {
            Ok(record) => record,
            Err(fault) => return Some(Err(fault)),
        };
        self.not_understood += record.unknown.len();
        let stages = self.world.apply(&record);
        if stages != record.stages {
            self.doubtful.push(self.reader.line());
            record.stages = stages.into();
        }
        Some(Ok(record))
    }

    /// What is to be said about what is not understood, and about lines whose stages do not follow from their calls, if there are any.
    pub fn doubt(&self) -> Option<String> {
        let unknown =
            unknown::notice(self.not_understood).map(|notice| format!("{}: {notice}", self.name));
        let header = unknown::of_header(self.header()).map(|line| format!("its header: {line}"));
        let all: Vec<String> = unknown
            .into_iter()
            .chain(header)
            .chain(self.stages_doubt())
            .collect();
        (!all.is_empty()).then(|| all.join(". "))
    }

    fn stages_doubt(&self) -> Option<String> {
        let first = self.doubtful.first()?;
        let more = match self.doubtful.len() - 1 {
            0 => String::new(),
            more => format!(" and in {more} more"),
        };
        Some(format!(
            "{}, line {first}{more}: the stages that are written there do not follow from the calls; the calls are believed",
            self.name
        ))
    }

    /// Everything that is good, and what ended it, if it was not the file's end.
    pub fn read_all(mut self) -> LoadedRecording {
        let mut records = Vec::new();
        let mut fault = None;
        while let Some(next) = self.take() {
            match next {
                Ok(record) => records.push(record),
                Err(found) => fault = Some(found),
            }
        }
        LoadedRecording {
            doubt: self.doubt(),
            header: self.reader.header().clone(),
            title: self.title,
            name: self.name,
            records,
            fault,
            covered_from: None,
        }
    }
}

/// All of a recording.
#[derive(Debug)]
pub struct LoadedRecording {
    /// The file's path, fit to be printed.
    pub name: String,
    /// What it is called where it is shown: the file's name without its place.
    pub title: String,
    /// Where and when it was made.
    pub header: Header,
    /// The good records.
    pub records: Vec<Record>,
    /// Why there are no more, if the file goes on.
    pub fault: Option<TraceFault>,
    /// A warning about stages that do not follow from the calls.
    pub doubt: Option<String>,
    /// From this record on it is covered, since a question is open at its end.
    pub covered_from: Option<usize>,
}

impl LoadedRecording {
    /// Of records that were just made, under this name.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn of(name: &str, bytes: &[u8]) -> Result<LoadedRecording, TraceFault> {
        let mut reader = Reader::new(bytes)?;
        let mut records = Vec::new();
        for record in reader.by_ref() {
            records.push(record?);
        }
        Ok(LoadedRecording {
            name: name.to_owned(),
            title: name.to_owned(),
            header: reader.header().clone(),
            records,
            fault: None,
            doubt: None,
            covered_from: None,
        })
    }

    /// The same with stand-ins for addresses, names and paths.
    pub fn masked(mut self) -> LoadedRecording {
        "masked".clone_into(&mut self.title);
        let mask = Mask::of(&self.records);
        self.header = mask.header(&self.header);
        for record in &mut self.records {
            *record = mask.record(record);
        }
        self
    }

    /// The same up to where a question that is still open at its end covers what the kernel knows, and what is to be said of it. `screens`
    /// that cover by themselves need not end there.
    pub fn without_answers(mut self, screens: bool) -> (LoadedRecording, Option<String>) {
        let Some(from) = asked::covered_from(&self.records) else {
            return (self, None);
        };
        let n = self.records[from].n;
        let name = &self.name;
        let notice = if screens {
            self.covered_from = Some(from);
            format!(
                "{name}: a question of a lesson is open in it, so it is covered from record {n} on"
            )
        } else {
            // That a lesson began answers nothing.
            self.records.truncate(from.max(1));
            format!(
                "{name}: a question of a lesson is open in it, so this ends before record {}",
                n.max(1)
            )
        };
        (self, Some(notice))
    }

    /// What is to be said if it breaks off.
    pub fn broken(&self) -> Option<String> {
        self.fault.as_ref().map(|fault| broken(&self.name, fault))
    }
}

/// The sentence about a recording that breaks off.
pub fn broken(name: &str, fault: &dyn std::fmt::Display) -> String {
    format!("{name}, {fault}. What stands before it is good")
}
