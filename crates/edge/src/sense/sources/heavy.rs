//! A source that probes much: what it looked for and where.

use crate::sense::distinct::Distinct;
use crate::sense::fact::mark;

/// Ports that are followed one by one; a source with more is a wide one.
pub(super) const SERVICES: usize = 8;
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

/// What a busy source did; what each probe looks at stands first, in two lines of the cache.
#[derive(Default)]
#[repr(C, align(64))]
pub(super) struct Heavy {
    pub packets: u64,
    /// The ports of `services`, to be compared without going there.
    keys: [u32; SERVICES],
    pub services: Vec<Service>,
    hosts: Hosts,
    pub marked: [u32; 4],
    /// Most ports of one address within the window.
    pub most_ports: u64,
    /// All ports, also those that are not followed.
    pub all_services: Distinct,
    pub places: Distinct,
}

/// Counts from which on a rule may be met; below them nobody needs to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub destinations: u64,
    pub amplifier: u64,
    pub ports: u64,
    pub survey: u64,
    pub marks: u32,
    /// Packets from which on rules beside those of marks and amplifiers may be met.
    pub quiet: u64,
}

/// What a probe did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Added {
    /// Its port is new as far as is known.
    pub new: bool,
    /// A rule may be met now.
    pub stirred: bool,
}

/// Seconds in which the ports of an address must be looked for (Zeek: 5 minutes).
const HOST_WINDOW: u32 = 300;

impl Heavy {
    /// Of a source of which only marks are known.
    pub(super) fn marked(marked: [u8; 4]) -> Self {
        Self { marked: marked.map(u32::from), ..Self::default() }
    }

    /// Brings near what [`Self::add`] will look at.
    #[inline]
    pub(super) fn touch(&self, place: u32, service: u32) -> u64 {
        let [first, ..] = self.hosts.places;
        let sets = self.all_services.touch(service).wrapping_add(self.places.touch(place));
        sets.wrapping_add(self.packets).wrapping_add(u64::from(first))
    }

    /// Adds a probe.
    pub(super) fn add(
        &mut self,
        place: u32,
        service: u32,
        marks: u8,
        second: u32,
        space: u64,
        bounds: &Bounds,
    ) -> Added {
        self.packets += 1;
        let mut stirred = self.packets >= bounds.survey;
        if marks != 0 {
            for (count, mark) in self.marked.iter_mut().zip(mark::ALL) {
                *count += u32::from(marks & mark != 0);
                stirred |= marks & mark != 0 && *count <= bounds.marks;
            }
        }
        stirred |= self.host(place, service, second) >= bounds.ports;
        let known = self.keys.iter().take(self.services.len()).position(|known| *known == service);
        if let Some(known) = known.and_then(|at| self.services.get_mut(at)) {
            known.packets += 1;
            known.last = known.last.max(second);
            let new = known.places.add(place, space);
            // The rate may rise without a new address; a sketch is asked only when it changed.
            let count = if new || !known.places.is_sketch() { known.places.count() } else { 0 };
            stirred |= new && count == bounds.amplifier || !known.told && count >= bounds.destinations;
            return Added { new: false, stirred };
        }
        let new = self.all_services.add(service, 1 << 32);
        // Places of the first few ports are in their own sets.
        if let Some(key) = self.keys.get_mut(self.services.len()) {
            *key = service;
            let mut places = Distinct::default();
            places.add(place, space);
            self.services.push(Service { service, packets: 1, first: second, last: second, places, told: false });
            // A port of the set of bots counts for marks that were seen before.
            stirred |= bounds.amplifier <= 1 || self.marked.iter().any(|count| *count > 0);
        } else if self.places.add(place, space) {
            stirred |= self.places.count() >= bounds.destinations;
        }
        Added { new, stirred }
    }

    /// Notes the port of an address; how many of its ports were looked for within the window.
    fn host(&mut self, place: u32, service: u32, second: u32) -> u64 {
        let hosts = &mut self.hosts;
        let known = hosts.places.iter().zip(hosts.counts).position(|(known, count)| count > 0 && *known == place);
        // The address with the fewest ports makes room: a sweep over addresses has one port of each.
        let fewest = || (0..HOSTS).min_by_key(|at| hosts.counts.get(*at).copied());
        let Some(at) = known.or_else(fewest) else { return 0 };
        let (Some(place_of), Some(since), Some(count), Some(first), Some(others)) = (
            hosts.places.get_mut(at),
            hosts.since.get_mut(at),
            hosts.counts.get_mut(at),
            hosts.firsts.get_mut(at),
            hosts.others.get_mut(at),
        ) else {
            return 0;
        };
        if known.is_none() || second.saturating_sub(*since) > HOST_WINDOW {
            (*place_of, *since, *count, *first) = (place, second, 1, service);
            return 1;
        }
        let listed = usize::from(*count) - 1;
        if *first == service || others.iter().take(listed).any(|known| *known == service) {
            return u64::from(*count);
        }
        if let Some(free) = others.get_mut(listed) {
            *free = service;
            *count += 1;
            self.most_ports = self.most_ports.max(u64::from(*count));
        }
        u64::from(*count)
    }

    /// How many different ports it looked for.
    pub(super) fn ports(&self) -> u64 {
        self.all_services.count()
    }
}
