//! Flows as further input: what routers and firewalls told of packets to dark addresses.
//!
//! A flow of n packets becomes n facts, spread evenly from its first packet to its last, and so goes
//! through the same rooms as packets do. Flows are told of after they ended, so they wait here until
//! their turn; how many may wait is bounded. What a flow cannot know is not judged, and is said.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::io::Read;

use renkei_formats::Code;
use renkei_formats::capture::CaptureError;
use renkei_formats::flow::dshield::Log;
use renkei_formats::flow::{Collector, Exports, FlowRecord, Given, Ports};
use renkei_formats::packet::protocol;
use serde::Serialize;

use super::account::Accounts;
use super::fact::{Fact, icmp_error};
use super::parse::{Batch, Parser};
use super::rule::RuleName;
use super::run::{Receiver, Sense, SenseError};

/// Packets that are taken of one flow.
const PACKETS: u64 = 4_096;
/// Flows that wait for their turn, some 130 bytes each.
const WAITING: usize = 1 << 18;
/// Facts that are handled together.
const TOGETHER: usize = 1 << 14;

/// What flows told, and what they cannot tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FlowsSeen {
    /// Flows to dark addresses.
    pub flows: u64,
    /// Packets of them that were counted.
    pub packets: u64,
    /// Packets beyond the bound of one flow, which were not.
    pub beyond: u64,
    /// Flows of ICMP errors: whom they tell of stands in what they quote, which flows do not have.
    pub icmp_errors: u64,
    /// Sampling intervals that exporters told of; nothing is multiplied up.
    pub sampling: BTreeSet<u32>,
    /// Rules that look for what no flow has (sequence number, identification, window, options).
    pub not_judged: Vec<RuleName>,
}

/// The rules that flows say nothing to.
const NOT_JUDGED: [RuleName; 4] = [RuleName::MiraiLike, RuleName::Zmap, RuleName::Masscan, RuleName::StatelessScan];

/// A flow some of whose packets are still to come.
#[derive(Debug)]
struct Pending {
    /// Second of the next packet; then the number, so that the order is fixed.
    due: (u32, u64),
    /// Packets that were.
    gone: u64,
    /// Packets that are to be.
    packets: u64,
    flow: FlowRecord,
    place: u32,
}

impl Pending {
    fn second(&self) -> u32 {
        let span = self.flow.end.0.saturating_sub(self.flow.start.0).max(0);
        let steps = i128::from(self.packets.saturating_sub(1).max(1));
        let passed = i128::from(span) * i128::from(self.gone) / steps;
        let micros = i128::from(self.flow.start.0) + passed;
        u32::try_from(micros.max(0) / 1_000_000).unwrap_or(u32::MAX)
    }

    /// Bytes of the next packet: those of the flow dealt out, so that their sum is right.
    fn length(&self) -> u32 {
        let (each, rest) = (self.flow.bytes / self.flow.packets.max(1), self.flow.bytes % self.flow.packets.max(1));
        u32::try_from(each + u64::from(self.gone < rest)).unwrap_or(u32::MAX)
    }
}

impl PartialEq for Pending {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}

impl Eq for Pending {}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pending {
    fn cmp(&self, other: &Self) -> Ordering {
        self.due.cmp(&other.due)
    }
}

/// What is kept of flows between files.
#[derive(Debug, Default)]
pub(super) struct Flows {
    collector: Collector,
    waiting: BinaryHeap<Reverse<Pending>>,
    number: u64,
    pub(super) seen: FlowsSeen,
}

impl Flows {
    /// Takes one record of a file, or counts why not.
    fn take(&mut self, given: Given, parser: &Parser, accounts: &mut Accounts) {
        accounts.records += 1;
        let outside =
            |flow: FlowRecord| parser.dark.place(flow.destination).ok_or(Code::PacketOutside).map(|at| (flow, at));
        let (flow, place) = match given.and_then(outside) {
            Ok(found) => found,
            Err(code) => return accounts.left(code),
        };
        accounts.taken += 1;
        let packets = flow.packets.min(PACKETS);
        if packets < flow.packets {
            accounts.note(Code::FlowLong);
        }
        if flow.protocol == protocol::TCP && flow.flags.is_none() {
            accounts.note(Code::FlowFlags);
        }
        self.seen.flows += 1;
        self.seen.packets += packets;
        self.seen.beyond = self.seen.beyond.saturating_add(flow.packets - packets);
        self.seen.icmp_errors += u64::from(icmp_error(flow.protocol, flow.destination_port));
        let mut pending = Pending { due: (0, self.number), gone: 0, packets, flow, place };
        pending.due.0 = pending.second();
        self.number += 1;
        self.waiting.push(Reverse(pending));
    }

    /// Facts of the flows whose turn it is, until so many wait or the batch is full; whether more are due.
    fn due(&mut self, parser: &Parser, batch: &mut Batch, leave: usize) -> bool {
        for _ in 0..TOGETHER {
            if self.waiting.len() <= leave {
                return false;
            }
            let Some(Reverse(mut next)) = self.waiting.pop() else { return false };
            let second = next.due.0;
            batch.step(second, parser.grace);
            if let Some(fact) = Fact::<u32>::of_flow(&next.flow, next.place, second, next.length()) {
                parser.deal(fact, &mut batch.parts, |part| &mut part.four);
            } else if let Some(fact) = Fact::<u128>::of_flow(&next.flow, next.place, second, next.length()) {
                parser.deal(fact, &mut batch.parts, |part| &mut part.six);
            }
            next.gone += 1;
            if next.gone < next.packets {
                next.due.0 = next.second();
                self.waiting.push(Reverse(next));
            }
        }
        true
    }

    /// What the report says; nothing where there were no flows.
    pub(super) fn report(&self) -> Option<FlowsSeen> {
        let not_judged = NOT_JUDGED.to_vec();
        (self.seen.flows > 0).then(|| FlowsSeen { not_judged, ..self.seen.clone() })
    }
}

impl Sense {
    /// Reads a file of flow exports to its end: NetFlow v5, v9 or IPFIX in a capture of the traffic to
    /// these ports, or a file of IPFIX. Files are read one after the other, in the order of time; what
    /// exporters said of their records is remembered over them.
    ///
    /// # Errors
    /// [`SenseError`]: the file fails, or the receiver does.
    pub fn read_flows<R: Read>(
        &mut self,
        file: R,
        ports: &Ports,
        receiver: &dyn Receiver,
    ) -> Result<Accounts, SenseError> {
        let mut exports = Exports::open(file)?;
        self.each_flow(receiver, |collector, each| Ok(exports.next(ports, collector, each)?))
    }

    /// Reads a firewall log in the manner of DShield to its end.
    ///
    /// # Errors
    /// [`SenseError`]: the file fails, or the receiver does.
    pub fn read_dshield<R: Read>(&mut self, file: R, receiver: &dyn Receiver) -> Result<Accounts, SenseError> {
        let mut log = Log::open(file).map_err(CaptureError::from)?;
        self.each_flow(receiver, |_, each| Ok(log.next(each).map_err(CaptureError::from)?))
    }

    fn each_flow(
        &mut self,
        receiver: &dyn Receiver,
        mut next: impl FnMut(&mut Collector, &mut dyn FnMut(Given)) -> Result<bool, SenseError>,
    ) -> Result<Accounts, SenseError> {
        let mut sum = Accounts::default();
        loop {
            let mut accounts = Accounts::default();
            let mut collector = std::mem::take(&mut self.flows.collector);
            let (flows, parser) = (&mut self.flows, &self.parser);
            let more = next(&mut collector, &mut |given| flows.take(given, parser, &mut accounts));
            let remarks = collector.remarks();
            self.flows.collector = collector;
            remark(&mut accounts, remarks.notes);
            self.flows.seen.sampling.extend(remarks.sampling);
            sum.add(&accounts);
            self.count(&accounts);
            self.turn(WAITING, receiver)?;
            if !more? {
                return Ok(sum);
            }
        }
    }

    /// Takes the packets of flows until so many flows are left waiting.
    pub(super) fn turn(&mut self, leave: usize, receiver: &dyn Receiver) -> Result<(), SenseError> {
        let mut more = self.flows.waiting.len() > leave;
        while more {
            let mut batch = self.parser.batch(self.next());
            more = self.flows.due(&self.parser, &mut batch, leave);
            self.take(batch, receiver)?;
        }
        Ok(())
    }
}

fn remark(accounts: &mut Accounts, notes: BTreeMap<Code, u64>) {
    for (code, count) in notes {
        *accounts.notes.entry(code).or_default() += count;
    }
}
