//! The table of walls (`walls.toml`) and the workspace as cargo sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand};
use serde::Deserialize;

/// `walls.toml`, as it is written.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Walls {
    /// One entry a crate of the workspace.
    #[serde(default)]
    pub wall: BTreeMap<String, Wall>,
    /// Foreign crates with one door.
    #[serde(default)]
    pub only: BTreeMap<String, Only>,
    /// Exceptions to other checks.
    #[serde(default)]
    pub exempt: Vec<Exempt>,
}

/// What one crate may import.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wall {
    /// Crates of this workspace.
    pub imports: BTreeSet<String>,
    /// Crates of this workspace that only its tests may import, besides.
    #[serde(default)]
    pub tests: BTreeSet<String>,
    /// The whole list of foreign crates, for floors that must stay pure.
    pub foreign: Option<BTreeSet<String>>,
    /// What the wall is for.
    pub why: String,
}

/// Who may link a foreign crate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// The walls that may; none where it is refused altogether.
    pub walls: BTreeSet<String>,
    /// The reason.
    pub why: String,
}

/// One exception, with its reason.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exempt {
    /// The name of the check.
    pub check: String,
    /// The path that is excused.
    pub path: String,
    /// The reason.
    pub why: String,
}

/// One crate of the workspace and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its package name.
    pub name: String,
    /// Its folder inside the house, such as `crates/core`.
    pub folder: String,
    /// What it imports.
    pub asks: Vec<Ask>,
}

/// One line of a `[dependencies]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The package asked for.
    pub name: String,
    /// Whether tests alone ask.
    pub tests_only: bool,
}

impl Walls {
    /// Reads the table from its text.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

/// The crates of the workspace, by name.
pub fn members(root: &Path) -> Result<Vec<Member>, cargo_metadata::Error> {
    let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
    let house = metadata.workspace_root.clone();
    let mut found: Vec<Member> =
        metadata.workspace_packages().into_iter().map(|package| member(package, &house)).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn member(package: &cargo_metadata::Package, house: &cargo_metadata::camino::Utf8Path) -> Member {
    let folder = package.manifest_path.parent().map_or(house, |at| at.strip_prefix(house).unwrap_or(at));
    let asks = package
        .dependencies
        .iter()
        .map(|asked| Ask { name: asked.name.clone(), tests_only: asked.kind == DependencyKind::Development });
    Member { name: package.name.to_string(), folder: folder.to_string(), asks: asks.collect() }
}
