//! The command line of `export`.

use super::answer::{USAGE, complain, print_as_it_comes};
use super::lesson as lessons;
use super::recordings::RecordingArgs;
use crate::export::cast::CastVersion;
use crate::export::markdown::{Sheet, SheetAnswers};
use crate::export::room::Room;
use crate::export::{
    ExportInput, board, cast, html, markdown, mermaid, parsons, pcapng, python, svg,
};
use crate::model::ids::Row;
use crate::os;
use crate::run::files::{self, Overwrite};
use crate::run::lesson::{find, walk};
use crate::run::recording::LoadedRecording;
use clap::{Args, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What `export` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sockstep export lesson.jsonl --to html -o lesson.html\n  \
    sockstep export --last --to svg --tick 4 -o tick4.svg\n  sockstep export lesson.jsonl --to markdown --blank -o sheet.md\n  \
    sockstep export 01 --to markdown -o questions.md\n  sockstep export 07 --to parsons --seed 3\n\n\
    A lesson (a number of the course, or a .lesson file) is run on this machine's kernel first.\n\
    An existing file is replaced only with --force; links and devices are refused.\n\
    Exit codes: 0 done, 1 the recording breaks off, or the form has no room for all of it (what is there was exported),\n\
    2 wrong use or no recording.\n\n\
    With --mask names inside data that was sent or received become x; the rest of the data stays as it is."
)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    which: RecordingArgs,
    /// The form
    #[arg(long, value_enum, value_name = "FORM")]
    to: ExportForm,
    /// Where to write it; without it, or with -, to standard output
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Replace OUT if it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// Replace addresses, names and paths by stand-ins; ports, loopback addresses and the lab's names stay
    #[arg(long)]
    mask: bool,
    /// With svg: the screen after tick N (the last one if not given)
    #[arg(long, value_name = "N")]
    tick: Option<u64>,
    /// With svg: the board alone, the stages with the numbers of the sockets that stand there
    #[arg(long)]
    board: bool,
    /// With svg and cast: the screen's size in columns and lines
    #[arg(long, value_name = "WxH", value_parser = parse_size, default_value = "80x24")]
    size: (u16, u16),
    /// With markdown: leave the answers blank for a pencil; they follow on a page of their own, but not those of a lesson
    #[arg(long)]
    blank: bool,
    /// With parsons: which socket's calls
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    row: Option<u32>,
    /// With parsons: shuffle as this number says; it is printed on the sheet
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Let a lesson connect to other machines
    #[arg(long)]
    allow_targets: bool,
    /// With cast: the version of the asciicast format
    #[arg(long, value_name = "2|3", value_parser = parse_version, default_value = "2")]
    cast_version: CastVersion,
}

/// A step of a page or a handout has at least so many lines: its headings, its lists, what happened.
const LINES_OF_A_STEP: usize = 8;

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportForm {
    /// One page to step through in a browser, also without a network
    Html,
    /// One screen as a picture
    Svg,
    /// A terminal recording for asciinema
    Cast,
    /// A sequence diagram
    Mermaid,
    /// A handout; of a lesson a sheet of its questions
    Markdown,
    /// A sheet with the calls of one socket in shuffled order
    Parsons,
    /// A script that makes the same calls again
    Python,
    /// The packets of the lab wire, for Wireshark and tshark
    Pcapng,
}

/// Between the smallest screen that shows the panes and one that no terminal has.
fn parse_size(text: &str) -> Result<(u16, u16), String> {
    let size = text.split_once('x').and_then(|(columns, rows)| {
        let size: (u16, u16) = (columns.parse().ok()?, rows.parse().ok()?);
        ((60..=400).contains(&size.0) && (16..=200).contains(&size.1)).then_some(size)
    });
    size.ok_or_else(|| "write it as 80x24; from 60x16 to 400x200".to_owned())
}

fn parse_version(text: &str) -> Result<CastVersion, String> {
    match text {
        "2" => Ok(CastVersion::V2),
        "3" => Ok(CastVersion::V3),
        _ => Err("write 2 or 3".to_owned()),
    }
}

/// An option that the form does not have, in words.
fn misplaced(args: &ExportArgs) -> Option<&'static str> {
    match args.to {
        ExportForm::Parsons => None,
        _ if args.row.is_some() => Some("--row is for --to parsons only"),
        _ if args.seed.is_some() => Some("--seed is for --to parsons only"),
        ExportForm::Svg => None,
        _ if args.board => Some("--board is for --to svg only; the page has its own"),
        _ if args.tick.is_some() => {
            Some("--tick is for --to svg only: the other forms show every tick")
        }
        ExportForm::Markdown => None,
        _ if args.blank => Some("--blank is for --to markdown only"),
        _ => None,
    }
    .or_else(|| {
        (args.to == ExportForm::Parsons && (args.board || args.tick.is_some()))
            .then_some("--board and --tick are for --to svg only")
    })
    .or_else(|| {
        (matches!(args.to, ExportForm::Svg | ExportForm::Parsons) && args.blank)
            .then_some("--blank is for --to markdown only")
    })
}

/// Carries out `export`.
pub(super) fn export(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    if let Some(fault) = misplaced(args) {
        return Ok(complain(fault, USAGE));
    }
    let (mut loaded, is_lesson) = match load(args)? {
        Ok(loaded) => loaded,
        Err(code) => return Ok(code),
    };
    let broken = loaded.broken();
    if let Some(doubt) = loaded.doubt.take() {
        complain(&doubt, 0);
    }
    if args.mask {
        loaded = loaded.masked();
    }
    let screens = matches!(args.to, ExportForm::Svg | ExportForm::Cast) && !args.board;
    let (loaded, notice) = loaded.without_answers(screens);
    if let Some(notice) = notice {
        complain(&notice, 0);
    }
    if loaded.records.is_empty() {
        let why = broken.unwrap_or_else(|| format!("{} holds no record", loaded.name));
        return Ok(complain(&format!("there is nothing to export: {why}"), 1));
    }
    let input = input(loaded);
    let room = room(args, &input);
    let form = match make(args, &input, is_lesson, room.as_ref()) {
        Ok(form) => form,
        Err(fault) => return Ok(complain(&fault, USAGE)),
    };
    let code = match args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"))
    {
        None if args.to == ExportForm::Pcapng && std::io::stdout().is_terminal() => {
            let message = "packets are no text for a terminal: write them with -o FILE";
            return Ok(complain(message, USAGE));
        }
        None => print_as_it_comes(&form)?,
        Some(path) => match files::write_as_made(path, Overwrite::from_flag(args.force), &form) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => return Ok(complain(&error.to_string(), USAGE)),
        },
    };
    let more = room.as_ref().and_then(|room| room.word(&input));
    let not_all = broken.into_iter().chain(more);
    Ok(not_all.fold(code, |_, message| complain(&message, 1)))
}

/// How much of it there is room for; `None` for a form that does not grow with each step.
fn room(args: &ExportArgs, input: &ExportInput) -> Option<Room> {
    let lines = match args.to {
        ExportForm::Html | ExportForm::Markdown | ExportForm::Parsons => LINES_OF_A_STEP,
        ExportForm::Cast => usize::from(args.size.1),
        ExportForm::Svg | ExportForm::Mermaid | ExportForm::Python | ExportForm::Pcapng => {
            return None;
        }
    };
    Some(Room::of(input, lines))
}

/// What is exported, and whether it is a lesson, which is run for it; or the exit code.
fn load(args: &ExportArgs) -> anyhow::Result<Result<(LoadedRecording, bool), ExitCode>> {
    let Some(name) = args.which.lesson() else {
        return Ok(args
            .which
            .open()
            .map(|recording| (recording.read_all(), false)));
    };
    let found = match find::find(&name, lessons::allow(args.allow_targets)) {
        Ok(found) => found,
        Err(error) => return Ok(Err(complain(&error.to_string(), USAGE))),
    };
    os::system::raise_descriptor_limit();
    Ok(match walk::walk(&found, lessons::options())? {
        Ok(loaded) => Ok((loaded, true)),
        Err(why) => Err(complain(&why, 1)),
    })
}

fn input(loaded: LoadedRecording) -> ExportInput {
    ExportInput {
        covered_from: loaded.covered_from,
        name: loaded.title,
        started: crate::trace::utc::utc(loaded.header.started),
        local_offset: os::system::local_offset(loaded.header.started),
        header: loaded.header,
        records: loaded.records.into_iter().map(Arc::new).collect(),
        broken: loaded.fault.map(|fault| fault.to_string()),
    }
}

/// Writes a form piece by piece.
type Form<'a> = Box<dyn Fn(&mut dyn Write) -> std::io::Result<()> + 'a>;

fn whole(bytes: impl Into<Vec<u8>>) -> Form<'static> {
    let bytes = bytes.into();
    Box::new(move |out| out.write_all(&bytes))
}

fn make<'a>(
    args: &ExportArgs,
    input: &'a ExportInput,
    is_lesson: bool,
    room: Option<&'a Room>,
) -> Result<Form<'a>, String> {
    let (to, size, version) = (args.to, args.size, args.cast_version);
    let sheet = match (is_lesson, args.blank) {
        (true, true) => Sheet::Questions(SheetAnswers::LeftOut),
        (true, false) => Sheet::Questions(SheetAnswers::Follow),
        (false, true) => Sheet::Blank,
        (false, false) => Sheet::Handout,
    };
    if let (Some(room), ExportForm::Parsons) = (room, to) {
        return puzzle(args, input, room).map(whole);
    }
    if let Some(room) = room {
        return Ok(Box::new(move |out| match to {
            ExportForm::Html => html::html(input, room, out),
            ExportForm::Cast => cast::cast(input, room, version, size, out),
            _ => markdown::markdown(input, sheet, room, out),
        }));
    }
    Ok(match to {
        ExportForm::Mermaid => whole(mermaid::mermaid(input)),
        ExportForm::Python => whole(python::python(input)),
        ExportForm::Pcapng => whole(pcapng::pcapng(input).ok_or(NO_PACKETS)?),
        _ => whole(picture(args, input)?),
    })
}

const NO_PACKETS: &str = "this recording holds no packets: record a session with a target on the lab wire, such as @wire:80";

fn puzzle(args: &ExportArgs, input: &ExportInput, room: &Room) -> Result<String, String> {
    let seed = args.seed.unwrap_or_else(|| os::system::some_seed() % 1000);
    let made = parsons::parsons(input, room, args.row.map(Row), seed);
    made.ok_or_else(|| match args.row {
        Some(row) => format!("the program made fewer than two calls on socket {row}"),
        None => "the program made fewer than two calls on a socket".to_owned(),
    })
}

fn picture(args: &ExportArgs, input: &ExportInput) -> Result<String, String> {
    let made = if args.board {
        board::svg(input, args.tick)
    } else {
        svg::svg(input, args.tick, args.size)
    };
    made.ok_or_else(|| {
        let last = input.records.iter().filter_map(|record| record.tick).max();
        format!(
            "the recording has no tick {}: write one from 0 to {}",
            args.tick.unwrap_or(0),
            last.unwrap_or(0)
        )
    })
}
