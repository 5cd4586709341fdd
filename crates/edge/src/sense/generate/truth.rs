//! Compares detections with the truth of a made capture: found, missed, false.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use serde::Serialize;

use super::{Sent, Truth};
use crate::sense::detection::{Detection, Phase};
use crate::sense::rule::{RuleName, Rules};

/// How well a rule did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Score {
    /// Subjects that meet the rule by the truth.
    pub expected: u64,
    /// Of those, found.
    pub found: u64,
    /// Found, and of the kind that the rule is about, but below its thresholds by the truth.
    pub below: u64,
    /// Found, and not of that kind at all: false positives.
    pub wrong: u64,
    /// Subjects that are not of the kind: what `wrong` is to be divided by.
    pub innocent: u64,
}

impl Score {
    /// Share of the innocent that was taken for guilty.
    pub fn false_positive_rate(&self) -> f64 {
        if self.innocent == 0 { 0.0 } else { self.wrong as f64 / self.innocent as f64 }
    }
}

/// Scores by rule.
pub type Comparison = BTreeMap<RuleName, Score>;

/// Compares; the truth must be a detailed one.
pub fn compare(truth: &Truth, told: &[Detection], rules: &Rules, addresses: u64) -> Comparison {
    let everybody: BTreeSet<Ipv4Addr> = [&truth.mirai, &truth.zmap, &truth.masscan, &truth.victims]
        .into_iter()
        .flat_map(BTreeMap::keys)
        .chain(&truth.others)
        .copied()
        .collect();
    let score = |rule: RuleName, kinds: &[&BTreeMap<Ipv4Addr, Sent>], meets: &dyn Fn(&Sent) -> bool| {
        let all: BTreeMap<Ipv4Addr, bool> =
            kinds.iter().flat_map(|kind| kind.iter()).map(|(ip, sent)| (*ip, meets(sent))).collect();
        let found: BTreeSet<Ipv4Addr> = told
            .iter()
            .filter(|one| one.rule == rule && one.phase == Phase::Opened)
            .filter_map(|one| match one.subject.address() {
                Some(IpAddr::V4(address)) => Some(address),
                _ => None,
            })
            .collect();
        let count = |meets: Option<bool>| found.iter().filter(|ip| all.get(ip).copied() == meets).count() as u64;
        let score = Score {
            expected: all.values().filter(|meets| **meets).count() as u64,
            found: count(Some(true)),
            below: count(Some(false)),
            wrong: count(None),
            innocent: everybody.iter().filter(|ip| !all.contains_key(ip)).count() as u64,
        };
        (rule, score)
    };
    let smallest = rules.dos_victim.thresholds.smallest(addresses);
    let attacked = |sent: &Sent| {
        let seconds = &sent.seconds;
        let long = seconds.iter().max().zip(seconds.iter().min()).is_some_and(|(last, first)| last - first >= 60);
        sent.packets >= rules.dos_victim.thresholds.packets
            && long
            && peak(seconds, smallest.window_seconds) >= smallest.packets
    };
    let least = |packets: u32| move |sent: &Sent| sent.packets >= u64::from(packets);
    let wide = rules.scan_horizontal.thresholds.destinations_on(addresses);
    let swept =
        |sent: &Sent| sent.places.values().map(BTreeSet::len).max().unwrap_or(0) as u64 >= wide || spread(sent) >= wide;
    BTreeMap::from([
        score(RuleName::DosVictim, &[&truth.victims], &attacked),
        score(RuleName::MiraiLike, &[&truth.mirai], &least(rules.mirai_like.thresholds.packets)),
        score(RuleName::Zmap, &[&truth.zmap], &least(rules.zmap.thresholds.packets)),
        score(RuleName::Masscan, &[&truth.masscan], &least(rules.masscan.thresholds.packets)),
        score(RuleName::ScanHorizontal, &[&truth.mirai, &truth.zmap, &truth.masscan], &swept),
    ])
}

/// Most packets in a window that slides by ten seconds.
fn peak(seconds: &[u32], window: u32) -> u64 {
    let mut steps: BTreeMap<u32, u64> = BTreeMap::new();
    seconds.iter().for_each(|second| *steps.entry(second / 10).or_default() += 1);
    let sum = |end: &u32| steps.range((end + 1).saturating_sub(window / 10)..=*end).map(|(_, count)| count).sum();
    steps.keys().map(sum).max().unwrap_or(0)
}

/// Different addresses over all ports.
fn spread(sent: &Sent) -> u64 {
    sent.places.values().flatten().collect::<BTreeSet<_>>().len() as u64
}
