//! Tallies: what came in between two closings, by sort, mark and port.

use std::collections::BTreeMap;

use renkei_formats::packet::protocol;

use super::fact::{Fact, Sort};
use super::sources::News;

/// Counts of one shard, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub packets: [u64; Sort::ALL.len()],
    pub marked: [u64; 4],
    /// Sources that were not followed before.
    pub sources: u64,
    /// Those that look for household devices for the first time.
    pub household: u64,
    /// Protocol and port to packets and sources that look for it for the first time.
    pub ports: BTreeMap<u32, (u64, u64)>,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        let Self { packets, marked, sources, household, ports } = other;
        self.packets.iter_mut().zip(packets).for_each(|(sum, count)| *sum += count);
        self.marked.iter_mut().zip(marked).for_each(|(sum, count)| *sum += count);
        self.sources += sources;
        self.household += household;
        for (port, (packets, sources)) in ports {
            let sum = self.ports.entry(*port).or_default();
            sum.0 += packets;
            sum.1 += sources;
        }
    }
}

/// Ports of TCP, then those of UDP.
const PORTS: usize = 2 << 16;

/// Fills a tally, packet by packet.
pub(super) struct Counter {
    tally: Tally,
    ports: Vec<(u32, u32)>,
    touched: Vec<u32>,
}

impl Default for Counter {
    fn default() -> Self {
        Self { tally: Tally::default(), ports: vec![(0, 0); PORTS], touched: Vec::new() }
    }
}

impl Counter {
    #[inline]
    pub(super) fn packet<A>(&mut self, fact: &Fact<A>) {
        if let Some(count) = self.tally.packets.get_mut(fact.sort as usize) {
            *count += 1;
        }
        if fact.marks != 0 {
            for (bit, count) in self.tally.marked.iter_mut().enumerate() {
                *count += u64::from(fact.marks >> bit & 1);
            }
        }
    }

    #[inline]
    pub(super) fn probe<A>(&mut self, fact: &Fact<A>, news: News) {
        self.tally.sources += u64::from(news.source);
        self.tally.household += u64::from(news.household);
        let place = match fact.protocol {
            protocol::TCP => usize::from(fact.port),
            protocol::UDP => usize::from(fact.port) + PORTS / 2,
            _ => return,
        };
        if let Some((packets, sources)) = self.ports.get_mut(place) {
            if *packets == 0 {
                self.touched.push(place as u32);
            }
            *packets += 1;
            *sources += u32::from(news.service);
        }
    }

    /// What was counted; counting begins again.
    pub(super) fn take(&mut self) -> Tally {
        let mut tally = std::mem::take(&mut self.tally);
        for place in self.touched.drain(..) {
            let Some(count) = self.ports.get_mut(place as usize) else { continue };
            let (packets, sources) = std::mem::take(count);
            let number = if (place as usize) < PORTS / 2 { protocol::TCP } else { protocol::UDP };
            let service = u32::from(number) << 16 | place & 0xffff;
            tally.ports.insert(service, (u64::from(packets), u64::from(sources)));
        }
        tally
    }
}
