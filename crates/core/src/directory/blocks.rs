//! Intervals of IPv4 addresses, found by counting instead of searching.
//!
//! Routed ranges begin at multiples of 256, nearly all of them. So the space is seen as 2^24 blocks
//! of 256 addresses with one bit each: does an interval begin here? The number of bits up to an
//! address's block says which interval it lies in. No step of a look-up but the last depends on a
//! guess, so that a processor that waits for one address's memory already works on the next ones.

use alloc::vec::Vec;

/// Bits in one word.
const WORD: usize = u32::BITS as usize;
/// Marks a slot whose block holds further starts than its first address.
const FINE: u32 = 1 << 31;

/// Disjoint intervals of the IPv4 space with a cell each; 0 where nothing is known.
#[derive(Debug)]
pub(super) struct Blocks {
    /// For 32 blocks a word: in which of them intervals begin, and how many do before the word.
    words: Vec<(u32, u32)>,
    /// The cell before the first such block (0), then from each such block on: a cell, or [`FINE`]
    /// and a place in `fine`.
    slots: Vec<u32>,
    /// Where the starts of a block that has several begin in `starts`; one more at the end.
    fine: Vec<u32>,
    /// Last octet and cell.
    starts: Vec<(u8, u32)>,
    intervals: usize,
}

impl Blocks {
    /// From where each interval starts, in order, and its cell.
    pub(super) fn new(intervals: &[(u32, u32)]) -> Self {
        let mut words = Vec::with_capacity((1 << 24) / WORD);
        let mut blocks =
            Self { words: Vec::new(), slots: Vec::from([0]), fine: Vec::new(), starts: Vec::new(), intervals: 0 };
        let mut before = 0;
        for run in intervals.chunk_by(|(one, _), (other, _)| one >> 8 == other >> 8) {
            let Some((first, _)) = run.first() else { continue };
            let block = (first >> 8) as usize;
            if words.len() <= block / WORD {
                words.resize(block / WORD + 1, (0, blocks.begun()));
            }
            if let Some((bits, _)) = words.last_mut() {
                *bits |= 1 << (block % WORD);
            }
            blocks.push(run, before);
            before = run.last().map_or(0, |(_, cell)| *cell);
        }
        words.resize((1 << 24) / WORD, (0, blocks.begun()));
        blocks.fine.push(blocks.starts.len() as u32);
        Self { words, intervals: intervals.len(), ..blocks }
    }

    /// Blocks so far in which intervals begin.
    fn begun(&self) -> u32 {
        (self.slots.len() - 1) as u32
    }

    /// The starts of one block; `before`: the cell of the addresses before them.
    fn push(&mut self, run: &[(u32, u32)], before: u32) {
        if let [(first, cell)] = run
            && first & 0xff == 0
        {
            return self.slots.push(*cell);
        }
        self.slots.push(FINE | self.fine.len() as u32);
        self.fine.push(self.starts.len() as u32);
        if run.first().is_some_and(|(first, _)| first & 0xff > 0) {
            self.starts.push((0, before));
        }
        self.starts.extend(run.iter().map(|(start, cell)| ((start & 0xff) as u8, *cell)));
    }

    /// The cell of the interval an address lies in; 0: none.
    #[inline]
    pub(super) fn find(&self, address: u32) -> u32 {
        let block = (address >> 8) as usize;
        let (bits, before) = self.words.get(block / WORD).copied().unwrap_or((0, 0));
        let begun = before + (bits << (WORD - 1 - block % WORD)).count_ones();
        let slot = self.slots.get(begun as usize).copied().unwrap_or(0);
        if slot & FINE == 0 {
            return slot;
        }
        // Behind the block its last interval goes on.
        let inside = bits >> (block % WORD) & 1 == 1;
        self.find_fine(slot & !FINE, if inside { address & 0xff } else { 0xff })
    }

    fn find_fine(&self, place: u32, octet: u32) -> u32 {
        let bounds = self.fine.get(place as usize..).and_then(|from| from.first_chunk::<2>());
        let starts = bounds.and_then(|[from, to]| self.starts.get(*from as usize..*to as usize)).unwrap_or_default();
        let begun = starts.partition_point(|(start, _)| u32::from(*start) <= octet);
        begun.checked_sub(1).and_then(|last| starts.get(last)).map_or(0, |(_, cell)| *cell)
    }

    pub(super) const fn len(&self) -> usize {
        self.intervals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn naive(intervals: &[(u32, u32)], address: u32) -> u32 {
        intervals.iter().rev().find(|(start, _)| *start <= address).map_or(0, |(_, cell)| *cell)
    }

    #[test]
    fn the_ends_of_the_space_and_of_blocks_are_found() {
        let intervals = [(0, 1), (256, 2), (300, 3), (511, 4), (1 << 13, 5), (u32::MAX, 6)];
        for intervals in [vec![], intervals.to_vec(), intervals[1..].to_vec()] {
            let blocks = Blocks::new(&intervals);
            for address in [0, 255, 256, 299, 300, 510, 511, 512, 8191, 8192, 1 << 31, u32::MAX - 1, u32::MAX] {
                assert_eq!(blocks.find(address), naive(&intervals, address), "{address}");
            }
        }
    }

    proptest! {
        #[test]
        fn counting_equals_searching(
            starts in prop::collection::btree_map(prop_oneof![0u32..4096, (0u32..1 << 24).prop_map(|block| block << 8)], 0u32..9, 0..60),
            asked in prop::collection::vec(prop_oneof![0u32..4500, any::<u32>()], 1..60),
        ) {
            let intervals: Vec<(u32, u32)> = starts.into_iter().collect();
            let blocks = Blocks::new(&intervals);
            for address in asked {
                prop_assert_eq!(blocks.find(address), naive(&intervals, address));
            }
        }
    }
}
