//! Cares for the tables: retention, compaction, checkpoint, removal of what nobody refers to.
//!
//! The bytes of removed rows go at once, with the log entries that described them; what is left of
//! them is told in `docs/lake.md`.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use deltalake_core::kernel::Action;
use deltalake_core::protocol::DeltaOperation;
use renkei_core::act::Act;
use renkei_core::id::IntentId;
use renkei_core::time::{Day, Moment};
use renkei_gate::Permit;

use crate::append::modified;
use crate::durable::sync_folder;
use crate::encode::Encoders;
use crate::file::DataFile;
use crate::lake::Lake;
use crate::lock::{KeepLock, WriteLock};
use crate::log::{Commit, Log, LogError, is_disk_full};
use crate::part::{FILE_ROWS, file_batch};
use crate::table::Table;
use crate::view::{Manner, ReadError, each_file_batch, rows_in};

/// Folder of Delta's log inside a table's folder.
pub(crate) const LOG_FOLDER: &str = "_delta_log";

/// Why care was not taken. What was done before stays done; care can be repeated.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The permit is for something else.
    #[error("the permit is for `{}`, not for `{}`", .0.word(), Act::RemoveObservations.word())]
    Permit(Act),
    /// A log cannot be used, or the disk is full.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A table cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file cannot be written or removed.
    #[error("a file of the table `{}` cannot be written or removed: {source}", .table.word())]
    Io {
        /// The table.
        table: Table,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// What care is to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Care {
    /// Joins the small files of a day into few.
    pub compact: bool,
    /// Removes days that are no longer kept; `None`: the office has not decided on a term.
    pub retain: Option<Retention>,
    /// The moment of the act, for the log's entries.
    pub now: Moment,
    /// The intent in the ledger, named in every commit.
    pub intent: IntentId,
}

/// How long rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The first day that is kept; all before is removed, from all tables.
    pub keep_from: Day,
}

/// What care was taken, table by table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CareReport {
    /// In the order of [`Table::ALL`].
    pub tables: Vec<TableCare>,
}

/// What care was taken of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCare {
    /// The table.
    pub table: Table,
    /// Its version afterwards.
    pub version: u64,
    /// Files it has afterwards.
    pub files: u64,
    /// Rows it has afterwards.
    pub rows: u64,
    /// Days that retention removed.
    pub removed_days: u64,
    /// Rows that retention removed.
    pub removed_rows: u64,
    /// Small files that were joined.
    pub joined_files: u64,
    /// Files that were deleted: of removed rows, joined ones, and orphans of appends that ended early.
    pub deleted_files: u64,
    /// Their bytes.
    pub deleted_bytes: u64,
    /// Entries of the log that were deleted.
    pub deleted_log_files: u64,
}

/// Takes care of all tables, each under its lock.
pub(crate) async fn run(lake: &Lake, permit: Permit, care: Care) -> Result<CareReport, CareError> {
    if permit.act() != Act::RemoveObservations {
        return Err(CareError::Permit(permit.act()));
    }
    // Taken first: who waits for the end of a copy holds no table's lock meanwhile.
    let keep = KeepLock::remove(&lake.folder).await;
    let _keep = keep.map_err(|source| CareError::Io { table: Table::Observations, source })?;
    let mut tables = Vec::new();
    for table in Table::ALL {
        let mut log = lake.log_of(table).await;
        let lock = WriteLock::acquire(&lake.table_folder(table)).await;
        let _lock = lock.map_err(|source| CareError::Io { table, source })?;
        log.refresh().await?;
        tables.push(of_table(&mut log, care).await?);
    }
    Ok(CareReport { tables })
}

async fn of_table(log: &mut Log, care: Care) -> Result<TableCare, CareError> {
    let table = log.table;
    let mut report = TableCare {
        table,
        version: 0,
        files: 0,
        rows: 0,
        removed_days: 0,
        removed_rows: 0,
        joined_files: 0,
        deleted_files: 0,
        deleted_bytes: 0,
        deleted_log_files: 0,
    };
    if let Some(retention) = care.retain {
        remove_days(log, care, retention, &mut report).await?;
    }
    if care.compact {
        join_files(log, care, &mut report).await?;
    }
    log.checkpoint().await?;
    let io = |source| CareError::Io { table, source };
    let live: HashSet<PathBuf> = log.files()?.iter().map(|file| file.path.clone()).collect();
    delete_unreferenced(&log.folder, &live, &mut report).map_err(io)?;
    report.deleted_log_files = delete_old_log(&log.folder.join(LOG_FOLDER), log.version()).map_err(io)?;
    let files = log.files()?;
    report.version = log.version();
    report.files = files.len() as u64;
    report.rows = files.iter().map(|file| file.rows.map_or_else(|| rows_in(file), Ok)).sum::<Result<u64, _>>()?;
    Ok(report)
}

/// Retention: one commit takes out every file of the days before.
async fn remove_days(
    log: &mut Log,
    care: Care,
    Retention { keep_from }: Retention,
    report: &mut TableCare,
) -> Result<(), CareError> {
    let table = log.table;
    let files = log.files()?;
    let ended: Vec<&DataFile> = files.iter().filter(|file| file.day.is_some_and(|day| day < keep_from)).collect();
    if ended.is_empty() {
        return Ok(());
    }
    report.removed_days = ended.iter().filter_map(|file| file.day).collect::<HashSet<_>>().len() as u64;
    for file in &ended {
        report.removed_rows += file.rows.map_or_else(|| rows_in(file), Ok)?;
    }
    let removes = ended.iter().map(|file| Action::Remove(file.remove(table, care.now, true)));
    let predicate = format!("{} < '{keep_from}'", table.day_column());
    let commit = Commit {
        actions: removes.collect(),
        operation: DeltaOperation::Delete { predicate: Some(predicate) },
        transaction: None,
        notes: notes(care, "retention"),
    };
    log.commit(commit).await?;
    Ok(())
}

/// Compaction: the small files of a day become few, one commit a day; no row changes.
async fn join_files(log: &mut Log, care: Care, report: &mut TableCare) -> Result<(), CareError> {
    let mut days = BTreeMap::<Option<Day>, Vec<DataFile>>::new();
    for file in log.files()?.iter().filter(|file| file.rows.is_none_or(|rows| rows < FILE_ROWS / 2)) {
        days.entry(file.day).or_default().push(file.clone());
    }
    for files in days.into_values().filter(|files| files.len() > 1) {
        let table = log.table;
        let (mut encoders, joined) = join(log, &files)?;
        let adds = joined.iter().map(|file| Action::Add(file.add(table, modified(file), false)));
        let removes = files.iter().map(|file| Action::Remove(file.remove(table, care.now, false)));
        let commit = Commit {
            actions: adds.chain(removes).collect(),
            operation: DeltaOperation::Optimize { predicate: None, target_size: 0 },
            transaction: None,
            notes: notes(care, "compaction"),
        };
        let done = log.commit(commit).await;
        // After an error nobody knows here whether the new files are referred to; the next care does.
        encoders.keep();
        done?;
        report.joined_files += files.len() as u64;
    }
    Ok(())
}

/// Writes the rows of some files of one day into new ones.
fn join(log: &Log, files: &[DataFile]) -> Result<(Encoders, Vec<DataFile>), CareError> {
    let table = log.table;
    let mut encoders = Encoders::alone(table, &log.folder, Manner::Aside);
    each_file_batch(table, files, &mut |day, batch| {
        encoders.write(day, file_batch(table, batch)?);
        Ok(())
    })?;
    let joined = encoders.finish().map_err(|error| match error.into_io() {
        full if is_disk_full(&full) => LogError::DiskFull { table }.into(),
        source => CareError::Io { table, source },
    })?;
    Ok((encoders, joined))
}

fn notes(care: Care, what: &str) -> Vec<(&'static str, String)> {
    vec![("renkei.intent", care.intent.to_string()), ("renkei.care", what.to_owned())]
}

/// Deletes every file below the table's partitions that the table does not refer to. The lock is
/// held, so none of them is in work.
fn delete_unreferenced(folder: &Path, live: &HashSet<PathBuf>, report: &mut TableCare) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || entry.file_name() == LOG_FOLDER {
            continue;
        }
        let partition = entry.path();
        let mut left = false;
        for file in fs::read_dir(&partition)? {
            let file = file?;
            if live.contains(&file.path()) || !file.file_type()?.is_file() {
                left = true;
                continue;
            }
            report.deleted_bytes += file.metadata()?.len();
            report.deleted_files += 1;
            fs::remove_file(file.path())?;
        }
        if left {
            sync_folder(&partition)?;
        } else {
            fs::remove_dir(&partition)?;
        }
    }
    sync_folder(folder)
}

/// Deletes the log before the checkpoint of `version`: entries and older checkpoints hold minimum
/// and maximum of rows that are gone. Staged entries that were never named go too.
fn delete_old_log(folder: &Path, version: u64) -> io::Result<u64> {
    let mut deleted = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let number = name.split('.').next().and_then(|digits| digits.parse::<u64>().ok());
        let is_old = number.is_some_and(|number| number < version);
        let is_staged = name.contains('#') || name.ends_with(".tmp");
        if entry.file_type()?.is_file() && (is_old || is_staged) {
            fs::remove_file(entry.path())?;
            deleted += 1;
        }
    }
    sync_folder(folder)?;
    Ok(deleted)
}
