//! Numbers that look random and are the same in every run: the demo repeats itself to the byte.

/// SplitMix64 (Steele, Lea, Flood 2014): each step is one multiplication chain of a counter.
#[derive(Debug, Clone)]
pub struct Numbers(u64);

impl Numbers {
    /// A stream of its own for a seed and a place in it.
    pub fn new(seed: u64, place: u64) -> Self {
        let mut numbers = Self(seed ^ place.wrapping_mul(0xD134_2543_DE82_EF95));
        numbers.next();
        numbers
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound.max(1))) >> 64) as u64
    }

    /// True with a chance in percent.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Days until something happens that happens to `per_mille` of the remaining each day.
    pub fn days_until(&mut self, per_mille: u64) -> u32 {
        (0..365).find(|_| self.below(1000) < per_mille).unwrap_or(365)
    }
}
