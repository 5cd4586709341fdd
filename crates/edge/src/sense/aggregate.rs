//! Minute aggregates: one row a source, port, protocol, flags and class of TTL; bounded, nothing lost.
//!
//! When a minute outgrows the memory, its rows so far are handed over as a part and counting goes on
//! with the next part: packets and bytes add up over parts, which is said in the column `part`.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use renkei_core::time::{Moment, SECOND};
use renkei_formats::packet::{flag, protocol};
use renkei_table::{Minute, Minutes};
use serde::Serialize;

use super::address::{Address, mix};
use super::distinct::Distinct;
use super::fact::{Fact, mark};
use super::slots::{Full, Slot, Slots};

/// Rows of a batch.
const ROWS: usize = 1 << 16;

/// One flow of one minute; counted packets make it taken.
#[derive(Clone, Copy, Default)]
struct Flow<A> {
    source: A,
    /// Port, protocol, flags.
    key: u32,
    packets: u32,
    /// Two places, or the number of a set if `many`.
    places: [u32; 2],
    bytes: u64,
    mirai: u32,
    zmap: u32,
    masscan: u32,
    min: u16,
    max: u16,
    syn_length: u16,
    window: u16,
    ttl: u8,
    places_known: u8,
}

const MANY: u8 = 3;

impl<A: Address> Slot for Flow<A> {
    type Key = (A, u32, u8);
    #[inline]
    fn key(&self) -> Self::Key {
        (self.source, self.key, self.ttl)
    }
    #[inline]
    fn is_free(&self) -> bool {
        self.packets == 0
    }
}

/// The usual initial TTL that a packet began with.
pub(super) const fn ttl_class(ttl: u8) -> u8 {
    match ttl {
        0..=32 => 32,
        33..=64 => 64,
        65..=128 => 128,
        129.. => 255,
    }
}

#[inline]
fn key<A: Address>(fact: &Fact<A>) -> (A, u32, u8) {
    let key = u32::from(fact.port) << 16 | u32::from(fact.protocol) << 8 | u32::from(fact.flags);
    (fact.source, key, ttl_class(fact.ttl))
}

#[inline]
fn hash<A: Address>((source, key, ttl): (A, u32, u8), secret: u64) -> u64 {
    mix(source.fold() << 32 | u64::from(key), secret ^ u64::from(ttl) ^ source.fold() >> 32)
}

/// The flows of one minute.
struct Flows<A> {
    slots: Slots<Flow<A>>,
    sets: Vec<Distinct>,
    set_bytes: usize,
}

impl<A: Address> Flows<A> {
    fn new(most: usize) -> Self {
        Self { slots: Slots::new(most), sets: Vec::new(), set_bytes: 0 }
    }

    fn add(&mut self, fact: &Fact<A>, secret: u64, space: u64) -> Result<(), Full> {
        let key = key(fact);
        let (flow, made) = self.slots.of(key, |key| hash(key, secret), || start(fact))?;
        let size = fact.length.min(u32::from(u16::MAX)) as u16;
        flow.packets = flow.packets.saturating_add(1);
        flow.bytes += u64::from(fact.length);
        flow.min = flow.min.min(size);
        flow.max = flow.max.max(size);
        flow.mirai += u32::from(fact.marks & mark::MIRAI != 0);
        flow.zmap += u32::from(fact.marks & mark::ZMAP != 0);
        flow.masscan += u32::from(fact.marks & mark::MASSCAN != 0);
        if !made {
            place(flow, &mut self.sets, &mut self.set_bytes, fact.place, space);
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.slots.bytes() + self.set_bytes + self.sets.capacity() * size_of::<Distinct>()
    }
}

fn start<A: Address>(fact: &Fact<A>) -> Flow<A> {
    let (source, key, ttl) = key(fact);
    let tcp = fact.protocol == protocol::TCP;
    let syn = tcp && fact.flags & (flag::SYN | flag::ACK) == flag::SYN;
    let size = fact.length.min(u32::from(u16::MAX)) as u16;
    Flow {
        source,
        key,
        places: [fact.place, 0],
        places_known: 1,
        min: size,
        syn_length: if syn { size } else { 0 },
        window: if tcp { fact.window } else { 0 },
        ttl,
        ..Flow::default()
    }
}

/// Adds a place to a flow that has one already.
#[inline]
fn place<A>(flow: &mut Flow<A>, sets: &mut Vec<Distinct>, bytes: &mut usize, place: u32, space: u64) {
    let [first, second] = flow.places;
    match flow.places_known {
        MANY => {
            if let Some(set) = sets.get_mut(first as usize) {
                let before = set.bytes();
                set.add(place, space);
                *bytes += set.bytes() - before.min(set.bytes());
            }
        }
        1 if place == first => {}
        1 => (flow.places, flow.places_known) = ([first, place], 2),
        _ if place == first || place == second => {}
        _ => {
            let mut set = Distinct::default();
            for place in [first, second, place] {
                set.add(place, space);
            }
            *bytes += set.bytes();
            (flow.places, flow.places_known) = ([sets.len() as u32, 0], MANY);
            sets.push(set);
        }
    }
}

/// What was handed over, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Handed {
    /// Rows.
    pub rows: u64,
    /// Packets in them.
    pub packets: u64,
    /// Parts beyond the first of a minute, because the memory was full.
    pub spilled: u64,
    /// Packets that came after their minute was handed over; they are in further parts.
    pub late: u64,
}

impl std::ops::AddAssign for Handed {
    fn add_assign(&mut self, other: Self) {
        let Self { rows, packets, spilled, late } = other;
        self.rows += rows;
        self.packets += packets;
        self.spilled += spilled;
        self.late += late;
    }
}

/// A batch could not be made or taken.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// The columns do not fit; a mistake of ours.
    #[error("the batch of a minute cannot be made")]
    Batch(#[from] ArrowError),
    /// Whoever takes the batches says no.
    #[error("the batch of a minute was not taken: {0}")]
    Refused(Box<dyn std::error::Error + Send + Sync>),
}

/// The open minutes of one shard and one family of addresses.
pub(super) struct Aggregate<A> {
    open: Vec<(u32, Flows<A>)>,
    parts: BTreeMap<u32, u32>,
    /// Bytes that all open minutes together may take.
    memory: usize,
    secret: u64,
    space: u64,
    sensor: String,
    pub(super) handed: Handed,
}

/// Minutes whose parts are remembered: a month.
const REMEMBERED: usize = 31 * 1_440;

impl<A: Address> Aggregate<A> {
    pub(super) fn new(sensor: &str, space: u64, memory: usize, secret: u64) -> Self {
        let (open, parts, sensor) = (Vec::new(), BTreeMap::new(), sensor.to_owned());
        Self { open, parts, memory, secret, space, sensor, handed: Handed::default() }
    }

    /// Brings near what [`Self::add`] will look at.
    #[inline]
    pub(super) fn touch(&self, fact: &Fact<A>) -> bool {
        self.open.last().is_some_and(|(_, flows)| flows.slots.touch(hash(key(fact), self.secret)))
    }

    /// Counts a fact; minutes before `closed` are over.
    #[inline]
    pub(super) fn add(&mut self, fact: &Fact<A>, closed: u32, out: &mut Out<'_>) -> Result<(), HandOverError> {
        let minute = fact.second / 60;
        self.handed.late += u64::from(minute < closed);
        let at = match self.open.iter().rposition(|(open, _)| *open == minute) {
            Some(at) => at,
            None => self.begin(minute, out)?,
        };
        let (secret, space, most, minutes) = (self.secret, self.space, self.most(), self.open.len());
        let Some((_, flows)) = self.open.get_mut(at) else { return Ok(()) };
        let added = flows.add(fact, secret, space).is_ok();
        let crowded = minutes > 1 && flows.slots.len() > most / 2;
        if added && !crowded && flows.set_bytes < self.memory / 4 {
            return Ok(());
        }
        // The memory is full: what is there becomes a part, and counting goes on.
        match crowded {
            true => self.spill_others(minute, out)?,
            false => self.spill(minute, out)?,
        }
        match added {
            true => Ok(()),
            false => self.add_again(fact, minute, out),
        }
    }

    /// After a spill there is room.
    #[cold]
    fn add_again(&mut self, fact: &Fact<A>, minute: u32, out: &mut Out<'_>) -> Result<(), HandOverError> {
        self.spill(minute, out)?;
        let at = self.begin(minute, out)?;
        let (secret, space) = (self.secret, self.space);
        if let Some((_, flows)) = self.open.get_mut(at) {
            // An empty table takes at least one flow, so this cannot be full.
            let _ = flows.add(fact, secret, space);
        }
        Ok(())
    }

    /// Slots that fit the memory while a table grows, which needs half as much again.
    fn most(&self) -> usize {
        self.memory / (size_of::<Flow<A>>() * 3 / 2)
    }

    #[cold]
    fn begin(&mut self, minute: u32, out: &mut Out<'_>) -> Result<usize, HandOverError> {
        // Times that jump to and fro must not hold many minutes open.
        let taken: usize = self.open.iter().map(|(_, flows)| flows.bytes()).sum();
        if self.open.len() >= 4 || taken > self.memory / 2 && self.open.len() > 1 {
            let first = self.open.iter().map(|(open, _)| *open).min().unwrap_or(minute);
            self.spill(first, out)?;
        }
        self.open.push((minute, Flows::new(self.most())));
        Ok(self.open.len() - 1)
    }

    /// A minute that grows large needs the memory of the ones before it.
    #[cold]
    fn spill_others(&mut self, minute: u32, out: &mut Out<'_>) -> Result<(), HandOverError> {
        let others: Vec<u32> = self.open.iter().map(|(open, _)| *open).filter(|open| *open != minute).collect();
        others.into_iter().try_for_each(|other| self.spill(other, out))
    }

    #[cold]
    fn spill(&mut self, minute: u32, out: &mut Out<'_>) -> Result<(), HandOverError> {
        self.handed.spilled += 1;
        self.hand_over(minute, out)
    }

    /// Hands over every minute before `closed`, the earliest first.
    pub(super) fn close(&mut self, closed: u32, out: &mut Out<'_>) -> Result<(), HandOverError> {
        let mut over: Vec<u32> =
            self.open.iter().map(|(minute, _)| *minute).filter(|minute| *minute < closed).collect();
        over.sort_unstable();
        over.into_iter().try_for_each(|minute| self.hand_over(minute, out))
    }

    fn hand_over(&mut self, minute: u32, out: &mut Out<'_>) -> Result<(), HandOverError> {
        let Some(at) = self.open.iter().position(|(open, _)| *open == minute) else { return Ok(()) };
        let (_, flows) = self.open.swap_remove(at);
        let part = *self.parts.entry(minute).and_modify(|part| *part += 1).or_default();
        if self.parts.len() > REMEMBERED {
            self.parts.pop_first();
        }
        let moment = Moment(i64::from(minute) * 60 * SECOND);
        let mut rows = Minutes::default();
        for flow in flows.slots.iter() {
            self.handed.packets += u64::from(flow.packets);
            rows.push(&row(flow, &flows.sets));
            if rows.len() == ROWS {
                out(rows.finish(moment, part, &self.sensor)?)?;
            }
        }
        self.handed.rows += flows.slots.len() as u64;
        match rows.is_empty() {
            true => Ok(()),
            false => out(rows.finish(moment, part, &self.sensor)?),
        }
    }
}

/// Whoever takes the batches.
pub(super) type Out<'a> = dyn FnMut(RecordBatch) -> Result<(), HandOverError> + 'a;

fn row<A: Address>(flow: &Flow<A>, sets: &[Distinct]) -> Minute {
    let [first, _] = flow.places;
    let destinations = match flow.places_known {
        MANY => sets.get(first as usize).map_or(0, Distinct::count),
        known => u64::from(known),
    };
    Minute {
        src_ip: flow.source.ip(),
        dst_port: (flow.key >> 16) as u16,
        protocol: (flow.key >> 8) as u8,
        tcp_flags: flow.key as u8,
        ttl_class: flow.ttl,
        packets: u64::from(flow.packets),
        bytes: flow.bytes,
        min_size: flow.min,
        max_size: flow.max,
        destinations,
        first_syn_length: flow.syn_length,
        first_window: flow.window,
        mirai_packets: flow.mirai,
        zmap_packets: flow.zmap,
        masscan_packets: flow.masscan,
    }
}

#[cfg(test)]
mod tests;
