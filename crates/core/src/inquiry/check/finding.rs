//! What a check says: a stable code, how much it weighs, and of which item.

use alloc::vec::Vec;

use crate::inquiry::identifier::Reason;
use crate::inquiry::item::Item;

vocabulary! {
    /// What can be said against a draft. A code is never given a second meaning.
    Code {
        /// It asks nothing.
        NothingAsked = "nothing-asked",
        /// The identifier does not fit its kind; the finding says why.
        IdentifierMisfit = "identifier-misfit",
        /// The identifier fits but is not in its normal form, by which equal ones are told.
        IdentifierNotNormal = "identifier-not-normal",
        /// No device on the Internet has the address (private, shared by a carrier, loopback, multicast …).
        AddressReserved = "address-reserved",
        /// The provider does not look up by this kind of identifier.
        KindNotLookedUp = "kind-not-looked-up",
        /// The provider's form does not have the field.
        FieldNotInForm = "field-not-in-form",
        /// The item's class, or that the legal desk decides on it, is not what the form says.
        ClassDiffers = "class-differs",
        /// Secrecy of communication covers it: an inquiry cannot ask for it (S4.6, S4.7, G1).
        NeedsWarrant = "needs-warrant",
        /// Its class is none of the four that are asked of a provider.
        ClassNotAskable = "class-not-askable",
        /// An item before it asks the same field of the same subject for the same time.
        SameTwice = "same-twice",
        /// It cannot be found without a time: the field is kept by time, or the subject is an address.
        TimeNeeded = "time-needed",
        /// The field is not kept by time: it is answered as it stands.
        TimeNotHeld = "time-not-held",
        /// There is no such zone.
        ZoneUnknown = "zone-unknown",
        /// The zone is neither UTC nor has the clocks of the form's.
        ZoneUnusual = "zone-unusual",
        /// The end lies before the start.
        WindowReversed = "window-reversed",
        /// The end is the start: no time lies between.
        WindowEmpty = "window-empty",
        /// It ends after now: what does not exist yet cannot be answered.
        WindowFuture = "window-future",
        /// It is wider than the provider answers.
        WindowTooWide = "window-too-wide",
        /// It begins before what the provider says it keeps (S1.10).
        OlderThanKept = "older-than-kept",
        /// It does not fit the facts of the case; with day and month exchanged it does.
        DayMonthSwapped = "day-month-swapped",
        /// Its end lies before its start; exchanged, it fits the facts of the case.
        EndsSwapped = "ends-swapped",
        /// It does not fit the facts of the case; moved by the difference between two zones it does.
        ZoneShifted = "zone-shifted",
    }
}

vocabulary! {
    /// How much a finding weighs.
    Weight {
        /// The inquiry cannot be submitted like this.
        Stops = "stops",
        /// A person looks at it again.
        Warns = "warns",
    }
}

impl Code {
    /// How much it weighs, always.
    pub const fn weight(self) -> Weight {
        match self {
            Self::AddressReserved
            | Self::TimeNotHeld
            | Self::ZoneUnusual
            | Self::OlderThanKept
            | Self::DayMonthSwapped
            | Self::EndsSwapped
            | Self::ZoneShifted => Weight::Warns,
            Self::NothingAsked
            | Self::IdentifierMisfit
            | Self::IdentifierNotNormal
            | Self::KindNotLookedUp
            | Self::FieldNotInForm
            | Self::ClassDiffers
            | Self::NeedsWarrant
            | Self::ClassNotAskable
            | Self::SameTwice
            | Self::TimeNeeded
            | Self::ZoneUnknown
            | Self::WindowReversed
            | Self::WindowEmpty
            | Self::WindowFuture
            | Self::WindowTooWide => Weight::Stops,
        }
    }
}

/// One thing said against a draft. It never holds what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The number of the item; `None`: the draft as a whole.
    pub item: Option<u32>,
    /// What is said.
    pub code: Code,
    /// How much it weighs: [`Code::weight`].
    pub weight: Weight,
    /// With [`Code::IdentifierMisfit`]: why it does not fit.
    pub reason: Option<Reason>,
}

/// What has been found so far.
#[derive(Default)]
pub(super) struct Found(Vec<Finding>);

impl Found {
    /// Says something of the draft as a whole.
    pub(super) fn of_all(&mut self, code: Code) {
        self.0.push(Finding { item: None, code, weight: code.weight(), reason: None });
    }

    /// Says something of an item.
    pub(super) fn of(&mut self, item: &Item, code: Code) {
        self.0.push(Finding { item: Some(item.number), code, weight: code.weight(), reason: None });
    }

    /// Says that an item's identifier does not fit.
    pub(super) fn misfit(&mut self, item: &Item, reason: Reason) {
        let code = Code::IdentifierMisfit;
        self.0.push(Finding { item: Some(item.number), code, weight: code.weight(), reason: Some(reason) });
    }

    /// All of it, in the order in which it was said.
    pub(super) fn all(self) -> Vec<Finding> {
        self.0
    }
}
