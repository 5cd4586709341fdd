//! The zone in which a party reads times, from a database that is compiled in.
//!
//! The files a party gets must be the same bytes on every machine of an office, so the zone rules
//! are those of the program, never those of the machine it runs on.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use renkei_core::time::{DAY, Moment, SECOND};

/// A zone of the IANA database (`Asia/Tokyo`).
#[derive(Debug, Clone)]
pub struct PartyZone {
    name: String,
    rules: TimeZone,
}

/// A text is not a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a zone of the IANA database: write Asia/Tokyo or UTC")]
pub struct ZoneError(String);

impl std::str::FromStr for PartyZone {
    type Err = ZoneError;
    fn from_str(name: &str) -> Result<Self, ZoneError> {
        TimeZoneDatabase::bundled()
            .get(name)
            .map(|rules| Self { name: name.to_string(), rules })
            .map_err(|_| ZoneError(name.to_string()))
    }
}

impl PartyZone {
    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of UTC at a moment.
    pub fn offset_seconds(&self, at: Moment) -> i32 {
        Timestamp::from_microsecond(at.0).map_or(0, |at| self.rules.to_offset(at).seconds())
    }

    /// The moment of a time as it is typed on a form (`2026-10-01T13:00`, seconds and fractions if any).
    /// `None`: it is no time, or this zone's clock shows it twice or never.
    pub fn moment(&self, text: &str) -> Option<Moment> {
        let time: jiff::civil::DateTime = text.trim().parse().ok()?;
        let at = self.rules.to_ambiguous_timestamp(time).unambiguous().ok()?;
        Some(Moment(at.as_microsecond()))
    }

    /// The moment as this zone's clock shows it: `2026-11-22 10:09:08.123 +09:00`.
    ///
    /// Fractions only where there are any: three digits if milliseconds suffice, else six.
    pub fn local(&self, at: Moment) -> Local {
        Local { at, offset_seconds: self.offset_seconds(at) }
    }
}

/// A moment on a local clock, ready to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    at: Moment,
    offset_seconds: i32,
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Moment(self.at.0.saturating_add(i64::from(self.offset_seconds) * SECOND));
        let within = shown.0.rem_euclid(DAY);
        let (seconds, micros) = (within / SECOND, within % SECOND);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{} {hour:02}:{minute:02}:{second:02}", shown.day())?;
        match (micros, micros % 1000) {
            (0, _) => {}
            (_, 0) => write!(f, ".{:03}", micros / 1000)?,
            _ => write!(f, ".{micros:06}")?,
        }
        let sign = if self.offset_seconds < 0 { '-' } else { '+' };
        let east = self.offset_seconds.unsigned_abs();
        write!(f, " {sign}{:02}:{:02}", east / 3600, east / 60 % 60)?;
        if !east.is_multiple_of(60) {
            write!(f, ":{:02}", east % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(zone: &str, micros: i64) -> String {
        zone.parse::<PartyZone>().unwrap().local(Moment(micros)).to_string()
    }

    #[test]
    fn local_times_carry_their_offset() {
        let at = 1_795_309_748_123_000;
        assert_eq!(Moment(at).to_string(), "2026-11-22T01:09:08.123000Z");
        assert_eq!(shown("Asia/Tokyo", at), "2026-11-22 10:09:08.123 +09:00");
        assert_eq!(shown("America/St_Johns", at), "2026-11-21 21:39:08.123 -03:30");
        assert_eq!(shown("UTC", at + 4), "2026-11-22 01:09:08.123004 +00:00");
        assert_eq!(shown("UTC", 0), "1970-01-01 00:00:00 +00:00");
    }

    #[test]
    fn what_is_typed_is_one_moment_or_none() {
        let read = |zone: &str, text: &str| zone.parse::<PartyZone>().unwrap().moment(text).map(|at| at.to_string());
        assert_eq!(read("Asia/Tokyo", "2026-11-22T10:09").unwrap(), "2026-11-22T01:09:00Z");
        assert_eq!(read("UTC", " 2026-11-22 10:09:08.5 ").unwrap(), "2026-11-22T10:09:08.500000Z");
        // A clock that is put back shows an hour twice, one that is put forward leaves one out.
        assert_eq!(read("Europe/Paris", "2026-10-25T02:30"), None);
        assert_eq!(read("Europe/Paris", "2026-03-29T02:30"), None);
        for bad in ["", "2026-13-01T00:00", "13:00", "2026-02-30T00:00", "22/11/2026"] {
            assert_eq!(read("Asia/Tokyo", bad), None, "{bad}");
        }
    }

    #[test]
    fn unknown_zones_are_refused() {
        assert!("Asia/Nowhere".parse::<PartyZone>().is_err());
        assert!("+09:00".parse::<PartyZone>().is_err());
    }
}
