//! Disjoint intervals of addresses with a cell each; those of IPv6 are found by one search.

use alloc::vec::Vec;

use super::Claim;
use crate::net::Asn;

/// A number that addresses are: 32 or 128 bits.
pub(super) trait Bits: Copy + Ord {
    /// The number after this one, if there is one.
    fn next(self) -> Option<Self>;
}

impl Bits for u32 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl Bits for u128 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

/// A block or range before flattening; spans may nest and overlap.
#[derive(Clone, Copy)]
pub(super) struct Span<T> {
    first: T,
    last: T,
    of: Of,
}

#[derive(Clone, Copy)]
enum Of {
    Claim(Claim),
    Route(Asn),
}

impl<T: Bits> Span<T> {
    pub(super) fn claim(first: T, last: T, claim: Claim) -> Self {
        Self { first, last, of: Of::Claim(claim) }
    }

    pub(super) fn route(first: T, last: T, asn: Asn) -> Self {
        Self { first, last, of: Of::Route(asn) }
    }
}

/// Flattens spans into disjoint intervals: where each starts, and its cell. `place` numbers each
/// distinct combination of claims and AS; 0: nothing known.
pub(super) fn flatten<T: Bits>(
    mut spans: Vec<Span<T>>,
    mut place: impl FnMut(&[Claim], Option<Asn>) -> u32,
) -> Vec<(T, u32)> {
    spans.retain(|span| span.first <= span.last);
    spans.sort_by(|a, b| a.first.cmp(&b.first).then(b.last.cmp(&a.last)));
    let mut flat: Vec<(T, u32)> = Vec::with_capacity(spans.len());
    let mut active: Vec<Span<T>> = Vec::new();
    let mut waiting = spans.into_iter().peekable();
    let mut at = waiting.peek().map(|span| span.first);
    let mut claims = Vec::new();
    while let Some(here) = at {
        active.retain(|span| span.last >= here);
        while let Some(span) = waiting.next_if(|span| span.first <= here) {
            active.push(span);
        }
        claims.clear();
        claims.extend(active.iter().filter_map(|span| match span.of {
            Of::Claim(claim) => Some(claim),
            Of::Route(_) => None,
        }));
        // Spans enter in order of their first address, wider first: the last route that is
        // still active is the narrowest.
        let asn = active.iter().rev().find_map(|span| match span.of {
            Of::Route(asn) => Some(asn),
            Of::Claim(_) => None,
        });
        let cell = place(&claims, asn);
        if flat.last().is_none_or(|(_, last)| *last != cell) {
            flat.push((here, cell));
        }
        let ends = active.iter().filter_map(|span| span.last.next()).min();
        let begins = waiting.peek().map(|span| span.first);
        at = match (ends, begins) {
            (Some(end), Some(begin)) => Some(end.min(begin)),
            (end, begin) => end.or(begin),
        };
    }
    flat
}

/// Intervals of the IPv6 space in order, with the cell of each; 0 where nothing is known.
#[derive(Debug)]
pub(super) struct Intervals {
    starts: Vec<(u128, u32)>,
    /// For each value of the leading bits, the number of starts below it.
    lead: Vec<u32>,
}

/// How many values the leading bits have that are looked at first: so many that few intervals share
/// one, so few that the table of them stays in the cache.
const LEADS: usize = 1 << 20;

const fn lead(address: u128) -> usize {
    (address >> 108) as usize
}

impl Intervals {
    /// From where each interval starts, in order, and its cell.
    pub(super) fn new(starts: Vec<(u128, u32)>) -> Self {
        let mut leads = Vec::with_capacity(LEADS + 1);
        let mut below = 0;
        for bits in 0..LEADS {
            while starts.get(below).is_some_and(|(start, _)| lead(*start) < bits) {
                below += 1;
            }
            leads.push(below as u32);
        }
        leads.push(starts.len() as u32);
        Self { starts, lead: leads }
    }

    /// The cell of the interval an address lies in; 0: none.
    #[inline]
    pub(super) fn find(&self, address: u128) -> u32 {
        let leads = self.lead.get(lead(address)..).and_then(|leads| leads.first_chunk::<2>());
        let [from, to] = leads.map_or([0, 0], |bounds| bounds.map(|below| below as usize));
        let near = self.starts.get(from..to).unwrap_or_default();
        let begun = from + near.partition_point(|(start, _)| *start <= address);
        begun.checked_sub(1).and_then(|last| self.starts.get(last)).map_or(0, |(_, cell)| *cell)
    }

    pub(super) const fn len(&self) -> usize {
        self.starts.len()
    }
}
