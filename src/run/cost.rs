//! `sockstep cost`: what select, poll and epoll cost here, as a table, a chart with logarithmic axes, and JSON.

use crate::os::cost::{Asker, Cost, WayCost, measure, ways};
use std::fmt::Write as _;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];
const READY: [usize; 2] = [1, 10];

/// So many sockets are served by a thread each, and by one poll loop.
const SERVED: usize = 200;

/// Everything that was measured.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// What one question costs.
    pub asked: Vec<Cost>,
    /// A thread a socket, and one poll loop.
    pub ways: Vec<WayCost>,
}

impl Measured {
    /// How much of all is done.
    pub fn done(&self) -> usize {
        self.asked.len() + usize::from(!self.ways.is_empty())
    }
}

/// Measures everything, in a few seconds. `progress` is told after each measurement what there is and how many there will be; `stop`
/// ends it early.
pub fn measure_all(mut progress: impl FnMut(&Measured, usize), stop: &AtomicBool) -> Measured {
    let all = COUNTS.len() * READY.len() * Asker::ALL.len() + 1;
    let mut measured = Measured::default();
    for ready in READY {
        for watched in COUNTS {
            for &asker in Asker::ALL {
                if stop.load(Ordering::SeqCst) {
                    return measured;
                }
                measured.asked.push(measure(asker, watched, ready));
                progress(&measured, all);
            }
        }
    }
    measured.ways = ways(SERVED);
    progress(&measured, all);
    measured
}

/// One JSON line a measurement.
pub fn json(measured: &Measured) -> String {
    let mut text = String::new();
    for cost in &measured.asked {
        let line = serde_json::json!({
            "call": cost.asker.name(),
            "watched": cost.watched,
            "ready": cost.ready,
            "median_ns": cost.median.map(|median| u64::try_from(median.as_nanos()).unwrap_or(u64::MAX)),
        });
        let _ = writeln!(text, "{line}");
    }
    for cost in &measured.ways {
        let line = serde_json::json!({
            "way": cost.way,
            "sockets": cost.sockets,
            "threads": cost.threads,
            "memory_bytes": cost.memory,
            "switches": cost.switches,
            "answer_ns": u64::try_from(cost.an_answer.as_nanos()).unwrap_or(u64::MAX),
        });
        let _ = writeln!(text, "{line}");
    }
    text
}

fn micros(cost: &Cost) -> Option<f64> {
    cost.median.map(|median| median.as_secs_f64() * 1e6)
}

/// A table and a chart for each number of ready descriptors, at most 80 columns wide.
pub fn report(measured: &Measured) -> String {
    let costs = measured.asked.as_slice();
    let mut text =
        String::from("What one question costs on this machine: the median, in microseconds.\n");
    for ready in READY {
        let of = |watched, asker| {
            costs
                .iter()
                .find(|c| (c.ready, c.watched, c.asker) == (ready, watched, asker))
        };
        let _ = write!(text, "\n{ready} ready of   ");
        for watched in COUNTS {
            let _ = write!(text, "{watched:>12}");
        }
        text.push('\n');
        for &asker in Asker::ALL {
            let _ = write!(text, "  {:<11}", asker.name());
            for watched in COUNTS {
                let cell = match of(watched, asker).map(micros) {
                    Some(Some(us)) => format!("{us:.1}"),
                    Some(None) => "n/a".to_owned(),
                    None => "-".to_owned(),
                };
                let _ = write!(text, "{cell:>12}");
            }
            text.push('\n');
        }
        chart(&mut text, costs, ready);
    }
    text.push_str(
        "\nselect, poll: the kernel walks the whole list at every question. epoll, mio: it\n\
         keeps a list of those that are ready, so the price grows with these.\n\
         n/a: an fd_set ends at descriptor 1023, or this process may not open so many\n\
         descriptors (ulimit -n).\n",
    );
    both_ways(&mut text, &measured.ways);
    text
}

/// The rows of a thread a socket and of one poll loop.
fn both_ways(text: &mut String, ways: &[WayCost]) {
    let Some(first) = ways.first() else {
        return;
    };
    let _ = writeln!(
        text,
        "\n{} sockets that wait, and answer 20 times each:\n",
        first.sockets
    );
    text.push_str("                    threads  memory KiB  switches  us an answer\n");
    for way in ways {
        let name = match way.way {
            "threads" => "a thread a socket",
            _ => "one poll loop",
        };
        let number = |value: Option<u64>| value.map_or("n/a".to_owned(), |value| value.to_string());
        let us = way.an_answer.as_secs_f64() * 1e6;
        let _ = writeln!(
            text,
            "  {name:<17}{:>8}{:>12}{:>10}{us:>14.1}",
            way.threads,
            number(way.memory.map(|bytes| bytes / 1024)),
            number(way.switches)
        );
    }
}

/// Log axes: each line of the chart is a factor of about 2.5, each column of points a factor of 10.
fn chart(text: &mut String, costs: &[Cost], ready: usize) {
    const STEPS: [f64; 10] = [0.25, 0.63, 1.6, 4.0, 10.0, 25.0, 63.0, 160.0, 400.0, 1000.0];
    let nearest = |us: f64| {
        let far = |step: &f64| (us.ln() - step.ln()).abs();
        (0..STEPS.len())
            .min_by(|a, b| far(&STEPS[*a]).total_cmp(&far(&STEPS[*b])))
            .unwrap_or(0)
    };
    text.push('\n');
    for (index, step) in STEPS.iter().enumerate().rev() {
        let _ = write!(text, "  {step:>6} us |");
        for watched in COUNTS {
            let here = costs
                .iter()
                .filter(|c| c.ready == ready && c.watched == watched);
            let letters: String = here
                .filter(|c| micros(c).is_some_and(|us| nearest(us) == index))
                .map(|c| match c.asker {
                    Asker::Select => 's',
                    Asker::Poll => 'p',
                    Asker::Epoll => 'e',
                    Asker::Mio => 'm',
                })
                .collect();
            let _ = write!(text, "{letters:>10}");
        }
        text.push('\n');
    }
    text.push_str(
        "            +----------------------------------------  descriptors (log)\n             ",
    );
    for watched in COUNTS {
        let _ = write!(text, "{watched:>9} ");
    }
    text.push_str("\n  s select  p poll  e epoll  m mio\n");
}

/// Measures and prints. Progress goes to standard error if that is a terminal; Ctrl-C ends the measuring and prints what there is.
///
/// # Errors
/// If the output cannot be written.
pub fn run(as_json: bool, mut out: impl Write) -> anyhow::Result<()> {
    use std::io::IsTerminal;
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    signal_hook::flag::register_conditional_shutdown(
        signal_hook::consts::SIGINT,
        130,
        std::sync::Arc::clone(&stop),
    )?;
    signal_hook::flag::register(signal_hook::consts::SIGINT, std::sync::Arc::clone(&stop))?;
    let watched = std::io::stderr().is_terminal();
    let progress = |measured: &Measured, all: usize| {
        let done = measured.done();
        if watched {
            let end = if done == all {
                "\r                                    \r"
            } else {
                ""
            };
            let _ = write!(
                std::io::stderr(),
                "\rmeasuring {done} of {all}, Ctrl-C ends{end}"
            );
        }
    };
    let costs = measure_all(progress, &stop);
    let text = if as_json {
        json(&costs)
    } else {
        report(&costs)
    };
    match out.write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
