//! Tallies: what came in between two closings, by sort, mark and port.

use std::collections::BTreeMap;
use std::sync::Arc;

use renkei_formats::countries::{Countries, Country};
use renkei_formats::packet::protocol;

use super::address::Address;
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
    /// Sources that were not followed before, by country; empty without a table of countries.
    pub countries: BTreeMap<Option<Country>, u64>,
    pub ports: Ports,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        let Self { packets, marked, sources, household, countries, ports } = other;
        self.packets.iter_mut().zip(packets).for_each(|(sum, count)| *sum += count);
        self.marked.iter_mut().zip(marked).for_each(|(sum, count)| *sum += count);
        self.sources += sources;
        self.household += household;
        for (country, count) in countries {
            *self.countries.entry(*country).or_default() += count;
        }
        self.ports.add(ports);
    }
}

/// Ports of TCP, then those of UDP.
const PORTS: usize = 2 << 16;

/// Packets and new sources of each port of TCP and UDP; empty, or all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ports(Vec<(u32, u32)>);

impl Ports {
    /// Adds to a port; protocols without ports are left out.
    #[inline]
    pub(super) fn count(&mut self, service: u32, packets: u32, sources: u32) {
        let half = match (service >> 16) as u8 {
            protocol::TCP => 0,
            protocol::UDP => PORTS / 2,
            _ => return,
        };
        if self.0.is_empty() {
            self.0 = vec![(0, 0); PORTS];
        }
        if let Some(sum) = self.0.get_mut(half + (service & 0xffff) as usize) {
            *sum = (sum.0.saturating_add(packets), sum.1.saturating_add(sources));
        }
    }

    /// Adds all of another.
    pub(super) fn add(&mut self, other: &Self) {
        match self.0.is_empty() {
            true => self.0.clone_from(&other.0),
            false => {
                for (sum, more) in self.0.iter_mut().zip(&other.0) {
                    *sum = (sum.0.saturating_add(more.0), sum.1.saturating_add(more.1));
                }
            }
        }
    }

    /// Service (protocol × 65,536 + port), packets, new sources of ports that have any.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u64, u64)> {
        let known = (0_u32..).zip(&self.0).filter(|(_, count)| count.0 > 0);
        known.map(|(place, (packets, sources))| {
            let number = if (place as usize) < PORTS / 2 { protocol::TCP } else { protocol::UDP };
            (u32::from(number) << 16 | place & 0xffff, u64::from(*packets), u64::from(*sources))
        })
    }
}

/// Fills a tally, packet by packet.
pub(super) struct Counter {
    tally: Tally,
    countries: Arc<Countries>,
}

impl Counter {
    /// Counts countries by a table, unless it is empty.
    pub(super) fn new(countries: Arc<Countries>) -> Self {
        Self { tally: Tally::default(), countries }
    }

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
    pub(super) fn probe<A: Address>(&mut self, fact: &Fact<A>, news: News) {
        self.tally.sources += u64::from(news.source);
        self.tally.household += u64::from(news.household);
        if news.source && !self.countries.is_empty() {
            *self.tally.countries.entry(self.countries.of(fact.source.ip())).or_default() += 1;
        }
        self.tally.ports.count(fact.service(), 1, u32::from(news.service));
    }

    /// What was counted; counting begins again.
    pub(super) fn take(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }
}
