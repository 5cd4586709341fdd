//! When a source meets a rule, and what is told of it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use renkei_core::time::Moment;
use renkei_formats::packet::protocol;

use super::LIGHT;
use super::busy::Busy;
use super::heavy::{Bounds, Heavy, Service};
use crate::sense::address::Address;
use crate::sense::detection::{Detection, Evidence, Phase, Subject, moment};
use crate::sense::fact::Fact;
use crate::sense::rule::{RuleName, Rules, internet_wide};

/// The thresholds of rules about sources, scaled for one sensor.
pub(in crate::sense) struct Limits {
    rules: Rules,
    addresses: u64,
    destinations: u64,
    survey: u64,
    pub(in crate::sense) expires: u32,
    bots: BTreeSet<u16>,
    household: Vec<u16>,
    amplifiers: BTreeSet<u16>,
}

/// Rules of marks, in the order of the counters, and the bit under which each was told.
const MARKED: [(RuleName, u8); 4] =
    [(RuleName::MiraiLike, 1), (RuleName::Zmap, 2), (RuleName::Masscan, 4), (RuleName::StatelessScan, 8)];
const VERTICAL: u8 = 16;
const SURVEY: u8 = 32;
const WIDE: u8 = 64;
pub(super) const AMPLIFIER: u8 = 128;

impl Limits {
    pub(super) fn new(rules: &Rules, addresses: u64) -> Self {
        let set = |ports: &[u16]| ports.iter().copied().collect();
        Self {
            addresses,
            destinations: rules.scan_horizontal.thresholds.destinations_on(addresses),
            survey: rules.survey.thresholds.packets_on(addresses),
            expires: rules.scan_horizontal.thresholds.expires,
            bots: set(&rules.mirai_like.thresholds.ports),
            household: rules.iot_origin.thresholds.ports.clone(),
            amplifiers: set(&rules.amplification_probe.thresholds.ports),
            rules: rules.clone(),
        }
    }

    /// Counts from which on a rule may be met.
    pub(super) fn bounds(&self) -> Bounds {
        let marks = MARKED.iter().map(|(rule, _)| self.marks(*rule)).max().unwrap_or(1);
        Bounds {
            destinations: self.destinations,
            amplifier: self.rules.amplification_probe.thresholds.destinations,
            ports: self.rules.scan_vertical.thresholds.ports,
            survey: self.survey,
            marks,
            // A busy source counts marks up to 255.
            quiet: self.destinations.min(self.survey).min(255),
        }
    }

    /// Whether a port is one of a protocol that amplifies.
    pub(super) fn is_amplifier(&self, service: u32) -> bool {
        (service >> 16) as u8 == protocol::UDP && self.amplifiers.contains(&(service as u16))
    }

    /// Whether it looks for household devices.
    #[inline]
    pub(super) fn is_household<A: Address>(&self, fact: &Fact<A>) -> bool {
        fact.protocol == protocol::TCP && self.household.contains(&fact.port)
    }

    fn holds(&self, rule: RuleName, at: Moment) -> bool {
        self.rules.about(rule).2.is_none_or(|until| at < until)
    }

    /// Packets with a mark that suffice.
    fn marks(&self, rule: RuleName) -> u32 {
        match rule {
            RuleName::MiraiLike => self.rules.mirai_like.thresholds.packets,
            RuleName::Zmap => self.rules.zmap.thresholds.packets,
            RuleName::Masscan => self.rules.masscan.thresholds.packets,
            _ => self.rules.stateless_scan.thresholds.packets,
        }
    }
}

/// A source as it stands at the end of a minute.
pub(super) struct Seen {
    pub address: IpAddr,
    pub first: u32,
    pub last: u32,
    pub end: u32,
    pub over: bool,
    /// Rules told so far, as bits.
    pub told: u8,
}

impl Seen {
    /// Of a source with a few probes: only marks can say something, and a look for amplifiers.
    pub(super) fn light(
        &mut self,
        count: u8,
        marked: [u8; 4],
        probes: [(u32, u32); LIGHT],
        limits: &Limits,
        out: &mut Vec<Detection>,
    ) {
        let probes = probes.get(..usize::from(count)).unwrap_or_default();
        let services = || probes.iter().map(|(_, service)| *service);
        self.marks(marked.map(u32::from), u64::from(count), services(), limits, out);
        for service in services().filter(|service| limits.is_amplifier(*service)).collect::<BTreeSet<_>>() {
            let places: BTreeSet<u32> =
                probes.iter().filter(|probe| probe.1 == service).map(|(place, _)| *place).collect();
            let packets = probes.iter().filter(|probe| probe.1 == service).count() as u64;
            self.amplifier(service, places.len() as u64, packets, limits, out);
        }
    }

    /// Of a busy source that is quiet and whose notes say all: other rules cannot be met yet.
    pub(super) fn noted(&mut self, busy: &Busy, limits: &Limits, out: &mut Vec<Detection>) {
        let services = busy.services().map(|(service, _)| service);
        self.marks(busy.marked.map(u32::from), u64::from(busy.packets), services, limits, out);
        for (at, (service, amplifier)) in busy.services().enumerate() {
            if amplifier {
                let (places, packets) = busy.noted_of(at);
                self.amplifier(service, places, packets, limits, out);
            }
        }
    }

    /// Of a busy source.
    pub(super) fn heavy(&mut self, heavy: &mut Heavy, limits: &Limits, out: &mut Vec<Detection>) {
        let services = heavy.services.iter().map(|known| known.service);
        self.marks(heavy.marked, heavy.packets, services, limits, out);
        for known in &mut heavy.services {
            self.horizontal(known, limits, out);
            if limits.is_amplifier(known.service) {
                self.amplifier(known.service, known.places.count(), known.packets, limits, out);
            }
        }
        self.wide(heavy, limits, out);
        let ports = heavy.most_ports;
        let least = limits.rules.scan_vertical.thresholds.ports;
        let evidence = || Evidence { packets: heavy.packets, ports: Some(ports), ..Evidence::default() };
        self.once(VERTICAL, RuleName::ScanVertical, ports >= least, limits, out, evidence);
        let survey = heavy.packets >= limits.survey && heavy.ports() >= limits.rules.survey.thresholds.ports;
        let evidence = || Evidence { packets: heavy.packets, ports: Some(heavy.ports()), ..Evidence::default() };
        self.once(SURVEY, RuleName::Survey, survey, limits, out, evidence);
    }

    fn marks(
        &mut self,
        marked: [u32; 4],
        packets: u64,
        mut services: impl Iterator<Item = u32>,
        limits: &Limits,
        out: &mut Vec<Detection>,
    ) {
        let bot_port = marked.first().is_some_and(|count| *count > 0)
            && services.any(|service| limits.bots.contains(&(service as u16)));
        for ((rule, bit), count) in MARKED.into_iter().zip(marked) {
            let met = count >= limits.marks(rule) || bot_port && rule == RuleName::MiraiLike;
            let evidence = || Evidence {
                packets,
                protocol: Some(protocol::TCP),
                marked: Some(u64::from(count)),
                ..Evidence::default()
            };
            self.once(bit, rule, met && count > 0, limits, out, evidence);
        }
    }

    fn horizontal(&self, known: &mut Service, limits: &Limits, out: &mut Vec<Detection>) {
        let destinations = known.places.count();
        if destinations < limits.destinations {
            return;
        }
        let rate = internet_wide(known.packets, known.last.saturating_sub(known.first), limits.addresses);
        let evidence = || Evidence {
            packets: known.packets,
            protocol: Some((known.service >> 16) as u8),
            port: Some(known.service as u16),
            destinations: Some(destinations),
            internet_wide: Some(rate.round() as u64),
            ..Evidence::default()
        };
        let opens = rate >= limits.rules.scan_horizontal.thresholds.rate && !known.told;
        if opens {
            out.push(self.detection(RuleName::ScanHorizontal, Phase::Opened, limits, evidence()));
        }
        if self.over && (known.told || opens) {
            out.push(self.detection(RuleName::ScanHorizontal, Phase::Closed, limits, evidence()));
        }
        known.told |= opens;
    }

    /// A source with more ports than are followed: the others together are one scan.
    fn wide(&mut self, heavy: &Heavy, limits: &Limits, out: &mut Vec<Detection>) {
        let destinations = heavy.places.count();
        if destinations < limits.destinations {
            return;
        }
        let rate = internet_wide(heavy.packets, self.last.saturating_sub(self.first), limits.addresses);
        let met = rate >= limits.rules.scan_horizontal.thresholds.rate;
        let evidence = || Evidence {
            packets: heavy.packets,
            destinations: Some(destinations),
            ports: Some(heavy.ports()),
            internet_wide: Some(rate.round() as u64),
            ..Evidence::default()
        };
        self.once(WIDE, RuleName::ScanHorizontal, met, limits, out, evidence);
    }

    fn amplifier(&mut self, service: u32, places: u64, packets: u64, limits: &Limits, out: &mut Vec<Detection>) {
        let met = places >= limits.rules.amplification_probe.thresholds.destinations;
        let evidence = || Evidence {
            packets,
            protocol: Some(protocol::UDP),
            port: Some(service as u16),
            destinations: Some(places),
            ..Evidence::default()
        };
        self.once(AMPLIFIER, RuleName::AmplificationProbe, met, limits, out, evidence);
    }

    /// Tells a rule once when it is met, and once when the source is gone.
    fn once(
        &mut self,
        bit: u8,
        rule: RuleName,
        met: bool,
        limits: &Limits,
        out: &mut Vec<Detection>,
        evidence: impl Fn() -> Evidence,
    ) {
        if met && self.told & bit == 0 && limits.holds(rule, moment(self.last)) {
            self.told |= bit;
            out.push(self.detection(rule, Phase::Opened, limits, evidence()));
        }
        if self.over && self.told & bit != 0 && met {
            out.push(self.detection(rule, Phase::Closed, limits, evidence()));
        }
    }

    fn detection(&self, rule: RuleName, phase: Phase, limits: &Limits, evidence: Evidence) -> Detection {
        Detection {
            rule,
            version: limits.rules.about(rule).0,
            phase,
            subject: Subject::Source { address: self.address },
            first: moment(self.first),
            last: moment(self.last),
            told: moment(self.end),
            evidence,
        }
    }
}
