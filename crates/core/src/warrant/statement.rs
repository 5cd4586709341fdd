//! What a court signs about a warrant: its facts and the digest of the document, never the document itself.
//!
//! ```text
//! renkei warrant v1
//! court <court>              as the register names it
//! reference <text>           the number of the warrant
//! issued <day>               2026-11-20, by the court's own calendar
//! from <moment|->            2026-11-20T00:00:00Z: the first moment at which it holds; -: the court states none
//! until <moment|->           the first moment at which it no longer holds; -: the court states none
//! type <media type>          of the document
//! size <count>               of the document, in bytes
//! digest <64 hex digits>     SHA-256 of the document
//!
//! — <key> <base 64 of the key's four-byte hash and the signature>
//! ```
//! The signature (Ed25519) is over the lines before the empty one, with their line feeds: a C2SP signed note with one
//! signature. There is exactly one sequence of bytes for a statement: reading refuses every other.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use crate::id::{CourtId, Digest};
use crate::ledger::note::{parse_signature, signature_line};
use crate::ledger::{KeyName, PublicKey, Signer};
use crate::time::{Day, Moment, Validity};

const HEAD: &str = "renkei warrant v1";

/// The number of a warrant: 1 to 200 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(String);

/// The media type of a document (`application/pdf`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaType(String);

/// A text cannot be a part of a statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}")]
pub struct TextError {
    text: String,
    what: &'static str,
}

impl Reference {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MediaType {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reference {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        let is_sound = !text.is_empty()
            && text.trim() == text
            && text.chars().count() <= 200
            && !text.contains(|c: char| c.is_control() || turns_letters(c));
        let what = "the number of a warrant: 1 to 200 characters on one line";
        if is_sound { Ok(Self(text.to_string())) } else { Err(TextError { text: text.to_string(), what }) }
    }
}

/// Characters that show the letters around them in another order than they stand in.
const fn turns_letters(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl FromStr for MediaType {
    type Err = TextError;
    fn from_str(text: &str) -> Result<Self, TextError> {
        // RFC 6838, section 4.2, in lower case so that there is one form.
        let is_name = |name: &str| {
            (1..=127).contains(&name.len())
                && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
        };
        let is_sound = text.split_once('/').is_some_and(|(kind, name)| is_name(kind) && is_name(name));
        let what = "a media type: write it in lower case, such as application/pdf";
        if is_sound { Ok(Self(text.to_string())) } else { Err(TextError { text: text.to_string(), what }) }
    }
}

/// What was looked at of a document: nothing more of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// How many bytes.
    pub size: u64,
    /// SHA-256 of them.
    pub digest: Digest,
}

impl Seen {
    /// What there is to see of some bytes.
    pub fn of(document: &[u8]) -> Self {
        Self { size: document.len() as u64, digest: Digest::of(document) }
    }
}

/// The facts of a warrant as its court states them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Which court.
    pub court: CourtId,
    /// The number of the warrant.
    pub reference: Reference,
    /// The day on which it was issued.
    pub issued: Day,
    /// When it holds.
    pub validity: Validity,
    /// What its document is.
    pub media_type: MediaType,
    /// Size and digest of its document.
    pub document: Seen,
}

/// A text is no signed statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// There is not one empty line with one signature below it.
    #[error("the text is not what a court signs: expected nine lines, an empty line and one signature")]
    Form,
    /// A line is not as it should be.
    #[error("line {0} of the statement is not as it should be")]
    Line(usize),
    /// The signature cannot be read.
    #[error("the signature of the statement cannot be read")]
    Signature,
}

impl Statement {
    /// The lines that are signed.
    pub fn canonical(&self) -> String {
        let Self { court, reference, issued, validity, media_type, document } = self;
        let Validity { from, until } = validity;
        let Seen { size, digest } = document;
        format!(
            "{HEAD}\ncourt {court}\nreference {}\nissued {issued}\nfrom {}\nuntil {}\ntype {}\nsize {size}\n\
             digest {digest}\n",
            reference.as_str(),
            moment(*from),
            moment(*until),
            media_type.as_str(),
        )
    }

    /// Signed by a court's key.
    pub fn sign(self, signer: &Signer) -> SignedStatement {
        let signature = signer.sign(self.canonical().as_bytes());
        let public = signer.public();
        SignedStatement { key: public.name().clone(), hash: public.hash(), signature, statement: self }
    }

    /// Reads the lines; every sequence of bytes but the one that [`Statement::canonical`] writes is refused.
    fn parse(text: &str) -> Result<Self, StatementError> {
        let mut lines = text.split_terminator('\n').zip(1..);
        let mut next = |key: &str| {
            let (line, number) = lines.next().ok_or(StatementError::Form)?;
            let value = line.strip_prefix(key).and_then(|rest| rest.strip_prefix(' '));
            Ok((value.ok_or(StatementError::Line(number))?, number))
        };
        let (version, number) = next("renkei")?;
        if version != "warrant v1" {
            return Err(StatementError::Line(number));
        }
        let statement = Self {
            court: read(next("court")?)?,
            reference: read(next("reference")?)?,
            issued: read(next("issued")?)?,
            validity: Validity { from: opt_moment(next("from")?)?, until: opt_moment(next("until")?)? },
            media_type: read(next("type")?)?,
            document: Seen { size: read(next("size")?)?, digest: read(next("digest")?)? },
        };
        // What is read is what would be written: no second form of the same statement.
        let written = statement.canonical();
        let differs = written.lines().zip(text.lines()).zip(1..).find(|((a, b), _)| a != b);
        match differs {
            Some((_, line)) => Err(StatementError::Line(line)),
            None if written == text => Ok(statement),
            None => Err(StatementError::Form),
        }
    }
}

fn moment(at: Option<Moment>) -> String {
    at.map_or_else(|| "-".to_string(), |at| at.to_string())
}

fn opt_moment((text, line): (&str, usize)) -> Result<Option<Moment>, StatementError> {
    if text == "-" { Ok(None) } else { read((text, line)).map(Some) }
}

fn read<T: FromStr>((text, line): (&str, usize)) -> Result<T, StatementError> {
    text.parse().map_err(|_| StatementError::Line(line))
}

/// A statement with the signature that stands under it, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStatement {
    /// What is said, whoever signed it.
    pub statement: Statement,
    /// The name of the key that is said to have signed it.
    pub key: KeyName,
    /// The first bytes of that key's C2SP hash.
    pub hash: [u8; 4],
    /// The signature.
    pub signature: [u8; 64],
}

impl SignedStatement {
    /// Whether the signature is by a key.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(self.statement.canonical().as_bytes(), &self.signature)
    }

    /// SHA-256 of its text: what the ledger keeps of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_string().as_bytes())
    }
}

impl fmt::Display for SignedStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = signature_line(&self.key, self.hash, &self.signature);
        write!(f, "{}\n{line}", self.statement.canonical())
    }
}

impl FromStr for SignedStatement {
    type Err = StatementError;
    fn from_str(note: &str) -> Result<Self, StatementError> {
        let (text, below) = note.split_once("\n\n").ok_or(StatementError::Form)?;
        let line = below.strip_suffix('\n').filter(|line| !line.contains('\n')).ok_or(StatementError::Form)?;
        let statement = Statement::parse(&format!("{text}\n"))?;
        let (key, hash, signature) = parse_signature(line).map_err(|_| StatementError::Signature)?;
        let signature = signature.try_into().map_err(|_| StatementError::Signature)?;
        Ok(Self { statement, key, hash, signature })
    }
}
