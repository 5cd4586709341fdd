//! The classic pcap file: one header, then records of one link type in one byte order.

use pcap_parser::parse_pcap_header;

use super::record::{Record, Walked};

/// Bytes of the header of a file.
pub(super) const FILE_HEADER: usize = 24;
/// Bytes of the header of a record.
pub(super) const RECORD_HEADER: usize = 16;

/// What the file header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    big_endian: bool,
    nanoseconds: bool,
    link: u32,
}

impl Header {
    /// Of the first bytes of a file.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let (_, header) = parse_pcap_header(head).ok()?;
        // The upper bits of the link type tell of frame check sequences and are no part of it.
        let link = (header.network.0 as u32) & 0x03ff_ffff;
        Some(Self { big_endian: header.is_bigendian(), nanoseconds: header.is_nanosecond_precision(), link })
    }

    /// Length of the record that begins here, header included; `None` if its header is cut.
    pub(super) fn length(&self, bytes: &[u8]) -> Option<usize> {
        let header: &[u8; RECORD_HEADER] = bytes.first_chunk()?;
        let kept = *header.get(8..)?.first_chunk()?;
        let kept = if self.big_endian { u32::from_be_bytes(kept) } else { u32::from_le_bytes(kept) };
        Some(RECORD_HEADER.saturating_add(usize::try_from(kept).unwrap_or(usize::MAX)))
    }
}

/// Hands out the records of whole ones laid end to end. By hand, because it is in the hottest loop of
/// the sensors: a header is four words.
#[inline]
pub(super) fn walk(header: &Header, bytes: &[u8], each: &mut impl FnMut(Record<'_>)) -> Walked {
    match header.big_endian {
        true => frames(header, bytes, u32::from_be_bytes, each),
        false => frames(header, bytes, u32::from_le_bytes, each),
    }
}

#[inline]
fn frames(
    header: &Header,
    mut bytes: &[u8],
    word: impl Fn([u8; 4]) -> u32,
    each: &mut impl FnMut(Record<'_>),
) -> Walked {
    let mut walked = Walked::default();
    let (unit, link) = (if header.nanoseconds { 1 } else { 1_000 }, header.link);
    while let Some((head, rest)) = bytes.split_first_chunk::<RECORD_HEADER>() {
        let &[s0, s1, s2, s3, f0, f1, f2, f3, k0, k1, k2, k3, w0, w1, w2, w3] = head;
        let kept = usize::try_from(word([k0, k1, k2, k3])).unwrap_or(usize::MAX);
        let Some((data, next)) = rest.split_at_checked(kept) else { break };
        let nanos = i64::from(word([s0, s1, s2, s3])) * 1_000_000_000 + i64::from(word([f0, f1, f2, f3])) * unit;
        each(Record { nanos, link, wire: word([w0, w1, w2, w3]), data });
        walked.given += 1;
        bytes = next;
    }
    // The cutter gives whole records only, so what is left is a last and broken one.
    walked.broken += u64::from(!bytes.is_empty());
    walked
}
