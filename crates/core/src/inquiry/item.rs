//! Items: one subject, one field asked about it, the time it is asked for, and what came of it.

use alloc::string::String;

use super::identifier::Kind;
use crate::class::DataClass;
use crate::time::Moment;

/// One thing that an inquiry asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// From 1, without gaps.
    pub number: u32,
    /// What kind of identifier the subject is given by.
    pub kind: Kind,
    /// The identifier, in its normal form.
    pub value: String,
    /// Which field is asked for: an id of the provider's form (`holder-name`).
    pub field: String,
    /// The class that the form gives that field (S4.6, S4.7).
    pub class: DataClass,
    /// Whether the provider's legal desk decides on it (G2).
    pub borderline: bool,
    /// For which time; `None`: as it stands when it is answered.
    pub window: Option<Window>,
}

/// A span of time, the end not included, with the zone in which it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// The zone in which it was typed (`Asia/Tokyo`): it is shown so, and in UTC, before approval.
    pub zone: String,
}

impl Window {
    /// Whether a moment lies in it.
    pub const fn holds(&self, at: Moment) -> bool {
        self.from.0 <= at.0 && at.0 < self.until.0
    }
}

vocabulary! {
    /// What came of an item (S4.8): that there is no data is an outcome of its own, not a refusal.
    Outcome {
        /// It was answered.
        Disclosed = "disclosed",
        /// The provider holds no such data.
        NoData = "no-data",
        /// It is not answered, for a ground that is told.
        Refused = "refused",
    }
}

vocabulary! {
    /// Why an item is not answered.
    Ground {
        /// Secrecy of communication covers it: a warrant is needed (S4.6, S4.7, G1).
        Secrecy = "secrecy",
        /// The provider's form does not have the field.
        NotInForm = "not-in-form",
        /// The subject or the time is not specific enough to be found.
        Unspecific = "unspecific",
        /// The time asked for lies before what the provider keeps (S1.10).
        NotKept = "not-kept",
        /// The provider's legal desk decided so (S4.6).
        LegalDesk = "legal-desk",
        /// Something else, said in words.
        Other = "other",
    }
}
