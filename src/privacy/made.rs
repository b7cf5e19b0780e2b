//! Packets for tests, with right checksums.

/// The sum over these parts of RFC 1071; all ones if the checksum in them is right.
pub(super) fn sum(parts: &[&[u8]]) -> u64 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let mut sum: u64 = words
        .map(|pair| u64::from(pair[0]) << 8 | u64::from(pair.get(1).copied().unwrap_or(0)))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}

/// A TCP packet from 10.5.5.1:4001 to 10.5.5.2:80, or from fd00:5::1 to fd00:5::2.
pub(super) fn tcp(v6: bool, seq: u32, data: &[u8]) -> Vec<u8> {
    let ends: Vec<u8> = (1..3)
        .flat_map(|end| match v6 {
            true => vec![0xfd, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, end],
            false => vec![10, 5, 5, end],
        })
        .collect();
    let mut inner = vec![0x0f, 0xa1, 0, 80];
    inner.extend(seq.to_be_bytes());
    inner.extend([0, 0, 0, 9, 5 << 4, 16, 1, 0, 0, 0, 0, 0]);
    inner.extend(data);
    let length = inner.len() as u16;
    let pseudo = [&ends[..], &[0, 6], &length.to_be_bytes()].concat();
    let right = !(sum(&[&pseudo, &inner]) as u16);
    inner[16..18].copy_from_slice(&right.to_be_bytes());
    let mut bytes = if v6 {
        [&[0x60, 0, 0, 0][..], &length.to_be_bytes(), &[6, 64], &ends].concat()
    } else {
        let length = (length + 20).to_be_bytes();
        let rest = [0, 0, 0, 0, 64, 6, 0, 0];
        [&[0x45, 0][..], &length, &rest, &ends].concat()
    };
    if !v6 {
        let right = !(sum(&[&bytes]) as u16);
        bytes[10..12].copy_from_slice(&right.to_be_bytes());
    }
    bytes.extend(inner);
    bytes
}
