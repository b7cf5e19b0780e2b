//! Requests with their attributes, and the messages and attributes of an answer. Nothing in an answer is believed before it was
//! measured: it may be short, and its lengths may lie.

use super::layout::{Layout, layout};
use rustix::io::Errno;

layout! {
    /// `struct nlmsghdr`: netlink(7), linux/netlink.h. The length is that of the message with this header.
    struct MessageHeader {
        nlmsg_len: u32,
        nlmsg_type: u16,
        nlmsg_flags: u16,
        nlmsg_seq: u32,
        nlmsg_pid: u32,
    }
}

layout! {
    /// `struct nlattr`: linux/netlink.h. The length is that of the attribute with this header.
    struct AttributeHeader {
        nla_len: u16,
        nla_type: u16,
    }
}

const NOOP: u16 = libc::NLMSG_NOOP as u16;
const ERROR: u16 = libc::NLMSG_ERROR as u16;
const DONE: u16 = libc::NLMSG_DONE as u16;
/// Marks an attribute whose value is attributes.
const NESTED: u16 = libc::NLA_F_NESTED as u16;
/// The bits of an attribute's type that are no marks.
const TYPE: u16 = libc::NLA_TYPE_MASK as u16;
/// `NLMSG_ALIGNTO`, `NLA_ALIGNTO`: what comes next begins at a multiple of it.
const ALIGN: usize = 4;
/// Errnos below zero, as the kernel bounds them: `MAX_ERRNO` of linux/err.h.
const ERRNOS: std::ops::RangeInclusive<i32> = -4095..=-1;

/// What a request is for, which also says how its answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestKind {
    /// For a change of what is there; it ends with an acknowledgment.
    Change,
    /// For something new; it ends with an acknowledgment.
    Create,
    /// For one answer.
    One,
    /// For all that there are; they end with `NLMSG_DONE`.
    All,
}

impl RequestKind {
    fn flags(self) -> u16 {
        let flags = libc::NLM_F_REQUEST
            | match self {
                RequestKind::Change => libc::NLM_F_ACK,
                RequestKind::Create => libc::NLM_F_ACK | libc::NLM_F_CREATE | libc::NLM_F_EXCL,
                RequestKind::One => 0,
                RequestKind::All => libc::NLM_F_DUMP,
            };
        flags as u16
    }
}

/// Attributes to send, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    bytes: Vec<u8>,
}

impl Attributes {
    /// One more. Its value is an address, a number or other attributes, so it is short.
    pub(super) fn with(mut self, kind: u16, value: &[u8]) -> Attributes {
        let length = u16::try_from(AttributeHeader::SIZE + value.len());
        let header = AttributeHeader {
            nla_len: length.expect("no value here is near 64 KiB"),
            nla_type: kind,
        };
        header.put(&mut self.bytes);
        self.bytes.extend_from_slice(value);
        self.bytes
            .resize(self.bytes.len().next_multiple_of(ALIGN), 0);
        self
    }

    /// One more, whose value is attributes.
    pub(super) fn with_nested(self, kind: u16, inside: &Attributes) -> Attributes {
        self.with(NESTED | kind, &inside.bytes)
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(in crate::os) struct NetlinkRequest {
    kind: u16,
    asks: RequestKind,
    body: Vec<u8>,
}

impl NetlinkRequest {
    /// A request of this type: the struct that belongs to it, and attributes.
    pub(super) fn new(
        kind: u16,
        asks: RequestKind,
        fixed: &impl Layout,
        attributes: Attributes,
    ) -> Self {
        let mut body = Vec::new();
        fixed.put(&mut body);
        body.extend(attributes.bytes);
        NetlinkRequest { kind, asks, body }
    }

    /// The message, with a number that its answers repeat.
    pub(super) fn bytes(&self, sequence: u32) -> Vec<u8> {
        let length = MessageHeader::SIZE + self.body.len();
        let mut bytes = Vec::with_capacity(length);
        let header = MessageHeader {
            nlmsg_len: u32::try_from(length).expect("a request is no gigabytes"),
            nlmsg_type: self.kind,
            nlmsg_flags: self.asks.flags(),
            nlmsg_seq: sequence,
            // The kernel knows whose socket it is.
            nlmsg_pid: 0,
        };
        header.put(&mut bytes);
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Reads one datagram of the answer to the message with this number, and hands on what is asked for. `true` says that the answer
    /// is over.
    pub(super) fn read_answer(
        &self,
        sequence: u32,
        datagram: &[u8],
        take: &mut impl FnMut(&NetlinkMessage<'_>),
    ) -> Result<bool, Errno> {
        if datagram.is_empty() {
            return Err(Errno::PROTO);
        }
        for message in messages(datagram) {
            let message = message?;
            if message.sequence != sequence {
                // A late answer to an earlier request, which was given up.
                continue;
            }
            let over = match message.kind {
                NOOP => false,
                ERROR => {
                    failure(message.body)?;
                    // An acknowledgment is an error without one.
                    true
                }
                DONE if self.asks == RequestKind::All => {
                    // Old kernels say nothing here.
                    if !message.body.is_empty() {
                        failure(message.body)?;
                    }
                    true
                }
                DONE => return Err(Errno::PROTO),
                _ => {
                    take(&message);
                    self.asks == RequestKind::One
                }
            };
            if over {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The code that `struct nlmsgerr` begins with: 0, or an errno below zero.
fn failure(mut body: &[u8]) -> Result<(), Errno> {
    match i32::take(&mut body) {
        Some(0) => Ok(()),
        Some(code) if ERRNOS.contains(&code) => Err(Errno::from_raw_os_error(-code)),
        Some(_) | None => Err(Errno::PROTO),
    }
}

/// One message of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::os) struct NetlinkMessage<'a> {
    /// Its type.
    pub(super) kind: u16,
    /// The number of the request that it answers.
    pub(super) sequence: u32,
    /// What stands behind the header.
    pub(super) body: &'a [u8],
}

/// The messages of a datagram. What has no room for what it says it is, is `EPROTO`, and the end.
pub(super) fn messages(datagram: &[u8]) -> impl Iterator<Item = Result<NetlinkMessage<'_>, Errno>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        let left = std::mem::take(&mut rest);
        if left.is_empty() {
            return None;
        }
        let read = || {
            let header = MessageHeader::take(&mut &*left)?;
            let length = usize::try_from(header.nlmsg_len).ok()?;
            let (body, next) = cut(left, MessageHeader::SIZE, length)?;
            let message = NetlinkMessage {
                kind: header.nlmsg_type,
                sequence: header.nlmsg_seq,
                body,
            };
            Some((message, next))
        };
        let Some((message, next)) = read() else {
            return Some(Err(Errno::PROTO));
        };
        rest = next;
        Some(Ok(message))
    })
}

/// The value of the first attribute of this type. One that has no room for what it says it is ends the search.
pub(super) fn attribute(mut rest: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let header = AttributeHeader::take(&mut &*rest)?;
        let length = usize::from(header.nla_len);
        let (value, next) = cut(rest, AttributeHeader::SIZE, length)?;
        if header.nla_type & TYPE == kind {
            return Some(value);
        }
        rest = next;
    }
}

/// What stands behind a header in the first `length` bytes, and what comes next.
fn cut(bytes: &[u8], header: usize, length: usize) -> Option<(&[u8], &[u8])> {
    let inside = bytes.get(header..length)?;
    // The last one need not be filled up.
    let next = bytes.get(length.next_multiple_of(ALIGN)..);
    Some((inside, next.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEQUENCE: u32 = 7;

    /// A message of an answer, whose length may lie.
    fn message(length: u32, kind: u16, sequence: u32, body: &[u8]) -> Vec<u8> {
        let header = MessageHeader {
            nlmsg_len: length,
            nlmsg_type: kind,
            nlmsg_flags: 0,
            nlmsg_seq: sequence,
            nlmsg_pid: 99,
        };
        let mut bytes = Vec::new();
        header.put(&mut bytes);
        bytes.extend_from_slice(body);
        bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
        bytes
    }

    fn honest(kind: u16, body: &[u8]) -> Vec<u8> {
        message(
            (MessageHeader::SIZE + body.len()) as u32,
            kind,
            SEQUENCE,
            body,
        )
    }

    fn code(number: i32) -> Vec<u8> {
        honest(ERROR, &number.to_ne_bytes())
    }

    /// What hearing it comes to, and the bodies that were handed on.
    fn read_answer(asks: RequestKind, datagram: &[u8]) -> (Result<bool, Errno>, Vec<Vec<u8>>) {
        let request = NetlinkRequest::new(0x20, asks, &0_u32, Attributes::default());
        let mut bodies = Vec::new();
        let outcome = request.read_answer(SEQUENCE, datagram, &mut |message| {
            bodies.push(message.body.to_vec());
        });
        (outcome, bodies)
    }

    const ALL: [RequestKind; 4] = [
        RequestKind::Change,
        RequestKind::Create,
        RequestKind::One,
        RequestKind::All,
    ];

    #[test]
    #[cfg(target_endian = "little")]
    fn a_request_is_a_header_a_struct_and_padded_attributes() {
        let inner = Attributes::default().with(8, &[1]);
        let attributes = Attributes::default()
            .with(1, &[10, 0, 0, 9])
            .with(2, &[5])
            .with_nested(26, &inner);
        let request = NetlinkRequest::new(24, RequestKind::Create, &0xaabb_ccdd_u32, attributes);
        let expected = [
            &[48, 0, 0, 0][..],        // nlmsg_len: 16 + 4 + 8 + 8 + 12
            &[24, 0],                  // nlmsg_type
            &[0x05, 0x06],             // REQUEST 1, ACK 4, EXCL 0x200, CREATE 0x400
            &[7, 0, 0, 0],             // nlmsg_seq
            &[0, 0, 0, 0],             // nlmsg_pid: to the kernel
            &[0xdd, 0xcc, 0xbb, 0xaa], // the struct
            &[8, 0, 1, 0],             // nla_len: 4 + 4, nla_type
            &[10, 0, 0, 9],
            &[5, 0, 2, 0], // nla_len: 4 + 1; the padding is not counted
            &[5, 0, 0, 0],
            &[12, 0, 26, 0x80], // NLA_F_NESTED; what is inside is counted with its padding
            &[5, 0, 8, 0],
            &[1, 0, 0, 0],
        ]
        .concat();
        assert_eq!(request.bytes(7), expected);
    }

    #[test]
    fn the_flags_are_those_of_netlink() {
        let flags = ALL.map(RequestKind::flags);
        assert_eq!(flags, [0x005, 0x605, 0x001, 0x301]);
    }

    #[test]
    fn headers_are_as_long_as_those_of_the_system() {
        assert_eq!(MessageHeader::SIZE, size_of::<libc::nlmsghdr>());
        assert_eq!(AttributeHeader::SIZE, size_of::<libc::nlattr>());
    }

    #[test]
    fn an_acknowledgment_ends_a_change() {
        for asks in [RequestKind::Change, RequestKind::Create] {
            assert_eq!(read_answer(asks, &code(0)), (Ok(true), vec![]));
        }
    }

    #[test]
    fn an_error_is_its_errno_whatever_was_asked() {
        for asks in ALL {
            assert_eq!(read_answer(asks, &code(-17)).0, Err(Errno::EXIST));
        }
    }

    #[test]
    fn a_code_that_is_no_errno_is_a_broken_answer() {
        for number in [1, i32::MAX, i32::MIN, -4096] {
            assert_eq!(
                read_answer(RequestKind::Change, &code(number)).0,
                Err(Errno::PROTO)
            );
        }
        assert_eq!(
            read_answer(RequestKind::Change, &code(-4095))
                .0
                .map_err(|_| ()),
            Err(())
        );
        let short = honest(ERROR, &[0, 0, 0]);
        assert_eq!(
            read_answer(RequestKind::Change, &short).0,
            Err(Errno::PROTO)
        );
    }

    #[test]
    fn one_answer_ends_a_question_for_one() {
        let two = [honest(20, b"abc"), honest(20, b"d")].concat();
        assert_eq!(
            read_answer(RequestKind::One, &two),
            (Ok(true), vec![b"abc".to_vec()])
        );
    }

    #[test]
    fn a_dump_goes_on_over_datagrams_until_it_is_done() {
        let part = [honest(20, b"abc"), honest(NOOP, b""), honest(20, b"d")].concat();
        let bodies = vec![b"abc".to_vec(), b"d".to_vec()];
        assert_eq!(
            read_answer(RequestKind::All, &part),
            (Ok(false), bodies.clone())
        );
        let done = [part, honest(DONE, &0_i32.to_ne_bytes())].concat();
        assert_eq!(read_answer(RequestKind::All, &done), (Ok(true), bodies));
        assert_eq!(
            read_answer(RequestKind::All, &honest(DONE, b"")).0,
            Ok(true)
        );
        let failed = honest(DONE, &(-11_i32).to_ne_bytes());
        assert_eq!(read_answer(RequestKind::All, &failed).0, Err(Errno::AGAIN));
    }

    #[test]
    fn nothing_but_a_dump_is_done() {
        for asks in [RequestKind::Change, RequestKind::Create, RequestKind::One] {
            assert_eq!(
                read_answer(asks, &honest(DONE, &[0; 4])).0,
                Err(Errno::PROTO)
            );
        }
    }

    #[test]
    fn an_answer_to_an_earlier_request_is_passed_over() {
        let early = message(20, ERROR, SEQUENCE - 1, &(-1_i32).to_ne_bytes());
        assert_eq!(
            read_answer(RequestKind::Change, &early),
            (Ok(false), vec![])
        );
        let both = [early, code(0)].concat();
        assert_eq!(read_answer(RequestKind::Change, &both), (Ok(true), vec![]));
    }

    #[test]
    fn a_datagram_that_is_empty_or_short_is_a_broken_answer() {
        let datagram = honest(20, b"body");
        for length in 0..datagram.len() {
            let outcome = read_answer(RequestKind::All, &datagram[..length]);
            assert_eq!(outcome, (Err(Errno::PROTO), vec![]), "{length}");
        }
    }

    #[test]
    fn a_length_that_lies_is_a_broken_answer_and_the_end() {
        // Less than its own header, more than there is, and the most that can be said.
        for length in [0, 1, 15, 21, 24, 4096, u32::MAX - 3, u32::MAX] {
            let lie = message(length, 20, SEQUENCE, b"body");
            assert_eq!(
                read_answer(RequestKind::All, &lie),
                (Err(Errno::PROTO), vec![])
            );
            let found: Vec<_> = messages(&lie).collect();
            assert_eq!(found, [Err(Errno::PROTO)], "{length}");
        }
        // A length within the message cuts its body.
        let cut = message(17, 20, SEQUENCE, b"body");
        assert_eq!(
            read_answer(RequestKind::All, &cut),
            (Ok(false), vec![b"b".to_vec()])
        );
    }

    #[test]
    fn an_attribute_is_found_by_its_type_whatever_its_marks() {
        let inner = Attributes::default().with(8, &[1]);
        let both = Attributes::default()
            .with(1, b"abc")
            .with_nested(2, &inner)
            .with(1, b"later");
        assert_eq!(attribute(&both.bytes, 1), Some(&b"abc"[..]));
        assert_eq!(attribute(&both.bytes, 2), Some(&inner.bytes[..]));
        assert_eq!(attribute(&both.bytes, 3), None);
        assert_eq!(attribute(&[], 1), None);
    }

    #[test]
    fn an_attribute_length_that_lies_ends_the_search() {
        let good = Attributes::default().with(2, b"good").bytes;
        for length in [0_u16, 1, 3, 17, 1000, u16::MAX] {
            let header = AttributeHeader {
                nla_len: length,
                nla_type: 1,
            };
            let mut bytes = Vec::new();
            header.put(&mut bytes);
            bytes.extend_from_slice(b"lies");
            bytes.extend_from_slice(&good);
            assert_eq!(attribute(&bytes, 1), None, "{length}");
            assert_eq!(attribute(&bytes, 2), None, "{length}");
        }
        for length in 0..good.len() {
            assert_eq!(attribute(&good[..length], 2), None, "{length}");
        }
    }

    #[test]
    fn no_byte_of_an_answer_can_make_it_panic() {
        let attributes = Attributes::default().with(1, b"abc").with(2, b"defgh");
        let answer = [honest(20, &attributes.bytes), code(-1), honest(DONE, b"")].concat();
        let mut outcome = 0;
        for at in 0..answer.len() {
            for value in 0..=u8::MAX {
                let mut changed = answer.clone();
                changed[at] = value;
                for asks in ALL {
                    let (result, bodies) = read_answer(asks, &changed);
                    outcome += usize::from(result.is_ok());
                    for body in bodies {
                        let found = attribute(&body, 2).map_or(0, <[u8]>::len);
                        assert!(found <= body.len());
                    }
                }
            }
        }
        assert!(outcome > 0);
    }
}
