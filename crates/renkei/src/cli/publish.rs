//! The command line of `publish`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use renkei_core::id::{GroupId, PublicationId};

/// Verbs of `publish`.
#[derive(Debug, Subcommand)]
pub enum PublishVerb {
    /// Takes in files of hours that `renkei sense --out` left: each once, no minute of a sensor twice.
    Take {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Draws the open report as a draft, and lays it out as a site that opens from disk.
    Open {
        /// Folder for the site.
        #[arg(long)]
        to: PathBuf,
    },
    /// Draws the closed report of a group, with more detail. It is never public.
    Closed {
        /// The group whose members get it (`renkei group list`).
        #[arg(long)]
        group: GroupId,
        /// Folder for the site.
        #[arg(long)]
        to: PathBuf,
    },
    /// Writes an urgent alert as a draft, or a further text of one that is there.
    Alert {
        /// The alert (TOML): title and text, each with ja and en; a correction says what was wrong.
        file: PathBuf,
        /// The alert that this is a further text of: a draft that is mended, or a correction.
        #[arg(long)]
        of: Option<PublicationId>,
    },
    /// Lets everybody read the last text of a report or an alert, at once; another seat wrote it.
    Approve {
        /// Its id.
        publication: PublicationId,
    },
    /// Takes a report or an alert back, at once; that it was there stays to be read.
    Retract(RetractArgs),
    /// Reports and alerts, and where they stand.
    List,
    /// Lays out what everybody reads now: the bytes that `renkei serve` shows under /public/.
    Site {
        /// Folder for the site.
        #[arg(long)]
        to: PathBuf,
    },
}

/// What is taken back, and why.
#[derive(Debug, Args)]
pub struct RetractArgs {
    /// Its id.
    pub publication: PublicationId,
    /// The reason in Japanese, which everybody reads.
    #[arg(long)]
    pub reason_ja: String,
    /// The reason in English.
    #[arg(long)]
    pub reason_en: String,
}
