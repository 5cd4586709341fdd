//! Dictionary columns: each different text once a batch, an index a row.

use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::Int32Type;
use xxhash_rust::xxh3::xxh3_64;

/// Collects the texts of one dictionary column of one batch.
///
/// Looks at the last text first (feeds repeat themselves), then in an open-addressed table of
/// hashes; texts lie one after the other in a single buffer. Rows without a text cost nothing
/// until one with a text comes: most columns of most feeds are empty.
#[derive(Debug, Default)]
pub struct Words {
    keys: Vec<i32>,
    nulls: usize,
    bytes: String,
    ends: Vec<usize>,
    slots: Vec<Slot>,
    last: Option<(i32, usize, usize)>,
}

/// The key of a row without a text.
const NO_TEXT: i32 = -1;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    /// Index plus one; zero is free.
    place: i32,
}

impl Words {
    /// Adds a row.
    pub fn push(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.put(self.keys.len(), text),
            None => self.fill(self.keys.len().saturating_add(1)),
        }
    }

    /// Sets the text of a row, counted from 0; rows before it that were not set have none.
    pub fn put(&mut self, row: usize, text: &str) {
        self.fill(row);
        let key = self.intern(text);
        self.keys.push(key);
    }

    /// Adds the same text for many rows.
    pub fn push_many(&mut self, text: Option<&str>, rows: usize) {
        let rows = self.keys.len().saturating_add(rows);
        match text {
            Some(text) => {
                let key = self.intern(text);
                self.keys.resize(rows, key);
            }
            None => self.fill(rows),
        }
    }

    /// Number of rows so far.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no row was added.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The column of so many rows; the collector is empty afterwards.
    pub fn finish_rows(&mut self, rows: usize) -> ArrayRef {
        self.fill(rows);
        self.finish()
    }

    /// The column; the collector is empty afterwards.
    pub fn finish(&mut self) -> ArrayRef {
        let texts = self.texts();
        let mut keys = std::mem::take(&mut self.keys);
        let nulls = (std::mem::take(&mut self.nulls) > 0).then(|| {
            let present = NullBuffer::from_iter(keys.iter().map(|key| *key != NO_TEXT));
            keys.iter_mut().for_each(|key| *key = (*key).max(0));
            present
        });
        let keys = Int32Array::new(keys.into(), nulls);
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

    /// Rows without a text until there are so many.
    fn fill(&mut self, rows: usize) {
        let missing = rows.saturating_sub(self.keys.len());
        if missing > 0 {
            self.nulls = self.nulls.saturating_add(missing);
            self.keys.resize(rows, NO_TEXT);
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
        if let Some((place, start, end)) = self.last
            && self.bytes.as_bytes().get(start..end) == Some(text.as_bytes())
        {
            return place;
        }
        let place = self.find_or_add(text);
        let end = usize::try_from(place).ok().and_then(|place| self.ends.get(place)).copied().unwrap_or(0);
        self.last = Some((place, end.saturating_sub(text.len()), end));
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
