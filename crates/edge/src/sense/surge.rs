//! Ports that suddenly many look for, against the same hour of the days before.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::detection::{Detection, Evidence, Phase, Subject, moment};
use super::rule::{PortSurge, Rule, RuleName};
use super::tally::Ports;

/// Counts below this are noise and kept as none, so that the baseline stays small.
const NOISE: u64 = 3;

/// How many sources began to look for each port, hour by hour; kept by the caller between runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// First hour that is known, in hours since 1970; before it nothing is known.
    pub since: Option<u32>,
    /// Protocol × 65,536 + port, to hour and sources.
    pub ports: BTreeMap<u32, BTreeMap<u32, u64>>,
}

/// Watches the ports.
#[derive(Debug)]
pub(super) struct Surges {
    rule: Rule<PortSurge>,
    baseline: Baseline,
    hour: u32,
    now: Ports,
    told: BTreeSet<u32>,
}

impl Surges {
    pub(super) fn new(rule: Rule<PortSurge>, baseline: Baseline) -> Self {
        Self { rule, baseline, hour: 0, now: Ports::default(), told: BTreeSet::new() }
    }

    /// A minute is over, in which these ports were looked for by so many packets and new sources.
    pub(super) fn minute(&mut self, minute: u32, ports: &Ports, out: &mut Vec<Detection>) {
        if minute / 60 != self.hour {
            self.end_hour();
            self.hour = minute / 60;
        }
        self.now.add(ports);
        let least = self.rule.thresholds.least;
        for (service, packets, sources) in self.now.iter().filter(|(_, _, sources)| *sources >= least) {
            if self.told.contains(&service) {
                continue;
            }
            let Some((mean, limit)) = self.limit(service) else { continue };
            if sources as f64 > limit {
                self.told.insert(service);
                out.push(self.detection(service, packets, sources, mean, minute));
            }
        }
    }

    fn end_hour(&mut self) {
        if self.hour == 0 {
            return;
        }
        let hour = self.hour;
        self.baseline.since.get_or_insert(hour);
        for (service, _, sources) in std::mem::take(&mut self.now).iter() {
            if sources >= NOISE {
                self.baseline.ports.entry(service).or_default().insert(hour, sources);
            }
        }
        let oldest = hour.saturating_sub(self.rule.thresholds.days as u32 * 24);
        self.baseline.ports.retain(|_, hours| {
            hours.retain(|hour, _| *hour >= oldest);
            !hours.is_empty()
        });
        self.told.clear();
    }

    /// Mean of the same hour of the days before and the count that is a surge; `None`: too little is known.
    fn limit(&self, service: u32) -> Option<(f64, f64)> {
        let since = self.baseline.since?;
        let days = (1..=self.rule.thresholds.days as u32).map(|day| self.hour.checked_sub(day * 24));
        let known: Vec<u32> = days.flatten().filter(|hour| *hour >= since).collect();
        if known.len() < self.rule.thresholds.days_least {
            return None;
        }
        let hours = self.baseline.ports.get(&service);
        let counts =
            || known.iter().map(|hour| hours.and_then(|hours| hours.get(hour)).map_or(0.0, |count| *count as f64));
        let mean = counts().sum::<f64>() / known.len() as f64;
        let variance = counts().map(|count| (count - mean).powi(2)).sum::<f64>() / known.len() as f64;
        // A count of rare events varies by its own root at least.
        let deviation = variance.max(mean).sqrt();
        Some((mean, mean + self.rule.thresholds.deviations * deviation))
    }

    fn detection(&self, service: u32, packets: u64, sources: u64, mean: f64, minute: u32) -> Detection {
        let evidence =
            Evidence { packets, sources: Some(sources), baseline: Some(mean.round() as u64), ..Evidence::default() };
        Detection {
            rule: RuleName::PortSurge,
            version: self.rule.version,
            phase: Phase::Opened,
            subject: Subject::Port { protocol: (service >> 16) as u8, port: service as u16 },
            first: moment(self.hour * 3_600),
            last: moment(minute * 60 + 59),
            told: moment((minute + 1) * 60),
            evidence,
        }
    }

    /// The baseline with everything so far, for the next run.
    pub(super) fn into_baseline(mut self) -> Baseline {
        self.end_hour();
        self.baseline
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sense::rule::Rules;

    /// Sources of port 80 in an hour of a day that has a busy evening.
    fn usual(hour: u32) -> u64 {
        if hour % 24 >= 18 { 400 } else { 40 }
    }

    /// Packets to port 80 from so many sources that are new to it.
    fn ports(sources: u64) -> Ports {
        let mut ports = Ports::default();
        ports.count(6 << 16 | 80, sources as u32 * 3, sources as u32);
        ports
    }

    #[test]
    fn seasons_are_no_surge_and_a_surge_is_one() {
        let mut surges = Surges::new(Rules::shipped().unwrap().port_surge, Baseline::default());
        let mut told = Vec::new();
        let mut hour = |surges: &mut Surges, hour: u32, sources: u64| {
            surges.minute(hour * 60 + 5, &ports(sources), &mut told);
            std::mem::take(&mut told)
        };
        let start = 24 * 1_000;
        for at in start..start + 24 * 10 {
            assert!(hour(&mut surges, at, usual(at)).is_empty(), "hour {at}");
        }
        let morning = start + 24 * 10;
        let found = hour(&mut surges, morning, 400);
        assert_eq!(found.len(), 1, "as many as of an evening, but in the morning");
        assert_eq!((found[0].evidence.sources, found[0].evidence.baseline), (Some(400), Some(40)));
        let baseline = surges.into_baseline();
        let text = serde_json::to_string(&baseline).unwrap();
        assert_eq!(serde_json::from_str::<Baseline>(&text).unwrap(), baseline);
        let mut again = Surges::new(Rules::shipped().unwrap().port_surge, baseline);
        assert!(hour(&mut again, morning + 1, usual(morning + 1)).is_empty());
    }

    #[test]
    fn without_days_before_there_is_no_verdict() {
        let mut surges = Surges::new(Rules::shipped().unwrap().port_surge, Baseline::default());
        let mut told = Vec::new();
        surges.minute(60_000, &ports(1_000_000), &mut told);
        assert!(told.is_empty());
    }
}
