//! Versions: which one of an object this is, and in which STIX it is written.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use renkei_core::time::Moment;

use crate::stix::Timestamp;

/// The version of what has neither `modified` nor `created`, such as observables: "a value that is consistent to
/// the server" (sections 3.4.1, 5.3.1). It is a timestamp, so that clients can ask for it.
pub const UNVERSIONED: &str = "1970-01-01T00:00:00.000Z";

/// A version of an object: its `modified`, else its `created`, else [`UNVERSIONED`] (section 5.3.1). It is given out as it was
/// written and compared by its moment: `.5Z` is `.500Z`.
#[derive(Debug, Clone)]
pub struct Version(Box<str>);

impl Version {
    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn timestamp(&self) -> Option<Timestamp<'_>> {
        Timestamp::read(&self.0).ok()
    }

    /// The moment, cut to microseconds.
    pub(super) fn moment(&self) -> Moment {
        // Versions are made from timestamps alone.
        self.timestamp().map_or(Moment(0), |at| at.moment())
    }
}

impl Default for Version {
    fn default() -> Self {
        Self(UNVERSIONED.into())
    }
}

impl From<Timestamp<'_>> for Version {
    fn from(at: Timestamp<'_>) -> Self {
        Self(at.as_str().into())
    }
}

impl FromStr for Version {
    type Err = crate::stix::moment::TimestampError;

    /// Reads a timestamp of STIX.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Timestamp::read(text).map(Self::from)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.timestamp().cmp(&other.timestamp())
    }
}

/// A version of the STIX specification, such as 2.1. The list is not ours, so any is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spec(u8, u8);

/// A text is no version of a specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version of a specification is written `n.m`")]
pub struct SpecError;

impl Spec {
    /// STIX 2.0.
    pub const V20: Self = Self(2, 0);
    /// STIX 2.1.
    pub const V21: Self = Self(2, 1);
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let part = |digits: &str| {
            let is_plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_plain.then(|| digits.parse().ok()).flatten()
        };
        let (major, minor) = text.split_once('.').ok_or(SpecError)?;
        part(major).zip(part(minor)).map(|(major, minor)| Self(major, minor)).ok_or(SpecError)
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_moment_and_kept_as_written() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert_eq!(version("2026-11-20T12:00:00.5Z"), version("2026-11-20T12:00:00.500Z"));
        assert!(version("2026-11-20T12:00:00.51Z") > version("2026-11-20T12:00:00.5Z"));
        assert_eq!(version("2026-11-20T12:00:00.50Z").to_string(), "2026-11-20T12:00:00.50Z");
        assert_eq!(Version::default(), version(UNVERSIONED));
        assert!("2026-11-20T12:00:00+00:00".parse::<Version>().is_err());
    }

    #[test]
    fn specifications_are_numbers() {
        assert!("2.0".parse::<Spec>().unwrap() < "2.1".parse().unwrap() && Spec::V21 < "2.10".parse().unwrap());
        assert_eq!(Spec::V21.to_string(), "2.1");
        for text in ["", "2", "2.", ".1", "2.1.1", "2.x", "+2.1", "2.100"] {
            assert!(text.parse::<Spec>().is_err(), "{text}");
        }
    }
}
