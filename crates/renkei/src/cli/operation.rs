//! The command line of `operation`.

use std::path::PathBuf;

use clap::Subcommand;
use renkei_core::id::OperationId;

/// Verbs of `operation`.
#[derive(Debug, Subcommand)]
pub enum OperationVerb {
    /// Writes an operation down from its record (TOML), or a new version of it.
    Record {
        /// The record.
        file: PathBuf,
    },
    /// The operations that the acting seat may see.
    List,
    /// One operation, with the gate's answer for each domain.
    Show {
        /// Its id.
        operation: OperationId,
    },
    /// Looks at what its domains lead to, how long they are registered, and who still calls.
    Watch {
        /// Its id.
        operation: OperationId,
    },
    /// Writes the sinkhole's signed order: the domains that the gate unlocks now.
    Order {
        /// Its id.
        operation: OperationId,
        /// Folder of the families' profiles.
        #[arg(long)]
        profiles: PathBuf,
        /// File to write.
        #[arg(long)]
        out: PathBuf,
    },
}
