//! Captures: pcap and pcapng to records, each of them accounted for; chunks that many threads can walk.
//!
//! [`Capture`] cuts a file at the borders of its records, which is cheap and done by one thread;
//! [`Chunk::walk`] gives the records of a chunk, which any thread can do. What cannot be read is
//! counted under a finding code: records = given + each counted reason.

mod record;
mod ng;
mod classic;
mod cut;

use std::io::{self, Read};
use std::sync::Arc;

use crate::compression::Compression;
use crate::finding::Code;
use cut::Cutter;

pub use record::{Record, Walked};

/// Bytes that say what a file is.
pub const HEAD: usize = 4096;

/// How a chunk is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Classic(classic::Header),
    Ng(Arc<ng::Section>),
}

/// Whole records, cut off a capture.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// The bytes of the records, and behind `end` what the memory held before.
    bytes: Vec<u8>,
    end: usize,
    form: Form,
    /// Place in the file, 0 is the first chunk.
    pub number: u64,
    /// What the cutter had to leave out behind this chunk.
    pub left: Option<Code>,
}

impl Chunk {
    /// Hands out each record in order.
    #[inline]
    pub fn walk(&self, mut each: impl FnMut(Record<'_>)) -> Walked {
        let records = self.bytes.get(..self.end).unwrap_or_default();
        match &self.form {
            Form::Classic(header) => classic::walk(header, records, &mut each),
            Form::Ng(section) => ng::walk(section, records, &mut each),
        }
    }

    /// Bytes of records in it.
    pub const fn len(&self) -> usize {
        self.end
    }

    /// Whether it holds no record.
    pub const fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Gives its memory back, for the next chunk.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A capture cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file itself fails.
    #[error("the capture cannot be read")]
    Read(#[from] io::Error),
    /// Neither pcap nor pcapng.
    #[error("neither pcap nor pcapng")]
    Unknown,
}

/// A capture that is being read.
pub struct Capture<R: Read> {
    cutter: Cutter<R>,
}

impl<R: Read> Capture<R> {
    /// Opens a capture: pcap (microseconds, nanoseconds, either byte order) or pcapng, plain, gz or
    /// zst, known by its first bytes.
    ///
    /// # Errors
    /// Those of the file; [`CaptureError::Unknown`] where it is something else.
    pub fn open(mut source: R) -> Result<Self, CaptureError> {
        let mut head = Vec::with_capacity(HEAD);
        source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let compression = Compression::of(&head);
        let cutter = Cutter::open(compression, head, source)?;
        Ok(Self { cutter })
    }

    /// The next whole records, about so many bytes of them; `None` at the end. `memory` is used for
    /// them and may be the memory of a chunk that is done with.
    ///
    /// # Errors
    /// Those of the file itself; damage ends the capture and stands in [`Chunk::left`].
    pub fn next_chunk(&mut self, bytes: usize, memory: Vec<u8>) -> Result<Option<Chunk>, CaptureError> {
        Ok(self.cutter.next_chunk(bytes, memory)?)
    }
}

#[cfg(test)]
mod tests;
