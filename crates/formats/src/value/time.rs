//! Times as feeds write them, and what their zone rests on.

use jiff::tz::TimeZone;
use renkei_core::time::{Day, Moment, SECOND};
use renkei_table::ZoneBasis;

/// How a feed writes its times and where their zone comes from.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub form: Form,
    pub zone: Zone,
    /// What a time without a stated offset rests on.
    pub basis: ZoneBasis,
}

/// The ways a time is written.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// `YYYY-MM-DD HH:MM:SS` and its relatives (RFC 3339, ISO 8601 without weeks).
    Iso,
    /// Seconds since 1970-01-01 UTC, with or without a fraction.
    Unix,
    /// Milliseconds since 1970-01-01 UTC.
    UnixMillis,
    /// A pattern of strptime.
    Pattern(String),
}

/// The zone of times that do not state one.
#[derive(Debug, Clone)]
pub(crate) enum Zone {
    Utc,
    Named(TimeZone),
}

/// A time that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    pub moment: Moment,
    pub basis: ZoneBasis,
    pub to_second: bool,
    /// The local time does not exist or exists twice in its zone.
    pub ambiguous: bool,
}

impl Rule {
    /// Times without zone are UTC because the format says so.
    pub(crate) const UTC_BY_FORMAT: Self = Self { form: Form::Iso, zone: Zone::Utc, basis: ZoneBasis::Format };
    /// Times without zone are taken as UTC because nobody says otherwise.
    pub(crate) const UTC_ASSUMED: Self = Self { form: Form::Iso, zone: Zone::Utc, basis: ZoneBasis::Assumed };

    /// Reads a time; `None`: there is no such time.
    pub(crate) fn read(&self, text: &str) -> Option<Read> {
        let text = text.trim_ascii();
        match &self.form {
            Form::Iso => self.place(read_iso(text.as_bytes())?),
            Form::Unix => unix(text, SECOND),
            Form::UnixMillis => unix(text, 1_000),
            Form::Pattern(pattern) => self.place(read_pattern(pattern, text)?),
        }
    }

    fn place(&self, civil: Civil) -> Option<Read> {
        let read = |micros, basis, ambiguous| {
            Some(Read { moment: Moment(micros), basis, to_second: civil.to_second, ambiguous })
        };
        match (civil.offset, &self.zone) {
            (Some(offset), _) => read(civil.micros.checked_sub(offset.checked_mul(SECOND)?)?, ZoneBasis::Stated, false),
            (None, Zone::Utc) => read(civil.micros, self.basis, false),
            (None, Zone::Named(zone)) => {
                let local = jiff::Timestamp::from_microsecond(civil.micros).ok()?;
                let local = TimeZone::UTC.to_datetime(local);
                let found = zone.to_ambiguous_zoned(local);
                let ambiguous = found.is_ambiguous();
                let basis = if ambiguous { ZoneBasis::Assumed } else { self.basis };
                read(found.compatible().ok()?.timestamp().as_microsecond(), basis, ambiguous)
            }
        }
    }
}

/// Microseconds since 1970 on a clock at the place, and the offset from UTC in seconds if stated.
struct Civil {
    micros: i64,
    offset: Option<i64>,
    to_second: bool,
}

fn unix(text: &str, unit: i64) -> Option<Read> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    let micros = whole.checked_mul(unit)?;
    let micros = if unit == SECOND && !fraction.is_empty() {
        let part = read_fraction(fraction.as_bytes())?;
        if whole < 0 || text.starts_with('-') { micros.checked_sub(part)? } else { micros.checked_add(part)? }
    } else {
        micros
    };
    // Between the years 1 and 9999, as everywhere.
    let in_range = (-62_135_596_800 * SECOND..253_402_300_800 * SECOND).contains(&micros);
    in_range.then_some(Read { moment: Moment(micros), basis: ZoneBasis::Format, to_second: true, ambiguous: false })
}

fn read_pattern(pattern: &str, text: &str) -> Option<Civil> {
    let parts = jiff::fmt::strtime::parse(pattern, text).ok()?;
    let date = parts.to_date().ok()?;
    let time = parts.to_time().unwrap_or(jiff::civil::Time::midnight());
    let day =
        Day::from_civil(i32::from(date.year()), u32::try_from(date.month()).ok()?, u32::try_from(date.day()).ok()?)?;
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Some(Civil {
        micros: day.start().0 + seconds * SECOND + i64::from(time.subsec_nanosecond()) / 1_000,
        offset: parts.offset().map(|offset| i64::from(offset.seconds())),
        to_second: ["%S", "%T", "%s", "%c"].iter().any(|part| pattern.contains(part)),
    })
}

/// `YYYY-MM-DD` or `YYYY/MM/DD`, then `T` or space, `HH:MM[:SS[.fraction]]`, then `Z`, `UTC`, `±HH[:]MM`.
fn read_iso(bytes: &[u8]) -> Option<Civil> {
    let (date, rest) = bytes.split_at_checked(10)?;
    let [y1, y2, y3, y4, s1 @ (b'-' | b'/'), m1, m2, s2, d1, d2] = *date else { return None };
    if s1 != s2 {
        return None;
    }
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let day = Day::from_civil(i32::try_from(year).ok()?, two(m1, m2)?, two(d1, d2)?)?.start().0;
    if rest.is_empty() {
        return Some(Civil { micros: day, offset: None, to_second: false });
    }
    let (clock, rest) = rest.split_at_checked(6)?;
    let [b'T' | b't' | b' ', h1, h2, b':', n1, n2] = *clock else { return None };
    let (hour, minute) = (two(h1, h2)?, two(n1, n2)?);
    let (second, micros, rest, to_second) = match rest {
        [b':', s1, s2, rest @ ..] => {
            let (micros, rest) = split_fraction(rest)?;
            (two(*s1, *s2)?, micros, rest, true)
        }
        rest => (0, 0, rest, false),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some(Civil { micros: day + seconds * SECOND + micros, offset: read_offset(rest)?, to_second })
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let digit = |byte: u8| byte.checked_sub(b'0').filter(|digit| *digit <= 9).map(u32::from);
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn split_fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', rest @ ..] = bytes else { return Some((0, bytes)) };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(length)?;
    Some((read_fraction(digits)?, rest))
}

/// Microseconds of a fraction; what is finer is cut off.
fn read_fraction(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    Some(padded.fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0')))
}

/// Outer `None`: not an offset; inner `None`: none is stated.
fn read_offset(bytes: &[u8]) -> Option<Option<i64>> {
    let bytes = bytes.trim_ascii_start();
    let (sign, digits) = match bytes {
        [] => return Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match *digits {
        [a, b] => (two(a, b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (two(a, b)?, two(c, d)?),
        _ => return None,
    };
    let offset = i64::from(hours * 3600 + minutes * 60);
    // RFC 3339 §4.3: -00:00 says that the zone is unknown.
    if sign < 0 && offset == 0 {
        return Some(None);
    }
    (hours <= 23 && minutes <= 59).then_some(Some(sign * offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn iso(text: &str) -> Option<(String, ZoneBasis, bool)> {
        Rule::UTC_BY_FORMAT.read(text).map(|read| (read.moment.to_string(), read.basis, read.to_second))
    }

    #[test]
    fn forms_of_the_field() {
        let format = |text: &str| Some((text.to_owned(), ZoneBasis::Format, true));
        let stated = |text: &str| Some((text.to_owned(), ZoneBasis::Stated, true));
        assert_eq!(iso("2021-03-04 00:00:01"), format("2021-03-04T00:00:01Z"));
        assert_eq!(iso("2021/03/04 00:00:01,5"), format("2021-03-04T00:00:01.500000Z"));
        assert_eq!(iso("2021-03-04T09:00:00+09:00"), stated("2021-03-04T00:00:00Z"));
        assert_eq!(iso("2021-03-04T00:00:00.1234567Z"), stated("2021-03-04T00:00:00.123456Z"));
        assert_eq!(iso("2021-03-04T00:00:00-00:00"), format("2021-03-04T00:00:00Z"));
        assert_eq!(iso("2021-03-04").map(|read| read.2), Some(false));
        assert_eq!(iso("2021-03-04 10:20").map(|read| read.2), Some(false));
        for bad in [
            "2021-02-29 00:00:00",
            "2021-13-01",
            "24:00:00",
            "2021-03-04 24:00:00",
            "2021-03-04x",
            "2021-03-04 00:00:60",
            "",
        ] {
            assert_eq!(iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn epochs_and_patterns() {
        let rule = Rule { form: Form::Unix, ..Rule::UTC_BY_FORMAT };
        assert_eq!(rule.read("1700000000.5").unwrap().moment, Moment(1_700_000_000_500_000));
        assert_eq!(rule.read("-0.5").unwrap().moment, Moment(-500_000));
        assert_eq!(rule.read("99999999999999"), None);
        let rule = Rule { form: Form::Pattern("%d.%m.%Y %H:%M:%S".into()), ..Rule::UTC_ASSUMED };
        let read = rule.read("04.03.2021 00:00:01").unwrap();
        assert_eq!((read.moment.to_string().as_str(), read.basis), ("2021-03-04T00:00:01Z", ZoneBasis::Assumed));
        assert_eq!(rule.read("31.02.2021 00:00:01"), None);
    }

    proptest! {
        #[test]
        fn moments_come_back(micros in -62_135_596_800_000_000i64..253_402_300_800_000_000) {
            let read = Rule::UTC_ASSUMED.read(&Moment(micros).to_string()).unwrap();
            prop_assert_eq!((read.moment, read.basis), (Moment(micros), ZoneBasis::Stated));
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}") {
            let _ = Rule::UTC_ASSUMED.read(&text);
        }
    }
}
