//! What lies over the panes: at most one thing.

use std::time::Duration;
use tui_input::Input;

/// What is open.
#[derive(Debug, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The list of keys, with a search text.
    Help {
        /// What is searched for.
        search: Input,
        /// The first line shown.
        scroll: usize,
    },
    /// A line of text is typed.
    Prompt(Prompt),
    /// Something is explained.
    Card {
        /// What can be explained of the chosen socket now; never empty.
        topics: Vec<String>,
        /// Which of them is shown.
        at: usize,
        /// What lies under it, and is there again when the card is closed.
        under: Box<Overlay>,
    },
    /// What asking costs on this machine, measured now.
    Cost {
        /// The report so far.
        text: String,
        /// How many measurements are done, and how many there will be.
        done: (usize, usize),
        /// The first line shown.
        scroll: usize,
    },
    /// The list of lessons.
    Lessons {
        /// Which of them is chosen, from 0.
        chosen: usize,
    },
    /// What was recognised of the course.
    Guide {
        /// Which topic is chosen, from 0.
        chosen: usize,
        /// Its card is open, scrolled so far.
        card: Option<usize>,
    },
    /// The same key once more does it; any other key does not.
    Confirm {
        /// What.
        what: Confirm,
        /// When the key was pressed the last time, by the program's clock.
        since: Duration,
    },
}

/// What a second press would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Delete the chosen row.
    Delete,
    /// Restart it.
    Restart,
    /// Close its descriptor.
    Close,
    /// End the watched program.
    EndProgram,
}

/// What a prompt's text will be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// Targets, separated by spaces.
    Targets,
    /// Letters of r, w, p.
    Interest,
    /// Text to send.
    SendText,
    /// A number of bytes.
    RecvSize,
    /// rd, wr, rdwr.
    ShutdownHow,
    /// A note.
    Note,
    /// A filter text.
    Filter,
    /// A line for the watched program.
    ProgramLine,
    /// What a class has voted.
    Votes,
    /// A command in words.
    Command,
}

impl PromptKind {
    /// What stands before the text.
    pub fn label(self) -> &'static str {
        match self {
            PromptKind::Targets => "add",
            PromptKind::Interest => "watch for",
            PromptKind::SendText => "send",
            PromptKind::RecvSize => "receive",
            PromptKind::ShutdownHow => "shutdown",
            PromptKind::Note => "note",
            PromptKind::Filter => "filter",
            PromptKind::ProgramLine => "type",
            PromptKind::Votes => "vote",
            PromptKind::Command => ":",
        }
    }

    /// What can be typed.
    pub fn hint(self) -> &'static str {
        match self {
            PromptKind::Targets => {
                "host:port  [::1]:80  unix:/path  @open ... (TAB shows the lab's).  ENTER adds, ESC goes back"
            }
            PromptKind::Interest => "letters of r readable, w writable, p priority",
            PromptKind::SendText => "text; \\n is a newline, \\x00 a byte",
            PromptKind::RecvSize => "at most so many bytes, 1 to 65536",
            PromptKind::ShutdownHow => "rd, wr or rdwr",
            PromptKind::Note => {
                "your words, at most 500 characters; they are kept in the recording"
            }
            PromptKind::Filter => "a part of the target, the stage or the errno; empty shows all",
            PromptKind::ProgramLine => "a line for the program's standard input; Enter ends it",
            PromptKind::Votes => "a count for each choice, such as 12 91 40; an empty line: none",
            PromptKind::Command => "TAB completes. help lists all commands",
        }
    }
}

/// A line that is typed, and what was wrong with it the last time.
#[derive(Debug)]
pub struct Prompt {
    /// What for.
    pub asks: PromptKind,
    /// The text; it stays when it is refused.
    pub input: Input,
    /// What was wrong.
    pub error: Option<String>,
    /// What the last word could become, after Tab.
    pub candidates: Vec<String>,
    /// The text is a proposal that nobody has touched: the first typed character replaces it.
    pub proposed: bool,
    /// Which line of the list of what can be done is chosen, if a command is typed.
    pub chosen: Option<usize>,
}
