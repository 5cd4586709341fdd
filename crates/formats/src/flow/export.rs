//! Files of exports: captures of the traffic to a collector, or messages of IPFIX end to end (RFC 5655).

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::Given;
use super::collector::{Collector, NOBODY};
use crate::capture::{Capture, CaptureError, Record};
use crate::compression::{Compression, Decoder, Piece};
use crate::finding::Code;
use crate::packet::{Fragment, Packet, protocol};

/// Ports that collectors listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ports(pub BTreeSet<u16>);

impl Default for Ports {
    /// 2055, 4739 (registered for IPFIX), 9995 and 9996.
    fn default() -> Self {
        Self(BTreeSet::from([2_055, 4_739, 9_995, 9_996]))
    }
}

/// Bytes of a file that are looked at to know what it is.
const HEAD: usize = 1 << 18;
/// Bytes that are read of a capture at once.
const CHUNK: usize = 1 << 17;

type File<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

/// A file of exports that is being read.
pub struct Exports<R: Read>(Kind<R>);

enum Kind<R: Read> {
    Capture(Box<Capture<File<R>>>, Vec<u8>),
    Messages(Box<Decoder<File<R>>>),
}

impl<R: Read> Exports<R> {
    /// Opens a file, plain, gz or zst; what it is, its first bytes say.
    ///
    /// # Errors
    /// Those of the file; [`CaptureError::Unknown`] where it is neither a capture nor IPFIX.
    pub fn open(mut source: R) -> Result<Self, CaptureError> {
        let mut head = Vec::new();
        source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let compression = Compression::of(&head);
        let messages = compression.peek(&head, 2) == [0, 10];
        let file = io::Cursor::new(head).chain(source);
        Ok(Self(match messages {
            true => Kind::Messages(Box::new(Decoder::new(compression, file)?)),
            false => Kind::Capture(Box::new(Capture::open(file)?), Vec::new()),
        }))
    }

    /// Hands out some more records; whether there may be further ones.
    ///
    /// # Errors
    /// Those of the file itself; damage is a record under its code and ends the file.
    pub fn next(
        &mut self,
        ports: &Ports,
        collector: &mut Collector,
        each: &mut dyn FnMut(Given),
    ) -> Result<bool, CaptureError> {
        match &mut self.0 {
            Kind::Capture(capture, memory) => {
                let Some(chunk) = capture.next_chunk(CHUNK, std::mem::take(memory))? else { return Ok(false) };
                let walked = chunk.walk(|record| datagram(record, ports, collector, each));
                (0..walked.broken).for_each(|_| each(Err(Code::RecordBroken)));
                (0..walked.interface).for_each(|_| each(Err(Code::RecordInterface)));
                chunk.left.into_iter().for_each(|code| each(Err(code)));
                *memory = chunk.into_bytes();
                Ok(true)
            }
            Kind::Messages(file) => message(file, collector, each),
        }
    }
}

fn datagram(record: Record<'_>, ports: &Ports, collector: &mut Collector, each: &mut dyn FnMut(Given)) {
    match Packet::read(record.link, record.data) {
        Err(code) => each(Err(code)),
        Ok(packet) if is_export(&packet, ports) => {
            collector.message((packet.source, packet.source_port), packet.payload, each);
        }
        Ok(_) => each(Err(Code::ExportOther)),
    }
}

fn is_export(packet: &Packet<'_>, ports: &Ports) -> bool {
    let whole = packet.fragment == Fragment::Whole && !packet.cut;
    packet.protocol == protocol::UDP && whole && ports.0.contains(&packet.destination_port)
}

/// The next message of a file of IPFIX; after one whose length is impossible nothing can be found.
fn message<R: Read>(
    file: &mut Decoder<File<R>>,
    collector: &mut Collector,
    each: &mut dyn FnMut(Given),
) -> Result<bool, CaptureError> {
    let mut bytes = vec![0; 4];
    let got = fill(file, &mut bytes)?;
    if got == 0 {
        return Ok(false);
    }
    let length = match bytes.as_slice() {
        [0, 10, high, low] if got == 4 => usize::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    bytes.resize(length.max(4), 0);
    let whole = length >= 16 && fill(file, bytes.get_mut(4..).unwrap_or_default())? == length - 4;
    match whole {
        true => collector.message(NOBODY, &bytes, each),
        false => each(Err(if got < 4 || length >= 16 { Code::RecordCut } else { Code::RecordLength })),
    }
    Ok(whole)
}

/// Reads until the place is full or nothing comes any more; how much it was.
fn fill<R: Read>(file: &mut Decoder<File<R>>, place: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(free) = place.get_mut(filled..).filter(|free| !free.is_empty()) {
        match file.piece(free)? {
            Piece::Bytes(0) | Piece::Damaged => break,
            Piece::Bytes(count) => filled += count,
        }
    }
    Ok(filled)
}
