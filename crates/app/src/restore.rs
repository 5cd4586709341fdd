//! Restore: a backup becomes an office again, in a folder and a registry that are empty.
//!
//! Nothing is believed that was not checked: every byte is hashed on its way, the ledger is verified,
//! the lake is counted. The settings come last: a folder without them is no office.

use std::fs;
use std::path::{Path, PathBuf};

use renkei_core::ledger::Detail;
use renkei_core::time::Moment;
use renkei_lake::Lake;
use renkei_post::quarantine::OfficeIdentity;
use renkei_store::Store;
use renkei_store::intent::IntentResult;
use renkei_store::letter::LetterState;
use serde::Serialize;

use crate::audit::AuditError;
use crate::backup::{
    CheckError, CopyError, FaultFound, FileKept, Manifest, ManifestError, REGISTRY, Told, carry, compare,
    ledger_faults, sync_folders,
};
use crate::doctor::DoctorError;
use crate::ingest::Progress;
use crate::office::{Acting, Office, OfficeError, registry_url};
use crate::secret::{self, SecretError};
use crate::settings::{self, Raw, SettingsError};
use crate::words::{Show, Words, number};

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The folder holds something.
    #[error("`{}` is not empty: name a folder that is, or that is not there", .0.display())]
    NotEmpty(PathBuf),
    /// The registry holds an office, or lies where something is.
    #[error("the registry at `{0}` is not empty: name another with --registry")]
    Taken(String),
    /// The backup is not whole; what was made of it was removed.
    #[error("the backup is not whole: {} {}, and {} more", .0.code, .0.of, .1)]
    Damaged(FaultFound, usize),
    /// The lake that came out of it is not the one that went in.
    #[error("the table `{table}` has {found} rows, the backup says {expected}")]
    Rows {
        /// Which table.
        table: String,
        /// Rows in it.
        found: u64,
        /// Rows that the manifest names.
        expected: u64,
    },
    /// The backup.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The backup.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A file.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The settings in it.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The registry.
    #[error("{0}")]
    Store(#[from] renkei_store::OpenError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The lake.
    #[error("{0}")]
    Lake(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Read(#[from] renkei_lake::ReadError),
    /// A private key.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// A sealed private key, or the identity that should open it.
    #[error("{0}")]
    Sealed(#[from] renkei_post::quarantine::OpenError),
    /// The office.
    #[error("{0}")]
    Office(#[from] OfficeError),
    /// What a dead process left.
    #[error("{0}")]
    Doctor(#[from] DoctorError),
    /// The ledger.
    #[error("{0}")]
    Audit(#[from] AuditError),
}

/// What is asked of a restore.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The backup.
    pub backup: &'a Path,
    /// Where the office shall be.
    pub to: &'a Path,
    /// Its registry; none: the one that the settings in the backup name.
    pub registry: Option<&'a str>,
    /// File with the age identity that opens the private keys; none: they stay out.
    pub identity: Option<&'a Path>,
}

/// An office that was restored.
#[derive(Debug, Serialize)]
pub struct Restored {
    /// Where.
    pub folder: PathBuf,
    /// When the backup was made.
    pub made_at: String,
    /// SHA-256 of its manifest.
    pub manifest: String,
    /// Entries of the ledger that were in it.
    pub entries: u64,
    /// Whether the ledger is intact, with the entry of the restoring itself.
    pub intact: bool,
    /// Feed files that were taken in.
    pub feeds: u64,
    /// Rows of each table of the lake.
    pub rows: Vec<(String, u64)>,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Private keys that were put back.
    pub keys: u64,
    /// Acts that were under way when the backup was made, and are given up here.
    pub settled: u64,
    /// Letters that wait here: the office may have sent them after the backup was made.
    pub letters_waiting: u64,
}

impl Show for Restored {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("folder", self.folder.display().to_string()),
            ("made", self.made_at.clone()),
            ("entries", number(self.entries)),
            ("feeds", number(self.feeds)),
            ("files", number(self.files)),
            ("bytes", number(self.bytes)),
        ];
        let mut lines = vec![words.say("restore-done", &values)];
        for (table, rows) in &self.rows {
            lines.push(words.say("restore-table", &[("table", table.clone()), ("rows", number(*rows))]));
        }
        lines.push(words.of(if self.intact { "restore-intact" } else { "restore-broken" }));
        lines.push(words.say("restore-keys", &[("count", number(self.keys))]));
        lines.push(words.say("restore-settled", &[("count", number(self.settled))]));
        if self.letters_waiting > 0 {
            lines.push(words.say("restore-letters", &[("count", number(self.letters_waiting))]));
        }
        lines.join("\n")
    }
}

/// Makes an office from a backup.
///
/// # Errors
/// When the place is not empty, the backup is not whole, or something cannot be read or written. What
/// was written before that is removed again.
pub async fn restore(wish: Wish<'_>, at: Moment, progress: &Progress<'_>) -> Result<Restored, RestoreError> {
    let (manifest, digest) = Manifest::read(wish.backup)?;
    let was_there = wish.to.is_dir();
    if wish.to.exists() && fs::read_dir(wish.to).map_err(CopyError::at(wish.to))?.next().is_some() {
        return Err(RestoreError::NotEmpty(wish.to.to_path_buf()));
    }
    let put = match put(&wish, &manifest, progress).await {
        Ok(put) => put,
        Err(error) => {
            // The place was empty before, so that all that lies there now was put there here.
            let _ = fs::remove_dir_all(wish.to);
            if was_there {
                let _ = fs::create_dir(wish.to);
            }
            return Err(error);
        }
    };
    let office = Office::open(wish.to, wish.registry.map(str::to_owned), Acting::default(), at).await?;
    let detail =
        Detail::new().put("manifest", digest).put("made-at", &manifest.made_at).put("entries", manifest.entries);
    office.store.record_note(at, "office-restored", detail).await?;
    if let Ok(intent) = manifest.intent.parse() {
        let detail = Detail::new().put("manifest", digest).put("note", "this office was made from the backup");
        office.store.close_intent(at, intent, IntentResult::Done, detail).await?;
    }
    let settled = office.settle(at).await?;
    let mut waiting = 0;
    for state in [LetterState::Queued, LetterState::InFlight] {
        waiting += office.store.letters_in(state, u64::MAX >> 1).await?.len() as u64;
    }
    Ok(Restored {
        folder: wish.to.to_path_buf(),
        made_at: manifest.made_at,
        manifest: digest.to_string(),
        entries: manifest.entries,
        intact: office.verify_ledger(&[]).await?.intact,
        feeds: office.store.feeds().await?.len() as u64,
        rows: put.rows,
        files: manifest.files.len() as u64,
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        keys: put.keys,
        settled,
        letters_waiting: waiting,
    })
}

/// What was put where it belongs.
struct Put {
    rows: Vec<(String, u64)>,
    keys: u64,
}

async fn put(wish: &Wish<'_>, manifest: &Manifest, progress: &Progress<'_>) -> Result<Put, RestoreError> {
    let mut told = Told::new(progress, wish.to, manifest.files.iter().map(|file| file.bytes).sum());
    // The settings say where the rest goes, so that they are checked before they are believed.
    for one in manifest.files.iter().filter(|file| file.path == settings::FILE) {
        whole(compare(one, carry(&wish.backup.join(&one.path), None, &mut told))?.into_iter().collect())?;
    }
    let raw = Raw::read(wish.backup)?;
    let settings = raw.clone().check(wish.to, wish.registry.map(str::to_owned))?;
    let url = registry_url(wish.to, &settings);
    let file = Store::file_of(&url)?;
    if file.as_ref().is_some_and(|file| file.exists()) {
        return Err(RestoreError::Taken(url));
    }
    for name in ["keys", "files", "quarantine", "outbox", "line", "checkpoints"] {
        let folder = wish.to.join(name);
        fs::create_dir_all(&folder).map_err(CopyError::at(&folder))?;
    }
    let faults = tokio::task::block_in_place(|| -> Result<Vec<FaultFound>, CopyError> {
        let mut faults = Vec::new();
        for one in &manifest.files {
            let to = target(wish.to, file.as_deref(), &one.path);
            faults.extend(compare(one, carry(&wish.backup.join(&one.path), to.as_deref(), &mut told))?);
        }
        Ok(faults)
    })?;
    told.end();
    whole(faults)?;
    whole(ledger_faults(wish.backup, manifest).await?)?;
    let rows = count(wish.to, manifest).await?;
    let keys = keys(wish, manifest)?;
    sync_folders(wish.to, manifest.files.iter().map(|file| file.path.as_str()))?;
    if file.is_none() {
        let copy = Store::read_backup(&wish.backup.join(REGISTRY)).await?;
        match copy.restore_into(&url).await {
            Err(renkei_store::OpenError::Office(found)) => return Err(RestoreError::Taken(found)),
            put => put?,
        }
        copy.close().await;
    }
    write_settings(wish, raw)?;
    Ok(Put { rows, keys })
}

/// Where a file of the backup goes; `None`: it is only read there (settings, sealed keys, rules).
fn target(to: &Path, registry: Option<&Path>, path: &str) -> Option<PathBuf> {
    let shelf = path.split('/').next().unwrap_or_default();
    match shelf {
        REGISTRY => registry.map(Path::to_path_buf),
        "lake" | "files" | "quarantine" | "outbox" | "line" | "checkpoints" => Some(to.join(path)),
        _ => None,
    }
}

fn whole(faults: Vec<FaultFound>) -> Result<(), RestoreError> {
    let more = faults.len().saturating_sub(1);
    faults.into_iter().next().map_or(Ok(()), |first| Err(RestoreError::Damaged(first, more)))
}

async fn count(to: &Path, manifest: &Manifest) -> Result<Vec<(String, u64)>, RestoreError> {
    let lake = Lake::open(&to.join("lake")).await?;
    let mut rows = Vec::new();
    for kept in &manifest.lake {
        let Some(table) = renkei_lake::Table::ALL.into_iter().find(|table| table.word() == kept.table) else {
            continue;
        };
        let found = lake.view_of(table).await?.rows()?;
        if found != kept.rows {
            return Err(RestoreError::Rows { table: kept.table.clone(), found, expected: kept.rows });
        }
        rows.push((kept.table.clone(), found));
    }
    Ok(rows)
}

/// Opens the sealed private keys, if there is something to open them with.
fn keys(wish: &Wish<'_>, manifest: &Manifest) -> Result<u64, RestoreError> {
    let Some(identity) = wish.identity else { return Ok(0) };
    let identity = OfficeIdentity::read(&secret::read(identity)?)?;
    let mut count = 0;
    for FileKept { path, .. } in &manifest.files {
        let Some(name) = path.strip_suffix(".age").filter(|name| name.starts_with("keys/")) else { continue };
        let from = wish.backup.join(path);
        let opened = identity.open(&fs::read(&from).map_err(CopyError::at(&from))?)?;
        let text = String::from_utf8_lossy(&opened);
        // One line feed at the end is written anew.
        secret::write(&wish.to.join(name), text.strip_suffix('\n').unwrap_or(&text))?;
        count += 1;
    }
    Ok(count)
}

/// The settings as they were; only a registry that was named for this office takes the old one's
/// place, so that a copy never works on the registry of its original.
fn write_settings(wish: &Wish<'_>, mut raw: Raw) -> Result<(), RestoreError> {
    let path = wish.backup.join(settings::FILE);
    let mut text = fs::read_to_string(&path).map_err(CopyError::at(&path))?;
    if let Some(url) = wish.registry.filter(|url| raw.registry.url.as_deref() != Some(url)) {
        raw.registry.url = Some(url.to_owned());
        text = raw.text();
    }
    let to = wish.to.join(settings::FILE);
    Ok(crate::file::write(&to, text.as_bytes()).map_err(CopyError::at(&to))?)
}
