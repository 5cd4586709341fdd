//! A lake: its folder, its four tables, how it is made and opened.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use deltalake_core::DeltaTableError;
use deltalake_core::protocol::SaveMode;
use renkei_core::id::{CampaignId, Digest, IntentId};
use renkei_gate::Permit;
use tokio::sync::Mutex;

use crate::append::{Append, AppendError, Appended};
use crate::backup::{Kept, PinError, Pinned};
use crate::care::{Care, CareError, CareReport};
use crate::known::Known;
use crate::lock::WriteLock;
use crate::log::{Log, LogError};
use crate::table::{Table, delta_field};
use crate::view::{Manner, ReadError, View};

/// Why a lake cannot be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No lake is there.
    #[error("there is no lake in `{}`", .0.display())]
    Missing(PathBuf),
    /// One is there already.
    #[error("there is a lake in `{}` already", .0.display())]
    Exists(PathBuf),
    /// The folder cannot be used.
    #[error("the folder `{}` cannot be used: {source}", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A table's log cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Four Delta tables in one folder. A handle can be shared; another process may have its own.
pub struct Lake {
    pub(crate) folder: PathBuf,
    logs: [Mutex<Log>; 4],
    pub(crate) manner: Manner,
    known: Known,
}

impl std::fmt::Debug for Lake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lake").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Lake {
    /// Makes a lake in a folder, which is created too.
    ///
    /// # Errors
    /// When there is one already, or the folder cannot be written.
    pub async fn create(folder: &Path) -> Result<Self, OpenError> {
        for table in Table::ALL {
            let log = log_in(folder, table)?;
            if log.exists().await? {
                return Err(OpenError::Exists(folder.to_owned()));
            }
            create_table(&log).await?;
        }
        Self::open(folder).await
    }

    /// Opens a lake. One that an older version made gets the columns it lacks (S4.20), which are
    /// empty for the rows that are there, and the table of minutes.
    ///
    /// # Errors
    /// When there is none, or a log cannot be used.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        let mut logs = Vec::new();
        for table in Table::ALL {
            let is_there = folder.join(table.word()).join("_delta_log").is_dir();
            if !is_there && (table != Table::Minutes || logs.is_empty()) {
                return Err(OpenError::Missing(folder.to_owned()));
            }
            let mut log = log_in(folder, table)?;
            if !is_there {
                add_table(&log).await?;
            }
            log.refresh().await?;
            add_missing_columns(&mut log).await?;
            logs.push(Mutex::new(log));
        }
        let logs = <[Mutex<Log>; 4]>::try_from(logs).map_err(|_| OpenError::Missing(folder.to_owned()))?;
        Ok(Self { folder: folder.to_owned(), logs, manner: Manner::Aside, known: Known::default() })
    }

    /// The same lake, read and written in another manner.
    #[must_use]
    pub const fn worked_in(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// Begins to append the observations of one feed file. Waits while another process writes.
    ///
    /// # Errors
    /// When the log or the lock cannot be used.
    pub async fn begin(&self, feed: Digest) -> Result<Append, AppendError> {
        self.begin_in(Table::Observations, feed_transaction(feed)).await
    }

    /// Begins to append the findings of one feed file.
    ///
    /// # Errors
    /// When the log or the lock cannot be used.
    pub async fn begin_findings(&self, feed: Digest) -> Result<Append, AppendError> {
        self.begin_in(Table::Findings, format!("findings:{feed}")).await
    }

    /// Begins to append the minutes of one file of a sensor.
    ///
    /// # Errors
    /// When the log or the lock cannot be used.
    pub async fn begin_minutes(&self, file: Digest) -> Result<Append, AppendError> {
        self.begin_in(Table::Minutes, feed_transaction(file)).await
    }

    /// Begins to append what one revision of a campaign's plan chose.
    ///
    /// # Errors
    /// When the log or the lock cannot be used.
    pub async fn begin_selections(&self, campaign: CampaignId, revision: u64) -> Result<Append, AppendError> {
        self.begin_in(Table::Selections, format!("selections:{campaign}:{revision}")).await
    }

    /// Appends the findings of one feed file at once.
    ///
    /// # Errors
    /// As [`Append::write`] and [`Append::commit`].
    pub async fn append_findings(
        &self,
        permit: Permit,
        intent: IntentId,
        feed: Digest,
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Result<Appended, AppendError> {
        write_all(self.begin_findings(feed).await?, batches)?.commit(permit, intent).await
    }

    /// Appends what one revision of a campaign's plan chose at once.
    ///
    /// # Errors
    /// As [`Append::write`] and [`Append::commit`].
    pub async fn append_selections(
        &self,
        permit: Permit,
        intent: IntentId,
        (campaign, revision): (CampaignId, u64),
        batches: impl IntoIterator<Item = RecordBatch>,
    ) -> Result<Appended, AppendError> {
        write_all(self.begin_selections(campaign, revision).await?, batches)?.commit(permit, intent).await
    }

    /// Whether the observations of a feed file were committed.
    ///
    /// # Errors
    /// When the log cannot be used.
    pub async fn holds(&self, feed: Digest) -> Result<bool, LogError> {
        self.holds_in(Table::Observations, &feed_transaction(feed)).await
    }

    /// Whether the findings of a feed file were committed.
    ///
    /// # Errors
    /// When the log cannot be used.
    pub async fn holds_findings(&self, feed: Digest) -> Result<bool, LogError> {
        self.holds_in(Table::Findings, &format!("findings:{feed}")).await
    }

    /// Whether the selections of one revision of a campaign's plan were committed.
    ///
    /// # Errors
    /// When the log cannot be used.
    pub async fn holds_selections(&self, campaign: CampaignId, revision: u64) -> Result<bool, LogError> {
        self.holds_in(Table::Selections, &format!("selections:{campaign}:{revision}")).await
    }

    /// The observations as they are now.
    ///
    /// # Errors
    /// When the log cannot be used.
    pub async fn view(&self) -> Result<View, ReadError> {
        self.view_of(Table::Observations).await
    }

    /// What was asked of views of the observations before.
    pub const fn known(&self) -> &Known {
        &self.known
    }

    /// One table as it is now.
    ///
    /// # Errors
    /// When the log cannot be used.
    pub async fn view_of(&self, table: Table) -> Result<View, ReadError> {
        let mut log = self.log(table).lock().await;
        log.refresh().await?;
        Ok(View::new(table, log.version(), log.files()?, self.manner))
    }

    /// Compacts, checkpoints, removes what is no longer kept; see [`Care`].
    ///
    /// # Errors
    /// When the permit is for another act, or a table cannot be read or written.
    pub async fn care(&self, permit: Permit, care: Care) -> Result<CareReport, CareError> {
        crate::care::run(self, permit, care).await
    }

    /// Keeps everything that is in the lake now from being removed, until what this gives is dropped.
    ///
    /// # Errors
    /// When the lock cannot be used.
    pub async fn keep(&self) -> io::Result<Kept> {
        Kept::of(&self.folder).await
    }

    /// The files of each table at a version that holds what was announced and nothing else; see
    /// [`Pinned`]. `known` was asked for after [`Lake::keep`].
    ///
    /// # Errors
    /// When a log cannot be used.
    pub async fn pin(&self, _kept: &Kept, known: &HashSet<IntentId>) -> Result<Vec<Pinned>, PinError> {
        let mut pinned = Vec::new();
        for table in Table::ALL {
            pinned.push(Pinned::of(self.log_of(table).await, known).await?);
        }
        Ok(pinned)
    }

    /// The version of each table as it is now.
    ///
    /// # Errors
    /// When a log cannot be used.
    pub async fn versions(&self) -> Result<Vec<(Table, u64)>, LogError> {
        let mut versions = Vec::new();
        for table in Table::ALL {
            let mut log = self.log(table).lock().await;
            log.refresh().await?;
            versions.push((table, log.version()));
        }
        Ok(versions)
    }

    /// A handle on one table's log of its own.
    pub(crate) async fn log_of(&self, table: Table) -> Log {
        self.log(table).lock().await.clone()
    }

    /// The folder whose lock guards writes to a table.
    pub(crate) fn table_folder(&self, table: Table) -> PathBuf {
        self.folder.join(table.word())
    }

    fn log(&self, table: Table) -> &Mutex<Log> {
        let [observations, findings, selections, minutes] = &self.logs;
        match table {
            Table::Observations => observations,
            Table::Findings => findings,
            Table::Selections => selections,
            Table::Minutes => minutes,
        }
    }

    async fn begin_in(&self, table: Table, transaction: String) -> Result<Append, AppendError> {
        Append::begin(self.log_of(table).await, self.table_folder(table), transaction, self.manner).await
    }

    async fn holds_in(&self, table: Table, transaction: &str) -> Result<bool, LogError> {
        let mut log = self.log(table).lock().await;
        log.refresh().await?;
        log.holds(transaction).await
    }
}

fn feed_transaction(feed: Digest) -> String {
    format!("feed:{feed}")
}

fn write_all(mut append: Append, batches: impl IntoIterator<Item = RecordBatch>) -> Result<Append, AppendError> {
    for batch in batches {
        append.write(&batch)?;
    }
    Ok(append)
}

fn log_in(folder: &Path, table: Table) -> Result<Log, OpenError> {
    let folder = folder.join(table.word());
    fs::create_dir_all(&folder).map_err(|source| OpenError::Folder { folder: folder.clone(), source })?;
    Ok(Log::at(table, &folder)?)
}

/// Version 0 of a table: its columns with comments, its partition, what is measured.
async fn create_table(log: &Log) -> Result<(), LogError> {
    let table = log.table;
    let settings = [
        ("delta.dataSkippingStatsColumns", Some(table.measured().join(","))),
        ("delta.enableExpiredLogCleanup", Some("false".to_owned())),
    ];
    let made = log
        .delta()
        .create()
        .with_table_name(table.word())
        .with_comment(table.comment())
        .with_columns(table.delta_fields())
        .with_partition_columns([table.day_column()])
        .with_configuration(settings)
        .with_save_mode(SaveMode::ErrorIfExists)
        .await;
    made.map(|_| ()).map_err(|source| log.fail(source))
}

/// Makes a table that a lake of an older version lacks, once, whoever else opens it at the same time.
async fn add_table(log: &Log) -> Result<(), LogError> {
    let lock = WriteLock::acquire(&log.folder).await;
    let _lock = lock.map_err(|source| LogError::Io { table: log.table, source })?;
    if log.exists().await? { Ok(()) } else { create_table(log).await }
}

async fn add_missing_columns(log: &mut Log) -> Result<(), OpenError> {
    let table = log.table;
    let missing = |log: &Log| -> Result<Vec<_>, DeltaTableError> {
        let there = log.delta().snapshot()?.schema();
        let columns = table.columns().into_iter().filter(|column| there.field(column.name).is_none());
        Ok(columns.map(|column| delta_field(&column, true)).collect())
    };
    if missing(log).map_err(|source| log.fail(source))?.is_empty() {
        return Ok(());
    }
    let lock = WriteLock::acquire(&log.folder).await;
    let _lock = lock.map_err(|source| LogError::Io { table, source })?;
    log.refresh().await?;
    let fields = missing(log).map_err(|source| log.fail(source))?;
    if !fields.is_empty() {
        let done = log.delta().clone().add_columns().with_fields(fields).await;
        done.map_err(|source| log.fail(source))?;
        log.refresh().await?;
    }
    Ok(())
}
