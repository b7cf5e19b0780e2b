//! What each line of the conversation does.

use super::{Repl, ReplEnd};
use crate::app::history::SeekError;
use crate::language;
use crate::language::claim::Claim;
use crate::language::duration::write_wait;
use crate::language::request::{Frontend, Request};
use crate::language::seek::Seek;
use crate::language::speech::Speech;
use crate::language::verbs;
use crate::model::clean;
use crate::model::command::Command;
use crate::narrate::story;
use crate::run::cost::{measure_all, report};
use crate::run::driver::{DriverRequest, RequestOptions};
use crate::run::explain;
use crate::words::prose;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

impl<W: Write> Repl<'_, W> {
    /// Does what a line says. `Some` ends the conversation.
    pub(super) fn execute(&mut self, line: &str) -> anyhow::Result<Option<ReplEnd>> {
        let line = line.trim();
        if line.starts_with('#') {
            return Ok(None);
        }
        if let Some(done) = self.lesson_line(line) {
            done?;
            return self.answers(false);
        }
        let request = match line {
            // Enter alone.
            "" if self.history.is_live() => Ok(Request::Act(Command::TICK)),
            "" => Ok(Request::Move(Seek::Forward)),
            line => language::parse(line, Frontend::Plain),
        };
        match request {
            Ok(Request::Quit) if self.lesson.is_some() => {
                return Ok((!self.leave_lesson()?).then(|| self.over()));
            }
            Ok(Request::Quit) => return Ok(Some(self.over())),
            Ok(request) => self.carry_out(request, line)?,
            Err(why) => self.complain(&why.to_string())?,
        }
        self.answers(false)
    }

    fn carry_out(&mut self, request: Request, line: &str) -> anyhow::Result<()> {
        match request {
            Request::Act(command) => self.perform(&command),
            Request::Ticks(count) => self.ticks(count),
            Request::Move(seek) => self.seek(seek),
            Request::Check(claim) => self.check(&claim, line),
            Request::PollTimeout(duration) => {
                self.poll_timeout = duration;
                self.put(&format!("each tick's poll {} now.\n", write_wait(duration)))
            }
            Request::Explain(words) => match explain::explain(&words) {
                Ok(text) => self.put(&text),
                Err(why) => self.complain(&why),
            },
            Request::Cost => self.cost(),
            Request::Depth(depth) => {
                self.depth = depth;
                self.put(&format!("what happened is said as {}.\n", depth.name()))
            }
            Request::Tell => self.narrate(),
            Request::Lesson(word) => self.lesson_word(word),
            Request::Say(speech) => {
                self.speech = speech;
                self.put(match speech {
                    Speech::Brief => {
                        "each tick is said briefly: what changed, what happened, what comes next.\n"
                    }
                    Speech::All => "each tick is said in full.\n",
                })
            }
            Request::Part(part) => self.part(part),
            Request::Help(about) => self.help(about.as_deref()),
            Request::Program(_) => self.complain(verbs::elsewhere("int", Frontend::Plain)),
            Request::Theme(_) => self.complain(verbs::elsewhere("theme", Frontend::Plain)),
            Request::Await { .. } => self.complain(verbs::elsewhere("await", Frontend::Plain)),
            // No word of the conversation: only a lesson's file has it.
            Request::Watch(..) => self.complain(prose::say("client not-first")),
            // The caller ends the conversation.
            Request::Quit => Ok(()),
        }
    }

    fn ticks(&mut self, count: u32) -> anyhow::Result<()> {
        for _ in 0..count {
            if self.signal.load(Ordering::SeqCst) != 0 || !self.may_act()? {
                break;
            }
            self.perform(&Command::TICK)?;
            self.answers(false)?;
        }
        Ok(())
    }

    fn check(&mut self, claim: &Claim, line: &str) -> anyhow::Result<()> {
        let sentences = || {
            let record = self.history.record();
            record.map_or_else(Vec::new, |record| story::said(self.history.world(), record))
        };
        let verdict = claim.check(self.history.world(), sentences);
        self.failed |= verdict.is_err();
        let line = clean::text(line);
        match verdict {
            Ok(()) => self.put(&format!("yes: {line}.\n")),
            Err(instead) => self.put(&format!("no: {}.\n", clean::text(&instead))),
        }
    }

    /// Measures and prints the report. Enter ends the measuring, and so does a signal: then there is what was measured so far.
    fn cost(&mut self) -> anyhow::Result<()> {
        if self.prompt {
            self.put("measuring. Enter ends it.\n")?;
        }
        let stop = AtomicBool::new(false);
        self.waiting.store(true, Ordering::SeqCst);
        let costs = measure_all(
            |_, _| {
                let is_asked_to_end = !self.waiting.load(Ordering::SeqCst);
                let is_over = is_asked_to_end || self.signal.load(Ordering::SeqCst) != 0;
                stop.store(is_over, Ordering::SeqCst);
            },
            &stop,
        );
        self.waiting.store(false, Ordering::SeqCst);
        self.put(&report(&costs))
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
            self.put("waiting for an event. Enter ends the wait.\n")?;
        }
        self.waiting.store(waits, Ordering::SeqCst);
        let asked = RequestOptions::with_timeout(self.poll_timeout);
        self.own_word()?;
        let was_off = self.is_off_path();
        let performed = self.asked(DriverRequest::Perform(command.clone(), asked), false);
        self.waiting.store(false, Ordering::SeqCst);
        performed?;
        self.tell_off_path(was_off)
    }

    /// The past cannot be changed.
    fn may_act(&mut self) -> anyhow::Result<bool> {
        if self
            .lesson
            .as_ref()
            .is_some_and(crate::app::lesson::LessonRun::is_open)
        {
            self.put(super::lesson::OPEN)?;
            return Ok(false);
        }
        let live = self.history.is_live();
        if !live {
            self.put("refused: this is the past, it cannot be changed. live goes back to the last record.\n")?;
        }
        Ok(live)
    }

    fn seek(&mut self, seek: Seek) -> anyhow::Result<()> {
        match self.history.seek(seek) {
            Ok(()) => {}
            Err(SeekError::Live) => return self.put("this is live. Enter makes a new tick.\n"),
            Err(why @ SeekError::Dropped(_)) if seek == Seek::First => {
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
        self.narrate()
    }

    /// All words; or one, which may also be a word that is explained.
    fn help(&mut self, about: Option<&str>) -> anyhow::Result<()> {
        let Some(about) = about else {
            let mut text = "Enter alone: one tick; in the past: forward.\n".to_owned();
            for verb in verbs::of(Frontend::Plain) {
                text.extend([verb.usage, ". ", verb.help, "\n"]);
            }
            return self.put(&text);
        };
        let Some(verb) = verbs::find(about) else {
            return match explain::explain(about) {
                Ok(text) => self.put(&text),
                Err(why) => self.complain(&why),
            };
        };
        let here = match verb.why_not(Frontend::Plain) {
            Some(why) => format!(" Not here: {why}."),
            None => String::new(),
        };
        self.put(&format!("{}. {}{here}\n", verb.usage, verb.help))
    }

    fn complain(&mut self, why: &str) -> anyhow::Result<()> {
        self.put(&format!("not understood: {}.\n", clean::text(why)))
    }
}
