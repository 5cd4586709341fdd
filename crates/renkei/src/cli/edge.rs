//! The command line of what faces hostile traffic, `sinkhole` and `sense`, which need no office on their machine; and
//! of what sensors saw.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use renkei_core::net::Prefix;
use renkei_core::time::Moment;

use crate::moment;

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
    #[arg(required_unless_present_any = ["interface", "flows", "dshield"], conflicts_with = "interface")]
    pub files: Vec<PathBuf>,
    /// Flow exports: NetFlow v5, v9 or IPFIX in captures of their traffic, or files of IPFIX; may be given several times.
    #[arg(long, value_name = "FILE", conflicts_with = "interface")]
    pub flows: Vec<PathBuf>,
    /// Firewall logs in the manner of DShield; may be given several times.
    #[arg(long, value_name = "FILE", conflicts_with = "interface")]
    pub dshield: Vec<PathBuf>,
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
    /// Folder for feed files and hours, which `renkei ingest` takes, and alerts; of an interface, as minutes end.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Leaves minutes there too, a row for each source, port, protocol, flags and class of TTL.
    #[arg(long, requires = "out")]
    pub minutes: bool,
    /// Hands what lies there to this office, each file once: `https://HOST`; plain `http://` to loopback only.
    #[arg(long, value_name = "URL", requires = "out", requires = "token")]
    pub hand_to: Option<String>,
    /// File with the token of the sensor's seat at the office.
    #[arg(long, requires = "hand_to")]
    pub token: Option<PathBuf>,
    /// File with the office's certificate authority (PEM).
    #[arg(long, requires = "hand_to")]
    pub ca: Option<PathBuf>,
    /// Threads that read and watch.
    #[arg(long, default_value = "1")]
    pub threads: NonZeroUsize,
    /// Counts the sources of a day exactly (512 MiB a thread), instead of within about 1 %.
    #[arg(long)]
    pub exact_sources: bool,
}

/// Options of `minutes`.
#[derive(Debug, Args)]
pub struct MinutesArgs {
    /// Sums up by these.
    #[arg(long, value_delimiter = ',', default_value = "port", value_parser = ["minute", "hour", "day", "sensor", "source", "protocol", "port"])]
    pub by: Vec<String>,
    /// Groups that are shown: those with most packets; by minute, hour or day the first.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Sensor that saw it.
    #[arg(long)]
    pub sensor: Option<String>,
    /// Block the source lies in.
    #[arg(long)]
    pub prefix: Option<Prefix>,
    /// Protocol number: 6 is TCP, 17 UDP, 1 ICMP.
    #[arg(long)]
    pub protocol: Option<u8>,
    /// Destination port; type × 256 + code of ICMP.
    #[arg(long)]
    pub port: Option<u16>,
    /// From this day or moment on.
    #[arg(long, value_parser = moment::moment)]
    pub from: Option<Moment>,
    /// Before this day or moment.
    #[arg(long, value_parser = moment::moment)]
    pub until: Option<Moment>,
    /// Writes all that match to a new file of FlowTuples (Avro) instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["by", "limit"])]
    pub flowtuple: Option<PathBuf>,
}
