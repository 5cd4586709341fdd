//! What is checked: the items of a draft, and the form of the provider that will be asked.

use alloc::string::String;
use alloc::vec::Vec;

use crate::class::DataClass;
use crate::inquiry::Instrument;
use crate::inquiry::identifier::Kind;
use crate::inquiry::item::{Item, Window};
use crate::time::Moment;

/// A draft as it stands, with all that its checks need to know.
#[derive(Clone, Copy)]
pub struct Draft<'a> {
    /// On what it rests.
    pub instrument: Instrument,
    /// What it asks.
    pub items: &'a [Item],
    /// When it is checked.
    pub now: Moment,
    /// When the facts of the case happened, as the drafter typed it. It is compared with the items' times
    /// and goes nowhere else; without it, what is merely implausible is not seen.
    pub occurred: Option<&'a Window>,
    /// What the provider's form has.
    pub form: &'a Form,
    /// How many minutes east of UTC the clocks of a zone are at a moment (`Asia/Tokyo`: 540);
    /// `None`: there is no such zone. The caller has the zones, core has not.
    pub offset_minutes: &'a dyn Fn(&str, Moment) -> Option<i32>,
}

/// What a provider's form of inquiries says, as far as machines can check it (S4.5, S4.11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What can be asked for.
    pub fields: Vec<Field>,
    /// The kinds of identifier that the provider can look up.
    pub kinds: Vec<Kind>,
    /// The widest span of time that it answers, in days; `None`: it does not say.
    pub longest_days: Option<u32>,
    /// The zone in which its times are meant unless another is named (`Asia/Tokyo`).
    pub zone: String,
}

/// One thing that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id in the form (`holder-name`).
    pub id: String,
    /// Its class (S4.6, S4.7).
    pub class: DataClass,
    /// Whether the provider's legal desk decides on it (G2).
    pub borderline: bool,
    /// How many days back the provider says that it keeps it: what it may keep, never a duty (S1.10);
    /// `None`: it does not say.
    pub kept_days: Option<u32>,
    /// Whether it is asked for a span of time.
    pub timing: Timing,
}

vocabulary! {
    /// Whether a field is asked for a span of time.
    Timing {
        /// It is what it is when it is answered; a time changes nothing.
        Never = "never",
        /// With or without.
        Maybe = "maybe",
        /// Without a time it cannot be found.
        Always = "always",
    }
}
