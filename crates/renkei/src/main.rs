//! The renkei program: verbs, settings, wiring.

mod cli;
mod exit;
mod desk;
mod moment;
mod progress;
mod verb;

use clap::Parser;

fn main() -> std::process::ExitCode {
    let arguments = cli::Arguments::parse();
    exit::report(verb::run(&arguments), &arguments)
}
