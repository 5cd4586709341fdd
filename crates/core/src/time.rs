//! Moments and days: microseconds and days since 1970-01-01 in UTC, without a clock.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

/// A moment: microseconds since 1970-01-01T00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

/// A calendar day in UTC: days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a day.
pub const DAY: i64 = 86_400 * SECOND;

impl Moment {
    /// The day in UTC on which the moment lies.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(DAY) as i32)
    }

    /// The moment some days later (earlier if negative).
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }
}

impl Day {
    /// The first moment of the day.
    pub const fn start(self) -> Moment {
        Moment(self.0 as i64 * DAY)
    }

    /// The day of a civil date; `None` if there is no such date (30 February).
    pub const fn from_civil(year: i32, month: u32, day: u32) -> Option<Self> {
        if month < 1 || month > 12 || day < 1 || day > days_in(year, month) || year < 1 || year > 9999 {
            return None;
        }
        // Howard Hinnant's days_from_civil: years begin in March, so that the leap day is last.
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let of_era = y.rem_euclid(400);
        let from_march = (month as i32 + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + day as i32 - 1;
        Some(Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468))
    }

    /// Year, month (1–12) and day of month.
    pub const fn civil(self) -> (i32, u32, u32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * years + years / 4 - years / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = years + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month as u32, day as u32)
    }
}

const fn days_in(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// RFC 3339 in UTC; fractions only where there are any.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = self.0.rem_euclid(DAY);
        let (seconds, micros) = (within / SECOND, within % SECOND);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", self.day())?;
        if micros != 0 {
            write!(f, ".{micros:06}")?;
        }
        f.write_str("Z")
    }
}

/// A text is no day, or no moment, in the one form that each of them has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not {1}")]
pub struct TimeTextError(String, &'static str);

/// `2026-11-20` and nothing else.
impl FromStr for Day {
    type Err = TimeTextError;
    fn from_str(text: &str) -> Result<Self, TimeTextError> {
        let read = || {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            Self::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        };
        // What is read is what would be written: no second form of the same day.
        let day = read().filter(|day| day.to_string() == text);
        day.ok_or_else(|| TimeTextError(text.to_string(), "a day: write 2026-11-20"))
    }
}

/// What [`Moment`] shows of itself and nothing else: RFC 3339 in UTC, fractions only where there are any.
impl FromStr for Moment {
    type Err = TimeTextError;
    fn from_str(text: &str) -> Result<Self, TimeTextError> {
        let read = || {
            let (day, clock) = text.strip_suffix('Z')?.split_once('T')?;
            let (clock, micros) = clock.split_once('.').unwrap_or((clock, "0"));
            let mut parts = clock.split(':').map(|part| part.parse::<u32>().ok());
            let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
            if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
                return None;
            }
            let seconds = i64::from(hour * 3600 + minute * 60 + second);
            let within = seconds * SECOND + i64::from(micros.parse::<u32>().ok().filter(|micros| *micros < 1_000_000)?);
            Some(Self(day.parse::<Day>().ok()?.start().0 + within))
        };
        let moment = read().filter(|moment| moment.to_string() == text);
        moment.ok_or_else(|| TimeTextError(text.to_string(), "a moment: write 2026-11-20T09:00:00Z"))
    }
}

/// From one moment (included) until another (excluded); an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Validity {
    /// First moment that counts; `None`: always was.
    pub from: Option<Moment>,
    /// First moment that no longer counts; `None`: until further notice.
    pub until: Option<Moment>,
}

impl Validity {
    /// Without a beginning and without an end.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// Whether the moment lies inside.
    pub fn holds(&self, at: Moment) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days() {
        assert_eq!(Day::from_civil(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_civil(2000, 2, 29), Some(Day(11_016)));
        assert_eq!(Day::from_civil(2023, 2, 29), None);
        assert_eq!(Moment(1_700_000_000_000_001).to_string(), "2023-11-14T22:13:20.000001Z");
    }

    proptest! {
        #[test]
        fn civil_dates_come_back(days in -719_000i32..2_900_000) {
            let (year, month, day) = Day(days).civil();
            prop_assert_eq!(Day::from_civil(year, month, day), Some(Day(days)));
        }
    }

    proptest! {
        #[test]
        fn days_and_moments_come_back_from_their_text(day in -700_000i32..2_900_000, micros in -9_000_000_000_000_000i64..9_000_000_000_000_000) {
            prop_assert_eq!(Day(day).to_string().parse(), Ok(Day(day)));
            prop_assert_eq!(Moment(micros).to_string().parse(), Ok(Moment(micros)));
        }
    }

    #[test]
    fn a_day_and_a_moment_have_one_form() {
        for bad in ["", "2026-11-31", "2026-1-01", "26-11-01", "+2026-11-01", "2026-11-01 "] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        for bad in [
            "2026-11-20",
            "2026-11-20T09:00Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20T09:00:00",
            "2026-11-20T09:00:00.5Z",
            "2026-11-20T09:00:00.000000Z",
            "2026-11-20t09:00:00z",
        ] {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }
}
