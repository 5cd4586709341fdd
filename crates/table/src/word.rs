//! Dictionary columns: each different text once a batch, an index a row.

use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::Int32Type;
use xxhash_rust::xxh3::xxh3_64;

/// Collects the texts of one dictionary column of one batch.
///
/// Looks at the last text first (feeds repeat themselves), then in an open-addressed table of
/// hashes; texts lie one after the other in a single buffer.
#[derive(Debug, Default)]
pub struct Words {
    keys: Vec<Option<i32>>,
    bytes: String,
    ends: Vec<usize>,
    slots: Vec<Slot>,
    last: Option<i32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    /// Index plus one; zero is free.
    place: i32,
}

impl Words {
    /// Adds a row.
    pub fn push(&mut self, text: Option<&str>) {
        let key = text.map(|text| self.intern(text));
        self.keys.push(key);
    }

    /// Adds the same text for many rows.
    pub fn push_many(&mut self, text: Option<&str>, rows: usize) {
        let key = text.map(|text| self.intern(text));
        self.keys.resize(self.keys.len().saturating_add(rows), key);
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no row was added.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The column; the collector is empty afterwards.
    pub fn finish(&mut self) -> ArrayRef {
        let texts = self.texts();
        let keys = Int32Array::from(std::mem::take(&mut self.keys));
        self.bytes.clear();
        self.ends.clear();
        self.slots.clear();
        self.last = None;
        match DictionaryArray::<Int32Type>::try_new(keys, Arc::new(texts)) {
            Ok(array) => Arc::new(array),
            // Cannot happen: every key was given out by `intern`.
            Err(_) => Arc::new(DictionaryArray::<Int32Type>::from_iter(std::iter::empty::<Option<&str>>())),
        }
    }

    fn texts(&self) -> StringArray {
        let offsets = std::iter::once(0).chain(self.ends.iter().copied());
        let offsets: ScalarBuffer<i32> = offsets.map(|end| i32::try_from(end).unwrap_or(i32::MAX)).collect();
        StringArray::try_new(OffsetBuffer::new(offsets), self.bytes.as_bytes().to_vec().into(), None)
            .unwrap_or_else(|_| StringArray::from(Vec::<&str>::new()))
    }

    fn text(&self, place: i32) -> Option<&str> {
        let place = usize::try_from(place).ok()?;
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start..end)
    }

    fn intern(&mut self, text: &str) -> i32 {
        if let Some(last) = self.last
            && self.text(last) == Some(text)
        {
            return last;
        }
        let place = self.find_or_add(text);
        self.last = Some(place);
        place
    }

    fn find_or_add(&mut self, text: &str) -> i32 {
        if self.ends.len().saturating_mul(2) >= self.slots.len() {
            self.grow();
        }
        let hash = xxh3_64(text.as_bytes());
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get(at).copied() {
            if slot.place == 0 {
                break;
            }
            if slot.hash == hash && self.text(slot.place - 1) == Some(text) {
                return slot.place - 1;
            }
            at = (at + 1) & mask;
        }
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let place = i32::try_from(self.ends.len()).unwrap_or(i32::MAX);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot { hash, place };
        }
        place - 1
    }

    fn grow(&mut self) {
        let size = self.slots.len().saturating_mul(2).max(32);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        for slot in old.into_iter().filter(|slot| slot.place != 0) {
            let mut at = slot.hash as usize & (size - 1);
            while self.slots.get(at).is_some_and(|taken| taken.place != 0) {
                at = (at + 1) & (size - 1);
            }
            if let Some(free) = self.slots.get_mut(at) {
                *free = slot;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_comes_back(rows in prop::collection::vec(prop::option::of("[a-c]{0,3}"), 0..300)) {
            let mut words = Words::default();
            rows.iter().for_each(|row| words.push(row.as_deref()));
            let array = words.finish();
            let typed = array.as_dictionary::<Int32Type>().downcast_dict::<StringArray>().unwrap();
            let back: Vec<Option<String>> = typed.into_iter().map(|text| text.map(String::from)).collect();
            prop_assert_eq!(&back, &rows);
            let mut different: Vec<_> = rows.iter().flatten().collect();
            different.sort();
            different.dedup();
            prop_assert_eq!(array.as_dictionary::<Int32Type>().values().len(), different.len());
        }
    }
}
