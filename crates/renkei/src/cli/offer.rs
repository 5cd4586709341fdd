//! The command line of `offer`.

use clap::{Subcommand, ValueEnum};
use renkei_app::offer::Verdict;
use renkei_core::id::{OfferId, RequestId};

/// Verbs of `offer`.
#[derive(Debug, Subcommand)]
pub enum OfferVerb {
    /// The offers that the acting seat sees, newest first.
    List,
    /// One offer, with what was said about it.
    Show {
        /// Its id.
        offer: OfferId,
    },
    /// Answers an offer: whole, in part, or not, with the reason.
    Review {
        /// Its id.
        offer: OfferId,
        /// The answer.
        #[arg(long, value_enum)]
        verdict: Answered,
        /// The reason, which the party reads.
        #[arg(long)]
        reason: String,
        /// The kind of data that is agreed to, where it is not all that was asked for (`identification-by-ip`).
        #[arg(long)]
        class: Option<String>,
    },
    /// Names the request by which an accepted offer is met.
    Provide {
        /// Its id.
        offer: OfferId,
        /// The request, to the same party.
        request: RequestId,
        /// A remark, which the party reads.
        #[arg(long, default_value = "")]
        text: String,
    },
    /// Tells the party what came of its offer.
    Feedback {
        /// Its id.
        offer: OfferId,
        /// What came of it.
        #[arg(long)]
        text: String,
    },
}

/// Answers to an offer.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Answered {
    /// All that is needed.
    Whole,
    /// A part of it.
    Part,
    /// Nothing.
    Declined,
}

impl From<Answered> for Verdict {
    fn from(answered: Answered) -> Self {
        match answered {
            Answered::Whole => Self::Whole,
            Answered::Part => Self::Part,
            Answered::Declined => Self::Declined,
        }
    }
}
