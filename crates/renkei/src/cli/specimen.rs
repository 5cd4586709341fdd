//! The command line of the mail desk: `specimen`. It needs no office.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Verbs of `specimen`.
#[derive(Debug, Subcommand)]
pub enum SpecimenVerb {
    /// Tells what mails show without being opened (`.eml`, Outlook's `.msg`); nothing of them is run or fetched.
    Look(LookArgs),
    /// Groups mails that share a text or a file into waves: a folder for each organisation that reported.
    Waves {
        /// Folder whose folders are organisations, and hold their mails.
        folder: PathBuf,
        /// Passwords to try on archives; may be given several times.
        #[arg(long)]
        password: Vec<String>,
    },
    /// The examining process; the two above start it.
    #[command(hide = true)]
    Child,
}

/// Options of `specimen look`.
#[derive(Debug, Args)]
pub struct LookArgs {
    /// Mails.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Passwords to try on archives; may be given several times.
    #[arg(long)]
    pub password: Vec<String>,
    /// Leaves out who reported: recipients, their servers, and whatever names them (S1.35).
    #[arg(long)]
    pub pass_on: bool,
    /// Words that tell who reported besides, such as names of the organisation; may be given several times.
    #[arg(long, requires = "pass_on")]
    pub also: Vec<String>,
}
