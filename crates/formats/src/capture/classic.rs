//! The classic pcap file: one header, then records of one link type in one byte order.

use pcap_parser::{parse_pcap_frame, parse_pcap_frame_be, parse_pcap_header};

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

/// Hands out the records of whole ones laid end to end.
pub(super) fn walk(header: &Header, mut bytes: &[u8], each: &mut impl FnMut(Record<'_>)) -> Walked {
    let mut walked = Walked::default();
    let parse = if header.big_endian { parse_pcap_frame_be } else { parse_pcap_frame };
    let unit = if header.nanoseconds { 1 } else { 1_000 };
    while !bytes.is_empty() {
        let Ok((rest, frame)) = parse(bytes) else {
            // The cutter gives whole records only, so this is the last and broken one.
            walked.broken += 1;
            break;
        };
        let nanos = i64::from(frame.ts_sec) * 1_000_000_000 + i64::from(frame.ts_usec) * unit;
        each(Record { nanos, link: header.link, wire: frame.origlen, data: frame.data });
        walked.given += 1;
        bytes = rest;
    }
    walked
}
