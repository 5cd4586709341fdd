//! A shard: everything that is kept of the sources that fall to it. A machine without IO or clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use renkei_core::time::Day;

use super::address::Address;
use super::aggregate::{Aggregate, HandOverError, Handed, Out};
use super::distinct::Uniques;
use super::fact::{Fact, Sort, role};
use super::merge::Closed;
use super::parse::{Part, Step};
use super::settings::Settings;
use super::sources::{News, Sources};
use super::tally::Counter;
use super::victims::Victims;

/// Packets whose places in memory are brought near together.
const GROUP: usize = 32;
/// After so many minutes without a packet nothing is followed any more.
const SILENT: u32 = 30;
/// Days whose sources are counted; a clock that jumps must not fill the memory.
const DAYS: usize = 40;
/// Hours whose sources are counted, each 16 KiB.
const HOURS: usize = 24 * DAYS;

/// Everything about one family of addresses.
struct Family<A> {
    aggregate: Option<Aggregate<A>>,
    victims: Victims<A>,
    sources: Sources<A>,
}

impl<A: Address> Family<A> {
    fn new(settings: &Settings, shards: usize, space: u64, share: usize) -> Self {
        let addresses = settings.dark.size();
        let memory = settings.memory / shards / share;
        let most = settings.sources / shards / share;
        let Settings { sensor, rules, seed, .. } = settings;
        Self {
            aggregate: settings.aggregates.then(|| Aggregate::new(sensor, space, memory, *seed)),
            victims: Victims::new(rules.dos_victim.clone(), addresses, space, most, *seed),
            sources: Sources::new(rules, addresses, space, most, *seed),
        }
    }

    /// Brings near what [`Self::add`] will look at, all places at once.
    #[inline]
    fn touch(&self, facts: &[Fact<A>]) -> u64 {
        let counted = self.aggregate.as_ref().map_or(0, |aggregate| aggregate.touch(facts));
        self.sources.touch(facts).wrapping_add(counted)
    }

    #[inline]
    fn add(
        &mut self,
        fact: &Fact<A>,
        closed: u32,
        counter: &mut Counter,
        out: &mut Out<'_>,
    ) -> Result<(), HandOverError> {
        if fact.roles & role::COUNT != 0 {
            counter.packet(fact);
            if let Some(aggregate) = &mut self.aggregate {
                aggregate.add(fact, closed, out)?;
            }
        }
        if fact.roles & role::WATCH != 0 {
            match fact.sort {
                Sort::Probe => {
                    let news: News = self.sources.add(fact);
                    counter.probe(fact, news);
                }
                Sort::Backscatter => self.victims.add(fact),
                Sort::Reflection | Sort::Other => {}
            }
        }
        Ok(())
    }

    fn close(&mut self, closed: u32, out: &mut Out<'_>) -> Result<(), HandOverError> {
        self.aggregate.as_mut().map_or(Ok(()), |aggregate| aggregate.close(closed, out))
    }

    fn handed(&self) -> Handed {
        self.aggregate.as_ref().map_or_else(Handed::default, |aggregate| aggregate.handed)
    }
}

/// One shard.
pub(super) struct Shard {
    four: Family<u32>,
    six: Family<u128>,
    counter: Counter,
    days: BTreeMap<u32, Uniques>,
    /// Sources of each hour, where hours are counted.
    hours: Option<BTreeMap<u32, Uniques>>,
    exact: bool,
    closed: u32,
    /// First and last minute of the packets since a minute was closed.
    span: Option<(u32, u32)>,
}

impl Shard {
    /// One of so many; IPv6 gets a fourth of the memory, because nobody sees much of it.
    pub(super) fn new(settings: &Settings, shards: usize) -> Self {
        Self {
            four: Family::new(settings, shards, settings.dark.size(), 1),
            six: Family::new(settings, shards, 1 << 32, 4),
            counter: Counter::new(Arc::clone(&settings.countries)),
            days: BTreeMap::new(),
            hours: settings.hours.then(BTreeMap::new),
            exact: settings.exact_sources,
            closed: 0,
            span: None,
        }
    }

    /// Takes its part of a batch; gives the minutes that it closed.
    pub(super) fn apply(&mut self, part: &Part, out: &mut Out<'_>) -> Result<Vec<Closed>, HandOverError> {
        let mut over = Vec::new();
        let (mut four, mut six) = (0, 0);
        let end = Step { closed: 0, four: part.four.len(), six: part.six.len() };
        for step in part.steps.iter().chain([&end]) {
            self.facts(
                part.four.get(four..step.four).unwrap_or_default(),
                |shard| (&mut shard.four, &mut shard.counter),
                out,
            )?;
            self.facts(
                part.six.get(six..step.six).unwrap_or_default(),
                |shard| (&mut shard.six, &mut shard.counter),
                out,
            )?;
            (four, six) = (step.four, step.six);
            self.close(step.closed, &mut over, out)?;
        }
        Ok(over)
    }

    fn facts<A: Address>(
        &mut self,
        facts: &[Fact<A>],
        family: impl Fn(&mut Self) -> (&mut Family<A>, &mut Counter),
        out: &mut Out<'_>,
    ) -> Result<(), HandOverError> {
        let closed = self.closed;
        for group in facts.chunks(GROUP) {
            self.count_days(group);
            let (family, counter) = family(self);
            std::hint::black_box(family.touch(group));
            for fact in group {
                family.add(fact, closed, counter, out)?;
            }
        }
        Ok(())
    }

    fn count_days<A: Address>(&mut self, group: &[Fact<A>]) {
        let minutes = group.iter().filter(|fact| fact.roles & role::COUNT != 0).map(|fact| fact.second / 60);
        self.span = minutes.fold(self.span, |span, minute| joined(span, (minute, minute)));
        count_spans(group, 86_400, &mut self.days, DAYS, self.exact);
        if let Some(hours) = &mut self.hours {
            count_spans(group, 3_600, hours, HOURS, false);
        }
    }

    /// Minutes before `closed` are over.
    fn close(&mut self, closed: u32, over: &mut Vec<Closed>, out: &mut Out<'_>) -> Result<(), HandOverError> {
        if closed <= self.closed {
            return Ok(());
        }
        self.four.close(closed, out)?;
        self.six.close(closed, out)?;
        let from = if self.closed == 0 { closed - 1 } else { self.closed };
        for minute in from..closed.min(from.saturating_add(SILENT)) {
            let mut told = Vec::new();
            let end = (minute + 1).saturating_mul(60);
            self.four.victims.close(end, &mut told);
            self.six.victims.close(end, &mut told);
            self.four.sources.close(end, &mut told);
            self.six.sources.close(end, &mut told);
            over.push(Closed { minute, span: self.span.take(), tally: self.counter.take(), told });
        }
        self.closed = closed;
        Ok(())
    }

    /// The end: every minute is over, nothing more comes.
    pub(super) fn finish(&mut self, out: &mut Out<'_>) -> Result<Vec<Closed>, HandOverError> {
        let mut over = Vec::new();
        let last = self.closed.saturating_add(SILENT);
        self.close(last, &mut over, out)?;
        self.four.close(u32::MAX, out)?;
        self.six.close(u32::MAX, out)?;
        Ok(over)
    }

    pub(super) fn handed(&self) -> Handed {
        let mut sum = self.four.handed();
        sum += self.six.handed();
        sum
    }

    /// Packets that the detections had no room for.
    pub(super) fn unfollowed(&self) -> u64 {
        self.four.victims.unfollowed
            + self.four.sources.unfollowed
            + self.six.victims.unfollowed
            + self.six.sources.unfollowed
    }

    /// Different sources of each day.
    pub(super) fn days(&self) -> impl Iterator<Item = (Day, u64)> {
        self.days.iter().map(|(day, uniques)| (Day(i32::try_from(*day).unwrap_or(i32::MAX)), uniques.count()))
    }

    /// Different sources of each hour since 1970, where hours are counted.
    pub(super) fn hours(&self) -> impl Iterator<Item = (u32, u64)> {
        self.hours.iter().flatten().map(|(hour, uniques)| (*hour, uniques.count()))
    }

    /// Sources and victims that are followed now.
    pub(super) fn followed(&self) -> usize {
        self.four.victims.len() + self.four.sources.len() + self.six.victims.len() + self.six.sources.len()
    }
}

/// Counts different sources by spans of so many seconds, of which only the latest are kept.
/// A span of minutes that has another one in it.
pub(super) fn joined(span: Option<(u32, u32)>, (first, last): (u32, u32)) -> Option<(u32, u32)> {
    Some(span.map_or((first, last), |(from, until)| (from.min(first), until.max(last))))
}

fn count_spans<A: Address>(
    group: &[Fact<A>],
    seconds: u32,
    spans: &mut BTreeMap<u32, Uniques>,
    most: usize,
    exact: bool,
) {
    for run in group.chunk_by(|one, next| one.second / seconds == next.second / seconds) {
        let span = run.first().map_or(0, |fact| fact.second / seconds);
        if !spans.contains_key(&span) && spans.len() >= most {
            spans.pop_first();
        }
        let uniques = spans.entry(span).or_insert_with(|| Uniques::new(exact));
        for fact in run.iter().filter(|fact| fact.roles & role::COUNT != 0) {
            match A::BITS {
                32 => uniques.add4(fact.source.fold() as u32),
                _ => uniques.add6(fact.source.fold()),
            }
        }
    }
}
