//! Hours: what publication is made of, put together minute by minute; counts only, no address stays.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use renkei_formats::countries::{Countries, Country};
use renkei_formats::hours::{Hour, NOWHERE, PORTS, Port};

use super::detection::{Detection, Phase};
use super::fact::Sort;
use super::rule::RuleName;
use super::tally::Tally;

/// Counts hours. Addresses are known while their hour lasts, then only how many there were.
pub(super) struct HourCounter {
    countries: Arc<Countries>,
    open: Option<Open>,
    done: Vec<Hour>,
}

/// The hour that is being counted.
#[derive(Clone, Default)]
struct Open {
    hour: u32,
    tally: Tally,
    mirai: BTreeSet<IpAddr>,
    victims: BTreeSet<IpAddr>,
    detections: BTreeMap<RuleName, u64>,
}

impl HourCounter {
    pub(super) fn new(countries: Arc<Countries>) -> Self {
        Self { countries, open: None, done: Vec::new() }
    }

    /// Takes a minute that is over; minutes come in order.
    pub(super) fn minute(&mut self, minute: u32, tally: &Tally, told: &[Detection]) {
        // An hour that is behind the open one has nothing of its own any more.
        let hour = self.open.as_ref().map_or(minute / 60, |open| open.hour.max(minute / 60));
        if let Some(open) = self.open.take_if(|open| open.hour != hour) {
            self.done.push(open.close(&self.countries));
        }
        let open = self.open.get_or_insert_with(|| Open { hour, ..Open::default() });
        open.tally.add(tally);
        for one in told.iter().filter(|one| one.phase == Phase::Opened) {
            *open.detections.entry(one.rule).or_default() += 1;
            match (one.rule, one.subject.address()) {
                (RuleName::MiraiLike, Some(address)) => open.mirai.insert(address),
                (RuleName::DosVictim, Some(address)) => open.victims.insert(address),
                _ => false,
            };
        }
    }

    /// Forgets hours before this one, which were handed over.
    pub(super) fn forget(&mut self, before: u32) {
        self.done.retain(|hour| hour.hour >= before);
    }

    /// The hours so far, in order; those in which nothing came are among them.
    pub(super) fn list(&self) -> Vec<Hour> {
        let open = self.open.clone().map(|open| open.close(&self.countries));
        self.done.iter().cloned().chain(open).collect()
    }
}

impl Open {
    fn close(self, countries: &Countries) -> Hour {
        let Self { hour, tally, mirai, victims, detections } = self;
        let sorts: BTreeMap<Sort, u64> = Sort::ALL.into_iter().zip(tally.packets).collect();
        let sort = |sort| sorts.get(&sort).copied().unwrap_or(0);
        let mut ports: Vec<Port> = tally.ports.iter().map(port).collect();
        ports.sort_unstable_by_key(|port| (Reverse(port.packets), port.protocol, port.port));
        ports.truncate(PORTS);
        let mut victim_countries = BTreeMap::new();
        for victim in victims.iter().filter(|_| !countries.is_empty()) {
            *victim_countries.entry(name(countries.of(*victim))).or_default() += 1;
        }
        Hour {
            hour,
            minutes: 0,
            probes: sort(Sort::Probe),
            backscatter: sort(Sort::Backscatter),
            reflection: sort(Sort::Reflection),
            other: sort(Sort::Other),
            sources: 0,
            began: tally.sources,
            household: tally.household.min(tally.sources),
            countries: tally.countries.into_iter().map(|(country, count)| (name(country), count)).collect(),
            ports,
            mirai: mirai.len() as u64,
            victims: victims.len() as u64,
            victim_countries,
            detections: detections.into_iter().map(|(rule, count)| (rule.word().to_owned(), count)).collect(),
        }
    }
}

fn port((service, packets, began): (u32, u64, u64)) -> Port {
    Port { protocol: (service >> 16) as u8, port: service as u16, packets, began }
}

fn name(country: Option<Country>) -> String {
    country.and_then(|country| String::from_utf8(country.to_vec()).ok()).unwrap_or_else(|| NOWHERE.to_owned())
}
