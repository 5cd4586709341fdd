//! Payloads to attachments: gzip, cut into parts where too large, seal, name.
//!
//! A part is cut at the end of a line or record and can be read on its own: a sheet's header row is
//! repeated in each. Names: `lines.csv` becomes `lines.csv.gz.age`, or `lines.2of3.csv.gz.age`.
//! Everything but the randomness of the encryption is the same whenever the input is.

use std::io::Write as _;
use std::panic::resume_unwind;

use flate2::Compression;
use flate2::write::GzEncoder;
use zeroize::{Zeroize, Zeroizing};

use crate::seal::{Recipient, SealError};

/// A file before it is sealed; the bytes are wiped when it is dropped.
pub struct Plain {
    /// Its name (`lines.csv`).
    pub name: String,
    /// How it may be cut.
    pub shape: Shape,
    /// Its bytes.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// How a file may be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// CSV (RFC 4180): a header row that each part repeats; line ends in quotes do not end a record.
    Sheet,
    /// Lines that stand for themselves (JSON Lines).
    Lines,
    /// Not at all.
    Whole,
}

/// A sealed file, ready to be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name in the mail.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a file cannot be attached.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// One record alone, or a file that cannot be cut, is larger than the limit.
    #[error("`{name}` cannot be cut into parts of at most {limit} bytes")]
    TooLarge {
        /// Its name.
        name: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// It could not be sealed.
    #[error("`{name}` cannot be sealed")]
    Seal {
        /// Its name.
        name: String,
        /// Why.
        source: SealError,
    },
}

/// Bytes of records from which the size of the rest is guessed.
const SAMPLE: usize = 1 << 20;

/// What a seal adds at most: headers of age or OpenPGP, and a tag for each 64 KiB chunk.
const SEAL_OVERHEAD: usize = 2048;

/// Packs one file into attachments of at most `limit` bytes each.
pub fn pack(plain: &Plain, recipient: &Recipient, limit: usize) -> Result<Vec<Attachment>, PackError> {
    let too_large = || PackError::TooLarge { name: plain.name.clone(), limit };
    let room = limit.checked_sub(SEAL_OVERHEAD + limit / 2048).ok_or_else(too_large)?;
    let cut = Cut::new(plain.shape, &plain.bytes);
    let mut pieces: Vec<&[&[u8]]> = cut.records.chunks(cut.each(room)).collect();
    if pieces.is_empty() {
        pieces.push(&[]);
    }
    let fitted = on_all_cores(&pieces, |piece| {
        let mut parts = Vec::new();
        fit(&cut, piece, room, &mut parts).ok_or_else(too_large)?;
        let sealed = parts.iter().map(|part| {
            let seal = |source| PackError::Seal { name: plain.name.clone(), source };
            let bytes = recipient.seal(part).map_err(seal)?;
            if bytes.len() <= limit { Ok(bytes) } else { Err(too_large()) }
        });
        sealed.collect::<Result<Vec<_>, _>>()
    });
    let parts = fitted.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect::<Vec<_>>();
    let count = parts.len();
    let named = parts.into_iter().enumerate().map(|(index, bytes)| {
        let name = part_name(&plain.name, index + 1, count, recipient);
        Attachment { name, media_type: recipient.media_type(), bytes }
    });
    Ok(named.collect())
}

/// The same work on every piece, on as many threads as there are cores; answers in order.
fn on_all_cores<T: Sync, R: Send>(pieces: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if let [piece] = pieces {
        return vec![work(piece)];
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let work = &work;
    std::thread::scope(|scope| {
        let every = |first: usize| move || pieces.iter().skip(first).step_by(cores).map(work).collect::<Vec<_>>();
        let threads: Vec<_> = (0..cores.min(pieces.len())).map(|first| scope.spawn(every(first))).collect();
        let ends = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|lost| resume_unwind(lost)));
        let mut ends: Vec<_> = ends.map(Vec::into_iter).collect();
        let turns = (0..pieces.len()).filter_map(|place| ends.get_mut(place % cores)?.next());
        turns.collect()
    })
}

/// Shares attachments out over as many mails as it takes so that none carries more than `limit`
/// bytes (unless one alone is larger); the order stays.
pub fn share_out(attachments: Vec<Attachment>, limit: usize) -> Vec<Vec<Attachment>> {
    let mut mails: Vec<Vec<Attachment>> = vec![Vec::new()];
    let mut used = 0usize;
    for attachment in attachments {
        let size = attachment.bytes.len();
        if used > 0 && used.saturating_add(size) > limit {
            mails.push(Vec::new());
            used = 0;
        }
        used = used.saturating_add(size);
        if let Some(mail) = mails.last_mut() {
            mail.push(attachment);
        }
    }
    mails
}

/// Compresses: the same bytes for the same input (no name, no time in the header).
pub fn gzip(pieces: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    pieces.iter().for_each(|piece| drop(encoder.write_all(piece)));
    Zeroizing::new(encoder.finish().unwrap_or_default())
}

/// A file seen as a header and records.
struct Cut<'p> {
    header: &'p [u8],
    records: Vec<&'p [u8]>,
}

impl<'p> Cut<'p> {
    fn new(shape: Shape, bytes: &'p [u8]) -> Self {
        let mut records = match shape {
            Shape::Whole => vec![bytes],
            Shape::Lines => bytes.split_inclusive(|byte| *byte == b'\n').collect(),
            Shape::Sheet => {
                let mut inside = false;
                let ends = |byte: &u8| {
                    inside ^= *byte == b'"';
                    *byte == b'\n' && !inside
                };
                bytes.split_inclusive(ends).collect()
            }
        };
        let has_header = shape == Shape::Sheet && !records.is_empty();
        let header = if has_header { records.remove(0) } else { &[] };
        Self { header, records }
    }
}

impl Cut<'_> {
    /// Records of a piece: all, or, where it is plain that they do not fit, as many as seem to, going
    /// by the first of them; so that nothing large is compressed only to see that it is too large.
    fn each(&self, room: usize) -> usize {
        let all: usize = self.records.iter().map(|record| record.len()).sum();
        if all < 4 * SAMPLE || all <= room {
            return self.records.len().max(1);
        }
        let mut raw = 0usize;
        let sample = self.records.iter().copied().take_while(|record| {
            raw += record.len();
            raw < SAMPLE + record.len()
        });
        let packed = gzip(&sample.collect::<Vec<_>>()).len();
        // A twentieth of room is left, since the rest is never quite like the sample.
        let ways = (all.div_ceil(raw.max(1)) * packed).div_ceil((room - room / 20).max(1));
        self.records.len().div_ceil(ways.max(1)).max(1)
    }
}

/// Cuts into as many even pieces as the compressed size asks for, and again where one is still too large.
fn fit(cut: &Cut<'_>, records: &[&[u8]], room: usize, parts: &mut Vec<Zeroizing<Vec<u8>>>) -> Option<()> {
    let pieces: Vec<&[u8]> = std::iter::once(cut.header).chain(records.iter().copied()).collect();
    let packed = gzip(&pieces);
    if packed.len() <= room {
        parts.push(packed);
        return Some(());
    }
    if records.len() < 2 {
        return None;
    }
    let ways = packed.len().div_ceil(room.max(1)).clamp(2, records.len());
    let each = records.len().div_ceil(ways);
    drop(packed);
    records.chunks(each).try_for_each(|chunk| fit(cut, chunk, room, parts))
}

fn part_name(name: &str, part: usize, parts: usize, recipient: &Recipient) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let number = if parts > 1 { format!(".{part}of{parts}") } else { String::new() };
    format!("{stem}{number}{extension}.gz{}", recipient.suffix())
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plain({}, {} bytes)", self.name, self.bytes.len())
    }
}

impl Plain {
    /// A file to be attached; `bytes` are taken and wiped when it is dropped.
    pub fn new(name: &str, shape: Shape, bytes: Vec<u8>) -> Self {
        Self { name: name.to_string(), shape, bytes: Zeroizing::new(bytes) }
    }

    /// Wipes the bytes now.
    pub fn wipe(&mut self) {
        self.bytes.zeroize();
    }
}
