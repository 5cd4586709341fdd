//! What became of an addition (section 4.3.1): counts that add up, because they are counted when they are written.

use renkei_core::time::Moment;
use uuid::Uuid;

use super::posting::{Item, Posting};

/// What became of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was added.
    Added,
    /// It was there already.
    Same,
    /// Another content is there under its id and version; the one that came first stays.
    Other,
    /// This client may not add it here.
    Forbidden,
    /// Its markings are stricter than the conditions under which this client adds.
    TooStrict,
    /// It names who made it, and this client adds without being named.
    NamesItself,
    /// The client has it from another organisation, whose label does not let it go on.
    Anothers,
    /// The collection takes no objects of its type or markings.
    NotTaken,
    /// The fault is here.
    Failed,
}

impl Outcome {
    /// Whether the client has reached what it wanted: that the object is there.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Added | Self::Same)
    }

    /// What the client is told beside the id; nothing if the object was simply added.
    pub const fn message(self) -> Option<&'static str> {
        match self {
            Self::Added => None,
            Self::Same => Some("the same object was there already"),
            Self::Other => Some("another content has the same id and version; it was kept"),
            Self::Forbidden => Some("you may not add this object here"),
            Self::TooStrict => Some("its marking is stricter than the label under which you may add here"),
            Self::NamesItself => Some("it says who made it (created_by_ref), and you add here without being named"),
            Self::Anothers => {
                Some("another organisation shared it, and its label does not let it go on: ask its originator")
            }
            Self::NotTaken => Some("this collection does not take such objects"),
            Self::Failed => Some("something failed here"),
        }
    }
}

/// One object of an addition (section 4.3.1, `status-details`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The id of the object as far as it has one.
    pub id: Box<str>,
    /// Its version.
    pub version: Box<str>,
    /// What is to be said about it.
    pub message: Option<Box<str>>,
}

impl Detail {
    fn of(item: &Item, message: Option<&str>) -> Self {
        Self { id: item.id.as_str().into(), version: item.version.as_str().into(), message: message.map(Into::into) }
    }
}

/// The status of an addition. It is `complete` as soon as nothing is pending (section 4.3.1), and is to be found for a day after
/// that at least (section 4.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its id: a UUID of version 4.
    pub id: Uuid,
    /// When the addition came.
    pub requested: Moment,
    /// What was added.
    pub successes: Vec<Detail>,
    /// What was not.
    pub failures: Vec<Detail>,
    /// What is still to be looked at.
    pub pendings: Vec<Detail>,
}

impl Status {
    /// The status of a posting of which nothing was added yet: what could not be read has failed, the rest is pending.
    pub fn pending(id: Uuid, requested: Moment, posting: &Posting) -> Self {
        let pendings = posting.items.iter().map(|item| Detail::of(item, None)).collect();
        Self { id, requested, successes: vec![], failures: posting.failures.clone(), pendings }
    }

    /// The status of a posting whose items, in their order, have come to these outcomes; items without one are pending.
    pub fn of(id: Uuid, requested: Moment, posting: &Posting, outcomes: &[Outcome]) -> Self {
        let mut status =
            Self { id, requested, successes: vec![], failures: posting.failures.clone(), pendings: vec![] };
        let outcomes = outcomes.iter().copied().map(Some).chain(std::iter::repeat(None));
        for (item, outcome) in posting.items.iter().zip(outcomes) {
            let detail = Detail::of(item, outcome.and_then(Outcome::message));
            match outcome {
                None => status.pendings.push(detail),
                Some(outcome) if outcome.is_success() => status.successes.push(detail),
                Some(_) => status.failures.push(detail),
            }
        }
        status
    }

    /// How many objects there were.
    pub const fn total(&self) -> usize {
        self.successes.len() + self.failures.len() + self.pendings.len()
    }

    /// `complete` or `pending`.
    pub const fn word(&self) -> &'static str {
        if self.pendings.is_empty() { "complete" } else { "pending" }
    }
}
