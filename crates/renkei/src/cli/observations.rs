//! The command line of `ingest` and `observations`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use renkei_core::id::Digest;
use renkei_core::net::{Asn, Prefix};
use renkei_core::time::Moment;

use crate::moment;

/// Options of `ingest`.
#[derive(Debug, Args)]
pub struct IngestArgs {
    /// Feed files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Mapping of plain CSV (TOML).
    #[arg(long)]
    pub mapping: Option<PathBuf>,
    /// Exit with 4 if a line was kept out.
    #[arg(long)]
    pub strict: bool,
}

/// Verbs of `observations`.
#[derive(Debug, Subcommand)]
pub enum ObservationsVerb {
    /// Lists the questions that the acting seat keeps, and those that others share.
    Questions,
}

/// Options of `observations`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ObservationsArgs {
    /// Something else than counting and showing.
    #[command(subcommand)]
    pub verb: Option<ObservationsVerb>,
    /// Which.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Asks what was kept under this name on the page of observations; `--count` counts as it says there.
    #[arg(long, value_name = "NAME", conflicts_with = "FilterArgs")]
    pub question: Option<String>,
    /// Counts by these instead of showing rows.
    #[arg(long, value_delimiter = ',', value_parser = ["day", "family", "party", "asn", "kind", "country", "port", "class", "feed"])]
    pub by: Vec<String>,
    /// Only counts.
    #[arg(long)]
    pub count: bool,
    /// Rows of a page.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Cursor of the last page.
    #[arg(long)]
    pub after: Option<String>,
    /// Writes all that match to a file (.csv or .parquet), without what is marked TLP:RED.
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
}

/// Which observations.
#[derive(Debug, Args, Default)]
pub struct FilterArgs {
    /// Family of the malware.
    #[arg(long)]
    pub family: Option<String>,
    /// Operator who can act; `nobody`: those without one.
    #[arg(long)]
    pub party: Option<String>,
    /// AS number.
    #[arg(long)]
    pub asn: Option<Asn>,
    /// Country as the feed says.
    #[arg(long)]
    pub country: Option<String>,
    /// Address block.
    #[arg(long)]
    pub prefix: Option<Prefix>,
    /// Port (source or destination).
    #[arg(long)]
    pub port: Option<u16>,
    /// From this day or moment on.
    #[arg(long, value_parser = moment::moment)]
    pub from: Option<Moment>,
    /// Before this day or moment.
    #[arg(long, value_parser = moment::moment)]
    pub until: Option<Moment>,
    /// Feed file, by its digest.
    #[arg(long)]
    pub feed: Option<Digest>,
    /// A text in name, tag, family …
    #[arg(long)]
    pub search: Option<String>,
}
