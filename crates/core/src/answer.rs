//! Answers: counts per status, never a subscriber (G20).

use crate::measure::Measure;

/// What became of an observation at the party that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 利用者に連絡済み.
    CustomerTold,
    /// Put into quarantine (walled garden: the ISP's own decision, G11).
    Quarantined,
    /// Found clean or cleaned.
    Cleaned,
    /// The address is not theirs at that moment.
    NotOurs,
    /// Several subscribers share the address and the line did not say which port.
    SharedAddressNeedPort,
    /// データがない: distinct from refused (S4.8).
    NoData,
    /// 再設定済み: the password was reset or the account locked (S2.15, S1.12).
    CredentialsReset,
    /// There is no such account at the site.
    NoSuchAccount,
    /// 修復済み: the site or server was repaired and secured (S3.7, S0.11).
    Repaired,
    /// Looked at, and nothing was found: administrators often see nothing (S3.7).
    NothingFound,
}

impl Status {
    /// Every status, in the order tables list them.
    pub const ALL: [Self; 10] = [
        Self::CustomerTold,
        Self::Quarantined,
        Self::Cleaned,
        Self::NotOurs,
        Self::SharedAddressNeedPort,
        Self::NoData,
        Self::CredentialsReset,
        Self::NoSuchAccount,
        Self::Repaired,
        Self::NothingFound,
    ];

    /// The stable word in files and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CustomerTold => "customer-told",
            Self::Quarantined => "quarantined",
            Self::Cleaned => "cleaned",
            Self::NotOurs => "not-ours",
            Self::SharedAddressNeedPort => "shared-address-need-port",
            Self::NoData => "no-data",
            Self::CredentialsReset => "credentials-reset",
            Self::NoSuchAccount => "no-such-account",
            Self::Repaired => "repaired",
            Self::NothingFound => "nothing-found",
        }
    }

    /// The status a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether the user behind the address or account was reached, or is safe.
    pub const fn reached(self) -> bool {
        matches!(self, Self::CustomerTold | Self::Quarantined | Self::Cleaned | Self::CredentialsReset | Self::Repaired)
    }

    /// The statuses that answer a measure, in the order that forms and letters list them.
    pub const fn of(measure: Measure) -> &'static [Self] {
        match measure {
            Measure::ResetCredentials => {
                &[Self::CredentialsReset, Self::CustomerTold, Self::NoSuchAccount, Self::NoData]
            }
            Measure::RepairSite | Measure::SecureServer => {
                &[Self::Repaired, Self::CustomerTold, Self::NothingFound, Self::NotOurs, Self::NoData]
            }
            _ => &[
                Self::CustomerTold,
                Self::Quarantined,
                Self::Cleaned,
                Self::NotOurs,
                Self::SharedAddressNeedPort,
                Self::NoData,
            ],
        }
    }
}

/// How many of each status. There is no field for whom: the type keeps G20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts([u64; Status::ALL.len()]);

impl Counts {
    /// Adds to a status.
    pub fn add(&mut self, status: Status, count: u64) {
        if let Some(slot) = self.0.get_mut(status as usize) {
            *slot = slot.saturating_add(count);
        }
    }

    /// How many of a status.
    pub fn of(&self, status: Status) -> u64 {
        self.0.get(status as usize).copied().unwrap_or(0)
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Status and count, zeroes left out.
    pub fn iter(&self) -> impl Iterator<Item = (Status, u64)> + '_ {
        Status::ALL.into_iter().map(|status| (status, self.of(status))).filter(|(_, count)| *count > 0)
    }
}

/// How a party answered as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every line has a status.
    Full(Counts),
    /// Some lines have a status, more may follow.
    Part(Counts),
    /// The party declines, with its reason.
    Declined(DeclineReason),
    /// The party holds nothing on any line.
    NoData,
}

impl Outcome {
    /// The counts, where there are any.
    pub fn counts(&self) -> Counts {
        match self {
            Self::Full(counts) | Self::Part(counts) => *counts,
            Self::Declined(_) | Self::NoData => Counts::default(),
        }
    }

    /// The stable word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Full(_) => "full",
            Self::Part(_) => "part",
            Self::Declined(_) => "declined",
            Self::NoData => "no-data",
        }
    }
}

/// Why a party declines. Free text would invite names, so there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeclineReason {
    /// Nobody there can do it now.
    NoCapacity,
    /// Its legal desk sees no basis.
    NoBasis,
    /// The line is too old or lacks what it needs.
    NotActionable,
    /// Another party is competent.
    OtherParty,
}

impl DeclineReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::NoCapacity, Self::NoBasis, Self::NotActionable, Self::OtherParty];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoCapacity => "no-capacity",
            Self::NoBasis => "no-basis",
            Self::NotActionable => "not-actionable",
            Self::OtherParty => "other-party",
        }
    }

    /// The reason a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}

/// Counts lines by status; the lines themselves are dropped (G20).
pub fn count(lines: impl IntoIterator<Item = Status>) -> Counts {
    lines.into_iter().fold(Counts::default(), |mut counts, status| {
        counts.add(status, 1);
        counts
    })
}
