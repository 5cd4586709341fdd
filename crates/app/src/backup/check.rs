//! Checking a backup: every byte against its manifest, and the ledger in it against its keys.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use renkei_core::ledger::Keyring;
use renkei_store::Store;
use serde::Serialize;

use super::copy::{CopyError, Told, carry, everything};
use super::manifest::{FILE, FileKept, Manifest, ManifestError, REGISTRY};
use crate::audit::{AuditError, notes_in, public_keys};
use crate::ingest::Progress;
use crate::words::{Show, Words, number};

/// Why a backup was not checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The registry in it.
    #[error("{0}")]
    Open(#[from] renkei_store::OpenError),
    /// The registry in it.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The ledger in it.
    #[error("{0}")]
    Audit(#[from] AuditError),
}

/// A backup that was checked.
#[derive(Debug, Serialize)]
pub struct BackupChecked {
    /// Where.
    pub folder: PathBuf,
    /// Whether every byte is as it was, and the ledger in it intact.
    pub whole: bool,
    /// SHA-256 of its manifest: compare it with the one that the office's ledger has.
    pub manifest: String,
    /// When it was made.
    pub made_at: String,
    /// The name of the ledger in it.
    pub origin: String,
    /// Entries of that ledger.
    pub entries: u64,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What is wrong.
    pub faults: Vec<FaultFound>,
}

/// Something that is wrong with a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultFound {
    /// Stable code: `missing`, `changed`, `unlisted`, `ledger`.
    pub code: &'static str,
    /// Which file, or which fault of the ledger.
    pub of: String,
}

impl FaultFound {
    pub(crate) fn new(code: &'static str, of: &str) -> Self {
        Self { code, of: of.to_owned() }
    }
}

impl Show for BackupChecked {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("folder", self.folder.display().to_string()),
            ("made", self.made_at.clone()),
            ("entries", number(self.entries)),
            ("files", number(self.files)),
            ("bytes", number(self.bytes)),
        ];
        let mut lines = vec![words.say(if self.whole { "backup-whole" } else { "backup-broken" }, &values)];
        lines.push(words.say("backup-manifest", &[("digest", self.manifest.clone())]));
        for fault in &self.faults {
            lines.push(format!("  {}", words.say(&format!("backup-{}", fault.code), &[("of", fault.of.clone())])));
        }
        lines.join("\n")
    }
}

/// Checks a backup; the office that made it is not needed.
///
/// # Errors
/// When the folder holds no finished backup, or it cannot be read.
pub async fn check(folder: &Path, progress: &Progress<'_>) -> Result<BackupChecked, CheckError> {
    let (manifest, digest) = Manifest::read(folder)?;
    let bytes = manifest.files.iter().map(|file| file.bytes).sum();
    let mut told = Told::new(progress, folder, bytes);
    let mut faults = tokio::task::block_in_place(|| -> Result<Vec<FaultFound>, CopyError> {
        let mut faults = Vec::new();
        for file in &manifest.files {
            faults.extend(compare(file, carry(&folder.join(&file.path), None, &mut told))?);
        }
        let listed: BTreeSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).chain([FILE]).collect();
        let there = everything(folder)?.into_iter();
        faults.extend(
            there.filter(|path| !listed.contains(path.as_str())).map(|path| FaultFound::new("unlisted", &path)),
        );
        Ok(faults)
    })?;
    told.end();
    if faults.is_empty() {
        faults.extend(ledger_faults(folder, &manifest).await?);
    }
    Ok(BackupChecked {
        folder: folder.to_path_buf(),
        whole: faults.is_empty(),
        manifest: digest.to_string(),
        made_at: manifest.made_at,
        origin: manifest.origin,
        entries: manifest.entries,
        files: manifest.files.len() as u64,
        bytes,
        faults,
    })
}

/// What is wrong with a file that was read, if anything is.
pub(crate) fn compare(
    file: &FileKept,
    carried: Result<(u64, renkei_core::id::Digest), CopyError>,
) -> Result<Option<FaultFound>, CopyError> {
    match carried {
        Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => {
            Ok(Some(FaultFound::new("missing", &file.path)))
        }
        Err(error) => Err(error),
        Ok((bytes, digest)) if bytes == file.bytes && digest.to_string() == file.sha256 => Ok(None),
        Ok(_) => Ok(Some(FaultFound::new("changed", &file.path))),
    }
}

/// Checks the ledger in a backup against the keys and checkpoints in it, and its end against the manifest.
pub(crate) async fn ledger_faults(folder: &Path, manifest: &Manifest) -> Result<Vec<FaultFound>, CheckError> {
    let store = Store::read_backup(&folder.join(REGISTRY)).await?;
    let notes = folder.join("checkpoints");
    let outside = if notes.is_dir() { notes_in(&notes)? } else { Vec::new() };
    let outside = outside.into_iter().map(|(_, note)| note).collect();
    let verdict = store.check(&Keyring::new(public_keys(&store).await?), outside).await?;
    let mut faults: Vec<_> = verdict.faults.iter().map(|fault| FaultFound::new("ledger", fault.code())).collect();
    if verdict.entries != manifest.entries || verdict.head.to_string() != manifest.head {
        faults.push(FaultFound::new("ledger", "other-head"));
    }
    store.close().await;
    Ok(faults)
}
