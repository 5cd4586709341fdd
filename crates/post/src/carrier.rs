//! Carriers: letters leave by SMTP, or as files where no server is named.

mod files;
mod smtp;

use std::path::PathBuf;

use crate::letter::Outgoing;

pub use files::Files;
pub use smtp::{Login, OpenError, Smtp, SmtpSettings, Tls};

/// How letters leave this office.
#[derive(Debug)]
pub enum Carrier {
    /// As `.eml` files in a folder.
    Files(Files),
    /// To a mail server.
    Smtp(Box<Smtp>),
}

/// A letter was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It lies in this file, safe on the disk.
    File {
        /// Where.
        path: PathBuf,
        /// Whether the same bytes lay there before.
        already: bool,
    },
    /// The server took it, in these words (`250 OK queued as …`).
    Server(String),
}

/// What is certain about a letter that was not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It was certainly not taken: try again later.
    NotTaken,
    /// It may have been taken: a second attempt may repeat it, under the same Message-ID.
    InDoubt,
    /// It was refused for good (5xx): trying again does not help.
    Refused,
}

/// Why a letter has no receipt; [`SendError::fate`] says what follows.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// No connection, no TLS or no login; the letter was not offered.
    #[error("the mail server `{server}` cannot be used: {why}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// Why.
        why: String,
    },
    /// The server put it off, or the connection ended before the letter was complete.
    #[error("the mail server did not take the letter yet: {why}")]
    Later {
        /// Its reply, or what happened.
        why: String,
    },
    /// The letter was complete, and the server's reply to it did not come or could not be read.
    #[error("the mail server may have taken the letter: {why}")]
    NoReply {
        /// What happened.
        why: String,
    },
    /// The server refused it for good.
    #[error("the mail server refused the letter: {why}")]
    Refused {
        /// Its reply.
        why: String,
    },
    /// The folder cannot be written, or holds another letter under this id.
    #[error("the letter cannot be written to `{path}`: {why}")]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl SendError {
    /// What is certain about the letter.
    pub const fn fate(&self) -> Fate {
        match self {
            Self::Unreachable { .. } | Self::Later { .. } | Self::File { .. } => Fate::NotTaken,
            Self::NoReply { .. } => Fate::InDoubt,
            Self::Refused { .. } => Fate::Refused,
        }
    }
}

impl Carrier {
    /// Carries one letter; blocks until it is taken, refused or timed out.
    ///
    /// Use one carrier for many letters: a connection is kept open between them.
    pub fn send(&mut self, letter: &Outgoing) -> Result<Receipt, SendError> {
        match self {
            Self::Files(files) => files.send(letter),
            Self::Smtp(smtp) => smtp.send(letter),
        }
    }
}
