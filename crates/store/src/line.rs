//! Lines: offices of other organisations with which inquiries are exchanged (S4.5), what each of them was told, and
//! the objects that both sides keep.
//!
//! Nothing that is told is kept as a queue: what the other side lacks follows from the steps of an inquiry and from
//! how many of them it has. Only the message that is on its way stands in a row, so that it is the same in every try.

mod follow;
mod object;
mod receipt;
mod setting;
mod telling;

use renkei_core::dossier::Taken;
use renkei_core::id::{Digest, InquiryId, PartyId, SeatId};
use renkei_core::inquiry::answer::Answer;
use renkei_core::time::Moment;

use crate::inquiry::{Happened, Inquiry, NewFile};

pub(crate) use telling::{begin, empty, wake};

pub use receipt::KeptReceipt;

/// A line to the office of another organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which organisation.
    pub party: PartyId,
    /// Counts up with every change.
    pub version: u64,
    /// Where its office takes messages.
    pub url: String,
    /// The certificates of who may issue its own (PEM).
    pub authority: String,
    /// The key with which its office signs, as a line of C2SP.
    pub office_key: String,
    /// The keys of its seats, as lines of C2SP; the office's key vouches for them.
    pub keys: String,
    /// Which seat entered it.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
}

/// A line about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// See [`Line::url`].
    pub url: String,
    /// See [`Line::authority`].
    pub authority: String,
    /// See [`Line::office_key`].
    pub office_key: String,
    /// See [`Line::keys`].
    pub keys: String,
}

/// How far the other side of an inquiry was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// Which inquiry.
    pub inquiry: InquiryId,
    /// Whose office it is told.
    pub party: PartyId,
    /// How many steps the other side has.
    pub told: u64,
    /// A step of ours that takes place once the other side has taken it.
    pub proposed: Option<Proposed>,
    /// The message that is on its way.
    pub carried: Option<OnItsWay>,
    /// How often it was tried.
    pub tries: u64,
    /// When it is tried again; `None`: not before something changes.
    pub next_at: Option<Moment>,
    /// What stood against it.
    pub trouble: Option<String>,
}

/// A step that is proposed to the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The step as it will stand.
    pub taken: Taken,
    /// What is said.
    pub text: String,
}

/// A message on its way: the same bytes in every try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnItsWay {
    /// The last step that it tells.
    pub step: u64,
    /// Its transaction.
    pub ticket: String,
    /// The message.
    pub message: String,
}

/// An object that both sides keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineObject {
    /// Its UUID.
    pub id: String,
    /// Which inquiry it belongs to.
    pub inquiry: InquiryId,
    /// Its kind, in the standard's word.
    pub kind: String,
    /// Who created it.
    pub owner: PartyId,
    /// With whom.
    pub addressee: PartyId,
    /// How often it was changed.
    pub generation: u64,
    /// `open`, `done`, `expired` or `refused`.
    pub state: String,
    /// The class of data that it asks for, in the standard's word.
    pub class: Option<String>,
    /// When it was last changed.
    pub changed_at: Moment,
    /// The object as JSON; `None`: it is not kept, or was emptied.
    pub body: Option<String>,
}

/// A message that came and is carried out: the same one gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedOut {
    /// Who sent it.
    pub sender: PartyId,
    /// Its transaction.
    pub ticket: String,
    /// The digest of what it said.
    pub digest: Digest,
    /// What was answered.
    pub answer: String,
}

/// What changes in the objects: created ones, and those that stand at the generation before.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    /// New ones.
    pub made: Vec<LineObject>,
    /// Changed ones; each stands at one generation less.
    pub changed: Vec<LineObject>,
}

/// An inquiry that arrives over a line.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// The inquiry as it will stand.
    pub inquiry: &'a Inquiry,
    /// What happened to it before it left.
    pub steps: &'a [Happened],
    /// The objects that came.
    pub objects: &'a Objects,
    /// The message.
    pub carried: &'a CarriedOut,
    /// The digest of the dossier that came with it.
    pub dossier: Digest,
}

/// Steps that the other side took.
#[derive(Debug)]
pub struct Followed<'a> {
    /// Of which inquiry.
    pub inquiry: InquiryId,
    /// The steps, in order, each continuing those that are known.
    pub steps: &'a [Happened],
    /// The answer, where one of them is the step `answer`, with the sealed files.
    pub answer: Option<(&'a Answer, &'a [NewFile])>,
    /// The objects that came or changed.
    pub objects: &'a Objects,
    /// The message.
    pub carried: &'a CarriedOut,
    /// The digest of the dossier that tells of them.
    pub dossier: Digest,
}
