//! Splits one record into fields (RFC 4180, with stray quotes inside unquoted fields let be).

use std::str::Utf8Error;

use memchr::{memchr, memchr2};

/// The fields of one record; reused from record to record.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    cells: Vec<Cell>,
    /// Fields with doubled quotes, written out.
    unescaped: Vec<u8>,
    /// Whether text stood behind a closing quote; it was kept as part of the field.
    pub stray: bool,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    unescaped: bool,
}

/// A quote is not closed, or closed on a later line where it cannot end a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BrokenQuote;

impl Fields {
    /// With room for fields that are written out, so that they never move in memory.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self { unescaped: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// Overwrites what was written out.
    pub(crate) fn wipe(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.unescaped);
    }

    /// Splits a record without its line end.
    pub(crate) fn split(&mut self, record: &[u8], delimiter: u8) -> Result<(), BrokenQuote> {
        self.cells.clear();
        self.unescaped.clear();
        self.stray = false;
        let mut at = 0;
        loop {
            let rest = record.get(at..).unwrap_or_default();
            let end = match rest {
                [b'"', ..] => at + 1 + self.quoted(record, at + 1, delimiter)?,
                _ => {
                    let length = length_of(rest, delimiter);
                    self.cells.push(Cell { start: at, end: at + length, unescaped: false });
                    at + length
                }
            };
            if end >= record.len() {
                return Ok(());
            }
            at = end + 1;
        }
    }

    /// Number of fields.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The fields of the record they were split from.
    pub(crate) fn iter<'a>(&'a self, record: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        self.cells.iter().map(move |cell| self.bytes(record, *cell))
    }

    /// The field at a place as text, where `text` is the record if it is UTF-8 as a whole: then
    /// only fields that were written out are looked at again.
    pub(crate) fn text<'a>(
        &'a self,
        record: &'a [u8],
        text: Option<&'a str>,
        place: usize,
    ) -> Result<&'a str, Utf8Error> {
        match (self.cells.get(place), text) {
            (None, _) => Ok(""),
            (Some(Cell { start, end, unescaped: false }), Some(text)) => Ok(text.get(*start..*end).unwrap_or_default()),
            (Some(cell), _) => std::str::from_utf8(self.bytes(record, *cell)),
        }
    }

    /// The field at a place; empty if there is none.
    pub(crate) fn get<'a>(&'a self, record: &'a [u8], place: usize) -> &'a [u8] {
        self.cells.get(place).map_or(&[], |cell| self.bytes(record, *cell))
    }

    fn bytes<'a>(&'a self, record: &'a [u8], cell: Cell) -> &'a [u8] {
        let from = if cell.unescaped { self.unescaped.as_slice() } else { record };
        from.get(cell.start..cell.end).unwrap_or_default()
    }

    /// Reads from behind an opening quote; gives the length until behind the closing one.
    fn quoted(&mut self, record: &[u8], start: usize, delimiter: u8) -> Result<usize, BrokenQuote> {
        let (mut from, mut written) = (start, None);
        loop {
            let rest = record.get(from..).unwrap_or_default();
            let length = memchr(b'"', rest).ok_or(BrokenQuote)?;
            let piece = rest.get(..length).unwrap_or_default();
            match rest.get(length + 1) {
                Some(b'"') => {
                    written.get_or_insert(self.unescaped.len());
                    self.unescaped.extend_from_slice(piece);
                    self.unescaped.push(b'"');
                    from += length + 2;
                }
                Some(next) if *next != delimiter => {
                    // Feeds write `"realm=\"x\""`; behind a line end it is the next record's quote.
                    if memchr(b'\n', record.get(start..from + length).unwrap_or_default()).is_some() {
                        return Err(BrokenQuote);
                    }
                    let tail = rest.get(length + 1..).unwrap_or_default();
                    let tail = tail.get(..memchr(delimiter, tail).unwrap_or(tail.len())).unwrap_or_default();
                    let begin = written.unwrap_or(self.unescaped.len());
                    self.unescaped.extend_from_slice(piece);
                    self.unescaped.extend_from_slice(tail);
                    self.cells.push(Cell { start: begin, end: self.unescaped.len(), unescaped: true });
                    self.stray = true;
                    return Ok(from + length + 1 + tail.len() - start);
                }
                _ => {
                    let end = from + length;
                    let cell = match written {
                        Some(begin) => {
                            self.unescaped.extend_from_slice(piece);
                            Cell { start: begin, end: self.unescaped.len(), unescaped: true }
                        }
                        None => Cell { start, end, unescaped: false },
                    };
                    self.cells.push(cell);
                    return Ok(end + 1 - start);
                }
            }
        }
    }
}

/// Length of a field without quotes. Most are short: eight bytes are looked at as one number, which
/// costs less than the call of a search that is made for long texts.
#[inline]
fn length_of(rest: &[u8], delimiter: u8) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    let (mut at, mut tail) = (0, rest);
    while let Some((eight, more)) = tail.split_first_chunk::<8>() {
        if at == 32 {
            return memchr(delimiter, tail).map_or(rest.len(), |length| at + length);
        }
        // A byte becomes zero where the delimiter stands; the lowest top bit tells the first of them.
        let bytes = u64::from_le_bytes(*eight) ^ (ONES * u64::from(delimiter));
        let found = bytes.wrapping_sub(ONES) & !bytes & TOPS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        (at, tail) = (at + 8, more);
    }
    tail.iter().position(|byte| *byte == delimiter).map_or(rest.len(), |length| at + length)
}

/// How far a record reaches whose first line holds an odd number of quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// So many bytes, line end included.
    Whole(usize),
    /// More bytes are needed to know.
    Unknown,
    /// A quote is broken: the record is its first line alone.
    Broken,
}

/// Walks over a record from its beginning with the eyes of [`Fields::split`].
pub(crate) fn reach(bytes: &[u8], delimiter: u8, at_end: bool) -> Reach {
    let short = if at_end { Reach::Broken } else { Reach::Unknown };
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let quoted = match rest {
            [b'"', ..] => closing(rest, delimiter, at_end),
            _ => Closing::Stray(0),
        };
        at += match quoted {
            Closing::At(length) => length,
            Closing::Broken => return Reach::Broken,
            Closing::Beyond => return short,
            Closing::Stray(length) => match memchr2(delimiter, b'\n', rest.get(length..).unwrap_or_default()) {
                Some(more) => length + more,
                None if at_end => return Reach::Whole(bytes.len()),
                None => return Reach::Unknown,
            },
        };
        match bytes.get(at) {
            None if at_end => return Reach::Whole(bytes.len()),
            None => return Reach::Unknown,
            Some(b'\n') => return Reach::Whole(at + 1),
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => return Reach::Whole(at + 2),
            Some(_) => at += 1,
        }
    }
}

enum Closing {
    /// Length until behind the closing quote.
    At(usize),
    /// Length until behind the quoted part of a field that goes on without quotes.
    Stray(usize),
    Beyond,
    Broken,
}

fn closing(field: &[u8], delimiter: u8, at_end: bool) -> Closing {
    let mut at = 1;
    loop {
        let Some(length) = memchr(b'"', field.get(at..).unwrap_or_default()) else { return Closing::Beyond };
        at += length + 1;
        match (field.get(at), field.get(at + 1)) {
            (Some(b'"'), _) => at += 1,
            (None, _) | (Some(b'\r'), None) if !at_end => return Closing::Beyond,
            (None, _) | (Some(b'\r'), None) => return Closing::At(at),
            (Some(b'\n'), _) | (Some(b'\r'), Some(b'\n')) => return Closing::At(at),
            (Some(next), _) if *next == delimiter => return Closing::At(at),
            _ if memchr(b'\n', field.get(..at).unwrap_or_default()).is_some() => return Closing::Broken,
            _ => return Closing::Stray(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_delimiter_is_found_wherever_it_stands(bytes in prop::collection::vec(0u8..4, 0..80), delimiter in 0u8..6) {
            let model = bytes.iter().position(|byte| *byte == delimiter).unwrap_or(bytes.len());
            prop_assert_eq!(length_of(&bytes, delimiter), model);
        }
    }

    fn split(record: &str) -> Result<Vec<String>, BrokenQuote> {
        let mut fields = Fields::default();
        fields.split(record.as_bytes(), b',')?;
        Ok(fields.iter(record.as_bytes()).map(|field| String::from_utf8_lossy(field).into_owned()).collect())
    }

    #[test]
    fn quotes_and_their_faults() {
        assert_eq!(split("a,\"b,\"\"c\"\"\",").unwrap(), ["a", "b,\"c\"", ""]);
        assert_eq!(split("5\" disk,\"x\ny\"").unwrap(), ["5\" disk", "x\ny"]);
        assert_eq!(split("").unwrap(), [""]);
        assert_eq!(split("\"\"").unwrap(), [""]);
        assert_eq!(split("\"a=\\\"\\\"b\\\"\",c").unwrap(), ["a=\\\\\"b\\\"\"", "c"]);
        for bad in ["\"a", "\"a\nb\"c,d", "a,\"", "\"a\"\""] {
            assert_eq!(split(bad), Err(BrokenQuote), "{bad}");
        }
    }

    proptest! {
        /// The naive model: every field quoted where needed, joined, split again.
        #[test]
        fn what_was_written_is_read(fields in prop::collection::vec("[a\", \n]{0,6}", 1..8)) {
            let quote = |field: &String| match field.contains(['"', ',', '\n']) {
                true => format!("\"{}\"", field.replace('"', "\"\"")),
                false => field.clone(),
            };
            let record = fields.iter().map(quote).collect::<Vec<_>>().join(",");
            prop_assert_eq!(split(&record).unwrap(), fields);
            let lines = format!("{record}\nnext");
            prop_assert_eq!(reach(lines.as_bytes(), b',', false), Reach::Whole(record.len() + 1));
            prop_assert_eq!(reach(record.as_bytes(), b',', true), Reach::Whole(record.len()));
        }

        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>) {
            let mut fields = Fields::default();
            let _ = fields.split(&bytes, b',');
            let _ = (reach(&bytes, b',', false), reach(&bytes, b',', true));
        }
    }
}
