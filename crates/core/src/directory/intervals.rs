//! Disjoint intervals of addresses with a cell each, found by one search.

use alloc::vec::Vec;

use super::Claim;
use crate::net::Asn;

/// A number that addresses are: 32 or 128 bits.
pub(super) trait Bits: Copy + Ord {
    /// The number after this one, if there is one.
    fn next(self) -> Option<Self>;
    /// How many values the leading bits have that are looked at first: so many that few intervals
    /// share one, so few that the table of them stays in the cache.
    const LEADS: usize;
    /// The leading bits.
    fn lead(self) -> usize;
}

impl Bits for u32 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    const LEADS: usize = 1 << 18;
    fn lead(self) -> usize {
        (self >> 14) as usize
    }
}

impl Bits for u128 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    const LEADS: usize = 1 << 20;
    fn lead(self) -> usize {
        (self >> 108) as usize
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

/// Starts of intervals in order, with the cell of each (`NONE`: nothing known).
#[derive(Debug)]
pub(super) struct Intervals<T> {
    starts: Vec<(T, u32)>,
    /// For each value of the leading bits, the number of starts below it.
    lead: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl<T: Bits> Intervals<T> {
    /// Flattens the spans; `place` numbers each distinct combination of claims and AS.
    pub(super) fn build(mut spans: Vec<Span<T>>, mut place: impl FnMut(&[Claim], Option<Asn>) -> Option<u32>) -> Self {
        spans.retain(|span| span.first <= span.last);
        spans.sort_by(|a, b| a.first.cmp(&b.first).then(b.last.cmp(&a.last)));
        let mut flat = Self { starts: Vec::new(), lead: Vec::new() };
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
            flat.push(here, place(&claims, asn).unwrap_or(NONE));
            let ends = active.iter().filter_map(|span| span.last.next()).min();
            let begins = waiting.peek().map(|span| span.first);
            at = match (ends, begins) {
                (Some(end), Some(begin)) => Some(end.min(begin)),
                (end, begin) => end.or(begin),
            };
        }
        flat.index();
        flat
    }

    fn push(&mut self, start: T, cell: u32) {
        if self.starts.last().is_none_or(|(_, last)| *last != cell) {
            self.starts.push((start, cell));
        }
    }

    fn index(&mut self) {
        let mut lead = Vec::with_capacity(T::LEADS + 1);
        let mut below = 0;
        for bits in 0..T::LEADS {
            while self.starts.get(below).is_some_and(|(start, _)| start.lead() < bits) {
                below += 1;
            }
            lead.push(below as u32);
        }
        lead.push(self.starts.len() as u32);
        self.lead = lead;
    }

    /// The cell of the interval an address lies in.
    #[inline]
    pub(super) fn find(&self, address: T) -> Option<u32> {
        let lead = address.lead();
        let from = *self.lead.get(lead)? as usize;
        let to = *self.lead.get(lead + 1)? as usize;
        let within = self.starts.get(from..to)?.partition_point(|(start, _)| *start <= address);
        let interval = (from + within).checked_sub(1)?;
        self.starts.get(interval).map(|(_, cell)| *cell).filter(|cell| *cell != NONE)
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }
}
