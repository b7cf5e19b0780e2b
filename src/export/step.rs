//! One record as data that a page can be made of: what the panes say, without their places on a screen.

pub mod folded;
pub mod path;

use super::ExportInput;
use super::room::Room;
use crate::derive::board::{self, BoardPlace};
use crate::derive::class;
use crate::derive::kinds::{KINDS, ReadinessKind};
use crate::derive::lists::{self, Cell};
use crate::language::depth::Depth;
use crate::language::title;
use crate::model::addr::Addr;
use crate::model::call::{CallFact, CalledBy};
use crate::model::clean;
use crate::model::command::Command;
use crate::model::ids::Row;
use crate::model::lesson_mark::LessonMark;
use crate::model::notation;
use crate::model::record::{Cause, Record, StageChange};
use crate::model::world::{RowState, World};
use crate::narrate::{kernel, story};
use crate::words::calls::Chooser;
use crate::words::unknown;
use path::PathPlace;

/// What one record shows.
#[derive(Clone, Debug)]
pub struct ExportStep {
    /// The record's number.
    pub n: u64,
    /// Which tick, if it is one.
    pub tick: Option<u64>,
    /// `Tick 4`, `recv 1 5`, `An answer came`
    pub title: String,
    /// It is a note or what a lesson wrote down: words, and nothing that happened to a socket.
    pub is_words: bool,
    /// When, in microseconds since the session began.
    pub at_us: u64,
    /// WHAT HAPPENED, sentence by sentence.
    pub story: Vec<String>,
    /// STAGES after it.
    pub board: Vec<BoardPlace>,
    /// SOCKETS after it, as many as there is room for.
    pub rows: Vec<StepRow>,
    /// So many more there are.
    pub more: usize,
    /// LISTS after it.
    pub lists: Vec<StepList>,
    /// Something is asked for by poll(2) and select(2) alone, since epoll refuses it.
    pub refused: bool,
    /// CALLS of it, without those that are folded.
    pub calls: Vec<StepCall>,
    /// The lab's own calls, if they are many, behind one line that says so.
    pub folded: Option<FoldedCalls>,
    /// Which rows entered which stage.
    pub stages: Vec<StageChange>,
}

/// One socket.
#[derive(Clone, Debug)]
pub struct StepRow {
    /// Its number.
    pub row: Row,
    /// Its target.
    pub target: String,
    /// The sign of its stage.
    pub sign: char,
    /// The word of its stage, with the errno behind *error*.
    pub stage: String,
    /// The stages on its way, and how far it has come.
    pub path: Vec<PathPlace>,
    /// Its stage changed in this record.
    pub changed: bool,
    /// What the kernel says of it.
    pub kernel: String,
    /// Its descriptor.
    pub fd: String,
    /// Its own address.
    pub local: String,
}

/// One kind of readiness.
#[derive(Clone, Debug)]
pub struct StepList {
    /// `readable`, `writable`, `error`
    pub name: &'static str,
    /// Who asked; `None`: it is always reported.
    pub asked: Option<Vec<Row>>,
    /// Whom the program's poll named in the last tick.
    pub new: Vec<Row>,
    /// Whom poll(2) names afterwards.
    pub poll: Vec<Row>,
    /// Whom select(2) names afterwards.
    pub select: Vec<Row>,
    /// Whether this record changed what is asked for, what poll(2) says, and what select(2) says.
    pub changed: ListChanges,
}

/// Which looks at a list brought something else than before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListChanges {
    /// What is asked for.
    pub asked: bool,
    /// What poll(2) says.
    pub poll: bool,
    /// What select(2) says.
    pub select: bool,
}

/// One call.
#[derive(Clone, Debug)]
pub struct StepCall {
    /// For whom.
    pub row: Option<Row>,
    /// `your program`, `peer`, `lab`, `C library`; `not understood` for what is kept and not followed
    pub who: &'static str,
    /// In strace's notation.
    pub line: String,
    /// In words.
    pub words: String,
}

impl StepCall {
    /// Whether the program made it.
    pub fn is_the_programs(&self) -> bool {
        self.who == who(CalledBy::Program)
    }
}

/// Many calls behind one line.
#[derive(Clone, Debug)]
pub struct FoldedCalls {
    /// `the lab makes 44 calls of its own: socket 8, bind 4`
    pub line: String,
    /// Each of them.
    pub calls: Vec<StepCall>,
}

/// What there is room for of a recording, step by step.
pub fn steps<'a>(input: &'a ExportInput, room: &Room) -> impl Iterator<Item = ExportStep> + 'a {
    let mut world = World::default();
    let most = room.rows;
    input.records.iter().take(room.steps).map(move |record| {
        world.apply(record);
        step(&world, record, most)
    })
}

fn step(world: &World, record: &Record, most: usize) -> ExportStep {
    let (calls, folded) = call_lines(world, record);
    let rows: Vec<StepRow> = world
        .present()
        .take(most)
        .map(|row| row_line(world, row))
        .collect();
    ExportStep {
        n: record.n,
        tick: record.tick,
        title: title(record),
        is_words: matches!(
            record.command(),
            Some(Command::Note(_) | Command::Lesson(_))
        ),
        at_us: record.at_us,
        board: board::walk(world),
        story: story::narrate(world, record, Depth::Program),
        more: world.count() - rows.len(),
        rows,
        lists: list_lines(world),
        refused: lists::is_any_refused(world),
        calls,
        folded,
        stages: record.stages.to_vec(),
    }
}

/// `Tick 4`, the words of the command, or that an answer came.
pub fn title(record: &Record) -> String {
    if let Some(LessonMark::Asked(number, _)) = record.lesson_mark() {
        return format!("Question {number}");
    }
    let words = || short(&title::words(record, usize::MAX).unwrap_or_default());
    match (record.tick, &record.cause) {
        (Some(tick), Cause::Command(Command::TICK) | Cause::Answer) => format!("Tick {tick}"),
        (Some(tick), _) => format!("Tick {tick}: {}", words()),
        (None, Cause::Command(_)) if record.n == 0 => format!("Start: {}", words()),
        (None, Cause::Command(_) | Cause::Unknown(_) | Cause::Step(_) | Cause::Program) => words(),
        (None, Cause::Answer) if record.calls.is_empty() => {
            "Packets moved by themselves".to_owned()
        }
        (None, Cause::Answer) => "An answer came".to_owned(),
    }
}

fn short(words: &str) -> String {
    clean::cut(words, 80).into_owned()
}

fn row_line(world: &World, row: &RowState) -> StepRow {
    let stage = row.stage();
    let failure = row
        .current()
        .failure
        .filter(|_| stage == crate::model::socket::Stage::Error)
        .map_or_else(String::new, |failure| format!(" {}", failure.name()));
    let local = row
        .look
        .local
        .as_ref()
        .filter(|addr| addr.port() != Some(0) && !has_no_name(addr))
        .map_or_else(|| "-".to_owned(), |addr| short(&addr.to_string()));
    let known = kernel::state(row, 60);
    StepRow {
        row: row.row,
        target: short(&row.label()),
        sign: stage.sign(),
        stage: format!("{}{failure}", stage.word()),
        path: path::path(row),
        changed: row.changed_at.stage == world.n && world.n > 0,
        kernel: if known.is_empty() {
            "-".to_owned()
        } else {
            known
        },
        fd: row.fd().map_or_else(|| "-".to_owned(), |fd| fd.to_string()),
        local,
    }
}

/// A unix socket that was never bound.
fn has_no_name(addr: &Addr) -> bool {
    match addr {
        Addr::UnixAbstract(name) | Addr::UnixPath(name) => name.is_empty(),
        Addr::UnixUnnamed => true,
        Addr::V4(_) | Addr::V6(_) => false,
    }
}

/// The three lists of select(), in and out. TRUE is shown only for what was asked for.
fn list_lines(world: &World) -> Vec<StepList> {
    let line = |kind: &ReadinessKind| {
        let asked = lists::asked(world, kind);
        let poll = lists::poll(world, kind);
        let select = lists::select(world, kind);
        let changed = |cell: &Option<Cell>| cell.as_ref().is_some_and(Cell::is_changed);
        StepList {
            name: kind.name,
            new: lists::reported(world, kind).iter().collect(),
            changed: ListChanges {
                asked: changed(&asked),
                poll: poll.is_changed(),
                select: changed(&select),
            },
            asked: asked.map(|cell| cell.now.iter().collect()),
            poll: poll.now.iter().collect(),
            select: select.map_or_else(Vec::new, |cell| cell.now.iter().collect()),
        }
    };
    KINDS[..3].iter().map(line).collect()
}

/// The calls that stand for themselves, and those that are folded.
fn call_lines(world: &World, record: &Record) -> (Vec<StepCall>, Option<FoldedCalls>) {
    let chooser = Chooser::new(world, record);
    let line = |place: usize, fact: &CallFact| {
        let far = matches!(fact.by, CalledBy::Peer | CalledBy::Lab);
        StepCall {
            row: fact.row,
            who: who(fact.by),
            line: notation::line(fact, &record.events),
            words: if far {
                String::new()
            } else {
                let sentence = chooser.sentence(place);
                let short = sentence.map_or_else(String::new, |sentence| sentence.short.clone());
                match class::of(fact, world.around(place)) {
                    Some(class) => format!("{}: {short}", class.word()),
                    None => short,
                }
            },
        }
    };
    let folds = folded::is_folded(record);
    let (mut shown, mut behind) = (Vec::new(), Vec::new());
    for (place, fact) in record.calls.iter().enumerate() {
        let calls = if folds && folded::is_the_labs(fact) {
            &mut behind
        } else {
            &mut shown
        };
        calls.push(line(place, fact));
    }
    shown.extend(record.unknown.iter().map(|unknown| StepCall {
        row: None,
        who: unknown::LABEL,
        line: unknown.shown.clone(),
        words: String::new(),
    }));
    let folded = folded::in_one_line(record).map(|line| FoldedCalls {
        line,
        calls: behind,
    });
    (shown, folded)
}

/// Who made a call, in words.
pub fn who(by: CalledBy) -> &'static str {
    match by {
        CalledBy::Program => "your program",
        CalledBy::Peer => "peer",
        CalledBy::Lab => "lab",
        CalledBy::Library => "C library",
    }
}
