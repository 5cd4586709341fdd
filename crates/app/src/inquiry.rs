//! Inquiries (照会): drafted by a police organisation, signed stage by stage, answered item by item by a provider.
//!
//! What is asked is between the two: whose office it is makes no difference, and each view is in the ledger before
//! anything is shown (S4.9). Answers are sealed to the organisation that asked the moment they are typed.

mod answer;
mod bulk;
mod draft;
mod figures;
mod file;
mod form;
mod list;
mod message;
mod notice;
mod print;
mod scan;
pub(crate) mod wire;
mod shown;
mod told;
mod stage;
mod walk;

use std::path::PathBuf;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{InquiryId, PartyId, SeatId};
use renkei_core::inquiry::Step;
use renkei_core::inquiry::check::Finding;
use renkei_core::inquiry::identifier::Misfit;
use renkei_core::question::{Inquiry as Facts, Object, ObjectKind, Question, Recipient};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_store::inquiry::Inquiry;
use renkei_store::{DbError, WriteError};

use crate::campaign::approve::ApproveError;
use crate::office::{AskError, Office};

pub use answer::{Answering, ItemAnswer};
pub use draft::{InquiryTyped, ItemTyped};
pub use figures::{FiguresRow, InquiryFigures, LEAST};
pub use form::{FormField, ProviderForm};
pub use notice::Noticed;
pub use print::{Print, PrintedPaper};
pub use renkei_formats::hi1::Encoding;
pub use scan::{PageFound, PagesFound};
pub use shown::{
    FileShown, FindingShown, InquiryChanged, InquiryEvent, InquiryList, InquiryListed, InquiryRead, ItemShown,
    StageList, StageShown, TimeShown, WindowShown,
};
pub use stage::StageTyped;
pub use told::{DossierFault, DossierVerdict};

/// Longest text of an inquiry, in characters.
pub const LONGEST: usize = 2000;
/// Most items of one inquiry.
pub const MOST: usize = 5000;

/// Why an inquiry is not written, read, taken on or answered.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The seat's key.
    #[error("{0}")]
    Sign(Box<ApproveError>),
    /// There is none, or it is not the seat's to know of.
    #[error("there is no inquiry `{0}`: `renkei inquiry list` shows them")]
    Unknown(InquiryId),
    /// Words are missing, or too many.
    #[error("an inquiry needs {0}, in 1 to {LONGEST} characters")]
    Words(&'static str),
    /// Nothing is asked, or too much at once.
    #[error("an inquiry asks 1 to {MOST} items; this one has {0}")]
    Items(usize),
    /// The provider is not in the directory.
    #[error("there is no party `{0}`: `renkei party list` shows who is there")]
    UnknownParty(PartyId),
    /// The provider's form has no such field.
    #[error("the form of the provider has no field `{0}`")]
    UnknownField(String),
    /// A list of subjects cannot be read.
    #[error("{0}")]
    List(#[from] renkei_formats::subjects::ListError),
    /// A time cannot be read.
    #[error(
        "`{0}` is not a time: write 2026-10-01T13:00 and a zone such as Asia/Tokyo; times that a clock shows twice or never are refused"
    )]
    Time(String),
    /// The checks of the draft stop it.
    #[error("the draft cannot be submitted: {}", codes(.0))]
    Stops(Vec<Finding>),
    /// An identifier does not fit.
    #[error("{0}")]
    Misfit(#[from] Misfit),
    /// The stage that is due is another seat's.
    #[error("the stage that is due is the one of the seat `{0}`")]
    Stage(SeatId),
    /// A stage cannot be what was typed.
    #[error(
        "stages need a name in both languages and a seat of the same party; the last one approves: `{0}` does not fit"
    )]
    BadStage(String),
    /// The organisation that asks has no key that answers can be sealed to.
    #[error("`{0}` has no key to seal answers to: enter an age or OpenPGP key with `renkei party import`")]
    NoKey(PartyId),
    /// Sealing failed.
    #[error("{0}")]
    Seal(#[from] renkei_post::seal::SealError),
    /// An item's answer does not fit.
    #[error("item {0}: an item is answered with data, is said to have none, or is refused with a ground")]
    Answer(u32),
    /// The provider's form cannot be read.
    #[error("the form cannot be read: {0}")]
    Form(String),
    /// The paper cannot be printed, or a scan cannot be read.
    #[error("{0}")]
    Print(String),
    /// Nobody has approved it, or it has not left, so there is no paper of it.
    #[error("the inquiry `{0}` is not approved, or has not been sent: there is no paper of it yet")]
    Unapproved(InquiryId),
    /// The fonts of the paper are missing.
    #[error("the form needs the font `{}`: install the package `{package}`", .path.display())]
    Fonts {
        /// Where it is looked for.
        path: PathBuf,
        /// Which package has it.
        package: &'static str,
    },
    /// The file of a scan cannot be read.
    #[error("the scan cannot be read: {0}")]
    Scan(std::io::Error),
    /// Its dossier has to be taken before it is closed, for closing empties the registry of it.
    #[error("take the dossier of `{0}` before you close it: closing removes what identifies anybody")]
    NotFiled(InquiryId),
    /// It is closed: what identifies anybody was removed, so that neither dossier nor message can be made again.
    #[error("the inquiry `{0}` is closed: its dossier was taken before, and what it was about is not kept here")]
    Closed(InquiryId),
    /// It has not left, so there is no message that carries it.
    #[error("the inquiry `{0}` has not been sent: there is no message yet")]
    Unsent(InquiryId),
    /// The profile has no message for what it rests on.
    #[error("the proposed Japan profile has no message for the instrument `{0}`")]
    NoMessage(renkei_core::inquiry::Instrument),
    /// The message would not be taken by its own rules.
    #[error("the message does not follow the profile: {0}")]
    Message(String),
    /// The office has no ledger key.
    #[error("the office has no key for its ledger: `renkei key list` shows them")]
    NoLedgerKey,
}

impl From<ApproveError> for InquiryError {
    fn from(error: ApproveError) -> Self {
        match error {
            ApproveError::Ask(error) => Self::Ask(error),
            ApproveError::Write(error) => Self::Write(error),
            ApproveError::Db(error) => Self::Db(error),
            error => Self::Sign(Box::new(error)),
        }
    }
}

fn codes(findings: &[Finding]) -> String {
    let named = findings.iter().map(|finding| match finding.item {
        Some(item) => format!("item {item}: {}", finding.code),
        None => finding.code.to_string(),
    });
    named.collect::<Vec<_>>().join("; ")
}

impl Office {
    /// The inquiry and the seat that acts, if the seat's organisation may know of it.
    async fn inquiry_for(&self, id: InquiryId) -> Result<(Inquiry, Seat), InquiryError> {
        let seat = self.seat(Duty::Drafter).await?;
        let inquiry = self.store.inquiry(id).await?.ok_or(InquiryError::Unknown(id))?;
        let asked = inquiry.paper.recipient == seat.party && inquiry.state.has_left();
        if inquiry.paper.asker == seat.party || asked { Ok((inquiry, seat)) } else { Err(InquiryError::Unknown(id)) }
    }

    /// Whether the acting seat's organisation may know of an inquiry; to any other it does not exist.
    pub async fn knows_inquiry(&self, id: InquiryId) -> Result<(), InquiryError> {
        self.inquiry_for(id).await.map(drop)
    }

    /// What the gate is asked about an inquiry and one class of its items.
    pub(crate) async fn inquiry_question(
        &self,
        act: Act,
        seat: Seat,
        inquiry: &Inquiry,
        class: DataClass,
        at: Moment,
    ) -> Result<Question, DbError> {
        let paper = &inquiry.paper;
        let mut facts = Facts::of(paper.asker.clone(), paper.instrument);
        facts.days = paper.days;
        let question = self
            .question(act, seat, at)
            .on(Object::new(ObjectKind::Inquiry, inquiry.id, inquiry.version))
            .with_class(class)
            .of_inquiry(facts)
            .once_sent(inquiry.state.has_left());
        let question = match paper.instrument.measure().filter(|_| asks(act)) {
            Some(measure) => question.asking(measure),
            None => question,
        };
        Ok(match self.store.party(&paper.recipient).await? {
            Some(party) => question.to(Recipient::of(&party, at, true)),
            None => question,
        })
    }

    /// Asks the gate for every class that the inquiry asks for; the permit is for the last of them.
    pub(crate) async fn inquiry_permit(
        &self,
        step: Step,
        seat: &Seat,
        inquiry: &Inquiry,
        at: Moment,
        shape: impl Fn(Question) -> Question,
    ) -> Result<Permit, InquiryError> {
        let act = step.act();
        let mut classes: Vec<DataClass> = match asks(act) {
            true => inquiry.paper.items.iter().map(|item| item.class).collect(),
            false => vec![matter_class(act)],
        };
        classes.sort_unstable();
        classes.dedup();
        let last = classes.pop().unwrap_or(DataClass::Registration);
        for class in classes {
            let question = shape(self.inquiry_question(act, seat.clone(), inquiry, class, at).await?);
            self.must_allow(&question).await?;
        }
        let question = shape(self.inquiry_question(act, seat.clone(), inquiry, last, at).await?);
        Ok(self.ask(question).await?)
    }
}

/// Whether an act asks something of the provider, so that the gate wants to know what.
const fn asks(act: Act) -> bool {
    matches!(act, Act::Plan | Act::Approve | Act::Send)
}

/// The class of an inquiry as a matter: what it says of somebody is registration data, what is told of it a count.
const fn matter_class(act: Act) -> DataClass {
    match act {
        Act::AnswerInquiry => DataClass::Counts,
        _ => DataClass::Registration,
    }
}

/// What was said, if something was and not too much.
fn said(text: &str, what: &'static str) -> Result<String, InquiryError> {
    optional(text).filter(|text| !text.is_empty()).ok_or(InquiryError::Words(what))
}

/// What was said, or nothing; `None`: too much.
fn optional(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control() || *c == '\n').collect();
    (text.chars().count() <= LONGEST).then_some(text)
}
