//! What a copy of the lake holds: each table at one version, by the files that this version needs.
//!
//! Every commit names the intent that announced it in the ledger, and the ledger came first. So the
//! version that fits a copy of the ledger is the one before the first commit whose intent the copy
//! does not know: all that it says was done is in, and nothing that it never heard of.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use renkei_core::id::IntentId;
use serde_json::Value;

use crate::care::LOG_FOLDER;
use crate::lock::KeepLock;
use crate::log::{Log, LogError};
use crate::table::Table;
use crate::view::{ReadError, rows_in};

/// Why a table cannot be copied.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// Its log cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file of its log cannot be read.
    #[error("the log of the table `{}` cannot be read: {source}", .table.word())]
    Io {
        /// The table.
        table: Table,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// While it is held, no file that a version refers to is removed: care waits.
#[derive(Debug)]
pub struct Kept {
    _lock: KeepLock,
}

impl Kept {
    /// Waits for care that is under way.
    pub(crate) async fn of(lake: &Path) -> io::Result<Self> {
        Ok(Self { _lock: KeepLock::keep(lake).await? })
    }
}

/// One table at one version.
#[derive(Debug, Clone)]
pub struct Pinned {
    /// The table.
    pub table: Table,
    /// The version.
    pub version: u64,
    /// Its rows.
    pub rows: u64,
    /// Its log up to the version, and its data files; none of them changes any more.
    pub files: Vec<PinnedFile>,
}

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedFile {
    /// Path below the lake's folder, with `/`.
    pub relative: String,
    /// Where it lies.
    pub path: PathBuf,
}

impl Pinned {
    pub(crate) async fn of(mut log: Log, known: &HashSet<IntentId>) -> Result<Self, PinError> {
        let table = log.table;
        let io = |source| PinError::Io { table, source };
        log.refresh().await?;
        let newest = log.version();
        let folder = log.folder.join(LOG_FOLDER);
        let version = last_known(&folder, newest, known).map_err(io)?;
        if version < newest {
            log.go_back_to(version).await?;
        }
        let mut files = log_files(table, &folder, version).map_err(io)?;
        let data = log.files()?;
        let relative = |path: &str| format!("{}/{path}", table.word());
        files
            .extend(data.iter().map(|file| PinnedFile { relative: relative(&file.relative), path: file.path.clone() }));
        let rows = data.iter().map(|file| file.rows.map_or_else(|| rows_in(file), Ok)).sum::<Result<u64, _>>()?;
        Ok(Self { table, version, rows, files })
    }
}

/// The last version before any commit of an intent that is not known. Entries that care removed
/// are older than any copy that is being made.
fn last_known(folder: &Path, newest: u64, known: &HashSet<IntentId>) -> io::Result<u64> {
    let mut last = newest;
    for version in (0..=newest).rev() {
        let entry = match fs::read_to_string(folder.join(format!("{version:020}.json"))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            read => read?,
        };
        if intent_of(&entry).is_some_and(|intent| !known.contains(&intent)) {
            last = version.saturating_sub(1);
        }
    }
    Ok(last)
}

/// The intent that a commit carries; changes of the schema carry none.
fn intent_of(entry: &str) -> Option<IntentId> {
    let line = entry.lines().find(|line| line.contains("\"commitInfo\""))?;
    let info: Value = serde_json::from_str(line).ok()?;
    info.get("commitInfo")?.get("renkei.intent")?.as_str()?.parse().ok()
}

/// The entries and checkpoints up to a version, and the pointer to the last checkpoint if it is one
/// of them; without it a reader lists the folder.
fn log_files(table: Table, folder: &Path, version: u64) -> io::Result<Vec<PinnedFile>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.contains('#') && !name.ends_with(".tmp")) else { continue };
        let number = match name {
            "_last_checkpoint" => pointed_at(&fs::read_to_string(entry.path())?),
            _ => name.split('.').next().and_then(|digits| digits.parse().ok()),
        };
        if number.is_some_and(|number: u64| number <= version) {
            let relative = format!("{}/{LOG_FOLDER}/{name}", table.word());
            files.push(PinnedFile { relative, path: entry.path() });
        }
    }
    files.sort_by(|one, other| one.relative.cmp(&other.relative));
    Ok(files)
}

fn pointed_at(pointer: &str) -> Option<u64> {
    serde_json::from_str::<Value>(pointer).ok()?.get("version")?.as_u64()
}
