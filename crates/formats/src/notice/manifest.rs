//! The manifest: the canonical bytes that an approver signs for one request (S4.13, G7).
//!
//! Layout: UTF-8, LF, first line `renkei-manifest 1`, then `key: value` lines sorted by key, then
//! one `payload NAME SHA256 BYTES` line a file, sorted by name. There is exactly one text for each
//! content: [`Manifest::from_str`] refuses any other, so the digest names the content.
//!
//! ```text
//! renkei-manifest 1
//! campaign: cmp-01…
//! class: identification-by-ip
//! devices: 310
//! due: 2026-12-06
//! kind: notice
//! lines: 412
//! measure: notify-user
//! party: isp-aozora
//! policies: 9f86…
//! request: req-01…
//! seal: openpgp 0x…
//! to: abuse@isp-aozora.example
//! to.2: noc@isp-aozora.example
//! payload letter.txt 2c26… 3310
//! payload lines.csv fcde… 88121
//! ```

use std::fmt;
use std::str::FromStr;

use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, Digest, LetterId, PartyId, RequestId};
use renkei_core::measure::Measure;
use renkei_core::time::Day;

/// The first line.
pub const VERSION_LINE: &str = "renkei-manifest 1";

/// What a letter is in its thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterKind {
    /// The first letter of a request.
    Notice,
    /// Corrects what the named letter said.
    Correction(LetterId),
    /// Takes back what the named letter asked.
    Withdrawal(LetterId),
}

impl LetterKind {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Correction(_) => "correction",
            Self::Withdrawal(_) => "withdrawal",
        }
    }

    /// The first letter of the thread, where this is not it.
    pub const fn first(self) -> Option<LetterId> {
        match self {
            Self::Notice => None,
            Self::Correction(first) | Self::Withdrawal(first) => Some(first),
        }
    }
}

/// One line of printable text, 1 to 200 bytes, without control characters and outer spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OneLine(String);

/// The name of a payload file: 1 to 100 of `A-Z a-z 0-9 . _ -`, not beginning with a dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayloadName(String);

/// A file that leaves with the letter, before it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payload {
    /// Its name.
    pub name: PayloadName,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Everything an approver approves: change one byte of it and the approval no longer fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The campaign.
    pub campaign: CampaignId,
    /// The request.
    pub request: RequestId,
    /// Who is asked.
    pub party: PartyId,
    /// What is asked.
    pub measure: Measure,
    /// The data class that is handed over.
    pub class: DataClass,
    /// What the letter is in its thread.
    pub kind: LetterKind,
    /// Lines handed over.
    pub lines: u64,
    /// Devices among them.
    pub devices: u64,
    /// Day by which an answer is hoped for; `None`: the party set no term.
    pub due: Option<Day>,
    /// Digest of the policy set under which it was drafted.
    pub policies: Digest,
    /// The mail address it goes to.
    pub to: OneLine,
    /// Further addresses of the party, in the order in which it may go to them if it comes back.
    pub further: Vec<OneLine>,
    /// How it is sealed and to which key (`openpgp FINGERPRINT`, `age RECIPIENT`, `clear`).
    pub seal: OneLine,
    /// The files, in the order of their names; names differ.
    pub payloads: Vec<Payload>,
}

impl Manifest {
    /// Adds a file and keeps the order; a file of the same name is replaced.
    pub fn add(&mut self, payload: Payload) {
        self.payloads.retain(|known| known.name != payload.name);
        self.payloads.push(payload);
        self.payloads.sort();
    }

    /// The digest that the approver signs: SHA-256 of the text.
    pub fn digest(&self) -> Digest {
        Digest::of(self.to_string().as_bytes())
    }
}

impl Payload {
    /// The payload line of a file.
    pub fn of(name: PayloadName, bytes: &[u8]) -> Self {
        Self { name, digest: Digest::of(bytes), bytes: bytes.len() as u64 }
    }
}

impl OneLine {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PayloadName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { campaign, request, party, measure, class, kind, lines, devices, due, .. } = self;
        let Self { policies, to, further, seal, payloads, .. } = self;
        writeln!(f, "{VERSION_LINE}\ncampaign: {campaign}\nclass: {class}\ndevices: {devices}")?;
        if let Some(due) = due {
            writeln!(f, "due: {due}")?;
        }
        if let Some(first) = kind.first() {
            writeln!(f, "first: {first}")?;
        }
        writeln!(f, "kind: {}\nlines: {lines}\nmeasure: {measure}\nparty: {party}", kind.word())?;
        writeln!(f, "policies: {policies}\nrequest: {request}\nseal: {}\nto: {}", seal.0, to.0)?;
        for (place, to) in (2..).zip(further) {
            writeln!(f, "to.{place}: {}", to.0)?;
        }
        payloads.iter().try_for_each(|payload| {
            let Payload { name, digest, bytes } = payload;
            writeln!(f, "payload {} {digest} {bytes}", name.0)
        })
    }
}

// ---------------------------------------------------------------------------------------------------------------------

/// Why a text is not a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The first line names another version.
    #[error("not a manifest of version 1")]
    Version,
    /// A key is missing, twice there or unknown, or its value cannot be read.
    #[error("the manifest has no readable `{0}`")]
    Key(&'static str),
    /// A payload line cannot be read.
    #[error("`{0}` is not a payload line: expected `payload NAME SHA256 BYTES`")]
    Payload(String),
    /// It can be read but is not written in the one way that a manifest is written.
    #[error("the manifest is not in its canonical form")]
    Form,
}

/// Why a text is not one line or not a file name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// Empty, too long, or with control characters.
    #[error("`{0}` is not one line of 1 to 200 bytes")]
    Line(String),
    /// Not a payload name.
    #[error("`{0}` is not a file name: use 1 to 100 of A-Z a-z 0-9 . _ -")]
    Name(String),
}

impl FromStr for OneLine {
    type Err = WordError;
    fn from_str(text: &str) -> Result<Self, WordError> {
        let fits = (1..=200).contains(&text.len()) && !text.contains(char::is_control) && text.trim() == text;
        if fits { Ok(Self(text.to_string())) } else { Err(WordError::Line(text.to_string())) }
    }
}

impl FromStr for PayloadName {
    type Err = WordError;
    fn from_str(text: &str) -> Result<Self, WordError> {
        let fits = (1..=100).contains(&text.len())
            && !text.starts_with('.')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if fits { Ok(Self(text.to_string())) } else { Err(WordError::Name(text.to_string())) }
    }
}

impl FromStr for Manifest {
    type Err = ManifestError;
    fn from_str(text: &str) -> Result<Self, ManifestError> {
        let body = text.strip_prefix(VERSION_LINE).and_then(|rest| rest.strip_prefix('\n'));
        let lines: Vec<&str> = body.ok_or(ManifestError::Version)?.lines().collect();
        let keys = Keys(&lines);
        let kind = match (keys.text("kind"), keys.maybe("first")?) {
            (Some("notice"), None) => LetterKind::Notice,
            (Some("correction"), Some(first)) => LetterKind::Correction(first),
            (Some("withdrawal"), Some(first)) => LetterKind::Withdrawal(first),
            _ => return Err(ManifestError::Key("kind")),
        };
        let payloads = lines.iter().filter(|line| line.starts_with("payload ")).map(|line| read_payload(line));
        let manifest = Self {
            campaign: keys.must("campaign")?,
            request: keys.must("request")?,
            party: keys.must("party")?,
            measure: keys.text("measure").and_then(Measure::from_word).ok_or(ManifestError::Key("measure"))?,
            class: keys.text("class").and_then(DataClass::from_word).ok_or(ManifestError::Key("class"))?,
            kind,
            lines: keys.must("lines")?,
            devices: keys.must("devices")?,
            due: keys.text("due").map(|day| read_day(day).ok_or(ManifestError::Key("due"))).transpose()?,
            policies: keys.must("policies")?,
            to: keys.must("to")?,
            further: (2..)
                .map_while(|place| keys.text(&format!("to.{place}")))
                .map(further)
                .collect::<Result<_, _>>()?,
            seal: keys.must("seal")?,
            payloads: payloads.collect::<Result<_, _>>()?,
        };
        let sorted = manifest.payloads.windows(2).all(|pair| matches!(pair, [a, b] if a.name < b.name));
        if sorted && manifest.to_string() == text { Ok(manifest) } else { Err(ManifestError::Form) }
    }
}

struct Keys<'t>(&'t [&'t str]);

impl<'t> Keys<'t> {
    fn text(&self, key: &str) -> Option<&'t str> {
        self.0.iter().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
    }

    fn maybe<T: FromStr>(&self, key: &'static str) -> Result<Option<T>, ManifestError> {
        self.text(key).map(|text| text.parse().map_err(|_| ManifestError::Key(key))).transpose()
    }

    fn must<T: FromStr>(&self, key: &'static str) -> Result<T, ManifestError> {
        self.maybe(key)?.ok_or(ManifestError::Key(key))
    }
}

fn further(text: &str) -> Result<OneLine, ManifestError> {
    text.parse().map_err(|_| ManifestError::Key("to"))
}

fn read_payload(line: &str) -> Result<Payload, ManifestError> {
    let error = || ManifestError::Payload(line.to_string());
    let mut words = line.split(' ').skip(1);
    let (name, digest, bytes) = (words.next(), words.next(), words.next());
    Ok(Payload {
        name: name.and_then(|name| name.parse().ok()).ok_or_else(error)?,
        digest: digest.and_then(|digest| digest.parse().ok()).ok_or_else(error)?,
        bytes: bytes.and_then(|bytes| bytes.parse().ok()).ok_or_else(error)?,
    })
}

fn read_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Day::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
