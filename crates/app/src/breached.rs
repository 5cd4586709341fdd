//! Breached passwords: a list that the office keeps beside itself, searched where it lies and never loaded.
//!
//! The form is that of "Pwned Passwords", ordered by hash: a line each of 40 hexadecimal digits (SHA-1 of the
//! password), `:`, and a count; sorted; lines end with LF or CRLF, the last may end with neither. The whole list has
//! several gigabytes, so that a password is looked for by halving the file: some thirty short reads. Nobody
//! outside is asked, so that nobody learns a password or a part of its hash.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha1::{Digest as _, Sha1};

/// Longest line, with its end: hash, `:`, twenty digits, CRLF.
const LINE: u64 = 40 + 1 + 20 + 2;
/// What is short enough to be read from its first line to its last; more than two lines.
const SHORT: u64 = 8 * LINE;
/// Lists up to this size are read through when they are looked over, larger ones at so many places.
const READ_THROUGH: u64 = 64 << 20;
const PLACES: u64 = 4096;

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BreachedError {
    /// It is not there, or cannot be read.
    #[error(
        "cannot read the list of breached passwords `{}`: put the file there, or take `breached_file` out of [passwords] in office.toml",
        .0.display()
    )]
    Io(PathBuf, #[source] io::Error),
    /// It is not of the form.
    #[error(
        "the list of breached passwords `{}` is not right at byte {}: {}. Fetch it again, ordered by hash",
        .0.display(), .1.at, .1.why
    )]
    Form(PathBuf, Fault),
}

/// What is wrong with a list, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Byte at which the line begins.
    pub at: u64,
    /// What is wrong there.
    pub why: &'static str,
}

/// Why a search came to no end.
#[derive(Debug, thiserror::Error)]
enum SearchError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{} at {}", .0.why, .0.at)]
    Form(Fault),
}

/// A list that lies in a file.
#[derive(Debug, Clone)]
pub struct Breached(PathBuf);

type Hash = [u8; 20];

impl Breached {
    /// The list in a file, which is not looked at yet.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Whether a password stands in the list.
    pub fn has(&self, password: &str) -> Result<bool, BreachedError> {
        let hash: Hash = Sha1::digest(password.as_bytes()).into();
        let mut file = self.open()?;
        find(&mut file, &hash).map_err(|error| self.error(error))
    }

    /// Looks the list over: every line of a short one, many places of a long one. Its size in bytes.
    pub fn check(&self) -> Result<u64, BreachedError> {
        let mut file = self.open()?;
        look_over(&mut file, READ_THROUGH, PLACES).map_err(|error| self.error(error))
    }

    fn open(&self) -> Result<File, BreachedError> {
        File::open(&self.0).map_err(|error| BreachedError::Io(self.0.clone(), error))
    }

    fn error(&self, error: SearchError) -> BreachedError {
        match error {
            SearchError::Io(error) => BreachedError::Io(self.0.clone(), error),
            SearchError::Form(fault) => BreachedError::Form(self.0.clone(), fault),
        }
    }
}

/// Whether a hash stands in a sorted list.
fn find(list: &mut (impl Read + Seek), wanted: &Hash) -> Result<bool, SearchError> {
    // Both are beginnings of lines, or the end: the hash stands between them, if anywhere.
    let (mut low, mut high) = (0, list.seek(SeekFrom::End(0))?);
    while high - low > SHORT {
        let middle = next_line(list, low + (high - low) / 2)?;
        let line = Line::read(list, middle)?;
        match line.hash.cmp(wanted) {
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Less => low = line.end,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    while low < high {
        let line = Line::read(list, low)?;
        if line.hash == *wanted {
            return Ok(true);
        }
        low = line.end;
    }
    Ok(false)
}

/// Looks a list over: every line if it has at most so many bytes, else so many places; its size.
fn look_over(list: &mut (impl Read + Seek), through: u64, places: u64) -> Result<u64, SearchError> {
    let size = list.seek(SeekFrom::End(0))?;
    if size == 0 {
        return Err(SearchError::Form(Fault { at: 0, why: "the file is empty" }));
    }
    let mut order = Order(None);
    if size <= through {
        // One short read a line would be slow: what is short is held.
        let mut bytes = Vec::new();
        list.seek(SeekFrom::Start(0))?;
        list.read_to_end(&mut bytes)?;
        let (mut held, mut at) = (io::Cursor::new(bytes), 0);
        while at < size {
            at = order.next(&mut held, at)?;
        }
        return Ok(size);
    }
    let mut at = order.next(list, 0)?;
    for place in 1..places {
        let begun = next_line(list, (size / places * place).max(at))?;
        if begun < size {
            at = order.next(list, begun)?;
        }
    }
    // The last lines are looked at wherever the places fell.
    let tail = size.saturating_sub(2 * LINE);
    if at < tail {
        at = next_line(list, tail)?;
    }
    while at < size {
        at = order.next(list, at)?;
    }
    Ok(size)
}

/// The hash of the line looked at last: none that follows comes before it.
struct Order(Option<Hash>);

impl Order {
    /// Looks at the line that begins at a byte; where the next begins.
    fn next(&mut self, list: &mut (impl Read + Seek), at: u64) -> Result<u64, SearchError> {
        let line = Line::read(list, at)?;
        if self.0.replace(line.hash).is_some_and(|before| before > line.hash) {
            return Err(SearchError::Form(Fault { at, why: "its hash comes before that of an earlier line" }));
        }
        Ok(line.end)
    }
}

/// The beginning of the first line after a byte; the end of the file where none begins any more.
fn next_line(list: &mut (impl Read + Seek), after: u64) -> Result<u64, SearchError> {
    let bytes = part(list, after)?;
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(place) => Ok(after + place as u64 + 1),
        None if (bytes.len() as u64) < LINE => Ok(after + bytes.len() as u64),
        None => Err(SearchError::Form(Fault { at: after, why: "a line is too long" })),
    }
}

/// One line.
struct Line {
    hash: Hash,
    /// Where the next begins.
    end: u64,
}

impl Line {
    /// The line that begins at a byte.
    fn read(list: &mut (impl Read + Seek), at: u64) -> Result<Self, SearchError> {
        let wrong = |why| SearchError::Form(Fault { at, why });
        let bytes = part(list, at)?;
        let (line, end) = match bytes.iter().position(|byte| *byte == b'\n') {
            Some(place) => (bytes.get(..place).unwrap_or_default(), place as u64 + 1),
            None if bytes.len() as u64 == LINE => return Err(wrong("a line is too long")),
            None => (bytes.as_slice(), bytes.len() as u64),
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (digits, rest) = line.split_at_checked(40).ok_or_else(|| wrong("a line is too short"))?;
        let count = rest.strip_prefix(b":").ok_or_else(|| wrong("no `:` after 40 characters"))?;
        if count.is_empty() || !count.iter().all(u8::is_ascii_digit) {
            return Err(wrong("no count after the `:`"));
        }
        let hash = hash(digits).ok_or_else(|| wrong("the first 40 characters are not hexadecimal digits"))?;
        Ok(Self { hash, end: at + end })
    }
}

/// As many bytes from a place on as the longest line has, fewer at the end.
fn part(list: &mut (impl Read + Seek), at: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(LINE as usize);
    list.seek(SeekFrom::Start(at))?;
    list.by_ref().take(LINE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn hash(digits: &[u8]) -> Option<Hash> {
    let mut hash = Hash::default();
    for (slot, pair) in hash.iter_mut().zip(digits.chunks(2)) {
        let nibble = |digit: Option<&u8>| char::from(*digit?).to_digit(16);
        *slot = u8::try_from(nibble(pair.first())? << 4 | nibble(pair.get(1))?).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn text(hash: &Hash, upper: bool) -> String {
        let mut text = String::new();
        for byte in hash {
            write!(text, "{byte:02x}").unwrap();
        }
        if upper { text.to_uppercase() } else { text }
    }

    /// A list as some program may have written it.
    fn list(hashes: &[Hash], counts: &[u64], upper: bool, end: &str, last: bool) -> Vec<u8> {
        let lines =
            hashes.iter().zip(counts.iter().cycle()).map(|(hash, count)| format!("{}:{count}", text(hash, upper)));
        let mut list = lines.collect::<Vec<_>>().join(end);
        if last && !list.is_empty() {
            list.push_str(end);
        }
        list.into_bytes()
    }

    /// What a scan of every line finds, written without any of the above.
    fn scan(list: &[u8], wanted: &Hash) -> bool {
        let wanted = text(wanted, true);
        let list = String::from_utf8(list.to_vec()).unwrap();
        list.lines().any(|line| line.split(':').next().unwrap().to_uppercase() == wanted)
    }

    proptest! {
        /// Halving the file finds what a scan finds, and nothing else.
        #[test]
        fn it_finds_what_a_scan_finds(
            // Hashes that differ late and hashes that differ at once, so that neighbours are often asked for.
            picked in prop::collection::btree_set((0u8..4, 0u8..40), 0..200),
            counts in prop::collection::vec(prop_oneof![0u64..10, any::<u64>()], 1..20),
            asked in prop::collection::vec((0u8..5, 0u8..41), 0..50),
            (upper, crlf, last) in any::<(bool, bool, bool)>(),
        ) {
            let made = |(first, rest): &(u8, u8)| { let mut hash = [*rest; 20]; hash[0] = first * 60; hash };
            let hashes: Vec<Hash> = picked.iter().map(made).collect();
            let bytes = list(&hashes, &counts, upper, if crlf { "\r\n" } else { "\n" }, last);
            for wanted in asked.iter().map(made).chain(hashes.iter().copied()) {
                let found = find(&mut Cursor::new(&bytes), &wanted).unwrap();
                prop_assert_eq!(found, scan(&bytes, &wanted), "{}", text(&wanted, upper));
            }
            if !bytes.is_empty() {
                prop_assert_eq!(look_over(&mut Cursor::new(&bytes), u64::MAX, 9).unwrap(), bytes.len() as u64);
                prop_assert_eq!(look_over(&mut Cursor::new(&bytes), 0, 9).unwrap(), bytes.len() as u64);
            }
        }

        /// Whatever lies in the file, the search ends with an answer or a fault.
        #[test]
        fn no_bytes_make_it_fall(
            bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b':'), Just(b'A'), Just(b'0'), any::<u8>()], 0..1200),
            wanted: Hash,
        ) {
            let _ = find(&mut Cursor::new(&bytes), &wanted);
            let _ = look_over(&mut Cursor::new(&bytes), u64::MAX, 9);
            let _ = look_over(&mut Cursor::new(&bytes), 0, 9);
        }
    }

    fn hashes(count: u8) -> Vec<Hash> {
        (0..count).map(|number| [number; 20]).collect()
    }

    #[test]
    fn the_ends_of_a_list_are_found_too() {
        for (end, last) in [("\n", true), ("\n", false), ("\r\n", true), ("\r\n", false)] {
            for upper in [false, true] {
                let bytes = list(&hashes(200), &[1, 23_456_789], upper, end, last);
                for (wanted, there) in [([0; 20], true), ([199; 20], true), ([100; 20], true), ([200; 20], false)] {
                    assert_eq!(find(&mut Cursor::new(&bytes), &wanted).unwrap(), there, "{end:?} {last} {upper}");
                }
            }
        }
        assert!(!find(&mut Cursor::new(b""), &[0; 20]).unwrap());
        let alone = list(&[[7; 20]], &[u64::MAX], true, "\r\n", true);
        assert!(
            find(&mut Cursor::new(&alone), &[7; 20]).unwrap() && !find(&mut Cursor::new(&alone), &[6; 20]).unwrap()
        );
    }

    #[test]
    fn a_list_that_is_not_one_is_told_with_the_place() {
        let fault = |bytes: &[u8], through| match look_over(&mut Cursor::new(bytes), through, 64) {
            Err(SearchError::Form(fault)) => fault,
            other => panic!("{other:?}"),
        };
        for through in [0, u64::MAX] {
            assert_eq!(fault(b"", through).why, "the file is empty");
            let mut turned = hashes(200);
            turned.reverse();
            let turned = list(&turned, &[1], true, "\n", true);
            assert_eq!(fault(&turned, through).why, "its hash comes before that of an earlier line");
            let plain = fault(b"password\n123456\n", through);
            assert_eq!((plain.at, plain.why), (0, "a line is too short"));
            let html = format!("<html>{}", "x".repeat(2000));
            assert_eq!(fault(html.as_bytes(), through).why, "a line is too long");
            let other = format!("{}00\n", text(&[1; 20], true));
            assert_eq!(fault(other.as_bytes(), through).why, "no `:` after 40 characters");
            let no_count = format!("{}:\n", text(&[1; 20], true));
            assert_eq!(fault(no_count.as_bytes(), through).why, "no count after the `:`");
            let no_hex = format!("{}:1\n", "G".repeat(40));
            assert_eq!(fault(no_hex.as_bytes(), through).why, "the first 40 characters are not hexadecimal digits");
        }
        // One line that stands wrong is found where every line is looked at.
        let mut mixed = hashes(200);
        mixed.swap(3, 190);
        assert!(fault(&list(&mixed, &[1], true, "\n", true), u64::MAX).at > 0);
        // Where the search itself comes upon it, it says so instead of answering.
        let broken = [list(&hashes(100), &[1], true, "\n", true), vec![b'x'; 20_000]].concat();
        assert!(matches!(find(&mut Cursor::new(&broken), &[250; 20]), Err(SearchError::Form(_))));
    }

    #[test]
    fn a_file_is_searched_where_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pwned.txt");
        let breached = Breached::at(path.clone());
        assert!(matches!(breached.has("x"), Err(BreachedError::Io(..))));
        // The first of all lists, by another program: `printf password1234 | sha1sum`.
        std::fs::write(&path, "E6B6AFBD6D76BB5D2041542D7D2E3FAC5BB05593:3861493\r\n").unwrap();
        assert!(breached.has("password1234").unwrap() && !breached.has("password12345").unwrap());
        assert_eq!(breached.check().unwrap(), 50);
        assert!(matches!(Breached::at(folder.path().to_path_buf()).check(), Err(BreachedError::Io(..))));
    }
}
