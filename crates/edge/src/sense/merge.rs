//! Puts together what the shards closed, minute by minute, in one order whatever the number of shards.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::detection::{Detection, Evidence, Phase, Subject};
use super::hours::HourCounter;
use super::rule::{Campaign, Rule, RuleName};
use super::settings::Settings;
use super::shard::joined;
use super::surge::{Baseline, Surges};
use super::tally::Tally;

/// What one shard says of a minute that is over.
pub(super) struct Closed {
    pub minute: u32,
    /// First and last minute of what was counted: a minute is closed ten seconds late, so that the first seconds of
    /// the next one are counted with it.
    pub span: Option<(u32, u32)>,
    pub tally: Tally,
    pub told: Vec<Detection>,
}

/// Waits until every shard has closed a minute.
pub(super) struct Merge {
    shards: usize,
    waiting: BTreeMap<u32, (usize, Closed)>,
    surges: Surges,
    campaigns: Campaigns,
    pub(super) sum: Tally,
    /// What is counted for publication, where it is.
    pub(super) hours: Option<HourCounter>,
    /// First and last minute with a packet.
    span: Option<(u32, u32)>,
    /// Minutes before this one are whole.
    pub(super) whole: u32,
    /// Detections that began, by rule.
    pub(super) opened: BTreeMap<RuleName, u64>,
}

impl Merge {
    pub(super) fn new(shards: usize, settings: &Settings, baseline: Baseline) -> Self {
        let rules = &settings.rules;
        Self {
            shards,
            waiting: BTreeMap::new(),
            surges: Surges::new(rules.port_surge.clone(), baseline),
            campaigns: Campaigns { rule: rules.campaign.clone(), open: BTreeMap::new(), told: BTreeSet::new() },
            sum: Tally::default(),
            hours: settings.hours.then(|| HourCounter::new(Arc::clone(&settings.countries))),
            span: None,
            whole: 0,
            opened: BTreeMap::new(),
        }
    }

    /// Takes what a shard closed; gives the detections of the minute if it is whole now.
    pub(super) fn take(&mut self, closed: Closed) -> Option<Vec<Detection>> {
        let minute = closed.minute;
        let (count, so_far) = self
            .waiting
            .entry(minute)
            .or_insert_with(|| (0, Closed { minute, span: None, tally: Tally::default(), told: Vec::new() }));
        *count += 1;
        so_far.span = closed.span.map_or(so_far.span, |span| joined(so_far.span, span));
        so_far.tally.add(&closed.tally);
        so_far.told.extend(closed.told);
        if *count < self.shards {
            return None;
        }
        let (_, Closed { span, tally, mut told, .. }) = self.waiting.remove(&minute)?;
        self.whole = self.whole.max(minute + 1);
        self.surges.minute(minute, &tally.ports, &mut told);
        self.span = span.map_or(self.span, |span| joined(self.span, span));
        self.sum.add(&tally);
        told.sort_by_key(order);
        self.campaigns.minute(&mut told);
        for one in told.iter().filter(|one| one.phase == Phase::Opened) {
            *self.opened.entry(one.rule).or_default() += 1;
        }
        if let Some(hours) = &mut self.hours {
            // What came before its minute had begun, at the start, belongs to the minute in which it came.
            let first = span.map_or(minute, |(first, _)| first);
            hours.minute(minute.max(first), &tally, &told);
        }
        Some(told)
    }

    /// The first minute with a packet, and the last.
    pub(super) const fn span(&self) -> Option<(u32, u32)> {
        self.span
    }

    /// Minutes from the first with a packet to the last.
    pub(super) fn spanned(&self) -> u64 {
        self.span.map_or(0, |(first, last)| u64::from(last - first) + 1)
    }

    pub(super) fn into_baseline(self) -> Baseline {
        self.surges.into_baseline()
    }
}

fn order(one: &Detection) -> (RuleName, Subject, Phase, Option<u8>, Option<u16>) {
    (one.rule, one.subject, one.phase, one.evidence.protocol, one.evidence.port)
}

/// Sources that scan the same port at the same time.
struct Campaigns {
    rule: Rule<Campaign>,
    open: BTreeMap<(u8, u16), BTreeSet<IpAddr>>,
    told: BTreeSet<(u8, u16)>,
}

impl Campaigns {
    fn minute(&mut self, told: &mut Vec<Detection>) {
        let mut found = Vec::new();
        for one in told.iter().filter(|one| one.rule == RuleName::ScanHorizontal) {
            let (Some(protocol), Some(port), Some(address)) =
                (one.evidence.protocol, one.evidence.port, one.subject.address())
            else {
                continue;
            };
            let sources = self.open.entry((protocol, port)).or_default();
            match one.phase {
                Phase::Opened => sources.insert(address),
                Phase::Closed => sources.remove(&address),
            };
            let count = sources.len();
            if count >= self.rule.thresholds.sources && self.told.insert((protocol, port)) {
                found.push(self.detection(one, protocol, port, count as u64));
            }
            if count == 0 {
                self.open.remove(&(protocol, port));
                self.told.remove(&(protocol, port));
            }
        }
        told.extend(found);
    }

    fn detection(&self, last: &Detection, protocol: u8, port: u16, sources: u64) -> Detection {
        let evidence = Evidence { packets: last.evidence.packets, sources: Some(sources), ..Evidence::default() };
        Detection {
            rule: RuleName::Campaign,
            version: self.rule.version,
            phase: Phase::Opened,
            subject: Subject::Port { protocol, port },
            evidence,
            ..last.clone()
        }
    }
}
