//! gz and zst, known by their first bytes; damage is told apart from a disk that fails.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::bufread::MultiGzDecoder;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// Not at all.
    Plain,
    /// gzip (RFC 1952), also several members one after the other.
    Gzip,
    /// Zstandard (RFC 8878), also several frames one after the other.
    Zstd,
}

impl Compression {
    /// By the first bytes; the name of a file says nothing.
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// The first bytes of the content, from the first bytes of the file; damage simply ends them.
    pub(crate) fn peek(self, head: &[u8], limit: usize) -> Vec<u8> {
        let mut out = Vec::new();
        if let Ok(decoder) = Decoder::new(self, head) {
            // Whatever was read before an error is what there is.
            let _ = decoder.take(u64::try_from(limit).unwrap_or(u64::MAX)).read_to_end(&mut out);
        }
        out
    }
}

/// What a read gave.
pub(crate) enum Piece {
    /// So many bytes; zero is the end.
    Bytes(usize),
    /// The compressed stream is cut or broken here.
    Damaged,
}

/// Reads the content of a file.
pub(crate) struct Decoder<R: Read> {
    kind: Kind<R>,
    failed: Arc<AtomicBool>,
}

enum Kind<R: Read> {
    Plain(Watched<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Watched<R>>>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, BufReader<Watched<R>>>>),
}

impl<R: Read> Decoder<R> {
    pub(crate) fn new(compression: Compression, inner: R) -> io::Result<Self> {
        let failed = Arc::new(AtomicBool::new(false));
        let inner = Watched { inner, failed: Arc::clone(&failed) };
        let buffered = |inner| BufReader::with_capacity(1 << 16, inner);
        let kind = match compression {
            Compression::Plain => Kind::Plain(inner),
            Compression::Gzip => Kind::Gzip(Box::new(MultiGzDecoder::new(buffered(inner)))),
            Compression::Zstd => Kind::Zstd(Box::new(zstd::stream::read::Decoder::with_buffer(buffered(inner))?)),
        };
        Ok(Self { kind, failed })
    }

    /// Reads some bytes.
    ///
    /// # Errors
    /// Only those of the file itself; what the decoder minds is [`Piece::Damaged`].
    pub(crate) fn piece(&mut self, into: &mut [u8]) -> io::Result<Piece> {
        loop {
            match self.read(into) {
                Ok(count) => return Ok(Piece::Bytes(count)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if self.failed.load(Ordering::Relaxed) => return Err(error),
                Err(_) => return Ok(Piece::Damaged),
            }
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.kind {
            Kind::Plain(inner) => inner.read(into),
            Kind::Gzip(inner) => inner.read(into),
            Kind::Zstd(inner) => inner.read(into),
        }
    }
}

/// Remembers whether the file itself failed, so that this is not taken for damaged content.
struct Watched<R> {
    inner: R,
    failed: Arc<AtomicBool>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.failed.store(true, Ordering::Relaxed);
            }
        })
    }
}

/// The content of a whole small file, and whether it was damaged.
///
/// # Errors
/// Those of the file itself.
pub(crate) fn content(mut file: impl BufRead) -> io::Result<(Vec<u8>, bool)> {
    let compression = Compression::of(file.fill_buf()?);
    let mut decoder = Decoder::new(compression, file)?;
    let mut out = Vec::new();
    match decoder.read_to_end(&mut out) {
        Ok(_) => Ok((out, false)),
        Err(error) if decoder.failed.load(Ordering::Relaxed) => Err(error),
        Err(_) => Ok((out, true)),
    }
}
