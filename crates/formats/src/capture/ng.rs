//! pcapng: sections, interfaces, blocks of packets (draft-ietf-opsawg-pcapng).

use pcap_parser::{Block, PcapError, parse_block_be, parse_block_le};

use super::record::{Record, Walked};

/// Type of a section header block; the same in either byte order.
pub(super) const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
const INTERFACE: u32 = 1;

/// What is known of a section when a chunk begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Section {
    big_endian: bool,
    interfaces: Vec<Interface>,
}

/// What a section says of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interface {
    link: u32,
    /// Units of time in a second.
    units: u64,
    /// Seconds to be added.
    offset: i64,
    /// Bytes kept of a frame; 0: all.
    kept: u32,
}

impl Interface {
    fn nanos(self, high: u32, low: u32) -> i64 {
        let stamp = u64::from(high) << 32 | u64::from(low);
        let seconds = stamp.checked_div(self.units).unwrap_or(0);
        let within = u128::from(stamp.checked_rem(self.units).unwrap_or(0)) * 1_000_000_000;
        let within = within.checked_div(u128::from(self.units)).unwrap_or(0);
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_add(self.offset);
        seconds.saturating_mul(1_000_000_000).saturating_add(i64::try_from(within).unwrap_or(0))
    }
}

impl Section {
    /// Byte order and length of the block that begins here; `None`: its header is cut.
    pub(super) fn block(&self, bytes: &[u8]) -> Option<(bool, usize)> {
        let kind: [u8; 4] = *bytes.first_chunk()?;
        let length: [u8; 4] = *bytes.get(4..)?.first_chunk()?;
        let big_endian = match kind {
            SECTION => bytes.get(8..12)? == [0x1a, 0x2b, 0x3c, 0x4d],
            _ => self.big_endian,
        };
        let length = if big_endian { u32::from_be_bytes(length) } else { u32::from_le_bytes(length) };
        Some((big_endian, usize::try_from(length).unwrap_or(usize::MAX)))
    }

    /// Learns from a whole block, if it is one that tells of the section.
    pub(super) fn learn(&mut self, bytes: &[u8]) {
        let Some((big_endian, _)) = self.block(bytes) else { return };
        let word = bytes.first_chunk::<4>().copied().unwrap_or_default();
        let kind = if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) };
        if word == SECTION {
            *self = Self { big_endian, interfaces: Vec::new() };
        } else if kind == INTERFACE
            && let Ok((_, Block::InterfaceDescription(block))) = parse(big_endian, bytes)
        {
            // A resolution that does not fit 64 bits is as good as none: microseconds are the default.
            let units = block.ts_resolution().filter(|units| *units > 0).unwrap_or(1_000_000);
            let (link, offset, kept) = (block.linktype.0 as u32, block.ts_offset(), block.snaplen);
            self.interfaces.push(Interface { link, units, offset, kept });
        }
    }

    fn interface(&self, number: u32) -> Option<Interface> {
        self.interfaces.get(usize::try_from(number).ok()?).copied()
    }
}

type Parsed<'a> = Result<(&'a [u8], Block<'a>), pcap_parser::nom::Err<PcapError<&'a [u8]>>>;

fn parse(big_endian: bool, bytes: &[u8]) -> Parsed<'_> {
    if big_endian { parse_block_be(bytes) } else { parse_block_le(bytes) }
}

/// One pass over a chunk.
struct Walk {
    section: Section,
    walked: Walked,
    last: i64,
}

/// Hands out the packets of whole blocks laid end to end.
pub(super) fn walk(section: &Section, mut bytes: &[u8], each: &mut impl FnMut(Record<'_>)) -> Walked {
    let mut walk = Walk { section: section.clone(), walked: Walked::default(), last: 0 };
    while !bytes.is_empty() {
        let cut = walk.section.block(bytes);
        let Some((big_endian, (block, rest))) =
            cut.and_then(|(order, length)| Some((order, bytes.split_at_checked(length.max(12))?)))
        else {
            walk.walked.broken += 1;
            break;
        };
        walk.block(big_endian, block, each);
        bytes = rest;
    }
    walk.walked
}

/// What a block says of its packet.
struct Frame<'a> {
    interface: u32,
    time: Option<(u32, u32)>,
    kept: u32,
    wire: u32,
    data: &'a [u8],
}

impl Walk {
    fn block(&mut self, big_endian: bool, bytes: &[u8], each: &mut impl FnMut(Record<'_>)) {
        match parse(big_endian, bytes) {
            Ok((_, Block::EnhancedPacket(block))) => {
                let time = Some((block.ts_high, block.ts_low));
                let (interface, kept, wire) = (block.if_id, block.caplen, block.origlen);
                self.packet(Frame { interface, time, kept, wire, data: block.data }, each);
            }
            Ok((_, Block::SimplePacket(block))) => {
                let limit = self.section.interface(0).map_or(0, |interface| interface.kept);
                let kept = if limit == 0 { block.origlen } else { block.origlen.min(limit) };
                let frame = Frame { interface: 0, time: None, kept, wire: block.origlen, data: block.data };
                self.packet(frame, each);
            }
            Ok((_, Block::SectionHeader(_) | Block::InterfaceDescription(_))) => self.section.learn(bytes),
            // Names, statistics, keys and blocks of other makers hold no packet.
            Ok(_) => {}
            Err(_) => self.walked.broken += 1,
        }
    }

    fn packet(&mut self, frame: Frame<'_>, each: &mut impl FnMut(Record<'_>)) {
        let Some(interface) = self.section.interface(frame.interface) else {
            self.walked.interface += 1;
            return;
        };
        match frame.time {
            Some((high, low)) => self.last = interface.nanos(high, low),
            None => self.walked.timeless += 1,
        }
        let kept = usize::try_from(frame.kept).unwrap_or(usize::MAX);
        let data = frame.data.get(..kept).unwrap_or(frame.data);
        self.walked.given += 1;
        each(Record { nanos: self.last, link: interface.link, wire: frame.wire, data });
    }
}
