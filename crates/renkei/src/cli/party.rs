//! The command line of `party` and `routes`.

use std::path::PathBuf;

use clap::Subcommand;
use renkei_core::id::PartyId;
use renkei_core::time::Day;

use crate::moment;

/// Verbs of `party`.
#[derive(Debug, Subcommand)]
pub enum PartyVerb {
    /// Imports a TOML file of parties: all of it, or, where something is wrong, nothing.
    Import {
        /// The file.
        file: PathBuf,
        /// Shows what would change, and changes nothing.
        #[arg(long)]
        compare: bool,
    },
    /// Lists parties.
    List {
        /// Only those whose id, name or role holds this.
        #[arg(long)]
        search: Option<String>,
    },
    /// Sends a letter without any observation to an address of a party, and says what became of it.
    Test {
        /// Its id.
        party: PartyId,
        /// Which of its addresses; without it, the one in use.
        #[arg(long)]
        mail: Option<String>,
    },
    /// Shows one party.
    Show {
        /// Its id.
        party: PartyId,
    },
}

/// Verbs of `routes`.
#[derive(Debug, Subcommand)]
pub enum RoutesVerb {
    /// Imports a route table: CSV of ranges, pyasn or MMDB, plain or gz; several files make one table.
    Import {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Day from which it is in force.
        #[arg(long, value_parser = moment::day)]
        from: Option<Day>,
    },
}
