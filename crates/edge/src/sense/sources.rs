//! Sources that probe: scans across addresses and ports, marks of tools, bots, looking for amplifiers.

mod heavy;
mod told;

use super::address::{Address, mix};
use super::detection::Detection;
use super::fact::{Fact, mark};
use super::rule::Rules;
use super::slots::{Slot, Slots};
use heavy::{Added, Bounds, Heavy};
pub(super) use told::Limits;
use told::Seen;

/// Probes of a source before it gets room of its own.
const LIGHT: usize = 5;

/// A source.
#[derive(Clone, Copy, Default)]
struct Light<A> {
    source: A,
    first: u32,
    last: u32,
    /// Number of its heavy part plus one.
    heavy: u32,
    count: u8,
    marked: [u8; 4],
    /// Rules that were told, as bits.
    told: u8,
    household: bool,
    /// Whether a rule may be met since the last minute closed.
    stirred: bool,
    probes: [(u32, u32); LIGHT],
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
    heavy: Vec<Heavy>,
    free: Vec<u32>,
    /// Heavy parts that there may be.
    most_heavy: usize,
    limits: Limits,
    bounds: Bounds,
    secret: u64,
    space: u64,
    /// Packets that no room was left for.
    pub(super) unfollowed: u64,
}

/// The marks in the order of their counters.
const MARKS: [u8; 4] = [mark::MIRAI, mark::ZMAP, mark::MASSCAN, mark::STATELESS];

impl<A: Address> Sources<A> {
    pub(super) fn new(rules: &Rules, addresses: u64, space: u64, most: usize, secret: u64) -> Self {
        let limits = Limits::new(rules, addresses);
        Self {
            slots: Slots::new(most),
            heavy: Vec::new(),
            free: Vec::new(),
            most_heavy: most / 8,
            bounds: limits.bounds(),
            limits,
            secret,
            space,
            unfollowed: 0,
        }
    }

    #[inline]
    pub(super) fn touch(&self, fact: &Fact<A>) -> bool {
        self.slots.touch(mix(fact.actor.fold(), self.secret))
    }

    /// Brings near what [`Self::add`] will look at behind the slot.
    #[inline]
    pub(super) fn touch_heavy(&self, fact: &Fact<A>) -> bool {
        let light = self.slots.near(mix(fact.actor.fold(), self.secret));
        let place = light.and_then(|light| light.heavy.checked_sub(1));
        place.and_then(|place| self.heavy.get(place as usize)).is_some_and(|heavy| heavy.packets == 0)
    }

    #[inline]
    pub(super) fn add(&mut self, fact: &Fact<A>) -> News {
        let (secret, space) = (self.secret, self.space);
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
        if light.heavy == 0 {
            if let Some(place) = light.probes.get_mut(usize::from(light.count)) {
                *place = (fact.place, service);
                let known = light.probes.iter().take(usize::from(light.count)).any(|probe| probe.1 == service);
                light.count += 1;
                light.stirred = true;
                for (count, mark) in light.marked.iter_mut().zip(MARKS) {
                    *count += u8::from(fact.marks & mark != 0);
                }
                return News { source: made, service: !known, household };
            }
            if self.free.is_empty() && self.heavy.len() >= self.most_heavy {
                self.unfollowed += 1;
                return News::default();
            }
            light.heavy = promote(&mut self.heavy, &mut self.free, light, space, &self.bounds);
            light.stirred = true;
        }
        let Added { new, stirred } = match self.heavy.get_mut(light.heavy as usize - 1) {
            Some(heavy) => heavy.add(fact.place, service, fact.marks, fact.second, space, &self.bounds),
            None => Added::default(),
        };
        light.stirred |= stirred;
        News { source: made, service: new, household }
    }

    /// The minute that ends at this second is over: tells what began and what is over.
    pub(super) fn close(&mut self, end: u32, told: &mut Vec<Detection>) {
        let Self { slots, heavy, free, limits, secret, .. } = self;
        slots.retain(
            |source| mix(source.fold(), *secret),
            |light| {
                let over = light.last.saturating_add(limits.expires) < end;
                if !std::mem::take(&mut light.stirred) && !over {
                    return true;
                }
                let known = light.heavy.checked_sub(1).and_then(|place| heavy.get_mut(place as usize));
                let mut seen = Seen {
                    address: light.source.ip(),
                    first: light.first,
                    last: light.last,
                    end,
                    over,
                    told: light.told,
                };
                match known {
                    Some(known) => seen.heavy(known, limits, told),
                    None => seen.light(light.count, light.marked, light.probes, limits, told),
                }
                light.told = seen.told;
                if over && let Some(place) = light.heavy.checked_sub(1) {
                    free.push(place);
                }
                !over
            },
        );
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }
}

fn promote<A>(heavy: &mut Vec<Heavy>, free: &mut Vec<u32>, light: &Light<A>, space: u64, bounds: &Bounds) -> u32 {
    let place = free.pop().unwrap_or(heavy.len() as u32);
    if heavy.len() <= place as usize {
        heavy.push(Heavy::default());
    }
    if let Some(fresh) = heavy.get_mut(place as usize) {
        *fresh = Heavy::default();
        for (at, service) in light.probes {
            fresh.add(at, service, 0, light.first, space, bounds);
        }
        fresh.marked = light.marked.map(u32::from);
    }
    place + 1
}

#[cfg(test)]
mod tests;
