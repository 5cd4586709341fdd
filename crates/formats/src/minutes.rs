//! Minutes of a sensor as a file: CSV of the columns of the minutes table, zstd or plain (S1.26).
//!
//! Nothing in a cell needs quotes. Whoever writes it is a sensor of the house, so a line that does not fit is kept
//! out whole; the others go on. The id of the sensor is for the office alone.

mod row;

use std::fmt::Write as _;
use std::io::Read;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use renkei_core::class::DataClass;
use renkei_core::time::Moment;
use renkei_table::{MINUTE_COLUMNS, Minutes};

use crate::compression::Compression;
use crate::finding::{Code, Finding};
use crate::reader::Quarantined;
use crate::split::{Chunk, Chunks, Fault, Limits, ReadError};
use row::{Of, read};

/// The kind of such a file, as feeds have kinds.
pub const KIND: &str = "sensor/minutes";

/// Rows of a batch.
const ROWS: usize = 1 << 16;

/// The first line: the names of the columns.
pub fn header() -> String {
    let names: Vec<&str> = MINUTE_COLUMNS.iter().map(|column| column.name).collect();
    names.join(",") + "\n"
}

/// Whether a file is one of minutes, by its first bytes, compressed or not.
pub fn is(head: &[u8]) -> bool {
    let header = header();
    let line = Compression::of(head).peek(head, header.len() + 1);
    line.strip_suffix(b"\r\n").unwrap_or(&line).starts_with(header.trim_end().as_bytes())
}

/// Cuts a file of minutes into chunks.
///
/// # Errors
/// When the decoder cannot be set up.
pub fn chunks<R: Read>(head: &[u8], file: R, limits: Limits) -> Result<Chunks<R>, ReadError> {
    Chunks::of_records(Compression::of(head), (None, true), file, limits)
}

/// What a chunk gave: `lines` = rows of `batches` + `quarantined`.
#[derive(Debug, Default)]
pub struct Parsed {
    /// Rows of the minutes table, each batch of one minute, part and sensor.
    pub batches: Vec<RecordBatch>,
    /// What was not as it should be.
    pub findings: Vec<Finding>,
    /// Lines kept out, as they came.
    pub quarantined: Vec<Quarantined>,
    /// Records read, blank lines and header not counted.
    pub lines: u64,
    /// Blank lines.
    pub blank: u64,
}

/// Reads a chunk.
///
/// # Errors
/// Only arrow's, when a chunk holds more text than a batch can.
pub fn parse(chunk: &Chunk) -> Result<Parsed, ArrowError> {
    let mut parsed = Parsed::default();
    let (mut rows, mut of) = (Minutes::default(), None::<Of>);
    let (mut line_no, mut offset, mut at) = (chunk.first_line, chunk.offset, 0);
    for record in &chunk.records {
        let bytes = chunk.bytes.get(at..at + record.length).unwrap_or_default();
        at += record.length;
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (record.fault, line.is_empty()) {
            (None, true) => parsed.blank += 1,
            (None, false) => match read(line) {
                Ok((its, row)) => {
                    if of.as_ref().is_some_and(|of| *of != its) || rows.len() == ROWS {
                        finish(&mut rows, of.take(), &mut parsed.batches)?;
                    }
                    of.get_or_insert(its);
                    rows.push(&row);
                    parsed.lines += 1;
                }
                Err(column) => parsed.keep_out((line_no, offset), Some(column), Code::MinuteRow, bytes),
            },
            (Some(Fault::TooLong), _) => parsed.keep_out((line_no, offset), None, Code::TooLong, bytes),
            (Some(Fault::Cut), _) => parsed.keep_out((line_no, offset), None, Code::CutLine, bytes),
            (Some(Fault::BrokenQuote), _) => parsed.keep_out((line_no, offset), None, Code::BrokenQuote, bytes),
        }
        (line_no, offset) = (line_no + record.lines, offset + record.file_length);
    }
    if chunk.damaged {
        parsed.findings.push(Finding { line: 0, offset, column: None, code: Code::Damaged });
    }
    finish(&mut rows, of, &mut parsed.batches)?;
    Ok(parsed)
}

impl Parsed {
    fn keep_out(&mut self, (line, offset): (u64, u64), column: Option<&str>, code: Code, bytes: &[u8]) {
        self.lines += 1;
        self.findings.push(Finding { line, offset, column: column.map(Into::into), code });
        let class = DataClass::IdentificationByIp;
        self.quarantined.push(Quarantined { line, offset, code, class, bytes: bytes.to_vec() });
    }
}

fn finish(rows: &mut Minutes, of: Option<Of>, batches: &mut Vec<RecordBatch>) -> Result<(), ArrowError> {
    let Some(Of { minute, part, sensor }) = of.filter(|_| !rows.is_empty()) else { return Ok(()) };
    batches.push(rows.finish(minute, part, &sensor)?);
    Ok(())
}

/// The rows are no minutes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rows are not those of the minutes table")]
pub struct RowsError;

/// Appends rows of the minutes table as lines, without a header.
///
/// # Errors
/// [`RowsError`]: columns are missing or of other kinds; nothing whole is written then.
pub fn write(rows: &RecordBatch, out: &mut String) -> Result<(), RowsError> {
    let columns: Vec<Cells<'_>> = MINUTE_COLUMNS
        .iter()
        .map(|column| rows.column_by_name(column.name).and_then(Cells::of).ok_or(RowsError))
        .collect::<Result<_, _>>()?;
    for row in 0..rows.num_rows() {
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            column.write(row, out)?;
        }
        out.push('\n');
    }
    Ok(())
}

/// A column as it is written.
enum Cells<'a> {
    Moment(&'a arrow::array::PrimitiveArray<TimestampMicrosecondType>),
    Int(&'a arrow::array::PrimitiveArray<Int32Type>),
    Long(&'a arrow::array::PrimitiveArray<Int64Type>),
    Text(&'a arrow::array::StringArray),
    Word(&'a arrow::array::PrimitiveArray<Int32Type>, &'a arrow::array::StringArray),
}

impl<'a> Cells<'a> {
    fn of(column: &'a arrow::array::ArrayRef) -> Option<Self> {
        if let Some(words) = column.as_dictionary_opt::<Int32Type>() {
            return Some(Self::Word(words.keys(), words.values().as_string_opt()?));
        }
        let moment = || column.as_primitive_opt::<TimestampMicrosecondType>().map(Self::Moment);
        let int = || column.as_primitive_opt::<Int32Type>().map(Self::Int);
        let long = || column.as_primitive_opt::<Int64Type>().map(Self::Long);
        moment().or_else(int).or_else(long).or_else(|| column.as_string_opt().map(Self::Text))
    }

    fn write(&self, row: usize, out: &mut String) -> Result<(), RowsError> {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Moment(column) => write!(out, "{}", Moment(column.value(row))),
            Self::Int(column) => write!(out, "{}", column.value(row)),
            Self::Long(column) => write!(out, "{}", column.value(row)),
            Self::Text(column) => write!(out, "{}", column.value(row)),
            Self::Word(keys, words) => {
                let place = usize::try_from(keys.value(row)).map_err(|_| RowsError)?;
                if place >= words.len() {
                    return Err(RowsError);
                }
                write!(out, "{}", words.value(place))
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests;
