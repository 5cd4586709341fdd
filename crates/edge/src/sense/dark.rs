//! The dark prefixes of a sensor: which of its addresses a packet was sent to.

use std::net::IpAddr;

use renkei_core::net::Prefix;

use super::address::Address as _;

/// The addresses that nobody uses and a sensor listens to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dark {
    /// Ranges of IPv4 in order, and how many addresses stand before each.
    ranges: Vec<Range>,
    six: Vec<Prefix>,
    size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: u32,
    last: u32,
    before: u32,
}

impl Dark {
    /// Of these prefixes; overlaps count once.
    pub fn new(prefixes: &[Prefix]) -> Self {
        let bounds = |prefix: &Prefix| Some((u32::of(prefix.address())?, u32::of(prefix.last())?));
        let mut bounds: Vec<(u32, u32)> = prefixes.iter().filter_map(bounds).collect();
        bounds.sort_unstable();
        let mut ranges: Vec<Range> = Vec::new();
        for (first, last) in bounds {
            match ranges.last_mut() {
                Some(before) if first <= before.last => before.last = before.last.max(last),
                _ => ranges.push(Range { first, last, before: 0 }),
            }
        }
        let mut size = 0_u64;
        for range in &mut ranges {
            range.before = size as u32;
            size += u64::from(range.last - range.first) + 1;
        }
        let six = prefixes.iter().copied().filter(|prefix| prefix.address().is_ipv6()).collect();
        Self { ranges, six, size }
    }

    /// How many addresses of IPv4 it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The place of an address among the dark ones; for IPv6 32 bits that stand for it.
    #[inline]
    pub(super) fn place(&self, address: IpAddr) -> Option<u32> {
        match address {
            IpAddr::V4(address) => {
                let bits = address.to_bits();
                let range = match self.ranges.as_slice() {
                    [only] => only,
                    many => many.get(many.partition_point(|range| range.last < bits))?,
                };
                (range.first <= bits && bits <= range.last).then(|| range.before + (bits - range.first))
            }
            IpAddr::V6(six) => {
                let bits = six.to_bits().fold();
                self.six.iter().any(|prefix| prefix.contains(address)).then_some((bits ^ bits >> 32) as u32)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_over_ranges_and_overlaps_once() {
        let prefixes = ["198.18.1.0/24", "198.18.0.0/25", "198.18.0.64/26", "2001:db8::/32"];
        let dark = Dark::new(&prefixes.map(|prefix| prefix.parse().unwrap()));
        let place = |text: &str| dark.place(text.parse().unwrap());
        assert_eq!(dark.size(), 128 + 256);
        assert_eq!(place("198.18.0.0"), Some(0));
        assert_eq!(place("198.18.0.127"), Some(127));
        assert_eq!(place("198.18.0.128"), None);
        assert_eq!(place("198.18.1.3"), Some(131));
        assert_eq!(place("198.18.2.0"), None);
        assert!(place("2001:db8::1").is_some() && place("3fff::1").is_none());
        assert_eq!(Dark::new(&["0.0.0.0/0".parse().unwrap()]).size(), 1 << 32);
    }
}
