//! CVSS 2.0, 3.0 and 3.1: vectors, their metrics as words, and the scores that they give (FIRST).

mod metrics;
mod three;
mod two;

use std::fmt;
use std::str::FromStr;

pub(super) use metrics::{Metric, SCORES, SEVERITIES, THREE, TWO};

/// The editions of CVSS that CSAF 2.0 knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    /// 2.0.
    V2,
    /// 3.0.
    V30,
    /// 3.1.
    V31,
}

/// A vector, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vector<'a> {
    edition: Edition,
    metrics: Vec<(&'a str, &'a str)>,
}

/// What a vector gives, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scores {
    pub base: u8,
    pub temporal: u8,
    pub environmental: u8,
}

impl Edition {
    /// The edition that a `version` names.
    pub(super) fn of(version: &str) -> Option<Self> {
        match version {
            "2.0" => Some(Self::V2),
            "3.0" => Some(Self::V30),
            "3.1" => Some(Self::V31),
            _ => None,
        }
    }

    /// Its metrics.
    pub(super) const fn metrics(self) -> &'static [Metric] {
        match self {
            Self::V2 => TWO,
            Self::V30 | Self::V31 => THREE,
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::V2 => "",
            Self::V30 => "CVSS:3.0/",
            Self::V31 => "CVSS:3.1/",
        }
    }
}

impl<'a> Vector<'a> {
    /// Takes a vector apart, as far as the pattern of its schema wants it: any known metrics in any order.
    pub(super) fn read(edition: Edition, text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix(edition.prefix())?;
        let metrics = rest.split('/').map(|part| {
            let (name, value) = part.split_once(':')?;
            let metric = edition.metrics().iter().find(|metric| metric.name == name)?;
            metric.values.iter().any(|(short, _)| *short == value).then_some((name, value))
        });
        Some(Self { edition, metrics: metrics.collect::<Option<_>>()? })
    }

    /// The value of a metric; a metric that stands twice has the last one.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.metrics.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Whether a metric stands twice, or one of the base is missing: then it gives no score.
    pub(super) fn is_whole(&self) -> bool {
        let count = |name: &str| self.metrics.iter().filter(|(known, _)| *known == name).count();
        self.edition.metrics().iter().all(|metric| match count(metric.name) {
            0 => !metric.is_base,
            one => one == 1,
        })
    }

    /// Whether its edition has severities.
    pub(super) fn has_severity(&self) -> bool {
        self.edition != Edition::V2
    }

    /// The scores that it may be said to give: one way or two to round; `None`: it is not whole.
    pub(super) fn scores(&self) -> Option<[Scores; 2]> {
        if !self.is_whole() {
            return None;
        }
        match self.edition {
            Edition::V2 => two::scores(self),
            Edition::V30 => {
                let ups: [fn(f64) -> u8; 2] = [three::round_up_30, three::round_up_30_decimal];
                let [one, other] = ups.map(|up| three::scores(self, up));
                Some([one?, other?])
            }
            Edition::V31 => three::scores(self, three::round_up_31).map(|scores| [scores; 2]),
        }
    }
}

/// How severe a score is (CVSS 3.1 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 0.0.
    None,
    /// 0.1 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// The severity of a score in tenths.
    pub(super) const fn of(tenths: u8) -> Self {
        match tenths {
            0 => Self::None,
            1..=39 => Self::Low,
            40..=69 => Self::Medium,
            70..=89 => Self::High,
            _ => Self::Critical,
        }
    }

    /// The word of the schema.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// A CVSS 3.1 vector that gives a score: every metric of the base, none twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cvss31 {
    vector: Box<str>,
    scores: Scores,
}

/// A text is no such vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not a cvss 3.1 vector with every base metric once")]
pub struct BadVector;

impl FromStr for Cvss31 {
    type Err = BadVector;

    fn from_str(text: &str) -> Result<Self, BadVector> {
        let [scores, _] = Vector::read(Edition::V31, text).and_then(|vector| vector.scores()).ok_or(BadVector)?;
        Ok(Self { vector: text.into(), scores })
    }
}

impl fmt::Display for Cvss31 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.vector)
    }
}

impl Cvss31 {
    /// The vector as it was written.
    pub fn as_str(&self) -> &str {
        &self.vector
    }

    /// The base score, in tenths (`98` is 9.8).
    pub const fn base_tenths(&self) -> u8 {
        self.scores.base
    }

    /// How severe the base score is.
    pub const fn severity(&self) -> Severity {
        Severity::of(self.scores.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenths(edition: Edition, text: &str) -> (u8, u8, u8) {
        let [scores, _] = Vector::read(edition, text).unwrap().scores().unwrap();
        (scores.base, scores.temporal, scores.environmental)
    }

    #[test]
    fn scores_are_those_of_first() {
        let three = |rest: &str| tenths(Edition::V31, &format!("CVSS:3.1/{rest}"));
        assert_eq!(three("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").0, 98);
        assert_eq!(three("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H").0, 100);
        assert_eq!(three("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N").0, 61);
        assert_eq!(three("AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N"), (0, 0, 0));
        assert_eq!(three("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C").1, 88);
        assert_eq!(tenths(Edition::V2, "AV:N/AC:L/Au:N/C:N/I:N/A:C"), (78, 78, 78));
        assert_eq!(
            tenths(Edition::V2, "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L"),
            (100, 83, 90)
        );
    }

    #[test]
    fn only_whole_vectors_give_scores() {
        for text in [
            "",
            "CVSS:3.1/",
            "CVSS:3.1/AV:N",
            "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/AV:N",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
        ] {
            assert_eq!(text.parse::<Cvss31>(), Err(BadVector), "{text}");
        }
        let sound: Cvss31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".parse().unwrap();
        assert_eq!((sound.base_tenths(), sound.severity().word()), (98, "CRITICAL"));
    }
}
