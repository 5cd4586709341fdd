//! The command line of `key`, `audit` and `lake`.

use std::path::PathBuf;

use clap::Subcommand;

/// Verbs of `key`.
#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// Lists keys, in force or not.
    List,
    /// Prints the public signing keys, as `verify` and the other office of a line read them.
    Export,
    /// Makes a new key in the place of one.
    Rotate {
        /// Its name.
        name: String,
    },
    /// Takes a key out of force.
    Revoke {
        /// Its name.
        name: String,
    },
}

/// Verbs of `audit`.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Shows entries.
    Show {
        /// First number.
        #[arg(long, default_value_t = 1)]
        from: u64,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Writes the ledger and the public keys for an outside check with `verify`.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// Signs how long the ledger is and leaves that outside the database.
    Checkpoint,
    /// Finds any change, gap, reorder and, with a checkpoint from outside, a cut tail.
    Verify {
        /// Further checkpoints from outside.
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
    },
}

/// Verbs of `lake`.
#[derive(Debug, Subcommand)]
pub enum LakeVerb {
    /// Joins small files, checkpoints, removes what is older than the term set in office.toml.
    Care,
}
