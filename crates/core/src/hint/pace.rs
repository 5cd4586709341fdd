//! How much one force may ask in a day: what makes trying out subjects slow.

use alloc::collections::BTreeMap;

use crate::id::PartyId;
use crate::time::{Day, Moment};

/// A limit for each asker and day in UTC. The evaluator has one, and the register has one.
///
/// Every try counts, the refused ones too, so that refusals tell nothing for free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    per_day: u32,
    counts: BTreeMap<PartyId, (Day, u32)>,
}

/// An asker has asked as often as it may on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{per_day} a day are allowed, and they are used up")]
pub struct TooMany {
    /// How many are allowed.
    pub per_day: u32,
}

impl Pace {
    /// With a limit that the office sets; 0 allows nothing.
    pub const fn new(per_day: u32) -> Self {
        Self { per_day, counts: BTreeMap::new() }
    }

    /// With what was counted before, as [`Pace::counts`] told it.
    pub fn with(per_day: u32, counts: impl IntoIterator<Item = (PartyId, Day, u32)>) -> Self {
        Self { per_day, counts: counts.into_iter().map(|(asker, day, count)| (asker, (day, count))).collect() }
    }

    /// Counts one try. A clock that goes back opens no new day.
    pub fn take(&mut self, asker: &PartyId, at: Moment) -> Result<(), TooMany> {
        let (day, count) = self.counts.entry(asker.clone()).or_insert((at.day(), 0));
        if at.day() > *day {
            (*day, *count) = (at.day(), 0);
        }
        if *count >= self.per_day {
            return Err(TooMany { per_day: self.per_day });
        }
        *count += 1;
        Ok(())
    }

    /// What was counted: asker, its last day, tries on it.
    pub fn counts(&self) -> impl Iterator<Item = (&PartyId, Day, u32)> {
        self.counts.iter().map(|(asker, (day, count))| (asker, *day, *count))
    }
}
