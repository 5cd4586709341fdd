//! Reads a table as it was at one moment: in parallel, only what is asked for.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, AsArray, Date32Array, RecordBatch, new_null_array};
use arrow::datatypes::{Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowFilter,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;
use renkei_core::time::Day;

use crate::file::DataFile;
use crate::filter::{Filter, SelectionFilter, Test, Tests};
use crate::keys::key;
use crate::log::LogError;
use crate::mask::mask;
use crate::table::{Table, is_dictionary};

/// Rows of a batch that is read.
const BATCH_ROWS: usize = 1 << 14;

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The table has no such column.
    #[error("the table `{}` has no column `{column}`", .table.word())]
    Column {
        /// The table.
        table: Table,
        /// What was asked for.
        column: String,
    },
    /// A file was removed while the table was read (care by another process): read again.
    #[error("the file `{0}` was removed while the table was read; read again")]
    Gone(String),
    /// A file cannot be reached.
    #[error("the file `{file}` cannot be read: {source}")]
    Io {
        /// The file, below the table's folder.
        file: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A file is damaged.
    #[error("the file `{file}` is damaged: {source}")]
    Damaged {
        /// The file, below the table's folder.
        file: String,
        /// What the reader says.
        #[source]
        source: ParquetError,
    },
    /// Columns do not have the types they should.
    #[error("a column has another type than it should: {0}")]
    Arrow(#[from] ArrowError),
    /// The log cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// A table at one moment: what is committed later does not show.
#[derive(Debug, Clone)]
pub struct View {
    pub(crate) table: Table,
    version: u64,
    pub(crate) files: Arc<Vec<DataFile>>,
    pub(crate) manner: Manner,
}

/// How threads that read stand back from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Manner {
    /// By ten steps of priority: somebody waits for just this answer.
    Aside,
    /// By the scheduler's idle policy, where it is known: they are put off the moment anybody else can run, because
    /// the same process has people to answer. On a machine that is never idle they hardly come forward.
    Behind,
}

impl View {
    pub(crate) const fn new(table: Table, version: u64, files: Arc<Vec<DataFile>>, manner: Manner) -> Self {
        Self { table, version, files, manner }
    }

    /// The version of the table.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Number of rows, from the log alone where whoever wrote the files said it.
    ///
    /// # Errors
    /// When a file that must be asked cannot be read.
    pub fn rows(&self) -> Result<u64, ReadError> {
        self.files.iter().map(|file| file.rows.map_or_else(|| rows_in(file), Ok)).sum()
    }

    /// Hands the rows of the observations that match to `each`, some thousand at a time, in no
    /// order; `Break` ends early. Reads with as many threads as there are cores.
    ///
    /// # Errors
    /// When a column is unknown or a file cannot be read.
    pub fn scan(
        &self,
        filter: &Filter,
        columns: &[&str],
        each: impl FnMut(RecordBatch) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        self.scan_tests(&filter.into(), columns, each)
    }

    /// As [`View::scan`], of a view of the selections.
    ///
    /// # Errors
    /// When a column is unknown or a file cannot be read.
    pub fn scan_selections(
        &self,
        filter: &SelectionFilter,
        columns: &[&str],
        each: impl FnMut(RecordBatch) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        self.scan_tests(&filter.into(), columns, each)
    }

    /// Folds the observations that match on all cores: each thread makes a state, takes its batches
    /// into it, and the states come back for the caller to merge. The fast way to sum things up.
    ///
    /// # Errors
    /// When a column is unknown or a file cannot be read.
    pub fn fold<S: Send>(
        &self,
        filter: &Filter,
        columns: &[&str],
        make: impl Fn() -> S + Sync,
        step: impl Fn(&mut S, &RecordBatch) + Sync,
    ) -> Result<Vec<S>, ReadError> {
        self.fold_tests(&filter.into(), columns, make, |state, batch| {
            step(state, batch);
            ControlFlow::Continue(())
        })
    }

    /// As [`View::fold`], of a view of the selections.
    ///
    /// # Errors
    /// When a column is unknown or a file cannot be read.
    pub fn fold_selections<S: Send>(
        &self,
        filter: &SelectionFilter,
        columns: &[&str],
        make: impl Fn() -> S + Sync,
        step: impl Fn(&mut S, &RecordBatch) + Sync,
    ) -> Result<Vec<S>, ReadError> {
        self.fold_tests(&filter.into(), columns, make, |state, batch| {
            step(state, batch);
            ControlFlow::Continue(())
        })
    }

    pub(crate) fn scan_tests(
        &self,
        tests: &Tests,
        columns: &[&str],
        mut each: impl FnMut(RecordBatch) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(2 * threads());
            let reading = scope.spawn(move || {
                let send = |sender: &mut std::sync::mpsc::SyncSender<RecordBatch>, batch: &RecordBatch| {
                    if sender.send(batch.clone()).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                };
                self.fold_tests(tests, columns, || sender.clone(), send).map(|_| ())
            });
            for batch in &receiver {
                if each(batch).is_break() {
                    break;
                }
            }
            drop(receiver);
            reading.join().unwrap_or_else(|_| Err(lost_thread()))
        })
    }

    pub(crate) fn fold_tests<S: Send>(
        &self,
        tests: &Tests,
        columns: &[&str],
        make: impl Fn() -> S + Sync,
        step: impl Fn(&mut S, &RecordBatch) -> ControlFlow<()> + Sync,
    ) -> Result<Vec<S>, ReadError> {
        let plan = Plan::new(self.table, tests, columns)?;
        let files: Vec<&DataFile> = self.files.iter().filter(|file| tests.may_hold(file)).collect();
        let units = in_parallel(self.manner, &files, Vec::new, |units: &mut Vec<Unit<'_>>, file| {
            units.extend(plan.units(file)?);
            Ok(ControlFlow::Continue(()))
        })?;
        let mut units: Vec<_> = units.into_iter().flatten().collect();
        units.sort_by(|one, other| (&one.file.relative, one.group).cmp(&(&other.file.relative, other.group)));
        in_parallel(self.manner, &units, make, |state, unit| plan.read(unit, &mut |batch| step(state, batch)))
    }
}

/// What to read of each file.
struct Plan<'a> {
    table: Table,
    tests: &'a [Test],
    out: SchemaRef,
}

/// One row group of one file.
struct Unit<'a> {
    file: &'a DataFile,
    metadata: ArrowReaderMetadata,
    group: usize,
}

impl<'a> Plan<'a> {
    fn new(table: Table, tests: &'a Tests, columns: &[&str]) -> Result<Self, ReadError> {
        let fields = columns.iter().map(|name| {
            let unknown = || ReadError::Column { table, column: (*name).to_owned() };
            table.read_field(name).ok_or_else(unknown)
        });
        let out = Arc::new(Schema::new(fields.collect::<Result<Vec<_>, _>>()?));
        Ok(Self { table, tests: &tests.tests, out })
    }

    /// The row groups of a file that may hold rows that are asked for.
    fn units<'f>(&self, file: &'f DataFile) -> Result<Vec<Unit<'f>>, ReadError> {
        let metadata = load(self.table, file)?;
        let groups = metadata.metadata().row_groups().iter().enumerate();
        let wanted = groups.filter(|(_, group)| self.tests.iter().all(|test| group_may_hold(test, group)));
        Ok(wanted.map(|(group, _)| Unit { file, metadata: metadata.clone(), group }).collect())
    }

    fn read(
        &self,
        unit: &Unit<'_>,
        each: &mut dyn FnMut(&RecordBatch) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, ReadError> {
        let damaged = |source| ReadError::Damaged { file: unit.file.relative.clone(), source };
        let schema = unit.metadata.schema();
        let leaves = |names: &mut dyn Iterator<Item = &str>| {
            let places: Vec<_> = names.filter_map(|name| schema.index_of(name).ok()).collect();
            ProjectionMask::leaves(unit.metadata.parquet_schema(), places)
        };
        let wanted = leaves(&mut self.out.fields().iter().map(|field| field.name().as_str()));
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(open(unit.file)?, unit.metadata.clone())
            .with_batch_size(BATCH_ROWS)
            .with_row_groups(vec![unit.group])
            .with_projection(wanted);
        if !self.tests.is_empty() {
            let tests = self.tests.to_vec();
            let looked_at = leaves(&mut self.tests.iter().flat_map(Test::columns).copied());
            let predicate = ArrowPredicateFn::new(looked_at, move |batch| mask(&tests, &batch));
            builder = builder.with_row_filter(RowFilter::new(vec![Box::new(predicate)]));
        }
        for batch in builder.build().map_err(damaged)? {
            let batch = self.shape(&batch?, unit.file.day)?;
            if batch.num_rows() > 0 && each(&batch).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The columns that were asked for, in their order; the partition from the file's name, what an
    /// older file lacks as nulls.
    fn shape(&self, batch: &RecordBatch, day: Option<Day>) -> Result<RecordBatch, ReadError> {
        let rows = batch.num_rows();
        let columns = self.out.fields().iter().map(|field| -> ArrayRef {
            if field.name() == self.table.day_column() {
                return Arc::new(Date32Array::from(vec![day.map(|day| day.0); rows]));
            }
            match batch.column_by_name(field.name()) {
                Some(column) => Arc::clone(column),
                None => new_null_array(field.data_type(), rows),
            }
        });
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.out), columns.collect(), &options)?)
    }
}

/// Reads the keys of the lines in some files; with `timeless`, only of lines without a moment.
pub(crate) fn read_keys(files: &[DataFile], timeless: bool, each: &mut dyn FnMut(u128)) -> Result<(), ReadError> {
    let tests =
        Tests { tests: if timeless { vec![Test::IsNull("observed_at")] } else { Vec::new() }, ..Tests::default() };
    let plan = Plan::new(Table::Observations, &tests, &["line_hi", "line_lo"])?;
    for file in files {
        for unit in plan.units(file)? {
            let _ = plan.read(&unit, &mut |batch| {
                let half = |at: usize| batch.columns().get(at).and_then(|half| half.as_primitive_opt::<Int64Type>());
                if let (Some(high), Some(low)) = (half(0), half(1)) {
                    high.values().iter().zip(low.values()).for_each(|(high, low)| each(key(*high, *low)));
                }
                ControlFlow::Continue(())
            })?;
        }
    }
    Ok(())
}

/// Is given the batches of one day after the other.
type EachBatch<'a> = dyn FnMut(Option<Day>, &RecordBatch) -> Result<(), ReadError> + 'a;

/// Hands every batch of some files to `each`, with all columns that a file of the table has.
pub(crate) fn each_file_batch(table: Table, files: &[DataFile], each: &mut EachBatch<'_>) -> Result<(), ReadError> {
    let tests = Tests::default();
    let schema = table.file_schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let plan = Plan::new(table, &tests, &names)?;
    for file in files {
        for unit in plan.units(file)? {
            let mut result = Ok(());
            let _ = plan.read(&unit, &mut |batch| {
                result = each(file.day, batch);
                if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            result?;
        }
    }
    Ok(())
}

/// Number of rows in a file, from its footer.
pub(crate) fn rows_in(file: &DataFile) -> Result<u64, ReadError> {
    let metadata = load(Table::Observations, file)?;
    Ok(u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0))
}

/// Threads that read.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// How far threads that read stand back: somebody may be waiting for a page from the same process.
const NICE: i32 = 10;

/// Lets this thread stand back, and those that it starts; it should end with the work. Where the system does not allow it
/// nothing is lost but the others' patience.
pub fn stand_back(manner: Manner) {
    let _ = rustix::process::nice(NICE);
    #[cfg(target_os = "linux")]
    if manner == Manner::Behind {
        use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, unix};
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        let _ = unix::set_thread_priority_and_policy(unix::thread_native_id(), ThreadPriority::Min, idle);
    }
}

/// Works on items with all cores; each thread has a state of its own. The first error ends all.
fn in_parallel<T: Sync, S: Send>(
    manner: Manner,
    items: &[T],
    make: impl Fn() -> S + Sync,
    step: impl Fn(&mut S, &T) -> Result<ControlFlow<()>, ReadError> + Sync,
) -> Result<Vec<S>, ReadError> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let error = Mutex::new(None);
    let work = || {
        stand_back(manner);
        let mut state = make();
        while !stop.load(Ordering::Relaxed) {
            let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            match step(&mut state, item) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => stop.store(true, Ordering::Relaxed),
                Err(problem) => {
                    stop.store(true, Ordering::Relaxed);
                    error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(problem);
                }
            }
        }
        state
    };
    let states = std::thread::scope(|scope| {
        // Each on a thread of its own, so that who asks keeps its priority.
        let threads: Vec<_> = (0..threads().min(items.len()).max(1)).map(|_| scope.spawn(work)).collect();
        let states = threads.into_iter().map(|thread| thread.join().map_err(|_| lost_thread()));
        states.collect::<Result<Vec<S>, ReadError>>()
    })?;
    match error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(states),
    }
}

fn lost_thread() -> ReadError {
    ArrowError::ComputeError("a reading thread ended early".to_owned()).into()
}

fn open(file: &DataFile) -> Result<File, ReadError> {
    File::open(&file.path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => ReadError::Gone(file.relative.clone()),
        _ => ReadError::Io { file: file.relative.clone(), source },
    })
}

/// The footer of a file; words come back as dictionaries, as they were when they were written.
fn load(table: Table, file: &DataFile) -> Result<ArrowReaderMetadata, ReadError> {
    let damaged = |source| ReadError::Damaged { file: file.relative.clone(), source };
    let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::load(&open(file)?, options()).map_err(damaged)?;
    let fields = plain.schema().fields().iter().map(|field| match table.read_field(field.name()) {
        Some(wanted) if is_dictionary(wanted.data_type()) => {
            Field::new(field.name(), wanted.data_type().clone(), field.is_nullable())
        }
        _ => field.as_ref().clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options().with_schema(schema)).map_err(damaged)
}

/// Whether a row group may hold rows that pass a test, by its statistics.
fn group_may_hold(test: &Test, group: &RowGroupMetaData) -> bool {
    let statistics = |name: &str| {
        let column = group.columns().iter().find(|column| column.column_descr().name() == name)?;
        column.statistics()
    };
    match test {
        Test::Between(name, from, until) => match statistics(name) {
            Some(Statistics::Int64(of)) => {
                until.is_none_or(|until| of.min_opt().is_none_or(|least| *least < until))
                    && from.is_none_or(|from| of.max_opt().is_none_or(|greatest| from <= *greatest))
            }
            _ => true,
        },
        Test::Is(name, text) => statistics(name).is_none_or(|of| {
            of.min_bytes_opt().is_none_or(|least| least <= text.as_bytes())
                && of.max_bytes_opt().is_none_or(|greatest| text.as_bytes() <= greatest)
        }),
        Test::IsNull(name) => statistics(name).is_none_or(|of| of.null_count_opt() != Some(0)),
        _ => true,
    }
}
