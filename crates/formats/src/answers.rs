//! Answers as CSV of line key and status: counted here and forgotten here (G20).
//!
//! Only two columns are looked at. Whatever else a file brings, a subscriber's name above all, is
//! named by its position and never read; no line is kept.

use std::collections::HashSet;
use std::io::{self, BufRead};
use std::str::FromStr as _;
use std::sync::Arc;

use renkei_core::answer::{Counts, Status};
use renkei_table::LineKey;

use crate::compression::content;
use crate::csv::fields::{Fields, Reach, reach};
use crate::finding::{Code, Finding};

/// What an answer file came to: numbers, and where it could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// How many lines of each status, each line key once.
    pub counts: Counts,
    /// Rows read, header and blank lines not counted.
    pub rows: u64,
    /// Rows that were not counted; the findings say why.
    pub refused: u64,
    /// Positions, never content; a column by its number.
    pub findings: Vec<Finding>,
}

/// Why an answer file is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// The file itself.
    #[error("the answer file cannot be read")]
    Io(#[from] io::Error),
    /// The header does not name both columns.
    #[error(
        "the header needs a column for the line key (`line_key`, `行キー`) and one for the status (`status`, `状態`)"
    )]
    Header,
}

/// Reads an answer file and counts. `known` says whether a line key is one of the request's.
///
/// # Errors
/// When the file cannot be read or its header lacks one of the two columns.
pub fn read(file: impl BufRead, known: impl Fn(LineKey) -> bool) -> Result<Answers, AnswersError> {
    let (bytes, _) = content(file)?;
    let text = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes);
    let (header, delimiter) = header(text).ok_or(AnswersError::Header)?;
    let mut out = Answers { counts: Counts::default(), rows: 0, refused: 0, findings: Vec::new() };
    for place in header.others() {
        let column = Some(Arc::from(format!("#{}", place + 1)));
        out.findings.push(Finding { line: 1, offset: 0, column, code: Code::AnswerColumn });
    }
    let mut seen = HashSet::new();
    let mut fields = Fields::default();
    for (line, offset, record) in records(text, delimiter).skip(1) {
        if record.trim_ascii().is_empty() {
            continue;
        }
        out.rows += 1;
        match row(record, delimiter, &header, &mut fields, &known, &mut seen) {
            Ok(status) => out.counts.add(status, 1),
            Err((place, code)) => {
                out.refused += 1;
                let column = place.map(|place| Arc::from(format!("#{}", place + 1)));
                out.findings.push(Finding { line, offset, column, code });
            }
        }
    }
    Ok(out)
}

struct Header {
    key: usize,
    status: usize,
    columns: usize,
}

impl Header {
    fn others(&self) -> impl Iterator<Item = usize> {
        let (key, status) = (self.key, self.status);
        (0..self.columns).filter(move |place| *place != key && *place != status)
    }
}

fn header(text: &[u8]) -> Option<(Header, u8)> {
    let first = memchr::memchr(b'\n', text).and_then(|end| text.get(..end)).unwrap_or(text);
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    b",;\t".iter().find_map(|delimiter| {
        let mut fields = Fields::default();
        fields.split(first, *delimiter).ok()?;
        let names: Vec<String> = fields.iter(first).map(plain).collect();
        let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        let key =
            place(&["line_key", "line key", "line-key", "line", "key", "行キー", "行番号キー", "行識別子", "識別子"])?;
        let status = place(&["status", "state", "result", "answer", "状態", "対応状況", "結果", "回答", "ステータス"])?;
        Some((Header { key, status, columns: names.len() }, *delimiter))
    })
}

fn plain(field: &[u8]) -> String {
    String::from_utf8_lossy(field).trim().to_lowercase()
}

type Refusal = (Option<usize>, Code);

fn row(
    record: &[u8],
    delimiter: u8,
    header: &Header,
    fields: &mut Fields,
    known: &impl Fn(LineKey) -> bool,
    seen: &mut HashSet<LineKey>,
) -> Result<Status, Refusal> {
    fields.split(record, delimiter).map_err(|_| (None, Code::AnswerRow))?;
    if fields.len() != header.columns {
        return Err((None, Code::AnswerRow));
    }
    let key = std::str::from_utf8(fields.get(record, header.key)).ok();
    let key = key.and_then(|text| LineKey::from_str(text.trim()).ok()).filter(|key| known(*key));
    let key = key.ok_or((Some(header.key), Code::AnswerKey))?;
    let status = status(&plain(fields.get(record, header.status))).ok_or((Some(header.status), Code::AnswerStatus))?;
    if !seen.insert(key) {
        return Err((Some(header.key), Code::AnswerRepeated));
    }
    Ok(status)
}

/// The words an answer may use; docs/findings.md lists them.
fn status(word: &str) -> Option<Status> {
    let word = word.replace(['_', ' '], "-");
    Some(match word.as_str() {
        "customer-told" | "told" | "notified" | "連絡済み" | "連絡済" | "通知済み" | "通知済" | "利用者に連絡済み" => {
            Status::CustomerTold
        }
        "quarantined" | "isolated" | "隔離" | "隔離済み" | "隔離済" | "通信制限" => Status::Quarantined,
        "cleaned" | "clean" | "駆除済み" | "駆除済" | "解消" | "対応済み" => Status::Cleaned,
        "not-ours" | "他社" | "自社ではない" | "該当なし(他社)" => Status::NotOurs,
        "shared-address-need-port"
        | "need-port"
        | "shared-address"
        | "共有アドレス"
        | "ポートが必要"
        | "要ポート番号" => Status::SharedAddressNeedPort,
        "no-data" | "データなし" | "記録なし" | "ログなし" => Status::NoData,
        "credentials-reset" | "reset" | "locked" | "再設定済み" | "再設定済" | "停止済み" | "利用停止" => {
            Status::CredentialsReset
        }
        "no-such-account" | "unknown-account" | "該当なし" | "アカウントなし" => Status::NoSuchAccount,
        "repaired" | "修復済み" | "修復済" | "対策済み" | "対策済" => Status::Repaired,
        "nothing-found" | "異常なし" | "異状なし" | "確認できず" => Status::NothingFound,
        _ => return None,
    })
}

/// Line number, offset and bytes of each record, line ends cut off.
fn records(text: &[u8], delimiter: u8) -> impl Iterator<Item = (u64, u64, &[u8])> {
    let (mut at, mut line) = (0, 1);
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let first = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let odd = memchr::memchr_iter(b'"', rest.get(..first).unwrap_or_default()).count() % 2 == 1;
        let length = match odd {
            true => match reach(rest, delimiter, true) {
                Reach::Whole(length) => length,
                Reach::Unknown | Reach::Broken => first,
            },
            false => first,
        };
        let record = rest.get(..length).unwrap_or_default();
        let here = (line, at as u64);
        line += memchr::memchr_iter(b'\n', record).count() as u64;
        at += length;
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        Some((here.0, here.1, record.strip_suffix(b"\r").unwrap_or(record)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn check(text: &str, expected: expect_test::Expect) {
        let answers = read(text.as_bytes(), |_| true).unwrap();
        let mut shown = format!("rows {} refused {}\n", answers.rows, answers.refused);
        for (status, count) in answers.counts.iter() {
            shown += &format!("{} {count}\n", status.word());
        }
        for finding in &answers.findings {
            let column = finding.column.as_deref().unwrap_or("-");
            shown += &format!("line {} {column} {}\n", finding.line, finding.code.as_str());
        }
        expected.assert_eq(&shown);
    }

    #[test]
    fn names_of_subscribers_are_refused_and_nothing_of_them_is_kept() {
        check(
            &format!("行キー,契約者名,状態\r\n{KEY},甲,連絡済み\r\n{KEY},乙,cleaned\r\nx,丙,cleaned\r\n"),
            expect_test::expect![[r#"
                rows 3 refused 2
                customer-told 1
                line 1 #2 R053
                line 3 #1 R052
                line 4 #1 R051
            "#]],
        );
    }

    #[test]
    fn other_delimiters_words_and_faults() {
        let other = KEY.replace('0', "1");
        check(
            &format!("Line Key;Status\n{KEY};\"need port\"\n{other};done\n{other}\n\n{other};NO_DATA"),
            expect_test::expect![[r#"
                rows 4 refused 2
                shared-address-need-port 1
                no-data 1
                line 3 #2 R050
                line 4 - R054
            "#]],
        );
        assert!(matches!(read("a,b\n".as_bytes(), |_| true), Err(AnswersError::Header)));
    }

    #[test]
    fn keys_that_are_not_of_the_request_do_not_count() {
        let answers = read(format!("key,status\n{KEY},cleaned\n").as_bytes(), |_| false).unwrap();
        assert_eq!((answers.counts.total(), answers.refused), (0, 1));
    }
}
