//! How many different values there were: exact while few or in a small space, else a sketch.

/// Values that are kept in place.
const TINY: usize = 6;
/// Values up to which a list is kept.
const FEW: usize = 32;
/// Spaces up to this size are counted exactly, by a map of bits.
const MAPPED: u64 = 1 << 16;
/// Registers of a sketch: the standard error is 1.04 / √1024 = 3.25 % (HyperLogLog, Flajolet 2007).
const REGISTERS: usize = 1024;

/// A counter of different values, each below the size of its space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Distinct {
    /// A handful, which needs no memory of its own.
    Tiny {
        count: u8,
        values: [u32; TINY],
    },
    Few(Vec<u32>),
    Map {
        bits: Box<[u64]>,
        count: u64,
    },
    Sketch(Box<[u8]>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Tiny { count: 0, values: [0; TINY] }
    }
}

impl Distinct {
    /// Adds a value of a space of this size; whether it was new, which a sketch can only guess.
    #[inline]
    pub(super) fn add(&mut self, value: u32, space: u64) -> bool {
        match self {
            Self::Tiny { count, values } => {
                if values.iter().take(usize::from(*count)).any(|known| *known == value) {
                    return false;
                }
                match values.get_mut(usize::from(*count)) {
                    Some(free) => {
                        *free = value;
                        *count += 1;
                    }
                    None => {
                        let mut list = Vec::with_capacity(2 * TINY);
                        list.extend_from_slice(values);
                        list.push(value);
                        *self = Self::Few(list);
                    }
                }
                true
            }
            Self::Few(values) if values.contains(&value) => false,
            Self::Few(values) if values.len() < FEW => {
                values.push(value);
                true
            }
            Self::Few(_) => {
                self.widen(space);
                self.add(value, space)
            }
            Self::Map { bits, count } => {
                let bit = 1 << (value % 64);
                let Some(word) = bits.get_mut(value as usize / 64).filter(|word| **word & bit == 0) else {
                    return false;
                };
                *word |= bit;
                *count += 1;
                true
            }
            Self::Sketch(registers) => record(registers, hashed(u64::from(value))),
        }
    }

    /// Brings near what [`Self::add`] will look at.
    #[inline]
    pub(super) fn touch(&self, value: u32) -> u64 {
        match self {
            Self::Map { bits, .. } => bits.get(value as usize / 64).copied().unwrap_or(0),
            Self::Sketch(registers) => {
                let place = hashed(u64::from(value)) as usize & (registers.len() - 1);
                registers.get(place).map_or(0, |rank| u64::from(*rank))
            }
            Self::Tiny { .. } | Self::Few(_) => 0,
        }
    }

    #[cold]
    fn widen(&mut self, space: u64) {
        let wider = match space <= MAPPED {
            true => Self::Map { bits: vec![0; (space as usize).div_ceil(64)].into(), count: 0 },
            false => Self::Sketch(vec![0; REGISTERS].into()),
        };
        if let Self::Few(values) = std::mem::replace(self, wider) {
            values.into_iter().for_each(|value| {
                self.add(value, space);
            });
        }
    }

    /// How many; an estimate where it is a sketch.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Tiny { count, .. } => u64::from(*count),
            Self::Few(values) => values.len() as u64,
            Self::Map { count, .. } => *count,
            Self::Sketch(registers) => estimate(registers),
        }
    }

    /// Whether counting it takes a while.
    pub(super) const fn is_sketch(&self) -> bool {
        matches!(self, Self::Sketch(_))
    }

    /// Memory on the heap, in bytes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Tiny { .. } => 0,
            Self::Few(values) => values.capacity() * 4,
            Self::Map { bits, .. } => bits.len() * 8,
            Self::Sketch(registers) => registers.len(),
        }
    }
}

/// Different sources of a day: a sketch of 16 KiB, or all of IPv4 as bits (512 MiB) and IPv6 as a sketch.
#[derive(Debug, Clone)]
pub(super) struct Uniques {
    bits: Option<Vec<u64>>,
    exact: u64,
    sketch: Vec<u8>,
}

/// Registers of the sketch of a day: standard error 1.04 / √16384 = 0.81 %.
const DAILY: usize = 1 << 14;

impl Uniques {
    pub(super) fn new(exact: bool) -> Self {
        Self { bits: exact.then(|| vec![0; 1 << 26]), exact: 0, sketch: vec![0; DAILY] }
    }

    pub(super) fn add4(&mut self, address: u32) {
        match &mut self.bits {
            Some(bits) => {
                let bit = 1 << (address % 64);
                if let Some(word) = bits.get_mut(address as usize / 64).filter(|word| **word & bit == 0) {
                    *word |= bit;
                    self.exact += 1;
                }
            }
            None => {
                record(&mut self.sketch, hashed(u64::from(address)));
            }
        }
    }

    pub(super) fn add6(&mut self, folded: u64) {
        record(&mut self.sketch, hashed(folded ^ 0x6666_6666_0000_0000));
    }

    pub(super) fn count(&self) -> u64 {
        self.exact + estimate(&self.sketch)
    }
}

#[inline]
fn hashed(value: u64) -> u64 {
    // SplitMix64's finaliser: every bit of the input moves every bit of the output.
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[inline]
fn record(registers: &mut [u8], hash: u64) -> bool {
    let rank = (hash.leading_zeros() + 1).min(50) as u8;
    let place = hash as usize & (registers.len() - 1);
    match registers.get_mut(place) {
        Some(register) if *register < rank => {
            *register = rank;
            true
        }
        _ => false,
    }
}

fn estimate(registers: &[u8]) -> u64 {
    let size = registers.len() as f64;
    // One half to the power of the rank, as the exponent of a float.
    let sum: f64 = registers.iter().map(|rank| f64::from_bits((1_023 - u64::from(*rank)) << 52)).sum();
    let raw = 0.7213 / (1.0 + 1.079 / size) * size * size / sum;
    let free = registers.iter().filter(|rank| **rank == 0).count();
    let small = raw <= 2.5 * size && free > 0;
    (if small { size * (size / free as f64).ln() } else { raw }).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn small_spaces_are_exact(values in prop::collection::vec(0_u32..2_048, 0..3_000)) {
            let mut distinct = Distinct::default();
            let mut set = BTreeSet::new();
            for value in values {
                prop_assert_eq!(distinct.add(value, 2_048), set.insert(value));
            }
            prop_assert_eq!(distinct.count(), set.len() as u64);
        }
    }

    #[test]
    fn sketches_keep_their_error() {
        for many in [100_u32, 5_000, 200_000] {
            let mut distinct = Distinct::default();
            (0..many).for_each(|value| {
                distinct.add(value, 1 << 32);
            });
            let error = distinct.count() as f64 / f64::from(many) - 1.0;
            assert!(error.abs() < 0.1, "{many}: {error}");
        }
        let mut uniques = Uniques::new(false);
        (0..1_000_000).for_each(|value| uniques.add4(value));
        let error = uniques.count() as f64 / 1e6 - 1.0;
        assert!(error.abs() < 0.025, "{error}");
    }
}
