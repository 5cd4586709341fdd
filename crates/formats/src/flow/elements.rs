//! Information elements (registry of IPFIX; NetFlow v9 has the same numbers) to a flow.

use std::net::IpAddr;

use renkei_core::time::Moment;

use super::five::at_uptime;
use super::{FlowRecord, Given, Remarks};
use crate::finding::Code;
use crate::packet::protocol;

/// Seconds from 1900, where NTP begins, to 1970.
const NTP: i64 = 2_208_988_800;
/// A flow is not longer than a day; exporters end them after half an hour.
const LONGEST: i64 = 86_400_000_000;

/// Times of a message that records refer to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clock {
    /// When it was exported, in microseconds since 1970.
    pub export: i64,
    /// When the exporter was started, if it is known.
    pub started: Option<i64>,
    /// Milliseconds since the exporter was started: NetFlow v9 only.
    pub uptime: Option<u32>,
}

impl Clock {
    fn at(&self, uptime: u32) -> Option<i64> {
        match (self.uptime, self.started) {
            (Some(now), _) => Some(at_uptime(self.export, now, uptime).0),
            (None, Some(started)) => Some(started.saturating_add(i64::from(uptime) * 1_000)),
            (None, None) => None,
        }
    }
}

/// What a record says, element by element.
#[derive(Debug, Default)]
pub(super) struct Said {
    source: Option<IpAddr>,
    destination: Option<IpAddr>,
    source_port: u16,
    destination_port: u16,
    icmp: Option<u16>,
    protocol: Option<u8>,
    flags: Option<u8>,
    ttl: u8,
    packets: Option<u64>,
    bytes: u64,
    start: Option<i64>,
    end: Option<i64>,
    interval: Option<u64>,
    space: u64,
    /// When the exporter was started.
    pub started: Option<i64>,
}

/// A number of up to eight bytes; longer ones do not exist.
fn number(value: &[u8]) -> Option<u64> {
    let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
    (1..=8).contains(&value.len()).then(|| value.iter().fold(0, add))
}

fn address<const N: usize>(value: &[u8]) -> Option<IpAddr>
where
    IpAddr: From<[u8; N]>,
{
    <[u8; N]>::try_from(value).ok().map(IpAddr::from)
}

fn scaled(value: &[u8], micros: i64) -> Option<i64> {
    i64::try_from(number(value)?).ok()?.checked_mul(micros)
}

fn ntp(value: &[u8]) -> Option<i64> {
    let stamp = number(value).filter(|_| value.len() == 8)?;
    let within = ((stamp & 0xffff_ffff) * 1_000_000) >> 32;
    Some((i64::try_from(stamp >> 32).ok()? - NTP) * 1_000_000 + i64::try_from(within).ok()?)
}

impl Said {
    /// Takes one element.
    pub(super) fn take(&mut self, element: u16, value: &[u8], clock: &Clock) {
        let low = || number(value).map(|number| number as u16);
        let up = || number(value).and_then(|at| clock.at(at as u32));
        let before = || Some(clock.export.saturating_sub(scaled(value, 1)?));
        match element {
            8 => self.source = address::<4>(value),
            12 => self.destination = address::<4>(value),
            27 => self.source = address::<16>(value),
            28 => self.destination = address::<16>(value),
            7 => self.source_port = low().unwrap_or(0),
            11 => self.destination_port = low().unwrap_or(0),
            32 | 139 => self.icmp = low(),
            176 | 178 => self.icmp = low().map(|kind| kind << 8 | self.icmp.unwrap_or(0) & 0xff),
            177 | 179 => self.icmp = low().map(|code| self.icmp.unwrap_or(0) & 0xff00 | code & 0xff),
            4 => self.protocol = low().map(|number| number as u8),
            6 => self.flags = low().map(|flags| flags as u8),
            52 | 53 | 192 => self.ttl = low().unwrap_or(0) as u8,
            2 => self.packets = number(value),
            86 => self.packets = self.packets.or(number(value)),
            1 => self.bytes = number(value).unwrap_or(0),
            85 if self.bytes == 0 => self.bytes = number(value).unwrap_or(0),
            22 => self.start = self.start.or_else(up),
            21 => self.end = self.end.or_else(up),
            150 => self.start = scaled(value, 1_000_000),
            151 => self.end = scaled(value, 1_000_000),
            152 => self.start = scaled(value, 1_000),
            153 => self.end = scaled(value, 1_000),
            154 | 156 => self.start = ntp(value),
            155 | 157 => self.end = ntp(value),
            158 => self.start = before(),
            159 => self.end = before(),
            160 => self.started = scaled(value, 1_000),
            34 | 50 | 305 => self.interval = number(value),
            306 => self.space = number(value).unwrap_or(0),
            _ => {}
        }
    }

    /// Whether packets were sampled, if the record says so.
    pub(super) fn sampling(&self, remarks: &mut Remarks) {
        if let Some(interval) = self.interval {
            remarks.sampled(interval.saturating_add(self.space));
        }
    }

    /// The flow that was told of.
    pub(super) fn flow(&self, clock: &Clock, remarks: &mut Remarks) -> Given {
        self.sampling(remarks);
        let (Some(source), Some(destination)) = (self.source, self.destination) else {
            return Err(Code::FlowFields);
        };
        let (Some(protocol), Some(packets)) = (self.protocol, self.packets.filter(|packets| *packets > 0)) else {
            return Err(Code::FlowFields);
        };
        let start = self.start.or(self.end).unwrap_or(clock.export);
        let end = self.end.or(self.start).unwrap_or(clock.export);
        if !(0..=LONGEST).contains(&end.saturating_sub(start)) || source.is_ipv4() != destination.is_ipv4() {
            return Err(Code::FlowFields);
        }
        if self.start.is_none() && self.end.is_none() {
            remarks.note(Code::FlowTime);
        }
        let icmp = matches!(protocol, protocol::ICMP | protocol::ICMP6);
        let destination_port = self.icmp.filter(|_| icmp).unwrap_or(self.destination_port);
        Ok(FlowRecord {
            start: Moment(start),
            end: Moment(end),
            source,
            destination,
            source_port: if icmp { 0 } else { self.source_port },
            destination_port,
            protocol,
            flags: self.flags,
            ttl: self.ttl,
            packets,
            bytes: self.bytes,
        })
    }
}
