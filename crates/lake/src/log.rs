//! One Delta table's log: what is in it now, and how something gets into it.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TableReference, TransactionError};
use deltalake_core::kernel::{Action, Transaction};
use deltalake_core::protocol::DeltaOperation;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError, ensure_table_uri};

use crate::durable::Durable;
use crate::file::DataFile;
use crate::table::Table;

/// A commit every so many gets a checkpoint, so that opening stays quick.
const CHECKPOINT_EVERY: u64 = 32;

/// How often a reading is begun again whose entries were removed meanwhile.
const BEGUN_AGAIN: usize = 5;
/// How long is waited before it is.
const SOON: Duration = Duration::from_millis(40);

/// Why a table's log cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The log is missing, damaged, or needs what this program cannot do.
    #[error("the log of the table `{}` cannot be used: {source}", .table.word())]
    Delta {
        /// The table.
        table: Table,
        /// What Delta says.
        #[source]
        source: Box<DeltaTableError>,
    },
    /// The disk is full; the table is as it was.
    #[error("no space is left for the table `{}`; it is as it was before: free some space and repeat", .table.word())]
    DiskFull {
        /// The table.
        table: Table,
    },
    /// Somebody else committed in between.
    #[error("another program changed the table `{}` at the same time", .table.word())]
    Conflict {
        /// The table.
        table: Table,
    },
    /// A file of the table cannot be reached.
    #[error("a file of the table `{}` cannot be used: {source}", .table.word())]
    Io {
        /// The table.
        table: Table,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// A handle on one table's log.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) table: Table,
    pub(crate) folder: PathBuf,
    delta: DeltaTable,
    files: Option<(u64, Arc<Vec<DataFile>>)>,
}

impl Log {
    /// A handle on a table that may not exist yet; the folder must.
    pub(crate) fn at(table: Table, folder: &Path) -> Result<Self, LogError> {
        let fail = |source: DeltaTableError| LogError::Delta { table, source: Box::new(source) };
        let folder = folder.canonicalize().map_err(|source| LogError::Io { table, source })?;
        let url = ensure_table_uri(folder.to_string_lossy()).map_err(fail)?;
        let delta = DeltaTableBuilder::from_url(url.clone())
            .map_err(fail)?
            .with_storage_backend(Arc::new(Durable::new()), url)
            .build()
            .map_err(fail)?;
        Ok(Self { table, folder, delta, files: None })
    }

    /// Takes in what was committed since.
    ///
    /// Care may remove entries that a checkpoint replaces while they are being read: then it is begun again,
    /// from the checkpoint.
    pub(crate) async fn refresh(&mut self) -> Result<(), LogError> {
        for _ in 0..BEGUN_AGAIN {
            match self.delta.update_state().await {
                Err(error) if is_gone(&error) => {
                    tokio::time::sleep(SOON).await;
                    self.forget()?;
                }
                other => return other.map_err(|source| self.fail(source)),
            }
        }
        self.delta.update_state().await.map_err(|source| self.fail(source))
    }

    /// Forgets what was read of the log, so that the next reading begins with what is there then.
    fn forget(&mut self) -> Result<(), LogError> {
        *self = Self::at(self.table, &self.folder)?;
        Ok(())
    }

    /// Loads an earlier version in place of the last.
    pub(crate) async fn go_back_to(&mut self, version: u64) -> Result<(), LogError> {
        self.delta.load_version(version).await.map_err(|source| self.fail(source))
    }

    /// Whether there is a table at all.
    pub(crate) async fn exists(&self) -> Result<bool, LogError> {
        self.delta.verify_deltatable_existence().await.map_err(|source| self.fail(source))
    }

    /// The Delta table, for what only Delta does.
    pub(crate) fn delta(&self) -> &DeltaTable {
        &self.delta
    }

    /// The version that is loaded.
    pub(crate) fn version(&self) -> u64 {
        self.delta.version().unwrap_or(0)
    }

    /// Whether an application transaction was committed.
    pub(crate) async fn holds(&mut self, transaction: &str) -> Result<bool, LogError> {
        match self.version_of(transaction).await {
            // The entries that were read are gone, though no version came: a checkpoint replaces them.
            Err(error) if is_gone(&error) => {
                self.forget()?;
                self.refresh().await?;
                self.version_of(transaction).await
            }
            other => other,
        }
        .map(|version| version.is_some())
        .map_err(|source| self.fail(source))
    }

    async fn version_of(&self, transaction: &str) -> Result<Option<i64>, DeltaTableError> {
        self.delta.snapshot()?.transaction_version(self.delta.log_store().as_ref(), transaction).await
    }

    /// The files of the loaded version, by path.
    pub(crate) fn files(&mut self) -> Result<Arc<Vec<DataFile>>, LogError> {
        if let Some((version, files)) = &self.files
            && *version == self.version()
        {
            return Ok(Arc::clone(files));
        }
        let state = self.delta.snapshot().map_err(|source| self.fail(source))?;
        let data = state.snapshot().try_log_data().map_err(|source| self.fail(source))?;
        let mut files: Vec<_> = data.iter().map(|view| DataFile::from_log(self.table, &self.folder, &view)).collect();
        files.sort_by(|one, other| one.relative.cmp(&other.relative));
        let files = Arc::new(files);
        self.files = Some((self.version(), Arc::clone(&files)));
        Ok(files)
    }

    /// One atomic commit on top of the loaded version; the new version.
    ///
    /// # Errors
    /// [`LogError::Conflict`] if the loaded version is no longer the last one.
    pub(crate) async fn commit(&mut self, commit: Commit) -> Result<u64, LogError> {
        let Commit { actions, operation, transaction, notes } = commit;
        let notes = notes.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect::<HashMap<_, _>>();
        let mut properties = CommitProperties::default()
            .with_max_retries(0)
            .with_create_checkpoint(false)
            .with_cleanup_expired_logs(Some(false))
            .with_metadata(notes);
        if let Some(id) = transaction {
            properties = properties.with_application_transaction(Transaction::new(id, 1));
        }
        let state = self.delta.snapshot().map_err(|source| self.fail(source))?.clone();
        let done = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(&state as &dyn TableReference), self.delta.log_store(), operation)
            .await
            .map_err(|source| self.fail(source))?;
        let version = done.version();
        self.refresh().await?;
        if (version + 1).is_multiple_of(CHECKPOINT_EVERY)
            && let Err(error) = self.checkpoint().await
        {
            tracing::warn!(%error, table = self.table.word(), "no checkpoint was written");
        }
        Ok(version)
    }

    /// Writes a checkpoint of the loaded version.
    pub(crate) async fn checkpoint(&self) -> Result<(), LogError> {
        deltalake_core::checkpoints::create_checkpoint(&self.delta, None).await.map_err(|source| self.fail(source))
    }

    /// Sorts Delta's errors into those a caller can act on.
    pub(crate) fn fail(&self, source: DeltaTableError) -> LogError {
        let table = self.table;
        match source {
            DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::Transaction {
                source: TransactionError::MaxCommitAttempts(_) | TransactionError::CommitConflict(_),
            } => LogError::Conflict { table },
            source if is_disk_full(&source) => LogError::DiskFull { table },
            source => LogError::Delta { table, source: Box::new(source) },
        }
    }
}

/// What one commit carries.
pub(crate) struct Commit {
    /// Files added and removed.
    pub(crate) actions: Vec<Action>,
    /// What Delta's history calls it.
    pub(crate) operation: DeltaOperation,
    /// The application transaction that makes it happen once.
    pub(crate) transaction: Option<String>,
    /// What stands in its commit info.
    pub(crate) notes: Vec<(&'static str, String)>,
}

/// Whether a full disk lies at the bottom of an error.
pub(crate) fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>()
            && (matches!(io.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
                || io.get_ref().is_some_and(|inner| is_disk_full(inner)))
        {
            return true;
        }
        next = error.source();
    }
    false
}

/// Whether an entry of the log was not there any more. Delta's own kinds differ by where it was looked for.
fn is_gone(error: &DeltaTableError) -> bool {
    error.to_string().to_lowercase().contains("not found")
}
