//! The line between two offices (S4.5): an inquiry leaves one office and is answered at another, each with its own
//! registry, keys and rules.
//!
//! What goes over the line are messages of ETSI TS 103 120 with the dossier of the office that sends, signed by its
//! key. The office that takes one checks the dossier against the keys that were agreed on, makes the message anew
//! from it and compares, asks its own gate for every step, and then writes all of it or nothing.

mod asks;
mod setting;
mod snapshot;
mod telling;
mod taking;
mod arrive;
mod shown;
mod receipt;

use renkei_core::id::{InquiryId, PartyId};
use renkei_store::{DbError, WriteError};

use crate::inquiry::InquiryError;
use crate::office::AskError;
use crate::secret::SecretError;

pub use receipt::{ReceiptShown, Receipts};
pub use renkei_post::line::{LineError as CertificateError, RECEIPT};
pub use setting::LineGiven;
pub use shown::{LineList, LineMade, LineShown, LineState, LinesTold};
pub use taking::Reply;
pub use telling::Callers;

/// Why a line is not set up, told or read.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The inquiry.
    #[error("{0}")]
    Inquiry(#[from] InquiryError),
    /// Certificates and calls.
    #[error("{0}")]
    Post(#[from] renkei_post::line::LineError),
    /// Certificates cannot be made.
    #[error("{0}")]
    Make(#[from] renkei_post::line::MakeError),
    /// A key's file.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// A file of the line.
    #[error("cannot use `{0}`: {1}")]
    Io(String, std::io::Error),
    /// The office has no certificate yet.
    #[error("this office has no certificate for lines: `renkei line init --host NAME` makes one")]
    NoCertificate,
    /// It has one.
    #[error("this office has a certificate for lines already: remove the folder `{0}` and its keys to make another")]
    HasCertificate(String),
    /// The organisation is not in the directory.
    #[error("there is no party `{0}`: `renkei party import` enters it first")]
    UnknownParty(PartyId),
    /// There is no such line.
    #[error("there is no line to `{0}`: `renkei line list` shows them")]
    NoLine(PartyId),
    /// What the other office gave cannot be read.
    #[error("what the other office gave cannot be used: {0}")]
    Given(String),
    /// The other office has everything, or both sides are in this one.
    #[error("there is nothing of `{0}` that another office is to be told")]
    NothingToTell(InquiryId),
    /// What the other office signed about a message does not hold.
    #[error("the receipt of `{0}` does not hold: {1}")]
    Receipt(PartyId, String),
    /// A message would not be taken by its own rules.
    #[error("the message of `{0}` does not follow the profile: {1}")]
    Message(InquiryId, String),
}
