//! Masking leaves nothing that tells who or where: in every golden recording, and wherever in a record a name stands.

mod support;

use proptest::prelude::*;
use sockstep::model::addr::Addr;
use sockstep::model::call::{AcceptGives, Call, CallFact, CalledBy, Out, Outcome, Payload};
use sockstep::model::clean;
use sockstep::model::command::Command;
use sockstep::model::ids::{Fd, Row};
use sockstep::model::names::{Name, Names};
use sockstep::model::packet::{self, Body};
use sockstep::model::readiness::Interest;
use sockstep::model::record::{Cause, Change, Look, PacketFact, Record, Role, StageChange};
use sockstep::model::socket::{Mode, Stage};
use sockstep::model::target::{Host, Target, TargetPlace};
use sockstep::model::unknown::{LinePart, Unknown};
use sockstep::model::wire::{self, PacketEvent, PacketNumber};
use sockstep::privacy::Mask;
use sockstep::trace::encode;
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use support::recordings::{GOLDEN, VERSION_2, golden_text, read};

/// A word in every form in which it could be read, in small letters.
fn forms(word: &[u8]) -> Vec<String> {
    let digits =
        |bytes: &[u8]| -> Vec<String> { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let hex = digits(word).concat();
    let upper = digits(&word.to_ascii_uppercase()).concat();
    // As `Debug` shows bytes.
    let numbers: Vec<String> = word.iter().map(u8::to_string).collect();
    let plain = String::from_utf8_lossy(word).to_lowercase();
    let escaped = clean::escape_bytes(word).to_lowercase();
    vec![plain, escaped, hex, upper, numbers.join(", ")]
}

/// What can be read in a record that was masked: its forms as text, and all its bytes.
fn readable(record: &Record) -> (String, Vec<Vec<u8>>) {
    let text = format!("{record:?}\n{}", encode::record(record)).to_lowercase();
    let mut bytes = Vec::new();
    record.clone().names(&mut |name| match name {
        Name::Data(data) => bytes.push(data.bytes.to_vec()),
        Name::Packet(packet) => bytes.extend(packet.bytes.cloned()),
        _ => {}
    });
    (text, bytes)
}

/// The form of a word that is left in a masked record, if one is.
fn left(record: &Record, word: &[u8]) -> Option<String> {
    let (text, all) = readable(record);
    let in_bytes = all.iter().any(|bytes| {
        bytes
            .windows(word.len())
            .any(|window| window.eq_ignore_ascii_case(word))
    });
    if in_bytes {
        return Some("in bytes".to_owned());
    }
    forms(word).into_iter().find(|form| text.contains(form))
}

/// Whatever a recording names, but for what is the same on every machine.
fn named(records: &[Record]) -> BTreeSet<Vec<u8>> {
    let mut words = BTreeSet::new();
    let ip = |ip: IpAddr, words: &mut BTreeSet<Vec<u8>>| {
        let text = ip.to_string();
        let lab = ["10.77.", "10.78.", "fd00:77:", "fd00:78:"];
        if !ip.is_loopback() && !ip.is_unspecified() && !lab.iter().any(|net| text.starts_with(net))
        {
            words.insert(text.into_bytes());
        }
    };
    let addr = |addr: &Addr, words: &mut BTreeSet<Vec<u8>>| match addr {
        Addr::V4(v4) => ip((*v4.ip()).into(), words),
        Addr::V6(v6) => ip((*v6.ip()).into(), words),
        Addr::UnixPath(path) | Addr::UnixAbstract(path) => {
            words.insert(path.clone());
        }
        Addr::UnixUnnamed => {}
    };
    for record in records {
        record.clone().names(&mut |name| match name {
            Name::Addr(found) => addr(found, &mut words),
            Name::Host(host) => {
                words.insert(host.to_lowercase().into_bytes());
            }
            Name::Target(target) => match &target.place {
                TargetPlace::At(found) => addr(found, &mut words),
                TargetPlace::Name { host, .. } => {
                    words.insert(host.to_lowercase().into_bytes());
                }
                TargetPlace::Unresolved { host, .. } => {
                    if let Host::Name(name) = host.as_ref() {
                        words.insert(name.to_lowercase().into_bytes());
                    }
                }
                _ => {}
            },
            _ => {}
        });
    }
    words.remove(&b"localhost"[..]);
    words.remove(&b""[..]);
    words
}

#[test]
fn no_golden_recording_keeps_a_name_when_it_is_masked() {
    let mut all = 0;
    for name in GOLDEN.into_iter().chain(["wire-secret", VERSION_2]) {
        let (_, records) = read(golden_text(name).as_bytes()).expect("a recording");
        let records: Vec<Record> = records.iter().map(|record| (**record).clone()).collect();
        let words = named(&records);
        all += words.len();
        let mask = Mask::of(&records);
        for record in &records {
            let masked = mask.record(record);
            for word in &words {
                let left = left(&masked, word);
                let word = String::from_utf8_lossy(word);
                assert_eq!(left, None, "{name}, record {}: {word}", record.n);
            }
        }
    }
    assert!(all >= 6, "{all} names in the golden recordings");
}

/// What can be found out about somebody.
#[derive(Clone, Debug)]
struct Secret {
    /// As a target is typed.
    target: String,
    /// As it stands in data.
    word: String,
}

fn secrets() -> impl Strategy<Value = Secret> {
    let secret = |target: String, word: String| Secret { target, word };
    prop_oneof![
        "[a-z]{5,9}\\.firm\\.test".prop_map(move |host| secret(format!("{host}:80"), host)),
        "/[a-z]{4,9}/[a-z]{4,9}\\.sock".prop_map(move |path| secret(format!("unix:{path}"), path)),
        any::<[u8; 3]>().prop_map(move |[b, c, d]| {
            let ip = format!("172.{b}.{c}.{d}");
            secret(format!("{ip}:80"), ip)
        }),
        any::<u32>().prop_map(move |low| {
            let ip = IpAddr::from([
                0x2a01_u16,
                0x4f8,
                1,
                2,
                3,
                4,
                (low >> 16) as u16 | 1,
                low as u16 | 1,
            ]);
            secret(format!("[{ip}]:80"), ip.to_string())
        }),
    ]
}

/// A packet with so many letters of data, from the golden talk: its headers with other data behind them and a length that fits.
fn packet(length: usize) -> Vec<u8> {
    let mut bytes = vec![0x45, 0, 0, (40 + length) as u8, 0, 0, 0, 0, 64, 6, 0, 0];
    bytes.extend([10, 77, 0, 1, 10, 77, 0, 2, 0x0f, 0xa1, 0, 80]);
    bytes.extend([0, 0, 0, 7, 0, 0, 0, 9, 5 << 4, 16, 1, 0, 0, 0, 0, 0]);
    bytes.extend(vec![b'.'; length]);
    bytes
}

/// So many bytes are in everything that has data.
const ROOM: usize = 90;

/// Records that have every kind of name, each kind in every place that can have it.
#[expect(
    clippy::too_many_lines,
    reason = "one list: a line for each place that can have a name"
)]
fn telling() -> Vec<Record> {
    let addr = || "127.0.0.1:1".parse::<Addr>().expect("an address");
    let target = || Target::parse("@open").expect("a target");
    let (row, fd) = (Row(1), Fd(5));
    let call = |call: Call, out: Option<Out>| {
        let outcome = Outcome {
            out,
            ..Outcome::ok(ROOM as i64)
        };
        CallFact::done(row, CalledBy::Program, call, outcome)
    };
    let causes = [
        Cause::Command(Command::Add(vec![target(), target()])),
        Cause::Command(Command::Modes(target())),
        Cause::Command(Command::make(row, |fd| Call::Send {
            fd,
            data: Payload::Bytes(vec![b'.'; ROOM]),
        })),
        Cause::Command(Command::make(row, |fd| Call::Bind { fd, addr: addr() })),
        Cause::Command(Command::Note(".".to_owned())),
        Cause::Unknown(".".to_owned()),
    ];
    let bare = causes.map(|cause| Record::new(1, cause, 0));
    let mut full = Record::new(1, Cause::Answer, 0);
    *full.changes = vec![
        Change::Added {
            row,
            target: target(),
            addresses: vec![addr(), addr()],
            interest: Interest::default(),
            mode: Mode::NonBlocking,
        },
        Change::Appeared {
            row: Row(2),
            target: "peer of @open".into(),
            role: Role::Peer { of: row },
            fd,
            stage: Stage::Listening,
            addr: Some(addr()),
            interest: Interest::default(),
            mode: Mode::NonBlocking,
        },
        Change::Mode {
            row,
            mode: Mode::Blocking,
        },
    ];
    let data = Payload::Bytes(vec![b'.'; ROOM]);
    *full.calls = vec![
        call(Call::Connect { fd, addr: addr() }, None),
        call(Call::Bind { fd, addr: addr() }, None),
        call(
            Call::Getaddrinfo {
                host: "localhost".to_owned(),
                port: 80,
            },
            Some(Out::Addrs(vec![addr(), addr()])),
        ),
        call(Call::Getpeername { fd }, Some(Out::Addr(addr()))),
        call(
            Call::Accept {
                fd,
                gives: AcceptGives::NonBlocking,
            },
            Some(Out::Addr(addr())),
        ),
        call(Call::Send { fd, data }, None),
        call(
            Call::Recv { fd, size: 999 },
            Some(Out::Bytes(vec![b'.'; ROOM])),
        ),
    ];
    let appeared = |bytes: Option<Vec<u8>>| {
        let whole = packet(ROOM);
        let parsed = packet::Packet::parse(&whole).expect("a packet");
        let (flow, segment) = packet::flow::Flows::default().see(&parsed);
        let what = PacketEvent::Appeared {
            flow,
            segment,
            origin: wire::Origin::Kernel,
        };
        let change = wire::PacketChange {
            number: PacketNumber(1),
            at_us: 0,
            what,
        };
        PacketFact { change, bytes }
    };
    // A packet whose bytes were not kept has an excerpt all the same.
    full.packets = vec![appeared(Some(packet(ROOM))), appeared(None)];
    let look = Look {
        local: Some(addr()),
        ..Look::default()
    };
    *full.looks = vec![(row, look)];
    *full.stages = vec![StageChange {
        row,
        target: "@open".into(),
        stage: Stage::Listening,
        failure: None,
    }];
    full.unknown = [
        LinePart::Change,
        LinePart::Call,
        LinePart::Look,
        LinePart::Rule,
        LinePart::Packet,
        LinePart::Stage,
        LinePart::Field {
            place: String::new(),
            name: ".".to_owned(),
        },
    ]
    .map(|part| Unknown {
        part,
        at: 0,
        raw: "\".\"".to_owned(),
        shown: ".".to_owned(),
    })
    .to_vec();
    bare.into_iter().chain([full]).collect()
}

/// Writes a secret into one place, in large letters or small ones. False: it does not fit there.
fn plant(name: Name<'_>, secret: &Secret, large: bool, at: usize) -> bool {
    let typed = Target::parse(&secret.target).expect("a target");
    let word = match large {
        // A path is another one in large letters; in data that does not matter.
        true => secret.word.to_uppercase(),
        false => secret.word.clone(),
    };
    let ip = secret.word.parse::<IpAddr>().ok();
    match name {
        Name::Addr(addr) => match &typed.place {
            TargetPlace::At(place) => addr.clone_from(place),
            _ => return false,
        },
        Name::End(end) => match ip {
            Some(ip) => *end = SocketAddr::new(ip, end.port()),
            None => return false,
        },
        Name::Host(host) => match typed.place {
            TargetPlace::Name { .. } => *host = word,
            _ => return false,
        },
        Name::Target(target) => *target = typed,
        Name::Label(label) => {
            *label = match large {
                true => format!("accepted by {}", secret.target).into(),
                false => secret.target.as_str().into(),
            };
        }
        Name::Words(words) | Name::Unknown(words) => *words = format!("see {word}, please"),
        Name::NotUnderstood(unknown) => {
            unknown.raw = format!("{{\"see\":\"{word}\"}}");
            unknown.shown.clone_from(&unknown.raw);
            if let LinePart::Field { place: _, name } = &mut unknown.part {
                *name = word;
            }
        }
        Name::Data(data) => {
            let at = at % (ROOM - word.len());
            match data.bytes.get_mut(at..at + word.len()) {
                Some(place) => place.copy_from_slice(word.as_bytes()),
                None => return false,
            }
        }
        Name::Packet(packet) => match (packet.bytes, packet.excerpt) {
            (Some(bytes), Some(excerpt)) => {
                let at = 40 + at % (ROOM - word.len());
                bytes[at..at + word.len()].copy_from_slice(word.as_bytes());
                if let Some(Body::Tcp(tcp)) = packet::Packet::parse(bytes).map(|whole| whole.body) {
                    *excerpt = tcp.excerpt();
                }
            }
            (None, Some(excerpt)) => *excerpt = format!("\"{word}\""),
            _ => return false,
        },
    }
    true
}

/// The word for a kind of name: whoever adds one must add a place that has it.
fn kind(name: &Name<'_>) -> &'static str {
    match name {
        Name::Addr(_) => "address",
        Name::End(_) => "end",
        Name::Host(_) => "host",
        Name::Target(_) => "target",
        Name::Label(_) => "label",
        Name::Words(_) => "words",
        Name::Unknown(_) => "unknown",
        Name::NotUnderstood(_) => "not understood",
        Name::Data(_) => "data",
        Name::Packet(_) => "packet",
    }
}

#[test]
fn every_kind_of_name_is_tried() {
    let mut kinds = BTreeSet::new();
    for mut record in telling() {
        record.names(&mut |name| {
            kinds.insert(kind(&name));
        });
    }
    assert_eq!(kinds.len(), 10, "{kinds:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn a_secret_is_hidden_wherever_a_record_has_a_place_for_it(secret in secrets(), large in any::<bool>(), at in any::<usize>()) {
        let target = Target::parse(&secret.target).expect("a target");
        let add = Record::new(0, Cause::Command(Command::Add(vec![target])), 0);
        let mut planted = 0;
        for record in telling() {
            let mut places = 0;
            record.clone().names(&mut |_| places += 1);
            for place in 0..places {
                let mut record = record.clone();
                let mut index = 0;
                let mut fits = false;
                record.names(&mut |name| {
                    if index == place {
                        fits = plant(name, &secret, large, at);
                    }
                    index += 1;
                });
                if !fits {
                    continue;
                }
                planted += 1;
                let mask = Mask::of(&[add.clone(), record.clone()]);
                let masked = mask.record(&record);
                let left = left(&masked, secret.word.as_bytes());
                prop_assert_eq!(left, None, "place {} of {:?}", place, record);
            }
        }
        prop_assert!(planted >= 10, "{}", planted);
    }
}
