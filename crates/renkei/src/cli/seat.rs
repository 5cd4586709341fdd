//! The command line of `seat`.

use clap::{Subcommand, ValueEnum};
use renkei_core::id::{PartyId, SeatId};
use renkei_core::seat::Duty;

/// What is done with seats.
#[derive(Debug, Subcommand)]
pub enum SeatVerb {
    /// Every seat with its duties and state.
    List,
    /// Makes a link by which a person takes a seat; it works once and is shown once.
    Invite {
        /// Name of the seat: a desk, never a person (`cyber-desk`).
        #[arg(value_name = "SEAT")]
        desk: SeatId,
        /// Its party; without it, the one whose office it is.
        #[arg(long)]
        party: Option<PartyId>,
        /// What it is called, in Japanese.
        #[arg(long)]
        title_ja: String,
        /// What it is called, in English.
        #[arg(long)]
        title_en: String,
        /// Its duties, separated by commas: drafter, approver, deputy, sender, analyst, answerer, legal,
        /// auditor, keeper, administrator.
        #[arg(long, value_delimiter = ',', required = true, value_parser = duty)]
        duty: Vec<Duty>,
    },
    /// Lets a seat sign in no more; its sessions and tokens end.
    Suspend {
        /// The seat.
        #[arg(value_name = "SEAT")]
        desk: SeatId,
    },
    /// Lets a suspended seat in again.
    Resume {
        /// The seat.
        #[arg(value_name = "SEAT")]
        desk: SeatId,
    },
    /// Makes a token by which a program acts for a seat; it is shown once.
    Token {
        /// The seat.
        #[arg(value_name = "SEAT")]
        desk: SeatId,
        /// What for (`nightly fetch`).
        #[arg(long)]
        name: String,
        /// What it may be used for.
        #[arg(long, value_enum, default_value_t = TokenScope::Read)]
        scope: TokenScope,
        /// Days it works.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
    },
}

/// What a token may be used for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TokenScope {
    /// The numbers of `/metrics`, and nothing else.
    Watch,
    /// Handing in feed files, and nothing else.
    Feed,
    /// Reading only.
    Read,
    /// Reading, and answering requests.
    Answer,
    /// All that its seat may do, approving excepted.
    Work,
}

fn duty(word: &str) -> Result<Duty, String> {
    Duty::from_word(word).ok_or_else(|| format!("`{word}` is no duty"))
}
