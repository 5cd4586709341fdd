//! Appends one feed, one campaign's selections, or one feed's findings: all of it, once, or nothing.
//!
//! How it stays so is told in `docs/decisions/0002-append-protocol.md`: files first (nobody refers
//! to them yet), brought to the disk, then one commit that names them, the application transaction
//! that makes it happen once, and the intent from the ledger.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::PathBuf;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, RecordBatch, UInt32Array};
use arrow::compute::{filter_record_batch, take_record_batch};
use arrow::datatypes::{Date32Type, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use deltalake_core::kernel::Action;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use renkei_core::act::Act;
use renkei_core::id::IntentId;
use renkei_core::time::{Day, Moment};
use renkei_gate::Permit;

use crate::encode::Encoders;
use crate::file::DataFile;
use crate::keys::{LineKeys, key};
use crate::lock::WriteLock;
use crate::log::{Commit, Log, LogError, is_disk_full};
use crate::part::{PartError, file_batch};
use crate::table::Table;
use crate::view::{Manner, ReadError, read_keys};

/// How often a commit is tried again when another program commits first.
const TRIES: usize = 8;

/// Why an append did not happen. Whatever the reason, the table is as it was, but for
/// [`AppendError::Uncertain`].
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The permit is for something else.
    #[error("the permit is for `{}`, not for `{}`", .given.word(), .needed.word())]
    Permit {
        /// What was permitted.
        given: Act,
        /// What was to be done.
        needed: Act,
    },
    /// A batch lacks columns or has others.
    #[error("the batch does not fit the table `{}`: {source}", .table.word())]
    Shape {
        /// The table.
        table: Table,
        /// What arrow says.
        #[source]
        source: ArrowError,
    },
    /// Files cannot be written.
    #[error("a file of the table `{}` cannot be written: {source}", .table.word())]
    Write {
        /// The table.
        table: Table,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// What is already there cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The log cannot be used, the disk is full, or others commit without end.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The commit was begun and nobody can say whether it happened: ask [`crate::Lake::holds`] later.
    #[error("it is not known whether the table `{}` took the rows: {source}", .table.word())]
    Uncertain {
        /// The table.
        table: Table,
        /// What went wrong.
        #[source]
        source: LogError,
    },
}

/// What became of the rows of one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Rows that the commit will add.
    pub stored: u64,
    /// Rows that are in the lake already, or came earlier in this append.
    pub duplicates: u64,
}

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The rows are in the table.
    Added {
        /// The version of the table that has them.
        version: u64,
        /// Rows added.
        stored: u64,
        /// Rows left out because the lake has them.
        duplicates: u64,
    },
    /// The very same append was committed earlier; nothing was added.
    AlreadyThere,
}

/// An append in work. Holds the table's write lock; dropped without a commit it removes its files.
pub struct Append {
    log: Log,
    transaction: String,
    already_there: bool,
    encoders: Encoders,
    known: Known,
    written: Written,
    failed: bool,
    manner: Manner,
    _lock: WriteLock,
}

/// Which lines the table is known to have.
struct Known {
    keys: LineKeys,
    files: std::sync::Arc<Vec<DataFile>>,
    days: HashSet<Option<Day>>,
    timeless: bool,
}

impl Append {
    /// Takes the lock, loads the log, looks whether the transaction is there already.
    pub(crate) async fn begin(
        mut log: Log,
        lock_folder: PathBuf,
        transaction: String,
        manner: Manner,
    ) -> Result<Self, AppendError> {
        let table = log.table;
        let lock = WriteLock::acquire(&lock_folder).await.map_err(|source| AppendError::Write { table, source })?;
        log.refresh().await?;
        let already_there = log.holds(&transaction).await?;
        let files = log.files()?;
        let encoders = Encoders::start(table, &log.folder, manner);
        let known = Known { keys: LineKeys::new(), files, days: HashSet::new(), timeless: false };
        Ok(Self {
            log,
            transaction,
            already_there,
            encoders,
            known,
            written: Written::default(),
            failed: false,
            manner,
            _lock: lock,
        })
    }

    /// Whether the very same append was committed earlier: the caller can stop reading its file.
    pub const fn is_already_there(&self) -> bool {
        self.already_there
    }

    /// Takes rows in. Blocks while the encoding threads are behind.
    ///
    /// # Errors
    /// When the batch does not fit, what is there cannot be read, or files cannot be written.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<Written, AppendError> {
        let rows = batch.num_rows() as u64;
        if self.already_there {
            return Ok(Written { stored: 0, duplicates: rows });
        }
        let table = self.log.table;
        let shape = |source| AppendError::Shape { table, source };
        let days = days_of(table, batch).map_err(shape)?;
        let mut content = file_batch(table, batch).map_err(shape)?;
        let mut days = days;
        if table.has_unique_lines()
            && let Some(new) = self.known.mark_new(table, batch, &days)?
        {
            content = filter_record_batch(&content, &new).map_err(shape)?;
            days = arrow::compute::filter(&days, &new).map_err(shape)?.as_primitive::<Date32Type>().clone();
        }
        let stored = content.num_rows() as u64;
        for (day, part) in split(&content, &days).map_err(shape)? {
            if !self.encoders.write(day, part) {
                self.failed = true;
                return Err(self.encoding_error());
            }
        }
        let written = Written { stored, duplicates: rows - stored };
        self.written.stored += written.stored;
        self.written.duplicates += written.duplicates;
        Ok(written)
    }

    /// Commits all that was written, under the intent of the ledger.
    ///
    /// # Errors
    /// When the permit is for another act, the disk is full, or the log cannot be used.
    pub async fn commit(mut self, permit: Permit, intent: IntentId) -> Result<Appended, AppendError> {
        let table = self.log.table;
        let needed = needed_act(table);
        if permit.act() != needed {
            return Err(AppendError::Permit { given: permit.act(), needed });
        }
        if self.already_there {
            return Ok(Appended::AlreadyThere);
        }
        if self.failed {
            return Err(self.encoding_error());
        }
        let mut files = self.encoders.finish().map_err(|error| write_error(table, error))?;
        for _ in 0..TRIES {
            let commit = self.commit_of(&files, intent);
            let error = match self.log.commit(commit).await {
                Ok(version) => return Ok(self.added(version)),
                Err(error) => error,
            };
            // The entry may have its name already although an error came back.
            let state = match self.log.refresh().await {
                Ok(()) => self.log.holds(&self.transaction).await,
                Err(error) => Err(error),
            };
            match state {
                Ok(true) => return Ok(self.found(&files)?),
                Ok(false) if matches!(error, LogError::Conflict { .. }) => files = self.without_foreign(files)?,
                Ok(false) => return Err(error.into()),
                Err(source) => {
                    self.encoders.keep();
                    return Err(AppendError::Uncertain { table, source });
                }
            }
        }
        Err(LogError::Conflict { table }.into())
    }

    fn added(&mut self, version: u64) -> Appended {
        self.encoders.keep();
        Appended::Added { version, stored: self.written.stored, duplicates: self.written.duplicates }
    }

    /// The transaction is in the log: by this append if its files are, else by another.
    fn found(&mut self, ours: &[DataFile]) -> Result<Appended, LogError> {
        let live = self.log.files()?;
        let is_live = |file: &DataFile| live.iter().any(|live| live.relative == file.relative);
        let version = self.log.version();
        Ok(if ours.iter().all(is_live) { self.added(version) } else { Appended::AlreadyThere })
    }

    fn commit_of(&self, files: &[DataFile], intent: IntentId) -> Commit {
        let table = self.log.table;
        let adds = files.iter().map(|file| Action::Add(file.add(table, modified(file), true)));
        Commit {
            actions: adds.collect(),
            operation: DeltaOperation::Write {
                mode: SaveMode::Append,
                partition_by: Some(vec![table.day_column().to_owned()]),
                predicate: None,
            },
            transaction: Some(self.transaction.clone()),
            notes: vec![("renkei.intent", intent.to_string()), ("renkei.append", self.transaction.clone())],
        }
    }

    /// Another program committed rows meanwhile: leaves out of ours what is there now.
    fn without_foreign(&mut self, ours: Vec<DataFile>) -> Result<Vec<DataFile>, AppendError> {
        let table = self.log.table;
        let live = self.log.files()?;
        let before: HashSet<_> = self.known.files.iter().map(|file| file.relative.clone()).collect();
        let foreign: Vec<_> = live.iter().filter(|file| !before.contains(&file.relative)).cloned().collect();
        self.known.files = live;
        if !table.has_unique_lines() || foreign.is_empty() {
            return Ok(ours);
        }
        let mut theirs = LineKeys::new();
        read_keys(&foreign, false, &mut |key| _ = theirs.insert(key))?;
        let mut clash = 0u64;
        read_keys(&ours, false, &mut |key| clash += u64::from(theirs.contains(key)))?;
        if clash == 0 {
            return Ok(ours);
        }
        let mut again = Encoders::start(table, &self.log.folder, self.manner);
        crate::view::each_file_batch(table, &ours, &mut |day, batch| {
            let new = new_rows(batch, |key| !theirs.contains(key));
            let kept = filter_record_batch(batch, &new).map_err(ReadError::Arrow)?;
            again.write(day, kept);
            Ok(())
        })?;
        let files = again.finish().map_err(|error| write_error(table, error))?;
        self.encoders = again;
        self.written.stored -= clash;
        self.written.duplicates += clash;
        Ok(files)
    }

    /// Why the encoding threads stopped; the files are gone afterwards.
    fn encoding_error(&mut self) -> AppendError {
        let table = self.log.table;
        let error = self.encoders.finish().err();
        self.encoders.discard();
        let error = error.unwrap_or_else(|| io::Error::other("an earlier write failed").into());
        write_error(table, error)
    }
}

impl Known {
    /// Which rows of a batch are new; `None`: all of them.
    fn mark_new(
        &mut self,
        table: Table,
        batch: &RecordBatch,
        days: &Date32Array,
    ) -> Result<Option<BooleanArray>, ReadError> {
        self.load_days(days)?;
        if column(batch, "observed_at").is_some_and(|at| at.null_count() > 0) {
            self.load_timeless()?;
        }
        debug_assert!(table.has_unique_lines());
        let keys = &mut self.keys;
        let new = new_rows(batch, |key| keys.insert(key));
        Ok((new.true_count() < new.len()).then_some(new))
    }

    fn load_days(&mut self, days: &Date32Array) -> Result<(), ReadError> {
        let mut last = None;
        for row in 0..days.len() {
            let day = (!days.is_null(row)).then(|| Day(days.value(row)));
            if last != Some(day) && self.days.insert(day) {
                let files: Vec<_> = self.files.iter().filter(|file| file.day == day).cloned().collect();
                let keys = &mut self.keys;
                read_keys(&files, false, &mut |key| _ = keys.insert(key))?;
            }
            last = Some(day);
        }
        Ok(())
    }

    /// A line without a time lies on the day of its file, which another file with the same line may
    /// not share: such lines are looked for on every day.
    fn load_timeless(&mut self) -> Result<(), ReadError> {
        if std::mem::replace(&mut self.timeless, true) {
            return Ok(());
        }
        let may_have = |file: &&DataFile| file.bounds.get("observed_at").and_then(|at| at.nulls) != Some(0);
        let files: Vec<_> = self.files.iter().filter(may_have).cloned().collect();
        let keys = &mut self.keys;
        read_keys(&files, true, &mut |key| _ = keys.insert(key))
    }
}

/// What must be permitted for rows to enter a table.
const fn needed_act(table: Table) -> Act {
    match table {
        Table::Observations | Table::Findings | Table::Minutes => Act::Ingest,
        Table::Selections => Act::Plan,
    }
}

fn write_error(table: Table, error: PartError) -> AppendError {
    let source = error.into_io();
    if is_disk_full(&source) { LogError::DiskFull { table }.into() } else { AppendError::Write { table, source } }
}

/// When a file was written, as its file system says: this crate asks no clock.
pub(crate) fn modified(file: &DataFile) -> Moment {
    let since = std::fs::metadata(&file.path)
        .and_then(|metadata| metadata.modified())
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    Moment(since.and_then(|since| i64::try_from(since.as_micros()).ok()).unwrap_or(0))
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a ArrayRef> {
    batch.column_by_name(name)
}

/// The day of each row.
fn days_of(table: Table, batch: &RecordBatch) -> Result<Date32Array, ArrowError> {
    if let Some(days) = column(batch, table.day_column()).and_then(|days| days.as_primitive_opt::<Date32Type>()) {
        return Ok(days.clone());
    }
    let missing = || ArrowError::SchemaError(format!("the batch has no column `{}`", table.day_column()));
    let at = table.day_from().and_then(|name| column(batch, name)).ok_or_else(missing)?;
    let at = at.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(missing)?;
    Ok(at.unary(|micros| Moment(micros).day().0))
}

/// Asks for each row whether it is wanted, by its key; a row without a key is.
fn new_rows(batch: &RecordBatch, mut wanted: impl FnMut(u128) -> bool) -> BooleanArray {
    let half = |name| column(batch, name).and_then(|half| half.as_primitive_opt::<Int64Type>());
    match (half("line_hi"), half("line_lo")) {
        (Some(high), Some(low)) => {
            let keys = high.values().iter().zip(low.values());
            keys.map(|(high, low)| wanted(key(*high, *low))).collect::<Vec<_>>().into()
        }
        _ => vec![true; batch.num_rows()].into(),
    }
}

/// Splits rows by day; one day alone, the usual case, is not copied.
fn split(batch: &RecordBatch, days: &Date32Array) -> Result<Vec<(Option<Day>, RecordBatch)>, ArrowError> {
    if batch.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let day_of = |row: usize| (!days.is_null(row)).then(|| Day(days.value(row)));
    let first = day_of(0);
    if (1..days.len()).all(|row| day_of(row) == first) {
        return Ok(vec![(first, batch.clone())]);
    }
    let mut rows = BTreeMap::<Option<Day>, Vec<u32>>::new();
    for row in 0..days.len() {
        rows.entry(day_of(row)).or_default().push(u32::try_from(row).unwrap_or(u32::MAX));
    }
    rows.into_iter().map(|(day, rows)| Ok((day, take_record_batch(batch, &UInt32Array::from(rows))?))).collect()
}
