//! The keys of lines that are already there: 17 bytes a slot, no allocation per key.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// Shards grow one after the other, so that growing never doubles the whole set at once.
const SHARDS: usize = 64;

/// A set of 128-bit line keys (xxh3 of the canonical content).
///
/// The keys are hashes already; the hasher takes their lower half as it is. A slot costs 16 bytes
/// and one of control, at a load between 7/16 and 7/8: 20 to 39 bytes a key, 30 on average.
pub(crate) struct LineKeys {
    shards: Vec<HashSet<u128, BuildHasherDefault<AsItIs>>>,
}

impl LineKeys {
    /// An empty set.
    pub(crate) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| HashSet::default()).collect() }
    }

    /// Puts a key in; `false` if it was there.
    pub(crate) fn insert(&mut self, key: u128) -> bool {
        let shard = (key >> 122) as usize;
        self.shards.get_mut(shard).is_some_and(|set| set.insert(key))
    }

    /// Whether a key is there.
    pub(crate) fn contains(&self, key: u128) -> bool {
        let shard = (key >> 122) as usize;
        self.shards.get(shard).is_some_and(|set| set.contains(&key))
    }
}

/// One key from its two stored halves.
pub(crate) const fn key(high: i64, low: i64) -> u128 {
    ((high as u64 as u128) << 64) | low as u64 as u128
}

/// A hasher for keys that are hashes.
#[derive(Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            for (slot, byte) in word.iter_mut().zip(chunk) {
                *slot = *byte;
            }
            self.0 = self.0.rotate_left(5) ^ u64::from_le_bytes(word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_from_their_halves() {
        for value in [0u128, 1, u128::MAX, 1 << 64, (1 << 127) | 5] {
            assert_eq!(key((value >> 64) as i64, value as i64), value);
        }
    }

    #[test]
    fn a_key_is_new_once() {
        let mut keys = LineKeys::new();
        assert!(keys.insert(7) && !keys.insert(7) && keys.contains(7) && !keys.contains(8));
    }
}
