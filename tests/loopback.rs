//! A machine whose loopback interface is down, or has no IPv6: what does not work is named, with what to do. In a namespace of its own.

mod support;

use std::process::{Command, Output};
use support::{SOCKSTEP, skip, stderr, stdout};

/// Runs a line of shell in a network namespace of its own, in which the loopback interface is down at first. `None` where that cannot be had.
fn apart(line: &str) -> Option<Output> {
    let run = |line: &str| {
        Command::new("unshare")
            .args(["-Urn", "sh", "-c", line])
            .output()
            .ok()
    };
    if !run("ip link show lo").is_some_and(|output| output.status.success()) {
        skip("no network namespace can be made here, or there is no ip");
        return None;
    }
    run(line)
}

/// The line of a report that speaks of something, and the one behind it.
fn finding(report: &str, what: &str) -> String {
    let mut lines = report.lines().skip_while(|line| !line.contains(what));
    let two: Vec<&str> = lines.by_ref().take(2).collect();
    two.join("\n")
}

#[test]
fn where_loopback_is_down_doctor_and_the_refusal_say_how_to_bring_it_up() {
    let Some(output) = apart(&format!("{SOCKSTEP} doctor")) else {
        return;
    };
    let found = finding(&stdout(&output), "IPv4 loopback");
    assert!(found.starts_with("missing"), "{found}");
    assert!(found.contains("ip link set lo up"), "{found}");
    let Some(output) = apart(&format!("{SOCKSTEP} run --plain @pending")) else {
        return;
    };
    let said = stderr(&output);
    assert!(!output.status.success());
    assert!(
        said.contains("could not set up @pending: ENETUNREACH; bring the loopback interface up"),
        "{said}"
    );
}

#[test]
fn where_there_is_no_ipv6_what_the_lab_lacks_is_named() {
    const OFF: &str =
        "ip link set lo up && echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6 && exec";
    let Some(output) = apart(&format!("{OFF} {SOCKSTEP} doctor")) else {
        return;
    };
    let report = stdout(&output);
    let (v4, v6) = (
        finding(&report, "IPv4 loopback"),
        finding(&report, "IPv6 loopback"),
    );
    assert!(v4.starts_with("works"), "{report}");
    assert!(v6.starts_with("missing"), "{report}");
    assert!(v6.contains("@two") && v6.contains("disable_ipv6"), "{v6}");
    let Some(output) = apart(&format!("{OFF} {SOCKSTEP} run --plain @two")) else {
        return;
    };
    let said = stderr(&output);
    assert!(said.contains("could not set up @two"), "{said}");
    assert!(said.contains("IPv6 is off"), "{said}");
}

#[test]
fn what_is_said_about_loopback_helps() {
    let advice = "ip link set lo up; sysctl -q net.ipv6.conf.lo.disable_ipv6=0";
    let off = "echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6";
    let Some(output) = apart(&format!("{off}; {advice}; exec {SOCKSTEP} doctor")) else {
        return;
    };
    let report = stdout(&output);
    for family in ["IPv4 loopback", "IPv6 loopback"] {
        assert!(finding(&report, family).starts_with("works"), "{report}");
    }
}
