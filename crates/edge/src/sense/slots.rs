//! An open-addressed table whose slots hold key and value in one cache line, bounded in size.

/// What a slot must tell; a free slot is the default one.
pub(super) trait Slot: Copy + Default {
    /// What it is found by.
    type Key: Copy + Eq;
    /// Its key; of no meaning in a free slot.
    fn key(&self) -> Self::Key;
    /// Whether nobody has it.
    fn is_free(&self) -> bool;
}

/// The table.
pub(super) struct Slots<S> {
    slots: Vec<S>,
    used: usize,
    /// It never has more slots.
    most: usize,
}

/// Slots of the smallest table.
const LEAST: usize = 64;

/// The table is as large as it may be.
pub(super) struct Full;

/// Seven eighths of the slots are used at most.
const fn room(slots: usize) -> usize {
    slots - slots / 8
}

impl<S: Slot> Slots<S> {
    /// For so many slots at most, rounded down to a power of two.
    pub(super) fn new(most: usize) -> Self {
        Self { slots: vec![S::default(); LEAST], used: 0, most: 1 << most.max(LEAST).ilog2() }
    }

    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        if self.used > 0 {
            self.slots.fill(S::default());
            self.used = 0;
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.used
    }

    /// Memory that it has now, in bytes.
    pub(super) const fn bytes(&self) -> usize {
        self.slots.len() * size_of::<S>()
    }

    /// The slot where a hash leads first, which need not be the one of its key. To look at it brings it
    /// near, so that many can be on their way at once.
    #[inline]
    pub(super) fn near(&self, hash: u64) -> Option<&S> {
        self.slots.get(self.place(hash))
    }

    /// The slot of a key, or a free one.
    #[inline]
    pub(super) fn get(&self, key: S::Key, hash: u64) -> Option<&S> {
        self.slots.get(self.find(key, hash))
    }

    #[inline]
    const fn place(&self, hash: u64) -> usize {
        (hash >> 20) as usize & (self.slots.len() - 1)
    }

    /// The slot of a key, and whether it was made by `make` just now.
    #[inline]
    pub(super) fn of(
        &mut self,
        key: S::Key,
        hash: impl Fn(S::Key) -> u64,
        make: impl FnOnce() -> S,
    ) -> Result<(&mut S, bool), Full> {
        let mut at = self.find(key, hash(key));
        if self.slots.get(at).is_none_or(S::is_free) {
            if self.used >= room(self.slots.len()) {
                self.grow(&hash)?;
                at = self.find(key, hash(key));
            }
            self.used += 1;
            let slot = self.slots.get_mut(at).ok_or(Full)?;
            *slot = make();
            return Ok((slot, true));
        }
        Ok((self.slots.get_mut(at).ok_or(Full)?, false))
    }

    /// Where a key is, or the free slot where it would be.
    #[inline]
    fn find(&self, key: S::Key, hash: u64) -> usize {
        let mut at = self.place(hash);
        while let Some(slot) = self.slots.get(at) {
            if slot.is_free() || slot.key() == key {
                return at;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }

    #[cold]
    fn grow(&mut self, hash: &impl Fn(S::Key) -> u64) -> Result<(), Full> {
        let size = self.slots.len() * 2;
        if size > self.most {
            return Err(Full);
        }
        self.rebuild(size, hash);
        Ok(())
    }

    fn rebuild(&mut self, size: usize, hash: &impl Fn(S::Key) -> u64) {
        let old = std::mem::replace(&mut self.slots, vec![S::default(); size]);
        for slot in old.into_iter().filter(|slot| !slot.is_free()) {
            let at = self.find(slot.key(), hash(slot.key()));
            if let Some(free) = self.slots.get_mut(at) {
                *free = slot;
            }
        }
    }

    /// Keeps those that `keep` says; each is asked once.
    pub(super) fn retain(&mut self, hash: impl Fn(S::Key) -> u64, mut keep: impl FnMut(&mut S) -> bool) {
        // No run of taken slots may go around the end while some of it move up, so this begins behind a
        // free slot, of which there is always one.
        let Some(free) = self.slots.iter().position(S::is_free) else { return };
        let mask = self.slots.len() - 1;
        for step in 1..self.slots.len() {
            let at = (free + step) & mask;
            while self.slots.get_mut(at).is_some_and(|slot| !slot.is_free() && !keep(slot)) {
                self.remove(at, &hash);
            }
        }
        if self.slots.len() > LEAST && self.used < self.slots.len() / 8 {
            self.rebuild((self.used * 2).next_power_of_two().max(LEAST), &hash);
        }
    }

    /// Frees a slot; those behind it that would not be found any more move up.
    fn remove(&mut self, at: usize, hash: &impl Fn(S::Key) -> u64) {
        let mask = self.slots.len() - 1;
        let (mut hole, mut next) = (at, (at + 1) & mask);
        while let Some(slot) = self.slots.get(next).copied().filter(|slot| !slot.is_free()) {
            let home = self.place(hash(slot.key()));
            // It may move if the hole is not before its home.
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(hole) & mask {
                if let Some(place) = self.slots.get_mut(hole) {
                    *place = slot;
                }
                hole = next;
            }
            next = (next + 1) & mask;
        }
        if let Some(place) = self.slots.get_mut(hole) {
            *place = S::default();
        }
        self.used -= 1;
    }

    /// Those that are taken.
    pub(super) fn iter(&self) -> impl Iterator<Item = &S> {
        self.slots.iter().filter(|slot| !slot.is_free())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Copy, Default)]
    struct Count(u32, u32);

    impl Slot for Count {
        type Key = u32;
        fn key(&self) -> u32 {
            self.0
        }
        fn is_free(&self) -> bool {
            self.1 == 0
        }
    }

    proptest! {
        /// As a map of the standard library does, also with a hash that puts everything in one place.
        #[test]
        fn a_table_is_a_map(keys in prop::collection::vec((0_u32..400, any::<bool>()), 0..600), bad in any::<bool>()) {
            let hash = |key: u32| if bad { 0 } else { u64::from(key) << 20 };
            let mut slots = Slots::<Count>::new(1 << 12);
            let mut map = BTreeMap::<u32, u32>::new();
            for (key, sweep) in keys {
                let Ok((slot, made)) = slots.of(key, hash, || Count(key, 0)) else { panic!("full") };
                prop_assert_eq!(made, !map.contains_key(&key));
                slot.1 += 1;
                *map.entry(key).or_default() += 1;
                if sweep && key % 50 == 0 {
                    slots.retain(hash, |slot| slot.0 % 3 != 0);
                    map.retain(|key, _| key % 3 != 0);
                }
            }
            let mut all: Vec<_> = slots.iter().map(|slot| (slot.0, slot.1)).collect();
            all.sort_unstable();
            prop_assert_eq!(slots.len(), all.len());
            prop_assert_eq!(all, map.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn it_says_when_it_is_full() {
        let mut slots = Slots::<Count>::new(64);
        let full = (0..100).find(|key| slots.of(*key, u64::from, || Count(*key, 1)).is_err());
        assert_eq!(full, Some(56));
    }
}
