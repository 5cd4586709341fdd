//! Family profiles: what a family's request looks like, what names the device, and the static bytes it is given.
//!
//! A profile is data. The sinkholed domain names the family; the shape of the request only raises the
//! confidence. What is answered is bytes that stand in the file (G9, S0.4): there is no key for a
//! script, a template, a file or an address to send the device to, and a file that has one does not load.

mod answer;
mod marks;
mod raw;
mod shape;

use regex::Regex;
use renkei_core::id::Digest;

pub use answer::{Answer, AnswerError, ContentType};
pub use marks::{Mark, Marks};
pub use shape::{Request, Shape};

/// The most bytes a profile file may have.
pub const MOST_BYTES: usize = 64 << 10;

/// The longest device id that is taken from a request, in bytes.
const LONGEST_ID: usize = 128;

/// Why a profile does not load.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Longer than [`MOST_BYTES`].
    #[error("the profile is longer than {MOST_BYTES} bytes")]
    Long,
    /// Not TOML of this shape; also any key that is not known, so that nothing but static bytes can be asked for.
    #[error("the profile cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// Not UTF-8.
    #[error("the profile is not UTF-8")]
    Utf8,
    /// A pattern that is none, or too large.
    #[error("`{0}` is not a pattern that can be used")]
    Pattern(String),
    /// The family's name is empty or too long.
    #[error("`{0}` is no name of a family: use 1 to 100 visible characters")]
    Family(String),
    /// A shape that fits every request proves nothing.
    #[error("a shape asks for nothing: give it at least one condition")]
    Anything,
    /// The pattern that names the device has no group `id`.
    #[error("`{0}` has no group `(?<id>…)` that names the device")]
    NoId(String),
    /// The answer is more than blank static bytes.
    #[error(transparent)]
    Answer(#[from] AnswerError),
}

/// How much is known of a family's profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The rule was published by others; `source` says where.
    Published,
    /// Read off one capture: it may fit other families, or miss variants of this one.
    ReadOffOneCapture,
    /// A likeness made by the office, for tests and demonstrations.
    Likeness,
}

/// A family's profile, as one file says it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Name of the family.
    pub family: String,
    /// How much is known.
    pub basis: Basis,
    /// Where it is from.
    pub source: String,
    /// The static bytes that are answered.
    pub answer: Answer,
    /// SHA-256 of the file; the order names it.
    pub digest: Digest,
    shapes: Vec<Shape>,
    device: Vec<(Place, Regex)>,
    /// Whether a Referer says that a browser came here by a link.
    referer_marks: bool,
}

/// Where a device id stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In path and query.
    Path,
    /// In the User-Agent.
    Agent,
    /// In the first 64 bytes of the body, as text.
    First,
}

/// What a profile says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness<'r> {
    /// The request has the family's shape.
    pub shaped: bool,
    /// What the malware calls its installation.
    pub device: Option<&'r str>,
    /// It came by a link in a browser: not an infection.
    pub linked: bool,
}

impl Profile {
    /// Reads a profile file (TOML).
    ///
    /// # Errors
    /// When it holds anything but the known keys, or an answer that is more than static bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, ProfileError> {
        if bytes.len() > MOST_BYTES {
            return Err(ProfileError::Long);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ProfileError::Utf8)?;
        raw::read(text, Digest::of(bytes))
    }

    /// The profile of a family of which nothing is known but its domains: a blank page, no shape.
    pub fn blank(family: &str) -> Self {
        Self {
            family: family.to_owned(),
            basis: Basis::Likeness,
            source: String::new(),
            answer: Answer::blank(),
            digest: Digest([0; 32]),
            shapes: Vec::new(),
            device: Vec::new(),
            referer_marks: true,
        }
    }

    /// What the profile says of a request.
    pub fn likeness<'r>(&self, request: &Request<'r>) -> Likeness<'r> {
        let fitting = self.shapes.iter().find(|shape| shape.fits(request));
        let device = self.device.iter().find_map(|(place, pattern)| {
            let text = match place {
                Place::Path => request.path,
                Place::Agent => request.agent?,
                Place::First => std::str::from_utf8(request.first).ok()?,
            };
            let id = pattern.captures(text)?.name("id")?.as_str();
            (!id.is_empty() && id.len() <= LONGEST_ID).then_some(id)
        });
        // Some malware writes a Referer of its own (Simda): a shape that claims it explains it.
        let explained = fitting.is_some_and(Shape::claims_referer);
        let linked = self.referer_marks && request.referer.is_some() && !explained;
        Likeness { shaped: fitting.is_some(), device, linked }
    }
}

#[cfg(test)]
mod tests;
