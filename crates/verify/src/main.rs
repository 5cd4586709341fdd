//! `verify`: checks an exported ledger with public keys alone; built on core and nothing else.

mod args;
mod report;

use std::fs;
use std::process::ExitCode;

use args::{Args, Wanted};
use renkei_core::ledger::export::check_export;
use renkei_core::ledger::{Keyring, SignedCheckpoint};

/// How `verify` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// 0: intact, and nothing was cut off up to a checkpoint from outside.
    Intact = 0,
    /// 1: something was changed, removed, moved, cut off, or signed wrongly.
    Altered = 1,
    /// 2: the command line is wrong.
    Usage = 2,
    /// 3: a file cannot be read, or is not what it should be.
    Unreadable = 3,
    /// 4: intact as far as it goes; without a checkpoint from outside nobody can know whether the end is missing.
    TailUnknown = 4,
}

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
    let verdict = check_export(&export, &keys, outside).map_err(|error| format!("{}: {error}", args.export))?;
    print!("{}", if args.json { report::json(&verdict) } else { report::text(&verdict) });
    Ok(report::exit(&verdict))
}

fn checkpoint(path: &str) -> Result<SignedCheckpoint, String> {
    text(path)?.parse().map_err(|error| format!("{path}: {error}"))
}

fn text(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}
