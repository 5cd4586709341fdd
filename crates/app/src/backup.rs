//! Backup: one consistent copy of everything that an office is, made while the office works.
//!
//! The order is what makes it consistent (docs/decisions/0060-backup.md): care is held off, then the
//! registry with the ledger is copied as of one moment, then what it refers to: a version of each
//! table of the lake that it knows, and files that were written before they were referred to.

mod copy;
mod manifest;
mod check;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use renkei_core::act::Act;
use renkei_core::id::{Digest, IntentId};
use renkei_core::ledger::{Checkpoint, Detail};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_gate::{Permit, RuleFiles};
use renkei_lake::{Kept, Lake, Pinned};
use renkei_post::seal::{AgeKey, KeyError};
use renkei_store::intent::IntentResult;
use renkei_store::{DbError, Store};
use serde::Serialize;

pub use check::{BackupChecked, CheckError, FaultFound, check};
pub(crate) use check::{compare, ledger_faults};
pub use copy::CopyError;
pub(crate) use copy::{Told, carry, sync_folders};
pub(crate) use manifest::REGISTRY;
pub use manifest::{FileKept, Manifest, ManifestError, TableKept};

use crate::audit::{AuditError, notes_in, public_keys};
use crate::campaign::fresh;
use crate::ingest::Progress;
use crate::office::{AskError, Office};
use crate::secret::{self, SecretError};
use crate::settings;
use crate::words::{Show, Words, number};
use copy::{Wanted, below, take, weight};

/// Why no backup was made. No folder claims to be one.
#[derive(Debug, thiserror::Error)]
pub enum BackUpError {
    /// There is something already.
    #[error("`{}` is there already: name a folder that is not", .0.display())]
    Exists(PathBuf),
    /// Another process writes this very backup.
    #[error("another process writes a backup to `{}`", .0.display())]
    Busy(PathBuf),
    /// A file or folder.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] renkei_store::WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The copy of the registry.
    #[error("{0}")]
    OpenCopy(#[from] renkei_store::OpenError),
    /// The ledger.
    #[error("{0}")]
    Audit(#[from] AuditError),
    /// The lake.
    #[error("{0}")]
    Lake(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Pin(#[from] renkei_lake::PinError),
    /// The recipient of the private keys.
    #[error("{0}")]
    Recipient(#[from] KeyError),
    /// A private key.
    #[error("{0}")]
    Secret(#[from] SecretError),
    /// A private key.
    #[error("{0}")]
    Seal(#[from] renkei_post::seal::SealError),
}

/// A backup that was made.
#[derive(Debug, Serialize)]
pub struct BackedUp {
    /// Where.
    pub folder: PathBuf,
    /// SHA-256 of its manifest; the ledger has it too.
    pub manifest: String,
    /// Entries of the ledger in it.
    pub entries: u64,
    /// Tables of the lake.
    pub lake: Vec<TableKept>,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// To whom the private keys are sealed; none: they are not in it.
    pub keys_sealed_to: Option<String>,
}

impl Show for BackedUp {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("folder", self.folder.display().to_string()),
            ("entries", number(self.entries)),
            ("rows", number(self.lake.iter().map(|table| table.rows).sum())),
            ("files", number(self.files)),
            ("bytes", number(self.bytes)),
        ];
        let keys = match &self.keys_sealed_to {
            Some(recipient) => words.say("backup-keys", &[("recipient", recipient.clone())]),
            None => words.of("backup-no-keys"),
        };
        let manifest = words.say("backup-manifest", &[("digest", self.manifest.clone())]);
        [words.say("backup-done", &values), manifest, keys].join("\n")
    }
}

impl Office {
    /// Copies everything that the office is into a folder that does not exist yet. `with_keys` names
    /// the age recipient to whom the private keys are sealed; without it they stay out.
    ///
    /// # Errors
    /// When the gate refuses, something is there already, or something cannot be read or written.
    pub async fn back_up(
        &self,
        folder: &Path,
        with_keys: Option<&str>,
        at: Moment,
        progress: &Progress<'_>,
    ) -> Result<BackedUp, BackUpError> {
        let _at_work = self.at_work().map_err(CopyError::at(&self.folder))?;
        let recipient = with_keys.map(AgeKey::check).transpose()?;
        let object = Object::new(ObjectKind::Office, self.store.origin(), 0);
        let permit = self.ask_for(Act::BackUp, Duty::Keeper, [object.clone()], at).await?;
        let part = Part::begin(folder)?;
        let intent = IntentId::from_bits(fresh(at));
        let detail = Detail::new().put("keys", if recipient.is_some() { "sealed" } else { "none" });
        self.store.open_intent(&permit, intent, &object, detail).await?;
        let made = match self.fill(&part, permit, intent, recipient.as_ref(), at, progress).await {
            // Only what is whole gets the name; a stop before leaves a folder that ends with `.part`.
            Ok(made) => part.finish(folder).map(|()| made).map_err(BackUpError::from),
            Err(error) => {
                // What was begun is taken away, so that a full disk is not made fuller.
                let _ = fs::remove_dir_all(&part.folder);
                Err(error)
            }
        };
        let (result, detail) = match &made {
            Ok((manifest, digest)) => {
                let of = Detail::new().put("manifest", digest).put("entries", manifest.entries);
                (IntentResult::Done, of.put("files", manifest.files.len()))
            }
            Err(_) => (IntentResult::GivenUp, Detail::new()),
        };
        self.store.close_intent(at, intent, result, detail).await?;
        let (manifest, digest) = made?;
        Ok(BackedUp {
            folder: folder.to_path_buf(),
            manifest: digest.to_string(),
            entries: manifest.entries,
            files: manifest.files.len() as u64,
            bytes: manifest.files.iter().map(|file| file.bytes).sum(),
            lake: manifest.lake,
            keys_sealed_to: manifest.keys_sealed_to,
        })
    }

    async fn fill(
        &self,
        part: &Part,
        permit: Permit,
        intent: IntentId,
        recipient: Option<&AgeKey>,
        at: Moment,
        progress: &Progress<'_>,
    ) -> Result<(Manifest, Digest), BackUpError> {
        // Signed before the copy, so that the copy's own end can be held against it.
        self.checkpoint(at).await?;
        let lake = self.lake().await?;
        let kept = lake.keep().await.map_err(CopyError::at(&self.folder))?;
        let registry = part.folder.join(REGISTRY);
        self.store.back_up(permit, &registry).await?;
        let copied = Store::read_backup(&registry).await?;
        let head = copied.head().await?;
        let pinned = pin(lake, &kept, &copied).await?;
        let keys = public_keys(&copied).await?;
        copied.close().await;

        let mut files = self.written_here(part, &keys, recipient)?;
        let mut wanted: Vec<Wanted> = pinned.iter().flat_map(files_of).collect();
        for name in ["files", "quarantine", "outbox", "line"] {
            wanted.extend(below(&self.folder, name)?);
        }
        wanted.extend(checkpoints_up_to(&self.folder, &head)?);
        let own = fs::metadata(&registry).map_err(CopyError::at(&registry))?.len();
        let mut told = Told::new(progress, &part.folder, own + weight(&wanted));
        let carried = tokio::task::block_in_place(|| -> Result<Vec<FileKept>, CopyError> {
            files.push(on_disk(&part.folder, REGISTRY, &mut told)?);
            for one in &wanted {
                files.extend(take(one, &part.folder, &mut told)?);
            }
            Ok(files)
        })?;
        told.end();
        drop(kept);
        let manifest = Manifest {
            format: manifest::FORMAT,
            made_by: concat!("renkei ", env!("CARGO_PKG_VERSION")).to_owned(),
            made_at: at.to_string(),
            origin: self.store.origin().to_string(),
            intent: intent.to_string(),
            entries: head.size,
            head: head.head.to_string(),
            policy_set: self.gate.policy_set().to_string(),
            engine: if self.is_embedded() { "sqlite" } else { "postgresql" }.to_owned(),
            lake: pinned.iter().map(kept_table).collect(),
            keys_sealed_to: recipient.map(ToString::to_string),
            files: carried,
        };
        let (text, digest) = manifest.text();
        sync_folders(&part.folder, manifest.files.iter().map(|file| file.path.as_str()))?;
        write(&part.folder, manifest::FILE, text.as_bytes())?;
        Ok((manifest, digest))
    }

    /// What is not a copy of a file: settings without a password, the rules, the public keys and, if
    /// asked for, the private ones, each sealed.
    fn written_here(
        &self,
        part: &Part,
        keys: &[renkei_core::ledger::PublicKey],
        recipient: Option<&AgeKey>,
    ) -> Result<Vec<FileKept>, BackUpError> {
        let mut files = Vec::new();
        let path = self.folder.join(settings::FILE);
        let text = fs::read_to_string(&path).map_err(CopyError::at(&path))?;
        files.push(write(&part.folder, settings::FILE, settings::without_password(&text).as_bytes())?);
        let public: String = keys.iter().map(|key| format!("{key}\n")).collect();
        files.push(write(&part.folder, "public-keys.txt", public.as_bytes())?);
        for (path, text) in RuleFiles::embedded().iter() {
            files.push(write(&part.folder, &format!("policies/{path}"), text.as_bytes())?);
        }
        if let Some(recipient) = recipient {
            for key in below(&self.folder, "keys")? {
                let sealed = recipient.seal(secret::read(&key.from)?.as_bytes())?;
                files.push(write(&part.folder, &format!("{}.age", key.path), &sealed)?);
            }
        }
        Ok(files)
    }

    fn is_embedded(&self) -> bool {
        self.settings.registry.as_ref().is_none_or(|url| url.starts_with("sqlite:"))
    }
}

async fn pin(lake: &Lake, kept: &Kept, copied: &Store) -> Result<Vec<Pinned>, BackUpError> {
    Ok(lake.pin(kept, &copied.announced().await?).await?)
}

fn files_of(table: &Pinned) -> impl Iterator<Item = Wanted> + '_ {
    let wanted = |file: &renkei_lake::PinnedFile| Wanted {
        from: file.path.clone(),
        path: format!("lake/{}", file.relative),
        may_go: false,
    };
    table.files.iter().map(wanted)
}

fn kept_table(table: &Pinned) -> TableKept {
    TableKept { table: table.table.word().to_owned(), version: table.version, rows: table.rows }
}

/// The checkpoints that the copied ledger reaches. A later one would accuse the copy of a cut tail.
fn checkpoints_up_to(office: &Path, head: &Checkpoint) -> Result<Vec<Wanted>, AuditError> {
    let notes = notes_in(&office.join("checkpoints"))?.into_iter();
    let within = notes.filter(|(_, note)| note.unverified().size <= head.size);
    let wanted = within.filter_map(|(from, _)| {
        let name = from.file_name()?.to_str()?.to_owned();
        Some(Wanted { from, path: format!("checkpoints/{name}"), may_go: false })
    });
    Ok(wanted.collect())
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> Result<FileKept, CopyError> {
    let to = folder.join(path);
    crate::file::write(&to, bytes).map_err(CopyError::at(&to))?;
    Ok(FileKept { path: path.to_owned(), bytes: bytes.len() as u64, sha256: Digest::of(bytes).to_string() })
}

/// A file that lies in the backup already.
fn on_disk(folder: &Path, path: &str, told: &mut Told<'_>) -> Result<FileKept, CopyError> {
    let whole = folder.join(path);
    File::open(&whole).and_then(|file| file.sync_all()).map_err(CopyError::at(&whole))?;
    let (bytes, digest) = carry(&whole, None, told)?;
    Ok(FileKept { path: path.to_owned(), bytes, sha256: digest.to_string() })
}

/// The folder that is being filled: beside the one that was asked for, its name ending with `.part`.
struct Part {
    folder: PathBuf,
    _lock: File,
}

/// Held while a backup is being written; whoever gets it knows that the writer before is dead.
const LOCK: &str = "backup.lock";

impl Part {
    fn begin(wanted: &Path) -> Result<Self, BackUpError> {
        if wanted.exists() {
            return Err(BackUpError::Exists(wanted.to_path_buf()));
        }
        let mut name = wanted.as_os_str().to_owned();
        name.push(".part");
        let folder = PathBuf::from(name);
        let lock = lock(&folder).map_err(CopyError::at(&folder))?;
        let lock = lock.ok_or_else(|| BackUpError::Busy(wanted.to_path_buf()))?;
        // What a dead process began is of no use: a copy is of one moment.
        empty(&folder, LOCK).map_err(CopyError::at(&folder))?;
        Ok(Self { folder, _lock: lock })
    }

    fn finish(self, wanted: &Path) -> Result<(), CopyError> {
        let at = CopyError::at(wanted);
        fs::remove_file(self.folder.join(LOCK)).map_err(&at)?;
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(&at)?;
        fs::rename(&self.folder, wanted).map_err(&at)?;
        let above = wanted.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(above).and_then(|folder| folder.sync_all()).map_err(&at)
    }
}

/// Makes the folder and locks it; `None`: another process has it.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    fs::create_dir_all(folder)?;
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn empty(folder: &Path, but: &str) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == but {
            continue;
        }
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
    }
    Ok(())
}
