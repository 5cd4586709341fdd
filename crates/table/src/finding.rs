//! The findings table: where a feed file was not as it should be, never what stood there.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Int64Builder, RecordBatch, TimestampMicrosecondBuilder};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use renkei_core::id::Digest;
use renkei_core::time::Moment;

use crate::column::{Column, Kind, schema_of};
use crate::word::Words;

const fn of(name: &'static str, kind: Kind, nullable: bool, unit: &'static str, doc: &'static str) -> Column {
    Column { name, kind, nullable, unit, source: "made", doc }
}

/// Every column of the findings table, in its order.
pub const FINDING_COLUMNS: &[Column] = &[
    of("feed", Kind::Word, false, "SHA-256, hex", "digest of the feed file as it came"),
    of("line_no", Kind::Long, false, "1 is the first", "line in which the record begins; 0: the file as a whole"),
    of("byte_offset", Kind::Long, false, "bytes, 0 is the first", "offset of the record in the decompressed file"),
    of("column", Kind::Word, true, "name, or # and position", "column concerned"),
    of("code", Kind::Word, false, "R and three digits", "code of the finding; the catalogue explains it"),
    of("found_at", Kind::Moment, false, "µs UTC", "when the file was read"),
];

/// The arrow schema of findings.
pub fn findings_schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema_of(FINDING_COLUMNS));
    SCHEMA.clone()
}

/// Collects findings of one feed file.
#[derive(Debug)]
pub struct Findings {
    feed: String,
    found_at: Moment,
    line_no: Int64Builder,
    byte_offset: Int64Builder,
    column: Words,
    code: Words,
}

impl Findings {
    /// For the feed file of this digest, read at this moment.
    pub fn new(feed: Digest, found_at: Moment) -> Self {
        Self {
            feed: feed.to_string(),
            found_at,
            line_no: Int64Builder::new(),
            byte_offset: Int64Builder::new(),
            column: Words::default(),
            code: Words::default(),
        }
    }

    /// Adds one.
    pub fn push(&mut self, line_no: u64, byte_offset: u64, column: Option<&str>, code: &str) {
        self.line_no.append_value(i64::try_from(line_no).unwrap_or(i64::MAX));
        self.byte_offset.append_value(i64::try_from(byte_offset).unwrap_or(i64::MAX));
        self.column.push(column);
        self.code.push(Some(code));
    }

    /// Number of findings so far.
    pub fn len(&self) -> usize {
        self.code.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.code.is_empty()
    }

    /// The batch of all so far; the collector is empty afterwards.
    ///
    /// # Errors
    /// Arrow's, when columns do not fit the schema; a mistake of this crate.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let rows = self.len();
        let mut feed = Words::default();
        feed.push_many(Some(&self.feed), rows);
        let mut found_at = TimestampMicrosecondBuilder::new().with_timezone("UTC");
        found_at.append_value_n(self.found_at.0, rows);
        let columns: Vec<ArrayRef> = vec![
            feed.finish(),
            Arc::new(self.line_no.finish()),
            Arc::new(self.byte_offset.finish()),
            self.column.finish(),
            self.code.finish(),
            Arc::new(found_at.finish()),
        ];
        RecordBatch::try_new(findings_schema(), columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_fits_its_schema() {
        let mut findings = Findings::new(Digest::of(b""), Moment(0));
        findings.push(2, 90, Some("dst_ip"), "R020");
        findings.push(3, 180, None, "R010");
        assert_eq!(findings.finish().unwrap().num_rows(), 2);
        assert!(findings.is_empty());
        assert_eq!(findings.finish().unwrap().num_rows(), 0);
    }
}
