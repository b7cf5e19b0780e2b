//! The calls of a watched program, looked over by rules: what is found is a place to look at, with the call, and no judgement. A file a rule.

mod connect_after_failure;
mod edge_not_drained;
mod no_verdict;
mod not_asked_writable;
mod registered_before_connect;
mod says_connected;
mod so_error_twice;
mod stuck;
mod told;

use crate::language::rules::{RuleChoice, WatchRule};
use crate::model::call::CallFact;
use crate::model::clean;
use crate::model::errno::Errno;
use crate::model::ids::Row;
use crate::model::notation;
use crate::model::record::{Cause, Record};
use crate::model::task::{Doing, Task};
use crate::model::world::{AroundCall, World};
use crate::words::prose::fill;
use crate::words::rules;

/// What was found by a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFinding {
    /// Which rule.
    pub rule: WatchRule,
    /// The number of the record in which it was found.
    pub n: u64,
    /// The socket that it is about, if one.
    pub row: Option<Row>,
    /// The step, as they are counted from 1.
    pub step: u32,
    /// The thread that made the call that is cited, where there is more than one.
    pub task: Option<Task>,
    /// The call that is cited, in strace's notation.
    pub call: String,
    /// What was found.
    pub text: String,
    /// What a right program does.
    pub advice: &'static str,
}

impl RuleFinding {
    /// `no-verdict: step 4, send(3, "hello\n", 6) = 6: ...`
    pub fn line(&self) -> String {
        let step = self.step;
        let who = self
            .task
            .map_or_else(String::new, |task| format!("thread {task}: "));
        format!(
            "{}: step {step}, {who}{}: {}",
            self.rule.name(),
            self.call,
            self.text
        )
    }
}

/// One record, as the rules see it.
struct RuleMoment<'a> {
    record: &'a Record,
    /// The world after it.
    world: &'a World,
    /// The step that it belongs to.
    step: u32,
    choice: &'a RuleChoice,
}

/// A call that a finding cites.
#[derive(Clone, Debug)]
struct Cited {
    row: Option<Row>,
    step: u32,
    task: Option<Task>,
    call: String,
    errno: Option<Errno>,
    said: String,
}

/// A rule at work: it remembers what it needs, and cites a call when it is broken.
trait RuleAtWork: std::fmt::Debug {
    fn take(&mut self, at: &RuleMoment<'_>) -> Option<Cited>;

    /// What is so when nothing follows any more.
    fn at_end(&mut self) -> Option<Cited> {
        None
    }
}

/// What the rules have found so far: of each rule the first.
#[derive(Debug)]
pub struct Findings {
    choice: RuleChoice,
    steps: u32,
    at_work: Vec<(WatchRule, Box<dyn RuleAtWork>)>,
    found: Vec<RuleFinding>,
    /// The last record.
    last: u64,
}

impl Findings {
    /// For these rules.
    pub fn new(choice: &RuleChoice) -> Findings {
        let wanted = WatchRule::all().filter(|rule| choice.has(*rule));
        Findings {
            choice: choice.clone(),
            steps: 0,
            at_work: wanted.map(|rule| (rule, at_work(rule))).collect(),
            found: Vec::new(),
            last: 0,
        }
    }

    /// Takes in a record, with the world after it.
    pub fn take(&mut self, record: &Record, world: &World) {
        if let Cause::Step(_) = record.cause {
            self.steps += 1;
        }
        let moment = RuleMoment {
            record,
            world,
            step: self.steps,
            choice: &self.choice,
        };
        self.last = record.n;
        let found = &mut self.found;
        self.at_work.retain_mut(|(rule, work)| {
            let Some(cited) = work.take(&moment) else {
                return true;
            };
            found.push(finding(*rule, record.n, cited));
            false
        });
    }

    /// How many steps there were.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// What was found, in order of its happening; nothing follows any more.
    pub fn end(mut self) -> Vec<RuleFinding> {
        for (rule, mut work) in self.at_work {
            if let Some(cited) = work.at_end() {
                self.found.push(finding(rule, self.last, cited));
            }
        }
        self.found
    }
}

fn at_work(rule: WatchRule) -> Box<dyn RuleAtWork> {
    match rule {
        WatchRule::NoVerdict => Box::<no_verdict::NoVerdict>::default(),
        WatchRule::SaysConnected => Box::<says_connected::SaysConnected>::default(),
        WatchRule::NotAskedWritable => Box::new(not_asked_writable::NotAskedWritable),
        WatchRule::RegisteredBeforeConnect => {
            Box::<registered_before_connect::RegisteredBeforeConnect>::default()
        }
        WatchRule::ConnectAfterFailure => Box::new(connect_after_failure::ConnectAfterFailure),
        WatchRule::SoErrorTwice => Box::new(so_error_twice::SoErrorTwice),
        WatchRule::EdgeNotDrained => Box::<edge_not_drained::EdgeNotDrained>::default(),
        WatchRule::Stuck => Box::<stuck::Stuck>::default(),
    }
}

fn finding(rule: WatchRule, n: u64, cited: Cited) -> RuleFinding {
    let words = rules::text(rule);
    let who = cited
        .row
        .map_or_else(|| "a socket".to_owned(), |row| format!("socket {row}"));
    let name = cited.call.split('(').next().unwrap_or_default();
    let errno = cited
        .errno
        .map_or_else(|| "an error".to_owned(), |errno| errno.to_string());
    let values = [
        ("{who}", who.as_str()),
        ("{call}", name),
        ("{errno}", errno.as_str()),
        ("{said}", cited.said.as_str()),
    ];
    RuleFinding {
        rule,
        n,
        row: cited.row,
        step: cited.step,
        text: fill(&words.text, &values),
        advice: &words.advice,
        task: cited.task,
        call: cited.call,
    }
}

impl RuleMoment<'_> {
    /// Each call of the record with the socket around it.
    fn calls(&self) -> impl Iterator<Item = (&CallFact, Option<&AroundCall>)> {
        let calls = self.record.calls.iter().enumerate();
        calls.map(|(index, fact)| (fact, self.world.around(index)))
    }

    /// A thread, if others live beside it.
    fn one_of_many(&self, task: Option<Task>) -> Option<Task> {
        let tasks = self.world.tasks().values();
        let living = tasks.filter(|state| !matches!(state.doing, Doing::Ended(_)));
        task.filter(|_| living.take(2).count() > 1)
    }

    /// A citation of a call.
    fn cites(&self, fact: &CallFact, row: Option<Row>) -> Cited {
        Cited {
            row,
            step: self.step,
            task: self.one_of_many(fact.made.as_ref().map(|made| made.task)),
            call: clean::text(&notation::line(fact, &[])),
            errno: None,
            said: String::new(),
        }
    }

    /// A citation of the first call of the record that a rule's claims hold of, among those that `is` picks.
    fn first(&self, rule: WatchRule, is: impl Fn(&CallFact) -> bool) -> Option<Cited> {
        self.calls()
            .filter(|(fact, _)| is(fact))
            .find(|(fact, around)| is_broken(rule, fact, *around))
            .map(|(fact, _)| self.cites(fact, fact.row))
    }
}

/// Whether a rule's claims hold of a call and its socket.
fn is_broken(rule: WatchRule, fact: &CallFact, around: Option<&AroundCall>) -> bool {
    use crate::language::claim::condition::Situation;
    let there = Situation {
        call: Some(fact),
        around,
        ..Situation::default()
    };
    around.is_some() && rules::find(rule, there).is_some()
}
