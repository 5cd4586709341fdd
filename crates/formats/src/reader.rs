//! Turns chunks into batches, findings and quarantined lines; pure, so that many can run at once.

use std::net::IpAddr;

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use renkei_core::class::DataClass;
use renkei_core::id::Digest;
use renkei_core::time::{Day, Moment};
use renkei_table::{Builder, LineKey};

use crate::csv;
use crate::finding::{Code, Finding};
use crate::json;
use crate::line::{Common, Place};
use crate::secret::class_of_unread;
use crate::source::{Format, Source};
use crate::split::{Chunk, Fault, Record};

/// Settings of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether lines about reserved addresses are stored (sample data) instead of quarantined.
    pub accept_reserved: bool,
    /// The day that lines without a time count for, where the file's name has none.
    pub day: Day,
}

/// Reads the chunks of one feed file; the same chunk gives the same result on any thread.
#[derive(Debug, Clone)]
pub struct Reader {
    source: Source,
    feed: Digest,
    day: Day,
    common: Common,
}

/// What a chunk gave. `lines` = rows of `batch` + `quarantined`; blank lines stand apart.
#[derive(Debug)]
pub struct Parsed {
    /// The rows, attribution still empty ([`renkei_table::attach`] fills it).
    pub batch: RecordBatch,
    /// Which line each row is.
    pub keys: Vec<LineKey>,
    /// Source address of each row.
    pub addresses: Vec<IpAddr>,
    /// Moment of each row, where it has one.
    pub moments: Vec<Option<Moment>>,
    /// What was not as it should be.
    pub findings: Vec<Finding>,
    /// Lines kept out, as they came.
    pub quarantined: Vec<Quarantined>,
    /// Records read, blank lines and header not counted.
    pub lines: u64,
    /// Blank lines.
    pub blank: u64,
}

/// A line kept out, as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Line in which it begins (1 is the first).
    pub line: u64,
    /// Offset in the decompressed file, in bytes.
    pub offset: u64,
    /// Why.
    pub code: Code,
    /// Its class: it is kept encrypted where [`DataClass::is_secret`].
    pub class: DataClass,
    /// Its bytes, line end included; only the beginning of a line that was too long.
    pub bytes: Vec<u8>,
}

/// Says where and why, never what.
impl std::fmt::Debug for Quarantined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, offset, code, class, bytes } = self;
        write!(f, "Quarantined(line {line}, offset {offset}, {}, {class}, {} bytes)", code.as_str(), bytes.len())
    }
}

impl Reader {
    /// For the feed file of this digest.
    pub fn new(source: &Source, feed: Digest, options: Options) -> Self {
        let common = match &source.format {
            Format::Csv { common, .. } => Common { accept_reserved: options.accept_reserved, ..common.clone() },
            Format::Json(dialect) => json::read::common(*dialect, options.accept_reserved),
        };
        Self { source: source.clone(), feed, day: source.day.unwrap_or(options.day), common }
    }

    /// Reads a chunk.
    ///
    /// # Errors
    /// Only arrow's, when a chunk holds more text than a batch can (2 GiB in one column).
    pub fn parse(&self, chunk: &Chunk) -> Result<Parsed, ArrowError> {
        let mut pass = Pass::new(self);
        let mut place = Place { line: chunk.first_line, offset: chunk.offset };
        let mut at = 0;
        for record in &chunk.records {
            let bytes = chunk.bytes.get(at..at + record.length).unwrap_or_default();
            pass.record(record, place, bytes);
            at += record.length;
            place = Place { line: place.line + record.lines, offset: place.offset + record.file_length };
        }
        if chunk.damaged {
            pass.findings.push(Finding { line: 0, offset: place.offset, column: None, code: Code::Damaged });
        }
        pass.finish()
    }
}

/// One pass over a chunk.
struct Pass<'r> {
    reader: &'r Reader,
    builder: Builder,
    scratch: csv::read::Scratch,
    keys: Vec<LineKey>,
    addresses: Vec<IpAddr>,
    moments: Vec<Option<Moment>>,
    findings: Vec<Finding>,
    quarantined: Vec<Quarantined>,
    lines: u64,
    blank: u64,
}

impl<'r> Pass<'r> {
    fn new(reader: &'r Reader) -> Self {
        Self {
            reader,
            builder: Builder::new(&reader.source.kind, reader.feed, reader.day),
            scratch: csv::read::Scratch::default(),
            keys: Vec::new(),
            addresses: Vec::new(),
            moments: Vec::new(),
            findings: Vec::new(),
            quarantined: Vec::new(),
            lines: 0,
            blank: 0,
        }
    }

    fn record(&mut self, record: &Record, place: Place, bytes: &[u8]) {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() && record.fault.is_none() {
            self.blank += 1;
            return;
        }
        self.lines += 1;
        let Self { reader, builder, scratch, findings, .. } = self;
        let read = match (&reader.source.format, record.fault) {
            (_, Some(Fault::BrokenQuote)) => Err(Code::BrokenQuote),
            (_, Some(Fault::TooLong)) => Err(Code::TooLong),
            (_, Some(Fault::Cut)) => Err(Code::CutLine),
            (Format::Csv { plan, .. }, None) => {
                csv::read::read(line, place, plan, &reader.common, scratch, findings, builder)
            }
            (Format::Json(dialect), None) => json::read::read(line, place, *dialect, &reader.common, findings, builder),
        };
        match read {
            Ok(stored) => {
                self.keys.push(stored.key);
                self.addresses.push(stored.address);
                self.moments.push(stored.moment);
            }
            Err(code) => self.quarantine(place, code, bytes),
        }
    }

    fn quarantine(&mut self, place: Place, code: Code, bytes: &[u8]) {
        let Place { line, offset } = place;
        let class = match &self.reader.source.format {
            Format::Csv { plan, .. } => plan.class_of_unread,
            Format::Json(_) => class_of_unread(bytes),
        };
        self.findings.push(Finding { line, offset, column: None, code });
        self.quarantined.push(Quarantined { line, offset, code, class, bytes: bytes.to_vec() });
    }

    fn finish(mut self) -> Result<Parsed, ArrowError> {
        Ok(Parsed {
            batch: self.builder.finish()?,
            keys: self.keys,
            addresses: self.addresses,
            moments: self.moments,
            findings: self.findings,
            quarantined: self.quarantined,
            lines: self.lines,
            blank: self.blank,
        })
    }
}
