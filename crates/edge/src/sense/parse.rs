//! Records to facts, dealt out to the shards; every record accounted for. Pure, so that many can run at once.

use renkei_formats::Code;
use renkei_formats::capture::{Chunk, Record};
use renkei_formats::packet::Packet;

use super::account::Accounts;
use super::address::{Address, mix};
use super::dark::Dark;
use super::fact::{Fact, role};

/// Tunnels within tunnels that are opened.
const DEPTH: usize = 3;

/// How records become facts.
#[derive(Debug, Clone)]
pub(super) struct Parser {
    pub dark: Dark,
    pub shards: usize,
    pub secret: u64,
    /// Seconds that a minute stays open after its end.
    pub grace: u32,
}

/// What one shard is to do with a batch, in the order of the packets.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub four: Vec<Fact<u32>>,
    pub six: Vec<Fact<u128>>,
    pub steps: Vec<Step>,
}

impl Part {
    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        let Self { four, six, steps } = self;
        four.clear();
        six.clear();
        steps.clear();
    }
}

/// Before the facts at these places minutes before `closed` are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub closed: u32,
    pub four: usize,
    pub six: usize,
}

/// Facts of some records.
#[derive(Debug)]
pub(super) struct Batch {
    pub number: u64,
    pub parts: Vec<Part>,
    pub accounts: Accounts,
    closed: u32,
}

impl Parser {
    /// The facts of a chunk, in parts that are empty, one a shard.
    pub(super) fn chunk(&self, chunk: &Chunk, parts: Vec<Part>) -> Batch {
        let mut batch = Batch { parts, ..self.batch(chunk.number) };
        let walked = chunk.walk(|record| self.record(&mut batch, record));
        batch.accounts.walked(walked, chunk.left);
        batch
    }

    /// An empty batch.
    pub(super) fn batch(&self, number: u64) -> Batch {
        let parts = (0..self.shards).map(|_| Part::default()).collect();
        Batch { number, parts, accounts: Accounts::default(), closed: 0 }
    }

    /// Adds one record.
    #[inline]
    pub(super) fn record(&self, batch: &mut Batch, record: Record<'_>) {
        batch.accounts.records += 1;
        let second = u32::try_from(record.nanos.max(0) / 1_000_000_000).unwrap_or(u32::MAX);
        batch.step(second, self.grace);
        let (packet, place) = match self.find(record) {
            Ok(found) => found,
            Err(code) => {
                batch.accounts.left(code);
                return;
            }
        };
        batch.accounts.taken += 1;
        if packet.cut {
            batch.accounts.note(Code::PacketCut);
        }
        if let Some(fact) = Fact::<u32>::of(&packet, place, second) {
            self.deal(fact, &mut batch.parts, |part| &mut part.four);
        } else if let Some(fact) = Fact::<u128>::of(&packet, place, second) {
            self.deal(fact, &mut batch.parts, |part| &mut part.six);
        }
    }

    /// The packet to a dark address, within tunnels if need be.
    #[inline]
    fn find<'a>(&self, record: Record<'a>) -> Result<(Packet<'a>, u32), Code> {
        let packet = Packet::read(record.link, record.data)?;
        match self.dark.place(packet.destination) {
            Some(place) => Ok((packet, place)),
            None => self.within(packet),
        }
    }

    /// What a packet to elsewhere carries to a dark address.
    #[cold]
    fn within<'a>(&self, mut packet: Packet<'a>) -> Result<(Packet<'a>, u32), Code> {
        for _ in 0..DEPTH {
            let (link, frame) = packet.tunnelled().ok_or(Code::PacketOutside)?;
            packet = Packet::read(link, frame)?;
            if let Some(place) = self.dark.place(packet.destination) {
                return Ok((packet, place));
            }
        }
        Err(match packet.tunnelled() {
            Some(_) => Code::FrameDeep,
            None => Code::PacketOutside,
        })
    }

    /// To the shard of the source for counting, to that of the actor for watching.
    #[inline]
    pub(super) fn deal<A: Address>(
        &self,
        fact: Fact<A>,
        parts: &mut [Part],
        list: impl Fn(&mut Part) -> &mut Vec<Fact<A>>,
    ) {
        if let [only] = parts {
            list(only).push(fact);
            return;
        }
        let shard = |address: A| (mix(address.fold(), self.secret) >> 8) as usize % self.shards.max(1);
        let (source, actor) = (shard(fact.source), shard(fact.actor));
        if source == actor {
            if let Some(part) = parts.get_mut(source) {
                list(part).push(fact);
            }
            return;
        }
        for (shard, roles) in [(source, role::COUNT), (actor, role::WATCH)] {
            if let Some(part) = parts.get_mut(shard) {
                list(part).push(Fact { roles, ..fact });
            }
        }
    }
}

impl Batch {
    /// Time went on: minutes that ended long enough ago are over.
    #[inline]
    pub(super) fn step(&mut self, second: u32, grace: u32) {
        let closed = second.saturating_sub(grace) / 60;
        if closed > self.closed {
            self.closed = closed;
            for part in &mut self.parts {
                part.steps.push(Step { closed, four: part.four.len(), six: part.six.len() });
            }
        }
    }
}
