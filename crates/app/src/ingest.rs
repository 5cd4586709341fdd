//! Ingest: reads feed files into the lake, each exactly once (S2.14).
//!
//! The order makes a stop at any point harmless: intent in the ledger; quarantine and findings;
//! one commit of the lake that names the file's digest; the registry's record with the end of the
//! intent. Whatever is already there is left as it is.

pub(crate) mod handed;
mod pipeline;
mod sensor;
pub(crate) mod quarantine;
mod shown;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use renkei_core::act::Act;
use renkei_core::id::{Digest, IntentId};
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::{DetectError, HEAD_BYTES, Mapping, MappingError, Options, Reader, detect};
use renkei_lake::{AppendError, Appended, Filter};
use renkei_store::feed::{FindingCount, NewFeed};
use renkei_store::intent::IntentResult;
use renkei_store::{DbError, WriteError};

use crate::campaign::fresh;
use crate::directories::DirectoryError;
use crate::office::{AskError, Office};

pub use handed::HandIn;
pub use pipeline::Progress;
pub use shown::{FeedShown, FindingShown, Ingested};

/// Why a feed file is not read. Other files of the same call still are.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be read.
    #[error("cannot read `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
    /// It is no feed that is known.
    #[error("`{}`: {}", .0.display(), .1)]
    Detect(PathBuf, #[source] DetectError),
    /// The mapping file.
    #[error("`{}`: {}", .0.display(), .1)]
    Mapping(PathBuf, #[source] MappingError),
    /// Reading stopped in the middle.
    #[error("`{}`: {}", .0.display(), .1)]
    Read(PathBuf, #[source] renkei_formats::ReadError),
    /// It is a file of hours that contradicts itself.
    #[error("`{}`: {}", .0.display(), .1)]
    Hours(PathBuf, #[source] renkei_formats::hours::HoursError),
    /// The quarantine cannot be written.
    #[error("the quarantine cannot be written: {0}")]
    Quarantine(#[source] io::Error),
    /// The quarantine's key.
    #[error("{0}")]
    Key(#[from] quarantine::KeyError),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The directory.
    #[error("{0}")]
    Directory(#[from] DirectoryError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Append(#[from] AppendError),
    /// The lake.
    #[error("{0}")]
    Lake(#[from] renkei_lake::ReadError),
    /// The lake.
    #[error("{0}")]
    Log(#[from] renkei_lake::LogError),
    /// A batch could not be made.
    #[error("{0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A batch could not be attributed.
    #[error("{0}")]
    Attach(#[from] renkei_table::AttachError),
    /// A reading thread ended early.
    #[error("a reading thread ended early; nothing was committed: run the command again")]
    Thread,
}

/// What was counted while reading.
#[derive(Debug, Default)]
struct Tally {
    lines: u64,
    blank: u64,
    stored: u64,
    duplicates: u64,
    quarantined: u64,
    unattributed: u64,
    findings: BTreeMap<(&'static str, String), (u64, u64)>,
}

impl Office {
    /// Reads feed files, one after the other. A file that was read before is left alone.
    pub async fn ingest(
        &self,
        paths: &[PathBuf],
        mapping: Option<&Path>,
        at: Moment,
        progress: &Progress<'_>,
    ) -> Result<Ingested, IngestError> {
        let _at_work = self.at_work().map_err(|error| IngestError::Io(self.folder.to_path_buf(), error))?;
        let mapping = mapping.map(read_mapping).transpose()?;
        let (mut feeds, mut built) = (Vec::new(), None);
        for path in paths {
            let file = path.clone();
            let hashing = tokio::task::spawn_blocking(move || digest_of(&file));
            // The directories are built while the first file is being hashed.
            let directories = match built.take() {
                Some(directories) => directories,
                None => self.directories().await?,
            };
            let digest = hashing.await.map_err(|_| IngestError::Thread)??;
            let shown = match self.store.feed(digest).await? {
                Some(feed) => FeedShown::known(feed),
                None => self.ingest_one(path, digest, mapping.as_ref(), &directories, at, progress).await?,
            };
            built = Some(directories);
            feeds.push(shown);
        }
        Ok(Ingested { feeds })
    }

    async fn ingest_one(
        &self,
        path: &Path,
        digest: Digest,
        mapping: Option<&Mapping>,
        directories: &crate::directories::Directories,
        at: Moment,
        progress: &Progress<'_>,
    ) -> Result<FeedShown, IngestError> {
        let io = |error| IngestError::Io(path.to_path_buf(), error);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let head = head(path).map_err(io)?;
        if renkei_formats::minutes::is(&head) {
            return self.ingest_minutes(path, (digest, head), at, progress).await;
        }
        if sensor::is_hours(&head) {
            return self.ingest_hours(path, at).await;
        }
        let source = detect(&name, &head, mapping).map_err(|error| IngestError::Detect(path.to_path_buf(), error))?;
        let object = || Object::new(ObjectKind::Feed, digest, 0);
        let permits = [self.ingest_permit(object(), at).await?, self.ingest_permit(object(), at).await?];
        let record = self.ingest_permit(object(), at).await?;
        let intent = IntentId::from_bits(fresh(at));
        let [for_findings, for_lines] = permits;
        self.store.open_intent(&for_lines, intent, &object(), Detail::new().put("what", "feed")).await?;
        let lake = self.lake().await?;
        let mut append = lake.begin(digest).await?;
        let reader = Reader::new(&source, digest, self.options(at));
        let quarantine = quarantine::Quarantine::new(&self.folder, digest, self.quarantine_key().await?);
        let run = pipeline::Run {
            path,
            source: &source,
            reader: &reader,
            directories,
            intake: self.settings.intake,
            digest,
            at,
            progress,
            manner: self.manner,
        };
        let (mut tally, findings, quarantine) = tokio::task::block_in_place(|| run.go(&mut append, quarantine))?;
        quarantine.finish().map_err(IngestError::Quarantine)?;
        lake.append_findings(for_findings, intent, digest, findings).await?;
        if let Appended::AlreadyThere = append.commit(for_lines, intent).await? {
            // A stop came between the lake's commit and the registry's: what the lake holds counts.
            let rows = lake.view().await?.count(&Filter { feed: Some(digest), ..Filter::default() }, &[])?;
            tally.stored = rows.iter().map(|row| row.lines).sum();
            tally.duplicates = tally.lines.saturating_sub(tally.stored + tally.quarantined);
        }
        let feed = counted(digest, &name, &source.kind, &tally);
        self.record_once(record, feed, intent, &tally, at).await
    }

    /// Enters a file that was read, once.
    async fn record_once(
        &self,
        record: renkei_gate::Permit,
        feed: NewFeed,
        intent: IntentId,
        tally: &Tally,
        at: Moment,
    ) -> Result<FeedShown, IngestError> {
        match self.store.record_feed(record, &feed, intent).await {
            Ok(()) => Ok(FeedShown::new(feed, tally)),
            // Another process read the same file meanwhile and entered it first: its lines are there once.
            Err(WriteError::Exists { kind, id }) => {
                let detail = Detail::new().put("reason", "another process read it");
                self.store.close_intent(at, intent, IntentResult::GivenUp, detail).await?;
                let known = self.store.feed(feed.digest).await?;
                known.map(FeedShown::known).ok_or(IngestError::Write(WriteError::Exists { kind, id }))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn ingest_permit(&self, object: Object, at: Moment) -> Result<renkei_gate::Permit, AskError> {
        self.ask_for(Act::Ingest, Duty::Drafter, [object], at).await
    }

    fn options(&self, at: Moment) -> Options {
        Options { accept_reserved: self.settings.intake.accept_reserved, day: at.day() }
    }
}

fn counted(digest: Digest, name: &str, kind: &str, tally: &Tally) -> NewFeed {
    let findings = tally.findings.iter().map(|((code, column), (count, first_line))| FindingCount {
        code: (*code).to_owned(),
        column: column.clone(),
        count: *count,
        first_line: *first_line,
    });
    NewFeed {
        digest,
        name: name.to_owned(),
        kind: kind.to_owned(),
        lines: tally.lines,
        stored: tally.stored,
        duplicates: tally.duplicates,
        quarantined: tally.quarantined,
        findings: findings.collect(),
    }
}

fn read_mapping(path: &Path) -> Result<Mapping, IngestError> {
    let text = std::fs::read_to_string(path).map_err(|error| IngestError::Io(path.to_path_buf(), error))?;
    text.parse().map_err(|error| IngestError::Mapping(path.to_path_buf(), error))
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// The file's digest, read once from end to end.
fn digest_of(path: &Path) -> Result<Digest, IngestError> {
    use sha2::Digest as _;
    let io = |error| IngestError::Io(path.to_path_buf(), error);
    let mut file = File::open(path).map_err(io)?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0u8; 1 << 18];
    loop {
        let read = file.read(&mut buffer).map_err(io)?;
        match buffer.get(..read) {
            Some(bytes) if read > 0 => hasher.update(bytes),
            _ => return Ok(Digest(hasher.finalize().into())),
        }
    }
}
