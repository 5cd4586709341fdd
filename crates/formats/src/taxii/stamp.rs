//! Timestamps of TAXII (section 2): microseconds out, any precision and any offset in.

use renkei_core::time::{DAY, Day, Moment, SECOND};

/// `YYYY-MM-DDThh:mm:ss.ssssssZ`, always with six digits (section 2, `timestamp`).
pub fn stamp(at: Moment) -> String {
    let within = at.0.rem_euclid(DAY);
    let (seconds, micros) = (within / SECOND, within % SECOND);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z", at.day())
}

/// Reads a moment of RFC 3339, cut to microseconds: clients send no fraction, three digits, seven, or `+00:00`
/// where the standard wants six and `Z`. A blank before the offset is a `+` that was not escaped.
pub(super) fn read(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let is_mark = |place: usize, marks: &[u8]| bytes.get(place).is_some_and(|byte| marks.contains(byte));
    let has_marks =
        is_mark(4, b"-") && is_mark(7, b"-") && is_mark(10, b"Tt") && is_mark(13, b":") && is_mark(16, b":");
    if !has_marks {
        return None;
    }
    let day = Day::from_civil(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (micros, zone) = fraction(text.get(19..)?)?;
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second) - offset(zone)?;
    Some(Moment(day.start().0 + seconds * SECOND + micros))
}

/// The microseconds of a fraction, and what follows it.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let Some(after) = text.strip_prefix('.') else { return Some((0, text)) };
    let count = after.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, zone) = after.split_at_checked(count)?;
    if digits.is_empty() {
        return None;
    }
    let micros = digits.bytes().chain(std::iter::repeat(b'0')).take(6);
    Some((micros.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')), zone))
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" || zone == "z" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' | b' ' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let part = |digits: &str, most: i64| -> Option<i64> {
        let is_plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| digits.parse().ok())?.filter(|number| *number <= most)
    };
    Some(sign * (part(hours, 23)? * 3600 + part(minutes, 59)? * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_six_digits_out() {
        assert_eq!(stamp(Moment(0)), "1970-01-01T00:00:00.000000Z");
        assert_eq!(stamp(Moment(1_700_000_000_000_001)), "2023-11-14T22:13:20.000001Z");
        assert_eq!(read(&stamp(Moment(1_700_000_000_120_000))), Some(Moment(1_700_000_000_120_000)));
    }

    #[test]
    fn every_spelling_of_a_moment_is_taken() {
        let want = Some(Moment(1_577_836_800_000_000));
        for text in [
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00.000Z",
            "2020-01-01T00:00:00.0000009Z",
            "2020-01-01t00:00:00z",
            "2020-01-01T00:00:00+00:00",
            "2020-01-01T00:00:00.000 00:00",
            "2020-01-01T09:00:00+09:00",
            "2019-12-31T23:59:60Z",
        ] {
            assert_eq!(read(text), want, "{text}");
        }
        for text in [
            "",
            "2020",
            "2020-01-01",
            "2020-01-01T00:00:00",
            "2020-01-01 00:00:00Z",
            "2020-02-30T00:00:00Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00+0000",
            "2020-01-01T00:00:00Zz",
            "２020-01-01T00:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
