//! Numbers that look random and are the same for the same seed (SplitMix64).

use std::net::{IpAddr, Ipv4Addr};

use renkei_core::net::reserved;

/// A stream of numbers.
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// Below a bound.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// One of a list; 0 of an empty one.
    pub(super) fn of(&mut self, list: &[u32]) -> u32 {
        let at = self.below(list.len() as u64) as usize;
        list.get(at).copied().unwrap_or(0)
    }

    /// An address of 198.19.0.0/16.
    pub(super) fn sample(&mut self) -> u32 {
        0xc613_0000 | (self.next() >> 48) as u32
    }

    /// An address that a device on the Internet may have; the dark ones are reserved.
    pub(super) fn source(&mut self) -> u32 {
        loop {
            let address = (self.next() >> 32) as u32;
            if reserved(IpAddr::V4(Ipv4Addr::from_bits(address))).is_none() {
                return address;
            }
        }
    }
}
