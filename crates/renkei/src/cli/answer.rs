//! The command line of `answer` and `mail`.

use std::path::PathBuf;

use clap::Subcommand;
use renkei_core::id::{MailId, RequestId};

/// Verbs of `answer`.
#[derive(Debug, Subcommand)]
pub enum AnswerVerb {
    /// Counts a CSV of line key and status; the lines are dropped when counted.
    Import {
        /// The request.
        request: RequestId,
        /// The sheet.
        file: PathBuf,
    },
    /// Records an answer given as counts, or a refusal, or no data.
    Record {
        /// The request.
        request: RequestId,
        /// `STATUS=COUNT`, as often as needed.
        #[arg(long = "count", value_name = "STATUS=COUNT")]
        counts: Vec<String>,
        /// More will follow.
        #[arg(long)]
        part: bool,
        /// The party holds nothing.
        #[arg(long, conflicts_with_all = ["counts", "declined"])]
        no_data: bool,
        /// The party declines: no-capacity, no-basis, not-actionable, other-party.
        #[arg(long, conflicts_with = "counts")]
        declined: Option<String>,
    },
    /// Enters what acting on a request cost the party (S4.22).
    Cost {
        /// The request.
        request: RequestId,
        /// Working time.
        #[arg(long, default_value_t = 0)]
        minutes: u64,
        /// Money, in whole units of the currency.
        #[arg(long, default_value_t = 0)]
        amount: u64,
        /// ISO 4217.
        #[arg(long, default_value = "JPY")]
        currency: String,
        /// What for.
        #[arg(long = "for", value_name = "WHAT")]
        what: String,
    },
    /// Records that the party received the request.
    Acknowledge {
        /// The request.
        request: RequestId,
    },
}

/// Verbs of `mail`.
#[derive(Debug, Subcommand)]
pub enum MailVerb {
    /// Reads the new mails of a maildir, each once: proved replies are counted, reports are heeded, the
    /// rest waits for a person. Nothing is ever answered.
    Read {
        /// The maildir (a folder with `new/` and `cur/`).
        maildir: PathBuf,
        /// Removes a mail from the mailbox when it was filed, instead of moving it to `cur/`.
        #[arg(long)]
        remove: bool,
    },
    /// Lists mails that wait for a person.
    List {
        /// Every mail that was read.
        #[arg(long)]
        all: bool,
    },
    /// Says that a mail counts: its sheet is counted, its report is heeded.
    Confirm {
        /// Its id.
        mail: MailId,
    },
    /// Says that a mail does not count.
    Drop {
        /// Its id.
        mail: MailId,
    },
}
