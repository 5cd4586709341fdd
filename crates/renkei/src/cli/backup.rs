//! The command line of `backup` and `restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Options of `backup`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct BackupArgs {
    /// Folder to make; it must not be there.
    #[arg(required = true)]
    pub folder: Option<PathBuf>,
    /// Takes the private keys along, each sealed to this age recipient (`age1…`).
    #[arg(long, value_name = "RECIPIENT")]
    pub with_keys: Option<String>,
    /// Checks instead.
    #[command(subcommand)]
    pub verb: Option<BackupVerb>,
}

/// Verbs of `backup`.
#[derive(Debug, Subcommand)]
pub enum BackupVerb {
    /// Checks every byte of a backup, and the ledger in it; needs no office.
    Verify {
        /// The backup.
        folder: PathBuf,
    },
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup.
    pub folder: PathBuf,
    /// Folder of the new office: empty, or not there yet.
    #[arg(long, value_name = "OFFICE")]
    pub to: PathBuf,
    /// File with the age identity that opens the private keys of the backup.
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
}
