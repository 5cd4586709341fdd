//! Times as HI-1 writes them: with their zone, in headers to the microsecond (TS 103 280).

use renkei_core::time::Moment;

/// Reads a time with its zone; `None`: there is no such time, or no zone is said.
pub(super) fn read(text: &str) -> Option<Moment> {
    let (_, zone) = shape(text)?;
    let is_utc = zone == "Z";
    let is_offset = zone.len() == 6
        && zone.starts_with(['+', '-'])
        && zone
            .bytes()
            .enumerate()
            .skip(1)
            .all(|(at, byte)| if at == 3 { byte == b':' } else { byte.is_ascii_digit() });
    if !is_utc && !is_offset {
        return None;
    }
    let moment: jiff::Timestamp = text.parse().ok()?;
    Some(Moment(moment.as_microsecond()))
}

/// Whether the time is written to the microsecond.
pub(super) fn is_to_microsecond(text: &str) -> bool {
    shape(text).is_some_and(|(fraction, _)| fraction.len() == 7)
}

/// The fraction with its point, and the zone: what stands behind `YYYY-MM-DDTHH:MM:SS`.
fn shape(text: &str) -> Option<(&str, &str)> {
    const PATTERN: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let (date, rest) = text.split_at_checked(PATTERN.len())?;
    let fits = date.bytes().zip(PATTERN).all(|(byte, kind)| match kind {
        b'd' => byte.is_ascii_digit(),
        kind => byte == *kind,
    });
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (fraction, zone) = rest.split_at_checked(zone_at)?;
    let digits = fraction.strip_prefix('.').unwrap_or(fraction);
    let is_fraction = fraction.is_empty() || (fraction.starts_with('.') && (1..=9).contains(&digits.len()));
    (fits && is_fraction && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some((fraction, zone))
}

/// A time in UTC, with a fraction only where there is one.
pub(super) fn write(moment: Moment) -> String {
    moment.to_string()
}

/// A time in UTC to the microsecond.
pub(super) fn write_to_microsecond(moment: Moment) -> String {
    let text = moment.to_string();
    match text.strip_suffix('Z') {
        Some(whole) if !whole.contains('.') => format!("{whole}.000000Z"),
        _ => text,
    }
}
