//! The command line of `line`.

use std::path::PathBuf;

use clap::Subcommand;
use renkei_core::id::{InquiryId, PartyId};

/// Verbs of `line`.
#[derive(Debug, Subcommand)]
pub enum LineVerb {
    /// Makes the certificate that this office shows on its lines, from an own small authority.
    Init {
        /// A name or address under which the office is reached (`line.office.example`); may be given several times.
        #[arg(long, required = true)]
        host: Vec<String>,
    },
    /// Writes what the other office needs to enter the line: address, authority, keys. Nothing of it is secret.
    Give {
        /// Where this office takes messages (`https://line.office.example:8443/`).
        url: String,
        /// The file; `-`: standard output.
        #[arg(default_value = "-")]
        to: PathBuf,
    },
    /// Enters the line to the office that gave a file; compare the fingerprint with its people by telephone.
    Add {
        /// The file.
        file: PathBuf,
    },
    /// The lines, with what waits on each.
    List,
    /// Tells other offices now what they lack; `serve` does so by itself.
    Tell,
    /// Removes a line: nothing is told or taken on it any more.
    Remove {
        /// The party.
        party: PartyId,
    },
    /// Writes the message that tells the other office of an inquiry, to be carried by another way (a file, a mail).
    Carry {
        /// The inquiry.
        inquiry: InquiryId,
        /// The file.
        to: PathBuf,
    },
    /// Reads what the other office answered to a message that was carried by another way.
    Returned {
        /// The inquiry.
        inquiry: InquiryId,
        /// The file.
        file: PathBuf,
    },
    /// What either office signed of an inquiry's messages: put on its way, delivered, rejected (ETSI EN 319 522-1).
    Receipts {
        /// The inquiry.
        inquiry: InquiryId,
        /// A folder in which each is written to a file that `verify` checks.
        #[arg(long)]
        to: Option<PathBuf>,
    },
    /// Takes a message that came by another way (a carried file, a mail), as if it had come over the line, and writes
    /// the answer. Date, sender and size are kept in the ledger (S4.5).
    Take {
        /// The party whose message it is.
        party: PartyId,
        /// The file.
        file: PathBuf,
        /// Where the answer is written, and the receipt beside it (`.receipt`); `-`: the answer on standard output alone.
        #[arg(long, default_value = "-")]
        to: PathBuf,
    },
}
