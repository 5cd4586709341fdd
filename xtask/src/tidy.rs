//! All checks over one tree, the exceptions taken out, the figures beside.

use std::fmt;
use std::io;
use std::path::Path;

use crate::check;
use crate::figures::Figures;
use crate::finding::Finding;
use crate::tree::Tree;
use crate::walls::{Member, Walls, members};

/// Why tidy could not look.
#[derive(Debug)]
pub enum TidyError {
    /// A file or folder could not be read.
    Read(io::Error),
    /// `walls.toml` is missing or not understood.
    Walls(String),
    /// Cargo could not describe the workspace.
    Cargo(cargo_metadata::Error),
}

impl fmt::Display for TidyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "the house cannot be read: {error}"),
            Self::Walls(error) => write!(f, "`walls.toml` is not understood: {error}"),
            Self::Cargo(error) => write!(f, "cargo cannot describe the workspace: {error}"),
        }
    }
}

impl std::error::Error for TidyError {}

/// What tidy saw.
#[derive(Debug, Clone)]
pub struct Report {
    /// What is not as it should be, by path.
    pub findings: Vec<Finding>,
    /// The house in figures.
    pub figures: Figures,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.figures)?;
        self.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        match self.findings.len() {
            0 => writeln!(f, "tidy"),
            1 => writeln!(f, "1 finding"),
            count => writeln!(f, "{count} findings"),
        }
    }
}

/// Looks over the house that stands in a folder.
pub fn tidy(root: &Path) -> Result<Report, TidyError> {
    let tree = Tree::read(root).map_err(TidyError::Read)?;
    let table = tree.text("walls.toml").ok_or_else(|| TidyError::Walls("there is no such file".to_owned()))?;
    let walls = Walls::parse(table).map_err(|error| TidyError::Walls(error.to_string()))?;
    let members = members(root).map_err(TidyError::Cargo)?;
    Ok(Report { findings: judged(&tree, &walls, &members), figures: Figures::of(&tree) })
}

fn judged(tree: &Tree, walls: &Walls, members: &[Member]) -> Vec<Finding> {
    let mut found = every(tree, walls, members);
    let mut stale = Vec::new();
    for exempt in &walls.exempt {
        let before = found.len();
        found.retain(|finding| finding.check != exempt.check || finding.path != exempt.path);
        if found.len() == before {
            let message = format!("the exemption of `{}` from `{}` is not needed", exempt.path, exempt.check);
            stale.push(Finding::of("exempt", "walls.toml", message));
        }
    }
    found.extend(stale);
    found.sort();
    found
}

fn every(tree: &Tree, walls: &Walls, members: &[Member]) -> Vec<Finding> {
    [
        check::wall::check(walls, members),
        check::code_map::check(tree, members),
        check::first_line::check(tree),
        check::front_door::check(tree),
        check::length::check(tree),
        check::circles::check(tree),
        check::name::check(tree),
        check::edge::check(tree),
        check::leftover::check(tree),
        check::machine_path::check(tree),
        check::locale::check(tree),
        check::requirement::check(tree),
        check::link::check(tree),
        check::policy_date::check(tree),
        check::decision::check(tree),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: (&str, &str) = ("docs/requirements.txt", "G7\n");

    fn exempted(source: &str) -> Vec<String> {
        let tree = Tree::planted(&[LIST, ("ARCHITECTURE.md", ""), ("a.rs", source)]);
        let walls = Walls::parse("[[exempt]]\ncheck = \"first-line\"\npath = \"a.rs\"\nwhy = \"generated\"\n").unwrap();
        judged(&tree, &walls, &[]).into_iter().map(|found| found.to_string()).collect()
    }

    #[test]
    fn an_exemption_excuses_and_must_be_needed() {
        assert_eq!(exempted("fn f() {}\n"), [""; 0]);
        let want = ["walls.toml: [exempt] the exemption of `a.rs` from `first-line` is not needed"];
        assert_eq!(exempted("//! A source that needs no excuse.\n"), want);
    }
}
