//! How often somebody may ask: so much at once, and then at an even pace (generic cell rate algorithm).
//!
//! Each process counts for itself. The clock is the site's: it is given, never asked for.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use renkei_core::time::{Moment, SECOND};

/// Beyond so many askers those who have all their allowance back are forgotten.
const MANY: usize = 10_000;

/// A pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Requests a second, on average.
    pub each_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub at_once: NonZeroU32,
}

impl Pace {
    /// That of all strangers of one network together: a fifth.
    pub fn of_strangers(self) -> Self {
        let fifth = |whole: NonZeroU32| NonZeroU32::new(whole.get() / 5).unwrap_or(NonZeroU32::MIN);
        Self { each_second: fifth(self.each_second), at_once: fifth(self.at_once) }
    }
}

/// Who asked how often.
#[derive(Debug, Default)]
pub struct Rate {
    /// By asker: the moment at which all of its allowance is back.
    back_at: Mutex<HashMap<String, i64>>,
}

impl Rate {
    /// Counts a request of somebody; an error says how many seconds to wait.
    pub fn count(&self, who: &str, pace: Pace, at: Moment) -> Result<(), i64> {
        let gap = SECOND / i64::from(pace.each_second.get());
        let allowance = gap * i64::from(pace.at_once.get());
        let mut back_at = self.back_at.lock().unwrap_or_else(PoisonError::into_inner);
        if back_at.len() >= MANY {
            back_at.retain(|_, back| *back > at.0);
        }
        let back = back_at.get(who).copied().unwrap_or(at.0);
        // A clock that was set back must not keep anybody out for longer than an empty allowance does.
        let back = back.clamp(at.0, at.0 + allowance);
        let after = back + gap;
        if after - at.0 > allowance {
            // Kept as it was cut to the clock of now, so that it runs down from here.
            back_at.insert(who.to_owned(), back);
            return Err((after - at.0 - allowance + SECOND - 1) / SECOND);
        }
        back_at.insert(who.to_owned(), after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pace(each_second: u32, at_once: u32) -> Pace {
        Pace { each_second: each_second.try_into().unwrap(), at_once: at_once.try_into().unwrap() }
    }

    #[test]
    fn so_much_at_once_then_at_an_even_pace() {
        let rate = Rate::default();
        let at = |ms: i64| Moment(1_700_000_000 * SECOND + ms * 1000);
        let ask = |ms| rate.count("night-desk", pace(2, 3), at(ms));
        assert_eq!([ask(0), ask(0), ask(0), ask(0)], [Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!([ask(499), ask(500), ask(500)], [Err(1), Ok(()), Err(1)]);
        assert_eq!(rate.count("day-desk", pace(2, 3), at(500)), Ok(()));
        // The clock is set back by an hour.
        assert_eq!([ask(-3_600_000), ask(-3_599_500)], [Err(1), Ok(())]);
    }

    proptest! {
        /// In no stretch of time is more let through than the allowance and the pace together.
        #[test]
        fn never_more_than_the_pace(gaps in prop::collection::vec(0i64..400_000, 1..200), each in 1u32..20, once in 1u32..20) {
            let (rate, mut at, mut passed) = (Rate::default(), 0i64, Vec::new());
            for gap in gaps {
                at += gap;
                if rate.count("x", pace(each, once), Moment(at)).is_ok() {
                    passed.push(at);
                }
            }
            let gap = SECOND / i64::from(each);
            for (first, from) in passed.iter().enumerate() {
                for (last, until) in passed.iter().enumerate().skip(first) {
                    let most = i64::from(once) + (until - from) / gap;
                    prop_assert!(((last - first) as i64) < most, "{} in {}", last - first + 1, until - from);
                }
            }
        }
    }
}
