//! Rows as a Parquet file for other programs: apart from the tables, with their columns and types.

use std::io::Write;

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

/// Writes a batch as one Parquet file.
///
/// # Errors
/// When it cannot be encoded or written.
pub fn parquet(batch: &RecordBatch, out: impl Write + Send) -> Result<(), ParquetError> {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3)?);
    let properties = WriterProperties::builder().set_compression(zstd).set_created_by("renkei".to_owned()).build();
    let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    writer.close().map(drop)
}
