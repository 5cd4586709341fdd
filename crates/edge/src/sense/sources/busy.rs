//! A source that probes much: its probes are noted as they come and gone through when a rule may be met.
//!
//! To note a probe touches two or three lines of the cache, to count it in [`Heavy`] ten. What comes out
//! is the same, because the notes are gone through in their order, and before anything of them is told.

use super::heavy::{Bounds, Heavy, SERVICES};
use super::told::AMPLIFIER;
use super::{Around, LIGHT, Limits, Stirred};
use crate::sense::fact::mark;

/// Ports that are told apart in their place.
const PORTS: usize = 16;
/// Probes that are noted; with so many a busy source fills eight lines of the cache.
const NOTES: usize = 52;

/// A probe.
pub(super) struct Probe {
    pub place: u32,
    pub service: u32,
    pub marks: u8,
    pub second: u32,
}

/// A probe as it is noted.
#[derive(Clone, Copy, Default)]
struct Note {
    place: u32,
    /// Seconds after those of the source.
    after: u16,
    /// Place of its port in the list.
    port: u8,
    marks: u8,
}

/// A source that probes much; what each probe looks at stands first.
#[repr(C, align(64))]
pub(super) struct Busy {
    pub packets: u32,
    /// Second that the notes count from.
    since: u32,
    /// What was gone through.
    heavy: Option<Box<Heavy>>,
    /// Minutes that were closed when `fresh` was set.
    round: u32,
    /// Packets with each mark; at 255 there may be more.
    pub marked: [u8; 4],
    noted: u8,
    /// The first note since the last minute closed.
    fresh: u8,
    /// Ports in the list.
    known: u8,
    /// Which of the first eight of them are those of protocols that amplify, as bits.
    amplifiers: u8,
    /// Packets to those; at 255 there may be more.
    amplifying: u8,
    ports: [u32; PORTS],
    notes: [Note; NOTES],
}

impl Busy {
    /// Of the first probes of a source, which began at this second; their marks were counted before.
    pub(super) fn of(probes: [(u32, u32); LIGHT], first: u32, marked: [u8; 4], round: u32, limits: &Limits) -> Self {
        let mut busy = Self {
            packets: 0,
            heavy: None,
            since: first,
            round,
            marked,
            noted: 0,
            fresh: 0,
            known: 0,
            amplifiers: 0,
            amplifying: 0,
            ports: [u32::MAX; PORTS],
            notes: [Note::default(); NOTES],
        };
        for (place, service) in probes {
            if let Some((port, _)) = busy.port(service, limits) {
                busy.packets += 1;
                busy.amplifying += u8::from(busy.amplifies(port));
                busy.note(Note { place, port, ..Note::default() });
            }
        }
        busy
    }

    /// Brings near what [`Self::touch`] will look at.
    #[inline]
    pub(super) fn near(&self) -> u64 {
        u64::from(self.noted)
    }

    /// Brings near what [`Self::add`] will look at.
    #[inline]
    pub(super) fn touch(&self, place: u32, service: u32) -> u64 {
        let port = self.ports.last().map_or(0, |port| u64::from(*port));
        let note = self.notes.get(usize::from(self.noted)).map_or(0, |note| u64::from(note.place));
        match &self.heavy {
            Some(heavy) if usize::from(self.known) == PORTS => heavy.touch(place, service).wrapping_add(port),
            _ => note.wrapping_add(port),
        }
    }

    /// Adds a probe: whether its port is new as far as is known, and whether a rule may be met now.
    #[inline]
    pub(super) fn add(
        &mut self,
        probe: &Probe,
        told: u8,
        around: &Around<'_>,
        first_marked: [u8; 4],
    ) -> (bool, Stirred) {
        if self.round != around.round {
            (self.round, self.fresh) = (around.round, self.noted);
        }
        let Some((port, new)) = self.port(probe.service, around.limits) else {
            return self.wide(probe, around, first_marked);
        };
        let mut stirred = Stirred::No;
        let after = probe.second.checked_sub(self.since).and_then(|after| u16::try_from(after).ok());
        let after = match after.filter(|_| usize::from(self.noted) < NOTES) {
            Some(after) => after,
            None => {
                stirred = if self.go_through(around, first_marked).1 { Stirred::Yes } else { Stirred::No };
                self.since = probe.second;
                0
            }
        };
        self.note(Note { place: probe.place, after, port, marks: probe.marks });
        self.packets = self.packets.saturating_add(1);
        let bounds = around.bounds;
        let amplifies = self.amplifies(port);
        self.amplifying = self.amplifying.saturating_add(u8::from(amplifies));
        let mut perhaps = !self.is_quiet(bounds)
            || amplifies && told & AMPLIFIER == 0 && u64::from(self.amplifying) >= bounds.amplifier.min(255)
            || new && (bounds.amplifier <= 1 || self.marked.iter().any(|count| *count > 0));
        if probe.marks != 0 {
            perhaps |= self.mark(probe.marks, bounds.marks);
        }
        (new, if perhaps { stirred.max(Stirred::Perhaps) } else { stirred })
    }

    /// Whether a port of the list is one of a protocol that amplifies, and followed.
    #[inline]
    fn amplifies(&self, port: u8) -> bool {
        self.amplifiers.checked_shr(u32::from(port)).unwrap_or(0) & 1 != 0
    }

    /// Counts marks; whether a count is one at which a rule may be met.
    #[inline]
    fn mark(&mut self, marks: u8, bound: u32) -> bool {
        let mut met = false;
        for (count, mark) in self.marked.iter_mut().zip(mark::ALL) {
            *count = count.saturating_add(u8::from(marks & mark != 0));
            met |= marks & mark != 0 && (u32::from(*count) <= bound || *count == u8::MAX);
        }
        met
    }

    /// Adds a probe of a port that the list has no room for, whose newness only the whole can tell.
    #[inline(never)]
    fn wide(&mut self, probe: &Probe, around: &Around<'_>, first_marked: [u8; 4]) -> (bool, Stirred) {
        self.packets = self.packets.saturating_add(1);
        let (heavy, fresh) = self.go_through(around, first_marked);
        let Probe { place, service, marks, second } = *probe;
        let added = heavy.add(place, service, marks, second, around.space, around.bounds);
        (added.new, if fresh || added.stirred { Stirred::Yes } else { Stirred::No })
    }

    /// The place of a port in the list, and whether it is new there; `None`: the list is full.
    #[inline]
    fn port(&mut self, service: u32, limits: &Limits) -> Option<(u8, bool)> {
        // No port is the value of a free place. All places are looked at, which is faster than to stop.
        let bits = (0_u32..).zip(&self.ports).fold(0_u32, |bits, (at, port)| bits | u32::from(*port == service) << at);
        if bits != 0 {
            return Some((bits.trailing_zeros() as u8, false));
        }
        let place = self.ports.get_mut(usize::from(self.known))?;
        *place = service;
        if limits.is_amplifier(service) {
            self.amplifiers |= 1_u8.checked_shl(u32::from(self.known)).unwrap_or(0);
        }
        self.known += 1;
        Some((self.known - 1, true))
    }

    #[inline]
    fn note(&mut self, note: Note) {
        if let Some(place) = self.notes.get_mut(usize::from(self.noted)) {
            *place = note;
            self.noted += 1;
        }
    }

    /// Whether so little is known that of all rules only those of marks and amplifiers may be met, so
    /// that nothing is told but at a probe which [`Self::add`] stirs at.
    #[inline]
    pub(super) fn is_quiet(&self, bounds: &Bounds) -> bool {
        u64::from(self.packets) < bounds.quiet && u64::from(self.known) < bounds.ports.min(PORTS as u64)
    }

    /// Whether all that is known stands in the notes.
    pub(super) const fn is_noted(&self) -> bool {
        self.heavy.is_none()
    }

    /// Counts what is noted; gives all that is known, and whether a rule may be met by what came since
    /// the last minute closed.
    pub(super) fn go_through(&mut self, around: &Around<'_>, first_marked: [u8; 4]) -> (&mut Heavy, bool) {
        let Self { heavy, notes, ports, since, noted, fresh, round, .. } = self;
        let heavy = heavy.get_or_insert_with(|| Box::new(Heavy::marked(first_marked)));
        let fresh_from = if *round == around.round { *fresh } else { *noted };
        let mut stirred = false;
        for (at, note) in (0..*noted).zip(notes.iter()) {
            let service = ports.get(usize::from(note.port)).copied().unwrap_or_default();
            let second = since.saturating_add(u32::from(note.after));
            let added = heavy.add(note.place, service, note.marks, second, around.space, around.bounds);
            stirred |= added.stirred && at >= fresh_from;
        }
        (*noted, *fresh) = (0, 0);
        (&mut **heavy, stirred)
    }

    /// The ports that are followed one by one, and whether they are of a protocol that amplifies.
    pub(super) fn services(&self) -> impl Iterator<Item = (u32, bool)> {
        let known = self.ports.iter().take(usize::from(self.known).min(SERVICES));
        known.enumerate().map(|(at, service)| (*service, self.amplifiers >> at & 1 != 0))
    }

    /// Different places and packets of a port, by the notes.
    pub(super) fn noted_of(&self, port: usize) -> (u64, u64) {
        let mut places = [0_u32; NOTES];
        let mut count = 0;
        let notes = self.notes.iter().take(usize::from(self.noted)).filter(|note| usize::from(note.port) == port);
        for (place, note) in places.iter_mut().zip(notes) {
            *place = note.place;
            count += 1;
        }
        let found = places.get_mut(..count).unwrap_or_default();
        found.sort_unstable();
        (found.chunk_by(|one, next| one == next).count() as u64, count as u64)
    }

    /// The source is gone.
    pub(super) fn forget(&mut self) {
        self.heavy = None;
        self.noted = 0;
    }
}
