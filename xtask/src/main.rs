//! The door to the house's own chores: `cargo run -p xtask -- tidy`.

use std::path::Path;
use std::process::ExitCode;

use xtask::tidy;

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    match asked.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => run(&xtask::house()),
        ["tidy", folder] => run(Path::new(folder)),
        _ => {
            eprintln!("usage: cargo run -p xtask -- tidy [FOLDER]\n\nLooks for what the compiler cannot check.");
            ExitCode::from(2)
        }
    }
}

fn run(root: &Path) -> ExitCode {
    match tidy::tidy(root) {
        Ok(report) => {
            print!("{report}");
            if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
