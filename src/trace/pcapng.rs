//! Packets as a pcapng file (draft-ietf-opsawg-pcapng), with a comment each: one section, one interface of raw IP packets, times in
//! microseconds.

pub mod frames;

use crate::model::clean;

/// A packet with its time and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// When it appeared, in microseconds since 1970.
    pub at_us: u64,
    /// The packet as the client sees it, from its IP header on.
    pub bytes: Vec<u8>,
    /// What is said about it; empty is nothing.
    pub comment: String,
}

/// The first word of a section, in the byte order of the file.
const MAGIC: u32 = 0x1A2B_3C4D;
const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;
/// Packets begin with an IPv4 or IPv6 header.
const LINKTYPE_RAW: u16 = 101;
const OPT_COMMENT: u16 = 1;
const SHB_USERAPPL: u16 = 4;
const IF_NAME: u16 = 2;

/// The whole file. `program` is noted as its maker.
pub fn file(program: &str, packets: &[Captured]) -> Vec<u8> {
    let mut section = Vec::new();
    section.extend_from_slice(&MAGIC.to_le_bytes());
    section.extend_from_slice(&1_u16.to_le_bytes());
    section.extend_from_slice(&0_u16.to_le_bytes());
    // The length of the section is not said.
    section.extend_from_slice(&(-1_i64).to_le_bytes());
    options(&mut section, SHB_USERAPPL, program);
    let mut interface = Vec::new();
    interface.extend_from_slice(&LINKTYPE_RAW.to_le_bytes());
    interface.extend_from_slice(&[0; 2]);
    // No packet is cut.
    interface.extend_from_slice(&0_u32.to_le_bytes());
    options(&mut interface, IF_NAME, "wire");
    let mut bytes = block(SECTION, &section);
    bytes.extend_from_slice(&block(INTERFACE, &interface));
    for packet in packets {
        bytes.extend_from_slice(&block(PACKET, &enhanced(packet)));
    }
    bytes
}

fn enhanced(packet: &Captured) -> Vec<u8> {
    let length = packet.bytes.len() as u32;
    let mut body = Vec::with_capacity(packet.bytes.len() + packet.comment.len() + 40);
    body.extend_from_slice(&0_u32.to_le_bytes());
    body.extend_from_slice(&((packet.at_us >> 32) as u32).to_le_bytes());
    body.extend_from_slice(&(packet.at_us as u32).to_le_bytes());
    body.extend_from_slice(&length.to_le_bytes());
    body.extend_from_slice(&length.to_le_bytes());
    body.extend_from_slice(&packet.bytes);
    pad(&mut body);
    options(&mut body, OPT_COMMENT, &packet.comment);
    body
}

/// One option and the end of options; nothing for an empty text.
fn options(body: &mut Vec<u8>, code: u16, text: &str) {
    if text.is_empty() {
        return;
    }
    let text = clean::text(text);
    let mut end = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    body.extend_from_slice(&code.to_le_bytes());
    body.extend_from_slice(&(end as u16).to_le_bytes());
    body.extend_from_slice(&text.as_bytes()[..end]);
    pad(body);
    body.extend_from_slice(&[0; 4]);
}

fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

/// A block: its type, its length before and behind.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (12 + body.len()) as u32;
    let mut bytes = Vec::with_capacity(12 + body.len());
    bytes.extend_from_slice(&kind.to_le_bytes());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_follow_each_other_to_the_end(
            packets in proptest::collection::vec((any::<u64>(), proptest::collection::vec(any::<u8>(), 0..50), "\\PC{0,30}"), 0..8),
        ) {
            let packets: Vec<Captured> = packets
                .into_iter()
                .map(|(at_us, bytes, comment)| Captured { at_us, bytes, comment })
                .collect();
            let file = file("test", &packets);
            let word = |at: usize| -> usize {
                u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize
            };
            let (mut at, mut kinds) = (0, Vec::new());
            while at < file.len() {
                let length = word(at + 4);
                prop_assert_eq!(length % 4, 0);
                prop_assert_eq!(word(at + length - 4), length);
                kinds.push(word(at));
                at += length;
            }
            prop_assert_eq!(kinds.len(), 2 + packets.len());
        }
    }

    #[test]
    fn a_very_long_comment_is_cut_between_characters() {
        let comment = "ä".repeat(40_000);
        let packet = Captured {
            at_us: 0,
            bytes: vec![],
            comment,
        };
        assert!(file("", &[packet]).len() < 66_000);
    }
}
