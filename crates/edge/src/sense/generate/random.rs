//! Numbers that look random and are the same for the same seed (SplitMix64).

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

    /// An address of no network in particular, outside the dark ones.
    pub(super) fn source(&mut self) -> u32 {
        loop {
            let address = (self.next() >> 32) as u32;
            let first = address >> 24;
            if (1..224).contains(&first) && first != 127 && address >> 17 != 0xc612_0000 >> 17 {
                return address;
            }
        }
    }
}
