//! The pages in a file that came back: one picture, or those that a scanner put into a PDF.
//!
//! A scanned PDF is looked through for streams that are JPEG files as they stand (`DCTDecode` alone, ISO
//! 32000-1 §7.4.8), which is how scanners keep pages in grey and in colour. Nothing else of a PDF is read:
//! no other filter, no object, so nothing in it is unpacked before the limits of [`read`](super::code::read)
//! hold. Pages in black and white alone (CCITT, JBIG2), in encrypted files or drawn as vectors are not
//! found, and that is said.

use super::code::Finding;
use super::frame::PAGES;

const PDF: &[u8] = b"%PDF-";
/// Where a PDF has to begin at the latest: readers allow some bytes before it.
const BEFORE: usize = 1024;
const STREAM: &[u8] = b"stream";
const END: &[u8] = b"endstream";
/// How a JPEG file begins (ITU-T T.81, SOI and the marker that follows).
const JPEG: &[u8] = b"\xff\xd8\xff";

/// The pictures of a file, in the order in which they stand in it; each is for [`read`](super::code::read).
pub fn pictures(file: &[u8]) -> Result<Vec<&[u8]>, Finding> {
    if find(file.get(..BEFORE).unwrap_or(file), PDF).is_none() {
        return Ok(vec![file]);
    }
    let found: Vec<_> = Streams { rest: file }.filter(|stream| stream.starts_with(JPEG)).collect();
    match found.len() {
        0 => Err(Finding::Pdf),
        many if many > usize::from(PAGES) => Err(Finding::Pages(PAGES)),
        _ => Ok(found),
    }
}

/// The bytes of the streams of a PDF.
struct Streams<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Streams<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let begin = find(self.rest, STREAM)? + STREAM.len();
        let rest = self.rest.get(begin..)?;
        let body = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        // A file that was cut off ends with its last stream.
        let end = find(body, END).unwrap_or(body.len());
        let (stream, rest) = body.split_at_checked(end)?;
        self.rest = rest.strip_prefix(END).unwrap_or(rest);
        Some(stream)
    }
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, needle)
}
