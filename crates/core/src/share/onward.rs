//! What changes after an item was posted: it is drawn closer, or goes on to whom its originator lets it (S3.14); and what
//! its readers tell of it (S4.29).

use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use super::{ConditionError, Conditions, Tlp};
use crate::id::{GroupId, PartyId, SeatId};

/// To whom an item is to go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The named people of a group.
    Group(GroupId),
    /// An organisation.
    Party(PartyId),
    /// One person.
    Seat(SeatId),
    /// Somebody who has no seat here, in words: who asks hands it over by its own ways.
    Outside(String),
}

/// A text that names nobody to whom an item can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "whom it goes on to is written `group:…`, `party:…`, `seat:…`, or `outside:` and a name of 1 to {} characters",
    Target::LONGEST
)]
pub struct TargetError;

impl Target {
    /// Longest name of somebody outside, in characters.
    pub const LONGEST: usize = 200;
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(group) => write!(f, "group:{group}"),
            Self::Party(party) => write!(f, "party:{party}"),
            Self::Seat(seat) => write!(f, "seat:{seat}"),
            Self::Outside(name) => write!(f, "outside:{name}"),
        }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let (kind, name) = text.split_once(':').ok_or(TargetError)?;
        match kind {
            "group" => name.parse().map(Self::Group).map_err(|_| TargetError),
            "party" => name.parse().map(Self::Party).map_err(|_| TargetError),
            "seat" => name.parse().map(Self::Seat).map_err(|_| TargetError),
            "outside" => {
                let name = name.trim();
                let sound =
                    !name.is_empty() && name.chars().count() <= Self::LONGEST && !name.contains(char::is_control);
                sound.then(|| Self::Outside(name.to_string())).ok_or(TargetError)
            }
            _ => Err(TargetError),
        }
    }
}

vocabulary! {
    /// Where a question about onward release stands.
    OnwardState {
        /// The originator did not answer yet.
        Asked = "asked",
        /// The originator let it go on.
        Granted = "granted",
        /// The originator did not.
        Declined = "declined",
    }
}

vocabulary! {
    /// What a reader tells of an item (還元).
    Return {
        /// What it names was seen here.
        Seen = "seen",
        /// It was looked for and not found.
        NotSeen = "not-seen",
        /// It stands in defences: filters, watch lists.
        Used = "used",
        /// It led to something: a case, a measure, a victim told.
        LedOn = "led-on",
        /// It is wrong: what it names is harmless, or another thing.
        Wrong = "wrong",
    }
}

/// Why conditions are no closer than those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNarrower {
    /// They let it go further.
    #[error("the new conditions are wider than the old in {0}: take the item back and post another, or widen it")]
    Wider(&'static str),
    /// They are the same.
    #[error("nothing is narrowed: say what the item is no longer to reach, a narrower label, or an earlier end")]
    Same,
}

impl Conditions {
    /// Whether these let an item go nowhere that others did not, nor further, and are not the same.
    pub fn narrows(&self, old: &Self) -> Result<(), NotNarrower> {
        let wider = [
            ("TLP", self.tlp < old.tlp),
            ("PAP", self.pap < old.pap),
            ("groups", !self.groups.is_subset(&old.groups)),
            ("organisations", !self.parties.is_subset(&old.parties)),
            ("seats", !self.seats.is_subset(&old.seats)),
            ("hints", self.hinted && !old.hinted),
            ("naming", self.unnamed != old.unnamed),
            ("its end", old.ends.is_some_and(|old| self.ends.is_none_or(|new| old < new))),
        ];
        match wider.into_iter().find(|(_, wider)| *wider) {
            Some((what, _)) => Err(NotNarrower::Wider(what)),
            None if self == old => Err(NotNarrower::Same),
            None => Ok(()),
        }
    }

    /// With one more whom it reaches. Somebody outside is reached by nothing here: the conditions stay.
    pub fn widened(&self, target: &Target) -> Result<Self, ConditionError> {
        let mut wide = self.clone();
        match target {
            Target::Group(group) => _ = wide.groups.insert(*group),
            Target::Party(party) => _ = wide.parties.insert(party.clone()),
            Target::Seat(seat) => _ = wide.seats.insert(seat.clone()),
            // Red is for the eyes and ears of those named alone; nobody can be named who is not here.
            Target::Outside(_) if self.tlp == Tlp::Red => return Err(ConditionError::RedOutside),
            Target::Outside(_) => {}
        }
        wide.check()?;
        Ok(wide)
    }

    /// Whether a target is among those they name.
    pub fn name(&self, target: &Target) -> bool {
        match target {
            Target::Group(group) => self.groups.contains(group),
            Target::Party(party) => self.parties.contains(party),
            Target::Seat(seat) => self.seats.contains(seat),
            Target::Outside(_) => false,
        }
    }
}
