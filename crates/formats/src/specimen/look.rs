//! What an examination may spend, and what it found on its way.

use super::examined::Link;
use super::finding::{Code, Finding};

/// What an examination may spend. Whatever goes beyond becomes a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a mail.
    pub mail_bytes: usize,
    /// Most bytes of a header.
    pub head_bytes: usize,
    /// Most parts of a mail that are looked at.
    pub parts: usize,
    /// How deep mails may lie in mails, and archives in archives.
    pub depth: usize,
    /// Most bytes of a text that are looked at, of all texts together.
    pub text_bytes: usize,
    /// Most links that are kept.
    pub links: usize,
    /// Most bytes of an attachment whose inside is looked at.
    pub inside_bytes: usize,
    /// Most entries of all archives of a mail.
    pub entries: usize,
    /// Most bytes that all archives of a mail are unpacked to.
    pub unpacked_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mail_bytes: 160 << 20,
            head_bytes: 1 << 20,
            parts: 1_000,
            depth: 5,
            text_bytes: 4 << 20,
            links: 1_000,
            inside_bytes: 32 << 20,
            entries: 2_000,
            unpacked_bytes: 128 << 20,
        }
    }
}

/// How to examine: what may be spent, and passwords that were given along.
#[derive(Clone, Default)]
pub struct How {
    /// What may be spent.
    pub limits: Limits,
    /// Passwords to be tried on archives; the first 16 of them.
    pub passwords: Vec<String>,
}

/// The limits, never the passwords.
impl std::fmt::Debug for How {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "How({:?}, {} passwords)", self.limits, self.passwords.len())
    }
}

/// Most findings that are kept of a mail.
const MOST_FINDINGS: usize = 2_000;

/// An examination that is under way.
pub(super) struct Look<'h> {
    pub(super) how: &'h How,
    pub(super) findings: Vec<Finding>,
    pub(super) links: Vec<Link>,
    pub(super) text_left: usize,
    pub(super) parts_left: usize,
    pub(super) entries_left: usize,
    pub(super) unpacked_left: u64,
}

impl<'h> Look<'h> {
    pub(super) const fn new(how: &'h How) -> Self {
        let limits = &how.limits;
        Self {
            how,
            findings: Vec::new(),
            links: Vec::new(),
            text_left: limits.text_bytes,
            parts_left: limits.parts,
            entries_left: limits.entries,
            unpacked_left: limits.unpacked_bytes,
        }
    }

    /// Notes a finding, each once.
    pub(super) fn found(&mut self, place: &str, code: Code) {
        let is_known = self.findings.iter().any(|one| one.code == code && one.place == place);
        if !is_known && self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { place: place.to_owned(), code });
        }
    }

    /// Notes a link, each once.
    pub(super) fn link(&mut self, place: &str, link: Link) {
        if self.links.contains(&link) {
            return;
        }
        if self.links.len() >= self.how.limits.links {
            self.found(place, Code::TooManyLinks);
            return;
        }
        self.links.push(link);
    }

    /// As much of a text as may still be looked at.
    pub(super) fn text<'t>(&mut self, place: &str, text: &'t str) -> &'t str {
        let kept = cut(text, self.text_left);
        self.text_left = self.text_left.saturating_sub(kept.len());
        if kept.len() < text.len() {
            self.found(place, Code::TextCut);
        }
        kept
    }

    /// Runs a foreign reader on foreign bytes; where it falls, this is a finding.
    pub(super) fn guarded<T>(&mut self, place: &str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(self)));
        if outcome.is_err() {
            self.found(place, Code::ReaderFell);
        }
        outcome.ok()
    }
}

/// The beginning of a text, at most so many bytes of it.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// A text that is kept: without controls, at most 1,000 bytes of it.
pub(super) fn kept(text: &str) -> Option<String> {
    let clean: String = cut(text.trim(), 1_000).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    (!clean.trim().is_empty()).then(|| clean.trim().to_owned())
}
