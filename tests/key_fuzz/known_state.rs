//! Out of whatever was begun, into a state that is known: nothing is typed, asked or waited for, the session that was there at first has
//! no socket, and the lessons whose sessions are kept are known ones. What a program has open then does not depend on what was typed.

use crate::keys::ENDS;
use crate::support::pty::Pty;
use crate::title;
use std::time::{Duration, Instant};

/// Lessons whose first line sets up one target. The program keeps the sessions of the last four that were left (`MOST_KEPT` in
/// `src/run/tui/sessions/places.rs`), and one is on the screen: behind these five it keeps none that the keys began.
const LESSONS: [&str; 5] = ["05", "06", "09", "10", "02"];
/// A program that does not come one step nearer in this time is frozen.
const LONGEST: Duration = Duration::from_secs(60);
/// So long the screen may take to show what was asked for before it is asked for again: whoever waits in a call throws keys away.
const AGAIN: Duration = Duration::from_secs(1);
/// A program that has taken a key draws within this time; what comes later than that is waited for, or asked for again.
const QUIET: Duration = Duration::from_millis(20);

/// What lies below everything that keys begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// A session with sockets.
    Session,
    /// A lesson: whoever leaves it ends the program.
    Lesson,
    /// A recording: there are neither sockets nor lessons.
    Recording,
}

/// The program, and what it is called if it does not come there.
pub(crate) struct Known<'a> {
    pty: &'a mut Pty,
    below: Below,
    name: &'a str,
}

/// It ended while it was brought there, by a key that was typed before.
pub(crate) struct Ended;

impl<'a> Known<'a> {
    pub(crate) fn new(pty: &'a mut Pty, beginning: &str, name: &'a str) -> Known<'a> {
        let below = match beginning.split(' ').next() {
            Some("lesson") => Below::Lesson,
            Some("replay") => Below::Recording,
            _ => Below::Session,
        };
        Known { pty, below, name }
    }

    /// Brings the program there.
    pub(crate) fn reach(&mut self) -> Result<(), Ended> {
        for end in ENDS {
            self.press(end);
        }
        self.pty.claim(80, 24);
        self.escape();
        if self.below == Below::Session {
            let below = |title: &str| title.contains(" LIVE ");
            self.until("the session below the lessons", below, |known| {
                known.escape();
                known.line("live");
                // q leaves a lesson for the list of lessons, and ESC that for the session before.
                if title(known.pty).contains(" LESSON ") {
                    known.press("q");
                    known.press("\x1b");
                }
            })?;
            self.no_socket()?;
            // A session that was ever on the lab wire keeps its helper and its device: now it was.
            let some = |title: &str| title.contains(" socket") && !title.contains(" 0 sockets ");
            self.until("a socket on the wire", some, |known| {
                known.escape();
                known.line("limit off");
                known.line("add @wire:80");
            })?;
            self.no_socket()?;
        }
        if self.below != Below::Recording {
            for lesson in LESSONS {
                self.lesson(lesson)?;
            }
        }
        Ok(())
    }

    /// Deletes every socket.
    fn no_socket(&mut self) -> Result<(), Ended> {
        let none = |title: &str| title.contains(" 0 sockets ");
        self.until("no socket", none, |known| {
            known.escape();
            known.line("live");
            // No filter hides one.
            known.press("/\x15\r");
            let row = |line: &str| {
                let line = line.trim_start_matches(['>', ' ']);
                line.split(' ').next()?.parse::<u32>().ok()
            };
            let screen = known.pty.screen();
            for row in screen.lines().filter_map(row) {
                known.line(&format!("delete {row}"));
            }
        })
    }

    /// Begins a lesson and goes on by one line: a lesson of which no line was made is not kept.
    fn lesson(&mut self, lesson: &str) -> Result<(), Ended> {
        let name = format!(" LESSON {lesson} ");
        let fresh = format!(" TICK 0   LESSON {lesson}  1 of ");
        let is_fresh = |title: &str| title.contains(&fresh) && title.contains(" 0 sockets ");
        self.until("a lesson's beginning", is_fresh, |known| {
            known.escape();
            known.line(&format!("lesson {lesson}"));
        })?;
        let goes_on = |title: &str| title.contains(&name) && title.contains(" 1 socket ");
        self.until("a lesson's first line", goes_on, |known| known.press(" "))
    }

    /// Does something until the screen's first line is as wanted.
    fn until(
        &mut self,
        what: &str,
        wanted: impl Fn(&str) -> bool,
        mut doing: impl FnMut(&mut Self),
    ) -> Result<(), Ended> {
        let deadline = Instant::now() + LONGEST;
        while !self.is(&wanted)? {
            assert!(
                Instant::now() < deadline,
                "{}: it does not come to {what}\n{}",
                self.name,
                self.pty.screen()
            );
            doing(self);
            // What was understood is not said again before it was done: a helper of the wire takes its time on a busy machine.
            let again = Instant::now() + AGAIN;
            while !self.is(&wanted)? && Instant::now() < again {
                self.pty.bytes_within(QUIET);
            }
        }
        Ok(())
    }

    fn is(&self, wanted: impl Fn(&str) -> bool) -> Result<bool, Ended> {
        match self.pty.has_ended() {
            true => Err(Ended),
            false => Ok(wanted(&title(self.pty))),
        }
    }

    /// Back from whatever lies above, and from what is waited for.
    fn escape(&mut self) {
        for _ in 0..4 {
            self.press("\x1b");
        }
    }

    fn line(&mut self, line: &str) {
        self.press(&format!(":{line}\r"));
        // What is refused is still there to be mended.
        self.press("\x1b");
    }

    fn press(&mut self, keys: &str) {
        self.pty.press_bytes(keys.as_bytes());
        self.pty.settle(QUIET, Duration::from_secs(2));
    }
}
