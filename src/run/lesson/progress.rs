//! How far one has come, kept in the state directory: one line a lesson, for its owner only. To delete the file is to begin anew.

use crate::app::lesson::LessonRun;
use crate::run::{files, saved};
use crate::trace::utc::utc;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file holds no more than this.
const MAX_BYTES: u64 = 256 * 1024;

fn place() -> Option<PathBuf> {
    Some(saved::directory()?.join("progress"))
}

/// The mark of each lesson: `=` done, `~` begun or once wrong.
pub fn marks() -> BTreeMap<String, char> {
    place().map_or_else(BTreeMap::new, |path| marks_in(&text_of(&path)))
}

fn text_of(path: &Path) -> String {
    let small =
        std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() <= MAX_BYTES);
    match small {
        true => std::fs::read_to_string(path).unwrap_or_default(),
        false => String::new(),
    }
}

fn marks_in(text: &str) -> BTreeMap<String, char> {
    let mark = |line: &str| {
        let mut words = line.split_whitespace();
        let number = words.next().filter(|number| number.len() == 2)?;
        let mark = match words.next_back()? {
            "done" => '=',
            "begun" => '~',
            _ => return None,
        };
        Some((number.to_owned(), mark))
    };
    text.lines().filter_map(mark).collect()
}

/// The line of a lesson, and its mark.
fn line(run: &LessonRun, now: u64) -> String {
    let count = |is: fn(&crate::app::lesson::AnswerKept) -> bool| {
        run.answers.iter().filter(|kept| is(kept)).count()
    };
    let reached = run.reached.iter().filter(|reached| **reached).count();
    let whole = count(|kept| kept.right) == run.answers.len() && reached == run.reached.len();
    let date = utc(now);
    format!(
        "{} {} questions {} first-right {} goals {reached} {}",
        run.name,
        date.split('T').next().unwrap_or_default(),
        count(|kept| kept.answered),
        count(|kept| kept.first_right),
        if whole { "done" } else { "begun" }
    )
}

/// Keeps how far a lesson of the course came. A lesson that was done stays so.
///
/// # Errors
/// In words, with the path.
pub fn keep(run: &LessonRun, now: u64) -> Result<(), String> {
    if !run.is_ours {
        return Ok(());
    }
    let path = place().ok_or("there is no home directory")?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let _alone = files::alone_in(folder);
    let old = text_of(&path);
    let mut lines: Vec<String> = old.lines().map(str::to_owned).collect();
    let new = line(run, now);
    let of = |line: &&mut String| line.split_whitespace().next() == Some(&run.name);
    match lines.iter_mut().find(of) {
        Some(line) if line.ends_with(" done") && new.ends_with(" begun") => {}
        Some(line) => *line = new,
        None => lines.push(new),
    }
    let text = lines.join("\n") + "\n";
    let temporary = folder.join(format!("progress.{}", std::process::id()));
    let _ = std::fs::remove_file(&temporary);
    let write = || -> std::io::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&temporary)?;
        file.write_all(text.as_bytes())?;
        std::fs::rename(&temporary, &path)
    };
    write().map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_line_of_the_progress_is_passed_over() {
        let text = "01 2026-11-25 questions 2 first-right 1 goals 1 done\n\nnonsense\n03 2026-11-25 begun\n\u{1b}[2J\n";
        let marks = marks_in(text);
        let marks: Vec<(&str, char)> = marks
            .iter()
            .map(|(number, mark)| (&**number, *mark))
            .collect();
        assert_eq!(marks, [("01", '='), ("03", '~')]);
    }
}
