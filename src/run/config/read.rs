//! The file read: every entry known, of its kind, and no key with two meanings; or everything that is wrong, line by line.

use super::entries::{Config, ENTRIES, Given};
use crate::language::keys::{BindFault, KeyLine, NOTATION, bind};
use crate::language::near::nearest;
use crate::model::clean;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The table of keys.
const KEYS: &str = "keys";

/// More entries than there are actions are not looked at: what is wrong with the first of them is enough.
const MAX_ENTRIES: usize = 400;

/// The line of a place in a text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// Reads a file into a configuration.
pub(super) fn read(text: &str, config: &mut Config) -> Result<(), Vec<BindFault>> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        let why = format!("this is no TOML: {}", error.message());
        vec![BindFault { line, why }]
    })?;
    let mut faults = Vec::new();
    let mut keys = Vec::new();
    for (name, value) in table.get_ref().iter().take(MAX_ENTRIES) {
        let line = line_of(text, name.span().start);
        let taken = match name.get_ref().as_ref() {
            KEYS => {
                key_lines(text, value, line, &mut keys, &mut faults);
                Ok(())
            }
            name => entry(config, name, value.get_ref(), line),
        };
        faults.extend(taken.err().map(|why| BindFault { line, why }));
    }
    match bind(&keys) {
        Ok(bindings) => config.bindings = bindings,
        Err(more) => faults.extend(more),
    }
    let lines = keys.into_iter().map(|wanted| (wanted.action, wanted.line));
    config.key_lines = lines.collect();
    faults.sort_by_key(|fault| fault.line);
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}

/// An entry outside of the keys.
fn entry(config: &mut Config, name: &str, value: &DeValue<'_>, line: usize) -> Result<(), String> {
    let Some(entry) = ENTRIES.iter().find(|entry| entry.name == name) else {
        return Err(unknown(name));
    };
    let given = match value {
        DeValue::String(text) => Some(Given::Text(text)),
        DeValue::Boolean(truth) => Some(Given::Truth(*truth)),
        _ => None,
    };
    match given {
        Some(given) if (entry.set)(config, given, line) => Ok(()),
        _ => Err(format!(
            "{name} is {}, and not {}",
            entry.takes,
            shown(value)
        )),
    }
}

/// What was probably meant by an entry that nobody knows.
fn unknown(name: &str) -> String {
    let known = || ENTRIES.iter().map(|entry| entry.name).chain([KEYS]);
    let name = clean::quoted(name);
    let is_action = bind(&[]).is_ok_and(|all| all.iter().any(|one| one.action.name() == name));
    match nearest(&name, known()) {
        Some(near) => format!("there is no entry {name}. Did you mean {near}?"),
        None if is_action => format!("{name} is an action: it stands below [keys]"),
        None => {
            let known: Vec<&str> = known().collect();
            format!("there is no entry {name}. There are: {}", known.join(", "))
        }
    }
}

/// A value as it is named in a message.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", clean::quoted(text)),
        DeValue::Integer(number) => clean::quoted(number.as_str()),
        DeValue::Boolean(truth) => truth.to_string(),
        other => format!("a value of the kind {}", other.type_str()),
    }
}

/// The lines below `[keys]`.
fn key_lines(
    text: &str,
    value: &Spanned<DeValue<'_>>,
    line: usize,
    keys: &mut Vec<KeyLine>,
    faults: &mut Vec<BindFault>,
) {
    let Some(table) = value.get_ref().as_table() else {
        let why =
            format!("{KEYS} is a table: write [keys], and below it lines such as tick = \"t\"");
        return faults.push(BindFault { line, why });
    };
    for (action, wanted) in table.iter().take(MAX_ENTRIES) {
        let line = line_of(text, action.span().start);
        let action = action.get_ref();
        let texts = match wanted.get_ref() {
            DeValue::String(text) => Some(vec![text.to_string()]),
            DeValue::Array(list) => list
                .iter()
                .map(|one| one.get_ref().as_str().map(str::to_owned))
                .collect(),
            _ => None,
        };
        match texts {
            Some(texts) => keys.push(KeyLine {
                action: clean::quoted(action),
                keys: texts,
                line,
            }),
            None => faults.push(BindFault {
                line,
                why: format!(
                    "{} is a key or a list of keys in quotes, and not {}. Keys are: {NOTATION}",
                    clean::quoted(action),
                    shown(wanted.get_ref())
                ),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::config::ValueSource;

    fn faults(text: &str) -> Vec<String> {
        let faults = read(text, &mut Config::default()).expect_err("it is wrong");
        faults.iter().map(BindFault::to_string).collect()
    }

    #[test]
    fn what_is_said_is_taken_with_its_line() {
        let mut config = Config::default();
        let text = "# mine\ntheme = \"light\"\nsave = false\n\n[keys]\ntick = [\"t\", \"space\"]\n";
        assert_eq!(read(text, &mut config), Ok(()));
        assert_eq!(config.theme.source, ValueSource::Line(2));
        assert!(!config.save.value);
        assert_eq!(config.depth.source, ValueSource::Default);
        assert_eq!(config.key_lines.get("tick"), Some(&6));
    }

    #[test]
    fn everything_that_is_wrong_is_named_with_its_line_and_what_to_do() {
        let all = faults(
            "tehme = \"light\"\nsave = \"yes\"\ndepth = \"deep\"\npoll_timeout = 500\ntick = \"t\"\n[keys]\ntik = \"t\"\nadd = 7\nnote = [\"f5\"]\nhelp = [\"f5\", \"?\"]\n",
        );
        let parts = [
            "line 1: there is no entry tehme. Did you mean theme?",
            "line 2: save is true or false, and not \"yes\"",
            "line 3: depth is \"program\", \"readiness\" or \"kernel\", and not \"deep\"",
            "line 4: poll_timeout is \"auto\", or a duration such as",
            "line 5: tick is an action: it stands below [keys]",
            "line 7: there is no action tik. Did you mean tick?",
            "line 8: add is a key or a list of keys in quotes, and not 7.",
            "line 10: \"f5\" cannot mean both note (line 9) and help (line 10).",
        ];
        assert_eq!(all.len(), parts.len(), "{all:#?}");
        for (said, part) in all.iter().zip(parts) {
            assert!(said.starts_with(part), "{said}");
        }
    }

    #[test]
    fn what_is_no_toml_says_where() {
        assert!(
            faults("theme = \"dark\"\nsave = maybe\n")[0].starts_with("line 2: this is no TOML")
        );
        assert!(faults("save = true\nsave = false\n")[0].contains("no TOML: duplicate key"));
        for hostile in [
            "\u{0}",
            "[keys",
            "keys = 1",
            "[[keys]]\n",
            "a = \u{1b}[31m",
            "[a.b.c]\nd=1",
        ] {
            assert!(!faults(hostile).is_empty(), "{hostile:?}");
        }
    }
}
