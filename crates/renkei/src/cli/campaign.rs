//! The command line of `campaign` and `credentials`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use renkei_core::id::{CampaignId, RequestId};
use renkei_core::material::Material;
use renkei_core::time::Day;

use super::observations::FilterArgs;
use crate::moment;

/// The words of a campaign.
#[derive(Debug, Args)]
pub struct WordsArgs {
    /// Title in Japanese.
    #[arg(long)]
    pub title_ja: String,
    /// Title in English.
    #[arg(long)]
    pub title_en: String,
    /// Purpose in Japanese, as the letter says it.
    #[arg(long)]
    pub purpose_ja: String,
    /// Purpose in English.
    #[arg(long)]
    pub purpose_en: String,
    /// Where the leaflet for users is.
    #[arg(long)]
    pub leaflet: Option<String>,
}

/// What a campaign is for.
#[derive(Debug, Args)]
pub struct PurposeArgs {
    /// What it is about: infected devices, sites that were tampered with, or servers that are abused.
    #[arg(long, value_name = "MATERIAL", default_value = "devices", value_parser = material)]
    pub of: Material,
    /// Its words.
    #[command(flatten)]
    pub words: WordsArgs,
    /// Which observations.
    #[command(flatten)]
    pub filter: FilterArgs,
}

fn material(text: &str) -> Result<Material, String> {
    let words = || Material::ALL.iter().map(|known| known.word()).collect::<Vec<_>>().join(", ");
    Material::from_word(text).ok_or_else(|| format!("write one of: {}", words()))
}

/// Why something sent is changed, as the letter says it.
#[derive(Debug, Args)]
pub struct ReasonArgs {
    /// In Japanese.
    #[arg(long)]
    pub reason_ja: String,
    /// In English.
    #[arg(long)]
    pub reason_en: String,
}

/// Verbs of `credentials`.
#[derive(Debug, Subcommand)]
pub enum CredentialsVerb {
    /// Splits a file by operator, seals each record to its operator's age key, and drafts a request for each.
    ///
    /// The file is CSV whose header names site, id and password, or lines URL:ID:PASSWORD; readable, or
    /// sealed with age to the office's quarantine key. What has no operator yet is sealed to that key too.
    Split(SplitArgs),
    /// Lists the batches: receipts, resets, days of deletion.
    List,
    /// Deletes the sealed sheets of every batch whose day of deletion has come.
    Delete,
}

/// Options of `credentials split`.
#[derive(Debug, Args)]
pub struct SplitArgs {
    /// The file.
    #[arg(required_unless_present = "rest")]
    pub file: Option<PathBuf>,
    /// What an earlier batch could not hand on, now that the directory knows more.
    #[arg(long, value_name = "CAMPAIGN", conflicts_with = "file")]
    pub rest: Option<CampaignId>,
    /// Its words.
    #[command(flatten)]
    pub words: WordsArgs,
    /// Day on which the sealed sheets are deleted; the letters name it.
    #[arg(long, value_parser = moment::day, required_unless_present = "rest")]
    pub delete_on: Option<Day>,
}

/// Verbs of `campaign`.
#[derive(Debug, Subcommand)]
pub enum CampaignVerb {
    /// Drafts one request for each party that can act.
    Plan(PurposeArgs),
    /// Shows who would get what, with other rules, another directory or (--at) another date; writes nothing.
    Rehearse {
        /// What for.
        #[command(flatten)]
        purpose: PurposeArgs,
        /// Folder of other rules.
        #[arg(long)]
        policies: Option<PathBuf>,
        /// Another party file.
        #[arg(long)]
        parties: Option<PathBuf>,
    },
    /// Lists campaigns.
    List,
    /// Shows a campaign and its requests.
    Show {
        /// Its id.
        campaign: CampaignId,
    },
    /// Approves every draft, signed over its very bytes by the approver's seat.
    Approve {
        /// The campaign.
        campaign: CampaignId,
    },
    /// Sends what is approved, and whatever waits in the outbox.
    Send {
        /// Only this campaign.
        campaign: Option<CampaignId>,
    },
    /// Sends a request that came back once more, to the next of its party's addresses that does not fail.
    Again {
        /// The request.
        request: RequestId,
    },
    /// Corrects a sent request in its thread: lines that were not the party's, and those named, go out.
    Correct {
        /// The request.
        request: RequestId,
        /// File of line keys to take out, one a line.
        #[arg(long)]
        drop: Option<PathBuf>,
        /// Why.
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Takes a request back; a party that was written to is told.
    Withdraw {
        /// The request.
        request: RequestId,
        /// Why.
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Tells a party what came of its help (S4.20).
    Feedback {
        /// The request.
        request: RequestId,
        /// In Japanese.
        #[arg(long)]
        text_ja: String,
        /// In English.
        #[arg(long)]
        text_en: String,
        /// Tells the party's own figures of the effect too.
        #[arg(long)]
        with_effect: bool,
        /// Tells an estimate of the damage spared: yen a device that is gone. No source gives a figure.
        #[arg(long, value_name = "YEN", requires = "with_effect")]
        yen_per_device: Option<u64>,
        /// What the estimate rests on, in Japanese.
        #[arg(long, default_value = "", requires = "yen_per_device")]
        basis_ja: String,
        /// What the estimate rests on, in English.
        #[arg(long, default_value = "", requires = "yen_per_device")]
        basis_en: String,
    },
    /// Closes a campaign and its requests.
    Close {
        /// The campaign.
        campaign: CampaignId,
    },
}
