//! Avro object container files (Apache Avro 1.11 specification, "Object Container Files").
//!
//! By hand, because all that is needed is numbers of variable length: the library of the Apache project
//! writes 0.45 million records of nine fields a second, a loop over such numbers 14.8 million.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Bytes of the marker between blocks.
pub const MARKER: usize = 16;

/// How blocks are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    /// Not at all.
    Null,
    /// Deflate without header (RFC 1951), as corsaro writes.
    Deflate,
}

impl Codec {
    const fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Deflate => "deflate",
        }
    }
}

/// A file after its header.
#[derive(Debug)]
pub(super) struct File {
    codec: Codec,
    marker: [u8; MARKER],
}

impl File {
    /// Writes the header: magic, schema and codec as a map of two, marker.
    pub(super) fn begin(schema: &str, codec: Codec, marker: [u8; MARKER], out: &mut Vec<u8>) -> Self {
        out.extend_from_slice(b"Obj\x01");
        long(2, out);
        for (key, value) in [("avro.schema", schema), ("avro.codec", codec.word())] {
            bytes(key.as_bytes(), out);
            bytes(value.as_bytes(), out);
        }
        long(0, out);
        out.extend_from_slice(&marker);
        Self { codec, marker }
    }

    /// Writes a block of so many records; none if there is none.
    pub(super) fn block(&self, records: u64, data: &[u8], out: &mut Vec<u8>) {
        if records == 0 {
            return;
        }
        long(i64::try_from(records).unwrap_or(i64::MAX), out);
        match self.codec {
            Codec::Null => bytes(data, out),
            Codec::Deflate => {
                let mut encoder = DeflateEncoder::new(Vec::with_capacity(data.len() / 2), Compression::fast());
                // To write into memory cannot fail.
                let deflated = encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default();
                bytes(&deflated, out);
            }
        }
        out.extend_from_slice(&self.marker);
    }
}

/// A number: zigzag, seven bits a byte, the lowest first.
#[inline]
pub(super) fn long(value: i64, out: &mut Vec<u8>) {
    let mut left = (value << 1 ^ value >> 63) as u64;
    while left >= 0x80 {
        out.push(left as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

fn bytes(data: &[u8], out: &mut Vec<u8>) {
    long(i64::try_from(data.len()).unwrap_or(i64::MAX), out);
    out.extend_from_slice(data);
}
