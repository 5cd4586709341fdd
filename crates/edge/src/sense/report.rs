//! What a run saw, for people and machines; it prints the smallest attack that the sensor can see.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use renkei_core::time::{Moment, SECOND};
use renkei_formats::Code;
use renkei_formats::hours::{FORM, Hour, Hours};
use serde::Serialize;

use super::account::Accounts;
use super::aggregate::Handed;
use super::fact::Sort;
use super::flows::FlowsSeen;
use super::merge::Merge;
use super::rule::{RuleName, Smallest};
use super::settings::Settings;
use super::shard::Shard;

/// Ports that are listed.
const TOP: usize = 10;
/// Hours of a run that are filled up with silent ones: forty days.
const MOST_HOURS: usize = 960;

/// What a run saw. It holds no address of the sensor; `sensor` is internal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Which sensor; internal, never for publication.
    pub sensor: String,
    /// Dark addresses of IPv4.
    pub addresses: u64,
    /// What became of the records.
    pub accounts: Accounts,
    /// Minutes from the first with a packet to the last.
    pub minutes: u64,
    /// Packets by sort.
    pub sorts: BTreeMap<Sort, u64>,
    /// Packets with a mark.
    pub marked: BTreeMap<RuleName, u64>,
    /// Different sources of each day, UTC.
    pub sources: BTreeMap<String, u64>,
    /// Whether those are exact for IPv4 or within about 1 %.
    pub sources_exact: bool,
    /// Probes for each dark address in two minutes (S1.26); `None` if no minute is over.
    pub accesses_per_address_2min: Option<f64>,
    /// Sources that probed ports of household devices, and how that was inferred (S1.28).
    pub household: Household,
    /// Detections that began, by rule.
    pub detections: BTreeMap<RuleName, u64>,
    /// The smallest attack that the sensor can see.
    pub smallest: Smallest,
    /// Ports with most packets: protocol number, port, packets, sources new to it.
    pub top_ports: Vec<(u8, u16, u64, u64)>,
    /// Aggregates that were handed over.
    pub handed: Handed,
    /// Packets that detections had no room for; they are in the aggregates.
    pub unfollowed: u64,
    /// Sources and victims that were followed at the end.
    pub followed: u64,
    /// What flows told and cannot tell; absent where only packets were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flows: Option<FlowsSeen>,
    /// The hours that were not handed over yet, for publication: a file of their own ([`Hours`]).
    #[serde(skip)]
    pub hours: Option<Hours>,
    /// Different sources of each hour since 1970.
    #[serde(skip)]
    hourly: BTreeMap<u32, u64>,
    /// Version and source of each rule in force.
    pub rules: BTreeMap<RuleName, (u32, String)>,
}

/// Sources taken for household devices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Household {
    /// Sources that began to probe such ports.
    pub sources: u64,
    /// Sources that began to probe at all.
    pub of: u64,
    /// How it was inferred.
    pub inferred: &'static str,
}

impl Report {
    pub(super) fn new(settings: &Settings, accounts: Accounts) -> Self {
        let about = |rule: &RuleName| {
            let (version, source, _) = settings.rules.about(*rule);
            (*rule, (version, source.to_owned()))
        };
        Self {
            sensor: settings.sensor.clone(),
            addresses: settings.dark.size(),
            accounts,
            minutes: 0,
            sorts: BTreeMap::new(),
            marked: BTreeMap::new(),
            sources: BTreeMap::new(),
            sources_exact: settings.exact_sources,
            accesses_per_address_2min: None,
            household: Household::default(),
            detections: BTreeMap::new(),
            smallest: settings.rules.dos_victim.thresholds.smallest(settings.dark.size()),
            top_ports: Vec::new(),
            handed: Handed::default(),
            unfollowed: 0,
            followed: 0,
            flows: None,
            hours: None,
            hourly: BTreeMap::new(),
            rules: RuleName::ALL.iter().map(about).collect(),
        }
    }

    pub(super) fn followed(&mut self, count: usize) {
        self.followed += count as u64;
    }

    pub(super) fn shard(&mut self, shard: &Shard) {
        self.handed += shard.handed();
        self.unfollowed += shard.unfollowed();
        for (day, sources) in shard.days() {
            *self.sources.entry(day.to_string()).or_default() += sources;
        }
        for (hour, sources) in shard.hours() {
            *self.hourly.entry(hour).or_default() += sources;
        }
    }

    pub(super) fn merge(&mut self, merge: &Merge, settings: &Settings) {
        let sum = &merge.sum;
        self.minutes = merge.spanned();
        self.sorts = Sort::ALL.into_iter().zip(sum.packets).collect();
        let marks = [RuleName::MiraiLike, RuleName::Zmap, RuleName::Masscan, RuleName::StatelessScan];
        self.marked = marks.into_iter().zip(sum.marked).collect();
        self.household = Household {
            sources: sum.household,
            of: sum.sources,
            inferred: "same-port: what a source looks for is what it is",
        };
        self.detections = merge.opened.clone();
        let mut ports: Vec<_> = sum.ports.iter().collect();
        ports.sort_unstable_by_key(|(service, packets, _)| (std::cmp::Reverse(*packets), *service));
        let port =
            |(service, packets, sources): (u32, u64, u64)| ((service >> 16) as u8, service as u16, packets, sources);
        self.top_ports = ports.into_iter().take(TOP).map(port).collect();
        let probes = sum.packets.first().copied().unwrap_or(0) as f64;
        let size = settings.dark.size() as f64 * merge.spanned() as f64;
        self.accesses_per_address_2min = (size > 0.0).then(|| probes * 2.0 / size);
        for (code, count) in [(Code::PacketLate, self.handed.late), (Code::PacketUnfollowed, self.unfollowed)] {
            if count > 0 {
                self.accounts.notes.insert(code, count);
            }
        }
    }

    /// Sources of the hours that a shard knows.
    pub(super) fn hourly(&mut self, shard: &Shard) {
        self.unfollowed += shard.unfollowed();
        for (hour, sources) in shard.hours() {
            *self.hourly.entry(hour).or_default() += sources;
        }
    }

    /// The file of the hours between two minutes, where hours are counted and anything came.
    pub(super) fn hours_between(&self, merge: &Merge, from: u32, until: u32) -> Option<Hours> {
        let (first, last) = merge.span()?;
        let (first, last) = (first.max(from), last.min(until.saturating_sub(1)));
        let counted = merge.hours.as_ref()?.list();
        (first <= last).then(|| self.hours_of(counted, (first, last)))
    }

    /// The file of hours, with what the shards counted.
    fn hours_of(&self, mut hours: Vec<Hour>, (first, last): (u32, u32)) -> Hours {
        let minute = |minute: u32| Moment(i64::from(minute) * 60 * SECOND);
        let span = first / 60..=last / 60;
        hours.retain(|hour| span.contains(&hour.hour));
        // Hours without any packet were watched too. A clock that jumps must not make years of them.
        if span.clone().count() <= MOST_HOURS {
            let known: BTreeSet<u32> = hours.iter().map(|hour| hour.hour).collect();
            let silent = span.filter(|hour| !known.contains(hour)).map(|hour| Hour { hour, ..Hour::default() });
            hours.extend(silent.collect::<Vec<_>>());
            hours.sort_by_key(|hour| hour.hour);
        }
        for hour in &mut hours {
            hour.minutes = (last + 1).min((hour.hour + 1) * 60) - first.max(hour.hour * 60);
            hour.sources = self.hourly.get(&hour.hour).copied().unwrap_or(0);
        }
        Hours {
            form: FORM.to_owned(),
            sensor: self.sensor.clone(),
            addresses: self.addresses,
            smallest_attack_pps: self.smallest.packets_per_second,
            from: minute(first),
            until: minute(last + 1),
            unfollowed: self.unfollowed,
            hours,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Accounts { records, taken, left, notes } = &self.accounts;
        writeln!(f, "records {records} = taken {taken} + left {}", left.values().sum::<u64>())?;
        for (code, count) in left.iter().chain(notes) {
            writeln!(f, "  {} {count}: {}", code.as_str(), code.label(renkei_core::text::Language::En))?;
        }
        let Smallest { addresses, packets, window_seconds, packets_per_second, as_published } = self.smallest;
        writeln!(
            f,
            "smallest attack seen by {addresses} addresses: {packets_per_second:.0} packets/s \
             ({packets} packets in {window_seconds} s; by the rule as published {as_published:.0})"
        )?;
        for (sort, count) in &self.sorts {
            writeln!(f, "{sort:?} {count}")?;
        }
        for (rule, count) in &self.detections {
            writeln!(f, "{} {count}", rule.word())?;
        }
        for (day, count) in &self.sources {
            writeln!(f, "{day}: {count} sources{}", if self.sources_exact { "" } else { " (± 1 %)" })?;
        }
        if let Some(accesses) = self.accesses_per_address_2min {
            writeln!(f, "accesses for each address in 2 minutes: {accesses:.2}")?;
        }
        let Household { sources, of, inferred } = self.household;
        writeln!(f, "taken for household devices: {sources} of {of} sources ({inferred})")?;
        if let Some(flows) = &self.flows {
            write_flows(f, flows)?;
        }
        let Handed { rows, packets, spilled, late } = self.handed;
        writeln!(f, "minute rows {rows} of {packets} packets; {spilled} parts for want of memory, {late} packets late")
    }
}

fn write_flows(f: &mut fmt::Formatter<'_>, seen: &FlowsSeen) -> fmt::Result {
    let FlowsSeen { flows, packets, beyond, icmp_errors, sampling, not_judged } = seen;
    writeln!(f, "flows {flows} of {packets} packets; {beyond} packets beyond the bound of one flow")?;
    let rules: Vec<&str> = not_judged.iter().map(|rule| rule.word()).collect();
    writeln!(f, "  not judged by flows: {}; {icmp_errors} ICMP errors without what they quote", rules.join(", "))?;
    for interval in sampling {
        writeln!(f, "  sampled, 1 of {interval}: counts are of what was looked at, not multiplied up")?;
    }
    Ok(())
}
