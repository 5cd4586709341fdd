//! The one caller of the API: reads a feed as the application does and shows what it gave.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::array_value_to_string;
use renkei_core::id::Digest;
use renkei_core::time::{Day, Moment};
use renkei_formats::{Chunks, Finding, Limits, Mapping, Options, Parsed, Quarantined, Reader, Source, detect};
use renkei_table::LineKey;

pub const OPTIONS: Options = Options { accept_reserved: true, day: Day(20_000) };

/// All that a feed gave.
pub struct Feed {
    pub source: Source,
    pub parsed: Vec<Parsed>,
}

impl Feed {
    pub fn lines(&self) -> u64 {
        self.parsed.iter().map(|parsed| parsed.lines).sum()
    }

    pub fn stored(&self) -> u64 {
        self.parsed.iter().map(|parsed| parsed.batch.num_rows() as u64).sum()
    }

    pub fn blank(&self) -> u64 {
        self.parsed.iter().map(|parsed| parsed.blank).sum()
    }

    pub fn quarantined(&self) -> Vec<&Quarantined> {
        self.parsed.iter().flat_map(|parsed| &parsed.quarantined).collect()
    }

    pub fn findings(&self) -> Vec<&Finding> {
        let parsed = self.parsed.iter().flat_map(|parsed| &parsed.findings);
        self.source.findings.iter().chain(parsed).collect()
    }

    /// Line keys with how often they occur.
    pub fn keys(&self) -> BTreeMap<LineKey, usize> {
        let mut keys = BTreeMap::new();
        for key in self.parsed.iter().flat_map(|parsed| &parsed.keys) {
            *keys.entry(*key).or_default() += 1;
        }
        keys
    }

    /// The non-empty values of a column.
    pub fn column(&self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        for parsed in &self.parsed {
            let column = parsed.batch.column_by_name(name).unwrap();
            let text = |row| cell(column, row);
            values.extend((0..column.len()).filter(|row| column.is_valid(*row)).map(text));
        }
        values
    }
}

pub fn read_with(name: &str, bytes: &[u8], mapping: Option<&str>, options: Options, limits: Limits) -> Feed {
    let mapping = mapping.map(|text| text.parse::<Mapping>().unwrap());
    let source = detect(name, bytes, mapping.as_ref()).unwrap();
    read_source(source, bytes, options, limits)
}

pub fn read_source(source: Source, bytes: &[u8], options: Options, limits: Limits) -> Feed {
    let reader = Reader::new(&source, Digest::of(bytes), options);
    let chunks = Chunks::new(&source, bytes, limits).unwrap();
    let parsed: Vec<Parsed> = chunks.map(|chunk| reader.parse(&chunk.unwrap()).unwrap()).collect();
    for parsed in &parsed {
        let rows = parsed.batch.num_rows();
        assert_eq!(parsed.lines, rows as u64 + parsed.quarantined.len() as u64, "lines = stored + quarantined");
        assert_eq!((parsed.keys.len(), parsed.addresses.len(), parsed.moments.len()), (rows, rows, rows));
    }
    Feed { source, parsed }
}

pub fn read(name: &str, bytes: &[u8]) -> Feed {
    read_with(name, bytes, None, OPTIONS, Limits::default())
}

/// What a feed gave, without what is made of digests.
pub fn shown(feed: &Feed) -> String {
    const LEFT_OUT: [&str; 5] = ["line_hi", "line_lo", "kind", "feed", "device_key_basis"];
    let mut out = String::new();
    let quarantined = feed.quarantined();
    let counts = (feed.lines(), feed.stored(), quarantined.len(), feed.blank());
    writeln!(
        out,
        "{}: lines {} stored {} quarantined {} blank {}",
        feed.source.kind, counts.0, counts.1, counts.2, counts.3
    )
    .unwrap();
    for parsed in &feed.parsed {
        for row in 0..parsed.batch.num_rows() {
            let schema = parsed.batch.schema();
            let named = schema.fields().iter().zip(parsed.batch.columns());
            let cells =
                named.filter(|(field, column)| column.is_valid(row) && !LEFT_OUT.contains(&field.name().as_str()));
            let cells = cells.map(|(field, column)| {
                format!("{}={}", field.name(), cell(column, row).replace('\r', "\\r").replace('\n', "\\n"))
            });
            writeln!(out, "{}", cells.collect::<Vec<_>>().join(" ")).unwrap();
        }
    }
    for line in quarantined {
        writeln!(out, "quarantined {} {} {} {}", line.line, line.code.as_str(), line.class, line.bytes.escape_ascii())
            .unwrap();
    }
    for finding in feed.findings() {
        let column = finding.column.as_deref().unwrap_or("-");
        writeln!(out, "finding {}@{} {} {}", finding.line, finding.offset, column, finding.code.as_str()).unwrap();
    }
    out
}

/// A value as text; moments as RFC 3339, which arrow writes only with a zone database.
fn cell(column: &ArrayRef, row: usize) -> String {
    match column.as_primitive_opt::<TimestampMicrosecondType>() {
        Some(moments) => Moment(moments.value(row)).to_string(),
        None => array_value_to_string(column, row).unwrap(),
    }
}
