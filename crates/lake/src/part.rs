//! Writes one Parquet file of a table: encodings, row groups, what the log says about it.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnPath;
use renkei_core::time::{Day, Moment};
use renkei_table::Kind;

use crate::durable::sync_folder;
use crate::file::{Bounds, DataFile};
use crate::table::Table;

/// Rows of a row group: one is encoded in memory before it is written.
const GROUP_ROWS: usize = 1 << 18;
/// Rows of a file.
pub(crate) const FILE_ROWS: u64 = 1 << 20;
/// Partition folder of rows without a day, as Hive names it.
const NO_DAY: &str = "__HIVE_DEFAULT_PARTITION__";

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PartError {
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The writer refuses.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
}

impl PartError {
    /// As an error of the system, whose causes tell whether the disk is full.
    pub(crate) fn into_io(self) -> io::Error {
        match self {
            Self::Io(source) => source,
            Self::Parquet(source) => io::Error::other(source),
        }
    }
}

/// A Parquet file while it is written. Dropped without [`Part::finish`] it leaves an orphan that
/// `lake care` removes.
pub(crate) struct Part {
    table: Table,
    day: Option<Day>,
    relative: String,
    path: PathBuf,
    writer: ArrowWriter<BufWriter<File>>,
    rows: u64,
}

impl Part {
    /// Begins a file in the folder of its day.
    pub(crate) fn create(table: Table, folder: &Path, day: Option<Day>) -> Result<Self, PartError> {
        let day_text = day.map_or_else(|| NO_DAY.to_owned(), |day| day.to_string());
        let partition = format!("{}={day_text}", table.day_column());
        fs::create_dir_all(folder.join(&partition))?;
        let relative = format!("{partition}/part-{}.zstd.parquet", uuid::Uuid::new_v4());
        let path = folder.join(&relative);
        let file = BufWriter::with_capacity(1 << 18, File::create_new(&path)?);
        let options =
            ArrowWriterOptions::new().with_properties(properties(table).clone()).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, table.file_schema(), options)?;
        Ok(Self { table, day, relative, path, writer, rows: 0 })
    }

    /// Where it is written.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds rows; the batch has the columns of [`Table::file_schema`].
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), PartError> {
        self.writer.write(batch)?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Rows so far.
    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes held in memory for the row group in work.
    pub(crate) fn memory(&self) -> usize {
        self.writer.memory_size()
    }

    /// Ends the row group in work, which frees its memory.
    pub(crate) fn flush(&mut self) -> Result<(), PartError> {
        Ok(self.writer.flush()?)
    }

    /// Writes the footer and brings all of it to the disk.
    pub(crate) fn finish(mut self) -> Result<DataFile, PartError> {
        let metadata = self.writer.finish()?;
        let buffer = self.writer.inner_mut();
        buffer.flush()?;
        let file = buffer.get_ref();
        file.sync_all()?;
        let size = file.metadata()?.len();
        if let Some(partition) = self.path.parent() {
            sync_folder(partition)?;
        }
        Ok(DataFile {
            relative: self.relative,
            path: self.path,
            day: self.day,
            size,
            rows: Some(self.rows),
            bounds: bounds(self.table, &metadata),
        })
    }
}

/// How the columns of a table are written. Hashes are left as they are; numbers and moments are
/// packed by difference; words go by dictionary; only measured columns get statistics.
fn properties(table: Table) -> &'static WriterProperties {
    static ALL: LazyLock<HashMap<Table, WriterProperties>> =
        LazyLock::new(|| Table::ALL.into_iter().map(|table| (table, make_properties(table))).collect());
    static DEFAULT: LazyLock<WriterProperties> = LazyLock::new(WriterProperties::default);
    ALL.get(&table).unwrap_or(&DEFAULT)
}

fn make_properties(table: Table) -> WriterProperties {
    let zstd = ZstdLevel::try_new(1).map_or(Compression::UNCOMPRESSED, Compression::ZSTD);
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("renkei ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(zstd)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_write_batch_size(4096)
        .set_dictionary_page_size_limit(1 << 20);
    for column in table.columns() {
        let path = || ColumnPath::from(column.name);
        match (column.name, column.kind) {
            ("line_hi" | "line_lo", _) => {
                builder = builder
                    .set_column_dictionary_enabled(path(), false)
                    .set_column_compression(path(), Compression::UNCOMPRESSED);
            }
            ("dst_port" | "dst_asn" | "src_asn" | "asn", _) => {}
            (_, Kind::Long | Kind::Int | Kind::Moment) => {
                builder = builder
                    .set_column_dictionary_enabled(path(), false)
                    .set_column_encoding(path(), Encoding::DELTA_BINARY_PACKED)
                    .set_column_compression(path(), Compression::UNCOMPRESSED);
            }
            ("event_id" | "extra", _) => builder = builder.set_column_dictionary_enabled(path(), false),
            _ => {}
        }
        if table.measured().contains(&column.name) {
            builder = builder.set_column_statistics_enabled(path(), EnabledStatistics::Chunk);
        }
    }
    builder.build()
}

/// Least, greatest and nulls of the measured columns over all row groups.
fn bounds(table: Table, metadata: &ParquetMetaData) -> BTreeMap<String, Bounds> {
    let mut all = BTreeMap::new();
    for group in metadata.row_groups() {
        for column in group.columns() {
            let name = column.column_descr().name();
            let Some(measured) = table.measured().iter().find(|measured| **measured == name) else { continue };
            let Some(statistics) = column.statistics() else { continue };
            let (least, greatest) = texts(statistics);
            let all_null = least.is_none() && statistics.null_count_opt() == u64::try_from(group.num_rows()).ok();
            let sum = all.entry((*measured).to_owned()).or_insert_with(Sum::default);
            sum.add(least, greatest, statistics.null_count_opt(), all_null);
        }
    }
    all.into_iter().map(|(name, sum)| (name, sum.bounds())).collect()
}

/// Bounds gathered over row groups; a group without bounds makes the whole unknown, unless it
/// holds nulls only.
#[derive(Default)]
struct Sum {
    bounds: Bounds,
    unknown: bool,
}

impl Sum {
    fn add(&mut self, least: Option<String>, greatest: Option<String>, nulls: Option<u64>, all_null: bool) {
        self.unknown |= (least.is_none() || greatest.is_none()) && !all_null;
        let of = |old: Option<String>, new: Option<String>, keep_new: fn(&String, &String) -> bool| match (old, new) {
            (Some(old), Some(new)) => Some(if keep_new(&new, &old) { new } else { old }),
            (old, new) => old.or(new),
        };
        self.bounds.least = of(self.bounds.least.take(), least, |new, old| new < old);
        self.bounds.greatest = of(self.bounds.greatest.take(), greatest, |new, old| new > old);
        self.bounds.nulls = nulls.map(|nulls| nulls + self.bounds.nulls.unwrap_or(0));
    }

    fn bounds(self) -> Bounds {
        if self.unknown { Bounds { nulls: self.bounds.nulls, ..Bounds::default() } } else { self.bounds }
    }
}

/// Minimum and maximum as the log writes them: text as it is, moments in RFC 3339 with always six
/// digits after the second, so that they sort as text too.
fn texts(statistics: &Statistics) -> (Option<String>, Option<String>) {
    let text = |bytes: Option<&[u8]>| bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    match statistics {
        Statistics::ByteArray(_) => (text(statistics.min_bytes_opt()), text(statistics.max_bytes_opt())),
        Statistics::Int64(of) => (of.min_opt().map(|us| rfc3339(*us)), of.max_opt().map(|us| rfc3339(*us))),
        _ => (None, None),
    }
}

fn rfc3339(micros: i64) -> String {
    let whole = Moment(micros - micros.rem_euclid(1_000_000)).to_string();
    format!("{}.{:06}Z", whole.trim_end_matches('Z'), micros.rem_euclid(1_000_000))
}

/// The columns of a batch in the order of a table's files.
pub(crate) fn file_batch(table: Table, batch: &RecordBatch) -> Result<RecordBatch, arrow::error::ArrowError> {
    let schema = table.file_schema();
    let columns = schema.fields().iter().map(|field| {
        let column = batch.column_by_name(field.name()).ok_or_else(|| {
            arrow::error::ArrowError::SchemaError(format!("the batch has no column `{}`", field.name()))
        })?;
        Ok(Arc::clone(column))
    });
    let columns = columns.collect::<Result<Vec<_>, arrow::error::ArrowError>>()?;
    RecordBatch::try_new(schema, columns)
}
