//! The export: a ledger as a text file that can be checked with public keys alone.
//!
//! One record a line, fields separated by one space, lines ended by a newline:
//!
//! ```text
//! renkei-ledger-export 1
//! origin <origin>
//! key <verifier key>                    public keys the office used; told, not trusted
//! checkpoint <base 64 of the signed note>
//! entry <seq> <hash, 64 hexadecimal digits> <base 64 of the canonical bytes>
//! end <number of entries>
//! ```
//!
//! `origin` comes first, keys and checkpoints before the entries, entries in order, `end` last.

use alloc::string::String;
use alloc::vec::Vec;

use super::check::{Checker, Fault, Keyring, Verdict};
use super::key::PublicKey;
use super::note::{Origin, SignedCheckpoint};
use crate::base64;
use crate::id::Digest;

/// The first line of an export.
pub const HEADER: &str = "renkei-ledger-export 1\n";

/// The line of the origin.
pub fn origin_line(origin: &Origin) -> String {
    alloc::format!("origin {origin}\n")
}

/// The line of a key.
pub fn key_line(key: &PublicKey) -> String {
    alloc::format!("key {key}\n")
}

/// The line of a checkpoint that the ledger keeps itself.
pub fn checkpoint_line(note: &SignedCheckpoint) -> String {
    alloc::format!("checkpoint {}\n", base64::encode(alloc::format!("{note}").as_bytes()))
}

/// The line of an entry.
pub fn entry_line(seq: u64, hash: Digest, canonical: &[u8]) -> String {
    alloc::format!("entry {seq} {hash} {}\n", base64::encode(canonical))
}

/// The last line.
pub fn end_line(entries: u64) -> String {
    alloc::format!("end {entries}\n")
}

/// A text is not an export of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The first line is another.
    #[error("the file does not begin with `renkei-ledger-export 1`")]
    Header,
    /// The second line names no origin.
    #[error("the second line of the export names no origin")]
    Origin,
}

/// One line of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A key the office used.
    Key(PublicKey),
    /// A checkpoint the ledger keeps.
    Checkpoint(SignedCheckpoint),
    /// An entry: number, hash, canonical bytes.
    Entry(u64, Digest, Vec<u8>),
    /// The end, with the number of entries.
    End(u64),
}

impl Line {
    /// Reads one line without its newline; `None` if it is none.
    pub fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ')?;
        Some(match word {
            "key" => Self::Key(rest.parse().ok()?),
            "checkpoint" => {
                let note = String::from_utf8(base64::decode(rest)?).ok()?;
                Self::Checkpoint(note.parse().ok()?)
            }
            "entry" => {
                let mut fields = rest.split(' ');
                let seq = fields.next()?.parse().ok()?;
                let hash = fields.next()?.parse().ok()?;
                let bytes = base64::decode(fields.next()?)?;
                fields.next().is_none().then_some(Self::Entry(seq, hash, bytes))?
            }
            "end" => Self::End(rest.parse().ok()?),
            _ => return None,
        })
    }
}

/// Checks an export with trusted keys and checkpoints from outside.
///
/// # Errors
/// Only if the text is no export at all; whatever else is wrong is a fault in the verdict.
pub fn check_export(text: &str, trusted: &Keyring, outside: Vec<SignedCheckpoint>) -> Result<Verdict, ExportError> {
    let body = text.strip_prefix(HEADER).ok_or(ExportError::Header)?;
    let (origin, body) = body.split_once('\n').ok_or(ExportError::Origin)?;
    let origin = origin.strip_prefix("origin ").and_then(|text| text.parse().ok()).ok_or(ExportError::Origin)?;
    // Two passes: the hashes to keep are those that checkpoints name.
    let kept = body.lines().filter(|line| line.starts_with("checkpoint ")).filter_map(Line::parse);
    let inside = kept.filter_map(|line| if let Line::Checkpoint(note) = line { Some(note) } else { None }).collect();
    let mut checker = Checker::new(origin, trusted, outside, inside);
    let (mut entries, mut ended, mut number) = (0u64, false, 2u64);
    for line in body.lines() {
        number += 1;
        match Line::parse(line) {
            _ if ended => checker.fault(Fault::Line { number }),
            Some(Line::Entry(seq, hash, bytes)) => {
                entries += 1;
                checker.entry(seq, hash, &bytes);
            }
            Some(Line::End(count)) => {
                ended = true;
                if count != entries {
                    checker.fault(Fault::Line { number });
                }
            }
            Some(Line::Key(_) | Line::Checkpoint(_)) => {}
            None => checker.fault(Fault::Line { number }),
        }
    }
    if !ended {
        checker.fault(Fault::Line { number: number + 1 });
    }
    Ok(checker.finish())
}
