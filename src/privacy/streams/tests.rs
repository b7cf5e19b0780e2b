//! A name is found wherever it is cut.

use super::super::made::tcp;
use super::*;

fn words() -> Forbidden {
    Forbidden::new([b"/root/payroll".to_vec()].into_iter())
}

fn call(
    by: Option<CalledBy>,
    way: DataDirection,
    bytes: &[u8],
    taken: u64,
    place: u64,
    streams: &mut Streams,
) {
    let data = Data {
        bytes: &mut bytes.to_vec(),
        way,
        row: Some(Row(1)),
        by,
        taken,
    };
    streams.data((place, 0), &data);
}

/// Each of these bytes with x where they are hidden.
fn shown(streams: Streams, all: &[&[u8]]) -> Vec<String> {
    let hidden = streams.hidden(&words());
    let show = |(place, bytes): (usize, &&[u8])| {
        let mut bytes = bytes.to_vec();
        if let Some(ranges) = hidden.get(&(place as u64, 0)) {
            super::super::data::fill(&mut bytes, ranges);
        }
        String::from_utf8(bytes).expect("ASCII")
    };
    all.iter().enumerate().map(show).collect()
}

#[test]
fn a_name_over_three_receives_is_hidden_in_each() {
    let all: [&[u8]; 3] = [b"see /r", b"oot/pay", b"roll now"];
    let mut streams = Streams::default();
    for (place, bytes) in (0..).zip(all) {
        let taken = bytes.len() as u64;
        let by = Some(CalledBy::Program);
        call(
            by,
            DataDirection::Received,
            bytes,
            taken,
            place,
            &mut streams,
        );
    }
    assert_eq!(shown(streams, &all), ["see xx", "xxxxxxx", "xxxx now"]);
}

#[test]
fn what_is_not_taken_is_offered_again_and_hidden_in_both() {
    let all: [&[u8]; 4] = [
        b"/root/payroll",
        b"/root/payroll",
        b"t/payroll",
        b"t/payroll",
    ];
    let mut streams = Streams::default();
    // A command's words stand in front of its call.
    call(None, DataDirection::Sent, all[0], 0, 0, &mut streams);
    call(
        Some(CalledBy::Program),
        DataDirection::Sent,
        all[1],
        4,
        1,
        &mut streams,
    );
    call(None, DataDirection::Sent, all[2], 0, 2, &mut streams);
    call(
        Some(CalledBy::Program),
        DataDirection::Sent,
        all[3],
        9,
        3,
        &mut streams,
    );
    let hidden = ["x".repeat(13), "x".repeat(13), "x".repeat(9), "x".repeat(9)];
    assert_eq!(shown(streams, &all), hidden);
}

#[test]
fn other_data_in_the_place_of_what_was_not_taken_count() {
    let all: [&[u8]; 2] = [b"/root/....", b"payroll"];
    let mut streams = Streams::default();
    call(
        Some(CalledBy::Program),
        DataDirection::Sent,
        all[0],
        6,
        0,
        &mut streams,
    );
    call(
        Some(CalledBy::Program),
        DataDirection::Sent,
        all[1],
        7,
        1,
        &mut streams,
    );
    let shown = shown(streams, &all);
    assert_eq!(shown[1], "xxxxxxx");
    assert!(shown[0].starts_with("xxxxxx"), "{shown:?}");
}

#[test]
fn both_sides_of_a_gap_hide_what_is_left_of_a_name() {
    let all: [&[u8]; 2] = [b"see /root/p", b"roll now"];
    let mut streams = Streams::default();
    // More was received than is kept.
    call(
        Some(CalledBy::Program),
        DataDirection::Received,
        all[0],
        5000,
        0,
        &mut streams,
    );
    call(
        Some(CalledBy::Program),
        DataDirection::Received,
        all[1],
        8,
        1,
        &mut streams,
    );
    assert_eq!(shown(streams, &all), ["see xxxxxxx", "xxxx now"]);
}

#[test]
fn the_lab_and_the_program_have_streams_of_their_own() {
    let all: [&[u8]; 2] = [b"see /ro", b"ot/payroll"];
    let mut streams = Streams::default();
    call(
        Some(CalledBy::Program),
        DataDirection::Sent,
        all[0],
        7,
        0,
        &mut streams,
    );
    call(
        Some(CalledBy::Lab),
        DataDirection::Sent,
        all[1],
        10,
        1,
        &mut streams,
    );
    assert_eq!(shown(streams, &all), ["see /ro", "ot/payroll"]);
}

#[test]
fn packets_out_of_order_and_over_the_end_of_the_numbers_are_put_together() {
    let parts: [&[u8]; 3] = [b"roll now", b"see /r", b"oot/pay"];
    let numbers = [5_u32, u32::MAX - 7, u32::MAX - 1];
    let packets: Vec<Vec<u8>> = numbers
        .iter()
        .zip(parts)
        .map(|(seq, data)| tcp(false, *seq, data))
        .collect();
    let mut streams = Streams::default();
    for (place, bytes) in (0..).zip(&packets) {
        streams.packet((place, 0), bytes);
    }
    let hidden = streams.hidden(&words());
    let shown: Vec<String> = (0..)
        .zip(&packets)
        .map(|(place, bytes)| {
            let mut bytes = bytes.clone();
            super::super::data::fill(&mut bytes, &hidden[&(place, 0)]);
            String::from_utf8_lossy(&bytes[40..]).into_owned()
        })
        .collect();
    assert_eq!(shown, ["xxxx now", "see xx", "xxxxxxx"]);
}
