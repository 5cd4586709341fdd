//! Sharing: items under their originator's conditions, topic groups of named people, and who reaches what.
//!
//! ```text
//! draft ─post→ posted ─withdraw→ withdrawn
//!   │           └─narrow, widen, strike→ posted
//!   └─drop→ dropped
//! ```
//! Nothing is shared by default (S3.2): an item reaches its own organisation and whom its conditions name, people by
//! their groups or by their seats, organisations whole. What was taken back is gone for those it reached, and for
//! everybody else it never was. A reader carries nothing on by itself: it asks, and the originator's yes is what widens
//! the conditions (S3.14).

mod mandate;
mod onward;

use alloc::collections::{BTreeMap, BTreeSet};

use crate::class::DataClass;
use crate::id::{GroupId, PartyId, SeatId};
use crate::seat::Seat;
use crate::time::{Moment, Validity};

pub use mandate::{Mandate, MandateError, Terms};
pub use onward::{NotNarrower, OnwardState, Return, Target, TargetError};

vocabulary! {
    /// How far a reader may carry what it reads: the labels of TLP 2.0, widest first.
    Tlp {
        /// To the world.
        Clear = "clear",
        /// Within the community.
        Green = "green",
        /// Within the reader's organisation and its clients who need to know.
        Amber = "amber",
        /// Within the reader's organisation.
        AmberStrict = "amber+strict",
        /// The person who reads alone: neither an organisation nor a machine is one.
        Red = "red",
    }
}

vocabulary! {
    /// What a reader may do with it: the labels of the permissible actions protocol, widest first.
    Pap {
        /// Anything.
        Clear = "clear",
        /// Active action is allowed: blocking, asking the target.
        Green = "green",
        /// Passive checks alone: what the other side could see is not done.
        Amber = "amber",
        /// Own machines that nobody outside can see alone.
        Red = "red",
    }
}

vocabulary! {
    /// What an item is about.
    Kind {
        /// Something to detect: an address, a name, a digest.
        Indicator = "indicator",
        /// How offenders proceed (手口).
        Method = "method",
        /// A weakness of a product.
        Vulnerability = "vulnerability",
        /// Somebody known by a handle.
        Actor = "actor",
        /// A text of several of these.
        Report = "report",
        /// Somebody saw what another item names.
        Sighting = "sighting",
        /// A question to the others.
        Question = "question",
    }
}

impl Kind {
    /// The kind of material that it is: methods may be investigation secrets (S4.4).
    pub const fn class(self) -> DataClass {
        match self {
            Self::Method => DataClass::Method,
            _ => DataClass::Indicator,
        }
    }
}

vocabulary! {
    /// Where an item stands.
    State {
        /// Its own organisation writes it.
        Draft = "draft",
        /// It reaches whom its conditions name.
        Posted = "posted",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// It was never posted and will not be.
        Dropped = "dropped",
    }
}

vocabulary! {
    /// What can happen to an item.
    Step {
        /// It is let out.
        Post = "post",
        /// It is taken back.
        Withdraw = "withdraw",
        /// A draft is given up.
        Drop = "drop",
        /// Its conditions are drawn closer.
        Narrow = "narrow",
        /// It reaches somebody more, because its originator said yes.
        Widen = "widen",
        /// Some of its objects are taken out.
        Strike = "strike",
    }
}

/// A step that its state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an item that is `{state}` cannot take the step `{step}`")]
pub struct WrongStep {
    /// Where the item stands.
    pub state: State,
    /// What was tried.
    pub step: Step,
}

impl State {
    /// The state after a step.
    pub const fn after(self, step: Step) -> Result<Self, WrongStep> {
        match (self, step) {
            (Self::Draft, Step::Post) => Ok(Self::Posted),
            (Self::Draft, Step::Drop) => Ok(Self::Dropped),
            (Self::Posted, Step::Withdraw) => Ok(Self::Withdrawn),
            (Self::Posted, Step::Narrow | Step::Widen | Step::Strike) => Ok(Self::Posted),
            (state, step) => Err(WrongStep { state, step }),
        }
    }
}

// -------------------------------------------------------------------------------------- conditions

/// What the originator said about an item (S3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// How far a reader may carry it.
    pub tlp: Tlp,
    /// What a reader may do with it.
    pub pap: Pap,
    /// The named people of these groups reach it (S4.1).
    pub groups: BTreeSet<GroupId>,
    /// These organisations reach it.
    pub parties: BTreeSet<PartyId>,
    /// These people reach it.
    pub seats: BTreeSet<SeatId>,
    /// Readers are not told whose it is.
    pub unnamed: bool,
    /// Who asks for a value that stands in it is told that somebody knows it and whom to ask, though the item does
    /// not reach them.
    pub hinted: bool,
    /// From then on it reaches its own organisation alone.
    pub ends: Option<Moment>,
}

/// Conditions that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// TLP:RED is for people: no organisation as a whole can be its reader.
    #[error("tlp:red goes to named people: name seats or groups, and no organisation")]
    RedToParties,
    /// A hint says whom to ask, and an unnamed originator is not to be told.
    #[error("an item cannot be unnamed and hinted: a hint says whom to ask")]
    UnnamedHint,
    /// TLP:RED is for people who have a seat here.
    #[error("tlp:red goes to named people: nobody outside can be named")]
    RedOutside,
}

/// By what an item reaches a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// It is the reader's own organisation's.
    Own,
    /// A group that the reader is in.
    Group,
    /// The reader or its organisation is named.
    Named,
    /// The item is for groups, and the reader is in none of them.
    Outside,
    /// Nothing names the reader.
    None,
}

impl Reach {
    /// Whether the originator lets it go there.
    pub const fn allows(self) -> bool {
        matches!(self, Self::Own | Self::Group | Self::Named)
    }
}

/// Somebody who reads, as conditions ask about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The seat.
    pub seat: SeatId,
    /// Its organisation.
    pub party: PartyId,
    /// The groups it is in at the moment of the question.
    pub groups: BTreeSet<GroupId>,
}

impl Reader {
    /// A seat with the groups it is in at a moment.
    pub fn of<'g>(seat: &Seat, groups: impl IntoIterator<Item = &'g Group>, at: Moment) -> Self {
        let inside = groups.into_iter().filter(|group| group.holds(&seat.id, at)).map(|group| group.id);
        Self { seat: seat.id.clone(), party: seat.party.clone(), groups: inside.collect() }
    }
}

impl Conditions {
    /// Nothing shared with anybody.
    pub fn closed(tlp: Tlp, pap: Pap) -> Self {
        let (groups, parties, seats) = Default::default();
        Self { tlp, pap, groups, parties, seats, unnamed: false, hinted: false, ends: None }
    }

    /// Whether they can be kept.
    pub fn check(&self) -> Result<(), ConditionError> {
        if self.tlp == Tlp::Red && !self.parties.is_empty() {
            return Err(ConditionError::RedToParties);
        }
        if self.unnamed && self.hinted {
            return Err(ConditionError::UnnamedHint);
        }
        Ok(())
    }

    /// By what an item of an originator under these conditions reaches a reader, ended or not.
    pub fn reach(&self, originator: &PartyId, reader: &Reader) -> Reach {
        if *originator == reader.party {
            Reach::Own
        } else if !self.groups.is_disjoint(&reader.groups) {
            Reach::Group
        } else if self.parties.contains(&reader.party) || self.seats.contains(&reader.seat) {
            Reach::Named
        } else if self.groups.is_empty() {
            Reach::None
        } else {
            Reach::Outside
        }
    }

    /// Whether they let it out at a moment.
    pub fn hold(&self, at: Moment) -> bool {
        self.ends.is_none_or(|ends| at < ends)
    }
}

// ------------------------------------------------------------------------------------------ groups

/// A topic group: named people, never whole organisations (S4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its identifier.
    pub id: GroupId,
    /// Who is in it, and when: the end is not included.
    pub members: BTreeMap<SeatId, Validity>,
    /// It shares nothing any more.
    pub ended: bool,
}

impl Group {
    /// Whether a seat is in it at a moment.
    pub fn holds(&self, seat: &SeatId, at: Moment) -> bool {
        !self.ended && self.members.get(seat).is_some_and(|within| within.holds(at))
    }
}

// --------------------------------------------------------------------------------------- existence

/// What a reader is told of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// It is there.
    Here,
    /// It was there for this reader, and was taken back or ended.
    Gone,
    /// For this reader it never was.
    Absent,
}

/// What a reader that the item reaches by `reach` is told of it. `took`: the reader took it while it was there.
pub fn presence(state: State, conditions: &Conditions, reach: Reach, took: bool, at: Moment) -> Presence {
    match (state, reach) {
        (State::Dropped, _) => Presence::Absent,
        (_, Reach::Own) => Presence::Here,
        (State::Draft, _) => Presence::Absent,
        (State::Posted, reach) if reach.allows() && conditions.hold(at) => Presence::Here,
        // Whoever took it is told that it is gone, also where its group was left in the meantime.
        (State::Posted | State::Withdrawn, reach) if took || reach.allows() && state == State::Withdrawn => {
            Presence::Gone
        }
        (State::Posted, reach) if reach.allows() => Presence::Gone,
        (State::Posted | State::Withdrawn, _) => Presence::Absent,
    }
}

#[cfg(test)]
mod tests;
