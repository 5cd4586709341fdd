//! Mail in: replies are filed to their request and counted, reports mark letters and channels, and
//! what cannot be read or proved waits for a person (S4.19, S4.20, G20).
//!
//! Nothing here ever answers a mail.

mod maildir;
mod held;
mod belong;
mod tried;
mod read;
mod wait;
mod shown;

pub use read::MailsRead;
pub use shown::{MailList, MailShown};
pub use wait::MailEnded;

use std::path::PathBuf;

use crate::campaign::answer::AnswerError;
use crate::ingest::quarantine::KeyError;
use crate::office::AskError;
use crate::secret::SecretError;

/// Why mails are not read.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// A request's lines.
    #[error("{0}")]
    Answer(#[from] AnswerError),
    /// A stored letter.
    #[error("{0}")]
    Stored(#[from] renkei_post::letter::StoredError),
    /// The name server.
    #[error("{0}")]
    Names(#[from] renkei_post::inbound::VerifierError),
    /// The office's mail domain.
    #[error("{0}")]
    Address(#[from] renkei_post::address::AddressError),
    /// The key that held mails are sealed with.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The identity that opens them.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// A held mail does not open.
    #[error("{0}")]
    Open(#[from] renkei_post::quarantine::OpenError),
    /// A held mail cannot be sealed.
    #[error("{0}")]
    Seal(#[from] renkei_post::seal::SealError),
    /// A file or folder.
    #[error("cannot read or write `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] std::io::Error),
    /// The folder is no maildir.
    #[error("`{}` is no maildir: it has no folder `new`", .0.display())]
    NoMaildir(PathBuf),
    /// No mail of this id waits.
    #[error("no mail `{0}` waits: `renkei mail list` shows those that do")]
    Unknown(renkei_core::id::MailId),
    /// Another process reads mail.
    #[error("another process is reading mail in this office: try again when it is done")]
    Busy,
}
