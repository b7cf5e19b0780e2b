//! What is masked has right checksums, as far as it had them before.

use super::super::data::Forbidden;
use super::super::made::{sum, tcp};
use super::super::stand_ins::KnownNames;
use super::*;
use crate::model::names;
use crate::model::packet::build;
use proptest::prelude::*;

const NAME: &str = "payroll.firm.test";

/// Knows a name, and the ends of the packets below.
fn mask() -> Mask {
    let mut learned = KnownNames::default();
    learned.name(NAME);
    for end in [[10, 5, 5, 1], [10, 5, 5, 2]] {
        learned.ip(end.into());
    }
    for end in 1..3 {
        learned.ip(IpAddr::from([
            0xfd, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, end,
        ]));
    }
    let stand_ins = learned.stand_ins();
    let forbidden = Forbidden::new(stand_ins.words());
    Mask {
        stand_ins,
        forbidden,
        ..Mask::default()
    }
}

/// Whether all checksums of a whole packet are right.
fn is_right(bytes: &[u8]) -> bool {
    let (header, ends, protocol) = match bytes[0] >> 4 {
        4 => (20, &bytes[12..20], bytes[9]),
        _ => (40, &bytes[8..40], bytes[6]),
    };
    let inner = &bytes[header..];
    let length = (inner.len() as u32).to_be_bytes();
    let pseudo = [ends, &length[..], &[0, protocol][..]].concat();
    let pseudo = if protocol == 1 { &[][..] } else { &pseudo };
    (header == 40 || sum(&[&bytes[..20]]) == 0xffff) && sum(&[pseudo, inner]) == 0xffff
}

fn masked(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let packet = names::NamedPacket {
        excerpt: None,
        bytes: Some(&mut bytes),
    };
    mask().packet(packet, &[]);
    bytes
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes
        .windows(wanted.len())
        .any(|window| window.eq_ignore_ascii_case(wanted))
}

proptest! {
    #[test]
    fn a_right_packet_stays_right_and_an_error_about_it_too(
        v6 in any::<bool>(), before in "[a-z]{0,40}", behind in "[a-z]{0,900}",
    ) {
        let data = format!("{before} PayRoll.firm.TEST {behind}");
        let bytes = tcp(v6, 7, data.as_bytes());
        let router: IpAddr = if v6 { "fd00:77::fe".parse().expect("an address") } else { [10, 77, 0, 254].into() };
        let (kind, code) = if v6 { (1, 3) } else { (3, 1) };
        let error = build::icmp_error(router, kind, code, &bytes).expect("it can be quoted");
        for bytes in [bytes, error] {
            prop_assert!(is_right(&bytes));
            let now = masked(&bytes);
            prop_assert!(is_right(&now), "{now:x?}");
            prop_assert_eq!(now.len(), bytes.len());
            prop_assert!(!holds(&now, NAME.as_bytes()));
            let addresses = [&[10, 5, 5, 1][..], &[10, 5, 5, 2], &[0xfd, 0, 0, 5]];
            prop_assert!(!addresses.iter().any(|ip| holds(&now, ip)), "{now:x?}");
        }
    }

    #[test]
    fn a_wrong_checksum_is_not_made_right(v6 in any::<bool>(), off in 1_u8..255) {
        let mut bytes = tcp(v6, 7, NAME.as_bytes());
        let at = if v6 { 40 } else { 20 } + TCP_SUM;
        bytes[at] ^= off;
        let now = masked(&bytes);
        prop_assert!(!is_right(&now));
        prop_assert!(!holds(&now, NAME.as_bytes()));
    }

    #[test]
    fn no_bytes_make_it_panic_and_none_keep_the_name(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..90), first in prop::sample::select(vec![0x45_u8, 0x60, 0x46, 0x00]),
        protocol in prop::sample::select(vec![1_u8, 6, 58, 17]), length in 0..140_u8,
    ) {
        for (at, byte) in [(0, first), (2, 0), (3, length), (4, 0), (5, length), (6, protocol), (7, 0), (9, protocol)] {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        let headers = bytes.len();
        bytes.extend_from_slice(NAME.as_bytes());
        let now = masked(&bytes);
        prop_assert_eq!(now.len(), bytes.len());
        let is_data = match carried(&bytes) {
            Some(carried) => carried.data.start <= headers,
            None => parts(&bytes).is_none(),
        };
        if is_data {
            prop_assert!(!holds(&now, NAME.as_bytes()));
        }
    }
}

#[test]
fn an_excerpt_is_made_of_what_is_left_unless_it_was_never_that_of_its_packet() {
    let data = format!("see {NAME} and more letters");
    let mut bytes = tcp(false, 7, data.as_bytes());
    let mut right = excerpt(&bytes).expect("it has data");
    let mut foreign = format!("\"not {NAME}\"");
    for shown in [&mut right, &mut foreign] {
        let packet = names::NamedPacket {
            excerpt: Some(shown),
            bytes: Some(&mut bytes),
        };
        mask().packet(packet, &[]);
        bytes = tcp(false, 7, data.as_bytes());
    }
    assert_eq!(right, "\"see xxxxxxxxxxxxxxxxx and mo\"...");
    assert_eq!(foreign, "\"not xxxxxxxxxxxxxxxxx\"");
}
