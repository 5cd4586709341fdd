//! The command line of `hint`.

use clap::Subcommand;
use renkei_core::id::InquiryId;

/// Verbs of `hint`.
#[derive(Debug, Subcommand)]
pub enum HintVerb {
    /// Makes the key of the next epoch and destroys the one before; for the office that evaluates.
    Key,
    /// Tells the register now of inquiries that left or ended, and hears who else asks; `serve` does so by itself.
    Tell,
    /// Looks once more who else asks about what an open inquiry is about.
    Look {
        /// The inquiry.
        inquiry: InquiryId,
    },
}
