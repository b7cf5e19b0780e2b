//! A session and a recording answer the same requests with one stream of replies.

use sockstep::engine::{AskKernel, Options};
use sockstep::model::command::Command;
use sockstep::model::readiness::Interest;
use sockstep::model::record::Record;
use sockstep::model::target::Target;
use sockstep::model::world::World;
use sockstep::run::driver::live::LiveDriver;
use sockstep::run::driver::recorded::RecordedDriver;
use sockstep::run::driver::{Driver, DriverRequest, Reply, RequestOptions, Wake, thread};
use sockstep::run::recording::Recording;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(10);

/// A reply that can be kept.
#[derive(Debug)]
enum Kept {
    Made(Arc<Record>, Box<World>),
    Refused(String),
    Ended(Option<String>),
}

fn kept(reply: Reply<'_>) -> Kept {
    match reply {
        Reply::Made { record, world } => Kept::Made(record, Box::new(world.clone())),
        Reply::Refused(why) => Kept::Refused(why),
        Reply::Ended(fault) => Kept::Ended(fault),
        Reply::LinesDone(_) => Kept::Ended(None),
    }
}

fn begin(driver: &mut dyn Driver) -> Vec<Kept> {
    let mut all = Vec::new();
    driver
        .begin(&mut |reply| {
            all.push(kept(reply));
            ControlFlow::Continue(())
        })
        .expect("it begins");
    all
}

fn ask(driver: &mut dyn Driver, request: DriverRequest) -> Vec<Kept> {
    let mut all = Vec::new();
    driver.serve(request, &mut |reply| {
        all.push(kept(reply));
        ControlFlow::Continue(())
    });
    all
}

fn perform(words: &str) -> DriverRequest {
    let command = Command::parse(words).expect("a command");
    DriverRequest::Perform(command, RequestOptions::with_timeout(Duration::ZERO))
}

fn live(targets: &[&str]) -> LiveDriver {
    let options = Options {
        looks: AskKernel::On,
        interest: Interest::default(),
        race: None,
        seed: 1,
    };
    let parse = |text: &&str| Target::parse(text).expect("a target");
    LiveDriver::new(options, targets.iter().map(parse).collect(), None).expect("a session")
}

fn recorded() -> RecordedDriver {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/default-lab.jsonl"
    ));
    RecordedDriver::file(Recording::open(path).expect("a recording"))
}

#[test]
fn a_record_comes_with_the_world_after_it() {
    let mut driver = live(&["@open", "@refused"]);
    let mut replies = begin(&mut driver);
    for _ in 0..3 {
        replies.extend(ask(&mut driver, perform("tick")));
    }
    let mut folded = World::default();
    let mut number = 0;
    for reply in &replies {
        let Kept::Made(record, world) = reply else {
            panic!("nothing is refused: {reply:?}");
        };
        assert_eq!(record.n, number, "records are numbered one by one");
        number += 1;
        folded.apply(record);
        assert_eq!(**world, folded, "the world after record {}", record.n);
    }
    assert_eq!(number, 4);
}

#[test]
fn a_recording_says_everything_and_then_that_it_has_ended() {
    let mut driver = recorded();
    let replies = begin(&mut driver);
    let (last, records) = replies.split_last().expect("replies");
    assert!(matches!(last, Kept::Ended(None)), "{last:?}");
    let mut folded = World::default();
    for reply in records {
        let Kept::Made(record, world) = reply else {
            panic!("only records come before the end: {reply:?}");
        };
        folded.apply(record);
        assert_eq!(**world, folded);
    }
    assert!(records.len() > 7, "the default session was recorded");
}

#[test]
fn what_a_recording_cannot_do_it_refuses_in_words() {
    let mut driver = recorded();
    for words in ["tick", "add @open", "connect 1", "look"] {
        let replies = ask(&mut driver, perform(words));
        let [Kept::Refused(why)] = replies.as_slice() else {
            panic!("{words}: {replies:?}");
        };
        assert!(why.contains("recording"), "{words}: {why}");
    }
    assert!(ask(&mut driver, DriverRequest::TakeIn).is_empty());
    assert!(matches!(driver.wake(), Wake::Nobody));
}

#[test]
fn what_a_session_refuses_leaves_no_hole_in_the_numbers() {
    let mut driver = live(&["@open"]);
    begin(&mut driver);
    let refused = ask(&mut driver, perform("connect 9"));
    assert!(
        matches!(refused.as_slice(), [Kept::Refused(_)]),
        "{refused:?}"
    );
    let made = ask(&mut driver, perform("tick"));
    let [Kept::Made(record, _)] = made.as_slice() else {
        panic!("{made:?}");
    };
    assert_eq!(record.n, 1);
}

#[test]
fn whoever_listens_no_more_gets_no_more() {
    let mut driver = recorded();
    let mut heard = 0;
    driver.read(&mut |_| {
        heard += 1;
        if heard == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert_eq!(heard, 3);
}

#[test]
fn what_nobody_asked_for_comes_on_the_same_stream_between_two_records() {
    let (sender, replies) = channel();
    let inbox = thread::inbox();
    let come = inbox.0.clone();
    let options = Options {
        looks: AskKernel::Off,
        interest: Interest::default(),
        race: None,
        seed: 1,
    };
    // A name is looked up on a thread of its own: the answer is a record that no request made.
    let first = vec![Target::parse("localhost:9").expect("a target")];
    let notify = Arc::new(move || drop(come.send(DriverRequest::TakeIn)));
    let mut driver = LiveDriver::new(options, first, Some(notify)).expect("a session");
    let wake = driver.wake();
    begin(&mut driver);
    let handle = thread::start(driver, inbox, move |reply| match sender.send(kept(reply)) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    })
    .expect("a thread");
    handle.perform(Command::TICK, RequestOptions::with_timeout(Duration::ZERO));
    let until = Instant::now() + LONG;
    let (mut number, mut answered) = (1, false);
    while !answered {
        let left = until.saturating_duration_since(Instant::now());
        let Kept::Made(record, _) = replies.recv_timeout(left).expect("an answer in time") else {
            panic!("nothing is refused");
        };
        assert_eq!(record.n, number);
        number += 1;
        answered = record.command().is_none();
    }
    wake.end_wait();
}

#[test]
fn a_wake_that_comes_before_the_wait_ends_it() {
    let mut driver = live(&["@never-accept"]);
    begin(&mut driver);
    for _ in 0..7 {
        ask(&mut driver, perform("tick"));
    }
    driver.wake().end_wait();
    let began = Instant::now();
    let asked = RequestOptions {
        until: Some(Instant::now() + LONG),
        ..RequestOptions::default()
    };
    ask(&mut driver, DriverRequest::Perform(Command::TICK, asked));
    assert!(began.elapsed() < LONG / 2, "it waited all the same");
}

#[test]
fn a_driver_whose_handle_is_gone_ends_also_while_a_tick_waits() {
    let (sender, replies) = channel();
    let inbox = thread::inbox();
    // The session itself can put something into its inbox, as packets do.
    let come = inbox.0.clone();
    let options = Options {
        looks: AskKernel::Off,
        interest: Interest::default(),
        seed: 1,
        race: None,
    };
    let first = vec![Target::parse("@never-accept").expect("a target")];
    let notify = Arc::new(move || drop(come.send(DriverRequest::TakeIn)));
    let mut driver = LiveDriver::new(options, first, Some(notify)).expect("a session");
    begin(&mut driver);
    let handle = thread::start(driver, inbox, move |reply| match sender.send(kept(reply)) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) => ControlFlow::Break(()),
    })
    .expect("a thread");
    for _ in 0..8 {
        handle.perform(Command::TICK, RequestOptions::with_timeout(Duration::ZERO));
    }
    let waits = Command::Tick {
        only: None,
        wait: true,
    };
    handle.perform(waits, RequestOptions::with_timeout(Duration::ZERO));
    drop(handle);
    let until = Instant::now() + LONG;
    let ended = loop {
        match replies.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(ended, std::sync::mpsc::RecvTimeoutError::Disconnected);
}
