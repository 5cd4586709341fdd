//! From a frame to its IP packet: link headers and VLAN tags.

use crate::finding::Code;

/// BSD loopback: address family in the byte order of whoever wrote it.
pub(super) const NULL: u32 = 0;
/// Ethernet (IEEE 802.3).
pub(super) const ETHERNET: u32 = 1;
/// IP without a link header; 12 and 14 stood for it in older files.
pub(super) const RAW: u32 = 101;
const LOOP: u32 = 108;
const SLL: u32 = 113;
const IPV4: u32 = 228;
const IPV6: u32 = 229;
const SLL2: u32 = 276;

/// Ethernet frames with more tags than this are not traffic of a network that anybody runs.
const TAGS: usize = 4;

/// The bytes of the IP packet.
#[inline]
pub(super) fn network(link: u32, frame: &[u8]) -> Result<&[u8], Code> {
    match link {
        ETHERNET => typed(frame.get(12..).ok_or(Code::FrameShort)?),
        RAW | IPV4 | IPV6 | 12 | 14 => Ok(frame),
        SLL => typed(frame.get(14..).ok_or(Code::FrameShort)?),
        SLL2 => {
            let kind = *frame.first_chunk().ok_or(Code::FrameShort)?;
            let rest = frame.get(20..).ok_or(Code::FrameShort)?;
            by_type(u16::from_be_bytes(kind), rest, 0)
        }
        NULL | LOOP => family(frame),
        _ => Err(Code::FrameLink),
    }
}

/// Bytes that begin with an EtherType.
#[inline]
fn typed(bytes: &[u8]) -> Result<&[u8], Code> {
    tagged(bytes, 0)
}

#[inline]
fn tagged(bytes: &[u8], tags: usize) -> Result<&[u8], Code> {
    let kind = *bytes.first_chunk().ok_or(Code::FrameShort)?;
    by_type(u16::from_be_bytes(kind), bytes.get(2..).unwrap_or_default(), tags)
}

#[inline]
fn by_type(kind: u16, rest: &[u8], tags: usize) -> Result<&[u8], Code> {
    match kind {
        0x0800 | 0x86dd => Ok(rest),
        0x8100 | 0x88a8 | 0x9100 if tags < TAGS => tagged(rest.get(2..).ok_or(Code::FrameShort)?, tags + 1),
        0x8100 | 0x88a8 | 0x9100 => Err(Code::FrameDeep),
        _ => Err(Code::FrameNotIp),
    }
}

/// Bytes that begin with an address family of four bytes, in either order.
fn family(frame: &[u8]) -> Result<&[u8], Code> {
    let word: [u8; 4] = *frame.first_chunk().ok_or(Code::FrameShort)?;
    let family = u32::from_le_bytes(word).min(u32::from_be_bytes(word));
    // 2 is IPv4 everywhere; IPv6 is 10 on Linux, 24, 28 and 30 on the BSDs.
    match family {
        2 | 10 | 24 | 28 | 30 => Ok(frame.get(4..).unwrap_or_default()),
        _ => Err(Code::FrameNotIp),
    }
}
