//! `verify`: checks an exported ledger, or the dossier of an inquiry, with public keys alone; built on core and nothing else.

mod args;
mod check;
mod dossier;
mod exit;
mod receipt;
mod report;

use std::process::ExitCode;

use args::Wanted;
use exit::Exit;

fn main() -> ExitCode {
    let exit = match args::parse(std::env::args().skip(1)) {
        Ok(Wanted::Help) => {
            print!("{}", args::HELP);
            Exit::Intact
        }
        Ok(Wanted::Check(args)) => check::check(&args).unwrap_or_else(|error| {
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
