//! The cost of asking: measured, bounded, readable.

mod support;

use std::time::{Duration, Instant};
use support::{json_lines, sockstep, stdout};

#[test]
fn the_walkers_price_grows_with_the_list_and_epolls_does_not() {
    let began = Instant::now();
    let output = sockstep(&["cost", "--json"]);
    assert!(output.status.success());
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "it took {:?}",
        began.elapsed()
    );
    let lines = json_lines(&stdout(&output));
    let median = |call: &str, watched: u64| {
        let line = lines
            .iter()
            .find(|l| l["call"] == call && l["watched"] == watched && l["ready"] == 1);
        line.expect("a measurement")["median_ns"].as_u64()
    };
    assert_eq!(
        lines.len(),
        34,
        "four askers, four lengths, one or ten ready; and two ways to serve"
    );
    assert_eq!(median("select", 10_000), None, "an fd_set ends at 1023");
    let (few, many) = (
        median("poll", 10).expect("10 descriptors"),
        median("poll", 1_000).expect("1,000 descriptors"),
    );
    assert!(many > few * 5, "poll: {few} ns of 10, {many} ns of 1,000");
    let (few, many) = (
        median("epoll", 10).expect("10 descriptors"),
        median("epoll", 1_000).expect("1,000 descriptors"),
    );
    assert!(
        many < few * 5 + 2_000,
        "epoll: {few} ns of 10, {many} ns of 1,000"
    );
}

#[test]
fn a_thread_a_socket_costs_threads_and_one_loop_costs_one() {
    let lines = json_lines(&stdout(&sockstep(&["cost", "--json"])));
    let way = |name: &str| {
        let line = lines.iter().find(|line| line["way"] == name);
        line.unwrap_or_else(|| panic!("no {name}")).clone()
    };
    let (threads, poll) = (way("threads"), way("poll"));
    assert_eq!(threads["sockets"], poll["sockets"]);
    assert_eq!(threads["threads"], threads["sockets"]);
    assert_eq!(poll["threads"], 1);
    let number = |line: &serde_json::Value, name: &str| line[name].as_u64().expect("a number");
    // Each waiting thread is woken for each answer; one loop finds several at once, or is woken as often at worst.
    let sockets = number(&threads, "sockets");
    assert!(number(&threads, "switches") >= sockets, "{threads}");
    assert!(
        number(&threads, "memory_bytes") > number(&poll, "memory_bytes"),
        "{threads} {poll}"
    );
    assert!(number(&poll, "answer_ns") > 0);
}

#[test]
fn the_chart_fits_eighty_columns() {
    let text = stdout(&sockstep(&["cost"]));
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(text.contains("descriptors (log)"));
}
