//! The command line of what faces hostile traffic: `sinkhole` and `sense`. Neither needs an office on its machine.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use renkei_core::net::Prefix;

/// Verbs of `sinkhole`.
#[derive(Debug, Subcommand)]
pub enum SinkholeVerb {
    /// Answers the bots of an operation with blank data until it is told to stop.
    Run {
        /// Settings (TOML).
        settings: PathBuf,
    },
    /// Proves settings, order, profiles and certificate, and says what would be served; serves nothing.
    Check {
        /// Settings (TOML).
        settings: PathBuf,
    },
}

/// Options of `sense`.
#[derive(Debug, Args)]
pub struct SenseArgs {
    /// Captures (pcap, pcapng; gzip or zstd or plain), in the order of time.
    #[arg(required_unless_present = "interface", conflicts_with = "interface")]
    pub files: Vec<PathBuf>,
    /// Watches an interface instead, until it is told to stop; needs the capability NET_RAW.
    #[arg(long)]
    pub interface: Option<String>,
    /// Dark prefixes of the sensor.
    #[arg(long, required = true, value_delimiter = ',')]
    pub dark: Vec<Prefix>,
    /// Name of the sensor; internal, never in what is told.
    #[arg(long, default_value = "sensor")]
    pub sensor: String,
    /// What may be told of who observed.
    #[arg(long, default_value = "sensor network")]
    pub source: String,
    /// Rules (TOML) instead of those that are shipped.
    #[arg(long)]
    pub rules: Option<PathBuf>,
    /// Which country a range was given to: statistics of the regional registries, or CSV `prefix,cc`.
    #[arg(long)]
    pub countries: Option<PathBuf>,
    /// Folder for feed files (`renkei ingest` reads them), hours (`renkei publish take`) and alerts.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Threads that read and watch.
    #[arg(long, default_value = "1")]
    pub threads: NonZeroUsize,
    /// Counts the sources of a day exactly (512 MiB a thread), instead of within about 1 %.
    #[arg(long)]
    pub exact_sources: bool,
}
