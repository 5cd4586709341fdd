//! Flows: what routers and firewalls tell of traffic instead of the packets themselves.
//!
//! [`Exports`] reads files of NetFlow v5, v9 and IPFIX: captures of the export traffic, or messages of
//! IPFIX laid end to end (RFC 5655). [`Collector`] keeps what exporters said of their records, bounded.
//! [`dshield`] reads firewall logs in the manner of DShield. Each record is given, or left under a code.

mod collector;
mod elements;
mod export;
mod five;
mod template;
pub mod dshield;
pub mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use renkei_core::time::Moment;

use crate::finding::Code;

pub use collector::{Collector, Exporter};
pub use export::{Exports, Ports};

/// A flow: packets of one source to one destination that agree in ports and protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowRecord {
    /// First packet.
    pub start: Moment,
    /// Last packet; never before the first.
    pub end: Moment,
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// Source port of TCP and UDP.
    pub source_port: u16,
    /// Destination port; type and code of ICMP, the type in the upper byte.
    pub destination_port: u16,
    /// Protocol number of IP.
    pub protocol: u8,
    /// Flags of TCP that any of the packets had; `None`: nobody says.
    pub flags: Option<u8>,
    /// Time to live of the packets; 0: nobody says.
    pub ttl: u8,
    /// Packets, at least one, as told: not multiplied up where flows are sampled.
    pub packets: u64,
    /// Bytes of them; 0: nobody says.
    pub bytes: u64,
}

/// A record of a file: a flow, or the code under which it is left out.
pub type Given = Result<FlowRecord, Code>;

/// What is worth knowing of files of flows besides their records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks {
    /// By finding code.
    pub notes: BTreeMap<Code, u64>,
    /// Sampling intervals that exporters told of: one packet of so many was looked at.
    pub sampling: BTreeSet<u32>,
}

/// Intervals that are remembered.
const INTERVALS: usize = 64;

impl Remarks {
    pub(super) fn note(&mut self, code: Code) {
        *self.notes.entry(code).or_default() += 1;
    }

    /// One packet of so many is looked at; 0 and 1 mean all of them.
    pub(super) fn sampled(&mut self, interval: u64) {
        let interval = u32::try_from(interval).unwrap_or(u32::MAX);
        if interval > 1 && self.sampling.len() < INTERVALS {
            self.sampling.insert(interval);
        }
    }
}

#[cfg(test)]
mod tests;
