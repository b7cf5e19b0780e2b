//! What is typed: keys, words of the grammar, pastes, sequences that are cut, other sizes.

use sockstep::language::request::Frontend;
use sockstep::language::verbs;

/// Something that comes from a terminal.
pub(crate) enum Press {
    Bytes(Vec<u8>),
    Size(u16, u16),
}

/// splitmix64, and what can be typed.
pub(crate) struct Keys {
    state: u64,
    lines: Vec<&'static str>,
    script: Vec<String>,
}

/// Keys that are more than one byte.
const SEQUENCES: [&str; 20] = [
    "\u{1b}[A",
    "\u{1b}[B",
    "\u{1b}[C",
    "\u{1b}[D",
    "\u{1b}[H",
    "\u{1b}[F",
    "\u{1b}[5~",
    "\u{1b}[6~",
    "\u{1b}[3~",
    "\u{1b}[Z",
    "\u{1b}OP",
    "\u{1b}[15~",
    "\u{1b}[1;5C",
    "\u{1b}[I",
    "\u{1b}[O",
    "\u{1b}[<0;10;10M",
    "\u{1b}[M !!",
    "\u{1b}[?1;2c",
    "\u{1b}]11;rgb:0000/0000/0000\u{1b}\\",
    "\u{1b}[10;10R",
];
/// The beginnings of sequences; what comes behind them is chance.
const CUT: [&str; 9] = [
    "\u{1b}",
    "\u{1b}[",
    "\u{1b}[<",
    "\u{1b}[M",
    "\u{1b}[1;",
    "\u{1b}O",
    "\u{1b}]11;rgb:",
    "\u{1b}[200",
    "\u{1b}P",
];
/// Ends every sequence: a report of the mouse ends with m, others with what stands behind it; until then every key is a part of it. Then it
/// goes back from whatever was opened, and to the end of the history.
pub(crate) const ENDS: [&str; 10] = [
    "m",
    "\u{1b}[201~",
    "\u{1b}\\",
    "~",
    "R",
    "\u{7}",
    "\u{1b}",
    "\u{1b}",
    "\u{1b}",
    "\u{1b}[F",
];
/// What is pasted.
const PASTED: [&str; 6] = [
    "@open @refused\n",
    "127.0.0.1:9",
    "\u{202e}abc\u{9b}2J\u{0}\u{7}",
    ":tick 3\r\n:send 1 x\r",
    "\u{1f600}\u{301}\u{301}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];
/// Words of the grammar that take seconds, or end the program.
const LEFT_OUT: [&str; 3] = ["cost", "quit", "lookup"];
/// A deadlock, typed as it is staged.
const DEADLOCK: &str = include_str!("../scripts/deadlock-both-read.script");

impl Keys {
    pub(crate) fn new(seed: u64) -> Keys {
        let lines = verbs::of(Frontend::Screen)
            .filter(|verb| !LEFT_OUT.contains(&verb.name))
            .flat_map(|verb| verb.examples.iter().copied())
            .collect();
        let is_said = |line: &&str| {
            let other = ["#", "expect", "await"];
            !line.is_empty() && !other.iter().any(|other| line.starts_with(other))
        };
        // Every fifth program begins with it.
        let mut script: Vec<String> = match seed % 5 {
            0 => DEADLOCK
                .lines()
                .filter(is_said)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        script.reverse();
        Keys {
            state: seed.wrapping_mul(0x2545_f491_4f6c_dd1d),
            lines,
            script,
        }
    }

    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn one_of(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.below(texts.len())]
    }

    /// A line at the prompt, now and then another row or a word too many.
    fn line(&mut self) -> String {
        if let Some(line) = self.script.pop() {
            return format!(":{line}\r");
        }
        let lines = std::mem::take(&mut self.lines);
        let mut line = self.one_of(&lines).to_owned();
        match self.below(8) {
            0 => line = format!("{line} {}", self.one_of(&lines)),
            1 => {
                let row = self.below(6).to_string();
                line = line.replace('1', &row);
            }
            2 => line.truncate(line.len() / 2),
            _ => {}
        }
        // Where the program waits it throws a line's first letters away, and this one alone ends it: now and then is enough.
        if line.contains('q') && self.below(20) > 0 {
            "tick 3".clone_into(&mut line);
        }
        self.lines = lines;
        let end = self.one_of(&["\r", "\r", "\r", "\r", "\t\r", "\u{1b}", "\u{15}x\r", ""]);
        format!(":{line}{end}")
    }

    /// Whether the next keys are typed one after the other, each when the one before has done what it does. Who is hasty types while the
    /// program waits, and most of that is thrown away.
    pub(crate) fn some_are_patient(&mut self) -> bool {
        self.below(2) == 0
    }

    /// Now and then whatever was begun is ended, in a terminal of this size: else the first paste that is cut takes in all that follows, and
    /// where the terminal is too small nothing is done at all.
    pub(crate) fn now_and_then_begins_anew(&mut self) -> Option<(u16, u16)> {
        let size = [(80, 24), (60, 16), (100, 30), (132, 43), (200, 70)][self.below(5)];
        (self.below(3) > 0).then_some(size)
    }

    /// The next, and how many keys it is.
    pub(crate) fn next(&mut self) -> (Press, usize) {
        let text = match self.below(100) {
            0..=1 => {
                return (
                    Press::Size(50 + self.below(150) as u16, 14 + self.below(56) as u16),
                    1,
                );
            }
            2 => {
                let size = [(1, 1), (65_535, 3), (3, 65_535), (0, 0), (80, 24)][self.below(5)];
                return (Press::Size(size.0, size.1), 1);
            }
            3..=5 => {
                let pasted = self.one_of(&PASTED);
                format!("\u{1b}[200~{pasted}\u{1b}[201~")
            }
            6..=8 => self.one_of(&CUT).to_owned(),
            9..=10 => {
                let bytes = (0..4).map(|_| 0x80 + self.below(0x80) as u8).collect();
                return (Press::Bytes(bytes), 4);
            }
            11..=22 => self.line(),
            23..=38 => self.one_of(&SEQUENCES).to_owned(),
            39..=60 => self
                .one_of(&[
                    " ",
                    " ",
                    " ",
                    "\r",
                    "\t",
                    "\u{1b}\u{1b}",
                    "\u{7f}",
                    "y",
                    "n",
                ])
                .to_owned(),
            61..=63 => {
                // All but the two that end and stop a program.
                let control =
                    [1, 2, 4, 5, 6, 7, 11, 12, 14, 16, 18, 20, 21, 23, 24, 25][self.below(16)];
                char::from(control).to_string()
            }
            _ => {
                let key = char::from(b' ' + self.below(95) as u8);
                if key == 'q' && self.below(40) > 0 {
                    "?".to_owned()
                } else {
                    key.to_string()
                }
            }
        };
        let count = text.chars().count();
        (Press::Bytes(text.into_bytes()), count)
    }
}
