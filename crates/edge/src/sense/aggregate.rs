//! Minute aggregates: one row a source, port, protocol, flags and class of TTL; bounded, nothing lost.
//!
//! When a minute outgrows the memory, its rows so far are handed over as a part and counting goes on
//! with the next part: packets and bytes add up over parts, which is said in the column `part`.

mod flow;

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use renkei_core::time::{Moment, SECOND};
use renkei_table::Minutes;
use serde::Serialize;

use super::address::Address;
use super::fact::Fact;
use super::slots::{Full, Slots};
use flow::{Flow, Unlike};

/// Rows of a batch.
const ROWS: usize = 1 << 16;
/// The part of the memory that may lie ready for the next minute.
const SPARE: usize = 16;

/// The flows of one minute.
struct Flows<A> {
    slots: Slots<Flow<A>>,
    unlike: Vec<Unlike>,
    /// Memory besides the slots.
    more: usize,
}

impl<A: Address> Flows<A> {
    fn new(most: usize) -> Self {
        Self { slots: Slots::new(most), unlike: Vec::new(), more: 0 }
    }

    #[inline]
    fn add(&mut self, fact: &Fact<A>, secret: u64, space: u64) -> Result<(), Full> {
        let (flow, _) = self.slots.of(flow::key(fact), |key| flow::hash(key, secret), || Flow::of(fact))?;
        self.more += flow.add(fact, &mut self.unlike, space);
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.slots.bytes() + self.more
    }

    /// Forgets everything and keeps the memory of the slots.
    fn clear(&mut self) {
        self.slots.clear();
        (self.unlike, self.more) = (Vec::new(), 0);
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
    /// Memory of a minute that is over, for the next.
    spare: Option<Flows<A>>,
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
        Self { open, spare: None, parts, memory, secret, space, sensor, handed: Handed::default() }
    }

    /// Brings near what [`Self::add`] will look at.
    #[inline]
    pub(super) fn touch(&self, facts: &[Fact<A>]) -> u64 {
        let Some((_, flows)) = self.open.last() else { return 0 };
        let near = |fact| flows.slots.near(flow::hash(flow::key(fact), self.secret));
        facts.iter().filter_map(near).map(|flow| u64::from(flow.packets())).sum()
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
        if added && !crowded && flows.more < self.memory / 4 {
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

    /// Slots that fit the memory, beside what is spare, while a table grows, which needs half as much again.
    const fn most(&self) -> usize {
        (self.memory - self.memory / SPARE) / (size_of::<Flow<A>>() * 3 / 2)
    }

    #[cold]
    fn begin(&mut self, minute: u32, out: &mut Out<'_>) -> Result<usize, HandOverError> {
        // Times that jump to and fro must not hold many minutes open.
        let taken: usize = self.open.iter().map(|(_, flows)| flows.bytes()).sum();
        if self.open.len() >= 4 || taken > self.memory / 2 && self.open.len() > 1 {
            let first = self.open.iter().map(|(open, _)| *open).min().unwrap_or(minute);
            self.spill(first, out)?;
        }
        let flows = self.spare.take().unwrap_or_else(|| Flows::new(self.most()));
        self.open.push((minute, flows));
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
        let (_, mut flows) = self.open.swap_remove(at);
        let part = *self.parts.entry(minute).and_modify(|part| *part += 1).or_default();
        if self.parts.len() > REMEMBERED {
            self.parts.pop_first();
        }
        let moment = Moment(i64::from(minute) * 60 * SECOND);
        let mut rows = Minutes::default();
        for flow in flows.slots.iter() {
            self.handed.packets += u64::from(flow.packets());
            rows.push(&flow.row(&flows.unlike));
            if rows.len() == ROWS {
                out(rows.finish(moment, part, &self.sensor)?)?;
            }
        }
        self.handed.rows += flows.slots.len() as u64;
        if flows.slots.bytes() <= self.memory / SPARE {
            flows.clear();
            self.spare = Some(flows);
        }
        match rows.is_empty() {
            true => Ok(()),
            false => out(rows.finish(moment, part, &self.sensor)?),
        }
    }
}

/// Whoever takes the batches.
pub(super) type Out<'a> = dyn FnMut(RecordBatch) -> Result<(), HandOverError> + 'a;

#[cfg(test)]
mod tests;
