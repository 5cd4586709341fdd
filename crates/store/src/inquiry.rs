//! Inquiries (照会): written, taken along the edges of core's states, answered; who signed what is kept.
//!
//! The ledger has ids, steps, digests and counts: whom an inquiry is about is between who asks and who is asked,
//! and is emptied from the registry when it is closed (S4.15, G5).

mod desk;
mod file;
mod form;
mod read;
mod write;

use renkei_core::id::{Digest, InquiryId, PartyId, SeatId};
use renkei_core::inquiry::item::{Ground, Item, Outcome, Window};
use renkei_core::inquiry::paper::Paper;
use renkei_core::inquiry::{State, Step};
use renkei_core::ledger::KeyName;
use renkei_core::text::Bilingual;
use renkei_core::time::Moment;

pub(crate) use file::insert_files;
pub(crate) use read::load;
pub(crate) use write::{advanced, counted, empty, follows, insert_items, keep_outcomes, place};

pub use desk::Number;
pub use renkei_core::dossier::{Signed, Taken as TakenStep};

/// An inquiry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// Its identifier.
    pub id: InquiryId,
    /// Counts up with every step; a permit names it.
    pub version: u64,
    /// What is asked; its number is empty until it is submitted, its texts and values once it is closed.
    pub paper: Paper,
    /// When the facts of the case happened, as typed: only the checks of the draft ask for it.
    pub occurred: Option<Window>,
    /// Where it stands.
    pub state: State,
    /// How many stages have signed it since it was last changed.
    pub signed: u64,
    /// The digest of what they signed.
    pub digest: Option<Digest>,
    /// Who drafted it.
    pub drafted_by: SeatId,
    /// When.
    pub drafted_at: Moment,
    /// When it left.
    pub sent_at: Option<Moment>,
    /// When an answer is due; it moves on while the clock stands still. `None`: the provider set no term.
    pub due_at: Option<Moment>,
    /// Since when the provider's clock stands still.
    pub stopped_at: Option<Moment>,
    /// When it was answered, sent back, withdrawn or closed.
    pub ended_at: Option<Moment>,
    /// When its dossier was last taken by the organisation that asked.
    pub filed_at: Option<Moment>,
}

/// What is known of an item besides what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemState {
    /// What was asked.
    pub item: Item,
    /// What the provider's legal desk decided; `None`: nothing.
    pub judged: Option<bool>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// Why it was not answered.
    pub ground: Option<Ground>,
    /// What was said besides.
    pub remark: String,
}

/// A page of inquiries, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InquiryPage {
    /// The last one of the page before.
    pub after: Option<InquiryId>,
    /// How many at most.
    pub most: u64,
}

/// Which inquiries are wanted.
#[derive(Debug, Clone, Default)]
pub struct InquiryFilter {
    /// Those that this party asked, or was asked and has been told of.
    pub party: Option<PartyId>,
    /// Those in this state.
    pub state: Option<State>,
    /// At most so many, behind one of them; `None`: all.
    pub page: Option<InquiryPage>,
}

/// For whom inquiries wait: to sign, to send, to answer, to clarify, to take along.
#[derive(Debug, Clone)]
pub struct Waits {
    /// Whose.
    pub party: PartyId,
    /// Which seat.
    pub seat: SeatId,
    /// The stages of its organisation's approval.
    pub stages: Vec<Stage>,
    /// It can approve.
    pub approves: bool,
    /// It answers for its organisation.
    pub answers: bool,
}

/// A step about to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// Which.
    pub step: Step,
    /// What is said; may be empty.
    pub text: String,
    /// The seat's signature, where the step is signed.
    pub signed: Option<Signed>,
}

/// A step that was taken, with what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What a dossier has of it.
    pub taken: TakenStep,
    /// What was said.
    pub text: String,
}

/// A stage of approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What it is called (係長, 課長, 所属長).
    pub name: Bilingual,
    /// Which seat signs it.
    pub seat: SeatId,
}

/// A sealed file of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFile {
    /// From 1.
    pub number: u64,
    /// What it is called.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of the sealed bytes.
    pub digest: Digest,
    /// Whether the bytes are still there.
    pub is_there: bool,
    /// When it was handed over.
    pub made_at: Moment,
    /// When its bytes are removed; `None`: when the inquiry is closed.
    pub delete_at: Option<Moment>,
    /// When the organisation that asked first took it.
    pub taken_at: Option<Moment>,
}

/// A file about to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// What it is called.
    pub name: String,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// When they are removed; `None`: when the inquiry is closed.
    pub delete_at: Option<Moment>,
}

/// A version of a provider's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// From 1.
    pub version: u64,
    /// As it was written.
    pub text: String,
    /// Which seat set it.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
    /// The key with which its provider signed it, and the signature; `None`: it was set before forms were signed.
    pub signed: Option<(KeyName, [u8; 64])>,
}

/// An organisation agreed to a version of a provider's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormAgreed {
    /// Which version.
    pub version: u64,
    /// Which organisation.
    pub asker: PartyId,
    /// Which of its seats signed.
    pub agreed_by: SeatId,
    /// When.
    pub agreed_at: Moment,
}
