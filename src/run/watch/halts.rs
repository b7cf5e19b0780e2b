//! Where a run goes no further: nothing is held, nothing goes on by itself, or its time is up.

use super::{PATIENCE, Watch};
use crate::model::clean;
use crate::model::task::{Doing, Task};
use crate::text::watch as text;
use std::time::Instant;

impl Watch<'_> {
    pub(super) fn is_late(&self) -> bool {
        self.late.is_some_and(|late| Instant::now() >= late)
    }

    /// The limit is reached: says what the program is at, and ends it.
    pub(super) fn ends_late(&mut self) -> anyhow::Result<String> {
        // How it is now is written down before it is ended.
        if self.watched.is_looked_at() {
            let record = self.watched.look();
            self.tell(record)?;
        }
        let why = text::late(self.watched.world(), self.limit, self.watched.is_stuck());
        self.note(&why)?;
        self.watched.kill();
        let soon = Instant::now() + PATIENCE;
        self.late = None;
        while !self.watched.is_over() && Instant::now() < soon {
            self.by_itself(&[], Some(soon))?;
        }
        self.out.flush()?;
        Ok(why)
    }

    /// What cannot be seen of the program.
    pub(super) fn says_what_is_not_seen(&mut self) -> anyhow::Result<()> {
        match self.watched.take_blindness() {
            Some(how) => self.note(&text::blindness(how)),
            None => Ok(()),
        }
    }

    /// That nothing goes on by itself: once, until something does.
    pub(super) fn says_stuck(&mut self) -> anyhow::Result<()> {
        let is_stuck = !self.json && self.watched.is_stuck();
        if is_stuck && !std::mem::replace(&mut self.told_stuck, is_stuck) {
            return self.note(&text::stuck(self.watched.world()));
        }
        self.told_stuck = is_stuck;
        Ok(())
    }

    /// Lets one call go; false if there is none to let go.
    pub(super) fn step(&mut self, task: Option<Task>) -> anyhow::Result<bool> {
        let until = Instant::now() + PATIENCE;
        loop {
            while self.watched.is_to_go_on() {
                self.by_itself(&[], Some(until))?;
            }
            if let Some(record) = self.watched.step(task) {
                self.stepped(record)?;
                return Ok(true);
            }
            if self.watched.is_over() {
                self.note("the program has ended.")?;
                return Ok(false);
            }
            if Instant::now() >= until {
                break;
            }
            self.by_itself(&[], Some(until))?;
        }
        let tasks = self.watched.world().tasks();
        if let Some(unknown) = task.filter(|task| !tasks.contains_key(task)) {
            let known: Vec<String> = tasks
                .iter()
                .filter(|(_, state)| !matches!(state.doing, Doing::Ended(_)))
                .map(|(task, _)| task.to_string())
                .collect();
            let words = format!(
                "there is no thread {unknown}. There are: {}.",
                known.join(", ")
            );
            self.note(&words)?;
            return Ok(false);
        }
        let waits: Vec<String> = tasks
            .iter()
            .filter(|(of, _)| task.is_none_or(|task| task == **of))
            .filter_map(|(task, state)| match &state.doing {
                Doing::InCall { name, .. } => Some(format!("thread {task} is in {name}()")),
                _ => None,
            })
            .collect();
        let waits = match waits.is_empty() {
            true => "the program runs".to_owned(),
            false => waits.join(", "),
        };
        self.note(&clean::text(&format!("nothing is held: {waits}.")))?;
        Ok(false)
    }
}
