//! One file is checked: a ledger, a dossier or a receipt; its first line says which.

use std::fs;

use renkei_core::exchange::{Lives, table};
use renkei_core::ledger::{Keyring, SignedCheckpoint};

use crate::args::Args;
use crate::exit::Exit;
use crate::{dossier, receipt, report};

/// Checks, and prints what was found.
pub fn check(args: &Args) -> Result<Exit, String> {
    let keys =
        Keyring::parse(&text(&args.keys)?).map_err(|(line, error)| format!("{}, line {line}: {error}", args.keys))?;
    let outside = args.checkpoints.iter().map(|path| checkpoint(path)).collect::<Result<_, _>>()?;
    let export = text(&args.export)?;
    if let Some(exit) = receipt::check(&export, &keys, args.json) {
        return Ok(exit);
    }
    if let Some(exit) = dossier::check(&export, &keys, args.json) {
        return Ok(exit);
    }
    let unreadable = |error| format!("{}: {error}", args.export);
    let Some(asked) = &args.figures else {
        return report::check(&export, &keys, outside, args.json).map_err(unreadable);
    };
    // Figures of a ledger that was altered would be figures of nothing.
    let exit = report::judge(&export, &keys, outside).map_err(unreadable)?;
    if exit != Exit::Altered {
        print!("{}", table(&Lives::of_export(&export), asked));
    }
    Ok(exit)
}

fn checkpoint(path: &str) -> Result<SignedCheckpoint, String> {
    text(path)?.parse().map_err(|error| format!("{path}: {error}"))
}

fn text(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}
