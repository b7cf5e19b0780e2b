//! Damaged recordings and lessons: whatever is in a file, it is read or refused, drawn or not; nothing panics, hangs or steers the terminal.

mod support;

use sockstep::app::model::Pane;
use sockstep::export::room::Room;
use sockstep::export::{ExportInput, html, markdown, mermaid, python};
use sockstep::language::lesson::{Lesson, Question};
use sockstep::model::clean::is_hostile;
use sockstep::model::record::Record;
use sockstep::model::world::World;
use sockstep::privacy::Mask;
use sockstep::text;
use sockstep::trace::encode;
use sockstep::trace::reader::Reader;
use std::time::Duration;
use support::computed;
use support::recordings::{GOLDEN, VERSION_2, golden_text, model, read, screen};

/// So many in an ordinary run: `fuzz/` looks further.
const DEFAULT_CASES: u64 = 2_000;
/// So many with `SOCKSTEP_SOAK=1`.
const SOAK_CASES: u64 = 100_000;
/// No file of a few kilobytes may take longer.
const BOUND: Duration = Duration::from_secs(2);

/// Numbers that are the same in every run: xorshift64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// What is put in place of a number or a word.
const STRANGE: [&str; 12] = [
    "18446744073709551615",
    "4294967295",
    "2147483647",
    "-9223372036854775808",
    "-1",
    "0",
    "null",
    "\"\\u001b]52;c;aGk=\\u0007\"",
    "\"\u{9b}2J\u{202e}\"",
    "1e999",
    "[]",
    "{}",
];

fn damage(text: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len());
        match dice.roll(8) {
            0 => bytes[at] ^= 1 << dice.roll(8),
            1 => bytes.truncate(at),
            2 => bytes.insert(at, dice.roll(256) as u8),
            3 => {
                bytes.remove(at);
            }
            4 | 5 => replace_a_value(&mut bytes, at, dice),
            kind => move_a_line(&mut bytes, kind == 6, dice),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Puts something strange in place of the value behind the next colon.
fn replace_a_value(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let Some(colon) = bytes[at..].iter().position(|byte| *byte == b':') else {
        return;
    };
    let begin = at + colon + 1;
    let end = bytes[begin..]
        .iter()
        .position(|byte| matches!(byte, b',' | b'}' | b']'))
        .map_or(bytes.len(), |length| begin + length);
    let strange = STRANGE[dice.roll(STRANGE.len())];
    bytes.splice(begin..end, strange.bytes());
}

/// Swaps two lines, or doubles one.
fn move_a_line(bytes: &mut Vec<u8>, swap: bool, dice: &mut Dice) {
    let mut lines: Vec<Vec<u8>> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let (one, other) = (dice.roll(lines.len()), dice.roll(lines.len()));
    if swap {
        lines.swap(one, other);
    } else {
        lines.insert(other, lines[one].clone());
    }
    *bytes = lines.concat();
}

/// Reads, folds and prints a file, as `replay` does. Returns what came out.
fn watch(bytes: &[u8]) -> (String, Vec<Record>) {
    let mut out = String::new();
    let mut records = Vec::new();
    let reader = match Reader::new(bytes) {
        Ok(reader) => reader,
        Err(fault) => return (fault.to_string(), records),
    };
    let mut world = World::default();
    for next in reader {
        match next {
            Ok(mut record) => {
                record.stages = world.apply(&record).into();
                out.push_str(&text::plain(&record, true));
                out.push_str(&encode::record(&record));
                records.push(record);
            }
            Err(fault) => out.push_str(&fault.to_string()),
        }
    }
    (out, records)
}

fn is_clean(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || !is_hostile(c))
}

#[test]
fn no_damaged_recording_panics_hangs_or_steers_the_terminal() {
    let soak = std::env::var("SOCKSTEP_SOAK").as_deref() == Ok("1");
    let count = if soak { SOAK_CASES } else { DEFAULT_CASES };
    let texts: Vec<String> = GOLDEN
        .into_iter()
        .chain([VERSION_2])
        .map(golden_text)
        .collect();
    let mut dice = Dice(0x5eed_50c4_57e9_2026);
    let mut read_to_the_end = 0;
    for round in 0..count {
        let bytes = damage(&texts[dice.roll(texts.len())], &mut dice);
        let began = computed();
        let (out, records) = watch(&bytes);
        read_to_the_end += u64::from(records.len() > 8);
        assert!(is_clean(&out), "round {round}: {out:?}");
        if round % 50 == 0 {
            draw(&bytes, round);
        }
        if round % 200 == 0 {
            run_the_program(&bytes, round);
        }
        if round % 100 == 0 {
            export(&bytes, &records, round);
        }
        assert!(
            computed().saturating_sub(began) < BOUND,
            "round {round} took {:?}",
            computed().saturating_sub(began)
        );
    }
    assert!(
        read_to_the_end > count / 20,
        "most damage must not only be refused: {read_to_the_end}"
    );
}

fn draw(bytes: &[u8], round: u64) {
    let Some((header, records)) = read(bytes) else {
        return;
    };
    let mut model = model(&header, &records, (80, 24));
    if round.is_multiple_of(100) {
        (model.pane, model.zoom) = (Pane::Wire, Some(0));
    }
    for back in 0..3 {
        let screen = screen(&mut model);
        let clean = screen.content().iter().all(|cell| is_clean(cell.symbol()));
        assert!(clean, "round {round}, {back} back");
        model.history.back();
    }
}

fn run_the_program(bytes: &[u8], round: u64) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("written");
    let path = file.path().to_str().expect("a path in UTF-8");
    for face in [
        &["--plain", "--calls"][..],
        &["--json"],
        &["--plain", "--mask"],
    ] {
        let mut args = vec!["replay", path];
        args.extend_from_slice(face);
        let output = support::sockstep(&args);
        let (code, told) = (output.status.code(), support::stderr(&output));
        assert!(
            matches!(code, Some(0..=2)),
            "round {round} {face:?}: {code:?}"
        );
        assert!(
            is_clean(&support::stdout(&output)),
            "round {round} {face:?}"
        );
        assert!(is_clean(&told), "round {round} {face:?}");
        assert!(
            code == Some(0) || !told.is_empty(),
            "round {round} {face:?}: it says why"
        );
    }
}

fn export(bytes: &[u8], records: &[Record], round: u64) {
    let Some((header, records_read)) = read(bytes) else {
        return;
    };
    let material = ExportInput {
        covered_from: None,
        name: "damaged".to_owned(),
        started: sockstep::trace::utc::utc(header.started),
        local_offset: 0,
        records: records_read,
        broken: None,
        header,
    };
    let mask = Mask::of(records);
    let masked: String = records
        .iter()
        .map(|record| text::plain(&mask.record(record), true))
        .collect();
    let room = Room::of(&material, 1);
    let (mut page, mut sheet) = (Vec::new(), Vec::new());
    html::html(&material, &room, &mut page).expect("memory takes it");
    markdown::markdown(&material, markdown::Sheet::Blank, &room, &mut sheet)
        .expect("memory takes it");
    let [page, sheet] = [page, sheet].map(|text| String::from_utf8(text).expect("text"));
    for (form, text) in [
        ("html", page),
        ("markdown", sheet),
        ("mermaid", mermaid::mermaid(&material)),
        ("python", python::python(&material)),
        ("masked", masked),
    ] {
        assert!(is_clean(&text), "round {round}: {form}");
    }
}

/// A damaged lesson is read, or refused with a line of its own and in words; what was read is the same when its questions are read again.
#[test]
fn no_damaged_lesson_panics_hangs_or_steers_the_terminal() {
    let soak = std::env::var("SOCKSTEP_SOAK").as_deref() == Ok("1");
    let count = if soak { SOAK_CASES } else { DEFAULT_CASES };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/lessons");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("a lesson"))
        .collect();
    let mut dice = Dice(0x1e55_0450_4eaf_2026);
    let mut read = 0;
    for round in 0..count {
        let bytes = damage(&texts[dice.roll(texts.len())], &mut dice);
        let text = String::from_utf8_lossy(&bytes);
        let began = computed();
        match Lesson::parse(&text) {
            Ok(lesson) => {
                read += 1;
                for question in lesson.questions() {
                    let again = Question::from_lines(&question.as_lines()).expect("a question");
                    assert_eq!(again.as_lines(), question.as_lines(), "round {round}");
                    assert!(
                        is_clean(&again.as_lines()),
                        "round {round}: {:?}",
                        again.as_lines()
                    );
                }
                let shown = lesson.script().into_iter().map(|line| line.text);
                assert!(shown.chain([lesson.topic]).all(|text| is_clean(&text)));
            }
            Err(error) => {
                assert!((1..=text.lines().count().max(1) + 1).contains(&error.line));
                assert!(is_clean(&error.to_string()), "round {round}: {error}");
            }
        }
        if round % 200 == 0 {
            check_the_file(&bytes, round);
        }
        assert!(computed().saturating_sub(began) < BOUND, "round {round}");
    }
    assert!(
        read > count / 20,
        "most damage must not only be refused: {read}"
    );
}

/// The program itself says what is wrong, and marks by it or not, without a panic.
fn check_the_file(bytes: &[u8], round: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("damaged.lesson");
    std::fs::write(&file, bytes).expect("written");
    let recording = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/default-lab.jsonl"
    );
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sockstep"));
    let output = command.arg("mark").arg(&file).arg(recording).output();
    let output = output.expect("it runs");
    assert!(
        matches!(output.status.code(), Some(0..=2)),
        "round {round}: {output:?}"
    );
    for said in [output.stdout, output.stderr] {
        assert!(is_clean(&String::from_utf8_lossy(&said)), "round {round}");
    }
}
