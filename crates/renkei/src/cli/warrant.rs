//! The command line of `warrant`.

use std::path::PathBuf;

use clap::Subcommand;
use renkei_core::id::WarrantId;
use renkei_core::warrant::Outcome;

/// Verbs of `warrant`.
#[derive(Debug, Subcommand)]
pub enum WarrantVerb {
    /// The courts of the register, with their keys and what is compared by telephone.
    Courts,
    /// The register of courts, which the office's keeper keeps.
    #[command(subcommand)]
    Court(CourtVerb),
    /// Records what a court signed about a warrant, and checks it against the document; one that was recorded before is
    /// checked again. Exit code 4: something stands against it. The document is not kept, and nothing is executed.
    Check {
        /// What the court signed: the file that begins with `renkei warrant v1`.
        statement: PathBuf,
        /// The document that it is about.
        document: PathBuf,
    },
    /// Checks a warrant that was recorded once more: time passes, and keys are revoked. Exit code 4 as with `check`.
    Again {
        /// The record.
        warrant: WarrantId,
    },
    /// The warrants that the acting seat's organisation recorded, newest first.
    List {
        /// What stands in the number or in the court's identifier.
        #[arg(long, default_value = "")]
        search: String,
        /// How the last check came out: `authentic`, `not-in-force`, `not-authentic`.
        #[arg(long, value_parser = outcome)]
        outcome: Option<Outcome>,
        /// The last one of the page before.
        #[arg(long)]
        after: Option<WarrantId>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u64,
    },
    /// One warrant with every check; that it was looked at is in the ledger.
    Show {
        /// The record.
        warrant: WarrantId,
    },
}

/// Verbs of `warrant court`.
#[derive(Debug, Subcommand)]
pub enum CourtVerb {
    /// Enters the courts of a file (TOML), or changes them: ends a key, revokes it, adds one. Compare the fingerprint
    /// with the court by telephone.
    Add {
        /// The file.
        file: PathBuf,
    },
}

fn outcome(word: &str) -> Result<Outcome, String> {
    let known = || Outcome::ALL.iter().map(|outcome| outcome.word()).collect::<Vec<_>>().join(", ");
    Outcome::from_word(word).ok_or_else(|| format!("expected one of {}", known()))
}
