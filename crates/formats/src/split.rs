//! Cuts the content of a feed file into chunks at the borders of records: fast, in order, bounded.
//!
//! A record of CSV is its first line, or reaches further if that line holds an odd number of
//! quotes and a quoted field really runs on; a broken quote costs its own line and nothing else.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use crate::compression::{Compression, Decoder, Piece};
use crate::csv::fields::{Reach, reach};
use crate::source::{Format, Source};

/// How much is held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A record longer than this is kept out; its beginning is quarantined. Bytes.
    pub max_line: usize,
    /// A chunk ends at the first border of records after this. Bytes.
    pub chunk: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_line: 16 << 20, chunk: 1 << 20 }
    }
}

/// Some whole records of a feed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    pub(crate) bytes: Vec<u8>,
    pub(crate) records: Vec<Record>,
    /// Number of its first line in the file (1 is the first).
    pub first_line: u64,
    /// Offset of its first byte in the decompressed file.
    pub offset: u64,
    /// The compressed stream broke off behind this chunk.
    pub(crate) damaged: bool,
}

impl Chunk {
    /// Bytes of content that it holds.
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// One record inside a chunk; they follow one another without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    /// Length of what is held, line end included.
    pub length: usize,
    /// Length in the file; larger where the record was cut at the limit.
    pub file_length: u64,
    /// Line ends in it.
    pub lines: u64,
    pub fault: Option<Fault>,
}

/// Why a record cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    BrokenQuote,
    TooLong,
    /// Stands where a compressed stream breaks off.
    Cut,
}

/// The file cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("the feed file cannot be read at byte {offset} of its content")]
pub struct ReadError {
    /// Where, in the decompressed content.
    pub offset: u64,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// The chunks of a feed file, in order.
pub struct Chunks<R: Read> {
    decoder: Decoder<R>,
    delimiter: Option<u8>,
    skip_header: bool,
    at_start: bool,
    limits: Limits,
    buffer: Vec<u8>,
    line: u64,
    offset: u64,
    ended: bool,
    damaged: bool,
    done: bool,
}

impl<R: Read> Chunks<R> {
    /// Of a file from its first byte, of which [`crate::detect`] said what it is.
    ///
    /// # Errors
    /// When the decoder cannot be set up.
    pub fn new(source: &Source, file: R, limits: Limits) -> Result<Self, ReadError> {
        let (delimiter, skip_header) = match &source.format {
            Format::Csv { plan, has_header, .. } => (Some(plan.delimiter), *has_header),
            Format::Json(_) => (None, false),
        };
        Self::of_records(source.compression, (delimiter, skip_header), file, limits)
    }

    /// Of a file whose records end with their line, or, with a delimiter, as those of CSV do; with or without a
    /// header to skip.
    pub(crate) fn of_records(
        compression: Compression,
        (delimiter, skip_header): (Option<u8>, bool),
        file: R,
        limits: Limits,
    ) -> Result<Self, ReadError> {
        let decoder = Decoder::new(compression, file).map_err(|source| ReadError { offset: 0, source })?;
        Ok(Self {
            decoder,
            delimiter,
            skip_header,
            at_start: true,
            limits: Limits { max_line: limits.max_line.max(1), chunk: limits.chunk.max(1) },
            buffer: Vec::new(),
            line: 1,
            offset: 0,
            ended: false,
            damaged: false,
            done: false,
        })
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// Those of the file itself; damage of a compressed stream is a finding instead.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk>, ReadError> {
        if self.at_start {
            self.start()?;
        }
        if self.done {
            return Ok(None);
        }
        self.fill(self.limits.chunk)?;
        let (first_line, offset) = (self.line, self.offset);
        let (mut records, mut used) = (Vec::new(), 0);
        while used < self.limits.chunk {
            match self.record(used) {
                Some(record) => {
                    let record = self.finish_long(used, record)?;
                    used += record.length;
                    self.line += record.lines;
                    self.offset += record.file_length;
                    records.push(record);
                }
                None if self.ended => break,
                None if used > 0 => break,
                None => self.fill(self.buffer.len().saturating_add(self.limits.chunk))?,
            }
        }
        let rest = self.buffer.split_off(used.min(self.buffer.len()));
        let bytes = std::mem::replace(&mut self.buffer, rest);
        self.done = self.ended && self.buffer.is_empty();
        let damaged = self.done && self.damaged;
        if records.is_empty() && !damaged {
            self.done = true;
            return Ok(None);
        }
        Ok(Some(Chunk { bytes, records, first_line, offset, damaged }))
    }

    /// Skips byte order mark and header.
    fn start(&mut self) -> Result<(), ReadError> {
        self.at_start = false;
        self.fill(self.limits.chunk.max(3))?;
        if self.buffer.starts_with(&[0xef, 0xbb, 0xbf]) {
            self.drop_front(3);
        }
        while self.skip_header && !self.ended && memchr(b'\n', &self.buffer).is_none() {
            self.fill(self.buffer.len().saturating_add(self.limits.chunk))?;
        }
        // Blank lines before the header are skipped as detect does not see them as a header.
        if self.skip_header {
            let length = memchr(b'\n', &self.buffer).map_or(self.buffer.len(), |at| at + 1);
            self.drop_front(length);
            self.line = 2;
        }
        Ok(())
    }

    fn drop_front(&mut self, length: usize) {
        self.buffer.drain(..length.min(self.buffer.len()));
        self.offset += length as u64;
    }

    /// Reads until the buffer holds so many bytes or the file ends.
    fn fill(&mut self, wanted: usize) -> Result<(), ReadError> {
        let mut filled = self.buffer.len();
        if self.ended || filled >= wanted {
            return Ok(());
        }
        self.buffer.resize(wanted, 0);
        let mut failure = None;
        while !self.ended && filled < wanted {
            match self.decoder.piece(self.buffer.get_mut(filled..).unwrap_or_default()) {
                Ok(Piece::Bytes(0)) => self.ended = true,
                Ok(Piece::Bytes(count)) => filled += count,
                Ok(Piece::Damaged) => (self.ended, self.damaged) = (true, true),
                Err(source) => {
                    failure = Some(ReadError { offset: self.offset + filled as u64, source });
                    break;
                }
            }
        }
        self.buffer.truncate(filled);
        failure.map_or(Ok(()), Err)
    }

    /// The record at a place of the buffer; `None`: more bytes are needed, or there is none.
    fn record(&self, at: usize) -> Option<Record> {
        let rest = self.buffer.get(at..).unwrap_or_default();
        let whole =
            |length: usize, lines: u64, fault| Some(Record { length, file_length: length as u64, lines, fault });
        let Some(first) = memchr(b'\n', rest) else {
            return match (rest.is_empty(), self.ended) {
                _ if rest.len() > self.limits.max_line => whole(rest.len(), 0, Some(Fault::TooLong)),
                (false, true) if self.damaged => whole(rest.len(), 0, Some(Fault::Cut)),
                (false, true) => whole(rest.len(), 0, None),
                _ => None,
            };
        };
        if first > self.limits.max_line {
            return whole(first + 1, 1, Some(Fault::TooLong));
        }
        let line = rest.get(..first).unwrap_or_default();
        let Some(delimiter) = self.delimiter else { return whole(first + 1, 1, None) };
        if memchr_iter(b'"', line).count().is_multiple_of(2) {
            return whole(first + 1, 1, None);
        }
        match reach(rest, delimiter, self.ended) {
            Reach::Whole(length) if length <= self.limits.max_line => {
                let lines = memchr_iter(b'\n', rest.get(..length).unwrap_or_default()).count() as u64;
                let cut = self.damaged && self.ended && !rest.get(..length).unwrap_or_default().ends_with(b"\n");
                whole(length, lines, cut.then_some(Fault::Cut))
            }
            Reach::Unknown if rest.len() <= self.limits.max_line => None,
            _ => whole(first + 1, 1, Some(Fault::BrokenQuote)),
        }
    }

    /// Keeps only the beginning of a record that is too long and skips the rest of its line.
    fn finish_long(&mut self, at: usize, mut record: Record) -> Result<Record, ReadError> {
        if record.fault != Some(Fault::TooLong) {
            return Ok(record);
        }
        let keep = self.limits.max_line;
        self.buffer.drain(at + keep..at + record.length);
        record.length = keep;
        while record.lines == 0 && !self.ended {
            self.fill(self.buffer.len().saturating_add(self.limits.chunk))?;
            let rest = self.buffer.get(at + keep..).unwrap_or_default();
            let skip = match memchr(b'\n', rest) {
                Some(end) => {
                    record.lines = 1;
                    end + 1
                }
                None => rest.len(),
            };
            self.buffer.drain(at + keep..at + keep + skip);
            record.file_length += skip as u64;
        }
        Ok(record)
    }
}

impl<R: Read> Iterator for Chunks<R> {
    type Item = Result<Chunk, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_chunk().transpose();
        if matches!(next, Some(Err(_))) {
            self.done = true;
        }
        next
    }
}
