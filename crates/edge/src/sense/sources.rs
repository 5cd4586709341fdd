//! Sources that probe: scans across addresses and ports, marks of tools, bots, looking for amplifiers.

mod heavy;
mod busy;
mod told;

use super::address::{Address, mix};
use super::detection::Detection;
use super::fact::{Fact, mark};
use super::rule::Rules;
use super::slots::{Slot, Slots};
use busy::{Busy, Probe};
use heavy::Bounds;
pub(super) use told::Limits;
use told::Seen;

/// Probes of a source before it gets room of its own.
const LIGHT: usize = 5;

/// Sources whose places in memory are brought near together, at most.
const TOGETHER: usize = 64;

/// A source: one line of the cache for IPv4.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Light<A> {
    source: A,
    first: u32,
    last: u32,
    /// Number of its busy part plus one.
    busy: u32,
    count: u8,
    marked: [u8; 4],
    /// Rules that were told, as bits.
    told: u8,
    household: bool,
    /// Whether a rule may be met since the last minute closed.
    stirred: Stirred,
    probes: [(u32, u32); LIGHT],
}

/// Whether a rule may be met since the last minute closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Stirred {
    #[default]
    No,
    /// Its probes must be gone through to know.
    Perhaps,
    Yes,
}

impl<A: Address> Slot for Light<A> {
    type Key = A;
    fn key(&self) -> A {
        self.source
    }
    fn is_free(&self) -> bool {
        self.count == 0
    }
}

/// What a probe was for the tallies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct News {
    /// The source is new.
    pub source: bool,
    /// The source did not look for this port before, as far as it was followed.
    pub service: bool,
    /// The source looks for household devices for the first time.
    pub household: bool,
}

/// The sources of one shard and one family of addresses.
pub(super) struct Sources<A> {
    slots: Slots<Light<A>>,
    busy: Vec<Busy>,
    free: Vec<u32>,
    /// Busy parts that there may be.
    most_busy: usize,
    /// Minutes closed so far.
    round: u32,
    limits: Limits,
    bounds: Bounds,
    secret: u64,
    space: u64,
    /// Packets that no room was left for.
    pub(super) unfollowed: u64,
}

impl<A: Address> Sources<A> {
    pub(super) fn new(rules: &Rules, addresses: u64, space: u64, most: usize, secret: u64) -> Self {
        let limits = Limits::new(rules, addresses);
        Self {
            slots: Slots::new(most),
            busy: Vec::new(),
            free: Vec::new(),
            most_busy: most / 8,
            round: 0,
            bounds: limits.bounds(),
            limits,
            secret,
            space,
            unfollowed: 0,
        }
    }

    /// Brings near what [`Self::add`] will look at: slots, then what they lead to.
    #[inline]
    pub(super) fn touch(&self, facts: &[Fact<A>]) -> u64 {
        let hash = |fact: &Fact<A>| mix(fact.actor.fold(), self.secret);
        let near = |fact: &Fact<A>| self.slots.near(hash(fact)).is_some_and(Light::is_free);
        let mut sum = facts.iter().filter(|fact| near(fact)).count() as u64;
        let mut parts = [0_u32; TOGETHER];
        for (part, fact) in parts.iter_mut().zip(facts) {
            *part = self.slots.get(fact.actor, hash(fact)).map_or(0, |light| light.busy);
        }
        let part = |number: u32| self.busy.get((number as usize).wrapping_sub(1));
        for number in parts {
            sum = sum.wrapping_add(part(number).map_or(0, Busy::near));
        }
        for (number, fact) in parts.into_iter().zip(facts) {
            sum = sum.wrapping_add(part(number).map_or(0, |busy| busy.touch(fact.place, fact.service())));
        }
        sum
    }

    #[inline]
    pub(super) fn add(&mut self, fact: &Fact<A>) -> News {
        let secret = self.secret;
        let make = || Light { source: fact.actor, first: fact.second, ..Light::default() };
        let Ok((light, made)) = self.slots.of(fact.actor, |source| mix(source.fold(), secret), make) else {
            self.unfollowed += 1;
            return News::default();
        };
        light.last = light.last.max(fact.second);
        light.first = light.first.min(fact.second);
        let household = !light.household && self.limits.is_household(fact);
        light.household |= household;
        let service = fact.service();
        if light.busy == 0 {
            if let Some(place) = light.probes.get_mut(usize::from(light.count)) {
                *place = (fact.place, service);
                let known = light.probes.iter().take(usize::from(light.count)).any(|probe| probe.1 == service);
                light.count += 1;
                light.stirred = Stirred::Yes;
                for (count, mark) in light.marked.iter_mut().zip(mark::ALL) {
                    *count += u8::from(fact.marks & mark != 0);
                }
                return News { source: made, service: !known, household };
            }
            if self.free.is_empty() && self.busy.len() >= self.most_busy {
                self.unfollowed += 1;
                return News::default();
            }
            let busy = Busy::of(light.probes, light.first, light.marked, self.round, &self.limits);
            light.busy = keep(&mut self.busy, &mut self.free, busy);
            light.stirred = Stirred::Yes;
        }
        let Some(busy) = self.busy.get_mut(light.busy as usize - 1) else { return News::default() };
        let probe = Probe { place: fact.place, service, marks: fact.marks, second: fact.second };
        let around = Around { round: self.round, space: self.space, limits: &self.limits, bounds: &self.bounds };
        let (new, stirred) = busy.add(&probe, light.told, &around, light.marked);
        light.stirred = light.stirred.max(stirred);
        News { source: made, service: new, household }
    }

    /// The minute that ends at this second is over: tells what began and what is over.
    pub(super) fn close(&mut self, end: u32, told: &mut Vec<Detection>) {
        let Self { slots, busy, free, limits, bounds, secret, round, space, .. } = self;
        let around = Around { round: *round, space: *space, limits, bounds };
        slots.retain(
            |source| mix(source.fold(), *secret),
            |light| {
                let over = light.last.saturating_add(limits.expires) < end;
                if light.stirred == Stirred::No && !over {
                    return true;
                }
                let stirred = std::mem::take(&mut light.stirred) == Stirred::Yes || over;
                let mut seen = Seen {
                    address: light.source.ip(),
                    first: light.first,
                    last: light.last,
                    end,
                    over,
                    told: light.told,
                };
                let known = light.busy.checked_sub(1);
                match known.and_then(|place| busy.get_mut(place as usize)) {
                    Some(known) if known.is_quiet(bounds) && known.is_noted() => seen.noted(known, limits, told),
                    Some(known) => {
                        let quiet = known.is_quiet(bounds);
                        let (heavy, fresh) = known.go_through(&around, light.marked);
                        if stirred || fresh || quiet {
                            seen.heavy(heavy, limits, told);
                        }
                    }
                    None => seen.light(light.count, light.marked, light.probes, limits, told),
                }
                light.told = seen.told;
                if over && let Some(place) = known {
                    free.push(place);
                    if let Some(known) = busy.get_mut(place as usize) {
                        known.forget();
                    }
                }
                !over
            },
        );
        self.round = self.round.wrapping_add(1);
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }
}

/// What a probe is looked at with.
struct Around<'a> {
    /// Minutes closed so far.
    round: u32,
    /// Dark addresses.
    space: u64,
    limits: &'a Limits,
    bounds: &'a Bounds,
}

/// Gives a busy part its place; the number of the place plus one.
fn keep(all: &mut Vec<Busy>, free: &mut Vec<u32>, busy: Busy) -> u32 {
    let place = free.pop().unwrap_or(all.len() as u32);
    match all.get_mut(place as usize) {
        Some(used) => *used = busy,
        None => all.push(busy),
    }
    place + 1
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod same;
