//! The manifest of a backup: every file with its SHA-256, and what of the office it holds.
//!
//! `manifest.json` is written last: a folder without it is no backup. Its own SHA-256 stands in the
//! ledger of the office that made it.

use std::fs;
use std::io;
use std::path::{Component, Path};

use renkei_core::id::Digest;
use serde::{Deserialize, Serialize};

/// File name inside a backup.
pub(crate) const FILE: &str = "manifest.json";
/// The form of a backup that this program writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 1;
/// The copy of the registry inside a backup, whichever engine the office has.
pub(crate) const REGISTRY: &str = "registry.sqlite";

/// What a backup holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of the folder.
    pub format: u32,
    /// The program that wrote it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// The name of the office's ledger.
    pub origin: String,
    /// The intent that announced it in that ledger.
    pub intent: String,
    /// Entries of the ledger in it.
    pub entries: u64,
    /// Hash of the last of them.
    pub head: String,
    /// SHA-256 over the rules in force when it was made.
    pub policy_set: String,
    /// The engine that the office had: `sqlite` or `postgresql`.
    pub engine: String,
    /// Tables of the lake.
    pub lake: Vec<TableKept>,
    /// To whom the private keys are sealed; none: they are not in it.
    pub keys_sealed_to: Option<String>,
    /// Every file but this one.
    pub files: Vec<FileKept>,
}

/// A table of the lake in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableKept {
    /// Its name.
    pub table: String,
    /// Its version.
    pub version: u64,
    /// Its rows.
    pub rows: u64,
}

/// A file in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileKept {
    /// Path inside the backup, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: String,
}

/// Why a folder is no backup that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// There is no manifest: it is no backup, or one that was never finished.
    #[error("`{}` is no finished backup: it has no manifest.json", .0.display())]
    Missing(std::path::PathBuf),
    /// The manifest cannot be read.
    #[error("`{}` cannot be read: {}", .0.display(), .1)]
    Io(std::path::PathBuf, #[source] io::Error),
    /// The manifest is not what it should be.
    #[error("`{}` is not a manifest of a backup: {}", .0.display(), .1)]
    Form(std::path::PathBuf, String),
    /// It was written by a newer renkei.
    #[error("the backup has form {found}, this program knows {FORMAT}: use a newer renkei")]
    Newer {
        /// What stands in it.
        found: u32,
    },
}

impl Manifest {
    /// Its text, and the SHA-256 of that.
    pub(crate) fn text(&self) -> (String, Digest) {
        // Plain texts and numbers always have a JSON.
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let digest = Digest::of(text.as_bytes());
        (text, digest)
    }

    /// Reads the manifest of a backup, and the SHA-256 of its text.
    pub(crate) fn read(folder: &Path) -> Result<(Self, Digest), ManifestError> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ManifestError::Missing(folder.to_path_buf()));
            }
            read => read.map_err(|error| ManifestError::Io(path.clone(), error))?,
        };
        let form = |why: String| ManifestError::Form(path.clone(), why);
        let raw: serde_json::Value = serde_json::from_str(&text).map_err(|error| form(error.to_string()))?;
        // A newer form may have keys that this program does not know: its number is looked at first.
        let found = raw.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if found > u64::from(FORMAT) {
            return Err(ManifestError::Newer { found: u32::try_from(found).unwrap_or(u32::MAX) });
        }
        let manifest: Self = serde_json::from_value(raw).map_err(|error| form(error.to_string()))?;
        match manifest.files.iter().find(|file| !stays_inside(&file.path)) {
            Some(file) => Err(form(format!("`{}` leads out of the folder", file.path))),
            None => Ok((manifest, Digest::of(text.as_bytes()))),
        }
    }
}

/// Whether a path leads to a place below where it begins.
fn stays_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_out_is_refused() {
        for bad in ["", "/etc/passwd", "../office.toml", "lake/../../x"] {
            assert!(!stays_inside(bad), "{bad}");
        }
        assert!(stays_inside("lake/observations/_delta_log/00000000000000000000.json"));
    }
}
