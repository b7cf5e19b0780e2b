//! Nothing that tells who or where is left, and what is left is true.

use super::ranges::documentation;
use super::*;
use crate::model::addr::Addr;
use crate::model::call::{Call, CallFact, CalledBy, Out, Outcome, Payload};
use crate::model::ids::{Fd, Row};
use crate::model::readiness::Interest;
use crate::model::record::{Cause, Change, Look, StageChange};
use crate::model::socket::Stage;
use crate::model::target::Target;
use std::net::Ipv4Addr;

fn added(row: u32, target: &str, addresses: &[&str], name: Option<&str>) -> Change {
    let addresses: Vec<Addr> = addresses
        .iter()
        .map(|addr| addr.parse().expect("an address"))
        .collect();
    let name = name.map(|host| (host.to_owned(), 80));
    Change::Added {
        row: Row(row),
        target: Target::recorded(target, name, &addresses),
        addresses,
        interest: Interest::default(),
        mode: crate::model::socket::Mode::NonBlocking,
    }
}

/// A record that has every kind of name in every place.
fn telling() -> Record {
    let words = "add www.Firm.test:http 10.9.8.7:80 [fe80::77%eth0]:80 unix:/home/eve/my sock unix:@evename @open";
    let mut record = Record::new(0, Cause::parse(words), 0);
    *record.changes = vec![
        added(1, "www.Firm.test:http", &[], Some("www.Firm.test")),
        added(2, "10.9.8.7:80", &["10.9.8.7:80"], None),
        added(3, "[fe80::77%eth0]:80", &["[fe80::77%3]:80"], None),
        added(
            4,
            "unix:/home/eve/my sock",
            &["unix:/home/eve/my sock"],
            None,
        ),
        added(5, "unix:@evename", &["unix:@evename"], None),
        added(6, "@open", &["127.0.0.1:4000"], None),
    ];
    let fd = Fd(5);
    let call = |row: u32, call: Call, out: Option<Out>| {
        let outcome = Outcome {
            out,
            ..Outcome::ok(0)
        };
        CallFact::done(Row(row), CalledBy::Program, call, outcome)
    };
    let addr = |text: &str| text.parse::<Addr>().expect("an address");
    let host = "www.Firm.test".to_owned();
    *record.calls = vec![
        call(
            1,
            Call::Getaddrinfo { host, port: 80 },
            Some(Out::Addrs(vec![addr("10.9.8.6:80"), addr("[2a00::5]:80")])),
        ),
        call(
            2,
            Call::Connect {
                fd,
                addr: addr("10.9.8.7:80"),
            },
            None,
        ),
        call(
            2,
            Call::Getpeername { fd },
            Some(Out::Addr(addr("10.9.8.7:80"))),
        ),
        call(
            2,
            Call::Send {
                fd,
                data: Payload::Bytes(b"Host: WWW.firm.test at 10.9.8.7\r\n".to_vec()),
            },
            None,
        ),
        call(
            2,
            Call::Recv { fd, size: 99 },
            Some(Out::Bytes(b"see /home/eve/my sock".to_vec())),
        ),
    ];
    let look = Look {
        local: Some(addr("10.9.8.99:4444")),
        ..Look::default()
    };
    *record.looks = vec![(Row(2), look)];
    *record.stages = vec![
        StageChange {
            row: Row(7),
            target: "peer of 10.9.8.7:80".into(),
            stage: Stage::Listening,
            failure: None,
        },
        StageChange {
            row: Row(8),
            target: "accepted by @open".into(),
            stage: Stage::Accepted,
            failure: None,
        },
    ];
    record
}

#[test]
fn no_address_name_or_path_is_left() {
    let record = telling();
    let mask = Mask::of(std::slice::from_ref(&record));
    let masked = mask.record(&record);
    let text = format!("{masked:?}").to_lowercase();
    for secret in ["10.9.8", "firm", "fe80", "2a00", "/eve", "evename", "eth0"] {
        assert!(!text.contains(secret), "{secret} is left in {text}");
    }
    // Bytes are printed as numbers by Debug.
    for fact in &masked.calls {
        let line = crate::model::notation::line(fact, &[]).to_lowercase();
        for secret in ["10.9.8", "firm", "/eve"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
    let kept = [
        "@open",
        "accepted by @open",
        "127.0.0.1:4000",
        "host-1.example:http",
    ];
    for word in kept {
        assert!(text.contains(word), "{word} is not in {text}");
    }
}

#[test]
fn a_stand_in_is_stable_and_the_counts_stay_true() {
    let record = telling();
    let mask = Mask::of(std::slice::from_ref(&record));
    let masked = mask.record(&record);
    assert_eq!(mask.record(&record), masked);
    let target = |index: usize| match &masked.changes[index] {
        Change::Added {
            target, addresses, ..
        } => (target.clone(), addresses.clone()),
        _ => panic!("a row is added"),
    };
    let (typed, known) = target(1);
    assert_eq!(
        *typed.text,
        *known[0].to_string(),
        "the target and its address are one"
    );
    let lengths = |record: &Record| -> Vec<usize> {
        let bytes = |fact: &CallFact| match &fact.call {
            Call::Send { data, .. } => data.size(),
            _ => 0,
        };
        record.calls.iter().map(bytes).collect()
    };
    assert_eq!(lengths(&record), lengths(&masked));
}

#[test]
fn a_thousand_addresses_have_a_thousand_stand_ins() {
    let mut seen = std::collections::BTreeSet::new();
    for count in 0..1000 {
        assert!(seen.insert(documentation(count)), "{count}");
    }
    assert_eq!(documentation(0), Ipv4Addr::new(192, 0, 2, 1));
    assert_eq!(documentation(762), Ipv4Addr::new(198, 18, 0, 0));
}

#[test]
fn what_was_sent_is_masked_in_the_words_of_its_command_too() {
    let mut add = Record::new(0, Cause::parse("add unix:/home/\u{e9}ve"), 0);
    *add.changes = vec![added(
        1,
        "unix:/home/\u{e9}ve",
        &["unix:/home/\\xc3\\xa9ve"],
        None,
    )];
    let words = "send 1 see /home/\\xc3\\xa9ve\\n";
    let send = Record::new(1, Cause::parse(words), 1);
    // Also by a mask that was made without it.
    for mask in [Mask::of(&[add.clone(), send.clone()]), Mask::of(&[add])] {
        let masked = mask.record(&send);
        assert_eq!(masked.cause, Cause::parse("send 1 see xxxxxxxxxx\\n"));
    }
}
