//! Victims of denial of service, by what they answer to spoofed packets (RSDoS).

use renkei_formats::packet::protocol;

use super::address::{Address, mix};
use super::detection::{Detection, Evidence, Phase, Subject, moment};
use super::distinct::Distinct;
use super::fact::Fact;
use super::rule::{DosVictim, Rule, RuleName, Smallest};
use super::slots::{Slot, Slots};

/// Packets of a victim before it gets room of its own: most answer once or twice and never again.
const LIGHT: usize = 5;
/// Seconds that a window slides by.
const STEP: u32 = 10;
/// Steps of the longest window.
const STEPS: usize = 30;

/// A victim under one protocol.
#[derive(Clone, Copy, Default)]
struct Light<A> {
    victim: A,
    attack: u8,
    count: u8,
    mismatches: u8,
    last: u32,
    bytes: u32,
    /// Number of its heavy part plus one.
    heavy: u32,
    port: u16,
    ports: u16,
    seen: [(u32, u32); LIGHT],
}

impl<A: Address> Slot for Light<A> {
    type Key = (A, u8);
    fn key(&self) -> (A, u8) {
        (self.victim, self.attack)
    }
    fn is_free(&self) -> bool {
        self.count == 0
    }
}

/// A victim that answers much.
#[derive(Default)]
struct Heavy {
    first: u32,
    packets: u64,
    bytes: u64,
    mismatches: u64,
    places: Distinct,
    ports: Distinct,
    /// Packets of each step, the current one at `step % STEPS`.
    steps: [u32; STEPS],
    step: u32,
    /// Packets of the steps in the window that ends now.
    sum: u64,
    peak: u64,
    told: bool,
}

impl Heavy {
    fn add(&mut self, second: u32, place: u32, space: u64, window: u32) {
        let step = second / STEP;
        let begins = self.packets == 0 || step > self.step;
        if self.packets == 0 {
            (self.first, self.step) = (second, step);
        }
        self.first = self.first.min(second);
        self.packets += 1;
        self.places.add(place, space);
        // Steps that passed without a packet are emptied.
        let passed = step.saturating_sub(self.step).min(STEPS as u32);
        for empty in 1..=passed {
            if let Some(count) = self.steps.get_mut((self.step.wrapping_add(empty)) as usize % STEPS) {
                *count = 0;
            }
        }
        if step > self.step {
            self.step = step.max(self.step);
            // After a longer gap every step is empty, whatever its place.
            if passed == STEPS as u32 {
                self.steps = [0; STEPS];
            }
        }
        // A packet that comes late counts for the step it comes in, if its own is too far back.
        let back = self.step.saturating_sub(step);
        let at = if (back as usize) < STEPS { step } else { self.step };
        if let Some(count) = self.steps.get_mut(at as usize % STEPS) {
            *count += 1;
        }
        let wide = (window / STEP).clamp(1, STEPS as u32);
        if begins {
            let counts = (0..wide).filter_map(|back| self.steps.get(self.step.wrapping_sub(back) as usize % STEPS));
            self.sum = counts.map(|count| u64::from(*count)).sum();
        } else if self.step - at < wide {
            self.sum += 1;
        }
        self.peak = self.peak.max(self.sum);
    }
}

/// The victims of one shard and one family of addresses.
pub(super) struct Victims<A> {
    slots: Slots<Light<A>>,
    heavy: Vec<Heavy>,
    free: Vec<u32>,
    rule: Rule<DosVictim>,
    smallest: Smallest,
    secret: u64,
    space: u64,
    /// Packets that no room was left for.
    pub(super) unfollowed: u64,
}

/// The protocols that are told apart.
const fn group(attack: u8) -> u8 {
    match attack {
        protocol::TCP | protocol::UDP => attack,
        _ => protocol::ICMP,
    }
}

impl<A: Address> Victims<A> {
    pub(super) fn new(rule: Rule<DosVictim>, addresses: u64, space: u64, most: usize, secret: u64) -> Self {
        let smallest = rule.thresholds.smallest(addresses);
        let (slots, heavy, free) = (Slots::new(most), Vec::new(), Vec::new());
        Self { slots, heavy, free, rule, smallest, secret, space, unfollowed: 0 }
    }

    pub(super) fn add(&mut self, fact: &Fact<A>) {
        let (secret, space, window) = (self.secret, self.space, self.smallest.window_seconds);
        let key = (fact.actor, group(fact.attack));
        let hash = |(victim, attack): (A, u8)| mix(victim.fold(), secret ^ u64::from(attack));
        let make = || Light { victim: key.0, attack: key.1, port: fact.source_port, ports: 1, ..Light::default() };
        let Ok((light, _)) = self.slots.of(key, hash, make) else {
            self.unfollowed += 1;
            return;
        };
        light.last = light.last.max(fact.second);
        if light.heavy == 0 {
            if let Some(seen) = light.seen.get_mut(usize::from(light.count)) {
                *seen = (fact.second, fact.place);
                light.count += 1;
                light.bytes = light.bytes.saturating_add(fact.length);
                light.mismatches += u8::from(fact.mismatch);
                light.ports += u16::from(light.port != fact.source_port);
                return;
            }
            light.heavy = promote(&mut self.heavy, &mut self.free, light, space, window);
        }
        if let Some(heavy) = self.heavy.get_mut(light.heavy as usize - 1) {
            heavy.add(fact.second, fact.place, space, window);
            heavy.bytes += u64::from(fact.length);
            heavy.mismatches += u64::from(fact.mismatch);
            heavy.ports.add(u32::from(fact.source_port), 1 << 16);
        }
    }

    /// The minute that ends at this second is over: tells what began and what is over.
    pub(super) fn close(&mut self, end: u32, told: &mut Vec<Detection>) {
        let Self { slots, heavy, free, rule, smallest, secret, .. } = self;
        let hash = |(victim, attack): (A, u8)| mix(victim.fold(), *secret ^ u64::from(attack));
        let idle = smallest.window_seconds.max(60);
        slots.retain(hash, |light| {
            let over = light.last.saturating_add(idle) < end;
            let place = light.heavy.checked_sub(1);
            if let Some(known) = place.and_then(|place| heavy.get_mut(place as usize)) {
                let met = known.packets >= rule.thresholds.packets
                    && light.last.saturating_sub(known.first) >= rule.thresholds.seconds
                    && known.peak >= smallest.packets;
                if met && !known.told {
                    known.told = true;
                    told.push(detection(light, known, rule.version, Phase::Opened, smallest.addresses, end));
                }
                if over && known.told {
                    told.push(detection(light, known, rule.version, Phase::Closed, smallest.addresses, end));
                }
            }
            if over && let Some(place) = place {
                free.push(place);
            }
            !over
        });
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }
}

fn promote<A>(heavy: &mut Vec<Heavy>, free: &mut Vec<u32>, light: &Light<A>, space: u64, window: u32) -> u32 {
    let mut fresh =
        Heavy { bytes: u64::from(light.bytes), mismatches: u64::from(light.mismatches), ..Heavy::default() };
    for (second, place) in light.seen {
        fresh.add(second, place, space, window);
    }
    fresh.ports.add(u32::from(light.port), 1 << 16);
    let place = free.pop().unwrap_or(heavy.len() as u32);
    match heavy.get_mut(place as usize) {
        Some(used) => *used = fresh,
        None => heavy.push(fresh),
    }
    place + 1
}

fn detection<A: Address>(
    light: &Light<A>,
    heavy: &Heavy,
    version: u32,
    phase: Phase,
    addresses: u64,
    end: u32,
) -> Detection {
    let seconds = light.last.saturating_sub(heavy.first);
    let ports = heavy.ports.count();
    let evidence = Evidence {
        packets: heavy.packets,
        protocol: Some(light.attack),
        port: (ports == 1 && light.attack != protocol::ICMP).then_some(light.port),
        bytes: Some(heavy.bytes),
        destinations: Some(heavy.places.count()),
        ports: Some(ports),
        peak: Some(heavy.peak),
        mismatches: (heavy.mismatches > 0).then_some(heavy.mismatches),
        internet_wide: Some(super::rule::internet_wide(heavy.packets, seconds, addresses).round() as u64),
        ..Evidence::default()
    };
    Detection {
        rule: RuleName::DosVictim,
        version,
        phase,
        subject: Subject::Victim { address: light.victim.ip() },
        first: moment(heavy.first),
        last: moment(light.last),
        told: moment(end),
        evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sense::rule::Rules;

    /// Detections of packets at these seconds on a sensor of this size, minutes closed as they pass.
    fn run(addresses: u64, seconds: impl IntoIterator<Item = u32>) -> Vec<Detection> {
        let rule = Rules::shipped().unwrap().dos_victim;
        let mut victims = Victims::<u32>::new(rule, addresses, addresses, 1 << 10, 1);
        let (mut told, mut minute) = (Vec::new(), 0);
        for second in seconds {
            while second / 60 > minute {
                minute += 1;
                victims.close(minute * 60, &mut told);
            }
            victims.add(&Fact { actor: 9, second, attack: 6, source_port: 80, length: 40, ..Fact::default() });
        }
        (minute + 1..minute + 20).for_each(|minute| victims.close(minute * 60, &mut told));
        assert_eq!(victims.len(), 0);
        told
    }

    #[test]
    fn as_published_on_a_large_sensor() {
        let large = 1 << 24;
        let told = run(large, (0..120).map(|at| at / 2));
        assert!(told.is_empty(), "59 seconds are no minute: {told:?}");
        let told = run(large, (0..124).map(|at| at / 2));
        assert_eq!(told.iter().map(|one| one.phase).collect::<Vec<_>>(), [Phase::Opened, Phase::Closed]);
        assert_eq!((told[1].evidence.packets, told[1].evidence.peak), (124, Some(120)));
        assert_eq!(told[0].evidence.port, Some(80));
        assert!(run(large, (0..600).step_by(3)).is_empty(), "20 packets in 60 s are below the peak");
        assert!(run(large, [0; 5_000]).is_empty(), "thousands at once are no attack by the duration");
    }

    #[test]
    fn a_small_sensor_needs_fewer() {
        assert_eq!(run(2_048, (0..600).step_by(11)).len(), 2);
        assert!(run(2_048, (0..600).step_by(13)).is_empty());
    }
}
