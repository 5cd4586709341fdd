//! Timestamps: RFC 3339 in UTC (STIX 2.1 section 2.16), kept as they were written.

use std::cmp::Ordering;

use renkei_core::time::{Day, Moment, SECOND};

/// A timestamp. Compared by its moment at any precision, never as text: `.5Z` is `.500Z`.
#[derive(Debug, Clone, Copy)]
pub struct Timestamp<'a> {
    text: &'a str,
    /// The moment to the second.
    second: Moment,
    /// The digits of the fraction without zeros at the end.
    fraction: &'a str,
}

/// Why a text is no timestamp of STIX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// A moment with an offset, or without a zone: the standard wants `Z`.
    #[error("the time is not in utc, written with `Z`")]
    Zone,
    /// No such moment.
    #[error("there is no such time")]
    Form,
}

impl<'a> Timestamp<'a> {
    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction]Z`. A second 60 is the first one of the next minute.
    ///
    /// # Errors
    /// When it is not in that form, or there is no such moment.
    pub fn read(text: &'a str) -> Result<Self, TimestampError> {
        let (rest, second) = civil(text).ok_or(TimestampError::Form)?;
        let (fraction, zone) = match rest.strip_prefix('.') {
            None => ("", rest),
            Some(after) => {
                let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                if digits == 0 {
                    return Err(TimestampError::Form);
                }
                after.split_at_checked(digits).ok_or(TimestampError::Form)?
            }
        };
        match zone {
            "Z" => Ok(Self { text, second, fraction: fraction.trim_end_matches('0') }),
            _ if zone.is_empty() || zone == "z" || is_offset(zone) => Err(TimestampError::Zone),
            _ => Err(TimestampError::Form),
        }
    }

    /// The timestamp as it was written; TAXII gives it out so (`match[version]`).
    pub const fn as_str(&self) -> &'a str {
        self.text
    }

    /// The moment, cut to microseconds.
    pub fn moment(&self) -> Moment {
        let micros = self.fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
        Moment(self.second.0 + micros.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
    }

    fn key(&self) -> (Moment, &'a str) {
        // Fractions without zeros at the end have the order of their texts.
        (self.second, self.fraction)
    }
}

impl PartialEq for Timestamp<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Timestamp<'_> {}

impl PartialOrd for Timestamp<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl std::hash::Hash for Timestamp<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// Date and time to the second, and what follows.
fn civil(text: &str) -> Option<(&str, Moment)> {
    let (head, rest) = text.split_at_checked(19)?;
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = head.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !marks.iter().all(|(place, mark)| head.as_bytes().get(*place) == Some(mark)) {
        return None;
    }
    let day = Day::from_civil(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 60 || (second == 60 && minute != 59) {
        return None;
    }
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some((rest, Moment(day.start().0 + seconds * SECOND)))
}

/// `+hh:mm` or `-hh:mm`.
fn is_offset(text: &str) -> bool {
    let plain = text.strip_prefix(['+', '-']).and_then(|rest| rest.split_once(':'));
    plain.is_some_and(|(hours, minutes)| {
        [(hours, 23), (minutes, 59)].iter().all(|(digits, most)| {
            digits.len() == 2
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && digits.parse::<u8>().is_ok_and(|number| number <= *most)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Timestamp<'_> {
        Timestamp::read(text).unwrap()
    }

    #[test]
    fn timestamps_are_compared_by_their_moment() {
        let one = read("2026-11-20T12:00:00.5Z");
        assert_eq!(one, read("2026-11-20T12:00:00.500000Z"));
        assert_eq!(read("2026-11-20T12:00:00Z"), read("2026-11-20T12:00:00.000Z"));
        assert!(one > read("2026-11-20T12:00:00Z") && one < read("2026-11-20T12:00:00.51Z"));
        assert!(read("2026-11-20T12:00:00.1234567Z") > read("2026-11-20T12:00:00.123456Z"));
        assert_eq!(read("2026-11-20T12:00:00.1234567Z").moment().0 % SECOND, 123_456);
        assert_eq!(read("1970-01-01T00:00:01.5Z").moment(), Moment(1_500_000));
        assert_eq!(read("2016-12-31T23:59:60Z"), read("2017-01-01T00:00:00Z"));
        assert_eq!(one.as_str(), "2026-11-20T12:00:00.5Z");
    }

    #[test]
    fn only_utc_is_taken() {
        for text in
            ["2026-11-20T12:00:00+09:00", "2026-11-20T12:00:00", "2026-11-20T12:00:00.1", "2026-11-20T12:00:00z"]
        {
            assert_eq!(Timestamp::read(text), Err(TimestampError::Zone), "{text}");
        }
        for text in [
            "",
            "2026-11-20",
            "2026-11-20 12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20T12:60:00Z",
            "2026-11-20T12:00:60Z",
            "2026-11-20T12:00:00.Z",
            "2026-11-20T12:00:00ZZ",
            "2026-11-20T12:00:00+0900",
            "2026-11-20T12:00Z",
            "+026-11-20T12:00:00Z",
            "２026-11-20T12:00:00Z",
        ] {
            assert_eq!(Timestamp::read(text), Err(TimestampError::Form), "{text}");
        }
    }
}
