//! Effect: what changed after a notice, always with numerator, denominator and assumptions (S4.21).
//!
//! A device counts as *still seen* on a day if it is seen on that day or any later one. It counts
//! as *gone* only after a quiet time without a hit; a device whose quiet time is not over when the
//! observations end is *censored*: it is not counted as gone. No group is ever left without notice
//! to compare with: the comparison is with devices that could not be told (no party, not enough
//! detail), and that difference is an assumption which stands beside the figure.

use alloc::vec;
use alloc::vec::Vec;

/// A share with what it is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figure {
    /// How many.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
}

impl Figure {
    /// The share, where there is anything to divide by.
    pub fn share(&self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

/// What every figure of a report rests on; the words are in `locales/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumption {
    /// A device is told apart by the best key its lines carry; where that is only the address, a
    /// new address makes a new device and a shared address hides several.
    DeviceKey,
    /// No hit for the quiet time means cleaned; the device may also be switched off or moved.
    QuietIsClean,
    /// The sinkhole saw every day; a day without any file is left out.
    SinkholeSawAll,
    /// Told and not told differ only in having been told; they may differ in more.
    NotToldIsComparable,
    /// Counts of reached users are what the parties answered; nobody checked them.
    AnswersAreTrue,
}

impl Assumption {
    /// Every assumption.
    pub const ALL: [Self; 5] =
        [Self::DeviceKey, Self::QuietIsClean, Self::SinkholeSawAll, Self::NotToldIsComparable, Self::AnswersAreTrue];

    /// The stable word, also the key in `locales/`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DeviceKey => "device-key",
            Self::QuietIsClean => "quiet-is-clean",
            Self::SinkholeSawAll => "sinkhole-saw-all",
            Self::NotToldIsComparable => "not-told-is-comparable",
            Self::AnswersAreTrue => "answers-are-true",
        }
    }
}

/// One device after its notice (or after it would have been told).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// Days from the notice to the last hit; `None`: never seen after it.
    pub last_seen: Option<u32>,
    /// Days from the notice to the end of the observations.
    pub followed: u32,
}

/// What became of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Quiet for the whole quiet time, to the end.
    Gone,
    /// Seen within the quiet time before the end.
    StillSeen,
    /// Too little time has passed to say.
    TooEarly,
}

impl Followed {
    /// What became of the device, given the quiet time in days.
    pub const fn fate(&self, quiet: u32) -> Fate {
        let last = match self.last_seen {
            Some(last) => last,
            None => 0,
        };
        if self.followed.saturating_sub(last) >= quiet {
            Fate::Gone
        } else if self.last_seen.is_some() {
            Fate::StillSeen
        } else {
            Fate::TooEarly
        }
    }
}

/// One day of a survival curve (Kaplan–Meier).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Days since the notice.
    pub day: u32,
    /// Devices still followed and still seen at its beginning.
    pub at_risk: u64,
    /// Devices gone on this day.
    pub gone: u64,
    /// Estimated share still seen after it.
    pub still_seen: f64,
}

/// The survival curve of some devices.
///
/// A gone device leaves on the day after its last hit; a censored one after the last day it was
/// certainly infected.
pub fn survival(devices: impl IntoIterator<Item = Followed>, quiet: u32) -> Vec<CurvePoint> {
    let mut gone: Vec<u64> = vec![];
    let mut censored: Vec<u64> = vec![];
    for device in devices {
        let (list, day) = match device.fate(quiet) {
            Fate::Gone => (&mut gone, device.last_seen.map_or(0, |last| last + 1)),
            Fate::StillSeen | Fate::TooEarly => (&mut censored, device.last_seen.map_or(0, |last| last + 1)),
        };
        let day = day as usize;
        if list.len() <= day {
            list.resize(day + 1, 0);
        }
        if let Some(slot) = list.get_mut(day) {
            *slot += 1;
        }
    }
    let days = gone.len().max(censored.len());
    let mut at_risk: u64 = gone.iter().chain(&censored).sum();
    let mut still_seen = 1.0;
    let mut curve = Vec::with_capacity(days);
    for day in 0..days {
        let left = gone.get(day).copied().unwrap_or(0);
        if at_risk > 0 {
            still_seen *= 1.0 - left as f64 / at_risk as f64;
        }
        curve.push(CurvePoint { day: day as u32, at_risk, gone: left, still_seen });
        at_risk -= left + censored.get(day).copied().unwrap_or(0);
    }
    curve
}

/// Difference between the told and those that could not be told, in percentage points of devices
/// gone; `None` where either side is empty.
pub fn lift(told: Figure, not_told: Figure) -> Option<f64> {
    Some((told.share()? - not_told.share()?) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn followed(last_seen: Option<u32>, followed: u32) -> Followed {
        Followed { last_seen, followed }
    }

    #[test]
    fn a_curve_worked_by_hand() {
        // Four devices, 10 days: one never seen again, one last seen on day 2, two seen to the end.
        let devices = [followed(None, 10), followed(Some(2), 10), followed(Some(9), 10), followed(Some(10), 10)];
        let curve = survival(devices, 3);
        let shares: Vec<_> = curve.iter().map(|p| (p.day, p.at_risk, p.gone)).filter(|p| p.2 > 0).collect();
        assert_eq!(shares, [(0, 4, 1), (3, 3, 1)]);
        assert!((curve.last().unwrap().still_seen - 0.5).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_gone_before_the_quiet_time_is_over() {
        assert_eq!(followed(None, 2).fate(3), Fate::TooEarly);
        assert_eq!(followed(Some(1), 3).fate(3), Fate::StillSeen);
        assert_eq!(followed(Some(0), 3).fate(3), Fate::Gone);
    }

    proptest! {
        #[test]
        fn curves_only_fall_and_count_everybody(devices in prop::collection::vec((prop::option::of(0u32..30), 0u32..30), 0..60)) {
            let devices: Vec<_> = devices.into_iter()
                .map(|(last, until)| followed(last.map(|l| l.min(until)), until)).collect();
            let curve = survival(devices.iter().copied(), 3);
            let gone: u64 = curve.iter().map(|p| p.gone).sum();
            let expected = devices.iter().filter(|d| d.fate(3) == Fate::Gone).count() as u64;
            prop_assert_eq!(gone, expected);
            prop_assert!(curve.windows(2).all(|w| w[1].still_seen <= w[0].still_seen));
            prop_assert!(curve.iter().all(|p| (0.0..=1.0).contains(&p.still_seen)));
        }
    }
}
