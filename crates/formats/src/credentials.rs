//! Stolen credentials as they are found on a seized or taken-over server: read record by record, so that each
//! can be sealed to its operator at once (S0.5, S1.12, S2.15).
//!
//! Two shapes are known: CSV whose header names site, id and password, and lines `URL:ID:PASSWORD`. Every
//! buffer that held a value is wiped; no finding carries one.

mod columns;
mod sheet;
pub mod site;

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};
use zeroize::{Zeroize as _, Zeroizing};

use crate::csv::fields::{Fields, Reach, reach};
use crate::finding::Code;
use columns::Shape;
pub use columns::ShapeError;
pub use sheet::{HEADER, write};

/// A record longer than this is kept out. Bytes.
const LONGEST: usize = 1 << 16;
/// Bytes held at a time; the buffer never grows, so that nothing of it stays behind elsewhere.
const HELD: usize = 1 << 20;

/// One credential. It is shown and logged nowhere.
#[derive(Clone, Copy)]
pub struct Credential<'a> {
    /// The site as it stood in the file: a host or a URL.
    pub site: &'a str,
    /// The name of the account at the site.
    pub id: &'a str,
    /// The password.
    pub secret: &'a str,
    /// When it was seen, as it stood in the file; empty: not said.
    pub seen: &'a str,
}

/// A record of the file.
pub struct Record<'a> {
    /// Line in which it begins (1 is the first).
    pub line: u64,
    /// Offset in bytes.
    pub offset: u64,
    /// Its bytes, for the quarantine where it cannot be read.
    pub raw: &'a [u8],
    /// The credential, or why it is none.
    pub read: Result<Credential<'a>, Code>,
}

/// Reads records one after the other.
pub struct Credentials<R> {
    input: R,
    buffer: Zeroizing<Vec<u8>>,
    from: usize,
    until: usize,
    line: u64,
    offset: u64,
    ended: bool,
    shape: Shape,
    fields: Fields,
}

impl<R: Read> Credentials<R> {
    /// Reads the beginning of a file and finds out how it is written.
    ///
    /// # Errors
    /// When it cannot be read, or is written in none of the known shapes.
    pub fn new(input: R) -> Result<Self, ShapeError> {
        let mut reader = Self {
            input,
            buffer: Zeroizing::new(vec![0; HELD]),
            from: 0,
            until: 0,
            line: 1,
            offset: 0,
            ended: false,
            shape: Shape::Colon,
            fields: Fields::with_room(LONGEST),
        };
        reader.fill()?;
        if reader.held().starts_with(&[0xef, 0xbb, 0xbf]) {
            reader.pass(3);
        }
        let first = memchr(b'\n', reader.held()).map_or(reader.held().len(), |end| end + 1);
        let (shape, has_header) = Shape::of(reader.held().get(..first).unwrap_or_default())?;
        if has_header {
            reader.pass(first);
            reader.line += 1;
        }
        reader.shape = shape;
        Ok(reader)
    }

    /// Columns of the header that are not handed over, by name where it looks like one, else by position.
    pub fn dropped(&self) -> &[String] {
        self.shape.dropped()
    }

    /// The next record; `None` at the end. Blank lines are passed over.
    ///
    /// # Errors
    /// Those of the file itself.
    pub fn next_record(&mut self) -> io::Result<Option<Record<'_>>> {
        let (line, offset, from, length, mut fault) = loop {
            self.fill()?;
            if self.held().is_empty() {
                return Ok(None);
            }
            let (length, fault) = self.reach();
            let (from, line, offset) = (self.from, self.line, self.offset);
            let held = self.held().get(..length).unwrap_or_default();
            let blank = held.trim_ascii().is_empty();
            self.line += memchr_iter(b'\n', held).count() as u64;
            self.pass(length);
            if fault == Some(Code::TooLong) {
                self.skip_line()?;
            }
            if !blank {
                break (line, offset, from, length, fault);
            }
        };
        let raw = self.buffer.get(from..from + length).unwrap_or_default();
        let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        if fault.is_none() && memchr(0, raw).is_some() {
            fault = Some(Code::CredentialRow);
        }
        let read = match fault {
            Some(code) => Err(code),
            None => self.shape.read(raw, &mut self.fields),
        };
        Ok(Some(Record { line, offset, raw, read }))
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(self.from..self.until).unwrap_or_default()
    }

    fn pass(&mut self, length: usize) {
        self.from += length;
        self.offset += length as u64;
    }

    /// Holds at least the longest record, unless the file ends.
    fn fill(&mut self) -> io::Result<()> {
        if self.ended || self.until - self.from > LONGEST {
            return Ok(());
        }
        self.buffer.copy_within(self.from..self.until, 0);
        (self.from, self.until) = (0, self.until - self.from);
        while !self.ended && self.until < self.buffer.len() {
            match self.input.read(self.buffer.get_mut(self.until..).unwrap_or_default()) {
                Ok(0) => self.ended = true,
                Ok(count) => self.until += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// How long the record is that begins here, and whether it can be read at all.
    fn reach(&self) -> (usize, Option<Code>) {
        let held = self.held();
        let window = held.get(..LONGEST.min(held.len())).unwrap_or_default();
        let Some(first) = memchr(b'\n', window) else {
            return (window.len(), (held.len() > window.len()).then_some(Code::TooLong));
        };
        let line = window.get(..first).unwrap_or_default();
        let Some(delimiter) = self.shape.delimiter() else { return (first + 1, None) };
        if memchr_iter(b'"', line).count().is_multiple_of(2) {
            return (first + 1, None);
        }
        match reach(window, delimiter, true) {
            Reach::Whole(length) => (length, None),
            Reach::Unknown | Reach::Broken => (first + 1, Some(Code::BrokenQuote)),
        }
    }

    /// Passes over the rest of a line that is too long; what was held of it stays where it is.
    fn skip_line(&mut self) -> io::Result<()> {
        let kept = self.from;
        loop {
            if let Some(end) = memchr(b'\n', self.held()) {
                self.line += 1;
                self.pass(end + 1);
                return Ok(());
            }
            self.pass(self.until - self.from);
            if self.ended {
                return Ok(());
            }
            // Room is made behind what is kept for the quarantine.
            self.until = kept;
            self.from = kept;
            match self.input.read(self.buffer.get_mut(kept..).unwrap_or_default()) {
                Ok(0) => self.ended = true,
                Ok(count) => self.until += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R> Drop for Credentials<R> {
    fn drop(&mut self) {
        self.fields.wipe();
        self.buffer.zeroize();
    }
}

#[cfg(test)]
mod tests;
