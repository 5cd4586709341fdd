//! One flow of one minute in half a line of the cache: most have one packet, or packets all alike.

use renkei_formats::packet::{flag, protocol};
use renkei_table::Minute;

use crate::sense::address::{Address, mix};
use crate::sense::distinct::Distinct;
use crate::sense::fact::{Fact, mark};
use crate::sense::slots::Slot;

/// What a flow is found by: source; port, protocol, flags; class of TTL.
pub(super) type Key<A> = (A, u32, u8);

/// A flow whose packets are alike; counted packets make its slot taken.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
pub(super) struct Flow<A> {
    source: A,
    /// Port, protocol, flags.
    key: u32,
    packets: u32,
    /// Its first place, or the number of its [`Unlike`].
    place: u32,
    /// Its second place, if the state says so.
    second: u32,
    /// Length of the first packet, which is that of all if they are alike.
    length: u16,
    /// Window of the first packet.
    window: u16,
    ttl: u8,
    /// Marks of all packets, and the bits below.
    state: u8,
}

/// Marks that are counted.
const MARKS: u8 = mark::MIRAI | mark::ZMAP | mark::MASSCAN;
/// It has two places.
const TWO: u8 = 0x40;
/// Its packets are not alike, or have more than two places.
const UNLIKE: u8 = 0x80;

/// What is counted of a flow whose packets are not alike.
pub(super) struct Unlike {
    bytes: u64,
    mirai: u32,
    zmap: u32,
    masscan: u32,
    min: u16,
    max: u16,
    places: Distinct,
}

impl<A: Address> Slot for Flow<A> {
    type Key = Key<A>;
    #[inline]
    fn key(&self) -> Key<A> {
        (self.source, self.key, self.ttl)
    }
    #[inline]
    fn is_free(&self) -> bool {
        self.packets == 0
    }
}

/// The usual initial TTL that a packet began with.
pub(in crate::sense) const fn ttl_class(ttl: u8) -> u8 {
    match ttl {
        0..=32 => 32,
        33..=64 => 64,
        65..=128 => 128,
        129.. => 255,
    }
}

#[inline]
pub(super) fn key<A: Address>(fact: &Fact<A>) -> Key<A> {
    let key = u32::from(fact.port) << 16 | u32::from(fact.protocol) << 8 | u32::from(fact.flags);
    (fact.source, key, ttl_class(fact.ttl))
}

#[inline]
pub(super) fn hash<A: Address>((source, key, ttl): Key<A>, secret: u64) -> u64 {
    mix(source.fold() << 32 | u64::from(key), secret ^ u64::from(ttl) ^ source.fold() >> 32)
}

#[inline]
fn size<A>(fact: &Fact<A>) -> u16 {
    fact.length.min(u32::from(u16::MAX)) as u16
}

impl<A: Address> Flow<A> {
    /// Of its first packet, which is not counted yet.
    #[inline]
    pub(super) fn of(fact: &Fact<A>) -> Self {
        let (source, key, ttl) = key(fact);
        let window = if fact.protocol == protocol::TCP { fact.window } else { 0 };
        let state = fact.marks & MARKS;
        Self { source, key, packets: 0, place: fact.place, second: 0, length: size(fact), window, ttl, state }
    }

    /// Counts a packet; bytes of memory that it took besides the flow.
    #[inline]
    pub(super) fn add(&mut self, fact: &Fact<A>, unlike: &mut Vec<Unlike>, space: u64) -> usize {
        if u32::from(self.length) != fact.length || self.state & !TWO != fact.marks & MARKS {
            return self.add_unlike(fact, unlike, space);
        }
        let two = self.state & TWO != 0;
        if fact.place != self.place && !(two && fact.place == self.second) {
            if two {
                return self.add_unlike(fact, unlike, space);
            }
            (self.second, self.state) = (fact.place, self.state | TWO);
        }
        self.packets = self.packets.saturating_add(1);
        0
    }

    #[inline(never)]
    fn add_unlike(&mut self, fact: &Fact<A>, unlike: &mut Vec<Unlike>, space: u64) -> usize {
        let mut taken = 0;
        if self.state & UNLIKE == 0 {
            taken += size_of::<Unlike>();
            unlike.push(self.alike(space));
            (self.place, self.state) = (unlike.len() as u32 - 1, UNLIKE);
        }
        self.packets = self.packets.saturating_add(1);
        let Some(more) = unlike.get_mut(self.place as usize) else { return taken };
        more.bytes += u64::from(fact.length);
        more.min = more.min.min(size(fact));
        more.max = more.max.max(size(fact));
        more.mirai += u32::from(fact.marks & mark::MIRAI != 0);
        more.zmap += u32::from(fact.marks & mark::ZMAP != 0);
        more.masscan += u32::from(fact.marks & mark::MASSCAN != 0);
        let before = more.places.bytes();
        more.places.add(fact.place, space);
        taken + more.places.bytes().saturating_sub(before)
    }

    /// What is counted of packets that are alike.
    fn alike(&self, space: u64) -> Unlike {
        let marked = |mark: u8| if self.state & mark == 0 { 0 } else { self.packets };
        let mut places = Distinct::default();
        if self.packets > 0 {
            places.add(self.place, space);
        }
        if self.state & TWO != 0 {
            places.add(self.second, space);
        }
        Unlike {
            bytes: u64::from(self.packets) * u64::from(self.length),
            mirai: marked(mark::MIRAI),
            zmap: marked(mark::ZMAP),
            masscan: marked(mark::MASSCAN),
            min: self.length,
            max: self.length,
            places,
        }
    }

    /// Packets.
    pub(super) const fn packets(&self) -> u32 {
        self.packets
    }

    /// Its row.
    pub(super) fn row(&self, unlike: &[Unlike]) -> Minute {
        let syn = (self.key >> 8) as u8 == protocol::TCP && self.key as u8 & (flag::SYN | flag::ACK) == flag::SYN;
        let marked = |mark: u8| if self.state & mark == 0 { 0 } else { self.packets };
        let alike = Minute {
            src_ip: self.source.ip(),
            dst_port: (self.key >> 16) as u16,
            protocol: (self.key >> 8) as u8,
            tcp_flags: self.key as u8,
            ttl_class: self.ttl,
            packets: u64::from(self.packets),
            bytes: u64::from(self.packets) * u64::from(self.length),
            min_size: self.length,
            max_size: self.length,
            destinations: if self.state & TWO == 0 { 1 } else { 2 },
            first_syn_length: if syn { self.length } else { 0 },
            first_window: self.window,
            mirai_packets: marked(mark::MIRAI),
            zmap_packets: marked(mark::ZMAP),
            masscan_packets: marked(mark::MASSCAN),
        };
        match unlike.get(self.place as usize).filter(|_| self.state & UNLIKE != 0) {
            None => alike,
            Some(more) => Minute {
                bytes: more.bytes,
                min_size: more.min,
                max_size: more.max,
                destinations: more.places.count(),
                mirai_packets: more.mirai,
                zmap_packets: more.zmap,
                masscan_packets: more.masscan,
                ..alike
            },
        }
    }
}
