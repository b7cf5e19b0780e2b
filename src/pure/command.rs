//! What a user can ask for, and the one line of text that says it: the words of the `:` prompt and of a record's cause.

use super::call::How;
use super::clean;
use super::ids::Row;
use super::readiness::Interest;
use std::time::Duration;
use thiserror::Error;

/// Something the user asked for that acts on sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// New targets, as typed.
    Add(Vec<String>),
    /// Take a row away; its descriptors are closed.
    Delete(Row),
    /// Begin a row again.
    Restart(Row),
    /// One tick.
    Tick {
        /// Only this row makes its call.
        only: Option<Row>,
        /// Wait for news.
        wait: bool,
    },
    /// Ask the witnesses again.
    Look,
    /// Watch a row for something else.
    Interest(Row, Interest),
    /// connect() again.
    Connect(Row),
    /// Read SO_ERROR.
    SoError(Row),
    /// Ask for the other end's address.
    Getpeername(Row),
    /// Offer bytes to the kernel.
    Send(Row, Vec<u8>),
    /// Read at most so many bytes.
    Recv(Row, u32),
    /// Close one direction or both.
    Shutdown(Row, How),
    /// Close the descriptor.
    Close(Row),
    /// Accept at the far end of a lab row.
    Accept(Row),
}

/// The most that one recv asks for.
pub const MOST_RECV: u32 = 65_536;
/// What recv asks for when nothing is said.
pub const USUAL_RECV: u32 = 1024;

/// Why a line is no command.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// Not a word of the language.
    #[error("'{0}' is not a command. Commands: {words}", words = WORDS.join(", "))]
    UnknownWord(String),
    /// Something is missing or too much.
    #[error("write it so: {0}")]
    Usage(&'static str),
}

/// The first words of all commands.
pub const WORDS: &[&str] = &[
    "add",
    "delete",
    "restart",
    "tick",
    "look",
    "interest",
    "connect",
    "so_error",
    "getpeername",
    "send",
    "recv",
    "shutdown",
    "close",
    "accept",
];

impl Command {
    /// Reads one line.
    ///
    /// # Errors
    /// Names the word that is wrong, or the right form.
    pub fn parse(line: &str) -> Result<Command, CommandError> {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or("");
        let rest: Vec<&str> = words.collect();
        let row = |usage| match rest.as_slice() {
            [row] => row_number(row).ok_or(CommandError::Usage(usage)),
            _ => Err(CommandError::Usage(usage)),
        };
        match first {
            "add" if !rest.is_empty() => Ok(Command::Add(
                rest.iter().map(|word| (*word).to_owned()).collect(),
            )),
            "add" => Err(CommandError::Usage("add TARGET, such as: add localhost:80")),
            "delete" => row("delete ROW, such as: delete 1").map(Command::Delete),
            "restart" => row("restart ROW, such as: restart 1").map(Command::Restart),
            "tick" => tick(&rest),
            "look" if rest.is_empty() => Ok(Command::Look),
            "look" => Err(CommandError::Usage("look")),
            "interest" => interest(&rest),
            "connect" => row("connect ROW, such as: connect 1").map(Command::Connect),
            "so_error" => row("so_error ROW, such as: so_error 1").map(Command::SoError),
            "getpeername" => {
                row("getpeername ROW, such as: getpeername 1").map(Command::Getpeername)
            }
            "send" => send(line),
            "recv" => recv(&rest),
            "shutdown" => shutdown(&rest),
            "close" => row("close ROW, such as: close 1").map(Command::Close),
            "accept" => row("accept ROW, such as: accept 3").map(Command::Accept),
            other => Err(CommandError::UnknownWord(clean::text(other))),
        }
    }

    /// The row it acts on, if on one.
    pub fn row(&self) -> Option<Row> {
        match self {
            Command::Add(_) | Command::Look => None,
            Command::Tick { only, .. } => *only,
            Command::Delete(row)
            | Command::Restart(row)
            | Command::Interest(row, _)
            | Command::Connect(row)
            | Command::SoError(row)
            | Command::Getpeername(row)
            | Command::Send(row, _)
            | Command::Recv(row, _)
            | Command::Shutdown(row, _)
            | Command::Close(row)
            | Command::Accept(row) => Some(*row),
        }
    }
}

fn row_number(text: &str) -> Option<Row> {
    text.parse().ok().filter(|number| *number != 0).map(Row)
}

fn tick(rest: &[&str]) -> Result<Command, CommandError> {
    let usage = CommandError::Usage("tick, tick wait, tick only ROW, or tick only ROW wait");
    match rest {
        [] => Ok(Command::Tick {
            only: None,
            wait: false,
        }),
        ["wait"] => Ok(Command::Tick {
            only: None,
            wait: true,
        }),
        ["only", row] => row_number(row)
            .map(|row| Command::Tick {
                only: Some(row),
                wait: false,
            })
            .ok_or(usage),
        ["only", row, "wait"] => row_number(row)
            .map(|row| Command::Tick {
                only: Some(row),
                wait: true,
            })
            .ok_or(usage),
        _ => Err(usage),
    }
}

fn interest(rest: &[&str]) -> Result<Command, CommandError> {
    let usage = CommandError::Usage(
        "interest ROW LETTERS, with letters of r, w, p, such as: interest 1 rw",
    );
    let [row, letters] = rest else {
        return Err(usage);
    };
    match (row_number(row), Interest::from_letters(letters)) {
        (Some(row), Some(interest)) => Ok(Command::Interest(row, interest)),
        _ => Err(usage),
    }
}

fn send(line: &str) -> Result<Command, CommandError> {
    let usage = CommandError::Usage("send ROW TEXT, such as: send 1 hello\\n");
    let rest = line
        .trim_start()
        .strip_prefix("send")
        .unwrap_or("")
        .trim_start();
    let Some((row, text)) = rest.split_once(char::is_whitespace) else {
        return Err(usage);
    };
    match (row_number(row), clean::unescape_bytes(text)) {
        (Some(row), Some(bytes)) if !bytes.is_empty() => Ok(Command::Send(row, bytes)),
        _ => Err(usage),
    }
}

fn recv(rest: &[&str]) -> Result<Command, CommandError> {
    let usage = CommandError::Usage("recv ROW or recv ROW BYTES, at most 65536, such as: recv 1 2");
    let (row, size) = match rest {
        [row] => (row, Some(USUAL_RECV)),
        [row, size] => (
            row,
            size.parse()
                .ok()
                .filter(|size| (1..=MOST_RECV).contains(size)),
        ),
        _ => return Err(usage),
    };
    match (row_number(row), size) {
        (Some(row), Some(size)) => Ok(Command::Recv(row, size)),
        _ => Err(usage),
    }
}

fn shutdown(rest: &[&str]) -> Result<Command, CommandError> {
    let usage = CommandError::Usage("shutdown ROW rd, wr or rdwr, such as: shutdown 1 wr");
    let (row, how) = match rest {
        [row] => (row, Some(How::Write)),
        [row, word] => (row, How::ALL.into_iter().find(|how| how.word() == *word)),
        _ => return Err(usage),
    };
    match (row_number(row), how) {
        (Some(row), Some(how)) => Ok(Command::Shutdown(row, how)),
        _ => Err(usage),
    }
}

impl std::fmt::Display for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Command::Add(targets) => write!(f, "add {}", targets.join(" ")),
            Command::Delete(row) => write!(f, "delete {row}"),
            Command::Restart(row) => write!(f, "restart {row}"),
            Command::Tick { only, wait } => {
                f.write_str("tick")?;
                if let Some(row) = only {
                    write!(f, " only {row}")?;
                }
                if *wait { f.write_str(" wait") } else { Ok(()) }
            }
            Command::Look => f.write_str("look"),
            Command::Interest(row, interest) => write!(f, "interest {row} {}", interest.letters()),
            Command::Connect(row) => write!(f, "connect {row}"),
            Command::SoError(row) => write!(f, "so_error {row}"),
            Command::Getpeername(row) => write!(f, "getpeername {row}"),
            Command::Send(row, bytes) => write!(f, "send {row} {}", clean::escape_bytes(bytes)),
            Command::Recv(row, size) => write!(f, "recv {row} {size}"),
            Command::Shutdown(row, how) => write!(f, "shutdown {row} {}", how.word()),
            Command::Close(row) => write!(f, "close {row}"),
            Command::Accept(row) => write!(f, "accept {row}"),
        }
    }
}

/// A duration as a person writes it: `500ms`, `2s`, `1m`; a bare `0` too. At most a day.
///
/// # Errors
/// Says the right form.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "'{}' is not a duration. Write 500ms, 2s or 1m",
            clean::text(text)
        )
    };
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let factor = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => return Err(wrong()),
    };
    let millis = number
        .checked_mul(factor)
        .filter(|ms| *ms <= 86_400_000)
        .ok_or_else(wrong)?;
    Ok(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_reads_back_as_it_was_written() {
        let lines = [
            "add @open localhost:80",
            "delete 2",
            "restart 1",
            "tick",
            "tick wait",
            "tick only 3",
            "tick only 3 wait",
            "look",
            "interest 1 rwp",
            "connect 1",
            "so_error 1",
            "getpeername 1",
            "send 1 hello\\n",
            "recv 1 5",
            "shutdown 1 wr",
            "close 1",
            "accept 3",
        ];
        for line in lines {
            let command = Command::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(command.to_string(), line);
        }
        for word in WORDS {
            assert!(
                lines
                    .iter()
                    .any(|line| line.split(' ').next() == Some(word)),
                "{word} has no line here"
            );
        }
    }

    #[test]
    fn a_wrong_line_is_told_its_right_form() {
        let cases = [
            ("", "is not a command"),
            ("jump 1", "'jump' is not a command"),
            ("add", "add TARGET"),
            ("delete", "delete ROW"),
            ("delete 0", "delete ROW"),
            ("delete 1 2", "delete ROW"),
            ("tick on 3", "tick only ROW"),
            ("interest 1 x", "letters of r, w, p"),
            ("send 1", "send ROW TEXT"),
            ("send 1 \\q", "send ROW TEXT"),
            ("recv 1 0", "recv ROW BYTES"),
            ("recv 1 99999999", "recv ROW BYTES"),
            ("shutdown 1 up", "rd, wr or rdwr"),
        ];
        for (line, part) in cases {
            let error = Command::parse(line).expect_err(line).to_string();
            assert!(error.contains(part), "{line:?} gave: {error}");
        }
    }

    #[test]
    fn durations_have_a_unit() {
        let cases = [("500ms", 500), ("2s", 2_000), ("1m", 60_000), ("0", 0)];
        for (text, millis) in cases {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for bad in [
            "",
            "5",
            "s",
            "1h",
            "-1s",
            "1.5s",
            "99999999999999999999s",
            "100000m",
        ] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
