//! Lists of subjects for an inquiry: one CSV of many identifiers becomes one inquiry with as many items (S4.5).
//!
//! The first line names the columns, in English or Japanese, in any order:
//!
//! | column | 列 | |
//! |---|---|---|
//! | `kind` | 種類 | what kind of identifier |
//! | `value` | 対象 | the identifier |
//! | `field` | 項目 | the field of the provider's form |
//! | `from`, `until` | 開始, 終了 | for which time; may be left out |
//! | `zone` | 時間帯 | the zone of these times; may be left out |
//!
//! Spreadsheets in Japan write CSV in UTF-8 or in Windows-31J (called Shift_JIS); both are read. A list with anything
//! wrong in it is refused as a whole, with every place: half of a list would be another inquiry.

use std::fmt;

use encoding_rs::SHIFT_JIS;

/// Most bytes of a list.
pub const MOST_BYTES: usize = 4 << 20;
/// Most places that are told.
const TOLD: usize = 20;

/// A line of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// What kind of identifier.
    pub kind: String,
    /// The identifier.
    pub value: String,
    /// The field that is asked for.
    pub field: String,
    /// From when; empty: no time.
    pub from: String,
    /// Until when.
    pub until: String,
    /// The zone of these times; empty: the inquiry's.
    pub zone: String,
}

/// What is wrong with a list, place by place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListError(pub Vec<Wrong>);

/// One thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// In which line, from 1; 0: the whole list.
    pub line: u64,
    /// What.
    pub what: What,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// More than [`MOST_BYTES`].
    TooLarge,
    /// Neither UTF-8 nor Windows-31J.
    Encoding,
    /// The first line lacks this column.
    NoColumn(&'static str),
    /// The first line has this column twice.
    Twice(&'static str),
    /// The line has more or fewer cells than the first one.
    Cells,
    /// This cell is empty.
    Empty(&'static str),
    /// There is no line behind the first.
    NoLine,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        match self.what {
            What::TooLarge => write!(f, "the list has more than {} MiB", MOST_BYTES >> 20),
            What::Encoding => f.write_str("the list is neither UTF-8 nor Shift_JIS: save it as CSV UTF-8"),
            What::NoColumn(column) => write!(f, "there is no column `{column}`"),
            What::Twice(column) => write!(f, "the column `{column}` stands there twice"),
            What::Cells => f.write_str("more or fewer cells than the first line has"),
            What::Empty(column) => write!(f, "`{column}` is empty"),
            What::NoLine => f.write_str("the list names no subject"),
        }
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, wrong) in self.0.iter().take(TOLD).enumerate() {
            write!(f, "{}{wrong}", if place > 0 { "; " } else { "" })?;
        }
        match self.0.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for ListError {}

/// The columns, with their names in Japanese.
const COLUMNS: [(&str, &str); 6] =
    [("kind", "種類"), ("value", "対象"), ("field", "項目"), ("from", "開始"), ("until", "終了"), ("zone", "時間帯")];
/// How many of them every list has.
const NEEDED: usize = 3;

/// Reads a list.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Vec<Subject>, ListError> {
    let whole = |what| ListError(vec![Wrong { line: 0, what }]);
    if bytes.len() > MOST_BYTES {
        return Err(whole(What::TooLarge));
    }
    let text = decoded(bytes).ok_or_else(|| whole(What::Encoding))?;
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let first = records.next().and_then(Result::ok).unwrap_or_default();
    let places = columns(&first)?;
    let (mut subjects, mut wrongs) = (Vec::new(), Vec::new());
    for record in records {
        // What was decoded is UTF-8, so that a record can always be read.
        let Ok(record) = record else { continue };
        let line = record.position().map_or(0, ::csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != first.len() {
            wrongs.push(Wrong { line, what: What::Cells });
            continue;
        }
        let [kind, value, field, from, until, zone] =
            places.map(|place| place.and_then(|place| record.get(place)).unwrap_or_default().trim().to_owned());
        let subject = Subject { kind, value, field, from, until, zone };
        let needed = [&subject.kind, &subject.value, &subject.field];
        let empty = COLUMNS.iter().zip(needed).filter(|(_, cell)| cell.is_empty());
        wrongs.extend(empty.map(|((column, _), _)| Wrong { line, what: What::Empty(column) }));
        subjects.push(subject);
    }
    match (wrongs.is_empty(), subjects.is_empty()) {
        (false, _) => Err(ListError(wrongs)),
        (true, true) => Err(whole(What::NoLine)),
        (true, false) => Ok(subjects),
    }
}

/// Where each column stands.
fn columns(first: &::csv::StringRecord) -> Result<[Option<usize>; COLUMNS.len()], ListError> {
    let mut wrongs = Vec::new();
    let mut number = 0;
    let places = COLUMNS.map(|(column, japanese)| {
        let named = |cell: &str| cell.trim().eq_ignore_ascii_case(column) || cell.trim() == japanese;
        let mut found = first.iter().enumerate().filter(|(_, cell)| named(cell)).map(|(place, _)| place);
        let place = found.next();
        if found.next().is_some() {
            wrongs.push(Wrong { line: 1, what: What::Twice(column) });
        }
        if place.is_none() && number < NEEDED {
            wrongs.push(Wrong { line: 1, what: What::NoColumn(column) });
        }
        number += 1;
        place
    });
    if wrongs.is_empty() { Ok(places) } else { Err(ListError(wrongs)) }
}

fn decoded(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => {
            let (text, _, broken) = SHIFT_JIS.decode(bytes);
            (!broken).then(|| text.into_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(kind: &str, value: &str, field: &str) -> Subject {
        let [kind, value, field] = [kind, value, field].map(str::to_owned);
        Subject { kind, value, field, ..Subject::default() }
    }

    fn wrongs(bytes: &[u8]) -> Vec<(u64, What)> {
        read(bytes).unwrap_err().0.into_iter().map(|wrong| (wrong.line, wrong.what)).collect()
    }

    #[test]
    fn a_list_is_read_in_either_language_and_encoding() {
        let english =
            "kind,value,field\naccount,taro-1,holder-name\n\n\"mail\",\"a\"\"b@mail.example\",holder-name\r\n";
        let read_of =
            [subject("account", "taro-1", "holder-name"), subject("mail", "a\"b@mail.example", "holder-name")];
        assert_eq!(read(english.as_bytes()).unwrap(), read_of);
        let with_mark = [b"\xEF\xBB\xBF".as_slice(), english.as_bytes()].concat();
        assert_eq!(read(&with_mark).unwrap(), read_of);
        let japanese = "項目,種類,対象,開始,終了\nregistration-ip,account,花子１,2026-10-01T13:00,2026-10-01T14:00\n";
        let (sjis, _, _) = SHIFT_JIS.encode(japanese);
        for bytes in [japanese.as_bytes(), &sjis] {
            let all = read(bytes).unwrap();
            assert_eq!(
                (all[0].value.as_str(), all[0].from.as_str(), all[0].zone.as_str()),
                ("花子１", "2026-10-01T13:00", "")
            );
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_place() {
        assert_eq!(
            wrongs(b""),
            [(1, What::NoColumn("kind")), (1, What::NoColumn("value")), (1, What::NoColumn("field"))]
        );
        assert_eq!(wrongs(b"kind,value,field\n"), [(0, What::NoLine)]);
        assert_eq!(wrongs(b"kind,value,field,value\na,b,c,d\n"), [(1, What::Twice("value"))]);
        let list = "kind,value,field\naccount,,holder-name\nmail,x\n,y,\n";
        let found = [(2, What::Empty("value")), (3, What::Cells), (4, What::Empty("kind")), (4, What::Empty("field"))];
        assert_eq!(wrongs(list.as_bytes()), found);
        assert_eq!(wrongs(&[0xFF, 0xFE, b'a']), [(0, What::Encoding)]);
        assert_eq!(wrongs(&vec![b'a'; MOST_BYTES + 1]), [(0, What::TooLarge)]);
        let many = format!("kind,value,field\n{}", ",,\na,,\n".repeat(30));
        assert!(read(many.as_bytes()).unwrap_err().to_string().ends_with("and 40 more"));
    }
}
