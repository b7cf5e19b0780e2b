//! What a tick in which nothing changes asks of the allocator: the looks ask nothing.

use sockstep::engine::{AskKernel, Options, PerformOptions, Session};
use sockstep::model::command::Command;
use sockstep::model::ids::Row;
use sockstep::model::readiness::Interest;
use sockstep::model::socket::Stage;
use sockstep::model::world::RowState;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, and how often this thread has asked it for memory.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator is unsafe to write")]
// SAFETY: everything is handed on to the system's allocator as it comes; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.with(|asked| asked.set(asked.get() + 1));
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ASKED.with(|asked| asked.set(asked.get() + 1));
        // SAFETY: as our caller promises.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often one tick of a session asks for memory, in which nothing has changed for a while.
fn a_quiet_tick(looks: AskKernel, rows: usize) -> u64 {
    let options = Options {
        looks,
        interest: Interest::default(),
        race: None,
        seed: 1,
    };
    let mut session = Session::new(options, None).expect("a session");
    let add = format!("add {}", vec!["@open"; rows].join(" "));
    let mut perform = |line: &str| {
        let command = Command::parse(line).expect("a command");
        let before = ASKED.with(Cell::get);
        let performed = session.perform(&command, PerformOptions::default());
        let asked = ASKED.with(Cell::get) - before;
        assert_eq!(performed.refusal, None, "{line}");
        let last = Row(rows as u32);
        let stage = session.world().row(last).map(RowState::stage);
        (asked, stage)
    };
    perform(&add);
    for _ in 0..20 {
        perform("tick");
    }
    let ticks = [(); 5].map(|()| perform("tick"));
    assert_eq!(ticks[4].1, Some(Stage::Connected));
    ticks.iter().map(|(asked, _)| *asked).min().expect("five")
}

#[test]
fn the_looks_of_a_quiet_tick_ask_for_no_memory() {
    for rows in [1, 10, 100] {
        let [without, with] =
            [AskKernel::Off, AskKernel::On].map(|looks| a_quiet_tick(looks, rows));
        assert_eq!(with, without, "{rows} rows");
        assert!(with <= 4, "a quiet tick asks {with} times for memory");
    }
}
