//! The shape of a request: conditions that all must hold.

use regex::Regex;

/// What a shape is compared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'r> {
    /// `GET`, `POST` …
    pub method: &'r str,
    /// Path and query as they stood in the request line.
    pub path: &'r str,
    /// The User-Agent.
    pub agent: Option<&'r str>,
    /// The Referer.
    pub referer: Option<&'r str>,
    /// The first bytes of the body, or of the connection where it is no HTTP.
    pub first: &'r [u8],
    /// Length of the body in bytes.
    pub length: u64,
}

/// Conditions on a request.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    pub(super) method: Option<String>,
    pub(super) path: Option<Regex>,
    pub(super) agent: Option<Regex>,
    pub(super) referer: Option<Regex>,
    pub(super) slashes_over: Option<usize>,
    pub(super) entropy_over: Option<f64>,
    pub(super) first: Option<Vec<u8>>,
    pub(super) length: Option<(u64, u64)>,
}

impl Shape {
    /// Whether it has no condition.
    pub(super) const fn is_empty(&self) -> bool {
        let texts = self.method.is_some() || self.path.is_some() || self.agent.is_some() || self.referer.is_some();
        let numbers = self.slashes_over.is_some() || self.entropy_over.is_some() || self.length.is_some();
        !texts && !numbers && self.first.is_none()
    }

    /// Whether the Referer is a part of the shape.
    pub(super) const fn claims_referer(&self) -> bool {
        self.referer.is_some()
    }

    /// Whether all conditions hold; the cheap ones are asked first.
    pub fn fits(&self, request: &Request<'_>) -> bool {
        self.method.as_ref().is_none_or(|method| method == request.method)
            && self.length.is_none_or(|(least, most)| (least..=most).contains(&request.length))
            && self.first.as_ref().is_none_or(|first| request.first.starts_with(first))
            && self.slashes_over.is_none_or(|over| request.path.bytes().filter(|byte| *byte == b'/').count() > over)
            && matches(self.path.as_ref(), Some(request.path))
            && matches(self.agent.as_ref(), request.agent)
            && matches(self.referer.as_ref(), request.referer)
            && self.entropy_over.is_none_or(|over| entropy(request.path.as_bytes()) > over)
    }
}

fn matches(pattern: Option<&Regex>, text: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| text.is_some_and(|text| pattern.is_match(text)))
}

/// Shannon's entropy of the bytes, in bits a byte.
pub(super) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let all = bytes.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / all).map(|p| -p * p.log2()).sum()
}
