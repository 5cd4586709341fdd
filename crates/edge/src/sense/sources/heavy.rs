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

/// One address, and which of its ports were looked for.
#[derive(Clone, Copy, Default)]
struct Host {
    place: u32,
    since: u32,
    count: u8,
    services: [u32; PORTS],
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
    hosts: [Host; HOSTS],
    /// Most ports of one address within the window.
    pub most_ports: u64,
}

/// Seconds in which the ports of an address must be looked for (Zeek: 5 minutes).
const HOST_WINDOW: u32 = 300;

impl Heavy {
    /// Adds a probe; whether its port is new as far as is known.
    pub(super) fn add(&mut self, place: u32, service: u32, marks: u8, second: u32, space: u64) -> bool {
        self.packets += 1;
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
        let known = self.hosts.iter().position(|host| host.count > 0 && host.place == place);
        // The address with the fewest ports makes room: a sweep over addresses has one port of each.
        let at = known.or_else(|| (0..HOSTS).min_by_key(|at| self.hosts.get(*at).map_or(0, |host| host.count)));
        let Some(host) = at.and_then(|at| self.hosts.get_mut(at)) else { return };
        if known.is_none() || second.saturating_sub(host.since) > HOST_WINDOW {
            *host = Host { place, since: second, ..Host::default() };
        }
        let count = usize::from(host.count);
        if host.services.iter().take(count).any(|known| *known == service) {
            return;
        }
        if let Some(free) = host.services.get_mut(count) {
            *free = service;
            host.count += 1;
            self.most_ports = self.most_ports.max(u64::from(host.count));
        }
    }

    /// Whether it looks for more ports than are followed.
    pub(super) fn is_wide(&self) -> bool {
        self.places.count() > 0
    }

    /// How many different ports it looked for.
    pub(super) fn ports(&self) -> u64 {
        self.all_services.count()
    }
}
