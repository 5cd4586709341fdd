//! Moments as people type them, and the one place where the program asks the clock.

use renkei_core::time::{Day, Moment};

/// The moment it is.
pub fn now() -> Moment {
    Moment(jiff::Timestamp::now().as_microsecond())
}

/// A day (`2026-04-06`: its beginning in UTC) or a moment with zone (`2026-04-06T09:00:00+09:00`).
pub fn moment(text: &str) -> Result<Moment, String> {
    renkei_app::parse_moment(text)
        .ok_or_else(|| "write a day (2026-04-06) or a moment with zone (2026-04-06T09:00:00+09:00)".to_owned())
}

/// A day.
pub fn day(text: &str) -> Result<Day, String> {
    renkei_app::parse_day(text).ok_or_else(|| "write a day as 2026-04-06".to_owned())
}
