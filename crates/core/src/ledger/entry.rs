//! One entry of the ledger and its canonical bytes.
//!
//! # Canonical bytes, version 1
//!
//! Numbers are big-endian. `text` is a 4-byte length and that many bytes of UTF-8. Nothing is
//! optional in place: what is absent is said by a count or a flag of one byte (0 or 1).
//!
//! ```text
//! "RKE1"                                   4 bytes: what and which version
//! seq        8 bytes, counts from 1
//! at         8 bytes, signed, microseconds since 1970-01-01T00:00:00Z
//! kind       text, a word of EntryKind
//! act        text, the word of the act or of what happened
//! seat       flag, then text if 1
//! objects    4-byte count, each: kind text, id text, version 8 bytes
//! ruling     flag, then if 1: outcome text, gates (4-byte count, texts), codes (same), policy set 32 bytes
//! detail     4-byte count, each: key text, value text; keys strictly ascending by bytes
//! approval   flag, then if 1: subject text, digest 32 bytes, key name text, signature 64 bytes
//! ```
//!
//! There is exactly one sequence of bytes for an entry: reading refuses every other.
//! An entry holds positions, counts, codes and digests, never personal data: see [`Detail::put`].

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;
use core::net::IpAddr;

use super::key::{KeyName, PublicKey, Signer};
use crate::id::{Digest, SeatId};
use crate::time::Moment;

const MAGIC: &[u8; 4] = b"RKE1";

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// When, as the office's clock said (a virtual one says so in an entry of its own).
    pub at: Moment,
    /// What kind of thing.
    pub kind: EntryKind,
    /// The word of the act (`request-send`) or of what happened.
    pub act: String,
    /// Who; `None`: the program itself at start-up.
    pub seat: Option<SeatId>,
    /// What it was about.
    pub objects: Vec<ObjectNote>,
    /// What the gate said, where it was asked.
    pub ruling: Option<RulingNote>,
    /// Positions, counts, codes, digests.
    pub detail: Detail,
    /// A seat's signature over approved bytes.
    pub approval: Option<Approval>,
}

/// The kinds of entry: a closed set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// Something was done with a permit.
    Act,
    /// The gate was asked and did not allow it.
    Refusal,
    /// Personal data was looked at.
    View,
    /// An act outside SQL is about to be done.
    Intent,
    /// An act outside SQL was done, or given up.
    Completion,
    /// A key was made, rotated or revoked.
    Key,
    /// A checkpoint was signed and left outside.
    Checkpoint,
    /// From here on the clock is not the real one (a demonstration).
    VirtualClock,
    /// Something that must be known later (`may repeat` of a letter, an upgrade of the schema).
    Note,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Act,
        Self::Refusal,
        Self::View,
        Self::Intent,
        Self::Completion,
        Self::Key,
        Self::Checkpoint,
        Self::VirtualClock,
        Self::Note,
    ];

    /// The stable word in the canonical bytes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Act => "act",
            Self::Refusal => "refusal",
            Self::View => "view",
            Self::Intent => "intent",
            Self::Completion => "completion",
            Self::Key => "key",
            Self::Checkpoint => "checkpoint",
            Self::VirtualClock => "virtual-clock",
            Self::Note => "note",
        }
    }

    /// The kind a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An object an entry is about: its kind (`request`), identifier, and the version acted on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectNote {
    /// Its kind, a word.
    pub kind: String,
    /// Its identifier as text.
    pub id: String,
    /// Its version when the permit was given; 0: it did not exist yet.
    pub version: u64,
}

/// What the gate said, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulingNote {
    /// The outcome's word (`allowed`, `forbidden` …).
    pub outcome: String,
    /// The gates that matched (`G7`).
    pub gates: Vec<String>,
    /// Stable codes of the ruling.
    pub codes: Vec<String>,
    /// Which law of the day: the digest of the policy set.
    pub policy_set: Digest,
}

/// A seat's signature over what it approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// What was approved (a request id), as text.
    pub subject: String,
    /// The digest of the approved bytes (the manifest).
    pub digest: Digest,
    /// Whose key.
    pub key: KeyName,
    /// Ed25519 over [`Approval::statement`].
    pub signature: [u8; 64],
}

impl Approval {
    /// The bytes a seat signs to approve: three lines, so that a signature for one thing never
    /// serves for another.
    pub fn statement(subject: &str, digest: Digest) -> Vec<u8> {
        alloc::format!("renkei approval v1\n{subject}\n{digest}\n").into_bytes()
    }

    /// Approves.
    pub fn sign(subject: &str, digest: Digest, signer: &Signer) -> Self {
        let signature = signer.sign(&Self::statement(subject, digest));
        Self { subject: subject.to_string(), digest, key: signer.public().name().clone(), signature }
    }

    /// Whether the key made this signature.
    pub fn is_by(&self, key: &PublicKey) -> bool {
        *key.name() == self.key && key.verifies(&Self::statement(&self.subject, self.digest), &self.signature)
    }
}

/// Sorted pairs of key and value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detail(BTreeMap<String, String>);

impl Detail {
    /// No pair yet.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The same with one more pair; a later value for the same key wins.
    ///
    /// A value that holds an IP address or an `@` is written as `withheld`, so that a slip of a
    /// caller does not put personal data into a record that nobody can change.
    #[must_use]
    pub fn put(mut self, key: &str, value: impl Display) -> Self {
        let value = value.to_string();
        let value = if may_be_personal(&value) { "withheld".to_string() } else { value };
        self.0.insert(key.to_string(), value);
        self
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Key and value, ascending by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

fn may_be_personal(value: &str) -> bool {
    let is_address = |word: &str| word.len() > 2 && word.trim_matches('.').parse::<IpAddr>().is_ok();
    let of_v4 = |c: char| !(c.is_ascii_digit() || c == '.');
    let of_any = |c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':');
    value.contains('@') || value.split(of_any).any(is_address) || value.split(of_v4).any(is_address)
}

/// Why bytes are not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryBytesError {
    /// They do not begin with `RKE1`: another version, or something else.
    #[error("the bytes are not a ledger entry of version 1")]
    Version,
    /// They end early, go on after the end, or hold text that is not UTF-8.
    #[error("the bytes of the entry break off or are malformed at `{0}`")]
    Form(&'static str),
    /// A word that this version does not know.
    #[error("the entry holds an unknown word in `{0}`")]
    Word(&'static str),
    /// Keys of the detail are not strictly ascending.
    #[error("the keys of the entry's detail are out of order")]
    Order,
}

// ------------------------------------------------------------------------------------- writing

impl Entry {
    /// The canonical bytes: the layout stands at the top of this file.
    pub fn canonical(&self) -> Vec<u8> {
        let Self { seq, at, kind, act, seat, objects, ruling, detail, approval } = self;
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&seq.to_be_bytes());
        out.extend_from_slice(&at.0.to_be_bytes());
        put_text(&mut out, kind.word());
        put_text(&mut out, act);
        out.push(u8::from(seat.is_some()));
        if let Some(seat) = seat {
            put_text(&mut out, seat.as_str());
        }
        put_count(&mut out, objects.len());
        for ObjectNote { kind, id, version } in objects {
            put_text(&mut out, kind);
            put_text(&mut out, id);
            out.extend_from_slice(&version.to_be_bytes());
        }
        out.push(u8::from(ruling.is_some()));
        if let Some(RulingNote { outcome, gates, codes, policy_set }) = ruling {
            put_text(&mut out, outcome);
            for list in [gates, codes] {
                put_count(&mut out, list.len());
                list.iter().for_each(|text| put_text(&mut out, text));
            }
            out.extend_from_slice(&policy_set.0);
        }
        put_count(&mut out, detail.0.len());
        for (key, value) in &detail.0 {
            put_text(&mut out, key);
            put_text(&mut out, value);
        }
        out.push(u8::from(approval.is_some()));
        if let Some(Approval { subject, digest, key, signature }) = approval {
            put_text(&mut out, subject);
            out.extend_from_slice(&digest.0);
            put_text(&mut out, key.as_str());
            out.extend_from_slice(signature);
        }
        out
    }
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    // A count above u32::MAX cannot be held in memory as entries are built today.
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_count(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

// ------------------------------------------------------------------------------------- reading

impl Entry {
    /// Reads canonical bytes. Never panics, whatever the bytes.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, EntryBytesError> {
        let mut rest = Rest(bytes);
        if rest.take(4, "version").ok() != Some(MAGIC.as_slice()) {
            return Err(EntryBytesError::Version);
        }
        let seq = u64::from_be_bytes(rest.array("seq")?);
        let at = Moment(i64::from_be_bytes(rest.array("at")?));
        let kind = EntryKind::from_word(rest.text("kind")?).ok_or(EntryBytesError::Word("kind"))?;
        let act = rest.text("act")?.to_string();
        let seat = match rest.flag("seat")? {
            true => Some(rest.text("seat")?.parse().map_err(|_| EntryBytesError::Word("seat"))?),
            false => None,
        };
        let objects = rest.list("objects", |rest| {
            Ok(ObjectNote {
                kind: rest.text("objects")?.to_string(),
                id: rest.text("objects")?.to_string(),
                version: u64::from_be_bytes(rest.array("objects")?),
            })
        })?;
        let ruling = if rest.flag("ruling")? { Some(rest.ruling()?) } else { None };
        let detail = rest.detail()?;
        let approval = if rest.flag("approval")? { Some(rest.approval()?) } else { None };
        if !rest.0.is_empty() {
            return Err(EntryBytesError::Form("end"));
        }
        Ok(Self { seq, at, kind, act, seat, objects, ruling, detail, approval })
    }
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize, place: &'static str) -> Result<&'a [u8], EntryBytesError> {
        let (head, tail) = self.0.split_at_checked(length).ok_or(EntryBytesError::Form(place))?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self, place: &'static str) -> Result<[u8; N], EntryBytesError> {
        self.take(N, place)?.try_into().map_err(|_| EntryBytesError::Form(place))
    }

    fn flag(&mut self, place: &'static str) -> Result<bool, EntryBytesError> {
        match self.array(place)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(EntryBytesError::Form(place)),
        }
    }

    fn count(&mut self, place: &'static str) -> Result<usize, EntryBytesError> {
        usize::try_from(u32::from_be_bytes(self.array(place)?)).map_err(|_| EntryBytesError::Form(place))
    }

    fn text(&mut self, place: &'static str) -> Result<&'a str, EntryBytesError> {
        let length = self.count(place)?;
        core::str::from_utf8(self.take(length, place)?).map_err(|_| EntryBytesError::Form(place))
    }

    fn list<T>(
        &mut self,
        place: &'static str,
        mut one: impl FnMut(&mut Self) -> Result<T, EntryBytesError>,
    ) -> Result<Vec<T>, EntryBytesError> {
        // No capacity is reserved from the count: it may be a lie.
        (0..self.count(place)?).map(|_| one(self)).collect()
    }

    fn ruling(&mut self) -> Result<RulingNote, EntryBytesError> {
        Ok(RulingNote {
            outcome: self.text("ruling")?.to_string(),
            gates: self.list("gates", |rest| Ok(rest.text("gates")?.to_string()))?,
            codes: self.list("codes", |rest| Ok(rest.text("codes")?.to_string()))?,
            policy_set: Digest(self.array("policy set")?),
        })
    }

    fn detail(&mut self) -> Result<Detail, EntryBytesError> {
        let mut detail = BTreeMap::new();
        for _ in 0..self.count("detail")? {
            let (key, value) = (self.text("detail")?, self.text("detail")?);
            if detail.last_key_value().is_some_and(|(last, _): (&String, &String)| last.as_str() >= key) {
                return Err(EntryBytesError::Order);
            }
            detail.insert(key.to_string(), value.to_string());
        }
        Ok(Detail(detail))
    }

    fn approval(&mut self) -> Result<Approval, EntryBytesError> {
        Ok(Approval {
            subject: self.text("approval")?.to_string(),
            digest: Digest(self.array("approval")?),
            key: self.text("approval")?.parse().map_err(|_| EntryBytesError::Word("approval"))?,
            signature: self.array("approval")?,
        })
    }
}
