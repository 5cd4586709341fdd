//! `verify`: checks an exported ledger, or the dossier of an inquiry, with public keys alone; built on core and nothing else.

mod args;
mod dossier;
mod exit;
mod receipt;
mod report;

use std::fs;
use std::process::ExitCode;

use args::{Args, Wanted};
use exit::Exit;
use renkei_core::exchange::{Lives, table};
use renkei_core::ledger::{Keyring, SignedCheckpoint};

fn main() -> ExitCode {
    let exit = match args::parse(std::env::args().skip(1)) {
        Ok(Wanted::Help) => {
            print!("{}", args::HELP);
            Exit::Intact
        }
        Ok(Wanted::Check(args)) => check(&args).unwrap_or_else(|error| {
            eprintln!("verify: {error}");
            Exit::Unreadable
        }),
        Err(error) => {
            eprintln!("verify: {error}\n\n{}", args::HELP);
            Exit::Usage
        }
    };
    ExitCode::from(exit as u8)
}

fn check(args: &Args) -> Result<Exit, String> {
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
