//! What each line of the conversation does.

use super::{End, Talk};
use crate::app::history::NoWay;
use crate::language::command;
use crate::language::command::write_duration;
use crate::language::script;
use crate::language::script::Statement;
use crate::language::travel;
use crate::language::travel::Travel;
use crate::model::clean;
use crate::model::command::Command;
use crate::run::driver::{Asked, Request};
use crate::text::card;
use crate::words::calls::Depth;
use std::io::Write;
use std::sync::atomic::Ordering;

const TICK: Command = Command::Tick {
    only: None,
    wait: false,
};

/// The words that only this face has, with their forms.
const OWN: [(&str, &str); 8] = [
    ("Enter", "Enter alone: one tick; in the past: forward"),
    ("tick", "tick COUNT: so many ticks"),
    ("expect", "expect CLAIM, such as: expect 1 stage connected"),
    ("timeout", "timeout DURATION: how long a tick's poll waits"),
    ("explain", "explain WORD, such as: explain EINPROGRESS"),
    (
        "depth",
        "depth program, depth readiness or depth kernel: the language of what happened",
    ),
    ("tell", "tell: the same once more"),
    ("quit", "quit"),
];

impl<W: Write> Talk<'_, W> {
    /// Does what a line says. `Some` ends the conversation.
    pub(super) fn obey(&mut self, line: &str) -> anyhow::Result<Option<End>> {
        let line = line.trim();
        if line.starts_with('#') {
            return Ok(None);
        }
        if let Some(travel) = Travel::parse(line) {
            match travel {
                Ok(travel) => self.travel(travel)?,
                Err(error) => self.complain(&error.to_string())?,
            }
            return self.answers(false);
        }
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (first, rest.trim()) {
            ("", _) if !self.history.is_live() => self.travel(Travel::Forward)?,
            ("", _) => self.perform(&TICK)?,
            ("quit" | "exit", "") => return Ok(Some(self.over())),
            ("help" | "?", _) => self.help()?,
            ("tell", "") => self.tell()?,
            ("explain", words) => match card::explain(words) {
                Ok(text) => self.put(&text)?,
                Err(why) => self.complain(&why)?,
            },
            ("depth", word) => self.language(word)?,
            _ => self.statement(line)?,
        }
        self.answers(false)
    }

    fn statement(&mut self, line: &str) -> anyhow::Result<()> {
        match script::statement(line) {
            Ok(Statement::Command(command)) => self.perform(&command),
            Ok(Statement::Ticks(count)) => {
                for _ in 0..count {
                    if self.signal.load(Ordering::SeqCst) != 0 || !self.may_act()? {
                        break;
                    }
                    self.perform(&TICK)?;
                    self.answers(false)?;
                }
                Ok(())
            }
            Ok(Statement::PollTimeout(duration)) => {
                self.poll_timeout = duration;
                let words = write_duration(duration);
                self.put(&format!("each tick's poll waits up to {words} now.\n"))
            }
            Ok(Statement::Expect(claim)) => {
                let said = claim.check(self.history.world(), self.history.records());
                self.failed |= said.is_err();
                let line = clean::text(line);
                match said {
                    Ok(()) => self.put(&format!("yes: {line}.\n")),
                    Err(instead) => self.put(&format!("no: {}.\n", clean::text(&instead))),
                }
            }
            Ok(Statement::Await { .. }) => self.complain(
                "await is for scripts (sockstep run --script FILE). Here tick wait waits for news",
            ),
            Err(error) => self.complain(&error.to_string()),
        }
    }

    fn perform(&mut self, command: &Command) -> anyhow::Result<()> {
        if !self.may_act()? {
            return Ok(());
        }
        // Whoever asked for the end of an earlier wait has had it; a signal counts for ever.
        self.wake.forget();
        if self.signal.load(Ordering::SeqCst) != 0 {
            return Ok(());
        }
        let waits = matches!(command, Command::Tick { wait: true, .. });
        if waits && self.prompt {
            self.put("waiting for news. Enter ends the wait.\n")?;
        }
        self.waiting.store(waits, Ordering::SeqCst);
        let asked = Asked::with_timeout(self.poll_timeout);
        let performed = self.asked(Request::Perform(command.clone(), asked), false);
        self.waiting.store(false, Ordering::SeqCst);
        performed
    }

    /// The past cannot be changed.
    fn may_act(&mut self) -> anyhow::Result<bool> {
        let live = self.history.is_live();
        if !live {
            self.put("refused: this is the past, it cannot be changed. live goes back to the last record.\n")?;
        }
        Ok(live)
    }

    fn travel(&mut self, travel: Travel) -> anyhow::Result<()> {
        match self.history.travel(travel) {
            Ok(()) => {}
            Err(NoWay::Live) => return self.put("this is live. Enter makes a new tick.\n"),
            Err(why @ NoWay::Dropped(_)) if travel == Travel::First => {
                self.put(&format!("{why}\n"))?;
            }
            Err(why) => return self.put(&format!("{why}\n")),
        }
        if self.history.is_live() {
            self.put("live.\n")?;
        } else {
            let (tick, last) = (self.history.world().tick, self.history.live().tick);
            self.put(&format!("past: tick {tick} of {last}.\n"))?;
        }
        self.tell()
    }

    fn language(&mut self, word: &str) -> anyhow::Result<()> {
        self.depth = match word {
            "program" => Depth::Program,
            "readiness" => Depth::Readiness,
            "kernel" => Depth::Kernel,
            other => {
                let other = clean::text(other);
                return self.complain(&format!(
                    "'{other}' cannot stand there. Write it so: depth program, depth readiness or depth kernel"
                ));
            }
        };
        self.put(&format!(
            "what happened is told as {}.\n",
            self.depth.name()
        ))
    }

    fn help(&mut self) -> anyhow::Result<()> {
        let forms = OWN
            .iter()
            .map(|(_, form)| *form)
            .chain(travel::WORDS.iter().map(|(_, form)| *form))
            .chain(command::words().iter().map(|word| word.usage));
        let text: String = forms.map(|form| format!("{form}.\n")).collect();
        self.put(&text)
    }

    fn complain(&mut self, why: &str) -> anyhow::Result<()> {
        self.put(&format!("not understood: {}.\n", clean::text(why)))
    }
}
