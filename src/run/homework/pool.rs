//! Several runs at once: as many threads as jobs, each of which takes the next run; what is done is told in order.

use super::child::{OneRun, RunTogether};
use super::{HomeworkDone, RunOutcome, who};
use crate::os::signals::blocked_for_new_threads;
use anyhow::Context;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::channel;

type Outcomes = BTreeMap<usize, (String, RunOutcome, Option<PathBuf>)>;

/// Makes all runs, of which each homework has `each`, and tells of each homework in order.
pub(super) fn all(
    together: &RunTogether<'_>,
    runs: Vec<OneRun>,
    each: usize,
    tell: &mut dyn FnMut(HomeworkDone) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let jobs = together.plan.jobs.min(runs.len()).max(1);
    let waiting = Mutex::new(VecDeque::from(runs));
    let next = || {
        waiting
            .lock()
            .ok()
            .and_then(|mut waiting| waiting.pop_front())
    };
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next) = (sender.clone(), &next);
            let work = move || {
                while let Some(run) = next() {
                    let done = run.run(together);
                    if sender.send((run, done)).is_err() {
                        return;
                    }
                }
            };
            let start = || {
                std::thread::Builder::new()
                    .name("homework".to_owned())
                    .spawn_scoped(scope, work)
            };
            blocked_for_new_threads(start).context("failed to start a thread")?;
        }
        drop(sender);
        let mut under_way: BTreeMap<usize, Outcomes> = BTreeMap::new();
        let mut told = 0;
        for (run, (outcome, recording)) in &receiver {
            let outcomes = under_way.entry(run.homework).or_default();
            outcomes.insert(run.place, (run.peer.clone(), outcome, recording));
            while let Some(whole) = under_way.get(&told).filter(|whole| whole.len() == each) {
                let done = HomeworkDone {
                    who: who(&together.plan.dirs[told]),
                    runs: whole.values().cloned().collect(),
                };
                let goes_on = tell(done);
                if goes_on.is_err() {
                    // Nobody reads any more: what has not begun is not begun.
                    if let Ok(mut waiting) = waiting.lock() {
                        waiting.clear();
                    }
                    return goes_on;
                }
                under_way.remove(&told);
                told += 1;
            }
        }
        Ok(())
    })
}
