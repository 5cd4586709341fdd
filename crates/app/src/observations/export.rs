//! Observations as a file to take along: CSV for people, Parquet for programs (S4.27).
//!
//! Taking rows along is a view of each of them and is in the ledger before the file is. What its sender
//! marked TLP:RED is for the eyes of those it was given to, and is never in a file.

use std::ops::ControlFlow;

use arrow::array::{Array, BooleanArray, RecordBatch};
use arrow::compute::{SortColumn, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use renkei_core::act::Act;
use renkei_core::ledger::Detail;
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::notice::csv::write_field;
use renkei_lake::Filter;

use super::{LookError, query};
use crate::column::Texts;
use crate::office::Office;

/// Rows that one file holds at most; who wants more narrows the question or reads the lake itself.
pub const MOST: u64 = 200_000;

/// What is taken along of each row; `extra` and the columns about the device's make stay.
const COLUMNS: [&str; 25] = [
    "observed_at",
    "zone_basis",
    "kind",
    "src_ip",
    "src_port",
    "protocol",
    "src_asn",
    "src_cc",
    "dst_ip",
    "dst_port",
    "dst_hostname",
    "family",
    "infection",
    "tag",
    "severity",
    "device_key",
    "device_key_basis",
    "tlp",
    "asn",
    "party",
    "has_port",
    "has_time",
    "feed",
    "line_hi",
    "line_lo",
];

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// CSV (RFC 4180), UTF-8, times in UTC.
    Csv,
    /// Parquet, as the lake's own files are.
    Parquet,
}

impl FileFormat {
    /// The format a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// What a file of it ends with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// A file of observations.
#[derive(Debug)]
pub struct Taken {
    /// Rows in it.
    pub rows: u64,
    /// Rows left out, because their sender marked them TLP:RED.
    pub red: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Office {
    /// The observations that match as a file, in the order of time.
    pub async fn take_along(&self, filter: &Filter, format: FileFormat, at: Moment) -> Result<Taken, LookError> {
        let permit = self.ask_for(Act::View, Duty::Analyst, [query(filter)], at).await?;
        let view = self.lake().await?.view().await?;
        let found: u64 = tokio::task::block_in_place(|| view.count(filter, &[]))?.iter().map(|row| row.lines).sum();
        if found > MOST {
            return Err(LookError::TooMany { found, most: MOST });
        }
        let (mut batches, mut red) = (Vec::new(), 0);
        tokio::task::block_in_place(|| {
            view.scan(filter, &COLUMNS, |batch| {
                let open = open(&batch);
                red += (batch.num_rows() - open.true_count()) as u64;
                batches.push(filter_record_batch(&batch, &open));
                ControlFlow::Continue(())
            })
        })?;
        let batches = batches.into_iter().collect::<Result<Vec<_>, _>>()?;
        let sorted = sorted(&batches)?;
        let rows = sorted.as_ref().map_or(0, |batch| batch.num_rows() as u64);
        let mut bytes = Vec::new();
        match (&sorted, format) {
            (Some(batch), FileFormat::Csv) => csv(batch, &mut bytes)?,
            (Some(batch), FileFormat::Parquet) => renkei_lake::parquet(batch, &mut bytes).map_err(LookError::file)?,
            (None, FileFormat::Csv) => head(COLUMNS.iter().copied(), &mut bytes),
            (None, FileFormat::Parquet) => return Err(LookError::Nothing),
        }
        let detail = Detail::new().put("taken", format.suffix()).put("left-out", red);
        self.store.record_view(permit, rows, detail).await?;
        Ok(Taken { rows, red, bytes })
    }
}

/// Which rows may be taken along.
fn open(batch: &RecordBatch) -> BooleanArray {
    let tlp = Texts::of(batch, "tlp");
    (0..batch.num_rows()).map(|row| Some(tlp.get(row) != Some("RED"))).collect()
}

fn sorted(batches: &[RecordBatch]) -> Result<Option<RecordBatch>, LookError> {
    let Some(first) = batches.first() else { return Ok(None) };
    let all = concat_batches(&first.schema(), batches)?;
    let keys = ["observed_at", "line_hi", "line_lo"].into_iter().filter_map(|name| all.column_by_name(name));
    let keys: Vec<SortColumn> = keys.map(|values| SortColumn { values: values.clone(), options: None }).collect();
    let order = lexsort_to_indices(&keys, None)?;
    Ok(Some(take_record_batch(&all, &order)?))
}

fn head<'a>(names: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    out.extend_from_slice(names.collect::<Vec<_>>().join(",").as_bytes());
    out.extend_from_slice(b"\r\n");
}

fn csv(batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), LookError> {
    let schema = batch.schema();
    head(schema.fields().iter().map(|field| field.name().as_str()), out);
    let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.6fZ"));
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        for (place, (cells, column)) in columns.iter().zip(batch.columns()).enumerate() {
            if place > 0 {
                text.push(',');
            }
            if column.is_null(row) {
                continue;
            }
            let value = cells.value(row).to_string();
            // A number is no formula, whatever its sign.
            if column.data_type().is_integer() { text.push_str(&value) } else { write_field(&mut text, &value) }
        }
        text.push_str("\r\n");
    }
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula() {
        let texts = StringArray::from(vec![Some("=SUM(A1)"), Some("a,\"b\""), Some("感染"), None]);
        let numbers = Int64Array::from(vec![Some(-12), None, Some(7), Some(0)]);
        let columns: [(&str, ArrayRef); 2] = [("text", Arc::new(texts)), ("number", Arc::new(numbers))];
        let mut out = Vec::new();
        csv(&RecordBatch::try_from_iter(columns).unwrap(), &mut out).unwrap();
        let expected = "text,number\r\n'=SUM(A1),-12\r\n\"a,\"\"b\"\"\",\r\n感染,7\r\n,0\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
