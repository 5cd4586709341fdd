//! The paper of an inquiry: what every stage signs, as one sequence of bytes.
//!
//! ```text
//! renkei inquiry v1
//! number <text>              the document number, from the issue book (交付簿)
//! salt <32 hex digits>       random: whoever has the digest and the rest of the paper cannot try subjects
//! asker <party>              whose inquiry it is
//! section <text>             the section that asks
//! officer <seat>             the desk that handles it
//! recipient <party>          the provider
//! instrument <word>
//! form <count>               version of the provider's form
//! basis <text>               the ground in law, as the organisation states it
//! case <text>                the case (件名)
//! purpose <text>
//! days <count>               days of preservation; 0: none
//! item <number> <kind> <field> <class> <borderline 0|1> <from|-> <until|-> <zone|-> <value>
//! ```
//! Papers that were drafted before there was salt have no such line. Each line ends with a line feed. In texts `\` is written `\\` and a line feed `\n`; other control
//! characters do not occur. Moments are microseconds since 1970 in UTC. There is exactly one sequence of
//! bytes for a paper: reading refuses every other.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::Instrument;
use super::identifier::Kind;
use super::item::{Item, Window};
use crate::class::DataClass;
use crate::id::{Digest, PartyId, SeatId};
use crate::time::Moment;

const HEAD: &str = "renkei inquiry v1";

/// What is asked, of whom, on which ground (S4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The document number.
    pub number: String,
    /// 128 random bits, drawn with the draft; `None`: it was drafted before there was salt.
    pub salt: Option<Salt>,
    /// Whose inquiry it is.
    pub asker: PartyId,
    /// The section that asks.
    pub section: String,
    /// The desk that handles it.
    pub officer: SeatId,
    /// The provider.
    pub recipient: PartyId,
    /// On what it rests.
    pub instrument: Instrument,
    /// The version of the provider's form that it was written for.
    pub form: u64,
    /// The ground in law, as the organisation states it.
    pub basis: String,
    /// The case (件名).
    pub case: String,
    /// What it is for.
    pub purpose: String,
    /// Days that logs are to be preserved; 0: nothing is.
    pub days: u32,
    /// What is asked, numbered from 1.
    pub items: Vec<Item>,
}

/// Random bits that stand in a paper, so that its digest tells nothing of what it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub u128);

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Salt {
    type Err = PaperError;
    fn from_str(text: &str) -> Result<Self, PaperError> {
        let salt = u128::from_str_radix(text, 16).map(Self).map_err(|_| PaperError { line: 0 })?;
        if alloc::format!("{salt}") == text { Ok(salt) } else { Err(PaperError { line: 0 }) }
    }
}

/// A text is no paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the inquiry is not as it should be")]
pub struct PaperError {
    /// From 1.
    pub line: usize,
}

impl Paper {
    /// Its bytes.
    pub fn canonical(&self) -> String {
        let Self { number, salt, asker, section, officer, recipient, instrument, form, basis, case, purpose, .. } =
            self;
        let Self { days, items, .. } = self;
        let salt = salt.map(|salt| format!("salt {salt}\n")).unwrap_or_default();
        let mut text = format!(
            "{HEAD}\nnumber {}\n{salt}asker {asker}\nsection {}\nofficer {officer}\nrecipient {recipient}\n\
             instrument {instrument}\nform {form}\nbasis {}\ncase {}\npurpose {}\ndays {days}\n",
            line(number),
            line(section),
            line(basis),
            line(case),
            line(purpose),
        );
        for item in items {
            let Item { number, kind, value, field, class, borderline, window } = item;
            let window = match window {
                Some(Window { from, until, zone }) => format!("{} {} {}", from.0, until.0, line(zone)),
                None => "- - -".to_string(),
            };
            let borderline = u8::from(*borderline);
            text.push_str(&format!("item {number} {kind} {field} {class} {borderline} {window} {}\n", line(value)));
        }
        text
    }

    /// SHA-256 of its bytes: what the stages sign.
    pub fn digest(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }

    /// Reads a paper; every sequence of bytes but the one that [`Paper::canonical`] writes is refused.
    pub fn parse(text: &str) -> Result<Self, PaperError> {
        let mut lines = text.split_terminator('\n').enumerate().map(|(at, line)| (at + 1, line));
        let is_salted = text.split('\n').nth(2).is_some_and(|line| line.starts_with("salt "));
        let mut next = |key: &str| -> Result<(usize, String), PaperError> {
            let (line, text) = lines.next().ok_or(PaperError { line: 0 })?;
            let value = match key.is_empty() {
                true => Some(text),
                false => text.strip_prefix(key).and_then(|rest| rest.strip_prefix(' ')),
            };
            Ok((line, value.ok_or(PaperError { line })?.to_string()))
        };
        let (line, head) = next("")?;
        if head != HEAD {
            return Err(PaperError { line });
        }
        let paper = Self {
            number: said(next("number")?)?,
            salt: if is_salted { Some(read(next("salt")?)?) } else { None },
            asker: read(next("asker")?)?,
            section: said(next("section")?)?,
            officer: read(next("officer")?)?,
            recipient: read(next("recipient")?)?,
            instrument: word(next("instrument")?, Instrument::from_word)?,
            form: read(next("form")?)?,
            basis: said(next("basis")?)?,
            case: said(next("case")?)?,
            purpose: said(next("purpose")?)?,
            days: read(next("days")?)?,
            items: lines.map(|(line, text)| item(text).ok_or(PaperError { line })).collect::<Result<_, _>>()?,
        };
        // What is read is what would be written: no second form of the same paper.
        let written = paper.canonical();
        let differs = written.lines().zip(text.lines()).position(|(a, b)| a != b);
        match (differs, written == *text) {
            (_, true) => Ok(paper),
            (Some(at), false) => Err(PaperError { line: at + 1 }),
            (None, false) => Err(PaperError { line: text.lines().count() }),
        }
    }
}

/// A text on one line, without control characters.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// What stood behind [`line()`].
pub(super) fn unline(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                _ => return None,
            }),
            c => out.push(c),
        }
    }
    Some(out)
}

fn said((line, text): (usize, String)) -> Result<String, PaperError> {
    unline(&text).ok_or(PaperError { line })
}

fn read<T: core::str::FromStr>((line, text): (usize, String)) -> Result<T, PaperError> {
    text.parse().map_err(|_| PaperError { line })
}

fn word<T>((line, text): (usize, String), of: impl Fn(&str) -> Option<T>) -> Result<T, PaperError> {
    of(&text).ok_or(PaperError { line })
}

fn item(text: &str) -> Option<Item> {
    let mut parts = text.strip_prefix("item ")?.splitn(9, ' ');
    let mut next = || parts.next();
    let number = next()?.parse().ok()?;
    let kind = Kind::from_word(next()?)?;
    let field = next()?.to_string();
    let class = DataClass::from_word(next()?)?;
    let borderline = match next()? {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    let window = match (next()?, next()?, next()?) {
        ("-", "-", "-") => None,
        (from, until, zone) => {
            Some(Window { from: Moment(from.parse().ok()?), until: Moment(until.parse().ok()?), zone: unline(zone)? })
        }
    };
    Some(Item { number, kind, value: unline(next()?)?, field, class, borderline, window })
}

#[cfg(test)]
pub(crate) mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;

    pub(crate) fn sample() -> Paper {
        Paper {
            number: "令和8年刑組第12号".to_string(),
            salt: Some(Salt(0x5a17)),
            asker: "aoba-police".parse().unwrap(),
            section: "サイバー捜査課".to_string(),
            officer: "aoba-drafter".parse().unwrap(),
            recipient: "mail-provider".parse().unwrap(),
            instrument: Instrument::Inquiry,
            form: 3,
            basis: "刑事訴訟法第197条第2項".to_string(),
            case: "不正アクセス".to_string(),
            purpose: "契約者の特定\n捜査のため".to_string(),
            days: 0,
            items: vec![
                Item {
                    number: 1,
                    kind: Kind::Account,
                    value: "user one".to_string(),
                    field: "holder-name".to_string(),
                    class: DataClass::Registration,
                    borderline: false,
                    window: None,
                },
                Item {
                    number: 2,
                    kind: Kind::Mail,
                    value: "a\\b@mail.example".to_string(),
                    field: "registration-ip".to_string(),
                    class: DataClass::Registration,
                    borderline: true,
                    window: Some(Window { from: Moment(5), until: Moment(9), zone: "Asia/Tokyo".to_string() }),
                },
            ],
        }
    }

    fn texts() -> impl Strategy<Value = String> {
        "[a-zA-Z0-9 \\\\\n\u{3042}\u{4e00}\u{20bb7}.:-]{0,20}"
    }

    proptest! {
        /// Writing and reading is a fixed point, whatever stands in the texts.
        #[test]
        fn what_is_written_is_read(
            number in texts(), salt in any::<Option<u128>>(), purpose in texts(), value in texts(),
            zone in "[A-Za-z/]{1,12}",
        ) {
            let mut paper = sample();
            paper.salt = salt.map(Salt);
            paper.number = number;
            paper.purpose = purpose;
            paper.items[1].value = value;
            paper.items[1].window.as_mut().unwrap().zone = zone;
            prop_assert_eq!(Paper::parse(&paper.canonical()), Ok(paper));
        }

        /// No text panics, and what is read is written back byte by byte.
        #[test]
        fn there_is_one_form_of_each_paper(text in "\\PC{0,200}", at in 0usize..600, with in any::<char>()) {
            let _ = Paper::parse(&text);
            let whole = sample().canonical();
            let mut changed: Vec<char> = whole.chars().collect();
            if let Some(slot) = changed.get_mut(at) {
                *slot = with;
            }
            let changed: String = changed.into_iter().collect();
            if let Ok(paper) = Paper::parse(&changed) {
                prop_assert_eq!(paper.canonical(), changed);
            }
        }
    }

    #[test]
    fn another_order_or_a_missing_end_is_refused() {
        let text = sample().canonical();
        assert!(Paper::parse(text.trim_end()).is_err());
        assert!(Paper::parse(&text.replace("form 3", "form 03")).is_err());
        assert!(Paper::parse(&text.replace("days 0\n", "")).is_err());
        assert!(Paper::parse(&text.replace("salt 0000", "salt 000")).is_err());
        assert!(Paper::parse(&text.replace("5a17", "5A17")).is_err());
        assert!(Paper::parse(&format!("{text}\n")).is_err());
    }
}
