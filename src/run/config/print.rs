//! The whole configuration as a file: every entry with a comment, its value, and where the value is from.

use super::entries::{Config, ENTRIES, ValueSource};
use crate::language::keys::{self, Action, Binding, KeyGroup, NOTATION};
use crate::model::clean;
use std::fmt::Write;

/// So wide are the comments.
const WIDTH: usize = 100;

impl Config {
    /// It, as a file that says the same.
    pub fn as_file(&self) -> String {
        let path = self.path.as_ref().map_or_else(
            || "none: there is no home directory".to_owned(),
            |path| clean::text(&path.display().to_string()),
        );
        let there = match self.is_there {
            true => "It is there.",
            false => "It is not there: all is as shipped. What stands here can be its beginning.",
        };
        let mut text = format!(
            "# The configuration of sockstep: {path}\n# {there}\n# Behind each value stands where it was read from. The command line wins over the file.\n"
        );
        for entry in ENTRIES {
            let (value, source) = (entry.get)(self);
            text.push('\n');
            comment(&mut text, entry.about);
            comment(&mut text, &format!("{}.", entry.takes));
            let _ = writeln!(text, "{} = {value}  # {}", entry.name, self.from(source));
        }
        text.push_str("\n[keys]\n");
        comment(
            &mut text,
            "A key, or a list of keys, of each action. The help names the first one. Most of what has no key is found behind the prompt. A key that ships with another action is taken from it. Numbers choose sockets, and ctrl-c always quits.",
        );
        comment(&mut text, &format!("Keys are: {NOTATION}."));
        for group in KeyGroup::ALL {
            let _ = writeln!(text, "\n# {}", group.title());
            let of_group = |binding: &&Binding| {
                binding.group == *group && !matches!(binding.action, Action::Digit(_))
            };
            for binding in self.bindings.iter().filter(of_group) {
                self.key_line(&mut text, binding);
            }
        }
        text
    }

    /// Where a value is from: `default`, `config.toml:3`, `command line`.
    fn from(&self, source: ValueSource) -> String {
        let name = self.path.as_ref().and_then(|path| path.file_name());
        let name = name.map_or_else(String::new, |name| clean::text(&name.to_string_lossy()));
        match source {
            ValueSource::Default => "default".to_owned(),
            ValueSource::Line(line) => format!("{name}:{line}"),
            ValueSource::CommandLine => "command line".to_owned(),
        }
    }

    fn key_line(&self, text: &mut String, binding: &Binding) {
        let about = format!("{} {}.", binding.on.note(), first_sentence(binding.help));
        comment(text, about.trim_start());
        let keys: Vec<String> = binding.written().iter().map(|key| in_toml(key)).collect();
        let keys = match keys.as_slice() {
            [only] => only.clone(),
            list => format!("[{}]", list.join(", ")),
        };
        let name = binding.action.name();
        let source = match self.key_lines.get(name) {
            Some(line) => ValueSource::Line(*line),
            None => ValueSource::Default,
        };
        let shipped = keys::shipped_keys(binding.action);
        let lost = match source == ValueSource::Default && shipped != binding.keys {
            true => ", without what was given to others",
            false => "",
        };
        let _ = writeln!(text, "{name} = {keys}  # {}{lost}", self.from(source));
    }
}

/// What a help text says before its first colon or full stop.
fn first_sentence(help: &str) -> &str {
    let end = help.find([':', '.', ';']).unwrap_or(help.len());
    &help[..end]
}

/// A text between quotes; a key is a character at most that needs a backslash.
fn in_toml(text: &str) -> String {
    match text {
        "\"" | "\\" => format!("\"\\{text}\""),
        text => format!("\"{text}\""),
    }
}

/// A comment, as many lines as it needs.
fn comment(text: &mut String, about: &str) {
    let mut line = "#".to_owned();
    for word in about.split_whitespace() {
        if line.len() + word.len() > WIDTH {
            let _ = writeln!(text, "{line}");
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::config::read::read;

    #[test]
    fn what_is_printed_says_the_same_when_it_is_read() {
        let mut config = Config {
            path: Some("/etc/mine.toml".into()),
            ..Config::default()
        };
        let said = "theme = \"mono\"\npoll_timeout = \"2s\"\n[keys]\ntick = [\"t\", \"f5\"]\nnote = '\"'\nfilter = '\\'\nclose = []\n";
        assert_eq!(read(said, &mut config), Ok(()));
        let printed = config.as_file();
        let mut again = Config {
            path: config.path.clone(),
            ..Config::default()
        };
        assert_eq!(read(&printed, &mut again), Ok(()), "{printed}");
        let without_lines = |text: &str| {
            let lines = text.lines().map(|line| match line.rsplit_once("  # ") {
                Some((value, _)) => value.to_owned(),
                None => line.to_owned(),
            });
            lines.collect::<Vec<String>>()
        };
        assert_eq!(without_lines(&again.as_file()), without_lines(&printed));
        for part in [
            "theme = \"mono\"  # mine.toml:1",
            "tick = [\"t\", \"f5\"]  # mine.toml:4",
            "save = true  # default",
            "close = []  # mine.toml:7",
        ] {
            assert!(printed.contains(part), "{part}: {printed}");
        }
    }
}
