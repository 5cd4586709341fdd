//! `verify`: checks an exported ledger, or the dossier of an inquiry, with public keys alone; built on core and nothing else.

mod args;
mod dossier;
mod exit;
mod report;

use std::fs;
use std::process::ExitCode;

use args::{Args, Wanted};
use exit::Exit;
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
    if let Some(exit) = dossier::check(&export, &keys, args.json) {
        return Ok(exit);
    }
    report::check(&export, &keys, outside, args.json).map_err(|error| format!("{}: {error}", args.export))
}

fn checkpoint(path: &str) -> Result<SignedCheckpoint, String> {
    text(path)?.parse().map_err(|error| format!("{path}: {error}"))
}

fn text(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}
