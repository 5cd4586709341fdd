//! NetFlow version 5: a header and up to thirty records of one size.

use std::net::{IpAddr, Ipv4Addr};

use renkei_core::time::Moment;

use super::{FlowRecord, Given, Remarks};
use crate::finding::Code;

const HEADER: usize = 24;
const RECORD: usize = 48;

fn two(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u16::from_be_bytes(*word))
}

fn four(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u32::from_be_bytes(*word))
}

fn one(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// When the exporter was started, in microseconds, so that its uptimes become times.
pub(super) fn at_uptime(export: i64, uptime: u32, then: u32) -> Moment {
    // The counter goes around every 49 days; whichever side is nearer is meant.
    let back = i64::from(uptime.wrapping_sub(then).cast_signed());
    Moment(export.saturating_sub(back * 1_000))
}

/// Gives the records of a message; those that its header counts and that are not there are broken.
pub(super) fn message(bytes: &[u8], remarks: &mut Remarks, each: &mut dyn FnMut(Given)) {
    let Some((header, records)) = bytes.split_at_checked(HEADER) else { return each(Err(Code::ExportMessage)) };
    let (count, uptime) = (usize::from(two(header, 2)), four(header, 4));
    let export = i64::from(four(header, 8)) * 1_000_000 + i64::from(four(header, 12) / 1_000);
    remarks.sampled(u64::from(two(header, 22) & 0x3fff));
    let whole = records.len() / RECORD;
    if count > whole {
        each(Err(Code::ExportMessage));
    }
    for record in records.chunks_exact(RECORD).take(count) {
        each(flow(record, export, uptime));
    }
}

fn flow(record: &[u8], export: i64, uptime: u32) -> Given {
    let address = |at| IpAddr::V4(Ipv4Addr::from_bits(four(record, at)));
    let flow = FlowRecord {
        start: at_uptime(export, uptime, four(record, 24)),
        end: at_uptime(export, uptime, four(record, 28)),
        source: address(0),
        destination: address(4),
        source_port: two(record, 32),
        destination_port: two(record, 34),
        protocol: one(record, 38),
        flags: Some(one(record, 37)),
        ttl: 0,
        packets: u64::from(four(record, 16)),
        bytes: u64::from(four(record, 20)),
    };
    if flow.packets == 0 || flow.end < flow.start { Err(Code::FlowFields) } else { Ok(flow) }
}
