//! The command line of `inquiry`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use renkei_core::id::InquiryId;
use renkei_core::time::Day;

use crate::moment;

/// Verbs of `inquiry`.
#[derive(Debug, Subcommand)]
pub enum InquiryVerb {
    /// The inquiries that the acting seat's organisation asked or was asked, newest first.
    List,
    /// One inquiry: items, checks of a draft, what happened. The view goes into the ledger.
    Show {
        /// Its id.
        inquiry: InquiryId,
    },
    /// Writes a draft from a file (TOML; docs/inquiries.md shows one).
    Draft {
        /// The file.
        file: PathBuf,
        /// Further items as CSV: columns kind, value, field, and from, until, zone where they are needed.
        #[arg(long)]
        items: Option<PathBuf>,
    },
    /// Changes a draft to what a file says.
    Mend {
        /// Its id.
        inquiry: InquiryId,
        /// The file.
        file: PathBuf,
        /// Further items as CSV.
        #[arg(long)]
        items: Option<PathBuf>,
    },
    /// Signs a draft and gives it to the first stage; it gets its number.
    Submit {
        /// Its id.
        inquiry: InquiryId,
    },
    /// Signs the stage that is due; the last one approves.
    Sign {
        /// Its id.
        inquiry: InquiryId,
    },
    /// Sends an approved inquiry.
    Send {
        /// Its id.
        inquiry: InquiryId,
    },
    /// Takes a step with words: gives back, receives, asks, clarifies, sends back, withdraws.
    Step {
        /// Its id.
        inquiry: InquiryId,
        /// Which step.
        #[arg(value_enum)]
        step: Wordy,
        /// What is said.
        #[arg(long, default_value = "")]
        text: String,
    },
    /// Keeps what the provider's legal desk decides on a borderline item.
    Judge {
        /// Its id.
        inquiry: InquiryId,
        /// Which item.
        item: u32,
        /// That it may be answered; without it, that it may not.
        #[arg(long)]
        allow: bool,
        /// The reason.
        #[arg(long)]
        reason: String,
    },
    /// Answers every item from a file (TOML; docs/inquiries.md shows one). What is disclosed is sealed at once.
    Answer {
        /// Its id.
        inquiry: InquiryId,
        /// The file.
        file: PathBuf,
    },
    /// Takes a sealed file of the answer.
    Take {
        /// Its id.
        inquiry: InquiryId,
        /// Which file.
        #[arg(long, default_value_t = 1)]
        number: u64,
        /// Where to write it.
        #[arg(long)]
        to: PathBuf,
    },
    /// Takes the dossier: one file that can be checked for years with public keys alone.
    Dossier {
        /// Its id.
        inquiry: InquiryId,
        /// Where to write it.
        #[arg(long)]
        to: PathBuf,
    },
    /// Writes the message of ETSI TS 103 120 (HI-1) that carries an inquiry which was sent (docs/profile-jp).
    Message {
        /// Its id.
        inquiry: InquiryId,
        /// XML instead of JSON.
        #[arg(long)]
        xml: bool,
        /// Where to write it.
        #[arg(long)]
        to: PathBuf,
    },
    /// Prints the official paper as PDF, made from what was signed; that it was looked at is in the ledger.
    Print {
        /// Its id.
        inquiry: InquiryId,
        /// The form of the answer: what was answered, or blank to be filled in by hand.
        #[arg(long)]
        answer: bool,
        /// Where to write it.
        #[arg(long)]
        to: PathBuf,
    },
    /// Finds the inquiries of scanned pages by their 2D code (PDF, PNG or JPEG), and whether they are still that paper.
    Scan {
        /// The file.
        file: PathBuf,
    },
    /// Checks a dossier with public keys alone; needs no office. Exit code 5: something is not as it was signed.
    Verify {
        /// The dossier.
        file: PathBuf,
        /// Public keys you trust, one a line; get them from the office, not from the dossier.
        #[arg(long)]
        keys: PathBuf,
    },
    /// Closes an inquiry once its dossier was taken: whom it is about leaves the registry.
    Close {
        /// Its id.
        inquiry: InquiryId,
    },
    /// How many inquiries, how they ended, how long it took: put together from the ledger.
    Figures {
        /// The first day, by when they left.
        #[arg(long, value_parser = moment::day)]
        from: Option<Day>,
        /// The day after the last.
        #[arg(long, value_parser = moment::day)]
        until: Option<Day>,
        /// Cells with fewer inquiries are not shown: so few could point at a case.
        #[arg(long, default_value_t = renkei_app::inquiry::LEAST)]
        least: u64,
        /// CSV, as `verify --figures` makes it again of an exported ledger, to the byte.
        #[arg(long)]
        csv: bool,
    },
    /// The form of a provider; with `--set`, sets and signs that of the acting seat's own party.
    Form {
        /// Which provider.
        #[arg(long, conflicts_with_all = ["set", "take"])]
        of: Option<renkei_core::id::PartyId>,
        /// The new form (TOML).
        #[arg(long, conflicts_with = "take")]
        set: Option<PathBuf>,
        /// Agrees to this version for the acting seat's organisation, which signs it too and drafts by it from then on.
        #[arg(long, requires = "of")]
        agree: Option<u64>,
        /// Writes the newest version as the provider signed it, to be taken by another office.
        #[arg(long, requires = "of", conflicts_with = "agree")]
        to: Option<PathBuf>,
        /// Takes a form that a provider signed in its own office (with a line to it).
        #[arg(long)]
        take: Option<PathBuf>,
    },
    /// The stages of the acting seat's organisation; with `--set`, sets them from a file (TOML).
    Stages {
        /// The new stages: `[[stage]]` with `ja`, `en` and `seat`, in order; the last one approves.
        #[arg(long)]
        set: Option<PathBuf>,
    },
}

/// Steps that are said in words.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Wordy {
    /// Gives a draft back.
    Return,
    /// Says that it was received.
    Receive,
    /// Asks about it; the clock stands still.
    AskBack,
    /// Answers that.
    Clarify,
    /// Sends it back as a whole.
    SendBack,
    /// Takes it back.
    Withdraw,
}
