//! A source that probes much: what it looked for and where.

use crate::sense::distinct::Distinct;
use crate::sense::sources::MARKS;

/// Ports that are followed one by one; a source with more is a wide one.
const SERVICES: usize = 8;
/// Addresses whose ports are counted at the same time.
const HOSTS: usize = 4;
/// Ports of an address that are counted.
const PORTS: usize = 16;

/// One port of a protocol, and where it was looked for.
pub(super) struct Service {
    pub service: u32,
    pub packets: u64,
    pub first: u32,
    pub last: u32,
    pub places: Distinct,
    pub told: bool,
}

/// Addresses, and which of their ports were looked for; what is compared for each probe lies together.
#[derive(Clone, Copy, Default)]
struct Hosts {
    places: [u32; HOSTS],
    since: [u32; HOSTS],
    counts: [u8; HOSTS],
    /// The first port of each, then the others, which only a scan of ports needs.
    firsts: [u32; HOSTS],
    others: [[u32; PORTS - 1]; HOSTS],
}

/// What a busy source did.
#[derive(Default)]
pub(super) struct Heavy {
    pub packets: u64,
    pub marked: [u32; 4],
    pub services: Vec<Service>,
    /// All ports, also those that are not followed.
    pub all_services: Distinct,
    pub places: Distinct,
    hosts: Hosts,
    /// Whether it did anything since the last minute closed.
    pub stirred: bool,
    /// Most ports of one address within the window.
    pub most_ports: u64,
}

/// Seconds in which the ports of an address must be looked for (Zeek: 5 minutes).
const HOST_WINDOW: u32 = 300;

impl Heavy {
    /// Adds a probe; whether its port is new as far as is known.
    pub(super) fn add(&mut self, place: u32, service: u32, marks: u8, second: u32, space: u64) -> bool {
        self.packets += 1;
        self.stirred = true;
        if marks != 0 {
            for (count, mark) in self.marked.iter_mut().zip(MARKS) {
                *count += u32::from(marks & mark != 0);
            }
        }
        self.host(place, service, second);
        if let Some(known) = self.services.iter_mut().find(|known| known.service == service) {
            known.packets += 1;
            known.last = known.last.max(second);
            known.places.add(place, space);
            return false;
        }
        // Places of the first few ports are in their own sets.
        let new = self.all_services.add(service, 1 << 32);
        if self.services.len() < SERVICES {
            let mut places = Distinct::default();
            places.add(place, space);
            self.services.push(Service { service, packets: 1, first: second, last: second, places, told: false });
        } else {
            self.places.add(place, space);
        }
        new
    }

    fn host(&mut self, place: u32, service: u32, second: u32) {
        let hosts = &mut self.hosts;
        let known = hosts.places.iter().zip(hosts.counts).position(|(known, count)| count > 0 && *known == place);
        // The address with the fewest ports makes room: a sweep over addresses has one port of each.
        let fewest = || (0..HOSTS).min_by_key(|at| hosts.counts.get(*at).copied());
        let Some(at) = known.or_else(fewest) else { return };
        let (Some(place_of), Some(since), Some(count), Some(first), Some(others)) = (
            hosts.places.get_mut(at),
            hosts.since.get_mut(at),
            hosts.counts.get_mut(at),
            hosts.firsts.get_mut(at),
            hosts.others.get_mut(at),
        ) else {
            return;
        };
        if known.is_none() || second.saturating_sub(*since) > HOST_WINDOW {
            (*place_of, *since, *count, *first) = (place, second, 1, service);
            return;
        }
        let listed = usize::from(*count) - 1;
        if *first == service || others.iter().take(listed).any(|known| *known == service) {
            return;
        }
        if let Some(free) = others.get_mut(listed) {
            *free = service;
            *count += 1;
            self.most_ports = self.most_ports.max(u64::from(*count));
        }
    }

    /// How many different ports it looked for.
    pub(super) fn ports(&self) -> u64 {
        self.all_services.count()
    }
}
