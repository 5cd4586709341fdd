//! Duplicate hints (S4.10): that others inquired about the same subject, and whom to call. Off unless the office has
//! `[hints]` in its settings (G6).
//!
//! Three offices are apart: the one that asks has subjects and tokens, the evaluator the key, the register tokens and
//! desks. Calls between them go over lines, so that who asks is whoever the certificate says.

mod answering;
mod asking;
mod key;
mod shown;

use renkei_core::id::{InquiryId, PartyId};
use renkei_store::{DbError, WriteError};

use crate::inquiry::InquiryError;
use crate::line::LineError;
use crate::office::AskError;
use crate::secret::SecretError;

pub use asking::Rounds;
pub use key::EpochMade;
pub use shown::{HintShown, HintsShown, HintsTold};

/// Why there is no hint.
#[derive(Debug, thiserror::Error)]
pub enum HintError {
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
    /// The line.
    #[error("{0}")]
    Line(#[from] LineError),
    /// The key's file.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// The key's file.
    #[error("cannot use `{0}`: {1}")]
    Io(String, std::io::Error),
    /// The office has not switched them on.
    #[error("duplicate hints are off in this office: `[hints.{0}]` in office.toml switches them on (docs/hints.md)")]
    Off(&'static str),
    /// The evaluator has no key yet.
    #[error("there is no key yet: `renkei hint key` makes one")]
    NoKey,
    /// The organisation has no desk in the settings.
    #[error("`{0}` takes no part in duplicate hints: `[hints.asks.desks]` in office.toml names who does")]
    NoDesk(PartyId),
    /// It is not at the register.
    #[error("`{0}` is not at the register, or not any more: only open inquiries are")]
    NotThere(InquiryId),
    /// Evaluator or register said no.
    #[error("`{party}` refuses ({code}): {text}")]
    Refused {
        /// Whose office.
        party: PartyId,
        /// The stable word.
        code: &'static str,
        /// Why.
        text: String,
    },
    /// Evaluator or register cannot be asked now.
    #[error("`{0}` cannot be asked now: {1}")]
    Silent(PartyId, String),
}
